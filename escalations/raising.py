"""From what fell due to escalations, their entries in the story, and who is told. The caller holds the locks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from complaints.models import Complaint, Entry, Kind
from complaints.services.clocks import Fallen
from complaints.services.story import append
from correspondence.models import EventType
from escalations.announcing import escalations_told
from escalations.models import Escalation, EscalationState, Reason
from escalations.notices import Telling
from escalations.policies import climbs_at
from escalations.routing import Staff
from escalations.words import SEVERITY, Subject, act_key, due_key, sentence
from users.models import User


def not_yet_escalated(fallen: Sequence[Fallen]) -> list[Fallen]:
    """Return what has no escalation yet. Under the lock nobody can add one meanwhile."""
    there = Escalation.objects.filter(complaint__in={item.complaint.pk for item in fallen})
    moments = set(there.filter(clock__isnull=False).values_list("clock_id", "reason", "due_at"))
    nobody = there.filter(reason=Reason.UNASSIGNED).exclude(state=EscalationState.RESOLVED)
    unassigned = set(nobody.values_list("complaint_id", flat=True))
    return [
        item
        for item in fallen
        if (item.clock is None and item.complaint.pk not in unassigned)
        or (item.clock is not None and (item.clock.pk, item.reason, item.due_at) not in moments)
    ]


def escalations_of(fallen: Sequence[Fallen], staff: Staff, *, at: datetime) -> list[Escalation]:
    """Return one escalation for each thing that fell due, unsaved, with its lead."""
    # A burst has a handful of teams and reasons: when theirs climb is worked out once.
    until: dict[tuple[str, int | None], datetime | None] = {}
    made = []
    for item in fallen:
        lead = staff.lead_for(item.complaint)
        which = (item.reason, lead.team_id if lead else None)
        if which not in until:
            until[which] = climbs_at(item.reason, staff.team_of(lead), at=at)
        made.append(
            Escalation(
                complaint=item.complaint, clock=item.clock, reason=item.reason, severity=SEVERITY[Reason(item.reason)],
                due_at=item.due_at, text=sentence(item.reason, _subject(item)), assigned_to=lead,
                climbs_at=until[which], occurred_at=_since(item), recorded_at=at,
            )
        )  # fmt: skip
    return made


def entry_of(
    escalation: Escalation, words: str, *, actor: User | None, at: datetime, occurred_at: datetime | None = None
) -> Entry:
    """Return the story's entry for this escalation, unsaved."""
    lead = escalation.assigned_to
    data: dict[str, object] = {
        "escalation": escalation.pk, "reason": str(escalation.reason), "severity": escalation.severity, "text": words,
        "to": lead.pk if lead else None, "name": lead.name if lead else "",
    }  # fmt: skip
    return append(escalation.complaint, Kind.ESCALATED, actor=actor, at=at, occurred_at=occurred_at, data=data)


def tellings_of(escalation: Escalation, staff: Staff) -> Iterator[Telling]:
    """Yield who must be told: the lead (or every admin) by mail, the owner in the app; never who raised it."""
    once = _key(escalation)
    told = [escalation.assigned_to] if escalation.assigned_to else staff.admins
    for user in told:
        if user.pk != escalation.raised_by_id:
            yield Telling(user, escalation, once, by_mail=True)
    owner = staff.people.get(escalation.complaint.owner_id or 0)
    if owner and owner.is_active and owner not in told and owner.pk != escalation.raised_by_id:
        yield Telling(owner, escalation, once, by_mail=False)


def raised_by(complaint: Complaint, comment: str, staff: Staff, *, actor: User | None, at: datetime) -> Escalation:
    """Return an escalation that no clock asked for, saved."""
    lead = staff.lead_for(complaint)
    made = Escalation.objects.create(
        complaint=complaint, reason=Reason.MANUAL, severity=SEVERITY[Reason.MANUAL], text=comment, assigned_to=lead,
        raised_by=actor, climbs_at=climbs_at(Reason.MANUAL, staff.team_of(lead), at=at), occurred_at=at,
        recorded_at=at,
    )  # fmt: skip
    escalations_told(EventType.RAISED, [made], at=at)
    return made


def _key(escalation: Escalation) -> str:
    if escalation.due_at is None:
        return act_key(escalation=escalation.pk, act="raised", at=escalation.recorded_at)
    return due_key(
        clock=escalation.clock_id, complaint=escalation.complaint_id, reason=escalation.reason,
        due_at=escalation.due_at,
    )  # fmt: skip


def _subject(item: Fallen) -> Subject:
    owner = item.complaint.owner
    if item.clock is None:
        return Subject("", _first_limit(item.complaint), "", owner.name if owner else "")
    return Subject(item.clock.title, item.clock.due_on, item.clock.citation, owner.name if owner else "")


def _first_limit(complaint: Complaint) -> date | None:
    """Return the day its soonest limit falls on where the respondent is; a limit ends at the midnight after its day."""
    if complaint.next_due_at is None:
        return None
    return (complaint.next_due_at - timedelta(microseconds=1)).astimezone(ZoneInfo(complaint.respondent.zone)).date()


def _since(item: Fallen) -> datetime:
    """Return when it became so: a warning at its own moment, all else at the due moment."""
    if item.reason == Reason.AT_RISK and item.clock and item.clock.at_risk_at:
        return item.clock.at_risk_at
    return item.due_at
