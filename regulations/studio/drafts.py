"""Change the law's data: write a draft, let a second person publish it. Every act is on the record."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from regulations.calendars.generate import FIRST_YEAR
from regulations.engine import Definition
from regulations.models import CalendarVersion, Change, Draft, DraftKind, DraftState, RuleVersion, SourceStatus
from regulations.services import digest_of
from regulations.studio.texts import Problem, TextProblem, Words, as_text, read_calendar, read_rule
from users.errors import NotAllowed, Refused, Stale
from users.models import Role, User


def newest_rule(key: str) -> RuleVersion | None:
    return RuleVersion.objects.filter(rule=key).order_by("-version").first()


def newest_calendar(key: str) -> CalendarVersion | None:
    return CalendarVersion.objects.filter(key=key).order_by("-version").first()


def text_of(version: RuleVersion | CalendarVersion) -> str:
    """Return a published version as the text an admin edits."""
    if isinstance(version, RuleVersion):
        return as_text({key: value for key, value in version.definition.items() if key != "version"})
    return as_text({"weekend": version.weekend, "closed": version.closed})


@transaction.atomic
def start(kind: str, key: str, *, actor: User, at: datetime, version: int | None = None) -> Draft:
    """Begin a draft from the newest version, or from an older one to roll back to it."""
    _require_admin(actor)
    newest = _newest(kind, key)
    if newest is None:
        raise Refused(f"There is no {kind} {key}.")
    base = newest if version is None else _version(kind, key, version)
    draft = Draft(
        kind=kind, key=key, base_version=newest.version, text=text_of(base), author=actor, created_at=at,
        changed_at=at, enforced=newest.enforced if isinstance(newest, RuleVersion) else False,
        reason="" if version is None else f"Back to version {version}.",
    )  # fmt: skip
    return _opened(draft, actor=actor, at=at)


@transaction.atomic
def start_new(text: str, *, actor: User, at: datetime) -> Draft:
    """Begin a draft of a rule that is not there yet, or of one that is, from a text somebody brings along."""
    _require_admin(actor)
    key = _id_in(text)
    newest = newest_rule(key)
    read_rule(text, key=key, others=others(key))
    draft = Draft(
        kind=DraftKind.RULE, key=key, base_version=newest.version if newest else 0, text=text, author=actor,
        created_at=at, changed_at=at, enforced=newest.enforced if newest else False, reason="",
    )  # fmt: skip
    return _opened(draft, actor=actor, at=at)


def _opened(draft: Draft, *, actor: User, at: datetime) -> Draft:
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError as error:
        raise Refused(f"Somebody is already changing {draft.key}. Finish or discard that draft first.") from error
    _record(draft, "began", actor=actor, at=at, after=draft.text)
    return draft


@transaction.atomic
def save(
    draft_id: int,
    *,
    text: str,
    reason: str,
    enforced: bool,
    actor: User,
    at: datetime,
    changed_at: datetime | None = None,
) -> Draft:
    """Keep the words as they stand, right or wrong; whoever writes last is the author."""
    draft = _held(draft_id, actor)
    if changed_at is not None and changed_at != draft.changed_at:
        raise Stale("Somebody changed this draft since you opened it. Look at it again, then decide.")
    before = draft.text
    draft.text, draft.reason, draft.enforced = text.replace("\r\n", "\n"), reason.strip(), enforced
    draft.author, draft.changed_at = actor, at
    draft.save()
    _record(draft, "changed", actor=actor, at=at, before=before, after=draft.text)
    return draft


def words_of(draft: Draft) -> Words:
    """Return what the draft states; raise TextProblem when it states nothing that could be published."""
    if draft.kind == DraftKind.RULE:
        return read_rule(draft.text, key=draft.key, others=others(draft.key))
    newest = newest_calendar(draft.key)
    if newest is None:
        raise TextProblem([Problem(0, f"There is no calendar {draft.key}.")])
    return read_calendar(draft.text, key=draft.key, first=date(FIRST_YEAR, 1, 1), last=newest.known_until)


def problems(draft: Draft) -> list[Problem]:
    """Return what must be put right before the draft can be published."""
    try:
        words_of(draft)
    except TextProblem as problem:
        return problem.problems
    return []


@transaction.atomic
def discard(draft_id: int, *, actor: User, at: datetime) -> Draft:
    """Give the draft up; its words stay on the record."""
    draft = _held(draft_id, actor)
    draft.state, draft.changed_at = DraftState.DISCARDED, at
    draft.save()
    _record(draft, "discarded", actor=actor, at=at, before=draft.text)
    return draft


@transaction.atomic
def publish(draft_id: int, *, from_on: date | None = None, actor: User, at: datetime) -> RuleVersion | CalendarVersion:
    """Publish the draft as the next version, at once or for what is received from a date on.

    Only somebody who did not write it may. Raises Refused when the draft is wrong, has no reason, or was written
    from a version that is no longer the newest.
    """
    draft = _held(draft_id, actor)
    if draft.author_id == actor.pk:
        raise Refused("A second person must publish this; you wrote it.")
    if not draft.reason:
        raise Refused("The draft has no reason. Whoever wrote it must say why the law's data changes.")
    newest = _newest(draft.kind, draft.key)
    if (newest.version if newest else 0) != draft.base_version:
        raise Refused("Another version was published since this draft was begun. Discard it and begin again.")
    try:
        words = words_of(draft)
    except TextProblem as problem:
        raise Refused(f"The draft cannot be published: {problem}") from problem
    made = _published(draft, words, from_on=from_on, actor=actor, at=at)
    draft.state, draft.published_by, draft.published_at = DraftState.PUBLISHED, actor, at
    draft.published_version, draft.changed_at = made.version, at
    draft.save()
    before = text_of(newest) if newest else ""
    _record(draft, "published", actor=actor, at=at, before=before, after=text_of(made))
    return made


def _published(
    draft: Draft, words: Words, *, from_on: date | None, actor: User, at: datetime
) -> RuleVersion | CalendarVersion:
    version = draft.base_version + 1
    if draft.kind == DraftKind.CALENDAR:
        newest = newest_calendar(draft.key)
        assert newest is not None
        return CalendarVersion.objects.create(
            key=draft.key, version=version, weekend=words["weekend"], closed=words["closed"],
            known_until=newest.known_until, digest=digest_of(words), published_at=at, published_by=actor,
            reason=draft.reason,
        )  # fmt: skip
    definition = {**words, "version": version}
    if from_on is not None:
        definition["effective_from"] = from_on.isoformat()
    return RuleVersion.objects.create(
        rule=draft.key, version=version, title=str(words["title"]), citation=str(words["citation"]),
        source_status=str(words["source_status"]), enforced=draft.enforced,
        effective_from=_date(definition.get("effective_from")), effective_to=_date(definition.get("effective_to")),
        definition=definition, digest=digest_of(definition), published_at=at, published_by=actor, reason=draft.reason,
    )  # fmt: skip


@transaction.atomic
def sign_off(key: str, *, reason: str, actor: User, at: datetime) -> Draft:
    """Begin the draft that turns a rule of a secondary source into one the product acts on."""
    newest = newest_rule(key)
    if newest is None or newest.source_status != SourceStatus.SECONDARY or newest.enforced:
        raise Refused("Only a rule that waits for legal sign-off can be signed off.")
    draft = start(DraftKind.RULE, key, actor=actor, at=at)
    return save(draft.pk, text=draft.text, reason=reason, enforced=True, actor=actor, at=at)


def others(key: str) -> list[Definition]:
    """Return every other rule's newest version: what a draft of this rule may name."""
    newest: dict[str, RuleVersion] = {}
    for row in RuleVersion.objects.exclude(rule=key).order_by("version"):
        newest[row.rule] = row
    return [Definition(row.definition, row.enforced) for row in newest.values()]


def _newest(kind: str, key: str) -> RuleVersion | CalendarVersion | None:
    return newest_rule(key) if kind == DraftKind.RULE else newest_calendar(key)


def _version(kind: str, key: str, version: int) -> RuleVersion | CalendarVersion:
    found: RuleVersion | CalendarVersion | None
    if kind == DraftKind.RULE:
        found = RuleVersion.objects.filter(rule=key, version=version).first()
    else:
        found = CalendarVersion.objects.filter(key=key, version=version).first()
    if found is None:
        raise Refused(f"{key} has no version {version}.")
    return found


def _held(draft_id: int, actor: User) -> Draft:
    """Return the open draft, held until the transaction ends."""
    _require_admin(actor)
    draft = Draft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None or draft.state != DraftState.OPEN:
        raise Refused("This draft is no longer being written.")
    return draft


def _id_in(text: str) -> str:
    for line in text.splitlines():
        name, _, value = line.partition("=")
        if name.strip() == "id" and value.strip():
            return value.strip().strip("\"'")
    raise TextProblem([Problem(0, "The text names no id. It must state one rule, as a pack does.")])


def _record(draft: Draft, act: str, *, actor: User, at: datetime, before: str = "", after: str = "") -> None:
    Change.objects.create(
        kind=draft.kind, key=draft.key, act=act, reason=draft.reason, before=before, after=after, actor=actor, at=at
    )


def _require_admin(actor: User) -> None:
    if actor.role != Role.ADMIN or not actor.is_active:
        raise NotAllowed("Only an admin changes the law's data.")


def _date(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None
