"""What other systems are told of escalations: that one was raised, taken, resolved. Its words stay in the house."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from complaints.services.announcing import link_to, told_of
from complaints.thresholds import current
from correspondence.models import EventType
from correspondence.webhooks.outbox import Event, moment, publish, publish_to
from escalations.models import Escalation, Reason

# A number that stands for any in an address.
ANY = 1234567890
REASONS = dict(Reason.choices)
VERBS = {EventType.RAISED: "raised", EventType.TAKEN: "taken", EventType.RESOLVED: "resolved"}


def escalations_told(kind: EventType, escalations: Sequence[Escalation], *, at: datetime) -> None:
    """Tell that these escalations were raised, taken or resolved at this moment."""
    if escalations:
        publish((_event(kind, one, at) for one in escalations), at=at)


def channels_told(escalations: Sequence[Escalation], *, at: datetime) -> None:
    """Tell the channels that the rules which raised these name, whatever else they are told of."""
    named: dict[str, list[Escalation]] = {}
    rules: dict[tuple[int, str], list[str]] = {}
    for one in escalations:
        which = (one.policy, one.threshold)
        if which not in rules:
            rule = current.version(one.policy).rule(one.threshold, one.reason)
            rules[which] = rule.webhooks if rule else []
        for name in rules[which]:
            named.setdefault(name, []).append(one)
    for name, about in named.items():
        publish_to(name, (_event(EventType.RAISED, one, at) for one in about), at=at)


def _event(kind: EventType, escalation: Escalation, at: datetime) -> Event:
    complaint = escalation.complaint
    page = settings.SITE_URL.rstrip("/") + reverse("escalations:detail", args=[ANY])
    link = page.replace(str(ANY), str(escalation.pk))
    said = {
        "id": escalation.pk, "reason": str(escalation.reason), "severity": escalation.severity,
        "level": escalation.level, "state": str(escalation.state), "clock": escalation.clock_id,
        "due_at": moment(escalation.due_at), "link": link,
    }  # fmt: skip
    return Event(
        kind, complaint.reference, complaint.team_id, escalation.occurred_at if kind == EventType.RAISED else at,
        {"complaint": told_of(complaint, link_to(complaint)), "escalation": said},
        f"Escalation {VERBS[kind]}: {complaint.reference}, {REASONS[escalation.reason].lower()}. {link}",
    )  # fmt: skip
