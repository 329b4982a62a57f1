"""A storm of mails to one person becomes one mail with a list, and not one of them is lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from correspondence.dispatch import dispatch
from correspondence.gathering import LINES, STORM, WINDOW
from correspondence.models import MailState, OutboundMail
from correspondence.services import send_again
from tests.correspondence.builders import AT
from tests.correspondence.smtp import MailServer
from users.errors import Refused
from users.models import User

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def a_storm(
    person: User, number: int, *, at: datetime = AT, urgent: int = 0, gathers: bool = False, start: int = 0
) -> None:
    """So many mails to one person, the last of them urgent."""
    OutboundMail.objects.bulk_create(
        OutboundMail(
            message_id=f"storm-{person.pk}-{n}@redress", to=person.email, person=person, subject=f"Notice {n}",
            body=f"Look at {n}.\n\nhttp://127.0.0.1:8000/escalations/{n}/\n", next_attempt_at=at, created_at=at,
            urgent=n >= start + number - urgent, gathers=gathers,
        )
        for n in range(start, start + number)
    )  # fmt: skip


def subjects(server: MailServer) -> list[str]:
    return [str(message["Subject"]) for message in server.taken]


def text(server: MailServer, place: int = -1) -> str:
    payload = server.taken[place].get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def test_a_few_mails_go_out_one_by_one(mail_server: MailServer, a_lead: User) -> None:
    a_storm(a_lead, STORM)

    assert dispatch(AT) == STORM
    assert subjects(mail_server) == [f"Notice {n}" for n in range(STORM)]


def test_a_storm_is_one_mail_with_what_was_missed_first_and_a_link_for_each(
    mail_server: MailServer, a_lead: User
) -> None:
    a_storm(a_lead, 40, urgent=3)

    assert dispatch(AT) == 1

    said = text(mail_server)
    assert subjects(mail_server) == ["3 missed limits and 37 other notices"]
    assert mail_server.taken[0]["To"] == a_lead.email
    assert [line for line in said.split("\n") if line.startswith("Notice")][:4] == [
        "Notice 37", "Notice 38", "Notice 39", "Notice 0"
    ]  # fmt: skip
    assert all(f"/escalations/{n}/\n" in said for n in range(40))
    made = OutboundMail.objects.get(of_many=40)
    assert (made.state, made.urgent, made.listed.count()) == (MailState.SENT, True, 40)
    assert OutboundMail.objects.filter(state=MailState.LISTED).count() == 40


def test_a_letter_to_a_customer_and_another_persons_mail_are_in_nobodys_list(
    mail_server: MailServer, a_lead: User, a_specialist: User
) -> None:
    a_storm(a_lead, 20), a_storm(a_specialist, 2)
    OutboundMail.objects.create(
        message_id="letter-1@x", to=a_lead.email, subject="A letter", body=".", next_attempt_at=AT, created_at=AT
    )

    dispatch(AT)

    assert sorted(subjects(mail_server)) == ["20 notices", "A letter", "Notice 0", "Notice 1"]


def test_what_waited_for_a_list_comes_in_one_however_little_it_is(mail_server: MailServer, a_lead: User) -> None:
    a_storm(a_lead, 2, gathers=True)

    dispatch(AT)

    assert subjects(mail_server) == ["2 notices"]


def test_a_single_one_that_waited_comes_as_itself(mail_server: MailServer, a_lead: User) -> None:
    a_storm(a_lead, 1, gathers=True)

    dispatch(AT)

    assert subjects(mail_server) == ["Notice 0"]


def test_a_burst_that_lasts_makes_one_list_per_window_not_one_per_dispatch(
    mail_server: MailServer, a_lead: User
) -> None:
    for seconds in range(0, 60, 2):
        a_storm(a_lead, 10, at=AT + seconds * SECOND, start=seconds * 5)
        dispatch(AT + seconds * SECOND)

    assert subjects(mail_server) == ["10 notices"]
    dispatch(AT + WINDOW - SECOND)
    assert len(mail_server.taken) == 1
    dispatch(AT + WINDOW)
    assert subjects(mail_server) == ["10 notices", "290 notices"]


def test_singles_one_after_another_become_a_list_as_well(mail_server: MailServer, a_lead: User) -> None:
    for n in range(12):
        a_storm(a_lead, 1, at=AT + n * SECOND, start=n)
        dispatch(AT + n * SECOND)
    dispatch(AT + WINDOW + 20 * SECOND)

    assert subjects(mail_server) == [*(f"Notice {n}" for n in range(STORM + 1)), f"{12 - STORM - 1} notices"]


def test_a_list_has_an_end_and_the_next_begins_where_it_ended(mail_server: MailServer, a_lead: User) -> None:
    a_storm(a_lead, LINES + 10)

    dispatch(AT)

    assert subjects(mail_server) == [f"{LINES} notices", "10 notices"]


def test_a_list_whose_mail_server_is_away_is_kept_and_tried_again(mail_server: MailServer, a_lead: User) -> None:
    a_storm(a_lead, 9)
    mail_server.answer = lambda _: "451 busy"

    dispatch(AT)
    mail_server.answer = lambda _: "250 taken"
    dispatch(AT + timedelta(minutes=1))

    assert subjects(mail_server) == ["9 notices"]


def test_what_went_out_in_a_list_is_not_sent_again_by_itself(
    mail_server: MailServer, a_lead: User, an_admin: User
) -> None:
    a_storm(a_lead, 9)
    dispatch(AT)

    with pytest.raises(Refused, match="in a list"):
        send_again(OutboundMail.objects.filter(state=MailState.LISTED).earliest("pk").pk, actor=an_admin, at=AT)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    waves=some.lists(some.tuples(some.integers(0, 400), some.integers(1, 30), some.booleans()), min_size=1, max_size=8)
)
def test_whatever_comes_whenever_each_is_told_exactly_once(
    mail_server: MailServer, a_lead: User, waves: list[tuple[int, int, bool]]
) -> None:
    OutboundMail.objects.update(listed_in=None)
    OutboundMail.objects.all().delete()
    mail_server.taken.clear()
    number, now = 0, AT
    for seconds, many, gathers in waves:
        now += seconds * SECOND
        a_storm(a_lead, many, at=now, start=number, gathers=gathers)
        number += many
        dispatch(now)
    for _ in range(4):
        now += WINDOW
        dispatch(now)

    everything = "".join(text(mail_server, place) for place in range(len(mail_server.taken)))

    assert [everything.count(f"/escalations/{n}/\n") for n in range(number)] == [1] * number
