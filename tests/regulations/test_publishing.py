"""A second person publishes a draft; who, when and why stays on the record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction

from regulations import books
from regulations.engine import Event, evaluate
from regulations.models import Change, Draft, DraftState, RuleVersion
from regulations.studio import drafts
from regulations.studio.found import newest, problems, text_of
from regulations.studio.publishing import publish
from tests.conftest import AT, a_person
from tests.regulations.drafting import LATER, RULE, a_draft
from users.errors import Refused
from users.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def another_admin(db: None) -> User:
    return a_person("nora.devlin@larkspur.example", "Nora Devlin", Role.ADMIN, None)


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
