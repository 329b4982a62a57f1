"""Handing complaints to another team: offered with a note, and theirs only once somebody there accepts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from complaints import policy as complaints
from complaints.errors import NotAllowed, NotVisible, Refused
from complaints.models import Complaint, Kind
from complaints.services.giving import give
from complaints.services.step import begin, words
from complaints.services.story import lock, record
from escalations.desk.models import HandOver, HandOverState
from escalations.models import Notice
from users.models import Team, User

LONGEST = 1000


def waiting(user: User) -> QuerySet[HandOver]:
    """Return what waits for an answer and concerns this person: offered to their team, or by it; all for who sees all."""
    found = HandOver.objects.filter(state=HandOverState.WAITING)
    if user.role not in complaints.SEES_ALL:
        team = Q(to_team=user.team_id) | Q(from_team=user.team_id) if user.team_id else Q(pk__in=[])
        found = found.filter(team | Q(giver=user))
    shown = ("complaint__owner", "complaint__complainant", "giver", "from_team", "to_team", "owner")
    return found.select_related(*shown).order_by("asked_at", "pk")


def offered_to(user: User) -> QuerySet[HandOver]:
    """Return what waits for this person's team to accept."""
    found = HandOver.objects.filter(state=HandOverState.WAITING, to_team=user.team_id)
    return found if user.team_id else found.none()


@transaction.atomic
def offer(
    complaint_id: int, *, to_team: Team, note: str, actor: User, at: datetime, version: int | None = None
) -> HandOver:
    """Offer the complaint to another team. Its owner stays its owner until somebody there accepts."""
    complaint = begin(complaint_id, "assign", actor=actor, version=version)
    said = _words(note)
    if complaint.is_finished:
        raise Refused("It is finished; there is nothing to hand over.")
    if complaint.team_id == to_team.pk:
        raise Refused(f"{to_team.name} has it already.")
    if HandOver.objects.filter(complaint=complaint, state=HandOverState.WAITING).exists():
        raise Refused("It is offered to a team already. Withdraw that first.")
    made = HandOver.objects.create(
        complaint=complaint, giver=actor, owner=complaint.owner, from_team=complaint.team, to_team=to_team, note=said,
        asked_at=at,
    )  # fmt: skip
    record(complaint, Kind.NOTED, actor=actor, at=at, text=f"Offered to {to_team.name}. {said}")
    complaint.save()
    receivers = User.objects.filter(team=to_team, is_active=True, role__in=complaints.HANDLERS)
    _tell(made, receivers, f"{complaint.reference}: {actor.name} offers it to {to_team.name}. {said}", at=at)
    return made


@transaction.atomic
def accept(hand_over_id: int, *, to: User | None = None, actor: User, at: datetime) -> HandOver:
    """Take the complaint over, for oneself or for somebody of the team."""
    made, complaint = _held(hand_over_id)
    _require_receiver(made, actor)
    _require_waiting(made, complaint)
    owner = to or actor
    if owner.team_id != made.to_team_id:
        raise Refused(f"{owner.name} is not in {made.to_team.name}. Choose somebody of the team.")
    if complaint.is_finished:
        raise Refused("It was finished in the meantime; nothing is left to take over.")
    if (complaint.owner_id, complaint.team_id) != (made.owner_id, made.from_team_id):
        raise Refused("It was given to somebody else in the meantime, so the hand-over no longer stands.")
    _settle(made, HandOverState.ACCEPTED, "", actor=actor, at=at)
    record(complaint, Kind.NOTED, actor=actor, at=at, text=f"Accepted the hand-over to {made.to_team.name}.")
    give(complaint, owner=owner, actor=actor, at=at)
    _tell(made, [made.giver], f"{complaint.reference}: {owner.name} took it over.", at=at)
    return made


@transaction.atomic
def decline(hand_over_id: int, *, reason: str, actor: User, at: datetime) -> HandOver:
    """Leave it with its owner, and say why."""
    made, complaint = _held(hand_over_id)
    _require_receiver(made, actor)
    _require_waiting(made, complaint)
    said = _words(reason)
    _settle(made, HandOverState.DECLINED, said, actor=actor, at=at)
    record(complaint, Kind.NOTED, actor=actor, at=at, text=f"Declined the hand-over to {made.to_team.name}. {said}")
    complaint.save()
    _tell(made, [made.giver], f"{complaint.reference}: {made.to_team.name} declined it. {said}", at=at)
    return made


@transaction.atomic
def withdraw(hand_over_id: int, *, actor: User, at: datetime) -> HandOver:
    """Take the offer back before anybody accepted it."""
    made, complaint = _held(hand_over_id)
    complaints.require(actor, "assign", complaint)
    if complaint.team_id == made.to_team_id and actor.pk != made.giver_id:
        raise NotAllowed("Only who offers it takes it back.")
    _require_waiting(made, complaint)
    _settle(made, HandOverState.WITHDRAWN, "", actor=actor, at=at)
    record(complaint, Kind.NOTED, actor=actor, at=at, text=f"Took back the hand-over to {made.to_team.name}.")
    complaint.save()
    return made


def _held(hand_over_id: int) -> tuple[HandOver, Complaint]:
    """Return the hand-over and its complaint under lock. What became of it is told only to whom it concerns."""
    complaint_id = HandOver.objects.filter(pk=hand_over_id).values_list("complaint_id", flat=True).first()
    if complaint_id is None:
        raise NotVisible("This hand-over does not exist.")
    complaint = lock(complaint_id)
    made = HandOver.objects.select_related("to_team", "giver").get(pk=hand_over_id)
    return made, complaint


def _require_waiting(made: HandOver, complaint: Complaint) -> None:
    if made.state != HandOverState.WAITING:
        raise Refused(f"{complaint.reference}: this hand-over was {made.get_state_display().lower()} already.")


def _require_receiver(made: HandOver, actor: User) -> None:
    if actor.team_id != made.to_team_id:
        raise NotVisible("This hand-over does not exist.")
    if not actor.is_active or actor.role not in complaints.HANDLERS:
        raise NotAllowed("Only a specialist or a lead of the team takes it over.")


def _settle(made: HandOver, state: str, reason: str, *, actor: User, at: datetime) -> None:
    made.state, made.reason, made.answered_by, made.answered_at = state, reason, actor, at
    made.save()


def _tell(made: HandOver, people: Sequence[User] | QuerySet[User], text: str, *, at: datetime) -> None:
    Notice.objects.bulk_create(
        [
            Notice(
                user=person, complaint_id=made.complaint_id, text=text[:300],
                dedupe_key=f"hand-over-{made.pk}-{made.state}", created_at=at,
            )
            for person in people
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _words(text: str) -> str:
    said = words(text)
    if len(said) > LONGEST:
        raise Refused(f"Keep it to {LONGEST} characters; write the rest as a note on the complaint.")
    return said
