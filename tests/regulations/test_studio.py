"""Admins change the law's data as drafts; a second person publishes; every act stays on the record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction

from regulations import books
from regulations.engine import Event, evaluate
from regulations.models import CalendarVersion, Change, Draft, DraftState, RuleVersion
from regulations.studio import drafts
from regulations.studio.found import begun_from, exported, newest, notes, problems, text_of
from regulations.studio.publishing import publish
from regulations.studio.texts import TextProblem
from tests.conftest import AT, a_person
from users.errors import NotAllowed, Refused, Stale
from users.models import Role, User

pytestmark = pytest.mark.django_db
RULE, LATER = "uk-disp-payments", AT + timedelta(minutes=5)
NEW = """
id = "ie-house-rule"
title = "House rule"
citation = "Board paper 12, 2026"
source_status = "primary"
applies = { jurisdiction = ["IE"] }

[[obligations]]
key = "final_response"
kind = "D"
title = "Final response"
trigger = "receipt"
length = "10bd"
"""


@pytest.fixture
def another_admin(db: None) -> User:
    return a_person("nora.devlin@larkspur.example", "Nora Devlin", Role.ADMIN, None)


def a_draft(actor: User, *, change: tuple[str, str] = ('"15bd"', '"14bd"'), reason: str = "Tighter.") -> Draft:
    draft = drafts.start("rule", RULE, actor=actor, at=AT)
    text = draft.text.replace(*change)
    return drafts.save(draft.pk, text=text, reason=reason, enforced=draft.enforced, actor=actor, at=AT)


def said(draft: Draft, text: str, actor: User) -> list[tuple[int, str]]:
    kept = drafts.save(draft.pk, text=text, reason="", enforced=True, actor=actor, at=AT)
    return [(problem.line, problem.words) for problem in problems(kept)]


def the_line(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


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


def test_nobody_publishes_what_they_wrote_and_the_database_holds_them_to_it(an_admin: User) -> None:
    draft = a_draft(an_admin)

    with pytest.raises(Refused, match="second person"):
        publish(draft.pk, actor=an_admin, at=LATER)
    with pytest.raises(DatabaseError), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(published_by=an_admin)


def test_a_second_person_publishes_the_next_version_and_the_law_follows(an_admin: User, another_admin: User) -> None:
    before = books.current()
    draft = a_draft(an_admin)

    made = publish(draft.pk, actor=another_admin, at=LATER)

    assert isinstance(made, RuleVersion)
    assert (made.version, made.published_by, made.reason, made.enforced) == (2, another_admin, "Tighter.", True)
    assert books.current().rules == made.pk > before.rules
    draft.refresh_from_db()
    assert (draft.state, draft.published_version) == (DraftState.PUBLISHED, 2)


@pytest.mark.parametrize(
    ("change", "reason", "words"),
    [
        (('"15bd"', '"14bd"'), " ", "no reason"),
        (('"15bd"', '"14"'), "Tighter.", "not a length"),
        (("", ""), "Tighter.", "what is published already"),
    ],
)
def test_a_draft_that_is_not_ready_is_refused_in_words(
    an_admin: User, another_admin: User, change: tuple[str, str], reason: str, words: str
) -> None:
    draft = a_draft(an_admin, change=change, reason=reason)

    with pytest.raises(Refused, match=words):
        publish(draft.pk, actor=another_admin, at=LATER)
    assert RuleVersion.objects.filter(rule=RULE).count() == 1


def test_a_draft_written_from_an_older_version_is_refused(an_admin: User, another_admin: User) -> None:
    draft = a_draft(an_admin)
    known = RuleVersion.objects.get(rule=RULE)
    known.pk, known.version = None, 2
    known.save()

    with pytest.raises(Refused, match="Another version was published"):
        publish(draft.pk, actor=another_admin, at=LATER)


def test_a_version_from_a_later_day_governs_what_is_received_from_then_on(an_admin: User, another_admin: User) -> None:
    draft = a_draft(an_admin)

    made = publish(draft.pk, from_on=date(2026, 9, 1), actor=another_admin, at=LATER)

    assert isinstance(made, RuleVersion)
    assert made.effective_from == date(2026, 9, 1)
    assert made.definition["effective_from"] == "2026-09-01"


def test_a_day_that_has_passed_is_no_day_to_begin_on(an_admin: User, another_admin: User) -> None:
    draft = a_draft(an_admin)

    with pytest.raises(Refused, match="has passed"):
        publish(draft.pk, from_on=date(2026, 5, 1), actor=another_admin, at=LATER)


def test_rolling_back_is_a_draft_of_the_old_words(an_admin: User, another_admin: User) -> None:
    publish(a_draft(an_admin).pk, actor=another_admin, at=LATER)

    draft = drafts.start("rule", RULE, actor=another_admin, at=LATER, back_to=1)
    made = publish(draft.pk, actor=an_admin, at=LATER)

    first = RuleVersion.objects.get(rule=RULE, version=1)
    assert (made.version, draft.reason) == (3, "Back to version 1.")
    assert text_of(made) == text_of(first)


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


def test_a_first_day_chosen_at_publishing_may_not_make_two_versions_meet(an_admin: User, another_admin: User) -> None:
    publish(a_draft(an_admin).pk, actor=another_admin, at=LATER)
    text = text_of(newest("rule", RULE)).replace('effective_from = "2018-01-13"', 'effective_to = "2018-01-12"')
    draft = drafts.start("rule", RULE, actor=an_admin, at=LATER)
    kept = drafts.save(draft.pk, text=text, reason="Before.", enforced=True, actor=an_admin, at=LATER)
    assert problems(kept) == []
    later = text.replace('effective_to = "2018-01-12"', 'effective_to = "2028-01-12"')
    drafts.save(draft.pk, text=later, reason="Before.", enforced=True, actor=an_admin, at=LATER)

    with pytest.raises(Refused, match="in force on the same days"):
        publish(draft.pk, from_on=date(2027, 1, 1), actor=another_admin, at=LATER)
    assert RuleVersion.objects.filter(rule=RULE).count() == 2


def test_a_rule_that_is_ended_stays_ended(an_admin: User, another_admin: User) -> None:
    draft = a_draft(
        an_admin, change=('effective_from = "2018-01-13"', 'effective_from = "2018-01-13"\neffective_to = "2026-06-30"')
    )
    publish(draft.pk, actor=another_admin, at=LATER)

    law, facts = (
        books.current(),
        {"jurisdiction": "GB", "zone": "Europe/London", "complaint_class": ["payment_services"]},
    )
    found = {
        month: {
            clock.rule for clock in evaluate(law.book, facts, [Event("received", date(2026, month, 1))], law.calendars)
        }
        for month in (6, 7)
    }
    assert (RULE in found[6], RULE in found[7]) == (True, False)


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


def test_a_secondary_rule_is_signed_off_by_one_and_published_by_another(an_admin: User, another_admin: User) -> None:
    waits = RuleVersion.objects.create(
        rule="ie-house-rule", version=1, title="House rule", citation="Said so", source_status="secondary",
        enforced=False, definition=NEW_DEFINITION, digest="0" * 64, published_at=AT,
    )  # fmt: skip

    draft = drafts.sign_off(waits.rule, reason="Counsel read S.I. 1.", actor=an_admin, at=AT)
    made = publish(draft.pk, actor=another_admin, at=LATER)

    assert isinstance(made, RuleVersion)
    assert (made.enforced, made.source_status, made.reason) == (True, "secondary", "Counsel read S.I. 1.")


NEW_DEFINITION = {
    "id": "ie-house-rule", "version": 1, "title": "House rule", "citation": "Said so", "source_status": "secondary",
    "applies": {"jurisdiction": ["IE"]},
    "obligations": [{"key": "final_response", "kind": "D", "title": "Final", "trigger": "receipt", "length": "10bd"}],
}  # fmt: skip


def test_what_is_enforced_needs_no_sign_off_and_a_sign_off_needs_a_reason(an_admin: User) -> None:
    with pytest.raises(Refused, match="waits for legal sign-off"):
        drafts.sign_off(RULE, reason="Why not.", actor=an_admin, at=AT)
    with pytest.raises(Refused, match="who read"):
        drafts.sign_off(RULE, reason=" ", actor=an_admin, at=AT)


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


def test_every_act_is_on_the_record_and_the_record_is_append_only(an_admin: User, another_admin: User) -> None:
    draft = a_draft(an_admin)
    made = publish(draft.pk, actor=another_admin, at=LATER)
    given_up = drafts.start("rule", RULE, actor=an_admin, at=LATER)
    drafts.discard(given_up.pk, actor=an_admin, at=LATER)

    acts = list(Change.objects.order_by("pk").values_list("act", "actor__name"))
    published = Change.objects.get(act="published")
    assert [act for act, _ in acts] == ["began", "changed", "published", "began", "discarded"]
    assert ('"15bd"' in published.before, published.after == text_of(made)) == (True, True)
    with pytest.raises(DatabaseError), transaction.atomic():
        Change.objects.update(reason="Nothing happened.")
    with pytest.raises(DatabaseError), transaction.atomic():
        Change.objects.all().delete()


def test_a_discarded_draft_is_not_published(an_admin: User, another_admin: User) -> None:
    draft = a_draft(an_admin)
    drafts.discard(draft.pk, actor=an_admin, at=LATER)

    with pytest.raises(Refused, match="no longer"):
        publish(draft.pk, actor=another_admin, at=LATER)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_the_same_time_exactly_one_wins() -> None:
    author = a_person("a@larkspur.example", "A", Role.ADMIN, None)
    others = [a_person(f"{name}@larkspur.example", name, Role.ADMIN, None) for name in "bc"]
    draft, start = a_draft(author), Barrier(2)

    def attempt(person: User) -> str:
        try:
            start.wait(timeout=10)
            publish(draft.pk, actor=person, at=LATER)
            return "published"
        except Refused as refused:
            return str(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(attempt, others))

    assert answers == ["This draft is no longer being written.", "published"]
    assert RuleVersion.objects.filter(rule=RULE).count() == 2
