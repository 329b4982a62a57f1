"""What falls due without anyone asking: claimed in batches, settled set-wise, each due moment once."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection, transaction

from complaints.models import Complaint
from complaints.services.falling import fall_due
from complaints.services.sets import insert_rows, number
from complaints.services.story import save_all
from complaints.thresholds.rules import When
from correspondence.models import EventType
from escalations.announcing import channels_told, escalations_told
from escalations.models import EscalationState, Reason, SetAside
from escalations.notices import tell
from escalations.quarantine import keep_aside
from escalations.raising import entry_of, escalations_of, not_yet_escalated, raised_by, tellings
from escalations.routing import Staff
from escalations.words import SET_ASIDE

log = logging.getLogger("redress.sweep")
LOOK_AGAIN = timedelta(hours=1)
# Complaints settled in one transaction: more cost memory and save nothing, fewer pay for their own commit.
BATCH = 1_000
LONGEST_PAUSE = "15s"
# What settling reads of a complaint; its narrative and facts stay where they are.
LOOKED_AT = (
    "reference", "state", "state_since", "registered_at", "imported", "owner_id", "team_id", "respondent_id",
    "category_id", "next_due_at", "next_check_at", "owner_check_at", "last_event_at", "story_length", "story_digest",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: complaints looked at, escalations by reason, complaints put aside."""

    complaints: int = 0
    at_risk: int = 0
    missed: int = 0
    unassigned: int = 0
    set_aside: int = 0

    def __add__(self, other: Swept) -> Swept:
        return Swept(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


class StillDue(RuntimeError):
    """A complaint asks to be looked at again at once: it would be claimed for ever."""


def sweep(now: datetime, *, batch: int = BATCH) -> Swept:
    """Settle everything that is due at this moment, and return what was done. A second sweep does nothing."""
    total = Swept()
    while (swept := sweep_batch(now, batch=batch)).complaints:
        total += swept
    return total


def sweep_batch(now: datetime, *, batch: int = BATCH) -> Swept:
    """Settle the complaints that are due longest, in the order of their due moments."""
    return _claim_and_settle(now, batch) if _anything_due(now) else Swept()


def next_after(now: datetime) -> datetime | None:
    """Return the next moment after this one at which something falls due; what is due by now is another's, or put off."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(next_check_at) FROM complaints_complaint WHERE next_check_at > %s", [now])
        moment: datetime | None = cursor.fetchone()[0]
    return moment


def _anything_due(now: datetime) -> bool:
    # Asked four times a second by every worker: one round trip to the index, no transaction, no ORM.
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM complaints_complaint WHERE next_check_at <= %s)", [now])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def _claim_and_settle(now: datetime, batch: int) -> Swept:
    with connection.cursor() as cursor:
        # A worker that is stopped in the middle (a paused machine, a debugger) would keep its locks as long as it
        # sleeps. PostgreSQL ends its session instead; what it had done is undone, and another worker does it.
        cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{LONGEST_PAUSE}'")
    # The complaint row is the one lock. What another worker or a person holds is skipped: they leave
    # it settled, or due and found by the next sweep.
    due = Complaint.objects.select_for_update(skip_locked=True).filter(next_check_at__lte=now)
    claimed = list(due.order_by("next_check_at").values_list("pk", flat=True)[:batch])
    return _settle_or_halve(claimed, now) if claimed else Swept()


def _settle_or_halve(claimed: Sequence[int], now: datetime) -> Swept:
    """Settle these complaints; when that fails, settle each half, down to the one that is put aside."""
    try:
        with transaction.atomic():
            return _settle(claimed, now)
    except (OperationalError, InterfaceError):
        # The database is away or asks us to step back. No complaint is to blame; the next sweep tries again.
        raise
    except Exception as error:
        if len(claimed) == 1:
            return _put_aside(claimed[0], now, error)
    middle = len(claimed) // 2
    return _settle_or_halve(claimed[:middle], now) + _settle_or_halve(claimed[middle:], now)


def _settle(claimed: Sequence[int], now: datetime) -> Swept:
    """Do for these complaints, whose locks are held, what is due."""
    staff = Staff.now()
    complaints = list(Complaint.objects.filter(pk__in=claimed).only(*LOOKED_AT).order_by("next_check_at", "pk"))
    for complaint in complaints:
        # Everybody was read once: an owner is theirs, not one more row per complaint.
        complaint.owner = staff.people.get(complaint.owner_id or 0)
    fallen, entries = fall_due(complaints, at=now)
    stuck = [
        complaint.reference for complaint in complaints if complaint.next_check_at and complaint.next_check_at <= now
    ]
    if stuck:
        raise StillDue(", ".join(stuck))
    new = escalations_of(not_yet_escalated(fallen), staff, at=now) if fallen else []
    # No `or_leave`: the lock makes a conflict impossible, and were there one, it would be put aside and seen.
    number(new)
    insert_rows(new)
    # After an outage the story says when it became so, and when we came to write it.
    entries += [entry_of(one, one.text, actor=None, at=now, occurred_at=one.occurred_at) for one in new]
    save_all(complaints, entries)
    tell(tellings(new, staff), at=now)
    escalations_told(EventType.RAISED, new, at=now)
    channels_told(new, at=now)
    SetAside.objects.filter(complaint__in=claimed).delete()
    done = Counter(escalation.reason for escalation in new)
    return Swept(len(complaints), done[Reason.AT_RISK], done[Reason.MISSED], done[Reason.UNASSIGNED])


def _put_aside(complaint_id: int, now: datetime, error: Exception) -> Swept:
    """Move the one bad complaint out of the way for an hour, and tell a lead once.

    The story is not written to: it may be what is broken.
    """
    log.error("The sweep could not look at complaint %s.", complaint_id, exc_info=error)
    Complaint.objects.filter(pk=complaint_id).update(next_check_at=now + LOOK_AGAIN)
    keep_aside(complaint_id, error, at=now)
    complaint = Complaint.objects.select_related("owner").get(pk=complaint_id)
    said = complaint.escalations.filter(reason=Reason.SET_ASIDE).exclude(state=EscalationState.RESOLVED)
    if not said.exists():
        staff = Staff.now()
        escalation = raised_by(complaint, When.SET_ASIDE, SET_ASIDE, staff, actor=None, at=now)
        tell(tellings([escalation], staff), at=now)
    return Swept(complaints=1, set_aside=1)
