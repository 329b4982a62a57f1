"""When the sweep must look at a complaint: at the moments of the escalation policy, and at the law's own limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects

from complaints.models import Clock, Complaint, Respondent, State
from complaints.models.complaint import UNANSWERED
from complaints.thresholds import current
from complaints.thresholds.moments import Calendars, Moment, lates, next_after, warnings
from complaints.thresholds.rules import Place, Policy, Rule, When
from regulations import books
from regulations.models import ClockStatus
from users.working import after_working


@dataclass(frozen=True, slots=True)
class House:
    """The policy in force, and the calendars its days are counted with."""

    policy: Policy
    calendars: Calendars

    @classmethod
    def now(cls, law: books.Law | None = None) -> House:
        """Return the policy in force; the law is asked for only when a rule counts working days."""
        return cls.of(current.policy(), law)

    @classmethod
    def of(cls, policy: Policy, law: books.Law | None = None) -> House:
        """Return the house under this policy."""
        return cls(policy, (law or books.current()).calendars if policy.counts_days else {})

    def place(self, complaint: Complaint) -> Place:
        """Return what the rules may ask of this complaint; what none asks is not read."""
        respondent, asks = complaint.respondent, self.policy.asks
        team = complaint.team.name if asks and complaint.team else ""
        return Place(respondent.jurisdiction, respondent.zone, team, complaint.category.product if asks else "")

    def places(self, complaints: Sequence[Complaint]) -> dict[int, Place]:
        """Return what the rules may ask of these complaints, by their keys: a question per kind, not per complaint."""
        if self.policy.asks or self.policy.counts_hours:
            prefetch_related_objects(complaints, "team")
        if self.policy.asks:
            prefetch_related_objects(complaints, "respondent", "category")
            return {complaint.pk: self.place(complaint) for complaint in complaints}
        # In a burst a handful of respondents stand for a hundred thousand complaints.
        known = Respondent.objects.in_bulk({complaint.respondent_id for complaint in complaints})
        shared = {key: Place(one.jurisdiction, one.zone, "", "") for key, one in known.items()}
        return {complaint.pk: shared[complaint.respondent_id] for complaint in complaints}


def plan(complaint: Complaint, clocks: Sequence[Clock], house: House, *, at: datetime) -> list[Clock]:
    """Set when to look at each limit and at the complaint; return the clocks that this changed. Nothing is written."""
    if complaint.imported:
        return []
    place = house.place(complaint)
    changed = [row for row in clocks if _plan_clock(row, house, place)]
    plan_desk(complaint, house, place, at=at)
    return changed


def plan_desk(complaint: Complaint, house: House, place: Place, *, at: datetime) -> None:
    """Set when to look at who owns the complaint and who should approve; what is due and unseen stays due."""
    if complaint.owner_check_at is None or complaint.owner_check_at > at:
        complaint.owner_check_at = next_after(desk_moments(complaint, house, place), at)


def wait_at_desk(complaint: Complaint, *, at: datetime) -> None:
    """Set when to look at who approves, after a step that changed no clock. The caller saves the complaint."""
    house = House.now()
    plan_desk(complaint, house, house.place(complaint), at=at)
    if complaint.owner_check_at and not complaint.imported:
        # Looking too early is harmless: the sweep sets the exact moment again.
        complaint.next_check_at = min(complaint.next_check_at or complaint.owner_check_at, complaint.owner_check_at)


def desk_moments(complaint: Complaint, house: House, place: Place) -> list[Moment]:
    """Return when the complaint itself, as it stands, must be spoken of, soonest first."""
    found: dict[str, Moment] = {}
    for rule in house.policy.of_complaints:
        since = _since(complaint, rule)
        if since is not None and rule.words not in found and rule.fits(place):
            assert rule.span is not None
            at = since + rule.span.lasts
            if rule.span.unit == "working hours":
                at = after_working(rule.span.lasts, complaint.team, at=since)
            found[rule.words] = (at, rule)
    return sorted(found.values(), key=lambda pair: pair[0])


def _since(complaint: Complaint, rule: Rule) -> datetime | None:
    if rule.when is When.UNASSIGNED:
        return complaint.registered_at if complaint.owner_id is None and complaint.state in UNANSWERED else None
    return complaint.state_since if complaint.state == State.DECISION_REVIEW else None


def _plan_clock(row: Clock, house: House, place: Place) -> bool:
    """Set when to warn of a running limit, or to speak again of a missed one; say whether that is new."""
    if row.ends_at is None or not row.is_duty:
        return False
    before = (row.at_risk_at, row.check_at)
    if row.status == ClockStatus.RUNNING:
        moments = warnings(row, house.policy.warnings, place, house.calendars)
        row.at_risk_at = moments[0][0] if moments else None
        if row.enforced:
            row.check_at = next_after(moments, row.warned_at) or row.ends_at
    elif row.status == ClockStatus.MISSED and row.enforced and row.check_at != row.ends_at:
        row.check_at = next_late(row, house, place, after=max(row.ends_at, row.warned_at or row.ends_at))
    return before != (row.at_risk_at, row.check_at)


def next_late(row: Clock, house: House, place: Place, *, after: datetime) -> datetime | None:
    """Return when to speak again of a missed limit; never once what it demands was done."""
    if not (row.is_open and house.policy.lates):
        return None
    return next_after(lates(row, house.policy.lates, place, house.calendars), after)
