"""A calendar is changed as a draft too, day by day."""

from __future__ import annotations

from datetime import date

import pytest

from regulations import books
from regulations.studio import drafts
from regulations.studio.found import newest
from regulations.studio.publishing import publish
from tests.conftest import AT, a_person
from tests.regulations.drafting import LATER, said
from users.errors import Refused
from users.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def another_admin(db: None) -> User:
    return a_person("nora.devlin@larkspur.example", "Nora Devlin", Role.ADMIN, None)


def test_a_closed_day_is_added_and_withdrawn_again(an_admin: User, another_admin: User) -> None:
    on = date(2026, 6, 15)
    added = drafts.change_day("GB-ENG", on=on, name="Jubilee", reason="S.I. 9/2026", actor=an_admin, at=AT)
    publish(added.pk, actor=another_admin, at=LATER)
    assert books.current().calendars["GB-ENG"].closed[on] == "Jubilee"

    gone = drafts.change_day("GB-ENG", on=on, name="", reason="Revoked.", actor=another_admin, at=LATER)
    publish(gone.pk, actor=an_admin, at=LATER)

    assert on not in books.current().calendars["GB-ENG"].closed
    assert gone.reason == "Open on 15 June 2026, no longer Jubilee. Revoked."


def test_an_open_day_cannot_be_opened_nor_a_closed_one_closed_twice(an_admin: User) -> None:
    with pytest.raises(Refused, match="no closed day"):
        drafts.change_day("GB-ENG", on=date(2026, 6, 15), name="", reason="", actor=an_admin, at=AT)
    name = newest("calendar", "GB-ENG").closed["2026-12-25"]  # type: ignore[union-attr]
    with pytest.raises(Refused, match="closed already"):
        drafts.change_day("GB-ENG", on=date(2026, 12, 25), name=name, reason="", actor=an_admin, at=AT)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"sat"', '"caturday"', "list of days"),
        ('2026-12-25 = "', '2026-13-25 = "', "no date"),
        ('2026-12-25 = "', '1999-12-25 = "', "outside what the calendar knows"),
        ("weekend = [", 'weekend = ["mon", "tue", "wed", "thu", "fri", ', "no open day"),
        ("[closed]", "[shut]", "shut is no key"),
    ],
)
def test_a_calendar_nobody_could_keep_is_refused(an_admin: User, old: str, new: str, words: str) -> None:
    draft = drafts.start("calendar", "GB-ENG", actor=an_admin, at=AT)
    assert old in draft.text

    found = said(draft, draft.text.replace(old, new, 1), an_admin)

    assert any(words in said for _, said in found)


def test_a_calendar_counts_at_once(an_admin: User, another_admin: User) -> None:
    draft = drafts.change_day("GB-ENG", on=date(2026, 6, 15), name="Jubilee", reason="", actor=an_admin, at=AT)

    with pytest.raises(Refused, match="as soon as"):
        publish(draft.pk, from_on=date(2026, 9, 1), actor=another_admin, at=LATER)
