"""Answers to the customer, and the second pair of eyes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints.errors import NotAllowed, NotVisible, Refused, Stale
from complaints.models import Complaint, Kind, Review, State
from complaints.services import case, ending, response, review
from complaints.services.gather import final_letter
from complaints.services.intake import NewComplainant
from complaints.services.story import first_broken_link
from complaints.steps import next_act, stepper, steps
from correspondence.models import Letter, LetterKind, LetterState, OutboundMail
from tests.conftest import AT, Register
from users.models import Role, Team, User

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=5)


def test_an_acknowledgement_is_a_letter_and_one_mail(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()

    response.acknowledge(complaint.pk, actor=a_specialist, at=AT)

    letter = Letter.objects.get(case_reference=complaint.reference, kind=LetterKind.ACKNOWLEDGEMENT)
    assert letter.state == LetterState.SENT
    assert bytes(letter.pdf or b"")[:5] == b"%PDF-"
    assert OutboundMail.objects.filter(letter=letter).count() == 1


def test_a_second_acknowledgement_is_refused(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    response.acknowledge(complaint.pk, actor=a_specialist, at=AT)

    with pytest.raises(Refused, match="already been sent"):
        response.acknowledge(complaint.pk, actor=a_specialist, at=AT)

    assert OutboundMail.objects.count() == 1


def test_a_form_opened_before_somebody_else_moved_the_case_is_refused(
    a_registered: Register, a_specialist: User
) -> None:
    complaint = a_registered()
    case.note(complaint.pk, text="Called the customer.", actor=a_specialist, at=AT)

    with pytest.raises(Stale):
        response.acknowledge(complaint.pk, actor=a_specialist, at=AT, version=complaint.version)

    assert not Letter.objects.exists()


def test_a_letter_without_review_is_not_sent(a_decided: Register, a_specialist: User) -> None:
    complaint = a_decided()

    with pytest.raises(Refused, match="cannot be done while the complaint is investigating"):
        response.send_final_response(complaint.pk, actor=a_specialist, at=LATER)


def test_a_letter_that_waits_for_review_is_not_sent(a_decided: Register, a_specialist: User) -> None:
    complaint = a_decided()
    review.send_for_review(complaint.pk, actor=a_specialist, at=LATER)

    with pytest.raises(Refused, match="A second person must approve exactly this letter first"):
        response.send_final_response(complaint.pk, actor=a_specialist, at=LATER)


def test_nobody_approves_their_own_letter(a_decided: Register, a_specialist: User, a_lead: User) -> None:
    complaint = a_decided()
    review.send_for_review(complaint.pk, actor=a_lead, at=LATER)

    with pytest.raises(Refused, match="A second person must look at it"):
        review.approve(complaint.pk, actor=a_lead, at=LATER)


def test_a_specialist_does_not_approve(a_decided: Register, a_specialist: User) -> None:
    complaint = a_decided()
    review.send_for_review(complaint.pk, actor=a_specialist, at=LATER)

    with pytest.raises(NotAllowed):
        review.approve(complaint.pk, actor=a_specialist, at=LATER)


def test_a_letter_sent_back_may_be_changed_and_must_be_reviewed_again(
    a_decided: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = a_decided()
    review.send_for_review(complaint.pk, actor=a_specialist, at=LATER)
    review.send_back(complaint.pk, comment="Say why it took nine days.", actor=a_lead, at=LATER)
    letter = final_letter(complaint)
    assert letter is not None
    blocks = [dict(block) for block in letter.blocks]
    blocks[0]["text"] += " It took nine days because of a rule that did not apply."

    response.edit_final_response(complaint.pk, blocks=blocks, actor=a_specialist, at=LATER)
    review.send_for_review(complaint.pk, actor=a_specialist, at=LATER)

    assert complaint.reviews.count() == 2
    with pytest.raises(Refused, match="A second person must approve"):
        response.send_final_response(complaint.pk, actor=a_specialist, at=LATER)


def test_words_under_review_cannot_be_changed(a_decided: Register, a_specialist: User) -> None:
    complaint = a_decided()
    review.send_for_review(complaint.pk, actor=a_specialist, at=LATER)

    with pytest.raises(Refused, match="The letter is with a second person"):
        response.edit_final_response(complaint.pk, blocks=[], actor=a_specialist, at=LATER)


def test_a_letter_without_a_required_clause_is_not_sent_for_review(a_decided: Register, a_specialist: User) -> None:
    complaint = a_decided()
    letter = final_letter(complaint)
    assert letter is not None
    without = [dict(block) for block in letter.blocks if not block.get("clause")]
    response.edit_final_response(complaint.pk, blocks=without, actor=a_specialist, at=LATER)

    with pytest.raises(Refused, match="every required clause"):
        review.send_for_review(complaint.pk, actor=a_specialist, at=LATER)


def test_an_approved_letter_is_sent_and_the_case_closed(a_reviewed: Register, a_specialist: User) -> None:
    complaint = a_reviewed()

    response.send_final_response(complaint.pk, actor=a_specialist, at=LATER)
    closed = ending.close(complaint.pk, actor=a_specialist, at=LATER)

    assert closed.state == State.CLOSED
    assert closed.responded_at == LATER
    assert complaint.reviews.get().verdict == Review.Verdict.APPROVED
    assert first_broken_link(closed.story.all()) is None


def test_what_the_customer_accepted_in_time_ends_with_a_summary_letter(
    an_investigated: Register, a_specialist: User
) -> None:
    complaint = an_investigated()
    response.accept_resolution(complaint.pk, form="oral", actor=a_specialist, at=AT + timedelta(days=1))

    answered = response.resolve_summarily(complaint.pk, actor=a_specialist, at=AT + timedelta(days=1))

    assert answered.state == State.RESPONDED
    assert Letter.objects.filter(kind=LetterKind.SUMMARY_RESOLUTION, state=LetterState.SENT).count() == 1
    assert not any(clock.is_owed for clock in complaint.clocks.all())


def test_what_the_customer_accepted_too_late_needs_a_final_response(
    an_investigated: Register, a_specialist: User
) -> None:
    complaint = an_investigated()
    response.accept_resolution(complaint.pk, form="oral", actor=a_specialist, at=AT + timedelta(days=4))

    with pytest.raises(Refused, match="before the summary cut-off"):
        response.resolve_summarily(complaint.pk, actor=a_specialist, at=AT + timedelta(days=4))


def test_another_teams_complaint_does_not_exist(a_registered: Register, a_team: Team) -> None:
    complaint = a_registered()
    stranger = User.objects.create_user(
        "s@x.example", "a-long-password", name="S", role=Role.SPECIALIST,
        team=Team.objects.create(name="Cards London", centre="London"),
    )  # fmt: skip

    with pytest.raises(NotVisible):
        response.acknowledge(complaint.pk, actor=stranger, at=AT)


def test_forwarding_tells_the_customer_and_settles_the_final_response(
    a_registered: Register, a_specialist: User
) -> None:
    complaint = a_registered()

    ending.forward(
        complaint.pk, firm="Harbour Bank plc, 1 Harbour Road, Leeds", reason="The account is theirs.",
        actor=a_specialist, at=LATER,
    )  # fmt: skip

    assert Letter.objects.get(kind=LetterKind.FORWARDING).state == LetterState.SENT
    assert [entry.kind for entry in complaint.story.all()].count(Kind.FINAL_SENT) == 1
    assert not any(clock.is_owed for clock in complaint.clocks.all())


def test_that_it_is_no_complaint_needs_a_lead_who_agrees(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()

    with pytest.raises(Refused, match="A lead who is not you"):
        ending.not_a_complaint(complaint.pk, reason="A question.", agreed_by=a_specialist, actor=a_specialist, at=AT)


def named(complaint: Complaint, user: User, key: str) -> str:
    return next(step.refusal for step in steps(complaint, user) if step.key == key)


def test_a_refused_step_says_what_to_do_first(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()

    assert named(complaint, a_specialist, "triage") == ""
    assert named(complaint, a_specialist, "decide") == "Decide while the complaint is being investigated."
    assert named(complaint, a_specialist, "close") == "This cannot be done while the complaint is received."


def test_every_step_in_the_list_agrees_with_its_service(a_decided: Register, a_specialist: User) -> None:
    complaint = a_decided()
    possible = {step.key for step in steps(complaint, a_specialist) if step.allowed}

    assert {"send_for_review", "record_finding", "decide", "draft_final_response"} <= possible
    assert not {"send_final_response", "close", "triage", "reopen"} & possible


def test_the_next_act_is_what_unblocks_the_case(a_registered: Register, a_specialist: User, a_lead: User) -> None:
    complaint = a_registered()
    act = next_act(complaint, a_specialist)

    assert act is not None and act.key == "triage"


def test_readers_have_no_steps(a_registered: Register, an_auditor: User) -> None:
    assert steps(a_registered(), an_auditor) == []


def test_the_stepper_shows_where_the_case_stands(a_decided: Register) -> None:
    complaint = a_decided()
    happened = {entry.kind: entry.occurred_at for entry in complaint.story.all()}

    stages = {stage.key: stage.state for stage in stepper(complaint, happened)}

    assert stages["received"] == stages["triaged"] == stages["acknowledged"] == "past"
    assert stages["investigating"] == "current"
    assert stages["responded"] == "future"


def test_a_sent_letter_says_that_it_was_sent(a_reviewed: Register, a_specialist: User) -> None:
    complaint = a_reviewed()
    response.send_final_response(complaint.pk, actor=a_specialist, at=LATER)

    with pytest.raises(Refused, match="This letter was sent"):
        response.edit_final_response(complaint.pk, blocks=[], actor=a_specialist, at=LATER)


def test_a_subject_and_a_name_stand_on_one_line(a_registered: Register) -> None:
    complaint = a_registered(subject="Payout\r\nheld", complainant=NewComplainant(name="Ana\nBrennan"))

    assert (complaint.subject, complaint.complainant.name) == ("Payout held", "Ana Brennan")


def test_a_name_that_nobody_can_see_is_none(a_registered: Register) -> None:
    with pytest.raises(Refused, match="in letters one can see"):
        a_registered(complainant=NewComplainant(name="\u202e\u200b"))
