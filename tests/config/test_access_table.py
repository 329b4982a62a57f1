"""Who may do what, route by route: access.csv is the table a compliance officer reads, and this holds the house to it.

Its cells: "open" needs no sign-in, "sign in" is sent to the sign-in page (the API answers 401), "read" may look,
"write" may act, "no" is refused with 403. What a role may do to one particular case is the rooms' own policy.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from complaints.models import Attachment, Complaint, Macro, StandardText
from complaints.services import macro_book, review, tasks, texts
from complaints.services.gather import final_letter
from complaints.studio.rehearsing import ask as ask_for_a_rehearsal
from correspondence.models import Endpoint, OutboundMail
from correspondence.webhooks import endpoints
from escalations import services as escalations
from escalations.models import Notice
from escalations.studio import publishing as policy_publishing
from escalations.studio.rehearsing import ask as ask_for_a_policy_rehearsal
from regulations.studio import drafts
from tests.conftest import AT, Register
from users.models import User

TABLE = Path(__file__).with_name("access.csv")
ROLES = ("specialist", "lead", "admin", "auditor")
MAY = {"no": (False, False), "read": (True, False), "write": (False, True), "read and write": (True, True)}
SIGN_IN = "/accounts/sign-in?next="
Address = Callable[[str, User | None], str]


def table() -> dict[str, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {row.pop("route"): row for row in csv.DictReader(lines)}


def routes(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every route's name and the names of its arguments."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", set(pattern.pattern.regex.groupindex) | set(pattern.pattern.converters)
        else:
            yield from routes(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)


ARGUMENTS = dict(routes(get_resolver()))


@pytest.fixture
def an_address(a_decided: Register, a_lead: User, a_specialist: User, an_admin: User, an_auditor: User) -> Address:
    """A house in which every route has something to show, and the address of each route in it."""
    complaint = a_decided()
    # The right that only some admins have; the table says what an admin can be let do.
    User.objects.filter(pk=an_admin.pk).update(opens_details=True)
    letter = final_letter(complaint)
    assert letter is not None
    attachment = an_attachment(complaint, a_specialist)
    escalation = escalations.raise_by_hand(complaint.pk, comment="She rang in tears.", actor=a_specialist, at=AT)
    mail = OutboundMail.objects.exclude(letter=None).earliest("pk")
    numbers = {
        "complaints:letter": letter.pk, "complaints:letter_pdf": letter.pk, "complaints:attachment": attachment.pk,
        "complaints:look": attachment.pk,
        **the_studios(an_admin), "correspondence:mail": mail.pk, "correspondence:mail_pdf": mail.pk,
        "correspondence:send_again": mail.pk, "users:person": a_specialist.pk, "users:person_work": a_specialist.pk, "desk:person": a_specialist.pk,
        **the_webhooks(an_admin), "complaints:respondent": complaint.respondent_id, "complaints:text": a_text(an_admin).pk, "complaints:macro": a_macro(an_admin).pk, **the_tasks(complaint, attachment, a_specialist),
    }  # fmt: skip
    # A letter waits for a second person; the lead's page about it has something to show.
    waiting = a_decided()
    review.send_for_review(waiting.pk, actor=a_specialist, at=AT)
    references = {"desk:review": waiting.reference}
    keys = {"rules:rule": "uk-disp-payments", "rules:calendar": "GB-ENG", "complaints:step": "note"}
    keys |= {"studio:history": "uk-disp-payments", "studio:export": "uk-disp-payments"}

    def address(route: str, user: User | None) -> str:
        known: dict[str, object] = {
            "reference": references.get(route, complaint.reference),
            "pk": numbers.get(route, escalation.pk),
            "key": keys.get(route, ""),
            "kind": "rule",
            "name": "more",
            "seq": 1,
            "file": attachment.pk,
        }
        if route in {"escalations:notice_read", "escalations:notice_open"} and user is not None:
            known["pk"] = a_notice(user, complaint).pk
        if route == "users:person_absences" and user is not None:
            # Anybody's own; a lead's team and everybody for an admin are met where absences are tested.
            known["pk"] = user.pk
        return reverse(route, kwargs={name: known[name] for name in ARGUMENTS[route]})

    return address


def a_text(admin: User) -> StandardText:
    """A standard text of the house."""
    return texts.write(name="Call", purpose="note", language="en", text="Spoke.", actor=admin, at=AT)


def a_macro(admin: User) -> Macro:
    """A macro of the house."""
    return macro_book.write(macro_book.Wish(name="Press", tags=["press"]), actor=admin, at=AT)


def the_tasks(complaint: Complaint, file: Attachment, asker: User) -> dict[str, int]:
    """A task, by the pages that show it. Who may act on it hangs on who was asked: the API's routes meet none."""
    tasks.ask(
        complaint.pk, what="Why was it held?", team=asker.team, working_days=2, files=[file.pk], actor=asker, at=AT
    )
    made = complaint.tasks.get().pk
    acts = ("accept", "answer", "decline", "cancel")
    pages = {"complaints:task": made, "complaints:task_file": made, "api:task-detail": made}
    return pages | {f"api:task-{act}": made + 1_000_000 for act in acts}


def the_webhooks(admin: User) -> dict[str, int]:
    """An endpoint with a delivery, by the routes that show it or act on it."""
    endpoint = Endpoint.objects.create(
        name="Ledger", address="https://example.com/", types=["clock.missed"], salt="0" * 64, fingerprint="0" * 16,
        created_by=admin, created_at=AT,
    )  # fmt: skip
    delivery = endpoints.test_send(endpoint.pk, actor=admin, at=AT)
    acts = ("endpoint", "change", "secret", "test", "replay_range")
    return {
        **{f"webhooks:{act}": endpoint.pk for act in acts},
        **{f"webhooks:{act}": delivery.pk for act in ("delivery", "replay")},
    }


def the_studios(admin: User) -> dict[str, int]:
    """A rehearsed draft, by the routes that show it or act on it."""
    draft = drafts.start("rule", "uk-disp-payments", actor=admin, at=AT)
    acts = ("draft", "check", "discard", "publish", "rehearse")
    rehearsal = ask_for_a_rehearsal(draft.pk, actor=admin, at=AT)
    policy = policy_publishing.start(actor=admin, at=AT)
    rehearsed = ask_for_a_policy_rehearsal(policy.pk, actor=admin, at=AT)
    return {
        **{f"studio:{act}": draft.pk for act in acts}, "studio:rehearsal": rehearsal.pk,
        **{f"escalation_policy:{act}": policy.pk for act in ("draft", "check", "rehearse", "publish")},
        "escalation_policy:rehearsal": rehearsed.pk,
    }  # fmt: skip


def an_attachment(complaint: Complaint, user: User) -> Attachment:
    return Attachment.objects.create(
        complaint=complaint, file=ContentFile(b"%PDF-1.7", name="invoice.pdf"), name="invoice.pdf",
        media_type="application/pdf", size=8, sha256="0" * 64, added_by=user, added_at=AT,
    )  # fmt: skip


def a_notice(user: User, complaint: Complaint) -> Notice:
    return Notice.objects.create(
        user=user, complaint=complaint, text="Look at this.", dedupe_key=f"table-{user.pk}", created_at=AT
    )


def ask(method: str, address: Callable[[], str], user: User | None) -> HttpResponse:
    """Ask as this person, and undo whatever it did."""
    with transaction.atomic():
        client = Client()
        if user is not None:
            client.force_login(user)
        answer: HttpResponse = getattr(client, method)(address())
        transaction.set_rollback(True)
    return answer


def sent_to_sign_in(answer: HttpResponse) -> bool:
    return answer.status_code == 401 or answer.headers.get("Location", "").startswith(SIGN_IN)


def lets_in(answer: HttpResponse) -> bool:
    return answer.status_code not in {403, 405} and not sent_to_sign_in(answer)


def test_every_route_stands_in_the_table_and_no_other() -> None:
    assert sorted(table()) == sorted(ARGUMENTS)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_the_table_says_and_nothing_else(role: str, an_address: Address) -> None:
    user = User.objects.filter(role=role).earliest("pk")

    found = {}
    for route in table():
        answers = [ask(method, lambda route=route: an_address(route, user), user) for method in ("get", "post")]  # type: ignore[misc]
        assert all(answer.status_code < 500 for answer in answers), route
        found[route] = tuple(map(lets_in, answers))

    assert found == {route: MAY[row[role]] for route, row in table().items()}


@pytest.mark.django_db
def test_who_is_not_signed_in_gets_no_further_than_the_table_says(an_address: Address) -> None:
    found = {}
    for route in table():
        away = {
            sent_to_sign_in(ask(method, lambda route=route: an_address(route, None), None))
            for method in ("get", "post")
        }  # type: ignore[misc]
        assert len(away) == 1, route
        found[route] = "sign in" if away.pop() else "open"

    assert found == {route: row["anonymous"] for route, row in table().items()}
