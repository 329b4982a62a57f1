"""A rehearsal as people read it: one sentence, bars by days moved, tables, and cases to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from complaints.models import Rehearsal

# Moves of more days than this share one bar at each end.
FURTHEST = 8
WIDTH, HEIGHT, STEP, TOP = 44, 130, 62, 18
COUNTS = (
    ("earlier", "earlier"), ("later", "later"), ("gained", "gained"), ("lost", "lost"), ("enforced", "acted on from now on"),
    ("shown", "no longer acted on"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """How many clocks move by so many days: a label, a number, and where it stands in the picture."""

    label: str
    count: int
    tone: str
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2

    @property
    def above(self) -> int:
        return self.y - 5


@dataclass(frozen=True, slots=True)
class Load:
    """What one team owes on each day shown: now, and with the draft."""

    team: str
    days: list[tuple[int, int] | None]


@dataclass(frozen=True, slots=True)
class Shown:
    """A finished rehearsal, ready for its page."""

    sentence: str
    overdue: int
    bars: list[Bar]
    width: int
    teams: list[tuple[str, dict[str, int]]]
    days: list[date]
    load: list[Load]
    samples: list[dict[str, Any]]
    unreadable: int
    problem: str


def show(rehearsal: Rehearsal) -> Shown | None:
    """Return what a rehearsal found; None while nothing is found yet."""
    told: dict[str, Any] = rehearsal.result
    if not told:
        return None
    bars = _bars(told["moves"])
    days = sorted({day for team in told["load"].values() for day in team})
    load = [
        Load(team, [tuple(by_day[day]) if day in by_day else None for day in days])
        for team, by_day in sorted(told["load"].items())
    ]
    return Shown(
        sentence=sentence(told), overdue=told["overdue"], bars=bars, width=max(len(bars), 1) * STEP,
        teams=sorted(told["teams"].items()), days=[date.fromisoformat(day) for day in days], load=load,
        samples=[_sample(one) for one in told["samples"]], unreadable=told["unreadable"], problem=told["problem"],
    )  # fmt: skip


def sentence(told: dict[str, Any]) -> str:
    """Return what the draft would change, without what would be overdue at once."""
    if not told["changed"]:
        return "Changes no case"
    parts = [f"{told[key]:,} {words}" for key, words in COUNTS if told[key]]
    return f"Changes {told['changed']:,} case{'' if told['changed'] == 1 else 's'}: clocks {', '.join(parts)}"


def _bars(moves: dict[str, int]) -> list[Bar]:
    grouped: dict[int, int] = {}
    for days, count in moves.items():
        place = max(-FURTHEST, min(FURTHEST, int(days)))
        grouped[place] = grouped.get(place, 0) + count
    most = max(grouped.values(), default=1)
    bars = []
    for number, (place, count) in enumerate(sorted(grouped.items())):
        height = max(2, count * HEIGHT // most)
        label = f"{'−' if place < 0 else '+'}{abs(place)}d" + (" or more" if abs(place) == FURTHEST else "")
        tone = "earlier" if place < 0 else "later"
        bars.append(Bar(label, count, tone, number * STEP + 8, TOP + HEIGHT - height, height))
    return bars


def _sample(one: dict[str, Any]) -> dict[str, Any]:
    dates = {key: date.fromisoformat(one[key]) if one[key] else None for key in ("before", "after")}
    return {**one, **dates}
