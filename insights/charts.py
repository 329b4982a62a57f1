"""Charts as numbers for SVG, drawn by the templates. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from insights.reports import Month, Tally

WIDTH, HEIGHT, GAP = 720.0, 120.0, 4.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a table with its bar: `length` of 100."""

    tally: Tally
    length: float


@dataclass(frozen=True, slots=True)
class Column:
    """One month: what was kept stands on what was missed, in units of the drawing."""

    month: Month
    x: float
    width: float
    met_y: float
    met_height: float
    missed_y: float
    missed_height: float

    @property
    def labelled(self) -> bool:
        """True for the months that say their name under the drawing: January and July."""
        return self.month.start.month in {1, 7}


def bars(tallies: Sequence[Tally]) -> list[Bar]:
    """Return the bars of these counts, the longest full."""
    most = max((tally.count for tally in tallies), default=0) or 1
    return [Bar(tally, round(100 * tally.count / most, 1)) for tally in tallies]


def columns(months: Sequence[Month]) -> list[Column]:
    """Return the columns of these months; a month in which anything was missed shows at least a line of it."""
    most = max((month.all for month in months), default=0) or 1
    step = WIDTH / max(len(months), 1)
    drawn = []
    for place, month in enumerate(months):
        missed = max(HEIGHT * month.missed / most, 2.0 if month.missed else 0.0)
        met = min(HEIGHT * month.met / most, HEIGHT - missed)
        drawn.append(
            Column(
                month, x=round(place * step + GAP / 2, 1), width=round(step - GAP, 1),
                met_y=round(HEIGHT - missed - met, 1), met_height=round(met, 1), missed_y=round(HEIGHT - missed, 1),
                missed_height=round(missed, 1),
            )
        )  # fmt: skip
    return drawn
