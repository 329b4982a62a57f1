"""Two admins set a target of the house's own; it stands hollow beside the law's clocks, and the law does not move."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.utils import timezone

from complaints.models import Clock
from complaints.services.following import follow
from regulations.models import Change, Draft
from tests.browser.conftest import House, Open
from tests.browser.test_accessibility import said
from tests.browser.test_studio import published_by
from tests.conftest import a_person
from users.models import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = """key = "first-reply"
title = "First reply"
why = "Nobody should wonder whether we have read what they wrote."
starts = ["received"]
met_by = ["acknowledged"]
length = "{length}"
time = "team"
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_two_admins_set_a_target_and_it_stands_beside_the_law(house: House, open_desk: Open, scheme: str) -> None:
    reference = house.complaint()
    law = list(Clock.objects.order_by("pk").values_list("rule", "obligation", "ends_at"))
    nora = a_person("nora.devlin@larkspur.example", "Nora Devlin", Role.ADMIN, None)
    niamh, second = open_desk(house.admin, color_scheme=scheme), open_desk(nora, color_scheme=scheme)

    page = niamh.go("/studio/ours")
    page.fill("#key", "first-reply")
    page.fill("#title", "First reply")
    page.click("button:has-text('Begin a draft') >> nth=0")
    page.wait_for_selector("textarea[name=text]")
    page.fill("textarea[name=text]", WORDS.format(length="1 moon"))
    page.wait_for_selector(".problems:has-text('Line 6')")
    page.fill("textarea[name=text]", WORDS.format(length="1bd"))
    page.wait_for_selector(".problems", state="detached")
    page.fill("[name=reason]", "Customers asked for it.")
    page.click("button:has-text('Keep the draft')")
    page.wait_for_selector("text=The draft is kept.")
    assert page.locator("button:has-text('Publish')").count() == 0
    draft = Draft.objects.get()
    barriers = said(niamh, "/studio/ours") + said(niamh, f"/studio/drafts/{draft.pk}")
    published_by(second, draft)
    follow(timezone.now(), seconds=60)

    desk = open_desk(house.specialist, color_scheme=scheme)
    for address, chip in (
        ("/complaints/?view=all", f"#row-{reference} .chip--ours"),
        (f"/complaints/{reference}/", ".chip--ours"),
        (f"/complaints/{reference}/clocks", "#target-first-reply"),
        (f"/complaints/{reference}/file", "text=First reply"),
    ):
        desk.go(address)
        assert desk.page.is_visible(chip), address
    barriers += said(niamh, "/studio/target/first-reply") + said(desk, f"/complaints/{reference}/clocks")

    assert barriers == []
    assert list(Clock.objects.order_by("pk").values_list("rule", "obligation", "ends_at")) == law
    assert Change.objects.filter(kind="target", act="published").get().actor == nora
    call_command("replay", "--check")
