"""What came in since a view was last opened, kept in the browser: nobody else needs to know, and no page writes a row."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from complaints.models import Complaint
from complaints.queues.filters import VIEWS

COOKIE = "seen"
# More than this is said as the cap; and no further back is looked, so that a holiday costs no more than a night.
MOST, LOOKED_AT = 100, 2_000
# A browser keeps so many views, those opened last; a cookie has room for no more than 4 kB.
KEPT, LONGEST = 60, 2_000
SAVED = re.compile(r"s[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest complaint there was when each view was last opened; 0 for a view never opened here."""

    last: Mapping[str, int]

    @classmethod
    def of(cls, cookie: str) -> Seen:
        """Read what the browser kept; anything nobody could have kept is left out."""
        parts = (part.partition("-") for part in cookie[:LONGEST].split("."))
        return cls({view: int(pk) for view, _, pk in parts if _is_view(view) and pk.isdecimal() and len(pk) < 18})

    def opened(self, views: Collection[str], newest: int) -> Seen:
        """Return this, with everything up to the newest seen in these views."""
        others = {view: pk for view, pk in self.last.items() if view not in views}
        last = [*others.items(), *((view, newest) for view in views)]
        return replace(self, last=dict(last[-KEPT:]))

    def __str__(self) -> str:
        return ".".join(f"{view}-{pk}" for view, pk in self.last.items())

    def arrived(self, view: str, found: QuerySet[Complaint]) -> QuerySet[Complaint, Any]:
        """Return what came into this view since it was opened. Keys grow with time, so this is a range of the key."""
        last = self.last.get(view, 0)
        if not last:
            return found.none().values("pk")
        floor = Complaint.objects.order_by("-pk").values("pk")[LOOKED_AT : LOOKED_AT + 1]
        return found.filter(pk__gt=Greatest(Value(last), Coalesce(Subquery(floor), 0))).order_by().values("pk")[:MOST]


def saved(pk: int) -> str:
    """Return the name under which a browser keeps that a saved view was opened."""
    return f"s{pk}"


def _is_view(name: str) -> bool:
    return name in VIEWS or SAVED.fullmatch(name) is not None


NOTHING_SEEN = Seen({})
