"""What the complaints add up to, and the cases behind every mark."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from complaints.models import Category, Complaint, Outcome, RootCause
from complaints.services import case, response
from insights import charts, reports
from insights.reports import Asked, Month, Tally
from tests.conftest import AT, Register, a_person
from users.models import Role, Team, User

pytestmark = pytest.mark.django_db
JULY = datetime(2026, 7, 15, 12, tzinfo=UTC)


def count(tallies: list[Tally], label: str) -> int:
    return next(tally.count for tally in tallies if tally.label == label)


def page(user: User, path: str = "/insights/") -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_products_are_counted_most_first_and_the_rare_ones_together(a_registered: Register, a_lead: User) -> None:
    for number in range(14):
        other = Category.objects.create(product=f"Product {number:02d}", issue="Held")
        a_registered(category=other)
    a_registered(category=Category.objects.get(product="Product 07"))

    counted = reports.by_product(a_lead)

    assert (counted[0].label, counted[0].count) == ("Product 07", 2)
    assert (counted[-1].label, counted[-1].count, len(counted)) == ("2 other products", 2, 13)


def test_only_the_newest_decision_of_a_complaint_counts(a_decided: Register, a_specialist: User, a_lead: User) -> None:
    complaint = a_decided()
    case.decide(
        complaint.pk, outcome=Outcome.REJECTED, reasons="We looked again.", root_cause=RootCause.NONE,
        actor=a_specialist, at=AT + timedelta(hours=3),
    )  # fmt: skip

    decided = reports.decided(a_lead)

    assert [tally.count for tally in decided.outcomes] == [0, 0, 1]
    assert count(decided.causes, "No failing found") == 1
    assert count(decided.causes, "Process did not work") == 0


def test_limits_are_counted_in_the_month_they_end(a_reviewed: Register, a_specialist: User, a_lead: User) -> None:
    kept, late = a_reviewed(), a_reviewed()
    response.send_final_response(kept.pk, actor=a_specialist, at=AT + timedelta(hours=3))
    response.send_final_response(late.pk, actor=a_specialist, at=AT + timedelta(days=40))

    months = {month.start: (month.met, month.missed) for month in reports.timeliness(a_lead, now=JULY)}

    assert len(months) == 24
    assert min(months) == date(2024, 8, 1)
    assert months.pop(date(2026, 6, 1)) == (1, 1)
    assert set(months.values()) == {(0, 0)}


def test_what_one_may_not_see_is_not_counted(a_decided: Register, a_specialist: User) -> None:
    a_decided()
    elsewhere = Team.objects.create(name="Cards Sydney", centre="Sydney", zone="Australia/Sydney")
    stranger = a_person("sam@larkspur.example", "Sam Stone", Role.LEAD, elsewhere)

    assert reports.by_product(stranger) == []
    assert {tally.count for tally in reports.decided(stranger).outcomes} == {0}
    assert not any(month.all for month in reports.timeliness(stranger, now=JULY))
    assert reports.cases(stranger, Asked()) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("product=Payouts", True),
        ("product=Cards", False),
        ("outcome=upheld", True),
        ("outcome=rejected", False),
        ("cause=process&outcome=upheld", True),
        ("cause=fraud", False),
        ("month=2026-06&kept=met", True),
        ("month=2026-06&kept=missed", False),
        ("month=2026-07&kept=met", False),
        ("month=2025-06", False),
        ("month=2026-13&outcome=nonsense&before=x", True),
        ("before=0", True),
        ("before=1", False),
    ],
)
def test_every_mark_leads_to_its_cases(
    a_reviewed: Register, a_specialist: User, a_lead: User, query: str, found: bool
) -> None:
    complaint: Complaint = a_reviewed()
    response.send_final_response(complaint.pk, actor=a_specialist, at=AT + timedelta(hours=3))

    shown = page(a_lead, f"/insights/cases/?{query}")

    assert (f"/complaints/{complaint.reference}" in shown) is found


def test_the_cases_come_page_by_page(a_registered: Register, a_lead: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "PAGE", 2)
    made = [a_registered().reference for _ in range(3)]

    first = page(a_lead, "/insights/cases/")
    [older] = re.findall(r'href="(\?[^"]*before=\d+)"', first)
    second = page(a_lead, f"/insights/cases/{older}")

    assert [reference in first for reference in made] == [False, True, True]
    assert [reference in second for reference in made] == [True, False, False]


def test_each_link_of_the_overview_finds_as_many_cases_as_it_says(a_decided: Register, a_lead: User) -> None:
    for _ in range(2):
        a_decided()

    overview = page(a_lead)
    links = re.findall(
        r'<a href="(/insights/cases/\?[^"]+)">([^<]+)</a></th>\s*<td>.*?<td class="num">(\d+)', overview, re.S
    )

    assert {label for _, label, _ in links} == {"Payouts", "Upheld", "Process did not work"}
    for address, _, said in links:
        assert page(a_lead, address.replace("&amp;", "&")).count('scope="row"') == int(said)


def test_the_overview_takes_three_questions_however_much_there_is(
    a_decided: Register, a_lead: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = Client()
    client.force_login(a_lead)
    for _ in range(2):
        a_decided()
        client.get("/insights/")
        # session, user with their unread notices, and the three reports
        with django_assert_num_queries(5):
            client.get("/insights/")


def test_an_empty_house_says_so(a_lead: User) -> None:
    shown = page(a_lead)

    assert "No complaints yet." in shown
    assert "No legal limit ended" in shown


@pytest.mark.parametrize(("role", "status"), [("lead", 200), ("admin", 200), ("auditor", 200), ("specialist", 403)])
def test_who_oversees_reads_the_insights(client: Client, a_team: Team, role: str, status: int) -> None:
    client.force_login(a_person("r@larkspur.example", "Rae Reader", role, a_team))

    assert client.get("/insights/").status_code == status
    assert client.get("/insights/cases/").status_code == status


def test_a_chart_has_no_inline_style_and_a_title(a_decided: Register, a_lead: User) -> None:
    a_decided()

    shown = page(a_lead)

    assert "style=" not in shown
    assert "The same as a table" in shown or "No legal limit ended" in shown


def test_one_missed_limit_among_thousands_is_still_seen() -> None:
    [column] = charts.columns([Month(date(2026, 6, 1), met=10_000, missed=1)])

    assert column.missed_height == 2.0
    assert column.met_height + column.missed_height <= charts.HEIGHT


def test_the_longest_bar_is_full() -> None:
    drawn = charts.bars([Tally("a", 50, ""), Tally("b", 100, ""), Tally("c", 0, "")])

    assert [bar.length for bar in drawn] == [50.0, 100.0, 0.0]
