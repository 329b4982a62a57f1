"""Admins change the law's data as drafts, which are checked at the line while they are written."""

from __future__ import annotations

import pytest

from regulations import books
from regulations.models import CalendarVersion, Draft, RuleVersion
from regulations.studio import drafts
from regulations.studio.found import begun_from, exported, newest, notes, problems, text_of
from regulations.studio.publishing import publish
from regulations.studio.texts import TextProblem
from tests.conftest import AT, a_person
from tests.regulations.drafting import LATER, NEW, RULE, said, the_line
from users.errors import NotAllowed, Refused, Stale
from users.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def another_admin(db: None) -> User:
    return a_person("nora.devlin@larkspur.example", "Nora Devlin", Role.ADMIN, None)


def test_a_draft_begins_with_the_words_that_are_published(an_admin: User) -> None:
    draft = drafts.start("rule", RULE, actor=an_admin, at=AT)

    assert draft.text == begun_from(newest("rule", RULE), newest("rule", RULE))
    assert draft.text.replace("supersedes = 1\n", "") == text_of(newest("rule", RULE))
    assert (draft.base_version, draft.enforced) == (1, True)
    assert problems(draft) == []


def test_every_published_rule_and_calendar_goes_out_as_text_and_reads_back_without_a_problem(an_admin: User) -> None:
    keys = {("rule", row.rule) for row in RuleVersion.objects.all()}
    keys |= {("calendar", row.key) for row in CalendarVersion.objects.all()}

    for kind, key in sorted(keys):
        draft = drafts.start(kind, key, actor=an_admin, at=AT)
        assert problems(draft) == [], key


def test_only_an_admin_writes(a_lead: User, an_auditor: User) -> None:
    for person in (a_lead, an_auditor):
        with pytest.raises(NotAllowed):
            drafts.start("rule", RULE, actor=person, at=AT)


def test_one_rule_has_one_open_draft(an_admin: User, another_admin: User) -> None:
    drafts.start("rule", RULE, actor=an_admin, at=AT)

    with pytest.raises(Refused, match="already changing"):
        drafts.start("rule", RULE, actor=another_admin, at=AT)


def test_words_saved_over_somebody_elses_are_refused(an_admin: User, another_admin: User) -> None:
    opened = drafts.start("rule", RULE, actor=an_admin, at=AT)
    drafts.save(opened.pk, text="a = 1", reason="", enforced=True, actor=another_admin, at=LATER)

    with pytest.raises(Stale):
        drafts.save(
            opened.pk, text="b = 1", reason="", enforced=True, actor=an_admin, at=LATER, changed_at=opened.changed_at
        )


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('length = "15bd"', 'lenght = "15bd"', "lenght", "lenght is no key"),
        ('length = "15bd"', 'length = "15 fortnights"', "fortnights", "'15 fortnights' is not a length"),
        ('length = "15bd"', 'length = "15bd"\ncalendar = "GB-WLS"', "GB-WLS", "There is no calendar GB-WLS."),
        ('length = "15bd"', 'length = "15d roll(GB-WLS)"', "GB-WLS", "There is no calendar GB-WLS."),
        ('trigger = "receipt"', 'trigger = "full_moon"', "full_moon", "full_moon is no event"),
        ('citation = "DISP', 'cited = "DISP', "", "The rule needs a citation."),
        ('id = "uk-disp-payments"', 'id = "uk-disp-other"', "uk-disp-other", "The id must stay uk-disp-payments"),
        ('source_status = "primary"', 'source_status = "hearsay"', "hearsay", "primary or secondary"),
        ("eligible = true", 'rule_any = ["uk-nothing"]', "", "uk-nothing"),
        ('title = "Acknowledgement"', "title = ", "title = $", "This is not TOML"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(an_admin: User, old: str, new: str, line: str, words: str) -> None:
    draft = drafts.start("rule", RULE, actor=an_admin, at=AT)
    assert old in draft.text
    text = draft.text.replace(old, new, 1)

    (found,) = said(draft, text, an_admin)

    assert words in found[1]
    if line:
        assert found[0] == the_line(text.replace("title = \n", "title = $\n"), line)


def test_a_rule_that_waits_for_itself_is_refused_with_its_circle(an_admin: User) -> None:
    waiting = next(row for row in RuleVersion.objects.all() if RULE in row.definition["applies"].get("rule_any", []))
    draft = drafts.start("rule", RULE, actor=an_admin, at=AT)
    text = draft.text.replace("eligible = true", f'rule_any = ["{waiting.rule}"]')

    (found,) = said(draft, text, an_admin)

    assert found == (
        the_line(text, waiting.rule),
        f"The rule waits for itself: {RULE} waits for {waiting.rule} waits for {RULE}.",
    )


@pytest.mark.parametrize("text", ["x = " + "[" * 5000, "x = nan", "x = " + "9" * 5000, "\x00", "", "x = 07:30:00"])
def test_no_text_can_break_the_studio(an_admin: User, text: str) -> None:
    draft = drafts.start("rule", RULE, actor=an_admin, at=AT)

    assert said(draft, text, an_admin)


def test_a_draft_that_does_not_say_which_version_it_closes_is_refused_at_its_line(an_admin: User) -> None:
    draft = drafts.start("rule", RULE, actor=an_admin, at=AT)
    text = draft.text.replace("supersedes = 1\n", "")

    assert said(draft, text, an_admin) == [
        (
            the_line(text, "effective_from"),
            "Version 1 is in force on the same days, from 13 January 2018. Write supersedes = 1 to close it where the"
            " new words begin, or choose other days.",
        )
    ]
    wrong = draft.text.replace("supersedes = 1", "supersedes = 7")
    assert said(draft, wrong, an_admin) == [
        (the_line(wrong, "supersedes"), "supersedes must be 1, the newest version.")
    ]


def test_what_a_draft_closes_and_the_days_nobody_governs_are_said_beside_it(an_admin: User) -> None:
    draft = drafts.start("rule", RULE, actor=an_admin, at=AT)
    ends = draft.text.replace(
        'effective_from = "2018-01-13"', 'effective_from = "2018-01-13"\neffective_to = "2026-12-31"'
    )
    assert ends != draft.text
    kept = drafts.save(draft.pk, text=ends, reason="It ends.", enforced=True, actor=an_admin, at=AT)

    assert notes(kept) == [
        "It closes version 1 from Sat 13 Jan 2018 on.",
        "From 1 January 2027 on no version of this rule is in force.",
    ]


def test_a_rule_from_elsewhere_comes_in_as_a_draft(an_admin: User, another_admin: User) -> None:
    draft = drafts.start_new(NEW, actor=an_admin, at=AT)
    drafts.save(draft.pk, text=draft.text, reason="Ours.", enforced=True, actor=an_admin, at=AT)

    made = publish(draft.pk, actor=another_admin, at=LATER)

    assert (draft.base_version, made.version) == (0, 1)
    assert "ie-house-rule" in {rule.id for rule in books.current().book.rules}


def test_what_goes_out_comes_in_again(an_admin: User) -> None:
    known = newest("rule", RULE)
    assert known is not None

    draft = drafts.start_new(exported(known), actor=an_admin, at=AT)

    assert draft.text == text_of(known)
    assert exported(known).startswith("[[rule]]")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("title = 'No id'", 0, "names no id"),
        ("[[rule]]\nid = 'a'\n[[rule]]\nid = 'b'", 1, "one rule at a time"),
        (NEW.replace("10bd", "10 moons"), 13, "not a length"),
        (NEW.replace("ie-house-rule", "../../etc"), 2, "small letters"),
    ],
)
def test_a_text_that_states_no_rule_is_refused_at_its_line(an_admin: User, text: str, line: int, words: str) -> None:
    with pytest.raises(TextProblem, match=words) as refused:
        drafts.start_new(text, actor=an_admin, at=AT)

    assert refused.value.problems[0].line == line
    assert not Draft.objects.exists()
