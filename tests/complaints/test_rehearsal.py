"""A draft is rehearsed over the whole open book before anybody publishes it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from complaints.models import Clock, Complaint, Rehearsal
from complaints.services import ending, response
from complaints.services.following import follow
from complaints.studio import rehearsing
from complaints.studio.rehearsing import ask, is_current, rehearse, try_on
from regulations.models import Draft
from regulations.studio import drafts
from regulations.studio.publishing import publish
from tests.conftest import AT, Register, a_person
from users.errors import NotAllowed, Refused
from users.models import Role, User

pytestmark = pytest.mark.django_db
RULE, LATER = "uk-disp-payments", AT + timedelta(hours=3)
FINAL = 'trigger = "receipt"\nlength = "15bd"\nends_with_summary = true\n\n[[obligations.extend'
Written = Callable[..., Draft]


@pytest.fixture
def another_admin(db: None) -> User:
    return a_person("nora.devlin@larkspur.example", "Nora Devlin", Role.ADMIN, None)


@pytest.fixture
def a_draft(an_admin: User) -> Written:
    """A draft that gives fewer days for everything that has fifteen, or makes another change."""

    def build(old: str = 'length = "15bd"', new: str = 'length = "14bd"', enforced: bool = True) -> Draft:
        draft = drafts.start("rule", RULE, actor=an_admin, at=AT)
        assert old in draft.text
        text = draft.text.replace(old, new)
        return drafts.save(draft.pk, text=text, reason="Tighter.", enforced=enforced, actor=an_admin, at=AT)

    return build


def rehearsed(draft: Draft, actor: User, at: datetime = LATER) -> Rehearsal:
    asked = ask(draft.pk, actor=actor, at=at)
    rehearse(lambda: at)
    asked.refresh_from_db()
    assert asked.is_done
    return asked


def test_a_shorter_limit_makes_clocks_earlier_and_says_by_how_many_days(
    a_registered: Register, a_draft: Written, an_admin: User
) -> None:
    complaint = a_registered()

    result = rehearsed(a_draft(), an_admin).result

    assert (result["changed"], result["earlier"], result["later"], result["overdue"]) == (1, 3, 0, 0)
    # The holding response, the final response, and the day from which the ombudsman may be asked.
    assert result["moves"] == {"-3": 3}
    assert result["teams"] == {"Payouts Dublin": {"changed": 1, "earlier": 3, "later": 0, "overdue": 0}}
    sample = next(one for one in result["samples"] if one["title"] == "Final response")
    assert (sample["reference"], sample["before"], sample["after"]) == (complaint.reference, "2026-06-22", "2026-06-19")


def test_rehearsing_changes_nothing(a_registered: Register, a_draft: Written, an_admin: User) -> None:
    complaint = a_registered()
    before = list(Clock.objects.values_list("rule", "obligation", "ends_at", "rule_version"))

    rehearsed(a_draft(), an_admin)

    assert list(Clock.objects.values_list("rule", "obligation", "ends_at", "rule_version")) == before
    assert Complaint.objects.get(pk=complaint.pk).story_length == complaint.story_length


def test_what_would_be_overdue_at_once_is_counted_and_shown_first(
    a_registered: Register, a_draft: Written, an_admin: User
) -> None:
    a_registered(subject="Fresh", at=datetime(2026, 6, 16, 9, tzinfo=UTC))
    old = a_registered(subject="Old")

    result = rehearsed(a_draft(new='length = "10bd"'), an_admin, at=datetime(2026, 6, 17, 9, tzinfo=UTC)).result

    assert (result["changed"], result["overdue"]) == (2, 1)
    assert (result["samples"][0]["reference"], result["samples"][0]["overdue"]) == (old.reference, True)


def test_a_clock_gained_or_lost_is_counted(a_registered: Register, a_draft: Written, an_admin: User) -> None:
    a_registered()

    lost = rehearsed(a_draft(old='jurisdiction = [\n    "GB",', new='jurisdiction = [\n    "IE",'), an_admin).result

    assert lost["lost"] >= 3
    assert (lost["changed"], lost["earlier"], lost["moves"]) == (1, 0, {})


def test_a_rule_that_is_no_longer_acted_on_is_a_change_though_no_date_moves(
    a_registered: Register, a_draft: Written, an_admin: User
) -> None:
    a_registered()

    result = rehearsed(a_draft(old="", new="", enforced=False), an_admin).result

    assert (result["changed"], result["earlier"], result["later"]) == (1, 0, 0)
    assert result["shown"] >= 3


def test_a_bank_holiday_is_rehearsed_like_a_rule(a_registered: Register, an_admin: User) -> None:
    a_registered()
    draft = drafts.change_day("GB-ENG", on=date(2026, 6, 15), name="Jubilee", reason="", actor=an_admin, at=AT)

    result = rehearsed(draft, an_admin).result

    assert (result["later"], result["earlier"], result["moves"]["1"]) == (result["later"], 0, result["later"])
    assert result["later"] >= 2


def test_finished_complaints_are_left_out(
    a_registered: Register, a_specialist: User, a_draft: Written, an_admin: User
) -> None:
    ending.withdraw(a_registered().pk, reason="It came.", actor=a_specialist, at=AT)

    done = rehearsed(a_draft(), an_admin)

    assert (done.seen, done.result["changed"]) == (0, 0)


def test_the_load_of_the_next_days_is_counted_now_and_with_the_draft(
    a_registered: Register, a_draft: Written, an_admin: User
) -> None:
    a_registered()

    load = rehearsed(a_draft(), an_admin, at=datetime(2026, 6, 15, 9, tzinfo=UTC)).result["load"]["Payouts Dublin"]

    assert (load["2026-06-22"][0], load["2026-06-19"][1]) == (1, 1)
    assert (load["2026-06-22"][1], load["2026-06-19"][0]) == (0, 0)


def test_what_was_rehearsed_is_what_happens_and_the_rollback_rehearses_the_way_back(
    an_investigated: Register, a_registered: Register, a_specialist: User, a_draft: Written, an_admin: User,
    another_admin: User,
) -> None:  # fmt: skip
    held = an_investigated(subject="Held")
    response.send_holding_response(
        held.pk, reason="We wait.", promised_on=date(2026, 7, 20), actor=a_specialist, at=LATER
    )
    for day in range(1, 9):
        a_registered(subject=f"Day {day}", at=AT + timedelta(days=day))
    before = dates()

    draft = a_draft()
    told = rehearsed(draft, an_admin).result
    publish(draft.pk, actor=another_admin, at=LATER)
    follow(LATER)

    assert moved(before, dates()) == (told["earlier"], told["later"])
    assert told["earlier"] > 8
    back = drafts.start("rule", RULE, actor=another_admin, at=LATER, back_to=1)
    told_back = rehearsed(back, another_admin).result
    assert (told_back["later"], told_back["earlier"]) == (told["earlier"], told["later"])
    publish(back.pk, actor=an_admin, at=LATER)
    follow(LATER)
    assert dates() == before


def dates() -> dict[tuple[int, str, str], datetime | None]:
    return {(row.complaint_id, row.rule, row.obligation): row.ends_at for row in Clock.objects.all()}


def moved(
    before: dict[tuple[int, str, str], datetime | None], after: dict[tuple[int, str, str], datetime | None]
) -> tuple[int, int]:
    both = [(before[key], after[key]) for key in before if before[key] and after[key]]
    return sum(new < old for old, new in both), sum(new > old for old, new in both)  # type: ignore[operator]


def test_progress_is_kept_batch_by_batch_and_another_worker_goes_on(
    a_registered: Register, a_draft: Written, an_admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        a_registered(subject=f"Payout {number}")
    monkeypatch.setattr(rehearsing, "BATCH", 2)
    asked = ask(a_draft().pk, actor=an_admin, at=LATER)

    assert rehearsing._batch(LATER)
    asked.refresh_from_db()
    assert (asked.seen, asked.total, asked.percent, asked.is_done) == (2, 5, 40, False)
    rehearse(lambda: LATER)

    asked.refresh_from_db()
    assert (asked.seen, asked.percent, asked.result["changed"]) == (5, 100, 5)


def test_a_batch_costs_a_fixed_number_of_statements(
    a_registered: Register, a_draft: Written, an_admin: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        a_registered(subject=f"Payout {number}")
    ask(a_draft().pk, actor=an_admin, at=LATER)

    with django_assert_max_num_queries(16):
        rehearse(lambda: LATER)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_gives_its_batch_back(a_registered: Register, a_draft: Written, an_admin: User) -> None:
    a_registered()
    asked = ask(a_draft().pk, actor=an_admin, at=LATER)

    def another() -> int:
        try:
            return rehearse(lambda: LATER)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Rehearsal.objects.select_for_update().get(pk=asked.pk)
            assert pool.submit(another).result(10) == 0
            transaction.set_rollback(True)
        assert pool.submit(another).result(10) == 1
    asked.refresh_from_db()
    assert (asked.seen, asked.is_done) == (1, True)


def test_a_case_that_cannot_be_worked_out_is_counted_with_its_reason(
    a_complaint: Complaint, a_draft: Written, an_admin: User
) -> None:
    result = rehearsed(a_draft(), an_admin).result

    assert (result["unreadable"], result["problem"]) == (1, "C-26-000001: it has no story to count from.")


def test_asked_twice_it_is_rehearsed_once_and_other_words_take_its_place(a_draft: Written, an_admin: User) -> None:
    draft = a_draft()
    first = ask(draft.pk, actor=an_admin, at=LATER)
    assert ask(draft.pk, actor=an_admin, at=LATER).pk == first.pk

    drafts.save(draft.pk, text=draft.text + "\n", reason="Tighter.", enforced=True, actor=an_admin, at=LATER)
    second = ask(draft.pk, actor=an_admin, at=LATER)

    first.refresh_from_db()
    assert (second.pk == first.pk, first.error) == (False, "Other words are rehearsed instead.")


def test_a_rehearsal_stays_true_to_its_law_while_another_change_is_published(
    a_registered: Register, a_draft: Written, an_admin: User, another_admin: User
) -> None:
    a_registered()
    draft = a_draft()
    asked = ask(draft.pk, actor=an_admin, at=LATER)
    holiday = drafts.change_day("GB-ENG", on=date(2026, 6, 15), name="Jubilee", reason="", actor=an_admin, at=AT)
    publish(holiday.pk, actor=another_admin, at=LATER)

    rehearse(lambda: LATER)

    asked.refresh_from_db()
    assert asked.result["moves"] == {"-3": 3}
    assert not is_current(asked, draft)


def test_a_wrong_draft_is_not_rehearsed_and_nobody_but_an_admin_asks(
    a_draft: Written, an_admin: User, a_lead: User
) -> None:
    draft = a_draft(new='length = "soon"')

    with pytest.raises(Refused, match="not a length"):
        ask(draft.pk, actor=an_admin, at=LATER)
    with pytest.raises(NotAllowed):
        ask(draft.pk, actor=a_lead, at=LATER)


def test_one_case_is_tried_with_its_sentences(a_registered: Register, a_draft: Written) -> None:
    tried = try_on(a_registered(), a_draft())

    finals = [next(one for one in law if one.obligation == "final_response") for law in (tried.before, tried.after)]
    assert [one.due_on for one in finals] == [date(2026, 6, 22), date(2026, 6, 19)]
    assert "19 Jun 2026" in finals[1].sentence
