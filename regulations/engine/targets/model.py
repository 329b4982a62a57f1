"""What a target says: what starts it, what meets it, how long it is, for whom, and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regulations.engine.lengths import Length, written
from regulations.engine.model import EngineError

# What happens to a complaint, in the words of its story.
EVENTS = frozenset({
    "received", "triaged", "assigned", "acknowledged", "investigation_started", "asked_customer", "customer_replied",
    "asked_third_party", "third_party_replied", "decided", "holding_sent", "final_sent", "summary_sent", "reopened",
})  # fmt: skip
# What may be waited for: the event that begins the wait, the one that ends it, and how people say it.
WAITS = {
    "awaiting_customer": ("asked_customer", "customer_replied", "waiting for the customer"),
    "awaiting_third_party": ("asked_third_party", "third_party_replied", "waiting for a third party"),
}
TIMES = ("team", "house", "calendar")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = frozenset({
    "key", "title", "why", "starts", "met_by", "length", "time", "calendar", "weekend", "teams", "products",
    "jurisdictions", "pauses", "in_use", "version",
})  # fmt: skip


class TargetProblem(EngineError):
    """What is wrong with a target, and the key at which it stands."""

    def __init__(self, key: str, words: str, *, named: str = "") -> None:
        super().__init__(words)
        self.key, self.named = key, named or key


@dataclass(frozen=True, slots=True)
class Target:
    """One target as it is counted. Empty `teams`, `products` and `jurisdictions` mean all of them.

    `time`: the working time of the complaint's team, that of the house (the respondent), or the calendar's, in which
    every hour counts. `calendar`: whose days are closed; "" for the respondent's own.
    """

    key: str
    version: int
    title: str
    starts: tuple[str, ...]
    met_by: tuple[str, ...]
    length: Length
    time: str
    calendar: str
    weekend: frozenset[int] | None
    teams: frozenset[str]
    products: frozenset[str]
    jurisdictions: frozenset[str]
    pauses: frozenset[str]
    in_use: bool

    @property
    def words(self) -> str:
        """Return its length as people say it, such as 3 working days."""
        if self.length.unit == "h" and self.time != "calendar":
            return self.length.words.replace("hour", "working hour")
        return self.length.words.replace("business", "working")


def compiled(words: Mapping[str, object]) -> Target:
    """Read a target; raise TargetProblem, which names the key, when it cannot be counted."""
    for key in words:
        if key not in KEYS:
            raise TargetProblem(key, f"{key} is no key of a target. It has {', '.join(sorted(KEYS - {'version'}))}.")
    title = words.get("title")
    if not isinstance(title, str) or not title.strip():
        raise TargetProblem("title", "The target needs a title; people see it beside the law's clocks.")
    length = _length(words.get("length"))
    in_use, version = words.get("in_use", True), words.get("version", 0)
    if not isinstance(in_use, bool):
        raise TargetProblem("in_use", "in_use must be true or false.")
    return Target(
        key=str(words.get("key", "")), version=version if isinstance(version, int) else 0, title=title.strip(),
        starts=_events(words, "starts"), met_by=_events(words, "met_by"), length=length,
        time=_time(words, length), calendar=_calendar(words), weekend=_weekend(words.get("weekend")),
        teams=frozenset(_names(words, "teams")), products=frozenset(_names(words, "products")),
        jurisdictions=frozenset(_names(words, "jurisdictions")), pauses=_pauses(words), in_use=in_use,
    )  # fmt: skip


def _length(told: object) -> Length:
    said = f"{told!r} is no length of a target. Write for example 3bd, 20d or 4h; it must be above nothing."
    try:
        length = written(told)
    except EngineError as error:
        raise TargetProblem("length", said) from error
    if length.unit not in {"bd", "d", "h"} or length.incl or length.then or length.roll:
        raise TargetProblem("length", said)
    return length


def _time(words: Mapping[str, object], length: Length) -> str:
    time = words.get("time", "calendar" if length.unit == "d" else "team")
    if time not in TIMES:
        raise TargetProblem("time", f"time {time!r} is none of {', '.join(TIMES)}.")
    if length.unit == "bd" and time == "calendar":
        raise TargetProblem("time", "Working days need a working time: write team or house, or a length in d.")
    if length.unit == "d" and time != "calendar":
        raise TargetProblem("time", "A length in d counts every day. Write it in bd to count working days.")
    return str(time)


def _calendar(words: Mapping[str, object]) -> str:
    key = words.get("calendar", "")
    if not isinstance(key, str):
        raise TargetProblem("calendar", "calendar must be the key of one, such as GB-ENG.")
    return key


def _weekend(told: object) -> frozenset[int] | None:
    if told is None:
        return None
    if not isinstance(told, list) or any(day not in DAYS for day in told):
        raise TargetProblem("weekend", "weekend must be a list of days such as sat and sun.")
    days = frozenset(DAYS.index(str(day)) for day in told)
    if len(days) == len(DAYS):
        raise TargetProblem("weekend", "This leaves no day on which anybody works, so the target could never end.")
    return days


def _names(words: Mapping[str, object], key: str) -> tuple[str, ...]:
    told = words.get(key, [])
    if not isinstance(told, list) or not all(isinstance(one, str) and one for one in told):
        raise TargetProblem(key, f'{key} must be a list such as ["..."]; leave it out for all.')
    return tuple(told)


def _events(words: Mapping[str, object], key: str) -> tuple[str, ...]:
    told = words.get(key)
    listed = [told] if isinstance(told, str) else told
    if not isinstance(listed, list) or not listed:
        raise TargetProblem(key, f"{key} is missing. Name what happens, such as received or final_sent.")
    for one in listed:
        if one not in EVENTS:
            raise TargetProblem(
                key, f"{one!r} is nothing that happens to a complaint. Choose from {', '.join(sorted(EVENTS))}.",
                named=str(one),
            )  # fmt: skip
    return tuple(str(one) for one in listed)


def _pauses(words: Mapping[str, object]) -> frozenset[str]:
    told = _names(words, "pauses")
    for one in told:
        if one not in WAITS:
            raise TargetProblem(
                "pauses", f"{one!r} is no waiting state. Choose from {', '.join(sorted(WAITS))}.", named=one
            )
    return frozenset(told)
