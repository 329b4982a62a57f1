"""Begin a draft of the escalation policy, and publish it by a second person, as a version that never changes."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from complaints.models import PolicyFollowing, PolicyVersion
from complaints.thresholds.current import SHIPPED, TEXT
from correspondence.models import Endpoint
from escalations.studio.versions import KEY, policy_in, problems, version, versions
from regulations.models import Draft, DraftKind, DraftState
from regulations.studio.drafts import hold, opened, record, require_admin
from users.errors import Refused
from users.models import User


@transaction.atomic
def start(*, actor: User, at: datetime, back_to: int | None = None) -> Draft:
    """Begin a draft from the newest version, or from an older one to roll back to it."""
    require_admin(actor)
    base = versions()[0]
    text = base.text if back_to is None else version(back_to).text
    return _begin(text, base.number, "" if back_to is None else f"Back to version {back_to}.", actor=actor, at=at)


@transaction.atomic
def start_from(text: str, *, actor: User, at: datetime) -> Draft:
    """Begin a draft from a text somebody brings; raise TextProblem when it is no policy."""
    require_admin(actor)
    kept = text.replace("\r\n", "\n").replace("\x00", "")
    policy_in(kept)
    return _begin(kept, versions()[0].number, "", actor=actor, at=at)


def _begin(text: str, base: int, reason: str, *, actor: User, at: datetime) -> Draft:
    draft = Draft(
        kind=DraftKind.POLICY, key=KEY, base_version=base, text=text, reason=reason, author=actor, created_at=at,
        changed_at=at,
    )  # fmt: skip
    return opened(draft, actor=actor, at=at)


@transaction.atomic
def publish(draft_id: int, *, actor: User, at: datetime) -> PolicyVersion:
    """Publish the draft as the next version; open complaints follow within seconds.

    Only somebody who did not write it may. Raises Refused when the draft is wrong, has no reason, or was written
    from a version that is no longer the newest.
    """
    draft = hold(draft_id, actor)
    with connection.cursor() as cursor:
        # Waits for everybody who has read the policy and not finished, and lets nobody read until this is done:
        # afterwards every open complaint was either planned with this version, or is found by the following.
        cursor.execute("LOCK TABLE complaints_policyversion IN ACCESS EXCLUSIVE MODE")
    if reason := refusal(draft, actor=actor):
        raise Refused(reason)
    before = versions()[0]
    if before.published_at is None:
        # What was shipped is kept beside what follows it, whatever a later release ships.
        PolicyVersion.objects.create(version=SHIPPED, text=TEXT, reason="Shipped with Redress.", published_at=at)
    made = PolicyVersion.objects.create(
        version=before.number + 1, text=draft.text, reason=draft.reason, published_at=at, published_by=actor
    )
    PolicyFollowing.objects.create(version=made.version)
    draft.state, draft.published_by, draft.published_at = DraftState.PUBLISHED, actor, at
    draft.published_version, draft.changed_at = made.version, at
    draft.save()
    record(draft, "published", actor=actor, at=at, before=before.text, after=made.text)
    return made


def refusal(draft: Draft, *, actor: User) -> str:
    """Return why this person cannot publish the draft now; "" when they can."""
    if draft.author_id == actor.pk:
        return "You wrote this draft, so a second person must publish it."
    return unready(draft)


def unready(draft: Draft) -> str:
    """Return why nobody can publish the draft now; "" when it waits for a second person only."""
    if draft.kind != DraftKind.POLICY:
        return "This is no draft of the escalation policy."
    newest = versions()[0]
    if newest.number != draft.base_version:
        return "Another version was published since this draft was begun. Discard it and begin again."
    if found := problems(draft):
        return f"The draft cannot be published: {found[0].words}"
    named = {name for rule in policy_in(draft.text).rules for name in rule.webhooks}
    known = set(Endpoint.objects.filter(name__in=named, active=True).values_list("name", flat=True)) if named else set()
    if missing := sorted(named - known):
        return f"No active endpoint is called {missing[0]}. Add it under Webhooks first, or name another."
    if newest.text == draft.text:
        return "The draft says what is published already. Change it first, or discard it."
    if not draft.reason:
        return "The draft has no reason. Whoever wrote it must say why the policy changes."
    return ""
