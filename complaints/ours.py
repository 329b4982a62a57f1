"""What a chip says of a target of ours: decided once, here, for pages and API alike. Pure; ink only, never red."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from complaints.chips import span

DAY = timedelta(days=1)


class Limit(Protocol):
    """What is shown of a target."""

    key: str
    title: str
    status: str
    left: str
    started_at: datetime
    ends_at: datetime | None
    settled_at: datetime | None


@dataclass(slots=True)
class Glimpse:
    """A target as the list knows it."""

    key: str
    title: str
    status: str
    left: str
    started_at: datetime
    ends_at: datetime | None
    settled_at: datetime | None

    @classmethod
    def of(cls, told: Mapping[str, str | None]) -> Glimpse | None:
        """Read what `glimpse` wrote; None where no target was ever set."""
        if not told:
            return None
        moments = {name: told.get(name) for name in ("started_at", "ends_at", "settled_at")}
        started, ends, settled = (datetime.fromisoformat(at) if at else None for at in moments.values())
        assert started is not None
        words = {name: told.get(name) or "" for name in ("key", "title", "status", "left")}
        return cls(**words, started_at=started, ends_at=ends, settled_at=settled)


@dataclass(frozen=True, slots=True)
class OurChip:
    """A hollow chip: its tone (running, close, late, waiting, met, missed, ended), its words, the share of time used."""

    tone: str
    text: str
    used: int = 0
    ends_at: datetime | None = None
    ticks: bool = False


def glimpse(rows: Sequence[Limit]) -> dict[str, str | None]:
    """Return the first target to act on, else the one settled last, as it is kept beside the complaint."""
    running = [row for row in rows if row.status in {"running", "paused"}]
    settled = [row for row in rows if row.status in {"met", "missed"} and row.settled_at]
    if running:
        first = min(running, key=lambda row: (row.ends_at is None, row.ends_at or row.started_at, row.key))
    elif settled:
        first = max(settled, key=lambda row: (row.settled_at or row.started_at, row.key))
    else:
        return {}
    return {
        "key": first.key, "title": first.title, "status": str(first.status), "left": first.left,
        "started_at": first.started_at.isoformat(), "ends_at": first.ends_at.isoformat() if first.ends_at else None,
        "settled_at": first.settled_at.isoformat() if first.settled_at else None,
    }  # fmt: skip


def our_chip(row: Limit, *, now: datetime) -> OurChip:
    """Return the chip of a target at this moment. All moments are aware."""
    ends = row.ends_at
    if row.status == "ended":
        return OurChip("ended", "No longer applies")
    if row.status == "paused":
        return OurChip("waiting", "Waiting (ours)")
    if row.status == "met":
        return OurChip("met", "Met", 100)
    if row.status == "missed" and row.settled_at and ends:
        return OurChip("missed", f"Missed by {span(row.settled_at - ends)}", 100)
    if ends is None:
        return OurChip("waiting", "Not counted")
    if now >= ends:
        return OurChip("late", f"Missed by {span(now - ends)}", 100, ends, ticks=True)
    used = round(100 * max((now - row.started_at) / (ends - row.started_at), 0.0)) if ends > row.started_at else 100
    return OurChip("close" if ends - now < DAY else "running", span(ends - now, units=2), used, ends, ticks=True)
