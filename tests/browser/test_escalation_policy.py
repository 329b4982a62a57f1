"""Two admins change the escalation policy at real browsers, and an escalation arises by the new one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from complaints.models import Complaint
from complaints.services.obeying import obey
from escalations.models import Escalation
from escalations.studio.rehearsing import rehearse
from escalations.sweep import sweep
from tests.browser.conftest import Desk, House, Open
from tests.complaints.policies import a_rule, a_text
from tests.conftest import a_person
from users.models import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HALF = a_rule("half", "50 % of the time", severity=1).replace('title = "half"', 'title = "Half of the time is over"')


def objections(desk: Desk) -> list[str]:
    desk.page.wait_for_load_state("networkidle")
    found = Axe().run(desk.page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def test_an_admin_drafts_a_policy_and_a_second_publishes_it(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    author, second = (
        open_desk(house.admin),
        open_desk(a_person("nora@larkspur.example", "Nora Devlin", Role.ADMIN, None)),
    )
    author.go("/studio/")
    author.page.click("main >> text=Escalation policy")
    author.page.click("button:has-text('Change the policy')")

    author.page.fill("#text", a_text(HALF).replace("50 %", "500 %"))
    author.page.wait_for_selector("#checked .problems:has-text('A share of the time lies between')")
    author.page.fill("#text", a_text(HALF))
    author.page.wait_for_selector("#checked:has-text('Nothing is wrong with these words.')")
    author.page.fill("#reason", "Half of the time is late enough to look.")
    author.page.click("button:has-text('Keep the draft')")
    author.page.wait_for_selector(".foot:has-text('a second person must publish it')")
    assert author.page.locator("button:text-is('Publish')").count() == 0
    author.page.click("button:has-text('Rehearse on the open book')")
    author.page.wait_for_selector("#rehearsal")
    rehearse(timezone.now, seconds=30)
    author.page.wait_for_selector("#rehearsal .impact__sentence:has-text('on 1 changed case')")
    assert "Half of the time is over" in author.page.inner_text("#rehearsal")
    assert objections(author) == []

    second.go(author.page.url.removeprefix(author.base).partition("#")[0])
    second.page.click("button:text-is('Publish')")
    second.page.wait_for_selector(".message--success:has-text('version 2 is published')")
    second.go("/studio/policy/escalation")
    assert "Half of the time is over" in second.page.inner_text("main")
    assert objections(second) == []

    obey(timezone.now())
    due = Complaint.objects.get(reference=reference).next_check_at
    assert due is not None
    sweep(due + timedelta(seconds=1))
    raised = Escalation.objects.get(threshold="half")
    assert raised.policy == 2
    lead = open_desk(house.lead)
    lead.go(f"/escalations/{raised.pk}/")
    assert reference in lead.page.inner_text("h1")


def test_the_policy_can_be_changed_without_script(house: House, open_desk: Open) -> None:
    desk = open_desk(None, script=False).sign_in(house.admin)
    desk.go("/studio/policy/escalation")
    desk.page.click("button:has-text('Change the policy')")
    desk.page.fill("#text", "title = 3")

    desk.page.click("button:has-text('Keep the draft')")

    assert "title must be words" in desk.page.inner_text("#checked")
