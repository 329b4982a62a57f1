"""When a person is told by mail: their own choice and their quiet hours. What was missed asks for neither."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from correspondence.models import MailHow, MailWish
from users.models import User

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class When:
    """When a mail goes out (UTC), and whether it waits to come in a list."""

    at: datetime
    gathers: bool


def wishes_of(people: Iterable[User]) -> dict[int, MailWish]:
    """Return what each of these people wants, by their number; who chose nothing has the defaults."""
    asked = {person.pk: person for person in people}
    chosen = {wish.person_id: wish for wish in MailWish.objects.filter(person__in=asked)}
    return {pk: chosen.get(pk) or MailWish(person_id=pk) for pk in asked}


def wish_of(person: User) -> MailWish:
    """Return what this person wants."""
    return wishes_of([person])[person.pk]


def choose(*, person: User, how: str, morning: time, quiet_from: time, quiet_until: time) -> MailWish:
    """Keep how a person wants to be told. What already waits for them comes as it was planned."""
    wish, _ = MailWish.objects.update_or_create(
        person=person,
        defaults={"how": how, "morning": morning, "quiet_from": quiet_from, "quiet_until": quiet_until},
    )
    return wish


def when_to_mail(wish: MailWish, zone: str, *, urgent: bool, at: datetime) -> When | None:
    """Return when this goes out, or None when this person wants no mail of it. A missed limit goes at once, always."""
    if urgent:
        return When(at, gathers=False)
    if wish.how == MailHow.MISSED:
        return None
    place = ZoneInfo(zone)
    wanted = {MailHow.HOURLY: _next_hour, MailHow.DAILY: _next_morning}.get(MailHow(wish.how), _now)(wish, place, at)
    out = _after_quiet(wish, place, wanted)
    return When(out, gathers=out != at)


def _now(wish: MailWish, place: ZoneInfo, at: datetime) -> datetime:
    return at


def _next_hour(wish: MailWish, place: ZoneInfo, at: datetime) -> datetime:
    """Return the next full hour on the wall where they are; some zones are half an hour off."""
    local = at.astimezone(place)
    return at + HOUR - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def _next_morning(wish: MailWish, place: ZoneInfo, at: datetime) -> datetime:
    today = at.astimezone(place).date()
    this = _moment(today, wish.morning, place)
    return this if this > at else _moment(today + timedelta(days=1), wish.morning, place)


def _after_quiet(wish: MailWish, place: ZoneInfo, at: datetime) -> datetime:
    """Return the moment itself, or the end of the quiet hours it falls into."""
    local = at.astimezone(place)
    start, end, clock = wish.quiet_from, wish.quiet_until, local.time()
    over_midnight = start > end
    quiet = (clock >= start or clock < end) if over_midnight else start <= clock < end
    if not quiet:
        return at
    tomorrow = over_midnight and clock >= start
    # The daily list asked for at an hour that is quiet comes then: who chose it wants it.
    if wish.how == MailHow.DAILY and clock.replace(second=0, microsecond=0) == wish.morning:
        return at
    return _moment(local.date() + timedelta(days=int(tomorrow)), end, place)


def _moment(day: date, clock: time, place: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, place).astimezone(UTC)
