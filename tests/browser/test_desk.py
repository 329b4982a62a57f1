"""The lead's desk in a real browser: from the map to the queue, giving by key and by drag, and handing over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from complaints.models import Complaint
from tests.browser.conftest import House, Open
from tests.conftest import a_person
from users.models import Absence, Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_cell_of_the_map_opens_exactly_its_complaints(house: House, open_desk: Open) -> None:
    # Old enough that its limits have passed.
    for _ in range(3):
        house.complaint(received_at=timezone.now() - timedelta(days=90))
    page = open_desk(house.lead).go("/desk/")

    cell = page.locator(".heat__cell--overdue").first
    number = int(cell.inner_text().split()[0])
    cell.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".queue .row")

    assert page.locator(".queue .row").count() == number == 3
    assert page.locator(".filter-chip", has_text="Due").count() >= 1


def test_a_lead_gives_a_complaint_without_a_mouse(house: House, open_desk: Open) -> None:
    liam = a_person("liam@larkspur.example", "Liam Byrne", Role.SPECIALIST, house.team)
    reference = house.complaint()
    page = open_desk(house.lead).go(f"/desk/people/{house.specialist.pk}/")

    for key in ("j", "x", "a", "ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".message--success")

    assert "Liam Byrne has 1 open" in page.inner_text(".message--success")
    assert Complaint.objects.get(reference=reference).owner == liam


def test_a_row_dragged_onto_a_colleague_is_theirs(house: House, open_desk: Open) -> None:
    liam = a_person("liam@larkspur.example", "Liam Byrne", Role.SPECIALIST, house.team)
    reference = house.complaint()
    page = open_desk(house.lead).go(f"/desk/people/{house.specialist.pk}/")

    page.drag_and_drop("[data-drag]", f"[data-drop='{liam.pk}']")
    page.wait_for_selector(".message--success")

    assert Complaint.objects.get(reference=reference).owner == liam


def test_one_centre_hands_over_and_the_other_accepts(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    giver, taker = open_desk(house.specialist), open_desk(house.other_lead)
    page = giver.go("/desk/hand-overs/new")
    page.check("[name=pick]")
    page.select_option("[name=team]", str(house.other_lead.team_id))
    page.fill("[name=note]", "She rings in your morning.")
    page.click("button:has-text('Offer the chosen')")
    page.wait_for_selector("text=1 done")
    assert Complaint.objects.get(reference=reference).owner == house.specialist

    page = taker.go("/desk/hand-overs/")
    assert "She rings in your morning." in page.inner_text("main")
    page.click("button:has-text('Accept the chosen')")
    page.wait_for_selector("text=1 done")

    assert Complaint.objects.get(reference=reference).owner == house.other_lead


def test_arrow_keys_walk_over_the_map_and_the_lines_say_the_same(house: House, open_desk: Open) -> None:
    house.complaint(received_at=timezone.now() - timedelta(days=90))
    today = timezone.now().date()
    Absence.objects.create(
        person=house.specialist, first_on=today - timedelta(days=1), last_on=today + timedelta(days=30),
        recorded_by=house.specialist, recorded_at=timezone.now(),
    )  # fmt: skip
    page = open_desk(house.lead).go("/desk/")

    page.get_by_role("link", name=house.specialist.name).first.focus()
    page.keyboard.press("ArrowRight")
    focused = page.evaluate("document.activeElement.className")
    page.keyboard.press("ArrowLeft")

    assert "heat__cell" in focused
    assert page.evaluate("document.activeElement.textContent") == house.specialist.name
    assert page.locator("td.heat__off").count() >= 9
    page.locator(".heat__list summary").focus()
    page.keyboard.press("Enter")
    assert page.locator(".heat__list tbody tr", has_text="Away").count() >= 9


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desk_and_the_homes_have_no_barrier(house: House, open_desk: Open, scheme: str) -> None:
    reference = house.complaint(received_at=timezone.now() - timedelta(days=90))
    house.complaint()
    today = timezone.now().date()
    away = Absence.objects.create(
        person=house.specialist, first_on=today - timedelta(days=1), last_on=today + timedelta(days=30),
        recorded_by=house.specialist, recorded_at=timezone.now(),
    )  # fmt: skip
    lead = open_desk(house.lead, color_scheme=scheme)
    desk = open_desk(house.specialist, color_scheme=scheme)
    admin = open_desk(house.admin, color_scheme=scheme)
    places = [
        (lead, "/home/"), (lead, "/desk/"), (lead, f"/desk/people/{house.specialist.pk}/"), (lead, "/desk/distribute"),
        (lead, "/desk/hand-overs/"), (desk, "/home/"), (desk, "/home/mine?what=drafts"), (desk, "/desk/hand-overs/new"),
        (lead, f"/desk/distribute?away={away.pk}"), (lead, "/home/behind?what=overloaded"),
        (lead, f"/accounts/people/{house.specialist.pk}/absences"),
        (desk, f"/accounts/people/{house.specialist.pk}/absences"), (admin, "/home/behind?what=drafts"),
        (admin, "/home/"), (admin, "/desk/"), (admin, f"/accounts/people/{house.specialist.pk}/work"),
    ]  # fmt: skip

    found = []
    for who, address in places:
        page = who.go(address)
        page.wait_for_load_state("networkidle")
        for one in Axe().run(page).response["violations"]:
            found += [f"{address}: {one['id']}: {node['html'][:160]}" for node in one["nodes"]]

    assert found == []
    assert reference


def test_the_desk_fits_a_phone(house: House, open_desk: Open) -> None:
    house.complaint()
    desk = open_desk(house.lead, viewport={"width": 390, "height": 844})

    page = desk.go("/desk/")

    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
