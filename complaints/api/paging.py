"""Pages by key: as fast at the end of a list as at its start."""

from __future__ import annotations

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

USUAL, MOST = 50, 200


class ByNumber(CursorPagination):
    """Rows in the order they were made."""

    ordering = "pk"
    page_size = USUAL
    max_page_size = MOST
    page_size_query_param = "size"

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Read the place, which is a row's number; another was never given out."""
        cursor: Cursor | None = super().decode_cursor(request)
        place = str(cursor.position) if cursor and cursor.position is not None else ""
        if place and not (place.isdecimal() and len(place) < 19):
            raise NotFound(self.invalid_cursor_message)
        return cursor


def size_of(request: Request) -> int:
    """Return how many rows of a page are asked for; nonsense asks for the usual number."""
    asked = request.query_params.get("size", "")
    return min(max(int(asked), 1), MOST) if asked.isdecimal() and len(asked) < 9 else USUAL


def neighbours(request: Request, *, after: str, before: str) -> dict[str, str | None]:
    """Return the addresses of the next page and the one before; None where there is none."""
    here = request.build_absolute_uri()
    for name in ("after", "before"):
        here = remove_query_param(here, name)
    return {
        "next": replace_query_param(here, "after", after) if after else None,
        "previous": replace_query_param(here, "before", before) if before else None,
    }
