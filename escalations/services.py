"""What a person does to an escalation: take it, pass it on, resolve it, or raise one by hand."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from complaints import policy as complaints
from complaints.errors import NotAllowed, NotVisible, Refused
from complaints.models import Entry, Kind
from complaints.services.story import append, lock, save_all
from complaints.thresholds.rules import When
from correspondence.models import EventType
from escalations import policy
from escalations.announcing import escalations_told
from escalations.models import Escalation, EscalationState
from escalations.notices import Telling, tell
from escalations.policies import climbs_at, rule_of
from escalations.raising import entry_of, raised_by, tellings
from escalations.routing import Staff
from escalations.words import act_key
from users.models import User


@transaction.atomic
def take(escalation_id: int, *, actor: User, at: datetime) -> Escalation:
    """Make it mine: I deal with it."""
    escalation = _open(escalation_id, actor=actor)
    if escalation.state == EscalationState.TAKEN and escalation.assigned_to_id == actor.pk:
        return escalation
    escalation.assigned_to, escalation.state = actor, EscalationState.TAKEN
    _keep(escalation, entry_of(escalation, f"{actor.name} took the escalation.", actor=actor, at=at))
    escalations_told(EventType.TAKEN, [escalation], at=at)
    return escalation


@transaction.atomic
def reassign(escalation_id: int, *, to: User, actor: User, at: datetime) -> Escalation:
    """Give it to another lead or admin who sees the complaint, and tell them."""
    escalation = _open(escalation_id, actor=actor)
    if not (policy.may_decide(to) and complaints.is_visible(to, escalation.complaint)):
        raise Refused(f"{to.name} cannot decide on this complaint. Choose a lead of its team or an admin.")
    escalation.assigned_to, escalation.state = to, EscalationState.OPEN
    escalation.climbs_at = climbs_at(rule_of(escalation), to.team, at=at)
    _keep(escalation, entry_of(escalation, f"The escalation went to {to.name}.", actor=actor, at=at))
    once = act_key(escalation=escalation.pk, act="reassigned", at=at)
    tell([Telling(to, escalation, once, by_mail=True)], at=at)
    return escalation


@transaction.atomic
def resolve(escalation_id: int, *, resolution: str, actor: User, at: datetime) -> Escalation:
    """Close it with words that say what was done."""
    escalation = _open(escalation_id, actor=actor)
    said = _words(resolution, otherwise="Say in a few words what was done about it.")
    escalation.state, escalation.resolved_at, escalation.resolution = EscalationState.RESOLVED, at, said
    data: dict[str, object] = {"escalation": escalation.pk, "reason": str(escalation.reason), "text": said}
    entry = append(
        escalation.complaint, Kind.ESCALATION_RESOLVED, actor=actor, at=at, occurred_at=None, data=data
    )  # fmt: skip
    _keep(escalation, entry)
    escalations_told(EventType.RESOLVED, [escalation], at=at)
    return escalation


@transaction.atomic
def deescalate(escalation_id: int, *, severity: int, reason: str, actor: User, at: datetime) -> Escalation:
    """Say that it is less severe than it was raised as, and why."""
    escalation = _open(escalation_id, actor=actor)
    said = _words(reason, otherwise="Say in a few words why it is less severe.")
    if not 1 <= severity < escalation.severity:
        raise Refused("Choose a severity below the one it has.")
    before, escalation.severity = escalation.severity, severity
    words = f"{actor.name} lowered its severity from {before} to {severity}: {said}"
    return _keep(escalation, entry_of(escalation, words, actor=actor, at=at))


@transaction.atomic
def lower(escalation_id: int, *, to: User, reason: str, actor: User, at: datetime) -> Escalation:
    """Bring it one level down again, to a lead or an admin who then has the whole time to take it."""
    escalation = _open(escalation_id, actor=actor)
    said = _words(reason, otherwise="Say in a few words why it need not be decided here.")
    if escalation.level == 0:
        raise Refused("It has not climbed. Hand it back to the specialist, or give it to somebody else.")
    if not (policy.may_decide(to) and complaints.is_visible(to, escalation.complaint)):
        raise Refused(f"{to.name} cannot decide on this complaint. Choose a lead of its team or an admin.")
    escalation.level -= 1
    escalation.assigned_to, escalation.state = to, EscalationState.OPEN
    escalation.climbs_at = climbs_at(rule_of(escalation), to.team, at=at)
    words = f"{actor.name} brought it down to level {escalation.level}, to {to.name}: {said}"
    _keep(escalation, entry_of(escalation, words, actor=actor, at=at))
    once = act_key(escalation=escalation.pk, act="lowered", at=at)
    tell([Telling(to, escalation, once, by_mail=True)], at=at)
    return escalation


@transaction.atomic
def hand_back(escalation_id: int, *, reason: str, actor: User, at: datetime) -> Escalation:
    """Leave it to the complaint's owner, and say why no lead need decide; the owner is told."""
    escalation = _open(escalation_id, actor=actor)
    said = _words(reason, otherwise="Say in a few words what the specialist should do.")
    owner = escalation.complaint.owner
    if owner is None or not owner.is_active:
        raise Refused("Nobody owns this complaint, so there is nobody to hand it back to. Assign it first.")
    done = resolve(escalation.pk, resolution=f"Handed back to {owner.name}: {said}", actor=actor, at=at)
    done.text = f"Handed back to you by {actor.name}: {said}"[:300]
    once = act_key(escalation=done.pk, act="handed-back", at=at)
    tell([Telling(owner, done, once, by_mail=True)], at=at)
    return Escalation.objects.get(pk=done.pk)


@transaction.atomic
def watch(escalation_id: int, *, who: User, actor: User, at: datetime) -> Escalation:
    """Let somebody who sees the complaint be told of every change of the escalation."""
    escalation = _seen(escalation_id, actor=actor)
    if who != actor and not policy.may_decide(actor):
        raise NotAllowed("Only a lead or an admin lets somebody else watch. You may watch it yourself.")
    if not (who.is_active and complaints.is_visible(who, escalation.complaint)):
        raise Refused(f"{who.name} does not see this complaint.")
    if escalation.watchers.filter(pk=who.pk).exists():
        return escalation
    escalation.watchers.add(who)
    return _keep(escalation, entry_of(escalation, f"{who.name} watches the escalation.", actor=actor, at=at))


@transaction.atomic
def unwatch(escalation_id: int, *, who: User, actor: User, at: datetime) -> Escalation:
    """Take somebody off those who are told."""
    escalation = _seen(escalation_id, actor=actor)
    if who != actor and not policy.may_decide(actor):
        raise NotAllowed("Only a lead or an admin takes somebody else off. You may leave yourself.")
    if not escalation.watchers.filter(pk=who.pk).exists():
        return escalation
    escalation.watchers.remove(who)
    return _keep(escalation, entry_of(escalation, f"{who.name} no longer watches it.", actor=actor, at=at))


@transaction.atomic
def raise_by_hand(complaint_id: int, *, comment: str, actor: User, at: datetime) -> Escalation:
    """Ask the lead to look at this complaint, and say why."""
    complaint = lock(complaint_id)
    complaints.require(actor, "escalate", complaint)
    said = _words(comment, otherwise="Say in a few words what the lead should decide.")
    if len(said) > 300:
        raise Refused("Keep it to 300 characters; write the rest as a note.")
    staff = Staff.now()
    escalation = raised_by(complaint, When.RAISED, said, staff, actor=actor, at=at)
    save_all([complaint], [entry_of(escalation, said, actor=actor, at=at)])
    tell(tellings([escalation], staff), at=at)
    return escalation


def _open(escalation_id: int, *, actor: User) -> Escalation:
    """Return the escalation with its complaint locked, or say why this person cannot decide on it now."""
    complaint_id = Escalation.objects.filter(pk=escalation_id).values_list("complaint_id", flat=True).first()
    if complaint_id is None:
        raise NotVisible("This escalation does not exist.")
    complaint = lock(complaint_id)
    policy.require_decider(actor, complaint)
    escalation = Escalation.objects.select_related("assigned_to").get(pk=escalation_id)
    escalation.complaint = complaint
    if escalation.state == EscalationState.RESOLVED:
        raise Refused("Somebody has resolved this escalation already.")
    return escalation


def _seen(escalation_id: int, *, actor: User) -> Escalation:
    """Return the escalation with its complaint locked, if it exists for this person."""
    found = policy.get_visible(actor, pk=escalation_id)
    found.complaint = lock(found.complaint_id)
    return found


def _keep(escalation: Escalation, entry: Entry) -> Escalation:
    # The complaint's version stays: an escalation changes nothing that an open form of the case shows.
    escalation.save()
    save_all([escalation.complaint], [entry])
    # Who watches is told of each change, in the app; not of their own.
    once = act_key(escalation=escalation.pk, act=f"watched-{entry.seq}", at=entry.recorded_at)
    watching = escalation.watchers.filter(is_active=True).exclude(pk=entry.actor_id or 0).order_by("pk")
    tell([Telling(user, escalation, once, by_mail=False) for user in watching], at=entry.recorded_at)
    return escalation


def _words(text: str, *, otherwise: str) -> str:
    said = text.replace("\x00", "").strip()
    if not said:
        raise Refused(otherwise)
    return said
