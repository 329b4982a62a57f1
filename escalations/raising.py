"""From what fell due to escalations, their entries in the story, and who is told. The caller holds the locks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from complaints.models import Complaint, Entry, Kind
from complaints.services.falling import Fallen
from complaints.services.story import append
from complaints.thresholds import current
from complaints.thresholds.rules import Policy, Rule, When
from correspondence.models import EventType
from escalations.announcing import channels_told, escalations_told
from escalations.models import Escalation, EscalationState, Reason
from escalations.notices import Telling
from escalations.policies import after_quiet_hours, climbs_at
from escalations.routing import Staff, receiver
from escalations.words import Subject, act_key, due_key, sentence
from users.models import User


def not_yet_escalated(fallen: Sequence[Fallen]) -> list[Fallen]:
    """Return what has no escalation yet. Under the lock nobody can add one meanwhile."""
    there = Escalation.objects.filter(complaint__in={item.complaint.pk for item in fallen})
    moments = set(there.filter(clock__isnull=False).values_list("clock_id", "threshold", "due_at"))
    nobody = there.filter(clock=None, reason__in=[Reason.UNASSIGNED, Reason.REVIEW])
    open_ = set(nobody.exclude(state=EscalationState.RESOLVED).values_list("complaint_id", "threshold"))
    return [
        item
        for item in fallen
        if (item.clock is None and (item.complaint.pk, item.rule.id) not in open_)
        or (item.clock is not None and (item.clock.pk, item.rule.id, item.due_at) not in moments)
    ]


def escalations_of(fallen: Sequence[Fallen], staff: Staff, *, at: datetime) -> list[Escalation]:
    """Return one escalation for each thing that fell due, unsaved, with whoever must look."""
    # A burst has a handful of teams and rules: when theirs climb is worked out once.
    until: dict[tuple[str, int | None], datetime | None] = {}
    number = current.policy().version
    made = []
    for item in fallen:
        rule = item.rule
        lead = receiver(rule.to, item.complaint, staff, at=at)
        which = (rule.id, lead.team_id if lead else None)
        if which not in until:
            until[which] = climbs_at(rule, staff.team_of(lead), at=at)
        made.append(
            Escalation(
                complaint=item.complaint, clock=item.clock, reason=rule.reason, threshold=rule.id, policy=number,
                severity=rule.severity, due_at=item.due_at, text=sentence(rule.reason, _subject(item)),
                assigned_to=lead, climbs_at=until[which], occurred_at=item.since, recorded_at=at,
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


def tellings_of(escalation: Escalation, policy: Policy, rule: Rule, staff: Staff) -> Iterator[Telling]:
    """Yield who must be told: who must look (or every admin) as the rule says, others in the app; never the raiser."""
    if "app" not in rule.by:
        return
    once = _key(escalation)
    told = [escalation.assigned_to] if escalation.assigned_to else staff.admins
    for user in told:
        if user.pk != escalation.raised_by_id:
            later = after_quiet_hours(policy, escalation.reason, user, at=escalation.recorded_at)
            yield Telling(user, escalation, once, by_mail="mail" in rule.by, not_before=later)
    for user in _also_told(escalation, rule, staff):
        if user.is_active and user not in told and user.pk != escalation.raised_by_id:
            yield Telling(user, escalation, once, by_mail=False)


def _also_told(escalation: Escalation, rule: Rule, staff: Staff) -> list[User]:
    found: list[User] = []
    for one in rule.tell:
        if one == "admins":
            found += staff.admins
        elif one == "owner":
            # Nobody in the owner's place: a rule that tells the owner tells no one when there is none.
            found += [owner] if (owner := staff.people.get(escalation.complaint.owner_id or 0)) else []
        elif user := receiver(one, escalation.complaint, staff, at=escalation.recorded_at):
            found.append(user)
    return list(dict.fromkeys(found))


def raised_by(
    complaint: Complaint, when: When, comment: str, staff: Staff, *, actor: User | None, at: datetime
) -> Escalation:
    """Return an escalation that no clock asked for, saved."""
    policy = current.policy()
    rule = policy.event(when)
    lead = receiver(rule.to, complaint, staff, at=at)
    made = Escalation.objects.create(
        complaint=complaint, reason=rule.reason, threshold=rule.id, policy=policy.version, severity=rule.severity,
        text=comment, assigned_to=lead, raised_by=actor, climbs_at=climbs_at(rule, staff.team_of(lead), at=at),
        occurred_at=at, recorded_at=at,
    )  # fmt: skip
    escalations_told(EventType.RAISED, [made], at=at)
    channels_told([made], at=at)
    return made


def tellings(escalations: Sequence[Escalation], staff: Staff) -> Iterator[Telling]:
    """Yield who must be told of these, by the rules that raised them."""
    rules: dict[tuple[int, str], tuple[Policy, Rule | None]] = {}
    for one in escalations:
        which = (one.policy, one.threshold)
        if which not in rules:
            policy = current.version(one.policy)
            rules[which] = policy, policy.rule(one.threshold, one.reason)
        policy, rule = rules[which]
        if rule:
            yield from tellings_of(one, policy, rule, staff)


def _key(escalation: Escalation) -> str:
    if escalation.due_at is None:
        return act_key(escalation=escalation.pk, act="raised", at=escalation.recorded_at)
    return due_key(
        clock=escalation.clock_id, complaint=escalation.complaint_id, threshold=escalation.threshold,
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
