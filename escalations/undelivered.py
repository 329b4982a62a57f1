"""What was given up: a letter goes to its case's lead as an escalation, all else to every admin's bell, once."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from complaints.models import Complaint
from complaints.services.sets import insert
from complaints.services.story import save_all
from complaints.thresholds.rules import When
from correspondence.models import Attempt, Delivery, DeliveryState, Endpoint, MailState, OutboundMail
from escalations.models import Escalation, Notice, Undelivered
from escalations.notices import tell
from escalations.raising import entry_of, raised_by, tellings
from escalations.routing import Staff
from escalations.words import dead_deliveries, undelivered

log = logging.getLogger("redress.outbox")
BATCH = 200
# Deliveries told of at once; what is more is told of by the next watch.
MOST = 10_000
# The mail server's own words may hold an address; what is in the story stays there for ever.
TOLD = "The letter could not be delivered."
OF_A_CASE = Exists(Complaint.objects.filter(reference=OuterRef("letter__case_reference")))


def tell_of_failed_mail(now: datetime) -> None:
    """Tell of every mail that was given up and nobody was told of yet. Below, no room has to know of escalations."""
    letters = _untold().filter(OF_A_CASE).order_by("pk").values_list("pk", "letter__case_reference")
    for mail, reference in letters[:BATCH]:
        _escalate(mail, reference, now)
    _tell_admins(now)


@transaction.atomic
def tell_of_dead_deliveries(now: datetime) -> None:
    """Put one line on each admin's bell for each endpoint that did not take what it was told."""
    untold = Delivery.objects.select_for_update(skip_locked=True).filter(state=DeliveryState.DEAD, told_at=None)
    # The rows' lock makes two watchers tell of different ones.
    of: dict[int, list[int]] = {}
    for number, of_endpoint in untold.order_by("pk").values_list("pk", "endpoint_id")[:MOST]:
        of.setdefault(of_endpoint, []).append(number)
    admins = [admin.pk for admin in Staff.now().admins] if of else []
    for endpoint in Endpoint.objects.filter(pk__in=of).order_by("pk"):
        gone = of[endpoint.pk]
        last = Attempt.objects.filter(delivery__endpoint=endpoint).exclude(error="").order_by("-pk").first()
        line = {
            "text": dead_deliveries(endpoint.name, len(gone), last.error if last else ""),
            "dedupe_key": f"webhook-{endpoint.pk}-{gone[0]}-{now:%Y%m%dT%H%M%S.%f}", "created_at": now,
        }  # fmt: skip
        insert(Notice, {"user_id": admins, **line}, or_leave=True)
        Delivery.objects.filter(pk__in=gone).update(told_at=now)


def _untold() -> QuerySet[OutboundMail]:
    told = Undelivered.objects.filter(mail=OuterRef("pk"), given_up=OuterRef("next_attempt_at"))
    return OutboundMail.objects.filter(~Exists(told), state=MailState.FAILED)


@transaction.atomic
def _escalate(mail_id: int, reference: str, now: datetime) -> None:
    # What somebody holds is looked at again by the next watch.
    held = Complaint.objects.select_for_update(skip_locked=True, of=("self",)).select_related("owner")
    complaint = held.filter(reference=reference).first()
    if complaint is None:
        return
    # Under the lock no other watcher is at it; an admin may have sent the mail again meanwhile.
    mail = _untold().select_for_update(skip_locked=True, of=("self",)).filter(pk=mail_id).first()
    if mail is None:
        return
    Undelivered.objects.create(mail=mail, given_up=mail.next_attempt_at, told_at=now)
    staff = Staff.now()
    words = undelivered("The letter", mail.last_error)
    escalation = raised_by(complaint, When.BOUNCED, words, staff, actor=None, at=now)
    _write_down(escalation, now)
    tell(tellings([escalation], staff), at=now)


def _write_down(escalation: Escalation, now: datetime) -> None:
    """Write it into the story; a story that cannot be added to does not keep the lead from being told."""
    complaint = escalation.complaint
    try:
        with transaction.atomic():
            save_all([complaint], [entry_of(escalation, TOLD, actor=None, at=now)])
    except (OperationalError, InterfaceError):
        # The database is away; all is undone, and the next watch tries again.
        raise
    except Exception as error:
        log.error("The story of complaint %s cannot be added to.", complaint.pk, exc_info=error)


@transaction.atomic
def _tell_admins(now: datetime) -> None:
    """Put one line on each admin's bell for all that belongs to no case."""
    waiting = _untold().select_for_update(skip_locked=True, of=("self",)).filter(~OF_A_CASE)
    mails = [mail for mail in waiting.order_by("pk")[:BATCH] if _first_to_tell(mail, now)]
    if not mails:
        return
    # A mail server that is away fails hundreds of mails alike: that is one line, and its first mail says why.
    what = f"A mail to {mails[0].to}" if len(mails) == 1 else f"{len(mails)} mails, the first to {mails[0].to},"
    key = f"mail-{mails[0].pk}-failed-{mails[0].next_attempt_at:%Y%m%dT%H%M%S.%f}"
    admins = [admin.pk for admin in Staff.now().admins]
    # By no mail: it could fail as well, and would tell of itself for ever.
    line = {"text": undelivered(what, mails[0].last_error), "dedupe_key": key, "created_at": now}
    insert(Notice, {"user_id": admins, **line}, or_leave=True)


def _first_to_tell(mail: OutboundMail, now: datetime) -> bool:
    # Another watcher may have told and let go between our question and our lock.
    _, first = Undelivered.objects.get_or_create(mail=mail, given_up=mail.next_attempt_at, defaults={"told_at": now})
    return first
