"""The clocks of a complaint follow its story."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from complaints.errors import Refused
from complaints.models import Clock, Complaint, Kind, Respondent
from complaints.services import case, ending, response
from complaints.services.falling import fall_due
from complaints.services.story import save_all
from regulations.models import ClockStatus
from tests.conftest import AT, Register
from users.models import User

pytestmark = pytest.mark.django_db


def clock(complaint: Complaint, obligation: str, rule: str = "uk-disp-payments") -> Clock:
    return Clock.objects.get(complaint=complaint, rule=rule, obligation=obligation)


def kinds(complaint: Complaint) -> list[str]:
    return [entry.kind for entry in complaint.story.all()]


def test_a_registered_complaint_has_its_clocks_and_says_why(a_registered: Register) -> None:
    complaint = a_registered()

    final = clock(complaint, "final_response")
    assert (final.due_on, final.status, final.enforced) == (date(2026, 6, 22), ClockStatus.RUNNING, True)
    assert "22 Jun 2026" in final.sentence
    assert final.citation
    assert complaint.next_due_at == datetime(2026, 6, 22, 23, 0, tzinfo=UTC)
    assert Kind.CLOCK_STARTED in kinds(complaint)


def test_the_limit_is_pinned_to_a_rule_version_and_a_calendar_version(a_registered: Register) -> None:
    final = clock(a_registered(), "final_response")

    assert (final.rule_version, final.calendar, final.calendar_version) == (1, "GB-ENG", 1)


def test_the_acknowledgement_meets_its_clock(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()

    response.acknowledge(complaint.pk, actor=a_specialist, at=AT + timedelta(hours=1))

    met = clock(complaint, "acknowledgement")
    assert (met.status, met.settled_at) == (ClockStatus.MET, AT + timedelta(hours=1))


def test_a_holding_response_in_time_moves_15_days_to_35(an_investigated: Register, a_specialist: User) -> None:
    complaint = an_investigated()

    response.send_holding_response(
        complaint.pk, reason="We wait for the bank.", promised_on=date(2026, 7, 20), actor=a_specialist,
        at=datetime(2026, 6, 19, 9, tzinfo=UTC),
    )  # fmt: skip

    assert clock(complaint, "final_response").due_on == date(2026, 7, 20)
    assert Kind.CLOCK_MOVED in kinds(complaint)


def test_a_late_holding_response_does_not_buy_35_days(an_investigated: Register, a_specialist: User) -> None:
    complaint = an_investigated()

    response.send_holding_response(
        complaint.pk, reason="We wait for the bank.", promised_on=date(2026, 7, 20), actor=a_specialist,
        at=datetime(2026, 6, 23, 9, tzinfo=UTC),
    )  # fmt: skip

    assert clock(complaint, "final_response").due_on == date(2026, 6, 22)


def test_a_promise_beyond_the_longer_limit_is_refused(an_investigated: Register, a_specialist: User) -> None:
    complaint = an_investigated()

    with pytest.raises(Refused, match="The law allows until 20 July 2026"):
        response.send_holding_response(
            complaint.pk, reason="We wait.", promised_on=date(2026, 8, 3), actor=a_specialist,
            at=datetime(2026, 6, 19, 9, tzinfo=UTC),
        )  # fmt: skip

    assert clock(complaint, "final_response").due_on == date(2026, 6, 22)
    assert Kind.HOLDING_SENT not in kinds(complaint)


def test_an_earlier_promise_becomes_the_limit(an_investigated: Register, a_specialist: User) -> None:
    complaint = an_investigated()

    response.send_holding_response(
        complaint.pk, reason="We wait for the bank.", promised_on=date(2026, 7, 6), actor=a_specialist,
        at=datetime(2026, 6, 19, 9, tzinfo=UTC),
    )  # fmt: skip

    final = clock(complaint, "final_response")
    assert (final.due_on, final.latest_lawful_on) == (date(2026, 7, 6), date(2026, 7, 20))


def test_changed_facts_end_the_clocks_of_the_rule_that_is_left(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()

    case.change_facts(
        complaint.pk, facts={}, complaint_class=["other"], complainant="consumer", actor=a_specialist, at=AT
    )

    left = clock(complaint, "final_response")
    assert (left.status, left.settled_by) == (ClockStatus.ENDED, "disapplied")
    assert clock(complaint, "final_response", "uk-disp-standard").due_on == date(2026, 7, 27)
    assert Kind.CLOCK_ENDED in kinds(complaint)


def test_the_final_response_settles_what_waits_for_it(a_reviewed: Register, a_specialist: User) -> None:
    complaint = a_reviewed()

    response.send_final_response(complaint.pk, actor=a_specialist, at=AT + timedelta(days=3))

    complaint.refresh_from_db()
    assert clock(complaint, "final_response").status == ClockStatus.MET
    assert complaint.next_due_at is None
    assert complaint.next_check_at is None


def test_withdrawing_ends_every_running_duty(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()

    ending.withdraw(complaint.pk, reason="It was paid today.", actor=a_specialist, at=AT + timedelta(days=1))

    assert not complaint.clocks.filter(kind="D", status=ClockStatus.RUNNING).exists()
    assert clock(complaint, "final_response").settled_by == "withdrawn"


def sweep(complaint: Complaint, at: datetime) -> list[str]:
    complaint.refresh_from_db()
    fallen, entries = fall_due([complaint], at=at)
    save_all([complaint], entries)
    return [f"{one.reason} {one.clock.obligation if one.clock else ''}".strip() for one in fallen]


def test_a_limit_warns_once_and_is_missed_once(a_registered: Register) -> None:
    complaint = a_registered()

    assert sweep(complaint, datetime(2026, 6, 21, 22, 59, tzinfo=UTC)) == []
    assert sweep(complaint, datetime(2026, 6, 21, 23, 0, tzinfo=UTC)) == ["at_risk final_response"]
    assert sweep(complaint, datetime(2026, 6, 21, 23, 1, tzinfo=UTC)) == []
    assert sweep(complaint, datetime(2026, 6, 22, 23, 0, tzinfo=UTC)) == ["missed final_response"]
    assert sweep(complaint, datetime(2026, 7, 22, 23, 0, tzinfo=UTC)) == []
    assert kinds(complaint).count(Kind.CLOCK_MISSED) == 1


def test_waking_late_gives_one_outcome_and_no_warning(a_registered: Register) -> None:
    assert sweep(a_registered(), datetime(2026, 9, 1, tzinfo=UTC)) == ["missed final_response"]


def test_what_was_answered_late_before_anybody_looked_is_still_told(a_reviewed: Register, a_specialist: User) -> None:
    complaint = a_reviewed()
    response.send_final_response(complaint.pk, actor=a_specialist, at=datetime(2026, 6, 24, tzinfo=UTC))

    assert sweep(complaint, datetime(2026, 6, 24, 1, tzinfo=UTC)) == ["missed final_response"]
    assert sweep(complaint, datetime(2026, 6, 24, 2, tzinfo=UTC)) == []
    assert clock(complaint, "final_response").settled_at == datetime(2026, 6, 24, tzinfo=UTC)


def test_an_unowned_complaint_is_told_after_thirty_minutes_and_once(a_registered: Register) -> None:
    complaint = a_registered(owner=None)

    assert sweep(complaint, AT + timedelta(minutes=29)) == []
    assert sweep(complaint, AT + timedelta(minutes=30)) == ["unassigned"]
    assert sweep(complaint, AT + timedelta(minutes=31)) == []


def test_a_missed_duty_is_still_owed_until_it_is_done(a_registered: Register) -> None:
    complaint = a_registered()
    sweep(complaint, datetime(2026, 7, 1, tzinfo=UTC))

    complaint.refresh_from_db()
    assert complaint.next_due_at == datetime(2026, 6, 22, 23, 0, tzinfo=UTC)


def replayed(*words: str) -> str:
    out = StringIO()
    call_command("replay", *words, stdout=out)
    return out.getvalue()


def test_replay_finds_every_clock_again(a_reviewed: Register, a_specialist: User) -> None:
    complaint = a_reviewed()
    response.send_final_response(complaint.pk, actor=a_specialist, at=AT + timedelta(days=3))
    ending.close(complaint.pk, actor=a_specialist, at=AT + timedelta(days=4))

    assert "1 complaints" in replayed("--check")
    assert ", 0 differences" in replayed("--check")


def test_replay_reports_a_clock_that_was_changed_behind_the_story(a_registered: Register) -> None:
    complaint = a_registered()
    Clock.objects.filter(complaint=complaint, obligation="final_response").update(due_on=date(2027, 1, 1))

    with pytest.raises(SystemExit):
        replayed("--check")
    assert "due_on is 2027-01-01, should be 2026-06-22" in replayed()


def test_a_step_needs_the_same_few_queries(
    a_registered: Register, a_specialist: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    complaint = a_registered()
    case.triage(complaint.pk, category=complaint.category, actor=a_specialist, at=AT)

    # Two of them ask for the escalation policy in force, and whether any other system wants to be told.
    with django_assert_num_queries(16):
        case.start_investigation(complaint.pk, actor=a_specialist, at=AT)


def test_an_answer_in_time_needs_no_delay_notice(
    a_reviewed: Register, a_specialist: User, a_respondent: Respondent
) -> None:
    Respondent.objects.filter(pk=a_respondent.pk).update(jurisdiction="AU", zone="Australia/Sydney")
    a_respondent.refresh_from_db()
    complaint = a_reviewed(respondent=a_respondent)

    response.send_final_response(complaint.pk, actor=a_specialist, at=AT + timedelta(days=3))

    assert clock(complaint, "delay_notice", "au-rg271-standard").status == ClockStatus.MET
    assert sweep(complaint, AT + timedelta(days=60)) == []


def test_the_letter_that_says_why_it_takes_longer_is_the_delay_notice(
    an_investigated: Register, a_specialist: User, a_respondent: Respondent
) -> None:
    Respondent.objects.filter(pk=a_respondent.pk).update(jurisdiction="AU", zone="Australia/Sydney")
    a_respondent.refresh_from_db()
    complaint = an_investigated(respondent=a_respondent)

    response.send_holding_response(
        complaint.pk, reason="The scheme has not answered.", promised_on=date(2026, 7, 20), actor=a_specialist,
        at=AT + timedelta(days=20),
    )  # fmt: skip

    assert clock(complaint, "delay_notice", "au-rg271-standard").status == ClockStatus.MET


def test_what_happened_elsewhere_settles_the_clock_that_waits_for_it(
    an_investigated: Register, a_specialist: User, a_respondent: Respondent
) -> None:
    Respondent.objects.filter(pk=a_respondent.pk).update(jurisdiction="US", zone="America/New_York")
    a_respondent.refresh_from_db()
    complaint = an_investigated(respondent=a_respondent, complaint_class=["eft_error"])

    case.record_happening(
        complaint.pk, event="provisional_credit_posted", on=date(2026, 6, 9), actor=a_specialist,
        at=AT + timedelta(days=9),
    )  # fmt: skip

    assert clock(complaint, "provisional_credit", "us-reg-e").status == ClockStatus.MET
    assert clock(complaint, "provisional_credit_notice", "us-reg-e").due_on == date(2026, 6, 11)
    assert ", 0 differences" in replayed("--check")


def test_what_is_still_to_come_has_not_happened(an_investigated: Register, a_specialist: User) -> None:
    complaint = an_investigated()

    with pytest.raises(Refused, match="still to come"):
        case.record_happening(
            complaint.pk, event="error_determined", on=date(2026, 6, 3), actor=a_specialist, at=AT + timedelta(hours=1)
        )


def test_a_clock_that_runs_again_is_said_to_have_started(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    away = {"facts": {}, "complaint_class": ["other"], "complainant": "consumer"}
    case.change_facts(complaint.pk, **away, actor=a_specialist, at=AT)
    before = kinds(complaint).count(Kind.CLOCK_STARTED)

    case.change_facts(complaint.pk, **away | {"complaint_class": ["payment_services"]}, actor=a_specialist, at=AT)

    assert clock(complaint, "final_response").status == ClockStatus.RUNNING
    assert kinds(complaint).count(Kind.CLOCK_STARTED) > before
    assert Kind.CLOCK_SETTLED not in kinds(complaint)
    assert ", 0 differences" in replayed("--check")


def test_after_an_update_the_new_sentence_is_kept_and_nothing_else(a_registered: Register) -> None:
    complaint = a_registered()
    final, other = clock(complaint, "final_response"), complaint.clocks.exclude(obligation="final_response").first()
    assert other is not None
    said = final.sentence
    Clock.objects.filter(pk=final.pk).update(sentence="As an older Redress said it.")
    Clock.objects.filter(pk=other.pk).update(sentence="Changed by hand.", due_on=date(2027, 1, 1))

    told = replayed("--words")

    final.refresh_from_db(), other.refresh_from_db()
    assert final.sentence == said
    assert (other.sentence, other.due_on) == ("Changed by hand.", date(2027, 1, 1))
    assert "final_response" not in told
    assert "due_on is 2027-01-01" in told
