"""The case file: what is printed for an auditor."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
from django.test import Client

from complaints.models import Complaint, LinkKind
from complaints.services import case, links, tasks
from tests.conftest import AT, Register
from users.models import Team, User

pytestmark = pytest.mark.django_db
# Session, person, complaint, story, clocks, decisions, reviews, attachments, findings, letters, tasks, links, the story again
# for the replay.
STATEMENTS = 13
# What the shell around the page asks: nothing, the unread notices come with the person.
SHELL = 0


def url_of(complaint: Complaint) -> str:
    return f"/complaints/{complaint.reference}/file"


def test_an_auditor_reads_why_each_date_and_what_the_chain_ends_in(
    client: Client, a_reviewed: Register, an_auditor: User
) -> None:
    complaint = a_reviewed()
    complaint = Complaint.objects.get(pk=complaint.pk)
    client.force_login(an_auditor)

    answer = client.get(url_of(complaint))

    page = html.unescape(answer.content.decode())
    assert 'class="day-strip"' in page
    assert complaint.story_digest in page
    assert "each follows from the one before" in page
    for words in ("The payout was held", "We held your payout without a reason to.", "£50.00", "Final response"):
        assert words in page


def test_what_other_teams_were_asked_and_what_it_is_linked_to_is_printed(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    complaint, other = a_registered(), a_registered()
    tasks.ask(
        complaint.pk, what="Which rule held it?", team=Team.objects.create(name="Risk", centre="Dublin"), working_days=2,
        actor=a_specialist, at=AT,
    )  # fmt: skip
    links.link(
        complaint.pk, other=other, kind=LinkKind.SAME_INCIDENT, reason="The same outage.", actor=a_specialist, at=AT
    )
    client.force_login(a_specialist)

    page = html.unescape(client.get(url_of(complaint)).content.decode())

    for words in ("Risk, asked", "Which rule held it?", f"{other.reference}, ", "same incident, The same outage."):
        assert words in page


def test_the_sentence_of_each_clock_is_on_the_page(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)

    answer = client.get(url_of(complaint))

    page = html.unescape(answer.content.decode())
    clocks = list(complaint.clocks.all())
    assert clocks
    assert page.count('class="clock__sentence"') == len(clocks)
    for clock in clocks:
        assert clock.sentence in page
        assert f"{clock.rule}, version {clock.rule_version}" in page
        assert clock.citation in page


def test_hostile_words_are_only_words_on_paper(client: Client, a_registered: Register, a_specialist: User) -> None:
    bad = "<img src=x onerror=alert(1)>"
    complaint = a_registered(narrative=bad, subject=bad)
    case.note(complaint.pk, text=bad, actor=a_specialist, at=complaint.registered_at)
    client.force_login(a_specialist)

    page = client.get(url_of(complaint)).content.decode()

    assert bad not in page
    assert page.count("&lt;img src=x") >= 3


def test_another_teams_case_file_does_not_exist(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered(owner=None)
    Complaint.objects.filter(pk=complaint.pk).update(team=Team.objects.create(name="London", centre="London"))
    client.force_login(a_specialist)

    assert client.get(url_of(complaint)).status_code == 404


def test_the_case_file_costs_a_fixed_number_of_statements(
    client: Client, a_registered: Register, a_specialist: User, django_assert_num_queries: Callable
) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)
    client.get(url_of(complaint))
    with django_assert_num_queries(STATEMENTS + SHELL):
        client.get(url_of(complaint))
    for number in range(30):
        case.note(complaint.pk, text=f"note {number}", actor=a_specialist, at=complaint.registered_at)

    with django_assert_num_queries(STATEMENTS + SHELL):
        page = client.get(url_of(complaint)).content.decode()

    assert "note 0" in page
    assert "note 29" in page


def test_the_case_page_leads_to_its_file(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)

    page = client.get(f"/complaints/{complaint.reference}/").content.decode()

    assert f'href="{url_of(complaint)}">Print the case file' in page
