"""What nobody took in time goes up the line: to the next lead or admin above, at last to every admin."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from complaints.models import Complaint
from complaints.services.story import save_all
from complaints.thresholds.rules import Policy
from escalations.models import Escalation, EscalationState, SetAside
from escalations.notices import Telling, tell
from escalations.policies import after_quiet_hours, climbs_at, policies_of
from escalations.queues import ASKS
from escalations.raising import entry_of
from escalations.routing import Staff
from escalations.words import act_key
from users.models import User

BATCH = 200


def climb(now: datetime) -> int:
    """Let everything climb that was not taken in time; return how many went up or stand at the top now."""
    climbed = 0
    while moved := _climb_batch(now):
        climbed += moved
    return climbed


@transaction.atomic
def _climb_batch(now: datetime) -> int:
    waiting = Escalation.objects.filter(state=EscalationState.OPEN, climbs_at__lte=now)
    numbers = dict(waiting.order_by("climbs_at", "pk").values_list("pk", "complaint_id")[:BATCH])
    if not numbers:
        return 0
    # The complaint row is the one lock; what somebody holds is looked at again in a quarter of a second.
    held = Complaint.objects.select_for_update(skip_locked=True).filter(pk__in=set(numbers.values()))
    complaints = {complaint.pk: complaint for complaint in held}
    # Read again under the lock: somebody may have taken it meanwhile.
    rows = list(
        waiting.filter(pk__in=numbers, complaint__in=complaints)
        .select_related("clock")
        .prefetch_related("watchers")
        .order_by("climbs_at")
    )
    asks = set(waiting.filter(ASKS, pk__in=numbers).values_list("pk", flat=True))
    staff, policies = Staff.now(), policies_of(rows)
    # What was set aside has a story that cannot be added to; its escalation climbs all the same.
    aside = set(SetAside.objects.filter(complaint__in=complaints).values_list("complaint_id", flat=True))
    entries, tellings = [], []
    for row in rows:
        row.complaint = complaints[row.complaint_id]
        if row.pk not in asks:
            # Its cause is gone; it left the desk by itself and bothers nobody.
            row.climbs_at = None
            row.save(update_fields=["climbs_at"])
            continue
        words, told = _go_up(row, policies[row.policy], staff, at=now)
        if row.complaint_id not in aside:
            entries.append(entry_of(row, words, actor=None, at=now))
        once = act_key(escalation=row.pk, act=f"climbed-{row.level}", at=now)
        policy = policies[row.policy]
        for user in told:
            later = after_quiet_hours(policy, row.reason, user, at=now)
            tellings.append(Telling(user, row, once, by_mail=True, not_before=later))
        tellings += [Telling(user, row, once, by_mail=False) for user in row.watchers.all() if user not in told]
    save_all([complaints[pk] for pk in {entry.complaint_id for entry in entries}], entries)
    tell(tellings, at=now)
    return len(rows)


def _go_up(row: Escalation, policy: Policy, staff: Staff, *, at: datetime) -> tuple[str, list[User]]:
    """Give it to whoever is above, or leave it and tell the admins; return the story's words and who is told."""
    below = staff.people.get(row.assigned_to_id or 0)
    row.level += 1
    # A line that runs in a ring has no top; the policy's own height ends it.
    above = staff.above(below, row.complaint) if row.level <= policy.highest else None
    if above is None:
        row.climbs_at = None
        row.save(update_fields=["level", "climbs_at"])
        return "Nobody took the escalation in time, and nobody is above. Every admin was told.", staff.admins
    rule = policy.rule(row.threshold, row.reason)
    row.assigned_to, row.climbs_at = above, climbs_at(rule, staff.team_of(above), at=at)
    row.save(update_fields=["level", "climbs_at", "assigned_to"])
    before = f"{below.name} did not take" if below else "Nobody took"
    return f"{before} the escalation in time. It went up to {above.name}.", [above]
