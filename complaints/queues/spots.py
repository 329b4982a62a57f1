"""Which rows of the list a page shows, from what was read anyway: nothing is counted for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from complaints.queues.counting import CAP
from complaints.queues.paging import PAGE, Page


@dataclass(frozen=True, slots=True)
class Spot:
    """From the n-th row to the m-th."""

    first: int
    last: int

    @property
    def before(self) -> str:
        """The number of the first row a page earlier, for an address."""
        return str(max(1, self.first - PAGE))

    @property
    def after(self) -> str:
        """The number of the first row a page further, for an address."""
        return str(self.last + 1)


def spot(page: Page, total: int, at: str) -> Spot | None:
    """Return which rows these are: known at both ends of the list, between them as the address `at` carries it.

    None where nobody knows: an address from elsewhere, in the midst of a list. Rows that came or went since the first
    page make it a little wrong, as page numbers are everywhere; the rows themselves are right.
    """
    rows = len(page.rows)
    if not rows:
        return None
    if not page.before:
        return Spot(1, rows)
    if not page.after and rows <= total < CAP:
        return Spot(total - rows + 1, total)
    if at.isdecimal() and len(at) < 8 and at.isascii():
        return Spot(int(at), int(at) + rows - 1)
    return None
