"""What a person does to an escalation."""

from __future__ import annotations

from datetime import datetime

import pytest

from complaints.errors import NotAllowed, NotVisible, Refused
from complaints.models import Kind
from correspondence.models import OutboundMail
from escalations import services
from escalations.models import Escalation, EscalationState, Notice, Reason
from escalations.sweep import sweep
from tests.conftest import AT, Register, a_person
from tests.escalations.builders import a_clock
from users.models import Role, Team, User

pytestmark = pytest.mark.django_db
NIGHT = datetime.fromisoformat("2026-06-22T23:00:00+00:00")


@pytest.fixture
def missed(a_specialist: User, a_team: Team) -> Escalation:
    a_clock(NIGHT, owner=a_specialist, team=a_team)
    sweep(NIGHT)
    return Escalation.objects.get()


def test_a_lead_takes_it(missed: Escalation, a_team: Team) -> None:
    nora = a_person("nora@x.example", "Nora Daly", Role.LEAD, a_team)

    escalation = services.take(missed.pk, actor=nora, at=NIGHT)

    assert (escalation.state, escalation.assigned_to) == (EscalationState.TAKEN, nora)
    assert missed.complaint.story.last().data["text"] == "Nora Daly took the escalation."


def test_taking_it_twice_is_taking_it_once(missed: Escalation, a_lead: User) -> None:
    services.take(missed.pk, actor=a_lead, at=NIGHT)
    length = missed.complaint.story.count()

    services.take(missed.pk, actor=a_lead, at=NIGHT)

    assert missed.complaint.story.count() == length


def test_reassigning_tells_who_gets_it(missed: Escalation, a_lead: User, a_team: Team) -> None:
    nora = a_person("nora@x.example", "Nora Daly", Role.LEAD, a_team)

    escalation = services.reassign(missed.pk, to=nora, actor=a_lead, at=NIGHT)

    assert escalation.assigned_to == nora
    assert Notice.objects.filter(user=nora, escalation=missed).exists()
    assert OutboundMail.objects.filter(to=nora.email).count() == 1


def test_it_is_not_given_to_somebody_who_cannot_decide(missed: Escalation, a_lead: User, a_specialist: User) -> None:
    with pytest.raises(Refused, match="cannot decide on this complaint"):
        services.reassign(missed.pk, to=a_specialist, actor=a_lead, at=NIGHT)


def test_it_is_not_given_to_a_lead_who_cannot_see_the_complaint(missed: Escalation, a_lead: User) -> None:
    london = a_person("lee@x.example", "Lee", Role.LEAD, Team.objects.create(name="London", centre="London"))

    with pytest.raises(Refused, match="cannot decide on this complaint"):
        services.reassign(missed.pk, to=london, actor=a_lead, at=NIGHT)


def test_resolving_says_what_was_done(missed: Escalation, a_lead: User) -> None:
    escalation = services.resolve(missed.pk, resolution=" Sent today. ", actor=a_lead, at=NIGHT)

    assert (escalation.state, escalation.resolution, escalation.resolved_at) == ("resolved", "Sent today.", NIGHT)
    entry = missed.complaint.story.last()
    assert (entry.kind, entry.actor, entry.data["text"]) == (Kind.ESCALATION_RESOLVED, a_lead, "Sent today.")


def test_resolving_without_words_is_refused(missed: Escalation, a_lead: User) -> None:
    with pytest.raises(Refused, match="what was done"):
        services.resolve(missed.pk, resolution="  ", actor=a_lead, at=NIGHT)


@pytest.mark.parametrize("act", ["take", "resolve", "reassign"])
def test_what_is_resolved_stays_resolved(missed: Escalation, a_lead: User, act: str) -> None:
    services.resolve(missed.pk, resolution="Sent today.", actor=a_lead, at=NIGHT)
    more = {"take": {}, "resolve": {"resolution": "Again."}, "reassign": {"to": a_lead}}[act]

    with pytest.raises(Refused, match="resolved this escalation already"):
        getattr(services, act)(missed.pk, actor=a_lead, at=NIGHT, **more)


def test_a_specialist_does_not_decide(missed: Escalation, a_specialist: User) -> None:
    with pytest.raises(NotAllowed):
        services.take(missed.pk, actor=a_specialist, at=NIGHT)


def test_another_teams_escalation_does_not_exist(missed: Escalation) -> None:
    london = a_person("lee@x.example", "Lee", Role.LEAD, Team.objects.create(name="London", centre="London"))

    with pytest.raises(NotVisible):
        services.take(missed.pk, actor=london, at=NIGHT)


def test_a_specialist_raises_a_complaint_to_the_lead(a_registered: Register, a_specialist: User, a_lead: User) -> None:
    complaint = a_registered()

    escalation = services.raise_by_hand(complaint.pk, comment="Decide on what we have?", actor=a_specialist, at=AT)

    assert (escalation.reason, escalation.assigned_to, escalation.raised_by) == (Reason.MANUAL, a_lead, a_specialist)
    assert complaint.story.last().kind == Kind.ESCALATED
    assert [(mail.to, mail.subject) for mail in OutboundMail.objects.all()] == [
        (a_lead.email, f"Raised by hand: {complaint.reference}")
    ]
    assert not Notice.objects.filter(user=a_specialist).exists()


def test_two_questions_about_one_complaint_are_both_told(
    a_registered: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = a_registered()

    for comment in ("Decide?", "And the fee?"):
        services.raise_by_hand(complaint.pk, comment=comment, actor=a_specialist, at=AT)

    assert Notice.objects.filter(user=a_lead).count() == 2
    assert OutboundMail.objects.filter(to=a_lead.email).count() == 2


@pytest.mark.parametrize(("comment", "words"), [(" ", "Say in a few words"), ("x" * 301, "300 characters")])
def test_a_question_without_words_or_with_too_many_is_refused(
    a_registered: Register, a_specialist: User, comment: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        services.raise_by_hand(a_registered().pk, comment=comment, actor=a_specialist, at=AT)
