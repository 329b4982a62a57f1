"""Who may read across the house. What a report counts is only ever what the reader may see case by case."""

from __future__ import annotations

from users.policy import OVERSEERS, Access

ROUTES: dict[str, Access] = {
    "insights:overview": Access(read=OVERSEERS),
    "insights:cases": Access(read=OVERSEERS),
}
