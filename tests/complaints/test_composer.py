"""The composer of a case: three boxes, each with its draft on the server, and the palette's verbs for them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django_fsm import FSMField

from complaints.composer import BOXES
from complaints.errors import Refused
from complaints.forms.table import PAGES
from complaints.models import Complaint, Draft, Purpose, Task
from complaints.palette import palette
from complaints.services import tasks, texts
from complaints.steps import STEPS
from complaints.views.steps import TEXT_FIELDS
from tests.conftest import AT, Register
from users.models import Team, User

pytestmark = pytest.mark.django_db
# The step that makes each transition of the state machine, where it is not called the same.
MADE_BY = {
    "triage": "triage", "investigate": "start_investigation", "await_customer": "ask_customer",
    "await_third_party": "ask_third_party", "resume": "customer_replied", "send_for_review": "send_for_review",
    "send_back": "send_back", "respond": "send_final_response", "resolve_summarily": "resolve_summarily",
    "close": "close", "withdraw": "withdraw", "forward": "forward", "reject_as_no_complaint": "not_a_complaint",
    "merge": "merge", "unmerge": "undo_merge", "refer": "refer_to_ombudsman", "reopen": "reopen",
}  # fmt: skip


def test_each_box_is_a_step_a_draft_and_a_purpose_of_texts() -> None:
    for purpose, field in BOXES.items():
        assert field in PAGES[purpose].form.base_fields
        assert TEXT_FIELDS[purpose] == field
        assert purpose in Purpose.values


def test_every_box_keeps_a_draft_of_its_own_and_loses_it_when_sent(
    client: Client, an_investigated: Register, a_specialist: User, a_team: Team
) -> None:
    complaint = an_investigated()
    client.force_login(a_specialist)
    for purpose in BOXES:
        client.post(f"/complaints/{complaint.reference}/draft", {"purpose": purpose, "text": f"Words of {purpose}."})

    page = client.get(f"/complaints/{complaint.reference}/").content.decode()
    assert page.count('<span class="composer__kept">draft</span>') == 3
    for purpose in BOXES:
        assert f"Words of {purpose}.</textarea>" in page

    asked = {"version": complaint.version, "what": "Why was it held?", "team": a_team.pk, "working_days": 2}
    client.post(f"/complaints/{complaint.reference}/step/ask_task", asked)
    assert Task.objects.get().what == "Why was it held?"
    assert set(Draft.objects.values_list("purpose", flat=True)) == {"note", "ask_customer"}


@pytest.mark.parametrize(
    ("compose", "opened", "focused"),
    [("", "note", 0), ("note", "note", 1), ("ask_customer", "ask_customer", 1), ("ask_task", "ask_task", 1), ("<b>", "note", 0)],
)  # fmt: skip
def test_the_address_says_which_box_is_open(
    client: Client, an_investigated: Register, a_specialist: User, compose: str, opened: str, focused: int
) -> None:
    client.force_login(a_specialist)

    page = client.get(f"/complaints/{an_investigated().reference}/", {"compose": compose}).content.decode()

    assert f'id="compose-{opened}" autocomplete="off" checked' in page
    assert page.count("autofocus") == focused


def test_where_no_question_can_be_asked_it_says_why_and_what_can_go_out(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)

    page = client.get(f"/complaints/{complaint.reference}/", {"compose": "ask_customer"}).content.decode()
    part = page[page.index('data-for="ask_customer"') : page.index('data-for="note"')]

    assert "<textarea" not in part
    assert "What can go to the customer now:" in part
    assert f"/complaints/{complaint.reference}/step/acknowledge" in part


def test_a_text_for_another_team_is_put_beneath_what_was_typed(
    client: Client, a_registered: Register, an_admin: User, a_specialist: User
) -> None:
    text = texts.write(
        name="Trace", purpose="ask_task", language="en", text="Trace the payment of {customer}.", actor=an_admin, at=AT
    )
    complaint = a_registered()
    client.force_login(a_specialist)

    answer = client.post(
        f"/complaints/{complaint.reference}/text?view=mine",
        {"insert": "ask_task", "standard": text.pk, "what": "Please:"}, follow=True,
    )  # fmt: skip

    assert "Please:\n\nTrace the payment of Ana Brennan.</textarea>" in answer.content.decode()
    assert answer.redirect_chain[0][0] == f"/complaints/{complaint.reference}/?view=mine&compose=ask_task"


def test_another_team_is_asked_with_no_gap_in_it(a_registered: Register, a_specialist: User, a_team: Team) -> None:
    with pytest.raises(Refused, match=r"in place of \{customer\}"):
        tasks.ask(a_registered().pk, what="About {customer}", team=a_team, working_days=2, actor=a_specialist, at=AT)


def test_the_palette_puts_texts_in_and_opens_boxes(a_registered: Register, an_admin: User, a_specialist: User) -> None:
    note = texts.write(name="Call", purpose="note", language="en", text="Rang.", actor=an_admin, at=AT)
    texts.write(name="Why", purpose="send_holding_response", language="en", text="Later.", actor=an_admin, at=AT)
    reference = a_registered().reference

    found = palette(a_specialist, "", on=reference)
    named = palette(a_specialist, "insert cal", on=reference)

    assert [(verb.label, verb.where, verb.pk) for verb in found.texts] == [("Insert text: Call (en)", "note", note.pk)]
    assert {verb.where for verb in found.writes} == BOXES.keys()
    assert [verb.label for verb in named.texts] == ["Insert text: Call (en)"]
    assert palette(a_specialist, "").texts == palette(a_specialist, "").writes == []


def test_a_text_is_found_by_its_name_alone(
    client: Client, a_registered: Register, an_admin: User, a_specialist: User
) -> None:
    note = texts.write(name="Call", purpose="note", language="en", text="Rang.", actor=an_admin, at=AT)
    client.force_login(a_specialist)
    asked = {"on": a_registered().reference, "q": "insert text: cal"}

    part = client.get("/complaints/search", asked, headers={"hx-request": "true"}).content.decode()

    assert f'data-compose="note" data-text="{note.pk}"' in part
    assert "Insert text: Call (en)" in part


def test_readers_are_offered_nothing_to_write(
    client: Client, a_registered: Register, an_auditor: User, an_admin: User
) -> None:
    texts.write(name="Call", purpose="note", language="en", text="Rang.", actor=an_admin, at=AT)
    found = palette(an_auditor, "", on=a_registered().reference)

    assert (found.steps, found.texts, found.writes, found.macros) == ([], [], [], [])


def test_a_text_chosen_without_script_stands_chosen_in_its_box(
    client: Client, a_registered: Register, an_admin: User, a_specialist: User
) -> None:
    note = texts.write(name="Call", purpose="note", language="en", text="Rang.", actor=an_admin, at=AT)
    client.force_login(a_specialist)

    page = client.get(f"/complaints/{a_registered().reference}/", {"compose": "note", "text": note.pk}).content.decode()

    assert f'<option value="{note.pk}" selected>' in page


def test_every_transition_is_a_verb_and_the_refused_say_why(
    client: Client, a_registered: Register, a_lead: User
) -> None:
    state: FSMField = Complaint._meta.get_field("state")
    known = {key for key, *_ in STEPS}
    assert {change.name for change in state.get_all_transitions(Complaint)} == MADE_BY.keys()
    assert set(MADE_BY.values()) <= known
    complaint = a_registered()
    client.force_login(a_lead)

    found = palette(a_lead, "", on=complaint.reference)
    page = client.get(
        "/complaints/search", {"on": complaint.reference, "q": ""}, headers={"hx-request": "true"}
    ).content.decode()

    assert {step.key for step in found.steps} == known
    refused = [step for step in found.steps if not step.allowed]
    assert refused
    assert all(step.refusal for step in refused)
    for step in found.steps:
        assert f"<span>{step.label}</span>" in page.replace("&#x27;", "'")


def test_the_palette_on_a_case_costs_so_much(
    a_registered: Register, a_specialist: User, django_assert_num_queries: Callable
) -> None:
    reference = a_registered().reference
    with django_assert_num_queries(8):
        palette(a_specialist, "", on=reference)
