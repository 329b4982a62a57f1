"""Generated calendars are not confirmed until a person says with what they compared them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from config.checks import people_confirmed_the_calendars
from regulations import books
from regulations.engine import Event, evaluate
from regulations.models import CalendarConfirmation, CalendarVersion, Change
from regulations.services import publish_shipped
from regulations.studio import drafts
from regulations.studio.confirming import confirm, confirmed, spans, unconfirmed, years_of
from regulations.studio.found import newest, problems, text_of
from regulations.studio.publishing import publish
from tests.conftest import AT, a_person
from users.errors import NotAllowed, Refused
from users.models import Role, User

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=5)
LIST = "https://www.gov.uk/bank-holidays"


@pytest.fixture
def another_admin(db: None) -> User:
    return a_person("nora.devlin@larkspur.example", "Nora Devlin", Role.ADMIN, None)


def england() -> CalendarVersion:
    found = newest("calendar", "GB-ENG")
    assert isinstance(found, CalendarVersion)
    return found


def a_confirmation(actor: User, first: int = 2026, last: int = 2026, **given: object) -> list[CalendarConfirmation]:
    asked: dict[str, object] = {"version": england().version, "compared_with": LIST, **given}
    return confirm("GB-ENG", first=first, last=last, actor=actor, at=AT, **asked)  # type: ignore[arg-type]


def test_a_generated_calendar_is_confirmed_by_nobody() -> None:
    assert unconfirmed(years_of(england()), since=2026) == [2026, 2027, 2028, 2029, 2030]


def test_a_person_confirms_years_in_their_name_and_it_stays_on_the_record(an_admin: User) -> None:
    a_confirmation(an_admin, 2026, 2027)

    years = {one.number: one for one in years_of(england())}
    assert [number for number, one in years.items() if one.is_confirmed] == [2026, 2027]
    seen = years[2026].seen
    assert seen is not None
    assert (seen.actor, seen.at, seen.compared_with, seen.link) == (an_admin, AT, LIST, LIST)
    act = Change.objects.get()
    assert (act.act, act.reason) == ("confirmed", f"2026 to 2027 of version 1, compared with {LIST}")
    assert "2026-12-25 Christmas Day" in act.after and "2028" not in act.after
    with pytest.raises(DatabaseError), transaction.atomic():
        CalendarConfirmation.objects.update(compared_with="nothing")


def test_a_changed_year_waits_to_be_confirmed_again_and_the_others_stay(an_admin: User, another_admin: User) -> None:
    a_confirmation(an_admin, 2026, 2027)
    draft = drafts.change_day("GB-ENG", on=date(2026, 6, 15), name="Jubilee", reason="S.I. 9", actor=an_admin, at=AT)
    publish(draft.pk, actor=another_admin, at=LATER)

    years = {one.number: one for one in years_of(england())}

    assert (years[2026].is_confirmed, years[2026].seen is not None, years[2027].is_confirmed) == (False, True, True)
    gone = drafts.change_day("GB-ENG", on=date(2026, 6, 15), name="", reason="No.", actor=another_admin, at=LATER)
    publish(gone.pk, actor=an_admin, at=LATER)
    assert unconfirmed(years_of(england()), since=2026) == [2028, 2029, 2030]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"compared_with": "  "}, "Say what you compared it with"),
        ({"version": 7}, "was published since you looked at it"),
        ({"first": 2014}, "Choose years from 2015 to 2030"),
        ({"last": 2031}, "Choose years from 2015 to 2030"),
        ({"first": 2027, "last": 2026}, "the first before the last"),
    ],
)
def test_what_nobody_could_have_compared_is_refused(an_admin: User, given: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        a_confirmation(an_admin, **given)  # type: ignore[arg-type]
    assert not CalendarConfirmation.objects.exists() and not Change.objects.exists()


def test_only_an_admin_confirms_and_only_a_calendar_there_is(an_admin: User, a_lead: User) -> None:
    with pytest.raises(NotAllowed):
        a_confirmation(a_lead)
    with pytest.raises(Refused, match="no calendar ATLANTIS"):
        confirm("ATLANTIS", version=1, first=2026, last=2026, compared_with=LIST, actor=an_admin, at=AT)


def test_the_system_check_names_the_years_nobody_confirmed(an_admin: User) -> None:
    (before,) = people_confirmed_the_calendars(databases=["default"])
    assert "GB-ENG 20" in str(before.msg)
    last = england().known_until.year

    a_confirmation(an_admin, 2015, last)

    (after,) = people_confirmed_the_calendars(databases=["default"])
    assert "GB-ENG" not in str(after.msg) and "GB-SCT" in str(after.msg)


def test_all_calendars_are_asked_about_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rows = list({row.key: row for row in CalendarVersion.objects.order_by("version")}.values())

    with django_assert_num_queries(1):
        assert len(confirmed(rows)) == len(rows)


@pytest.mark.parametrize(
    ("years", "said"), [([], ""), ([2026], "2026"), ([2026, 2027], "2026 to 2027"), ([2026, 2028], "2026 and 2028")]
)
def test_years_are_written_as_people_write_them(years: list[int], said: str) -> None:
    assert spans(years) == said


def test_the_pages_say_what_is_not_confirmed_and_an_admin_confirms_it_there(an_admin: User) -> None:
    client = Client()
    client.force_login(an_admin)

    def shown(path: str) -> str:
        return " ".join(client.get(path).content.decode().split())

    assert "Generated, not confirmed" in shown("/rules/calendars/GB-ENG?year=2026")
    asked = {"key": "GB-ENG", "version": 1, "first": 2026, "last": 2026, "compared_with": LIST}
    assert client.post("/studio/confirm", asked).headers["Location"] == "/studio/calendar/GB-ENG"
    assert "2026 of GB-ENG is confirmed in your name." in shown("/studio/calendar/GB-ENG")

    page = shown("/rules/calendars/GB-ENG?year=2026")
    assert "Confirmed by Niamh Daly" in page and f'href="{LIST}"' in page
    refused = client.post("/studio/confirm", {**asked, "compared_with": ""})
    assert refused.status_code == 409


def test_no_address_but_one_of_the_web_becomes_a_link(an_admin: User) -> None:
    (made,) = a_confirmation(an_admin, compared_with="javascript:alert(1)")

    assert made.link == ""


def test_the_day_a_calendar_is_known_until_is_changed_in_a_draft_and_its_clocks_say_so(
    an_admin: User, another_admin: User
) -> None:
    draft = drafts.start("calendar", "GB-ENG", actor=an_admin, at=AT)
    lines = [line for line in draft.text.splitlines() if not line.startswith(("2027", "2028", "2029", "2030"))]
    text = "\n".join(lines).replace('known_until = "2030-12-31"', 'known_until = "2026-12-31"')
    kept = drafts.save(draft.pk, text=text, reason="Not yet proclaimed.", enforced=False, actor=an_admin, at=AT)
    assert problems(kept) == []
    publish(draft.pk, actor=another_admin, at=LATER)

    law = books.current()
    facts = {"jurisdiction": "GB", "zone": "Europe/London", "complaint_class": ["payment_services"]}
    clocks = evaluate(law.book, facts, [Event("received", date(2026, 12, 21))], law.calendars)
    final = next(one for one in clocks if one.obligation == "final_response")
    assert england().known_until == date(2026, 12, 31)
    assert "Calendar GB-ENG is known until Thu 31 Dec 2026" in final.sentence


def test_closed_days_after_the_day_a_calendar_is_known_until_are_refused_at_their_lines(an_admin: User) -> None:
    draft = drafts.start("calendar", "GB-ENG", actor=an_admin, at=AT)
    text = draft.text.replace('known_until = "2030-12-31"', 'known_until = "2030-12-24"')
    kept = drafts.save(draft.pk, text=text, reason="", enforced=False, actor=an_admin, at=AT)

    found = problems(kept)

    lines = text.splitlines()
    assert [lines[one.line - 1][:10] for one in found] == ["2030-12-25", "2030-12-26"]


@pytest.mark.parametrize("day", ["soon", "2014-12-31", "2999-01-01"])
def test_a_day_nobody_can_know_until_is_refused_at_its_line(an_admin: User, day: str) -> None:
    draft = drafts.start("calendar", "GB-ENG", actor=an_admin, at=AT)
    text = draft.text.replace('known_until = "2030-12-31"', f'known_until = "{day}"')
    kept = drafts.save(draft.pk, text=text, reason="", enforced=False, actor=an_admin, at=AT)

    found = problems(kept)[0]

    assert text.splitlines()[found.line - 1].startswith("known_until")
    assert "known_until must be a day from 2015-01-01" in found.words


HOURS = """
[hours]
mon = ["09:00-12:30", "13:30-17:00"]
tue = ["09:00-12:30", "13:30-17:00"]
wed = ["09:00-12:30", "13:30-17:00"]
thu = ["09:00-12:30", "13:30-17:00"]
fri = ["09:00-12:00"]
"""


def test_opening_hours_are_published_shown_and_read_back(an_admin: User, another_admin: User) -> None:
    draft = drafts.start("calendar", "GB-ENG", actor=an_admin, at=AT)
    drafts.save(draft.pk, text=draft.text + HOURS, reason="Ours.", enforced=False, actor=an_admin, at=AT)
    publish(draft.pk, actor=another_admin, at=LATER)

    assert england().hours["fri"] == ["09:00-12:00"]
    assert books.current().calendars["GB-ENG"].hours[4] == ((540, 720),)
    assert 'mon = [\n    "09:00-12:30",\n    "13:30-17:00",\n]' in text_of(england())
    again = drafts.start("calendar", "GB-ENG", actor=an_admin, at=LATER)
    assert problems(again) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('wed = ["09:00-12:30"', 'wed = ["09:00-13:30:"', "wed", "is no window"),
        ('wed = ["09:00-12:30"', 'wed = ["09:00-14:00"', "wed", "overlap"),
        ('fri = ["09:00-12:00"]', "fri = []", "fri", "fri has no window"),
        ('fri = ["09:00-12:00"]', 'fri = ["12:00-09:00"]', "fri", "is empty"),
        ('fri = ["09:00-12:00"]', "", "[hours]", "fri is an open day without opening hours"),
        ("fri = ", "sat = ['10:00-11:00']\nfri = ", "sat", "sat is a weekend day"),
        ("fri = ", "day = ['10:00-11:00']\nfri = ", "[hours]", "day is no weekday"),
    ],
)
def test_hours_nobody_could_keep_are_refused_at_their_line(
    an_admin: User, old: str, new: str, line: str, words: str
) -> None:
    draft = drafts.start("calendar", "GB-ENG", actor=an_admin, at=AT)
    assert old in HOURS
    text = draft.text + HOURS.replace(old, new)
    kept = drafts.save(draft.pk, text=text, reason="", enforced=False, actor=an_admin, at=AT)

    (found,) = problems(kept)

    assert words in found.words
    assert text.splitlines()[found.line - 1].startswith(line)


def test_a_new_release_does_not_undo_a_holiday_that_people_added(an_admin: User, another_admin: User) -> None:
    draft = drafts.change_day("GB-ENG", on=date(2026, 6, 15), name="Jubilee", reason="S.I. 9", actor=an_admin, at=AT)
    publish(draft.pk, actor=another_admin, at=LATER)

    assert publish_shipped(at=LATER) == (0, 0)

    assert england().closed["2026-06-15"] == "Jubilee"
