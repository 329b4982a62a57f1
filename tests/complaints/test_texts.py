"""Standard texts: what is filled, what is said to be missing, and that no gap ever goes out."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from complaints.errors import NotAllowed, Refused, Stale
from complaints.models import Draft, Entry, Purpose, StandardText
from complaints.services import case, texts
from complaints.standard import check, fill, ready
from correspondence.models import Letter
from tests.conftest import AT, Register
from users.models import User

pytestmark = pytest.mark.django_db
KNOWN = {"customer": "Ana {reference}", "reference": "C-26-000001"}


@pytest.fixture
def a_text(an_admin: User) -> StandardText:
    return texts.write(
        name="Account", purpose="ask_customer", language="en", actor=an_admin, at=AT,
        text="Dear {customer}, about {reference} of {received_on}: which account? Answer due {final_response_due}.",
    )  # fmt: skip


def test_what_a_customer_wrote_is_never_filled_again() -> None:
    assert fill("{customer}", KNOWN).text == "Ana {reference}"


def test_what_is_not_known_is_marked_and_said() -> None:
    filled = fill("{customer}, by {final_response_due}", {**KNOWN, "customer": "Ana"})

    assert filled.text == "Ana, by [[the day the final response is due]]"
    assert filled.missing == ("the day the final response is due",)


@pytest.mark.parametrize("left", ["{final_response_due}", "[[the day the final response is due]]"])
def test_a_gap_is_refused_by_its_name(left: str) -> None:
    with pytest.raises(Refused, match="in place of") as refused:
        ready(f"By {left} you hear from us.")
    assert left in str(refused.value)


def test_brackets_of_ones_own_are_no_gap() -> None:
    assert ready("The code {42} [[as printed]].") == "The code {42} [[as printed]]."


def test_a_field_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match=r"no field \{iban\}.*\{customer\}"):
        check("Your {iban}")


def test_a_case_fills_its_words_and_its_date(a_registered: Register, a_text: StandardText, a_specialist: User) -> None:
    complaint = a_registered()
    due = complaint.clocks.get(obligation="final_response").due_on

    filled = texts.filled(complaint, text_id=str(a_text.pk), purpose="ask_customer", actor=a_specialist)

    assert due is not None
    assert filled.text == (
        f"Dear Ana Brennan, about {complaint.reference} of 1 June 2026: which account? Answer due {due:%-d %B %Y}."
    )
    assert filled.missing == ()


def test_a_date_is_said_in_the_language_of_the_text(a_registered: Register, an_admin: User, a_specialist: User) -> None:
    german = texts.write(
        name="Konto", purpose="note", language="DE", text="Eingang {received_on}", actor=an_admin, at=AT
    )

    filled = texts.filled(a_registered(), text_id=str(german.pk), purpose="note", actor=a_specialist)

    assert filled.text == "Eingang 1. Juni 2026"


def test_no_letter_goes_out_with_a_gap(a_decided: Register, a_specialist: User) -> None:
    complaint, letters = a_decided(), Letter.objects.count()

    with pytest.raises(Refused, match="in place of"):
        case.ask_customer(complaint.pk, question="By {final_response_due}?", actor=a_specialist, at=AT)
    assert Letter.objects.count() == letters


def test_a_change_is_a_version_and_the_one_before_stays(a_text: StandardText, an_admin: User) -> None:
    def change(text: StandardText, version: int, words: str, actor: User) -> StandardText:
        return texts.change(
            text.pk, version=version, name="Account", purpose="ask_customer", language="en", text=words, offered=True,
            actor=actor, at=AT,
        )  # fmt: skip

    second = change(a_text, 1, "Which account?", an_admin)

    told = StandardText.objects.filter(key=a_text.key).order_by("version").values_list("version", "is_current", "text")
    assert list(told) == [(1, False, a_text.text), (2, True, "Which account?")]
    with pytest.raises(Stale, match="Somebody changed this text"):
        change(a_text, 1, "Mine", an_admin)
    with pytest.raises(NotAllowed):
        change(second, 2, "Mine", User(is_active=True, role="lead"))


def test_two_offered_texts_of_one_name_are_refused(a_text: StandardText, an_admin: User) -> None:
    with pytest.raises(Refused, match="Give this one another name"):
        texts.write(name=" Account ", purpose="ask_customer", language="en", text="x", actor=an_admin, at=AT)


def test_a_text_out_of_use_cannot_be_picked(
    a_registered: Register, a_text: StandardText, an_admin: User, a_specialist: User
) -> None:
    gone = texts.change(
        a_text.pk, version=1, name="Account", purpose="ask_customer", language="en", text="x", offered=False,
        actor=an_admin, at=AT,
    )  # fmt: skip

    with pytest.raises(Refused, match="Choose a text"):
        texts.filled(a_registered(), text_id=str(gone.pk), purpose="ask_customer", actor=a_specialist)


def test_the_composer_keeps_what_was_typed_above_the_text(
    client: Client, a_registered: Register, an_admin: User, a_specialist: User
) -> None:
    note = texts.write(
        name="Call", purpose=Purpose.NOTE, language="en", text="Spoke with {customer}.", actor=an_admin, at=AT
    )
    complaint = a_registered()
    client.force_login(a_specialist)

    answer = client.post(
        f"/complaints/{complaint.reference}/text", {"insert": "note", "standard": note.pk, "text": "She rang."},
        follow=True,
    )  # fmt: skip

    assert Draft.objects.get().text == "She rang.\n\nSpoke with Ana Brennan."
    assert "She rang.\n\nSpoke with Ana Brennan.</textarea>" in answer.content.decode()
    assert not Entry.objects.filter(kind="noted").exists()


def test_a_gap_is_said_when_the_text_is_put_in_and_refused_when_it_is_saved(
    client: Client, a_registered: Register, an_admin: User, a_specialist: User
) -> None:
    note = texts.write(
        name="Due", purpose=Purpose.NOTE, language="en", text="Due {final_response_due}.", actor=an_admin, at=AT
    )
    complaint = a_registered()
    complaint.clocks.filter(obligation="final_response").update(due_on=None)
    client.force_login(a_specialist)

    page = client.post(
        f"/complaints/{complaint.reference}/text", {"insert": "note", "standard": note.pk, "text": ""}, follow=True
    ).content.decode()
    refused = client.post(
        f"/complaints/{complaint.reference}/note", {"version": complaint.version, "text": Draft.objects.get().text}
    )

    assert "Not known here: the day the final response is due." in page
    assert "Due [[the day the final response is due]].</textarea>" in page
    assert refused.status_code == 409
    assert "in place of [[the day the final response is due]] first" in refused.content.decode()


def test_without_a_choice_the_typed_words_stay_and_it_is_said(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    client.force_login(a_specialist)

    answer = client.post(
        f"/complaints/{a_registered().reference}/text", {"insert": "note", "standard": "", "text": "She rang."}
    )

    assert "Choose a text" in str(next(iter(get_messages(answer.wsgi_request))))
    assert Draft.objects.get().text == "She rang."


def test_a_steps_page_puts_the_text_in_and_takes_nothing(
    client: Client, a_decided: Register, an_admin: User, a_specialist: User
) -> None:
    trace = texts.write(
        name="Trace", purpose="ask_third_party", language="en", text="About {reference}.", actor=an_admin, at=AT
    )
    complaint = a_decided()
    client.force_login(a_specialist)
    sent = {
        "version": complaint.version,
        "party": "The bank",
        "question": "Hello.",
        "insert": "1",
        "standard": trace.pk,
    }

    page = client.post(f"/complaints/{complaint.reference}/step/ask_third_party", sent).content.decode()

    assert f"Hello.\n\nAbout {complaint.reference}." in page
    assert 'value="The bank"' in page
    assert not Entry.objects.filter(kind="asked_third_party").exists()


def test_admins_see_every_version_and_who_wrote_it(client: Client, a_text: StandardText, an_admin: User) -> None:
    client.force_login(an_admin)
    fields = {"name": "Account", "purpose": "ask_customer", "language": "en", "text": "Which {iban}?", "version": 1}
    address = f"/complaints/texts/{a_text.pk}"

    refused = client.post(address, {**fields, "offered": "on"})
    client.post(address, {**fields, "offered": "on", "text": "Which account?"})
    page = client.get(address).content.decode()

    assert refused.status_code == 409
    assert "There is no field {iban}" in refused.content.decode()
    assert "Version 2, Niamh Daly" in page
    assert "Version 1, Niamh Daly" in page


def test_a_text_put_beneath_more_than_can_be_kept_is_refused_where_the_words_are(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)

    answer = client.post(f"/complaints/{complaint.reference}/text", {"insert": "note", "text": "x" * 20_001})

    assert (answer.status_code, answer.headers["Content-Type"]) == (409, "text/plain; charset=utf-8")
    assert "at most 20,000" in answer.content.decode()
