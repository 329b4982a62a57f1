"""What changes for one complaint when the law changes, and the sum of it over many. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta

from complaints.models import Clock
from regulations.engine import Clock as Derived
from regulations.models import ClockStatus

SAMPLES = 20
# The days whose load is shown: two weeks from the day of the rehearsal.
WINDOW = timedelta(days=14)
NO_TEAM = "No team"
Sample = dict[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Case:
    """Who a complaint is and who works on it: what a sample shows of it."""

    reference: str
    subject: str
    team: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One clock that would be another: gained, lost, earlier, later, or acted on from now on."""

    change: str
    title: str
    rule: str
    before: date | None
    after: date | None
    overdue: bool
    sentence: str

    @property
    def days(self) -> int | None:
        return (self.after - self.before).days if self.before and self.after else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a draft changes for a complaint, and the days on which its duties are owed, now and with the draft."""

    differences: Sequence[Difference]
    owed: Sequence[str]
    owed_then: Sequence[str]


NOTHING = Outcome((), (), ())


def looks_alike(before: Sequence[Derived], after: Sequence[Derived]) -> bool:
    """Say whether both laws give the same dates, whatever their versions are called."""
    return len(before) == len(after) and all(
        (one.rule, one.obligation, one.ends_at, one.due_on, one.enforced)
        == (two.rule, two.obligation, two.ends_at, two.due_on, two.enforced)
        for one, two in zip(before, after, strict=True)
    )


def compare(before: Iterable[Clock], after: Iterable[Clock], *, now: datetime) -> list[Difference]:
    """Return every clock that would change, as the stored clocks will when the draft is published."""
    old = {(row.rule, row.obligation): row for row in before}
    new = {(row.rule, row.obligation): row for row in after}
    found = []
    for pair in [*old, *(pair for pair in new if pair not in old)]:
        was, becomes = old.get(pair), new.get(pair)
        if change := _change(was, becomes):
            shown = becomes or was
            assert shown is not None
            overdue = _overdue(becomes, now) and not _overdue(was, now)
            found.append(
                Difference(
                    change, shown.title, shown.rule, was.due_on if was else None, becomes.due_on if becomes else None,
                    overdue, becomes.sentence if becomes else "",
                )
            )  # fmt: skip
    return found


def _change(was: Clock | None, becomes: Clock | None) -> str:
    if was is None or becomes is None:
        return "gained" if was is None else "lost"
    if was.ends_at == becomes.ends_at:
        return "" if was.enforced == becomes.enforced else "enforced" if becomes.enforced else "shown"
    if becomes.ends_at is None or (was.ends_at is not None and was.ends_at < becomes.ends_at):
        return "later"
    return "earlier"


def _overdue(clock: Clock | None, now: datetime) -> bool:
    return clock is not None and clock.is_owed and clock.ends_at is not None and clock.ends_at <= now


@dataclass(slots=True)
class Tally:
    """The sum over all complaints so far, as it is kept between two batches."""

    changed: int = 0
    gained: int = 0
    lost: int = 0
    earlier: int = 0
    later: int = 0
    enforced: int = 0
    shown: int = 0
    overdue: int = 0
    unreadable: int = 0
    problem: str = ""
    moves: dict[str, int] = field(default_factory=dict)
    teams: dict[str, dict[str, int]] = field(default_factory=dict)
    load: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def add(self, case: Case, outcome: Outcome) -> None:
        """Count what changes for one complaint, and what its team owes on each of the next days."""
        for place, days in enumerate((outcome.owed, outcome.owed_then)):
            for day in days:
                self.load.setdefault(case.team, {}).setdefault(day, [0, 0])[place] += 1
        if not (differences := outcome.differences):
            return
        self.changed += 1
        team = self.teams.setdefault(case.team, {"changed": 0, "earlier": 0, "later": 0, "overdue": 0})
        team["changed"] += 1
        for one in differences:
            setattr(self, one.change, getattr(self, one.change) + 1)
            self.overdue += one.overdue
            team["overdue"] += one.overdue
            if one.change in team:
                team[one.change] += 1
            if one.days:
                self.moves[str(one.days)] = self.moves.get(str(one.days), 0) + 1
        # What hurts most is what people want to see; most of a large book hurts less than what is shown already.
        if len(self.samples) == SAMPLES:
            least = _weight(self.samples[-1])
            differences = [one for one in differences if _weighed(case, one) < least]
        if differences:
            self.samples = sorted([*self.samples, *(_sample(case, one) for one in differences)], key=_weight)[:SAMPLES]


def has_work(derived: Iterable[Derived], *, today: date) -> bool:
    """Say whether any clock could count for the load."""
    return any(one.due_on and today <= one.due_on < today + WINDOW for one in derived)


def load_of(clocks: Iterable[Clock], *, today: date) -> list[str]:
    """Return the days of the next two weeks, as ISO dates, on which these clocks are owed: one for each."""
    return [
        clock.due_on.isoformat() for clock in clocks
        if clock.due_on and today <= clock.due_on < today + WINDOW and _is_work(clock)
    ]  # fmt: skip


def _is_work(clock: Clock) -> bool:
    history = clock.status == ClockStatus.HISTORY and clock.is_duty and clock.enforced
    return clock.is_owed or history


def _sample(case: Case, one: Difference) -> Sample:
    return {
        "reference": case.reference, "subject": case.subject, "team": case.team, "title": one.title, "rule": one.rule,
        "before": one.before.isoformat() if one.before else None, "after": one.after.isoformat() if one.after else None,
        "days": one.days, "change": one.change, "overdue": one.overdue, "sentence": one.sentence,
    }  # fmt: skip


def _weighed(case: Case, one: Difference) -> tuple[bool, int, str]:
    days = one.days
    return not one.overdue, -abs(days) if isinstance(days, int) else -1, case.reference


def _weight(sample: Sample) -> tuple[bool, int, str]:
    days = sample["days"]
    return not sample["overdue"], -abs(days) if isinstance(days, int) else -1, str(sample["reference"])
