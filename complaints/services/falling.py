"""What fell due on complaints whose locks are held: limits get their outcome, and the policy's moments are found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from complaints.models import Clock, Complaint, Entry, Kind, Review
from complaints.services.announcing import clocks_told
from complaints.services.clocks import look_again, said_of
from complaints.services.planning import House, desk_moments, next_late
from complaints.services.sets import update_rows
from complaints.thresholds.moments import Moment, breach, lates, next_after, warnings
from complaints.thresholds.rules import Place, Rule, When
from correspondence.models import EventType
from regulations.models import ClockStatus

# Other systems hear once that a limit was missed; what the house says of it afterwards is an escalation.
TOLD_AS = {When.SHARE: EventType.AT_RISK, When.BEFORE: EventType.AT_RISK, When.BREACH: EventType.MISSED}
# What the sweep looks at: what asks to be looked at, and what is still owed (`Clock.is_owed`); the rest is settled.
MATTERS = Q(check_at__isnull=False) | Q(kind="D", enforced=True, settled_at=None, status__in=["running", "missed"])


@dataclass(frozen=True, slots=True)
class Fallen:
    """One rule that fell due on a complaint or on one of its limits."""

    complaint: Complaint
    clock: Clock | None
    rule: Rule
    due_at: datetime
    since: datetime

    @property
    def reason(self) -> str:
        return self.rule.reason


def fall_due(complaints: Sequence[Complaint], *, at: datetime) -> tuple[list[Fallen], list[Entry]]:
    """Settle what fell due on these complaints, whose lock the caller holds.

    A limit that has passed is missed, however late we wake: its warnings are skipped. Of several warnings that passed
    unseen, the last is told. Returns what fell due and the story entries, unsaved; `story.save_all` writes them and
    the complaints.
    """
    house = House.now()
    fallen: list[Fallen] = []
    entries: list[Entry] = []
    of: dict[int, list[Clock]] = {complaint.pk: [] for complaint in complaints}
    for row in Clock.objects.filter(MATTERS, complaint__in=of).order_by("ends_at", "id"):
        of[row.complaint_id].append(row)
    places, approving = house.places(complaints), _approving(complaints, house)
    changed: list[Clock] = []
    for complaint in complaints:
        place = places[complaint.pk]
        if complaint.owner_check_at and complaint.owner_check_at <= at:
            fallen += _at_the_desk(complaint, house, place, approving, at=at)
        for row in of[complaint.pk]:
            if row.check_at is None or row.check_at > at or row.ends_at is None:
                continue
            changed.append(row)
            if row.check_at <= row.ends_at <= at:
                # It was missed when it ended, whenever we woke to write it down.
                row.status = ClockStatus.MISSED
                entries.append(said_of(complaint, Kind.CLOCK_MISSED, row, at=at, occurred_at=row.ends_at))
                rule = breach(row, house.policy.breaches, place)
                fallen.append(Fallen(complaint, row, rule, row.ends_at, row.ends_at))
            if row.status == ClockStatus.MISSED and not house.policy.lates:
                row.check_at = None
            elif one := _told(complaint, row, house, place, at=at):
                fallen.append(one)
        look_again(complaint, of[complaint.pk])
    update_rows(changed, ("status", "check_at", "warned_at"))
    told = [one for one in fallen if one.clock and one.rule.when in TOLD_AS]
    clocks_told([(TOLD_AS[one.rule.when], one.complaint, one.clock) for one in told if one.clock], at=at)
    return fallen, entries


def _told(complaint: Complaint, row: Clock, house: House, place: Place, *, at: datetime) -> Fallen | None:
    """Return the warning, or what is said of a missed limit, that this row has come to; set when to look next."""
    assert row.ends_at is not None
    if row.status == ClockStatus.MISSED:
        moments = lates(row, house.policy.lates, place, house.calendars) if row.is_open else []
        row.check_at = next_late(row, house, place, after=at)
    else:
        moments = warnings(row, house.policy.warnings, place, house.calendars)
        row.check_at = next_after(moments, at) or row.ends_at
    passed = [pair for pair in moments if pair[0] <= at and (row.warned_at is None or pair[0] > row.warned_at)]
    if not passed:
        return None
    row.warned_at, rule = passed[-1]
    return Fallen(complaint, row, rule, row.ends_at, row.warned_at)


def _at_the_desk(
    complaint: Complaint, house: House, place: Place, approving: set[int], *, at: datetime
) -> Iterator[Fallen]:
    """Yield that nobody owns the complaint, or nobody approves its letter, and set when to look next."""
    since = complaint.owner_check_at
    assert since is not None
    moments = desk_moments(complaint, house, place)
    complaint.owner_check_at = next_after(moments, at)
    last: dict[When, Moment] = {pair[1].when: pair for pair in moments if since <= pair[0] <= at}
    for moment, rule in last.values():
        if rule.when is When.UNASSIGNED or complaint.pk in approving:
            yield Fallen(complaint, None, rule, moment, moment)


def _approving(complaints: Sequence[Complaint], house: House) -> set[int]:
    """Return which of these have a letter that waits for a second person; asked only when a rule wants to know."""
    if not any(rule.when is When.APPROVAL for rule in house.policy.of_complaints):
        return set()
    waiting = Review.objects.filter(complaint__in=complaints, verdict=Review.Verdict.WAITING)
    return set(waiting.values_list("complaint_id", flat=True))
