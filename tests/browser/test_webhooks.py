"""An admin adds an endpoint, sends a test, reads what came of it, and replays it, at a real browser."""

from __future__ import annotations

import pytest
from django.utils import timezone
from pytest_django import Settings

from correspondence.models import Delivery
from correspondence.webhooks.dispatch import deliver
from tests.browser.conftest import House, Open
from tests.correspondence.webhooks.receiver import a_receiver
from tests.correspondence.webhooks.test_signing import verified

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_admin_adds_an_endpoint_tests_it_reads_the_log_and_replays(
    house: House, open_desk: Open, settings: Settings
) -> None:
    desk = open_desk(house.admin)
    page = desk.page
    with a_receiver() as receiver:
        settings.WEBHOOK_TEST_TARGETS = receiver.targets
        page.click("nav[aria-label=Main] >> text=Webhooks")
        page.click("text=Add an endpoint")
        page.fill("[name=name]", "Ledger")
        page.fill("[name=address]", receiver.address())
        page.check("[value='complaint.registered']")
        page.click("main .btn--primary")
        secret = page.input_value("#secret")
        page.click("text=I have copied it")

        page.click("text=Send a test")
        page.wait_for_selector(".message--success")
        assert deliver(timezone.now) == 1
        house.complaint()
        assert deliver(timezone.now) == 1
        page.reload()
        lines = page.locator("main table tbody tr").all_inner_texts()
        assert ["complaint.registered" in lines[0], "endpoint.test" in lines[1]] == [True, True]
        assert all("Delivered" in line and "200" in line and "thank you" in line for line in lines)

        page.click("main table >> text=complaint.registered")
        page.click("main .btn--primary:has-text('Replay')")
        page.wait_for_selector(".message--success")
        assert deliver(timezone.now) == 1
        page.reload()
        assert page.locator("main table tbody tr").count() == 2

    test, first, again = receiver.taken
    assert [verified(secret, *taken) for taken in (test, first, again)] == [[True]] * 3
    assert (first[0]["webhook-id"], first[1]) == (again[0]["webhook-id"], again[1])
    assert Delivery.objects.count() == 2
