"""Packs: read as data, refused by pack, rule and key, published once."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from regulations import books
from regulations.calendars.shipped import load_calendars
from regulations.engine import Book, Clock, Definition, EngineError, Event, compile_book, evaluate
from regulations.models import CalendarVersion, RuleVersion
from regulations.rulebooks.shipped import definitions, load_book
from regulations.services import publish_shipped
from tests.conftest import AT

IMMUTABLE = "regulations.RuleVersion:rule_version_is_immutable"
RULE = """
[[rule]]
id = "a-rule"
version = 1
title = "A rule"
citation = "Rule 1"
source_status = "primary"
applies = { jurisdiction = ["GB"] }

[[rule.obligations]]
key = "final_response"
kind = "D"
title = "Final response"
trigger = "received"
length = "15bd"
"""
# Every rule of the vocabulary, section 7.0.
NAMES = {
    "uk-disp-payments", "uk-disp-standard", "uk-disp-records", "uk-disp-return", "uk-disp-publication",
    "uk-fos-referral", "uk-psr-101", "uk-dpa-164a", "eu-psd2-101", "eu-mica-294", "ie-reg124", "ie-cpc", "ie-fspo",
    "fr-acpr", "es-sac", "it-reclami", "us-cfpb-portal", "us-reg-e", "us-reg-e-remittance", "us-reg-e-cancel",
    "us-reg-z", "us-reg-v", "us-mtma-refund", "au-rg271-standard", "au-rg271-credit", "au-rg271-hardship",
    "au-rg271-death-benefit", "au-idr-return", "ca-bank-act", "br-sac", "br-ouvidoria", "br-pix-med", "in-rbios-2021",
    "in-rbios-2026", "in-io", "in-ppi", "in-tat", "in-liability-2017", "in-rbc-2027", "sg-fachr", "sg-eupg", "hk-ic4",
    "nz-fsp", "mx-une", "mx-ltosf",
}  # fmt: skip


def a_pack(folder: Path, text: str) -> Path:
    (folder / "zz.toml").write_text(text, encoding="utf-8")
    return folder


def a_book(*texts: str) -> Book:
    rules = [rule for text in texts for rule in tomllib.loads(text)["rule"]]
    return compile_book(Definition(rule, enforced=True) for rule in rules)


def a_pair(clock: Clock) -> tuple[str, str]:
    return clock.rule, clock.obligation


def a_publishing() -> str:
    out = StringIO()
    call_command("load_rulebooks", stdout=out)
    return out.getvalue().strip()


def test_every_rule_of_the_vocabulary_is_shipped() -> None:
    assert {rule.id for rule in load_book().rules} == NAMES


def test_a_rule_is_enforced_exactly_where_the_primary_text_was_read() -> None:
    said = {str(rule["id"]): rule["source_status"] == "primary" for rule in definitions()}

    assert {rule.id: rule.enforced for rule in load_book().rules} == said
    assert said["uk-disp-payments"] and not said["us-cfpb-portal"]


def test_every_rule_has_a_citation_and_every_obligation_a_title() -> None:
    for rule in load_book().rules:
        assert rule.citation and rule.title, rule.id
        assert all(one.title for one in rule.obligations), rule.id


def test_the_sound_pack_of_these_tests_is_accepted(tmp_path: Path) -> None:
    assert [rule.id for rule in load_book(a_pack(tmp_path, RULE)).rules] == ["a-rule"]


@pytest.mark.parametrize(
    ("sound", "broken", "said"),
    [
        ('length = "15bd"', 'length = "15 days"', "zz.toml: a-rule: '15 days' is not a length"),
        ('length = "15bd"', 'lenght = "15bd"', "lenght is no key a pack may use here"),
        ('length = "15bd"', 'length = "15bd"\ncalc = "after_close"', "calc and length exclude each other"),
        ('length = "15bd"', 'calc = "magic"', "calc magic is none the engine knows"),
        ('length = "15bd"', 'length = "15bd"\ncalendar = "GB-WLS"', "zz.toml: a-rule: there is no calendar GB-WLS"),
        ('length = "15bd"', 'length = "15d roll(GB-WLS)"', "there is no calendar GB-WLS"),
        ('length = "15bd"', 'length = "15bd"\nwhen = { moon = "full" }', "moon is no condition a pack may use"),
        ('length = "15bd"', 'length = "15bd"\nwhen = { fact = { mood = "bad" } }', "mood is no fact the law knows"),
        ('length = "15bd"', 'length = "15bd"\nwhen = { rule_any = ["no-rule"] }', "no-rule, and there is no such rule"),
        (
            'length = "15bd"',
            'length = "15bd"\nextend = [{ to = "35bd", by = "holding_response_sent" }]',
            "within is mis",
        ),
        ('length = "15bd"', 'length = "15bd"\nextend = [{ within = "15bd" }]', "to is missing"),
        ('length = "15bd"', 'length = "15bd"\ndisapplied_by = [{ within = "8w" }]', "disapplied_by needs an event"),
        ('length = "15bd"', 'length = "15bd"\nonly_within = "notice_window"', "notice_window is no obligation of this"),
        ('length = "15bd"', 'length = "15bd"\nends_with_summary = "yes"', "ends_with_summary must be true or false"),
        ('trigger = "received"', 'trigger = "recieved"', "trigger: recieved is no event the law knows"),
        ('trigger = "received"', "", "trigger is missing (obligation final_response)"),
        ('kind = "D"', 'kind = "X"', "kind 'X' is none of D, W, F, K"),
        ('title = "Final response"', "", "title is missing (obligation final_response)"),
        ("version = 1", 'version = "one"', "version must be a number from 1"),
        ('citation = "Rule 1"', "", "zz.toml: a-rule: citation is missing"),
        (
            'source_status = "primary"',
            'source_status = "heard"',
            "zz.toml: a-rule: source_status must be primary or sec",
        ),
        ('jurisdiction = ["GB"]', 'jurisdiction = "GB"', "jurisdiction must be a list of words"),
        ('applies = { jurisdiction = ["GB"] }', "", "applies is missing"),
        ('citation = "Rule 1"', 'citation = "Rule 1"\neffective_from = "soon"', "effective_from must be a date"),
        (
            'citation = "Rule 1"',
            'citation = "Rule 1"\ngate = "notice_window"',
            "notice_window is no obligation of this",
        ),
        ("[[rule]]", "[[rules]]", "zz.toml"),
        ("[[rule.obligations]]", "[[rule.obligation]]", "obligation is no key a pack may use here"),
        ('id = "a-rule"', "id = a-rule", "zz.toml is not TOML"),
        ('citation = "Rule 1"', 'citation = " "', "zz.toml: a-rule: citation is missing"),
        ('jurisdiction = ["GB"]', 'jurisdiction = ["UK of GB"]', "UK of GB is no country's two letters"),
        (
            'jurisdiction = ["GB"]',
            'jurisdiction = ["GB"], class_any = ["payments"]',
            "payments is no word the law knows",
        ),
        ('jurisdiction = ["GB"]', 'jurisdiction = ["GB"], complainant = ["person"]', "person is no word the law knows"),
        (
            'jurisdiction = ["GB"]',
            'jurisdiction = ["GB"], fact = { entity_type = "shop" }',
            "shop is no word the law knows",
        ),
        ('jurisdiction = ["GB"]', 'jurisdiction = ["GB"], at_least = { moons = 2 }', "moons is no fact the law knows"),
        (
            'citation = "Rule 1"',
            'citation = "Rule 1"\neffective_from = 2027-01-01\neffective_to = 2026-12-31',
            "effective_to 2026-12-31 lies before effective_from 2027-01-01",
        ),
        (
            'length = "15bd"',
            'length = "15bd"\nonly_within = "final_response"',
            "final_response must stand before final_response",
        ),
        (
            'jurisdiction = ["GB"]',
            'jurisdiction = ["GB"], rule_any = ["a-rule"]',
            "A rule waits for itself: a-rule waits for a-rule.",
        ),
    ],
)
def test_a_bad_pack_is_refused_with_a_sentence(tmp_path: Path, sound: str, broken: str, said: str) -> None:
    assert RULE.count(sound) == 1
    folder = a_pack(tmp_path, RULE.replace(sound, broken))

    with pytest.raises(EngineError) as refused:
        load_book(folder)

    assert said in str(refused.value)


def test_one_version_may_not_be_written_twice() -> None:
    with pytest.raises(EngineError, match="a-rule version 1 is written twice"):
        a_book(RULE, RULE)


def test_a_pack_with_two_versions_of_the_same_days_is_refused(tmp_path: Path) -> None:
    again = RULE.replace("version = 1", "version = 2")

    with pytest.raises(EngineError, match=r"zz\.toml: a-rule: Version 1 is in force on the same days, always"):
        load_book(a_pack(tmp_path, RULE + again))
    closing = again.replace("version = 2", "version = 2\nsupersedes = 1")
    (tmp_path / "sound").mkdir()
    assert len(load_book(a_pack(tmp_path / "sound", RULE + closing)).rules) == 2


def test_a_version_dated_by_its_own_event_follows_that_event_and_not_receipt() -> None:
    by_transaction = RULE.replace("[[rule]]", '[[rule]]\ndated_by = ["transaction_made"]\neffective_from = 2026-07-01')
    book, facts = a_book(by_transaction), {"jurisdiction": "GB", "zone": "Europe/London"}
    received = Event("received", date(2026, 8, 3))

    def runs(made: date) -> bool:
        return bool(evaluate(book, facts, [received, Event("transaction_made", made)], load_calendars()))

    assert runs(date(2026, 7, 1)) and not runs(date(2026, 6, 30))
    assert not evaluate(book, facts, [received], load_calendars())


@pytest.mark.django_db
def test_publishing_twice_publishes_nothing_new() -> None:
    assert publish_shipped(at=AT + timedelta(days=1)) == (0, 0)


@pytest.mark.django_db
def test_the_command_publishes_what_is_not_there_yet_and_says_so() -> None:
    with pgtrigger.ignore(IMMUTABLE):
        RuleVersion.objects.get(rule="uk-disp-payments", version=1).delete()

    assert a_publishing() == "Published 1 rule versions and 0 calendar versions."
    assert a_publishing() == "Published 0 rule versions and 0 calendar versions."


@pytest.mark.django_db
def test_words_changed_under_a_published_version_are_refused() -> None:
    with pgtrigger.ignore(IMMUTABLE):
        RuleVersion.objects.filter(rule="uk-disp-payments", version=1).update(digest="of other words")

    with pytest.raises(CommandError, match="uk-disp-payments version 1 was published with other words"):
        a_publishing()


@pytest.mark.django_db
def test_a_pack_that_meets_an_older_published_version_is_refused_and_nothing_is_published() -> None:
    with pgtrigger.ignore(IMMUTABLE):
        RuleVersion.objects.filter(rule="uk-disp-payments").update(version=0)

    with pytest.raises(CommandError, match="uk-disp-payments version 1: Version 0 is in force on the same days"):
        a_publishing()

    assert list(RuleVersion.objects.filter(rule="uk-disp-payments").values_list("version", flat=True)) == [0]


@pytest.mark.django_db
def test_what_is_published_is_what_is_shipped() -> None:
    law = books.current()

    assert {(rule.id, rule.version, rule.enforced) for rule in law.book.rules} == {
        (rule.id, rule.version, rule.enforced) for rule in load_book().rules
    }
    assert law.calendars.keys() == load_calendars().keys()


@pytest.mark.django_db
def test_the_published_law_answers_as_the_shipped_law_does() -> None:
    law, received = books.current(), [Event("received", date(2026, 6, 1))]
    facts = {"jurisdiction": "GB", "zone": "Europe/London", "complaint_class": ["payment_services", "other"]}

    published = evaluate(law.book, facts, received, law.calendars)
    shipped = evaluate(load_book(), facts, received, load_calendars())

    assert sorted(published, key=a_pair) == sorted(shipped, key=a_pair)
    assert len(published) > 6


@pytest.mark.django_db
def test_a_process_sees_a_newly_published_rule_at_once() -> None:
    before = books.current()
    row = RuleVersion.objects.get(rule="uk-disp-payments", version=1)
    words = row.definition | {"version": 2, "title": "Changed"}
    RuleVersion.objects.create(
        rule=row.rule, version=2, title="Changed", citation=row.citation, source_status=row.source_status,
        enforced=True, definition=words, digest="x", published_at=AT,
    )  # fmt: skip

    after = books.current()

    assert books.current() is after and before is not after
    assert {rule.title for rule in after.book.rules if rule.id == row.rule} == {"Changed", row.title}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", [RuleVersion, CalendarVersion])
def test_the_database_refuses_to_change_what_was_published(model: type[RuleVersion] | type[CalendarVersion]) -> None:
    row = model.objects.first()
    assert row is not None

    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(digest="x")
