"""The lead's pages, as a browser without JavaScript uses them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints.models import Clock, Complaint, Review
from complaints.services import review
from escalations import queues
from escalations.models import Escalation, EscalationState, Notice, Reason
from escalations.services import raise_by_hand
from escalations.sweep import sweep
from regulations.models import ClockStatus
from tests.conftest import AT, Register
from tests.escalations.builders import DAY, a_clock, complaints_with_a_clock
from users.models import Team, User

pytestmark = pytest.mark.django_db
NIGHT = datetime.fromisoformat("2026-06-22T23:00:00+00:00")
QUEUE = "/escalations/"


@pytest.fixture
def lead_client(client: Client, a_lead: User) -> Client:
    client.force_login(a_lead)
    return client


@pytest.fixture
def missed(a_specialist: User, a_team: Team) -> Escalation:
    a_clock(NIGHT, owner=a_specialist, team=a_team)
    sweep(NIGHT)
    return Escalation.objects.get()


def test_the_desk_shows_what_is_missed(lead_client: Client, missed: Escalation) -> None:
    page = lead_client.get(QUEUE).content.decode()

    assert missed.complaint.reference in page
    assert "Final response (DISP 1.6.2AR) was due by Mon 22 Jun 2026" in page


def test_only_who_approves_is_told_that_something_waits_for_them(client: Client, a_lead: User, an_admin: User) -> None:
    client.force_login(a_lead)
    assert "waiting for my approval" in client.get(QUEUE).content.decode()

    client.force_login(an_admin)
    assert "waiting for approval" in client.get(QUEUE).content.decode()


def test_an_empty_desk_says_so(lead_client: Client) -> None:
    assert "Nothing asks for a decision." in lead_client.get(QUEUE).content.decode()


def test_severest_and_oldest_come_first(a_lead: User, a_specialist: User, a_team: Team) -> None:
    complaints_with_a_clock([NIGHT + DAY, NIGHT, NIGHT + 3 * DAY], owner=a_specialist, team=a_team, warned=False)

    sweep(NIGHT + 2 * DAY)

    rows = queues.page(a_lead).rows
    assert [(row.reason, row.due_at) for row in rows] == [
        ("missed", NIGHT), ("missed", NIGHT + DAY), ("at_risk", NIGHT + 3 * DAY)
    ]  # fmt: skip


def test_pages_follow_one_another_without_a_gap(a_lead: User, a_specialist: User, a_team: Team) -> None:
    complaints_with_a_clock([NIGHT] * 120, owner=a_specialist, team=a_team)
    sweep(NIGHT)

    seen, after = [], 0
    while True:
        page = queues.page(a_lead, after=after)
        seen += [row.pk for row in page.rows]
        if not page.after:
            break
        after = page.after

    assert len(seen) == len(set(seen)) == 120


def test_a_warning_leaves_by_itself_when_its_clock_is_met(a_lead: User, a_specialist: User, a_team: Team) -> None:
    clock = a_clock(NIGHT, owner=a_specialist, team=a_team)
    sweep(NIGHT - DAY)
    assert queues.asking(a_lead).count() == 1

    Clock.objects.filter(pk=clock.pk).update(status=ClockStatus.MET, settled_at=NIGHT - DAY / 2)

    assert queues.asking(a_lead).count() == 0


def test_a_missed_limit_stays_until_a_lead_says_what_was_done(missed: Escalation, a_lead: User) -> None:
    Clock.objects.filter(pk=missed.clock_id).update(settled_at=NIGHT + DAY)

    assert list(queues.asking(a_lead)) == [missed]


def test_the_figures_count_what_the_list_shows(a_registered: Register, a_lead: User, missed: Escalation) -> None:
    complaint = a_registered(owner=None)
    Complaint.objects.filter(pk=complaint.pk).update(team=a_lead.team)
    sweep(AT + timedelta(minutes=30))

    figures = queues.figures(a_lead, queues.waiting(a_lead))

    assert (figures.missed, figures.at_risk, figures.unassigned, figures.waiting) == (1, 0, 1, 0)


def test_load_is_counted_per_person_and_for_nobody(a_lead: User, a_specialist: User, a_team: Team) -> None:
    complaints_with_a_clock([NIGHT - DAY, NIGHT - timedelta(hours=2), NIGHT + 5 * DAY], owner=a_specialist, team=a_team)
    a_clock(NIGHT + 5 * DAY, team=a_team)

    load = queues.load(a_lead, now=NIGHT - timedelta(hours=8))

    assert [(row.name, row.open, row.overdue, row.today) for row in load] == [("Maeve Kelly", 3, 1, 1), ("", 1, 0, 0)]


def test_the_desk_asks_the_same_questions_for_one_and_for_thirty(
    lead_client: Client, a_specialist: User, a_team: Team
) -> None:
    complaints_with_a_clock([NIGHT], owner=a_specialist, team=a_team)
    sweep(NIGHT)
    with CaptureQueriesContext(
        connection,
    ) as one:
        lead_client.get(QUEUE)
    complaints_with_a_clock([NIGHT] * 29, owner=a_specialist, team=a_team)
    sweep(NIGHT)

    with CaptureQueriesContext(connection) as thirty:
        page = lead_client.get(QUEUE).content.decode()

    assert page.count('<article class="escalation"') == 30
    assert len(thirty) == len(one)


def test_take_and_resolve_work_as_plain_forms(lead_client: Client, missed: Escalation, a_lead: User) -> None:
    taken = lead_client.post(f"{QUEUE}{missed.pk}/take", follow=True)
    resolved = lead_client.post(f"{QUEUE}{missed.pk}/resolve", {"resolution": "Sent today."}, follow=True)

    assert f"{missed.complaint.reference} is yours to decide." in taken.content.decode()
    assert "is resolved." in resolved.content.decode()
    missed.refresh_from_db()
    assert (missed.state, missed.assigned_to) == (EscalationState.RESOLVED, a_lead)


def test_the_details_say_what_came_of_it(lead_client: Client, missed: Escalation) -> None:
    lead_client.post(f"{QUEUE}{missed.pk}/take")
    lead_client.post(f"{QUEUE}{missed.pk}/resolve", {"resolution": "Sent today."})

    page = lead_client.get(f"{QUEUE}{missed.pk}/").content.decode()

    assert "Tom Okafor took the escalation." in page
    assert "Sent today." in page


def test_a_resolution_without_words_is_refused_with_a_sentence(lead_client: Client, missed: Escalation) -> None:
    answer = lead_client.post(f"{QUEUE}{missed.pk}/resolve", {"resolution": ""})

    assert answer.status_code == 409
    assert "Write something first." in answer.content.decode()


def test_an_unowned_complaint_is_assigned_and_leaves_the_desk(
    lead_client: Client, a_registered: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = a_registered(owner=None)
    Complaint.objects.filter(pk=complaint.pk).update(team=a_lead.team)
    sweep(AT + timedelta(minutes=30))

    lead_client.post(f"{QUEUE}assign/{complaint.reference}", {"to": a_specialist.pk})

    complaint.refresh_from_db()
    assert complaint.owner == a_specialist
    assert not queues.asking(a_lead).exists()


def test_a_lead_approves_what_waits_for_a_second_pair_of_eyes(
    lead_client: Client, a_decided: Register, a_specialist: User
) -> None:
    complaint = a_decided()
    complaint = review.send_for_review(complaint.pk, actor=a_specialist, at=AT + DAY)
    page = lead_client.get(QUEUE).content.decode()

    lead_client.post(f"{QUEUE}reviews/{complaint.reference}/approve", {"version": complaint.version})

    assert "Waits for a second pair of eyes" in page
    assert "Maeve Kelly asks." in page
    assert Review.objects.get().verdict == Review.Verdict.APPROVED


def test_a_lead_sends_it_back_with_a_comment(lead_client: Client, a_decided: Register, a_specialist: User) -> None:
    complaint = review.send_for_review(a_decided().pk, actor=a_specialist, at=AT + DAY)

    lead_client.post(
        f"{QUEUE}reviews/{complaint.reference}/send-back", {"version": complaint.version, "comment": "Say why."}
    )

    assert (Review.objects.get().verdict, Review.objects.get().comment) == (Review.Verdict.RETURNED, "Say why.")


def test_a_stale_approval_approves_nothing(lead_client: Client, a_decided: Register, a_specialist: User) -> None:
    complaint = review.send_for_review(a_decided().pk, actor=a_specialist, at=AT + DAY)

    answer = lead_client.post(f"{QUEUE}reviews/{complaint.reference}/approve", {"version": complaint.version - 1})

    assert answer.status_code == 409
    assert Review.objects.get().verdict == Review.Verdict.WAITING


def test_who_asked_for_the_review_is_told_why_they_cannot_give_it(
    lead_client: Client, a_decided: Register, a_lead: User
) -> None:
    complaint = review.send_for_review(a_decided().pk, actor=a_lead, at=AT + DAY)

    page = lead_client.get(QUEUE).content.decode()
    answer = lead_client.post(f"{QUEUE}reviews/{complaint.reference}/approve", {"version": complaint.version})

    assert "you sent it for review yourself" in page
    assert answer.status_code == 409
    assert Review.objects.get().verdict == Review.Verdict.WAITING


def test_a_specialist_reads_but_is_offered_no_act(client: Client, a_specialist: User, missed: Escalation) -> None:
    client.force_login(a_specialist)

    page = client.get(QUEUE).content.decode()

    assert missed.complaint.reference in page
    assert "/take" not in page
    assert client.post(f"{QUEUE}{missed.pk}/take").status_code == 403


def test_a_specialist_raises_a_complaint_by_form(
    client: Client, a_specialist: User, a_lead: User, a_registered: Register
) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)
    address = f"{QUEUE}raise/{complaint.reference}/"

    refused = client.post(address, {"comment": ""})
    client.post(address, {"comment": "Decide on what we have?"})

    assert refused.status_code == 422
    assert "Write something first." in refused.content.decode()
    assert Escalation.objects.get(reason=Reason.MANUAL).assigned_to == a_lead


def test_a_notice_is_read_only_by_whom_it_was_for(
    client: Client, a_specialist: User, a_lead: User, missed: Escalation
) -> None:
    of_the_lead = Notice.objects.get(user=a_lead)
    client.force_login(a_specialist)

    assert client.post(f"{QUEUE}notices/{of_the_lead.pk}/read").status_code == 404


def test_notices_are_read_one_by_one_or_all_at_once(
    lead_client: Client, a_lead: User, a_specialist: User, missed: Escalation
) -> None:
    raise_by_hand(missed.complaint_id, comment="Decide?", actor=a_specialist, at=timezone.now())
    first = Notice.objects.filter(user=a_lead).earliest("pk")

    lead_client.post(f"{QUEUE}notices/{first.pk}/read")
    page = lead_client.get(f"{QUEUE}notices/").content.decode()
    lead_client.post(f"{QUEUE}notices/read")

    assert "Mark all 1 as read" in page
    assert not Notice.objects.filter(user=a_lead, read_at=None).exists()


def test_pages_hold_no_inline_script_or_style(lead_client: Client, missed: Escalation) -> None:
    for address in (
        QUEUE,
        f"{QUEUE}{missed.pk}/",
        f"{QUEUE}notices/",
        reverse("escalations:raise", args=[missed.complaint.reference]),
    ):
        page = lead_client.get(address).content.decode()

        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", page), address
