"""What goes wrong in a day, at a real browser: lines that drop, sessions that end, files that lie, words that run backwards."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route

from complaints.models import Attachment, Complaint, Entry, Kind
from complaints.services import case, response
from complaints.services.gather import final_letter
from tests.browser.conftest import Desk, House, Open
from tests.conftest import PASSWORD
from users.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in_again(page: Page, person: User) -> None:
    page.fill("#id_username", person.email)
    page.fill("#id_password", PASSWORD)
    page.click("button:has-text('Sign in')")


def begin_a_complaint(desk: Desk, house: House, subject: str) -> Page:
    """Fill the form of a new complaint, and do not send it."""
    page = desk.go("/complaints/new")
    page.select_option("[name=respondent]", str(house.respondent.pk))
    page.fill("[name=name]", "Delroy Mensah")
    page.select_option("[name=category]", str(house.category.pk))
    page.fill("[name=subject]", subject)
    page.fill("[name=narrative]", "It was held and nobody told me why.")
    page.check("[name=mine]")
    return page


def a_letter(house: House) -> str:
    """Bring a complaint to its drafted final response; return the address of the letter's desk."""
    now, reference = timezone.now(), house.complaint()
    pk, who = Complaint.objects.get(reference=reference).pk, house.specialist
    case.triage(pk, category=house.category, actor=who, at=now)
    response.acknowledge(pk, actor=who, at=now)
    case.start_investigation(pk, actor=who, at=now)
    case.record_finding(pk, point="Held", text="It was held.", upheld=True, actor=who, at=now)
    case.decide(
        pk, outcome="upheld", reasons="We held it.", root_cause="process", redress_kind="none", redress_amount=0,
        actor=who, at=now,
    )  # fmt: skip
    letter = final_letter(response.draft_final_response(pk, actor=who, at=now))
    assert letter is not None
    return f"/complaints/{reference}/letters/{letter.pk}/"


def test_a_registration_whose_answer_is_lost_is_made_once(house: House, open_desk: Open) -> None:
    desk = open_desk(house.specialist)
    page = begin_a_complaint(desk, house, "Payout held")
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost or route.request.method != "POST":
            route.continue_()
            return
        lost.append(route.fetch(max_redirects=0).text())
        route.abort("connectionreset")

    page.route("**/complaints/new", lose)
    page.click("main form .btn--primary")
    page.wait_for_selector("[data-said]:has-text('No connection')")
    assert page.input_value("[name=subject]") == "Payout held"

    page.wait_for_selector(".case-head")

    assert Complaint.objects.filter(subject="Payout held").count() == 1
    desk.complaints.clear()


def test_offline_a_registration_waits_and_is_sent_when_the_line_is_back(house: House, open_desk: Open) -> None:
    desk = open_desk(house.specialist)
    page = begin_a_complaint(desk, house, "Payout held")

    desk.context.set_offline(True)
    page.click("main form .btn--primary")
    page.wait_for_selector("[data-said]:has-text('it is sent as soon as the line is back')")
    assert not Complaint.objects.exists()
    desk.context.set_offline(False)
    page.wait_for_selector(".case-head")

    assert Complaint.objects.filter(subject="Payout held").count() == 1
    desk.complaints.clear()


def test_a_session_that_ends_while_registering_gives_everything_back_ticks_too(house: House, open_desk: Open) -> None:
    desk = open_desk(house.specialist)
    page = begin_a_complaint(desk, house, "Payout held")
    desk.context.clear_cookies(name="sessionid")

    page.click("main form .btn--primary")
    page.click("[data-said] a:has-text('Sign in again')")
    sign_in_again(page, house.specialist)
    page.wait_for_selector("[data-said]:has-text('What you wrote and did not send is back.')")

    assert page.input_value("[name=subject]") == "Payout held"
    assert page.input_value("[name=category]") == str(house.category.pk)
    assert page.is_checked("[name=mine]")
    page.click("main form .btn--primary")
    page.wait_for_selector(".case-head")
    desk.complaints.clear()


def test_who_signs_in_at_the_same_window_does_not_find_the_words_of_another(house: House, open_desk: Open) -> None:
    desk = open_desk(house.specialist)
    page = begin_a_complaint(desk, house, "Only for me")
    desk.context.clear_cookies(name="sessionid")
    page.click("main form .btn--primary")
    page.click("[data-said] a:has-text('Sign in again')")

    sign_in_again(page, house.other_lead)
    page.wait_for_selector("main form [name=subject]")

    assert page.input_value("[name=subject]") == ""
    desk.complaints.clear()


def test_a_letter_begun_when_the_session_ends_is_there_after_signing_in(house: House, open_desk: Open) -> None:
    desk = open_desk(house.specialist)
    page = desk.go(a_letter(house))
    page.fill("#block-1", "We are sorry, truly.")
    page.wait_for_selector("#words [data-said]:has-text('Draft kept')")
    desk.context.clear_cookies(name="sessionid")

    # The page is left by a link of its own, not by the form.
    page.click(".clauses a:has-text('Open the PDF')")
    sign_in_again(page, house.specialist)
    page.wait_for_load_state()
    address = desk.page.url
    assert "/letters/" in address
    page.goto(address.replace(".pdf", "/")) if address.endswith(".pdf") else None
    page.wait_for_selector(".message:has-text('What you had begun at')")

    assert page.input_value("#block-1") == "We are sorry, truly."
    assert "truly" not in page.inner_text(".paper")
    page.click("#words button:has-text('Save the words')")
    page.wait_for_selector(".paper:has-text('We are sorry, truly.')")
    assert not page.is_visible(".message:has-text('What you had begun at')")
    desk.complaints.clear()


def test_a_draft_waits_for_the_line_too(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    desk = open_desk(house.specialist)
    page = desk.go(f"/complaints/{reference}/")

    desk.context.set_offline(True)
    page.fill("#composer-note", "Half a thought")
    page.wait_for_selector("[data-said]:has-text('Your words are kept as soon as it is back')")
    desk.context.set_offline(False)
    page.wait_for_selector("[data-said]:has-text('Draft kept')")

    assert Complaint.objects.get(reference=reference).drafts.get().text == "Half a thought"
    desk.complaints.clear()


def test_a_case_that_went_to_another_team_meanwhile_takes_no_words_with_it(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    desk = open_desk(house.specialist)
    page = desk.go(f"/complaints/{reference}/")
    page.fill("#composer-note", "She rang again.")
    page.wait_for_selector("[data-said]:has-text('Draft kept')")
    Complaint.objects.filter(reference=reference).update(team=house.other_lead.team, owner=house.other_lead)

    page.focus("#composer-note")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-said]:has-text('Not saved. The page does not exist, or it is not yours to see.')")

    assert page.input_value("#composer-note") == "She rang again."
    assert not Entry.objects.filter(kind=Kind.NOTED).exists()
    desk.complaints.clear()


def test_what_is_begun_elsewhere_on_the_page_outlives_a_note(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    page = open_desk(house.specialist).go(f"/complaints/{reference}/")
    page.click("#aside-facts a")
    page.select_option("#facts [name=product]", "credit_card")

    page.fill("#composer-note", "The bank called back.")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".entry__body:has-text('The bank called back.')")
    page.click("#aside-facts a")
    page.wait_for_selector("#facts [data-said]:has-text('is back')")

    assert page.input_value("#facts [name=product]") == "credit_card"


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    page = open_desk(house.specialist).go(f"/complaints/{reference}/part/more")

    page.set_input_files(
        "#attach-file", {"name": "film.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7" + bytes(16 * 1024**2)}
    )

    page.wait_for_selector("[data-said]:has-text('“film.pdf” is larger than 15 MB.')")
    assert page.input_value("#attach-file") == ""


def test_a_file_that_lies_about_what_it_is_is_refused_in_a_sentence(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    desk = open_desk(house.specialist)
    page = desk.go(f"/complaints/{reference}/part/more")

    page.set_input_files(
        "#attach-file", {"name": "photo.png", "mimeType": "image/png", "buffer": b"MZ\x90\x00<script>"}
    )
    page.click("button:has-text('Attach')")
    page.wait_for_selector("[role=alert]:has-text('This type of file cannot be kept.')")

    assert not Attachment.objects.exists()
    desk.complaints.clear()


def test_a_megabyte_pasted_into_a_form_is_answered_and_kept_in_the_field(house: House, open_desk: Open) -> None:
    page = begin_a_complaint(open_desk(house.specialist), house, "Payout held")
    page.evaluate("document.querySelector('[name=narrative]').value = 'Where is my money? '.repeat(55000)")

    page.click("main form .btn--primary")
    page.wait_for_selector(".field__error:has-text('1044999')")

    assert len(page.input_value("[name=narrative]")) == 1_045_000
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("page_of", ["/complaints/search", "/complaints/"])
def test_ten_thousand_characters_are_no_search(house: House, open_desk: Open, page_of: str) -> None:
    house.complaint()
    page = open_desk(house.specialist).go(f"{page_of}?q={'x' * 10_000}")

    page.wait_for_selector(".sidebar")
    assert "characters" in page.inner_text("main") or page.locator(".empty").count()


def test_words_from_the_right_leave_the_words_beside_them_where_they_are(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    Complaint.objects.filter(reference=reference).update(subject="شكوى 412 \u202e(")
    page = open_desk(house.specialist, viewport={"width": 1440, "height": 900}).queue()

    order = page.evaluate(
        """row => { const x = (one) => row.querySelector(one).getBoundingClientRect();
        return [x(".reference").right <= x(".row__subject bdi").left + 1, x(".row__subject").right <= x(".row__customer").left + 1]; }""",
        page.query_selector(f"#row-{reference}"),
    )

    assert order == [True, True]
    assert page.evaluate("getComputedStyle(document.querySelector('.row__subject bdi')).unicodeBidi") == "isolate"


@pytest.mark.parametrize("gone", ["C-26-999999", "forbidden"])
def test_a_link_to_what_is_not_there_or_not_ones_own_says_the_same(house: House, open_desk: Open, gone: str) -> None:
    reference = house.complaint()
    Complaint.objects.update(team=house.other_lead.team, owner=None)
    desk = open_desk(house.specialist)

    page = desk.go(f"/complaints/{reference if gone == 'forbidden' else gone}/")

    assert "A complaint that another team works on, or that was erased, looks the same." in page.inner_text("main")
    desk.complaints.clear()
