"""Macros: kept by leads, run on one complaint or many, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from complaints.errors import NotAllowed, Refused, Stale
from complaints.models import Complaint, Entry, Kind, Macro, StandardText
from complaints.palette import palette
from complaints.services import case, macro_book, macros, texts
from complaints.services.macro_book import Wish
from correspondence.models import Letter
from tests.conftest import AT, Register
from users.models import User

pytestmark = pytest.mark.django_db
BULK = "/complaints/bulk"
AMacro = Callable[..., Macro]


@pytest.fixture
def a_macro(a_lead: User) -> AMacro:
    def build(**wish: object) -> Macro:
        return macro_book.write(Wish(**{"name": "Chase", **wish}), actor=a_lead, at=AT)  # type: ignore[arg-type]

    return build


@pytest.fixture
def a_note(an_admin: User) -> StandardText:
    return texts.write(name="Call", purpose="note", language="en", text="Spoke with {customer}.", actor=an_admin, at=AT)


@pytest.fixture
def a_question(an_admin: User) -> StandardText:
    return texts.write(
        name="Account", purpose="ask_customer", language="en", text="Which account, {customer}?", actor=an_admin, at=AT
    )


def kinds(complaint: Complaint) -> list[str]:
    """What people did to it since it came in and was given to somebody."""
    told = Entry.objects.filter(complaint=complaint, actor__isnull=False).order_by("seq")
    return [entry.kind for entry in told if not entry.kind.startswith("clock") and entry.kind != Kind.RECEIVED][1:]


def version_of(complaint: Complaint) -> int:
    return Complaint.objects.get(pk=complaint.pk).version


def test_every_act_goes_through_its_own_service_in_the_order_that_is_said(
    a_registered: Register, a_specialist: User, a_lead: User, a_macro: AMacro, a_note: StandardText,
    a_question: StandardText,
) -> None:  # fmt: skip
    complaint = a_registered()
    case.triage(complaint.pk, category=complaint.category, actor=a_specialist, at=AT)
    macro = a_macro(
        step="start_investigation", tags=["Waiting"], note_text=a_note.key, question_text=a_question.key, owner=a_lead
    )

    done = macros.run(complaint.pk, macro=macro, actor=a_specialist, at=AT)

    assert [act.said for act in macros.acts(macro)] == [
        "Start investigation", "Tag it waiting", "Note “Call”", "Ask the customer with “Account”", "Give it to Tom Okafor",
    ]  # fmt: skip
    assert kinds(complaint) == ["triaged", "investigation_started", "tagged", "noted", "asked_customer", "assigned"]
    assert (done.owner, done.tags) == (a_lead, ["waiting"])
    assert Entry.objects.get(kind=Kind.NOTED).data["text"] == "Spoke with Ana Brennan."
    assert Letter.objects.filter(kind="question").count() == 1


def test_where_one_act_is_refused_none_was_taken(
    a_registered: Register, a_specialist: User, a_macro: AMacro, a_question: StandardText
) -> None:
    complaint, letters = a_registered(), Letter.objects.count()
    macro = a_macro(tags=["waiting"], question_text=a_question.key)
    before = (version_of(complaint), kinds(complaint))

    with pytest.raises(Refused, match=r"Ask the customer with “Account”: .* Nothing of the macro was done\."):
        macros.run(complaint.pk, macro=macro, actor=a_specialist, at=AT)

    assert (version_of(complaint), kinds(complaint)) == before
    assert Complaint.objects.get(pk=complaint.pk).tags == []
    assert Letter.objects.count() == letters


def test_a_gap_in_a_text_stops_the_macro_by_its_name(
    a_registered: Register, a_specialist: User, an_admin: User, a_macro: AMacro
) -> None:
    due = texts.write(name="Due", purpose="note", language="en", text="By {final_response_due}", actor=an_admin, at=AT)
    complaint = a_registered()
    complaint.clocks.filter(obligation="final_response").update(due_on=None)

    with pytest.raises(Refused, match="Note “Due”: Write what belongs in place of"):
        macros.run(complaint.pk, macro=a_macro(note_text=due.key), actor=a_specialist, at=AT)


def test_a_macro_means_the_words_that_are_current(
    a_registered: Register, a_specialist: User, an_admin: User, a_macro: AMacro, a_note: StandardText
) -> None:
    macro = a_macro(note_text=a_note.key)
    newer = texts.change(
        a_note.pk, version=1, name="Call", purpose="note", language="en", text="Rang.", offered=True, actor=an_admin, at=AT
    )  # fmt: skip

    macros.run(a_registered().pk, macro=macro, actor=a_specialist, at=AT)
    texts.change(
        newer.pk, version=2, name="Call", purpose="note", language="en", text="Rang.", offered=False, actor=an_admin, at=AT
    )  # fmt: skip

    assert Entry.objects.get(kind=Kind.NOTED).data["text"] == "Rang."
    with pytest.raises(Refused, match="A lead must choose another text"):
        macros.run(a_registered().pk, macro=macro, actor=a_specialist, at=AT)


def test_a_macro_lends_nobody_a_right(a_registered: Register, an_auditor: User, a_macro: AMacro) -> None:
    with pytest.raises(NotAllowed):
        macros.run(a_registered().pk, macro=a_macro(tags=["x"]), actor=an_auditor, at=AT)


def test_a_form_on_an_older_case_and_a_macro_of_yesterday_are_refused(
    a_registered: Register, a_specialist: User, a_lead: User, a_macro: AMacro
) -> None:
    complaint, macro = a_registered(), a_macro(tags=["x"])
    with pytest.raises(Stale):
        macros.run(complaint.pk, macro=macro, actor=a_specialist, at=AT, version=version_of(complaint) - 1)

    macro_book.change(macro.pk, Wish("Chase", tags=["y"]), version=1, offered=True, actor=a_lead, at=AT)
    macro.refresh_from_db()
    with pytest.raises(Refused, match="changed or taken out of use"):
        macros.run(complaint.pk, macro=macro, actor=a_specialist, at=AT)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({}, "at least one thing"),
        ({"name": "  ", "tags": ["x"]}, "Write something first"),
        ({"step": "decide"}, "steps that need no words"),
        ({"tags": ["x"], "tags_off": ["X"]}, "tag x on and take it off"),
        ({"note_text": "00000000-0000-4000-8000-000000000000"}, "Choose texts from the list"),
    ],
)
def test_what_could_never_run_is_not_kept(a_macro: AMacro, wish: dict[str, object], said: str) -> None:
    with pytest.raises(Refused, match=said):
        a_macro(**wish)


def test_two_macros_of_one_name_are_refused(a_macro: AMacro) -> None:
    a_macro(tags=["x"])

    with pytest.raises(Refused, match="Give this one another name"):
        a_macro(name=" Chase ", tags=["y"])


def test_specialists_run_macros_and_keep_none(client: Client, a_specialist: User, a_macro: AMacro) -> None:
    with pytest.raises(NotAllowed):
        macro_book.write(Wish("Mine", tags=["x"]), actor=a_specialist, at=AT)
    client.force_login(a_specialist)

    assert client.get("/complaints/macros").status_code == 403
    assert client.get(f"/complaints/macros/{a_macro(tags=['x']).pk}").status_code == 403


def test_a_lead_writes_changes_and_retires_a_macro_and_every_version_stays(
    client: Client, a_lead: User, a_specialist: User
) -> None:
    client.force_login(a_lead)
    refused = client.post("/complaints/macros/new", {"name": "Press"})
    client.post("/complaints/macros/new", {"name": "Press", "tags": "Press, urgent", "gives_to": "runner"})
    first = Macro.objects.get()
    change = {"name": "Press", "tags": "press", "version": 1, "gives_to": a_specialist.pk}
    address = f"/complaints/macros/{first.pk}"
    client.post(address, {**change, "offered": "on"})
    stale = client.post(address, {**change, "offered": "on"})
    client.post(address, {**change, "version": 2})
    page = client.get(address).content.decode()

    assert refused.status_code == 409
    assert "Choose at least one thing this macro does." in refused.content.decode()
    assert "Somebody changed this macro" in stale.content.decode()
    assert "Give it to whoever runs it." in page
    assert "Give it to Maeve Kelly." in page
    assert [one.is_current for one in Macro.objects.order_by("version")] == [False, False, True]
    assert not macro_book.offered().exists()
    assert "(not offered)" in client.get("/complaints/macros").content.decode()


def test_it_is_run_on_a_case_from_the_palette_after_it_said_what_it_does(
    client: Client, a_registered: Register, a_specialist: User, a_macro: AMacro
) -> None:
    complaint, macro = a_registered(), a_macro(tags=["waiting"], gives_to_runner=True)
    client.force_login(a_specialist)
    address = f"/complaints/{complaint.reference}/step/run_macro"

    found = palette(a_specialist, "macro chase", on=complaint.reference)
    asked = client.get(address, {"macro": macro.pk}).content.decode()
    answer = client.post(address, {"version": version_of(complaint), "macro": macro.pk})

    assert [verb.label for verb in found.macros] == ["Macro: Chase"]
    assert "Chase: Tag it waiting. Give it to whoever runs it." in asked
    assert " checked" in asked
    assert answer.status_code == 302
    assert kinds(complaint) == ["tagged", "assigned"]
    assert palette(a_specialist, "macro chase").macros == []


def test_on_chosen_rows_each_says_what_became_of_it(
    client: Client, a_registered: Register, an_investigated: Register, a_specialist: User, a_macro: AMacro,
    a_question: StandardText,
) -> None:  # fmt: skip
    ready, not_ready = an_investigated(), a_registered()
    macro = a_macro(tags=["waiting"], question_text=a_question.key)
    client.force_login(a_specialist)
    chosen = [f"{one.reference}@{version_of(one)}" for one in (ready, not_ready)]

    page = client.post(BULK, {"pick": chosen, "act": "macro", "macro": macro.pk}).content.decode()

    assert "1 done, 1 not done" in page
    assert "Tag it waiting; Ask the customer with “Account”: done." in page
    assert "Nothing of the macro was done." in page
    tagged = {one.reference for one in Complaint.objects.filter(tags__contains=["waiting"])}
    assert tagged == {ready.reference}


@pytest.mark.parametrize("chosen", ["", "x", "999999", "9" * 40])
def test_without_a_macro_nothing_is_done_and_it_is_said(
    client: Client, a_registered: Register, a_specialist: User, chosen: str
) -> None:
    client.force_login(a_specialist)
    picked = f"{a_registered().reference}@1"

    page = client.post(BULK, {"pick": picked, "act": "macro", "macro": chosen}, follow=True)

    assert "Choose a macro for the chosen complaints first." in page.content.decode()
