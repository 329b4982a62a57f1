"""When a person is told by mail, as a table. Times are theirs: Dublin, in summer an hour ahead of UTC."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from correspondence.models import MailHow, MailWish
from correspondence.wishes import choose, when_to_mail, wish_of, wishes_of
from users.models import User

NOON, NIGHT, LATE = "2026-06-10T11:00", "2026-06-10T01:30", "2026-06-10T19:30"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def told(at: str, how: str = MailHow.EACH, *, zone: str = "Europe/Dublin", urgent: bool = False, **given: time) -> str:
    when = when_to_mail(MailWish(how=how, **given), zone, urgent=urgent, at=utc(at))
    if when is None:
        return "no mail"
    return f"{when.at:%Y-%m-%dT%H:%M}{' in a list' if when.gathers else ''}"


@pytest.mark.parametrize(
    ("how", "at", "expected"),
    [
        (MailHow.EACH, NOON, "2026-06-10T11:00"),
        # 02:30 in Dublin: it waits until seven.
        (MailHow.EACH, NIGHT, "2026-06-10T06:00 in a list"),
        # 20:30 in Dublin: until seven of the next day.
        (MailHow.EACH, LATE, "2026-06-11T06:00 in a list"),
        (MailHow.HOURLY, "2026-06-10T11:20", "2026-06-10T12:00 in a list"),
        (MailHow.HOURLY, NOON, "2026-06-10T12:00 in a list"),
        (MailHow.HOURLY, NIGHT, "2026-06-10T06:00 in a list"),
        (MailHow.DAILY, NOON, "2026-06-11T07:00 in a list"),
        (MailHow.DAILY, NIGHT, "2026-06-10T07:00 in a list"),
        (MailHow.MISSED, NOON, "no mail"),
    ],
)
def test_a_notice_comes_as_its_reader_wishes(how: str, at: str, expected: str) -> None:
    assert told(at, how) == expected


@pytest.mark.parametrize("how", MailHow.values)
@pytest.mark.parametrize("at", [NOON, NIGHT, LATE])
def test_what_was_missed_goes_at_once_whatever_they_chose_and_whatever_the_hour(how: str, at: str) -> None:
    assert told(at, how, urgent=True) == at


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Kolkata", "2026-06-10T11:30 in a list"),
        ("Asia/Kathmandu", "2026-06-10T11:15 in a list"),
        ("America/New_York", "2026-06-10T12:00 in a list"),
    ],
)
def test_the_full_hour_is_the_one_on_their_wall(zone: str, expected: str) -> None:
    assert told(NOON, MailHow.HOURLY, zone=zone) == expected


def test_the_morning_stays_at_eight_when_the_clocks_change() -> None:
    assert told("2026-10-24T12:00", MailHow.DAILY) == "2026-10-25T08:00 in a list"
    assert told("2026-10-23T12:00", MailHow.DAILY) == "2026-10-24T07:00 in a list"


def test_a_daily_list_may_come_at_an_hour_that_is_quiet_otherwise() -> None:
    assert told(NOON, MailHow.DAILY, morning=time(6)) == "2026-06-11T05:00 in a list"


def test_quiet_hours_may_lie_within_a_day_or_not_be_at_all() -> None:
    assert told(NOON, quiet_from=time(11, 30), quiet_until=time(13)) == "2026-06-10T12:00 in a list"
    assert told(NIGHT, quiet_from=time(9), quiet_until=time(9)) == NIGHT


@pytest.mark.django_db
def test_a_choice_is_kept_and_can_be_changed(a_lead: User, a_specialist: User) -> None:
    assert wish_of(a_lead).how == MailHow.EACH

    for how in (MailHow.DAILY, MailHow.HOURLY):
        choose(person=a_lead, how=how, morning=time(9), quiet_from=time(18), quiet_until=time(8))

    found = wishes_of([a_lead, a_specialist])
    assert (found[a_lead.pk].how, found[a_lead.pk].quiet_from) == (MailHow.HOURLY, time(18))
    assert found[a_specialist.pk].how == MailHow.EACH
