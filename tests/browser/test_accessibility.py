"""axe reads every screen in light and dark, and has nothing to say."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from complaints.models import Complaint
from complaints.services.gather import final_letter
from complaints.services.merging import merge
from tests.browser.conftest import Desk, House, Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STEPS = ("triage", "acknowledge", "start_investigation")


def said(desk: Desk, address: str) -> list[str]:
    """Return what axe objects to on a page, in words."""
    page = desk.go(address)
    page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    return [f"{address}: {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_specialists_screens_have_no_barrier(house: House, open_desk: Open, scheme: str) -> None:
    desk = open_desk(house.specialist, color_scheme=scheme)
    first, reference = house.complaint(), house.complaint()
    for key in STEPS:
        desk.step(reference, key)
    desk.step(reference, "record_finding", point="It was held", text="By a rule.", upheld="yes")
    desk.step(reference, "decide", outcome="upheld", reasons="No reason.", root_cause="process", redress_kind="none")
    desk.step(reference, "draft_final_response")
    letter = final_letter(Complaint.objects.get(reference=reference))
    assert letter is not None
    case = f"/complaints/{reference}/"
    screens = [
        "/accounts/sign-in", "/complaints/?view=all", "/complaints/?view=mine&q=payout", "/complaints/?view=unassigned",
        "/complaints/new", "/complaints/search?q=payout", "/complaints/search?q=zzzz", f"{case}?view=all",
        f"/complaints/{first}/", f"{case}clocks", f"{case}facts", f"{case}step/decide", f"{case}step/close", f"{case}step/note",
        f"{case}letters/{letter.pk}/", "/escalations/", "/escalations/notices/", "/rules/", "/rules/calendars",
        f"/escalations/raise/{reference}/", "/nowhere",
    ]  # fmt: skip

    objections = [words for address in screens for words in said(desk, address)]

    assert objections == []
    # The browser reports the 404 on its console; it is one of the screens.
    desk.complaints[:] = [words for words in desk.complaints if "404" not in words]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_admins_and_a_leads_screens_have_no_barrier(house: House, open_desk: Open, scheme: str) -> None:
    house.complaint()
    lead, admin = open_desk(house.lead, color_scheme=scheme), open_desk(house.admin, color_scheme=scheme)

    objections = [words for address in ("/escalations/", "/insights/") for words in said(lead, address)]
    for address in (
        "/accounts/people",
        "/accounts/people/new",
        "/complaints/texts",
        "/complaints/texts/new",
        "/letters/",
        "/letters/addresses",
        "/escalations/notices/how",
        "/escalations/health/",
        "/webhooks/",
        "/webhooks/new",
        "/rules/",
        "/complaints/",
        "/studio/policy/escalation",
    ):
        objections += said(admin, address)

    assert objections == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_palette_and_the_bulk_bar_have_no_barrier(house: House, open_desk: Open, scheme: str) -> None:
    reference = house.complaint()
    desk = open_desk(house.specialist, color_scheme=scheme)
    page = desk.queue()
    page.check(f"[value^='{reference}']")
    bar = Axe().run(page).response["violations"]
    page.keyboard.press("Control+k")
    page.keyboard.type("payout")
    page.wait_for_selector("#palette[data-shown=payout] .palette__line")

    assert (bar, Axe().run(page).response["violations"]) == ([], [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_opens_on_a_page_and_what_is_refused_has_no_barrier(house: House, open_desk: Open, scheme: str) -> None:
    reference, other = house.complaint(), house.complaint()
    kept, gone = (Complaint.objects.get(reference=one) for one in (reference, other))
    merge(gone.pk, into=kept, actor=house.specialist, at=timezone.now())
    desk = open_desk(house.specialist, color_scheme=scheme, reduced_motion="reduce")
    page = desk.queue()
    found = []
    for keys, opened in (("je", ".row__more .glance"), ("p", ".pane .glance"), ("?", "#keys[open]")):
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_selector(opened)
        found += [f"{opened}: {one['id']}" for one in Axe().run(page).response["violations"]]
    for address in (f"/complaints/{other}/", "/studio/", f"/complaints/{reference}/step/close"):
        found += said(desk, address)

    assert found == []
    # The browser reports the 403 on its console; it is one of the screens.
    desk.complaints[:] = [words for words in desk.complaints if "403" not in words]
