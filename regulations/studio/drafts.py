"""Write a draft of a rule or a calendar. Every act is on the record; what is published is untouched."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.db import IntegrityError, transaction

from regulations.models import CalendarVersion, Change, Draft, DraftKind, DraftState, RuleVersion, SourceStatus
from regulations.studio.found import begun_from, calendar_keys, is_enforced, newest, others, text_of, version
from regulations.studio.targets import one_target
from regulations.studio.texts import Problem, TextProblem, as_text, line_of, one_rule, read_rule, words_in
from users.errors import NotAllowed, Refused, Stale
from users.models import Role, User

# Far beyond any rule; the longest calendar has some 10,000.
LONGEST = 100_000


@transaction.atomic
def start(kind: str, key: str, *, actor: User, at: datetime, back_to: int | None = None) -> Draft:
    """Begin a draft from the newest version, or from an older one to roll back to it."""
    require_admin(actor)
    known = newest(kind, key)
    if known is None:
        raise Refused(f"There is no {kind} {key}.")
    base = known if back_to is None else version(kind, key, back_to)
    draft = Draft(
        kind=kind, key=key, base_version=known.version, text=begun_from(base, known), author=actor, created_at=at,
        changed_at=at, enforced=is_enforced(base), reason="" if back_to is None else f"Back to version {back_to}.",
    )  # fmt: skip
    return opened(draft, actor=actor, at=at)


@transaction.atomic
def start_new(text: str, *, actor: User, at: datetime) -> Draft:
    """Begin a draft of a rule, there already or not, from a text somebody brings; raise TextProblem when it is wrong."""
    require_admin(actor)
    written = one_rule(text.replace("\r\n", "\n"))
    key, kept = str(written["id"]), as_text(written)
    if not re.fullmatch(r"[a-z0-9-]{3,60}", key):
        said = "An id has small letters, digits and hyphens, 3 to 60 of them."
        raise TextProblem([Problem(line_of(text, "id"), said)])
    try:
        read_rule(kept, key=key, others=others(key), calendars=calendar_keys())
    except TextProblem as problem:
        raise TextProblem([_in(text, kept, one) for one in problem.problems]) from problem
    known = newest(DraftKind.RULE, key)
    draft = Draft(
        kind=DraftKind.RULE, key=key, base_version=known.version if known else 0, text=kept, author=actor,
        created_at=at, changed_at=at, enforced=is_enforced(known), reason="",
    )  # fmt: skip
    return opened(draft, actor=actor, at=at)


@transaction.atomic
def start_new_target(text: str, *, actor: User, at: datetime) -> Draft:
    """Begin a draft of a target, there already or not, from a text somebody brings or begins with.

    Words that are wrong are kept as a draft and said at their line there; only a text without a key is refused.
    """
    require_admin(actor)
    text = _plain(text)
    key = str(one_target(text)["key"])
    if not re.fullmatch(r"[a-z0-9-]{3,60}", key):
        said = "A key has small letters, digits and hyphens, 3 to 60 of them."
        raise TextProblem([Problem(line_of(text, "key"), said)])
    known = newest(DraftKind.TARGET, key)
    draft = Draft(
        kind=DraftKind.TARGET, key=key, base_version=known.version if known else 0, text=text, author=actor,
        created_at=at, changed_at=at, enforced=False, reason="",
    )  # fmt: skip
    return opened(draft, actor=actor, at=at)


def _in(text: str, kept: str, problem: Problem) -> Problem:
    """Return the problem at its line of the text that was brought, which may be set out differently."""
    if not problem.line:
        return problem
    words = kept.splitlines()[problem.line - 1].partition("=")[0].strip() or "id"
    return Problem(line_of(text, words.strip('"[] ')), problem.words)


def opened(draft: Draft, *, actor: User, at: datetime) -> Draft:
    """Keep a fresh draft, unless somebody is already changing the same."""
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError as error:
        raise Refused(f"Somebody is already changing {draft.key}. Finish or discard that draft first.") from error
    record(draft, "began", actor=actor, at=at, after=draft.text)
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
    draft = hold(draft_id, actor)
    if changed_at is not None and changed_at != draft.changed_at:
        raise Stale("Somebody changed this draft since you opened it. Look at it again, then decide.")
    if len(text) > LONGEST:
        raise Refused(f"A rule or calendar has at most {LONGEST:,} characters; this one has {len(text):,}.")
    before = draft.text
    draft.text, draft.reason = _plain(text), _plain(reason).strip()
    draft.enforced = enforced and draft.kind == DraftKind.RULE
    draft.author, draft.changed_at = actor, at
    draft.save()
    record(draft, "changed", actor=actor, at=at, before=before, after=draft.text)
    return draft


@transaction.atomic
def change_day(key: str, *, on: date, name: str, reason: str, actor: User, at: datetime) -> Draft:
    """Begin the draft that closes one more day of a calendar, or opens it again when no name is given."""
    known = newest(DraftKind.CALENDAR, key)
    if not isinstance(known, CalendarVersion):
        raise Refused(f"There is no calendar {key}.")
    day, name = on.isoformat(), _plain(name).strip()
    closed = dict(known.closed)
    if name and closed.get(day) == name:
        raise Refused(f"{on:%-d %B %Y} is closed already: {name}.")
    if not name and day not in closed:
        raise Refused(f"{on:%-d %B %Y} is no closed day of this calendar.")
    gone = closed.pop(day, "")
    if name:
        closed[day] = name
    draft = start(DraftKind.CALENDAR, key, actor=actor, at=at)
    text = as_text({**words_in(text_of(known)), "closed": dict(sorted(closed.items()))})
    said = f"Closed on {on:%-d %B %Y}: {name}." if name else f"Open on {on:%-d %B %Y}, no longer {gone}."
    return save(draft.pk, text=text, reason=f"{said} {reason}", enforced=False, actor=actor, at=at)


@transaction.atomic
def sign_off(key: str, *, reason: str, actor: User, at: datetime) -> Draft:
    """Begin the draft that turns a rule of a secondary source into one the product acts on."""
    if not reason.strip():
        raise Refused("Say who read the primary text, and where.")
    known = newest(DraftKind.RULE, key)
    waits = isinstance(known, RuleVersion) and known.source_status == SourceStatus.SECONDARY and not known.enforced
    if not waits:
        raise Refused("Only a rule that waits for legal sign-off can be signed off.")
    draft = start(DraftKind.RULE, key, actor=actor, at=at)
    return save(draft.pk, text=draft.text, reason=reason, enforced=True, actor=actor, at=at)


@transaction.atomic
def discard(draft_id: int, *, actor: User, at: datetime) -> Draft:
    """Give the draft up; its words stay on the record."""
    draft = hold(draft_id, actor)
    draft.state, draft.changed_at = DraftState.DISCARDED, at
    draft.save()
    record(draft, "discarded", actor=actor, at=at, before=draft.text)
    return draft


def hold(draft_id: int, actor: User) -> Draft:
    """Return the open draft, held until the transaction ends."""
    require_admin(actor)
    # Two people at one draft take turns; the second sees what the first did.
    draft = Draft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None or draft.state != DraftState.OPEN:
        raise Refused("This draft is no longer being written.")
    return draft


def record(draft: Draft, act: str, *, actor: User, at: datetime, before: str = "", after: str = "") -> None:
    """Write the act down, with what stood before and after."""
    Change.objects.create(
        kind=draft.kind, key=draft.key, act=act, reason=draft.reason, before=before, after=after, actor=actor, at=at
    )


def require_admin(actor: User) -> None:
    """Raise NotAllowed unless this person may change the law's data."""
    if actor.role != Role.ADMIN or not actor.is_active:
        raise NotAllowed("Only an admin changes the law's data.")


def _plain(words: str) -> str:
    return words.replace("\r\n", "\n").replace("\x00", "")
