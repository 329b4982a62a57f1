"""Two people at one case: whose words stand, what is doubled by nobody, and what a step would do before it is taken."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from complaints.forms.differences import Asked, choose, take_over
from complaints.forms.letter_words import keys_of, merged, typed
from complaints.models import Category, Complaint, Entry, Kind, Submission
from complaints.services import case, desk
from complaints.services.once import KEPT
from tests.conftest import AT, Register
from users.models import User

pytestmark = pytest.mark.django_db
PRODUCT = Asked("product", "Product", ("credit_card",), {"credit_card": "Credit card", "other": "Other"})


def facts_of(complaint: Complaint, **more: object) -> dict[str, object]:
    return {
        "version": complaint.version, "complaint_class": ["payment_services"], "complainant": "consumer",
        "was-complaint_class": ["payment_services"], "was-complainant": "consumer", "was-product": "",
        "was-cross_border": "", "was-account_first_deposit_on": "", "was-complex": "", **more,
    }  # fmt: skip


def url_of(complaint: Complaint, *more: object) -> str:
    return f"/complaints/{complaint.reference}/" + "/".join(str(part) for part in more)


@pytest.mark.parametrize(
    ("was", "mine", "kept", "conflict"),
    [("", "", "credit_card", False), ("", "other", "other", True), ("", "credit_card", "credit_card", False)],
)
def test_of_three_values_it_is_clear_whose_stands(was: str, mine: str, kept: str, conflict: bool) -> None:
    posted = QueryDict(f"product={mine}&was-product={was}")

    taken, found = take_over(posted, [PRODUCT])

    assert taken["product"] == kept
    assert [one.conflict for one in found] == [conflict]
    assert (found[0].was, found[0].theirs) == ("nothing", "Credit card")


def test_what_nobody_else_changed_is_no_difference() -> None:
    assert take_over(QueryDict("product=other&was-product=credit_card"), [PRODUCT])[1] == []


def test_a_person_may_take_the_others_value() -> None:
    posted = QueryDict("product=other&was-product=credit_card&take-product=theirs")

    assert choose(posted)["product"] == "credit_card"
    assert choose(QueryDict("product=other&was-product=credit_card&take-product=mine"))["product"] == "other"


def test_a_paragraph_put_in_before_does_not_move_the_rest() -> None:
    before = [{"clause": "", "heading": "", "text": "Dear"}, {"clause": "outcome", "heading": "", "text": "We uphold"}]
    after = [{"clause": "right", "heading": "Your right", "text": "You may go on"}, *before]
    posted = QueryDict("key-0=free-1&block-0=Dear Ana&was-0=Dear&key-1=outcome&block-1=We uphold&was-1=We uphold")

    blocks, found = merged(typed(posted, before), after)

    assert [block["text"] for block in blocks] == ["You may go on", "Dear Ana", "We uphold"]
    assert found == []
    assert keys_of(after) == ["right", "free-1", "outcome"]


def test_two_change_the_facts_and_see_field_by_field_what_the_other_did(
    client: Client, an_investigated: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = an_investigated()
    mine = facts_of(complaint, product="prepaid_account", complainant="consumer")
    case.change_facts(
        complaint.pk, facts={"product": "credit_card"}, complaint_class=["payment_services"],
        complainant="micro_enterprise", actor=a_lead, at=AT + timedelta(hours=1),
    )  # fmt: skip
    client.force_login(a_specialist)

    answer = client.post(url_of(complaint, "facts"), mine)

    found = {one.name: one for one in answer.context["differences"]}
    assert answer.status_code == 409
    assert (found["product"].mine, found["product"].theirs) == ("Prepaid account", "Credit card")
    assert found["product"].conflict and not found["complainant"].conflict
    page = answer.content.decode()
    assert "Tom Okafor" in page and "Take theirs: Credit card" in page
    assert '<option value="micro_enterprise" selected>' in page
    # Pressing again, with theirs taken for the one and the other as it was taken over.
    again = answer.context["form"].data.dict() | {"take-product": "theirs", "complaint_class": ["payment_services"]}
    assert client.post(url_of(complaint, "facts"), again).status_code == 302
    complaint = Complaint.objects.get(pk=complaint.pk)
    assert complaint.facts == {"product": "credit_card"}
    assert complaint.complainant.classed_as == "micro_enterprise"


def test_a_stale_form_nobody_else_touched_says_so(
    client: Client, an_investigated: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = an_investigated()
    mine = facts_of(complaint, product="other")
    case.note(complaint.pk, text="Called.", actor=a_lead, at=AT + timedelta(hours=1))
    client.force_login(a_specialist)

    answer = client.post(url_of(complaint, "facts"), mine)

    assert answer.status_code == 409
    assert "Nothing that you are writing in was changed." in answer.content.decode()


def test_a_form_that_is_sent_twice_does_its_work_once(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    complaint, key = a_registered(), str(uuid4())
    client.force_login(a_specialist)
    given = {"text": "Called her.", "version": complaint.version, "once": key}

    answers = [client.post(url_of(complaint, "note"), given).status_code for _ in range(3)]

    assert answers == [302, 302, 302]
    assert Entry.objects.filter(complaint=complaint, kind=Kind.NOTED).count() == 1


def test_what_was_refused_may_be_sent_again_with_the_same_form(
    client: Client, a_registered: Register, a_specialist: User, a_lead: User
) -> None:
    complaint, key = a_registered(), str(uuid4())
    case.note(complaint.pk, text="First.", actor=a_lead, at=AT)
    client.force_login(a_specialist)

    refused = client.post(url_of(complaint, "note"), {"text": "Mine.", "version": complaint.version, "once": key})
    taken = client.post(url_of(complaint, "note"), {"text": "Mine.", "version": complaint.version + 1, "once": key})

    assert (refused.status_code, taken.status_code) == (409, 302)
    assert Entry.objects.filter(complaint=complaint, kind=Kind.NOTED).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_sendings_at_the_same_moment_do_one_work(a_registered: Register, a_specialist: User) -> None:
    complaint, key = a_registered(), str(uuid4())
    given = {"text": "Called.", "version": complaint.version, "once": key}

    def send(_: int) -> int:
        sender = Client()
        sender.force_login(a_specialist)
        try:
            return sender.post(url_of(complaint, "note"), given).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))

    assert answers == [302] * 4
    assert Entry.objects.filter(complaint=complaint, kind=Kind.NOTED).count() == 1


def test_yesterdays_forms_are_forgotten(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint, now = a_registered(), timezone.now()
    old = Submission.objects.create(user=a_specialist, key=uuid4(), at=now - KEPT * 2)
    client.force_login(a_specialist)

    client.post(url_of(complaint, "note"), {"text": "Hm.", "version": complaint.version, "once": str(uuid4())})

    assert not Submission.objects.filter(pk=old.pk).exists()
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("key", ["", "nonsense", "9" * 3000])
def test_a_form_without_a_key_still_works(client: Client, a_registered: Register, a_specialist: User, key: str) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)

    answer = client.post(url_of(complaint, "note"), {"text": "Hm.", "version": complaint.version, "once": key})

    assert answer.status_code == 302


def test_a_script_that_sends_a_form_is_told_where_to_go_on(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)
    given = {"text": "Hm.", "version": complaint.version}

    answer = client.post(url_of(complaint, "note"), given, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, url_of(complaint))


def test_others_see_in_which_field_somebody_writes_until_they_are_gone(
    client: Client, a_registered: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)
    asked = {"version": complaint.version, "field": "change_facts:product"}
    first = client.get(url_of(complaint, "pulse"), asked)
    desk.be_present(complaint, doing="", field="change_facts:product", actor=a_lead, at=first.context["now"])

    seen = client.get(url_of(complaint, "pulse"), asked)

    assert 'data-field="change_facts:product"' in seen.content.decode()
    assert seen.headers["ETag"] != first.headers["ETag"]
    again = client.get(url_of(complaint, "pulse"), asked, headers={"If-None-Match": seen.headers["ETag"]})
    assert again.status_code == 304
    late = first.context["now"] + desk.GONE_AFTER * 2
    assert desk.be_present(complaint, doing="", actor=a_specialist, at=late) == []


def test_what_triage_does_to_the_dates_is_shown_and_not_done(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    complaint = a_registered()
    other = Category.objects.create(product="Data", issue="Access", complaint_class="data_protection")
    client.force_login(a_specialist)

    page = client.post(
        url_of(complaint, "step", "triage"), {"category": other.pk, "version": complaint.version, "preview": "1"}
    )

    said = {effect.title: effect.said for effect in page.context["effects"]}
    assert any("no longer applies" in words for words in said.values())
    assert Complaint.objects.get(pk=complaint.pk).state == "received"
    assert complaint.story.filter(kind=Kind.TRIAGED).count() == 0


def test_a_holding_response_says_to_when_it_moves_the_answer(
    client: Client, an_investigated: Register, a_specialist: User
) -> None:
    now = timezone.now()
    complaint = an_investigated(at=now - timedelta(days=1))
    client.force_login(a_specialist)
    promised = f"{now + timedelta(days=7):%Y-%m-%d}"
    given = {"reason": "The bank has not answered.", "promised_on": promised, "version": complaint.version}

    page = client.post(url_of(complaint, "step", "send_holding_response"), {**given, "preview": "1"})

    assert page.status_code == 200
    assert any("moves from" in effect.said for effect in page.context["effects"])
    assert not complaint.story.filter(kind=Kind.HOLDING_SENT).exists()
