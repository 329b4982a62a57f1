"""Targets of our own in the studio: as text, checked at the line, published by two, and no law."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from regulations import books
from regulations.models import Change, Draft, DraftKind, TargetVersion
from regulations.studio import drafts
from regulations.studio.found import exported, newest, problems
from regulations.studio.publishing import publish
from regulations.studio.texts import TextProblem
from tests.conftest import AT, a_person
from users.errors import NotAllowed, Refused
from users.models import Role, Team, User

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=5)
REPLY = """# What we ask of ourselves.
key = "first-reply"
title = "First reply"
starts = ["received"]
met_by = ["acknowledged", "final_sent"]
length = "1bd"
time = "team"
teams = ["Payouts Dublin"]
pauses = ["awaiting_customer"]
"""


@pytest.fixture
def another_admin(db: None) -> User:
    return a_person("nora.devlin@larkspur.example", "Nora Devlin", Role.ADMIN, None)


def a_draft(actor: User, text: str = REPLY, reason: str = "We promise it.") -> Draft:
    draft = drafts.start_new_target(text, actor=actor, at=AT)
    return drafts.save(draft.pk, text=text, reason=reason, enforced=False, actor=actor, at=AT)


def test_a_second_admin_publishes_a_target_and_no_rule_changes(
    a_team: Team, an_admin: User, another_admin: User
) -> None:
    before, draft = books.current(), a_draft(an_admin)
    with pytest.raises(Refused, match="a second person"):
        publish(draft.pk, actor=an_admin, at=LATER)

    publish(draft.pk, actor=another_admin, at=LATER)

    law = books.current()
    assert [target.key for target in law.targets] == ["first-reply"]
    assert (law.book, law.rules, law.calendars_mark) == (before.book, before.rules, before.calendars_mark)
    acts = Change.objects.filter(kind=DraftKind.TARGET, key="first-reply").values_list("act", flat=True)
    assert list(acts) == ["published", "changed", "began"]


def test_a_published_target_never_changes(a_team: Team, an_admin: User, another_admin: User) -> None:
    publish(a_draft(an_admin).pk, actor=another_admin, at=LATER)

    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        TargetVersion.objects.update(title="Another")


def test_rolling_back_is_a_new_version_of_the_old_words(a_team: Team, an_admin: User, another_admin: User) -> None:
    publish(a_draft(an_admin).pk, actor=another_admin, at=LATER)
    second = drafts.start("target", "first-reply", actor=an_admin, at=LATER)
    text = second.text.replace('"1bd"', '"2bd"')
    drafts.save(second.pk, text=text, reason="Too tight.", enforced=False, actor=an_admin, at=LATER)
    publish(second.pk, actor=another_admin, at=LATER)

    back = drafts.start("target", "first-reply", actor=an_admin, at=LATER, back_to=1)
    publish(back.pk, actor=another_admin, at=LATER)

    versions = TargetVersion.objects.filter(key="first-reply").order_by("version")
    assert [row.definition["length"] for row in versions] == ["1bd", "2bd", "1bd"]
    assert [target.words for target in books.current().targets] == ["1 working day"]


def test_what_goes_out_as_a_file_comes_in_again(a_team: Team, an_admin: User, another_admin: User) -> None:
    publish(a_draft(an_admin).pk, actor=another_admin, at=LATER)
    known = newest("target", "first-reply")
    assert known is not None

    again = drafts.start_new_target(exported(known), actor=an_admin, at=LATER)

    assert (again.base_version, problems(again)) == (1, [])


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('length = "1bd"', 'lenght = "1bd"', 6, "lenght is no key of a target"),
        ('length = "1bd"', 'length = "0bd"', 6, "no length of a target"),
        ('length = "1bd"', 'length = "3 moons"', 6, "no length of a target"),
        ('length = "1bd"', 'length = "9999bd"', 6, "it would never end"),
        ('title = "First reply"', 'title = ""', 3, "needs a title"),
        ("Payouts Dublin", "Payouts Mars", 8, "There is no team Payouts Mars. The teams are Payouts Dublin."),
        ('time = "team"', 'calendar = "GB-WLS"', 7, "There is no calendar GB-WLS."),
        ('time = "team"', 'weekend = ["mon","tue","wed","thu","fri","sat","sun"]', 7, "no day on which anybody works"),
        ('"acknowledged", ', '"thanked", ', 5, "is nothing that happens to a complaint"),
        ('"awaiting_customer"', '"awaiting_rain"', 9, "is no waiting state"),
        ('key = "first-reply"', 'key = "other"', 2, "The key must stay first-reply"),
        ('time = "team"', "time = ", 7, "This is not TOML"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(
    a_team: Team, an_admin: User, old: str, new: str, line: int, words: str
) -> None:
    draft = a_draft(an_admin)
    assert old in REPLY
    draft.text = REPLY.replace(old, new)

    found = problems(draft)

    assert (found[0].line, words in found[0].words) == (line, True), found
    assert not TargetVersion.objects.exists()


def test_a_text_without_a_key_or_with_an_unusable_one_is_refused(an_admin: User) -> None:
    for text in ('title = "First reply"', 'key = "First reply!"'):
        with pytest.raises(TextProblem):
            drafts.start_new_target(text, actor=an_admin, at=AT)


def test_only_an_admin_writes(a_lead: User) -> None:
    with pytest.raises(NotAllowed):
        drafts.start_new_target(REPLY, actor=a_lead, at=AT)
