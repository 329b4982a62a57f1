"""Complaints taken from beginning to end by people at real browsers."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
from django.core.management import call_command
from django.utils import timezone

from complaints.models import Clock, Complaint, Respondent, State
from correspondence.dispatch import dispatch
from correspondence.models import Letter, LetterKind, LetterState, MailState, OutboundMail
from escalations.models import Escalation, Reason
from escalations.sweep import sweep
from regulations.models import ClockStatus
from tests.browser.conftest import Desk, House, Open
from tests.conftest import with_authority

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "cfpb" / "complaints.csv"


def typed(desk: Desk, house: House) -> str:
    """Type a complaint into the form; return its reference."""
    page = desk.go("/complaints/new")
    page.select_option("[name=respondent]", str(house.respondent.pk))
    page.select_option("[name=channel]", "phone")
    page.fill("[name=received_at]", (timezone.now() - timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M"))
    page.fill("[name=name]", "Delroy Mensah")
    page.fill("[name=email]", "delroy@customer.example")
    page.select_option("[name=category]", str(house.category.pk))
    page.fill("[name=subject]", "Payout held with no reason given")
    page.fill("[name=narrative]", "It was held for nine days & nobody told me <why>.")
    page.check("[name=mine]")
    page.click("main form .btn--primary")
    page.wait_for_selector(".case")
    return page.url.rstrip("/").rsplit("/", 1)[1]


def work(desk: Desk, lead: Desk, reference: str) -> None:
    """From the investigation to the closed case."""
    promised = (timezone.now() + timedelta(days=20)).date().isoformat()
    desk.step(reference, "ask_customer", question="On which day should it have arrived?")
    desk.step(reference, "customer_replied", text="On Monday.")
    desk.step(reference, "send_holding_response", reason="We wait for the bank.", promised_on=promised)
    desk.step(reference, "record_finding", point="It was held", text="A rule that did not apply held it.", upheld="yes")
    desk.step(
        reference, "decide", outcome="upheld", reasons="We held it without a reason.", root_cause="process",
        redress_kind="compensation", redress_amount="50",
    )  # fmt: skip
    desk.step(reference, "draft_final_response")
    letter_url = desk.page.url
    block = desk.page.locator("#words textarea").nth(1)
    block.fill(block.input_value() + " We are sorry.")
    desk.page.click("#words button")
    desk.page.wait_for_selector(".message--success:has-text('The letter is saved')")
    assert "We are sorry." in desk.page.inner_text(".paper")
    desk.step(reference, "send_for_review")

    lead.go(letter_url.removeprefix(lead.base))
    assert "We are sorry." in lead.page.inner_text(".paper")
    lead.go("/escalations/")
    lead.page.click("#waiting summary:has-text('Approve')")
    lead.page.click("#waiting form button:has-text('Approve')")
    lead.page.wait_for_selector(".message--success")

    desk.step(reference, "send_final_response")
    desk.step(reference, "close")
    assert "Closed" in desk.page.inner_text(".stepper")


def read_back(reference: str) -> str:
    letter = Letter.objects.get(case_reference=reference, kind=LetterKind.FINAL_RESPONSE)
    assert letter.state == LetterState.SENT
    pages = pypdf.PdfReader(io.BytesIO(bytes(letter.pdf or b""))).pages
    return " ".join(page.extract_text() for page in pages)


def test_a_typed_complaint_goes_from_the_form_to_the_closed_case(house: House, open_desk: Open) -> None:
    desk, lead = open_desk(house.specialist), open_desk(house.lead)
    reference = typed(desk, house)
    assert "nobody told me <why>" in desk.page.inner_text(".story")
    desk.step(reference, "triage")
    desk.step(reference, "acknowledge")
    desk.step(reference, "start_investigation")

    work(desk, lead, reference)

    complaint = Complaint.objects.get(reference=reference)
    assert complaint.state == State.CLOSED
    said = " ".join(read_back(reference).split())
    for words in ("We uphold your complaint.", "We are sorry.", "£50.00", "Financial Ombudsman Service", reference):
        assert words in said
    final = Clock.objects.get(complaint=complaint, rule="uk-disp-payments", obligation="final_response")
    assert final.status == ClockStatus.MET
    call_command("replay", "--check")


def test_every_letter_is_mailed_once_with_its_pdf(house: House, open_desk: Open, mailoutbox: list[object]) -> None:
    desk = open_desk(house.specialist)
    reference = typed(desk, house)
    desk.step(reference, "triage")
    desk.step(reference, "acknowledge")

    assert dispatch(timezone.now()) == 1
    assert dispatch(timezone.now()) == 0
    mail = mailoutbox[0]
    assert mail.to == ["delroy@customer.example"]  # type: ignore[attr-defined]
    assert mail.attachments[0][0] == f"{reference}.pdf"  # type: ignore[attr-defined]
    assert OutboundMail.objects.get().state == MailState.SENT


def test_an_imported_complaint_goes_to_the_closed_case(house: House, open_desk: Open, tmp_path: Path) -> None:
    if not SHARED.exists():
        pytest.skip("the real complaints are not on this machine")
    lines = SHARED.read_text(encoding="utf-8").splitlines()
    some = tmp_path / "some.csv"
    some.write_text("\n".join(lines[:400]) + "\n", encoding="utf-8")
    call_command("import_complaints", str(some), "--source", "cfpb")
    complaint = Complaint.objects.filter(imported=True, state=State.INVESTIGATING).first()
    if complaint is None:
        complaint = _open_one(lines, tmp_path)
    Respondent.objects.filter(pk=complaint.respondent_id).update(team=house.team)
    # A limit in one currency is none in another, and these complaints are in dollars.
    for person in (house.specialist, house.lead):
        with_authority(person, 1000, complaint.currency)
    desk, lead = open_desk(house.specialist), open_desk(house.lead)
    desk.step(complaint.reference, "assign", owner=str(house.specialist.pk))
    desk.step(complaint.reference, "acknowledge")

    work(desk, lead, complaint.reference)

    complaint.refresh_from_db()
    assert complaint.state == State.CLOSED
    assert "We uphold your complaint." in " ".join(read_back(complaint.reference).split())
    assert not Escalation.objects.exists()
    call_command("replay", "--check")


def _open_one(lines: list[str], folder: Path) -> Complaint:
    """Import the rows whose company has not answered yet."""
    some = folder / "open.csv"
    rows = [line for line in lines[1:] if ",In progress," in line][:20]
    some.write_text("\n".join([lines[0], *rows]) + "\n", encoding="utf-8")
    call_command("import_complaints", str(some), "--source", "cfpb")
    return Complaint.objects.filter(imported=True, state=State.INVESTIGATING).earliest("pk")


def test_a_missed_clock_escalates_once_to_the_right_lead(house: House, open_desk: Open) -> None:
    received = timezone.now() - timedelta(days=5)
    reference = house.complaint(received_at=received)
    later = timezone.now() + timedelta(days=40)

    first, second = sweep(later), sweep(later + timedelta(minutes=1))

    assert (first.missed, second.missed, second.complaints) == (1, 0, 0)
    escalation = Escalation.objects.get(reason=Reason.MISSED)
    assert escalation.assigned_to == house.lead
    lead = open_desk(house.lead)
    lead.go("/escalations/")
    assert reference in lead.page.inner_text("main")
    stranger = open_desk(house.other_lead)
    stranger.go("/escalations/")
    assert reference not in stranger.page.inner_text("main")
    lead.page.click("form button:has-text('Take')")
    lead.page.wait_for_selector("text=taken by you")
    lead.page.click("summary:has-text('Resolve')")
    lead.page.fill("textarea[name=resolution]", "Called the customer; the letter goes out today.")
    lead.page.click("form button:has-text('Resolve')")
    lead.page.wait_for_selector("text=Nothing asks for a decision")


def test_the_whole_of_it_works_without_a_script(house: House, open_desk: Open) -> None:
    desk = open_desk(house.specialist, script=False)
    reference = typed(desk, house)

    desk.step(reference, "triage")
    desk.step(reference, "acknowledge")
    desk.go(f"/complaints/{reference}/")
    desk.page.fill("#composer-note", "The bank was called.")
    desk.page.click("button:has-text('Save note')")

    assert "The bank was called." in desk.page.inner_text(".story")


def test_a_stale_form_is_refused_and_says_who_was_faster(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    slow, fast = open_desk(house.specialist), open_desk(house.lead)
    slow.go(f"/complaints/{reference}/step/triage")
    fast.step(reference, "note", text="I look at this one.")

    slow.page.click("main form.form .btn--primary")
    slow.page.wait_for_selector(".message--error")

    assert "Tom Okafor" in slow.page.inner_text(".message--error")
    assert Complaint.objects.get(reference=reference).state == State.RECEIVED
    # The browser itself reports the 409 on its console; it is what this test is about.
    slow.complaints.clear()
