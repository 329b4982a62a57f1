"""Publish a draft: by a second person, one at a time, as a version that never changes afterwards."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction

from regulations import books
from regulations.engine import EngineError
from regulations.engine.versions import Overlap, refuse_overlap
from regulations.models import CalendarVersion, Draft, DraftKind, DraftState, RuleVersion, TargetVersion
from regulations.services import digest_of
from regulations.studio.drafts import hold, record
from regulations.studio.found import (
    Version,
    is_enforced,
    newest,
    own_versions,
    problems,
    says_the_same,
    text_of,
    words_of,
)
from regulations.studio.texts import Words
from users.errors import Refused
from users.models import User


@transaction.atomic
def publish(draft_id: int, *, from_on: date | None = None, actor: User, at: datetime) -> Version:
    """Publish the draft as the next version, at once or for what is received from a date on.

    Only somebody who did not write it may. Raises Refused when the draft is wrong, has no reason, or was written
    from a version that is no longer the newest.
    """
    draft = hold(draft_id, actor)
    _hold_the_law()
    if reason := refusal(draft, actor=actor):
        raise Refused(reason)
    if from_on is not None and draft.kind != DraftKind.RULE:
        raise Refused(f"A {draft.kind} counts as soon as it is published. Leave the day out.")
    if from_on is not None and from_on < at.date():
        raise Refused("That day has passed. Choose a later one, or leave it out to publish at once.")
    before, made = newest(draft.kind, draft.key), as_version(draft, words_of(draft), from_on=from_on)
    made.published_at, made.published_by = at, actor
    if isinstance(made, RuleVersion):
        _refuse_overlap(made)
    made.save()
    try:
        books.current()
    except EngineError as error:
        raise Refused(f"Together with the other rules it cannot be read: {error}") from error
    draft.state, draft.published_by, draft.published_at = DraftState.PUBLISHED, actor, at
    draft.published_version, draft.changed_at = made.version, at
    draft.save()
    record(draft, "published", actor=actor, at=at, before=text_of(before), after=text_of(made))
    return made


def refusal(draft: Draft, *, actor: User) -> str:
    """Return why this person cannot publish the draft now; "" when they can."""
    if draft.author_id == actor.pk:
        return "You wrote this draft, so a second person must publish it."
    return unready(draft)


def unready(draft: Draft) -> str:
    """Return why nobody can publish the draft now; "" when it waits for a second person only."""
    known = newest(draft.kind, draft.key)
    if (known.version if known else 0) != draft.base_version:
        return "Another version was published since this draft was begun. Discard it and begin again."
    if found := problems(draft):
        return f"The draft cannot be published: {found[0].words}"
    if says_the_same(draft.text, known) and is_enforced(known) == draft.enforced:
        return "The draft says what is published already. Change it first, or discard it."
    if not draft.reason:
        return "The draft has no reason. Whoever wrote it must say why the law's data changes."
    return ""


def as_version(draft: Draft, words: Words, *, from_on: date | None = None) -> Version:
    """Return the version the draft would become, unsaved."""
    version = draft.base_version + 1
    if draft.kind == DraftKind.CALENDAR:
        return CalendarVersion(
            key=draft.key, version=version, weekend=words["weekend"], closed=words["closed"],
            hours=words["hours"], known_until=date.fromisoformat(str(words["known_until"])), digest=digest_of(words), reason=draft.reason,
        )  # fmt: skip
    if draft.kind == DraftKind.TARGET:
        return TargetVersion(
            key=draft.key, version=version, title=str(words["title"]), definition=words, digest=digest_of(words),
            reason=draft.reason,
        )  # fmt: skip
    definition = {**words, "version": version}
    if from_on is not None:
        definition["effective_from"] = from_on.isoformat()
    return RuleVersion(
        rule=draft.key, version=version, title=str(words["title"]), citation=str(words["citation"]),
        source_status=str(words["source_status"]), enforced=draft.enforced,
        effective_from=_date(definition.get("effective_from")), effective_to=_date(definition.get("effective_to")),
        definition=definition, digest=digest_of(definition), reason=draft.reason,
    )  # fmt: skip


def _refuse_overlap(made: RuleVersion) -> None:
    # The words were checked as they stand; a first day chosen at publishing gives them other days.
    try:
        refuse_overlap(made.definition, own_versions(made.rule))
    except Overlap as overlap:
        raise Refused(str(overlap)) from overlap


def _hold_the_law() -> None:
    # One publication at a time, shipped packs included. A pin is the newest row's key: were a lower key committed
    # after a higher one, the law of that pin would change afterwards, and replays with it.
    with connection.cursor() as cursor:
        cursor.execute(
            "LOCK TABLE regulations_ruleversion, regulations_calendarversion, regulations_targetversion"
            " IN SHARE ROW EXCLUSIVE MODE"
        )


def _date(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None
