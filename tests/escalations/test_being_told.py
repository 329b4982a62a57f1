"""How people are told: by their own choice, on a bell that can be emptied, and nobody misses what was given up."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import Complaint
from correspondence.bounces import mark
from correspondence.dispatch import dispatch
from correspondence.models import (
    BadAddress,
    Delivery,
    DeliveryState,
    Endpoint,
    MailHow,
    MailState,
    MailWish,
    OutboundMail,
)  # fmt: skip
from correspondence.services import queue_mail, send_letter
from correspondence.wishes import choose
from escalations.channels import channels
from escalations.models import Escalation, Notice
from escalations.sweep import sweep
from escalations.undelivered import tell_of_dead_deliveries, tell_of_failed_mail
from tests.conftest import AT, Register
from tests.correspondence.builders import a_letter
from tests.correspondence.smtp import MailServer
from tests.escalations.builders import a_clock, complaints_with_a_clock
from users.models import Team, User

pytestmark = pytest.mark.django_db
# Midnight in Dublin, where the lead is.
NIGHT = datetime.fromisoformat("2026-06-22T23:00:00+00:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def a_lead_in_dublin(a_lead: User) -> User:
    a_lead.zone = "Europe/Dublin"
    a_lead.save()
    return a_lead


def some_notices(user: User, number: int, *, complaint: Complaint | None = None) -> list[Notice]:
    return Notice.objects.bulk_create(
        Notice(user=user, complaint=complaint, text=f"Notice {n}.", dedupe_key=f"n-{n}", created_at=AT)
        for n in range(number)
    )


def test_by_night_a_lead_is_mailed_what_was_missed_and_in_the_morning_what_is_at_risk(
    a_lead_in_dublin: User, a_specialist: User, a_team: Team, mail_server: MailServer
) -> None:
    complaints_with_a_clock([NIGHT], owner=a_specialist, team=a_team)
    complaints_with_a_clock([NIGHT + 24 * HOUR] * 2, owner=a_specialist, team=a_team, warned=False)

    sweep(NIGHT)
    dispatch(NIGHT)
    by_night = [str(message["Subject"]) for message in mail_server.taken]
    dispatch(NIGHT + 7 * HOUR)

    assert by_night == ["Missed: C-25-000001"]
    assert [str(message["Subject"]) for message in mail_server.taken[1:]] == ["2 notices"]
    # The bell had all of it at once.
    assert Notice.objects.filter(user=a_lead_in_dublin, created_at=NIGHT).count() == 3


def test_who_wants_only_what_was_missed_gets_no_other_mail_and_all_of_it_on_the_bell(
    a_lead_in_dublin: User, a_specialist: User, a_team: Team
) -> None:
    choose(person=a_lead_in_dublin, how=MailHow.MISSED, morning=time(8), quiet_from=time(20), quiet_until=time(7))
    a_clock(NIGHT, owner=a_specialist, team=a_team)

    sweep(NIGHT - 20 * HOUR)
    at_risk = OutboundMail.objects.count()
    sweep(NIGHT)

    assert (at_risk, OutboundMail.objects.count()) == (0, 1)
    assert Notice.objects.filter(user=a_lead_in_dublin).count() == 2


def test_a_thousand_missed_limits_are_few_mails(
    a_lead: User, a_specialist: User, a_team: Team, mail_server: MailServer
) -> None:
    complaints_with_a_clock([NIGHT] * 1200, owner=a_specialist, team=a_team)

    sweep(NIGHT)
    dispatch(NIGHT)

    assert [str(message["Subject"]) for message in mail_server.taken] == [
        "500 missed limits", "500 missed limits", "200 missed limits"
    ]  # fmt: skip


def test_a_choice_is_made_on_ones_own_page(client: Client, a_lead: User) -> None:
    client.force_login(a_lead)
    told = {"how": "daily", "morning": "07:30", "quiet_from": "19:00", "quiet_until": "06:30"}

    assert client.post("/escalations/notices/how", told).status_code == 302

    wish = MailWish.objects.get()
    assert (wish.person, wish.how, wish.morning, wish.quiet_until) == (a_lead, "daily", time(7, 30), time(6, 30))
    page = client.get("/escalations/notices/how").content.decode()
    assert 'value="07:30"' in page
    assert client.post("/escalations/notices/how", told | {"how": "never"}).status_code == 422


def test_a_person_reads_that_mail_does_not_reach_them_and_clears_it(client: Client, a_lead: User) -> None:
    mark(queue_mail(message_id="m", to=a_lead.email, subject="s", body="b", at=AT), "550 No such user.", at=AT)
    client.force_login(a_lead)

    assert "came back on" in client.get("/escalations/notices/how").content.decode()
    client.post("/escalations/notices/my-address")

    assert not BadAddress.objects.exists()
    assert "came back on" not in client.get("/escalations/notices/how").content.decode()


def test_opening_a_notice_takes_it_off_the_bell_and_leads_to_what_it_is_about(
    client: Client, a_registered: Register, a_lead: User
) -> None:
    complaint = a_registered()
    about, house = some_notices(a_lead, 2)
    Notice.objects.filter(pk=about.pk).update(complaint=complaint)
    client.force_login(a_lead)

    led_to = [client.post(f"/escalations/notices/{one.pk}/open")["Location"] for one in (about, house)]

    assert led_to == [f"/complaints/{complaint.reference}/", "/escalations/health/"]
    assert not Notice.objects.filter(read_at=None).exists()


def test_another_persons_notice_cannot_be_opened(client: Client, a_lead: User, an_admin: User) -> None:
    (notice,) = some_notices(an_admin, 1)
    client.force_login(a_lead)

    assert client.post(f"/escalations/notices/{notice.pk}/open").status_code == 404
    assert Notice.objects.filter(read_at=None).count() == 1


def test_the_bell_shows_what_is_unread_and_pages_through_all_there_ever_was(client: Client, a_lead: User) -> None:
    some_notices(a_lead, 120)
    Notice.objects.filter(text="Notice 119.").update(read_at=AT)
    client.force_login(a_lead)

    def shown(query: str) -> list[str]:
        found: list[str] = []
        before = ""
        while True:
            told = client.get(f"/escalations/notices/?{query}{before}").context["told"]
            found += [notice.text for notice in told.rows]
            if not told.before:
                return found
            before = f"&before={told.before}"

    assert shown("show=all") == [f"Notice {n}." for n in reversed(range(120))]
    assert shown("") == [f"Notice {n}." for n in reversed(range(119))]


def test_a_letter_that_comes_back_is_raised_to_its_lead_and_so_is_the_next_one(
    a_registered: Register, a_specialist: User, a_lead: User, mail_server: MailServer
) -> None:
    complaint = a_registered()
    mail_server.recipient = "550 5.1.1 No such user"
    send_letter(a_letter(a_specialist, reference=complaint.reference), at=AT)

    dispatch(AT)
    tell_of_failed_mail(AT)
    send_letter(a_letter(a_specialist, reference=complaint.reference), at=AT + HOUR)
    dispatch(AT + HOUR)
    for _ in range(2):
        tell_of_failed_mail(AT + HOUR)

    told = list(Escalation.objects.order_by("pk").values_list("assigned_to", "text"))
    assert [to for to, _ in told] == [a_lead.pk] * 2
    assert "does not take this address" in told[0][1]
    assert "Nothing is sent to this address" in told[1][1]
    assert mail_server.taken == []


def test_deliveries_that_were_given_up_are_one_line_per_endpoint_told_once(an_admin: User) -> None:
    for name in ("Board", "Ledger"):
        endpoint = Endpoint.objects.create(
            name=name, address="https://example.com/", types=[], salt="0", fingerprint="0", created_by=an_admin,
            created_at=AT,
        )  # fmt: skip
        for number in range(3):
            Delivery.objects.create(
                endpoint=endpoint, event=f"{endpoint.pk:08}-0000-0000-0000-{number:012}", type="clock.missed",
                body="{}", state=DeliveryState.DEAD, next_attempt_at=AT, created_at=AT, queued_at=AT,
            )  # fmt: skip

    tell_of_dead_deliveries(AT)
    tell_of_dead_deliveries(AT + HOUR)

    assert [(notice.user, notice.text) for notice in Notice.objects.order_by("pk")] == [
        (an_admin, "3 deliveries to Board given up: nobody knows why. See Webhooks, where it can be replayed."),
        (an_admin, "3 deliveries to Ledger given up: nobody knows why. See Webhooks, where it can be replayed."),
    ]


def test_each_channel_says_how_it_is_doing(client: Client, a_lead: User, an_admin: User) -> None:
    now = timezone.now()
    some_notices(a_lead, 2)
    late, gone = (
        queue_mail(message_id=f"m{n}", to="ana@customer.example", subject="s", body="b", at=now - HOUR)
        for n in range(2)
    )
    OutboundMail.objects.filter(pk=gone.pk).update(state=MailState.FAILED)
    Endpoint.objects.create(
        name="Ledger", address="https://example.com/", types=[], salt="0", fingerprint="0", created_by=an_admin,
        created_at=now, failures=3,
    )  # fmt: skip

    mail, bell, webhooks = channels(now)
    client.force_login(an_admin)
    page, metrics = (client.get(address).content.decode() for address in ("/escalations/health/", "/metrics"))

    assert (mail.waiting, mail.oldest, mail.given_up) == (1, HOUR, 1)
    assert mail.trouble.startswith("Mail does not go out.")
    assert (bell.waiting, bell.trouble) == (2, "")
    assert webhooks.trouble.startswith("Ledger: does not take what we tell.")
    assert mail.trouble in page and webhooks.trouble in page
    for line in (
        'redress_channel_waiting{channel="mail"} 1', 'redress_channel_given_up{channel="mail"} 1',
        'redress_channel_trouble{channel="webhook"} 1', 'redress_channel_trouble{channel="in_app"} 0',
    ):  # fmt: skip
        assert line in metrics.splitlines()
    assert late.state == MailState.QUEUED
