"""Which rows a page of the queue shows is said from what was read anyway."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from complaints.queues import CAP, PAGE, Page, Spot, spot
from tests.escalations.builders import complaints_with_a_clock
from users.models import Team, User

ROWS = [None] * PAGE


@pytest.mark.parametrize(
    ("before", "after", "total", "at", "said"),
    [
        ("", "x", CAP, "", Spot(1, 50)),
        ("", "", 50, "", Spot(1, 50)),
        ("x", "", 120, "", Spot(71, 120)),
        ("x", "x", 500, "101", Spot(101, 150)),
        ("x", "", CAP, "4001", Spot(4001, 4050)),
        ("x", "x", 500, "", None),
        ("x", "x", 500, "-3", None),
        ("x", "x", 500, "²", None),
        ("x", "x", 500, "1" * 40, None),
    ],
)
def test_a_page_knows_its_place_at_both_ends_and_elsewhere_by_its_address(
    before: str, after: str, total: int, at: str, said: Spot | None
) -> None:
    assert spot(Page(list(ROWS), before, after), total, at) == said  # type: ignore[arg-type]


def test_an_empty_page_has_no_place() -> None:
    assert spot(Page([]), 0, "7") is None


@pytest.mark.django_db
def test_the_foot_counts_on_from_page_to_page_and_back(client: Client, a_specialist: User, a_team: Team) -> None:
    now = timezone.now()
    complaints_with_a_clock([now + number * timedelta(hours=1) for number in range(120)], owner=None, team=a_team)
    client.force_login(a_specialist)
    said, address = [], "/complaints/?view=all"

    for link in ("next", "next", "prev", ""):
        page = client.get(address).content.decode()
        said.append(" ".join(re.findall(r'<span class="spot num">(.+?)</span>', page)))
        if link:
            address = "/complaints/" + re.findall(rf'rel="{link}" href="([^"]+)"', page)[0].replace("&amp;", "&")

    assert said == ["1 to 50 of 120", "51 to 100 of 120", "101 to 120 of 120", "51 to 100 of 120"]
