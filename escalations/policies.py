"""How long an escalation waits to be taken before it goes up the line, by the policy it arose by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from complaints.thresholds import current
from complaints.thresholds.rules import Policy, Rule
from escalations.models import Escalation, Reason
from users.models import Team, User
from users.working import after_working


def climbs_at(rule: Rule | None, team: Team | None, *, at: datetime) -> datetime | None:
    """Return when an escalation raised at this moment goes up the line unless somebody takes it; None for never."""
    if rule is None or rule.wait is None:
        return None
    # Nobody is woken for these: the law's own limits are the sweep's business, who looks at them is ours.
    if rule.wait.unit == "working hours":
        return after_working(rule.wait.lasts, team, at=at)
    return at + rule.wait.lasts


def rule_of(escalation: Escalation) -> Rule | None:
    """Return the rule that raised it, in the words of the version it arose by."""
    return current.version(escalation.policy).rule(escalation.threshold, escalation.reason)


def policies_of(escalations: Iterable[Escalation]) -> dict[int, Policy]:
    """Return the policies these arose by, by their number, each read once."""
    return {number: current.version(number) for number in {row.policy for row in escalations}}


def after_quiet_hours(policy: Policy, reason: str, person: User, *, at: datetime) -> datetime | None:
    """Return when this person may be mailed again, in their own zone; None when they may be now.

    The law has no quiet hours: a missed limit is mailed at once, and what is raised, climbs and stands in the app
    waits for nobody.
    """
    if policy.quiet is None or reason == Reason.MISSED:
        return None
    start, end = policy.quiet
    local = at.astimezone(ZoneInfo(person.zone))
    now, over_night = local.time(), start > end
    if not ((now >= start or now < end) if over_night else (start <= now < end)):
        return None
    day = local.date() + timedelta(days=1 if over_night and now >= start else 0)
    return datetime.combine(day, end, ZoneInfo(person.zone)).astimezone(ZoneInfo("UTC"))
