"""A task nobody answers tells those asked, then the case's owner, then its lead: each once, in the app and by mail."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client

from complaints.models import Complaint, Task
from complaints.services import tasks
from complaints.services.story import lock
from correspondence.models import MailHow, MailWish, OutboundMail
from escalations.models import Notice
from escalations.overdue import tell_of_overdue_tasks
from tests.conftest import AT, Register, a_person
from users.models import Role, Team, User

# Asked on Monday for two working days: due on Wednesday when Lisbon closes.
DUE = datetime(2026, 6, 3, 16, 30, tzinfo=UTC)
DAY = timedelta(days=1)
Ask = Callable[..., Task]


@pytest.fixture
def risk(db: None) -> Team:
    return Team.objects.create(name="Risk Lisbon", centre="Lisbon", zone="Europe/Lisbon")


@pytest.fixture
def an_analyst(risk: Team) -> User:
    return a_person("rui@larkspur.example", "Rui Costa", Role.SPECIALIST, risk)


@pytest.fixture
def a_task(a_registered: Register, a_specialist: User, risk: Team) -> Ask:
    def build(**asked: object) -> Task:
        of = asked or {"team": risk}
        tasks.ask(a_registered().pk, what="Why was it held?", working_days=2, actor=a_specialist, at=AT, **of)  # type: ignore[arg-type]
        return Task.objects.latest("pk")

    return build


def told() -> list[str]:
    return [notice.user.name for notice in Notice.objects.select_related("user").order_by("pk")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "who"),
    [
        (DUE - timedelta(seconds=1), []),
        (DUE, ["Rui Costa"]),
        (DUE + DAY - timedelta(seconds=1), ["Rui Costa"]),
        (DUE + DAY, ["Rui Costa", "Maeve Kelly"]),
        (DUE + 2 * DAY, ["Rui Costa", "Maeve Kelly", "Tom Okafor"]),
        (DUE + 40 * DAY, ["Rui Costa", "Maeve Kelly", "Tom Okafor"]),
    ],
)
def test_who_is_told_by_when(a_task: Ask, an_analyst: User, at: datetime, who: list[str]) -> None:
    a_task()

    tell_of_overdue_tasks(at)

    assert told() == who
    assert OutboundMail.objects.filter(subject__startswith="Task overdue").count() == len(who)


@pytest.mark.django_db
def test_nobody_is_told_twice_however_often_it_is_looked(a_task: Ask, an_analyst: User) -> None:
    a_task()
    for minutes in range(0, 10 * 24 * 60, 180):
        tell_of_overdue_tasks(DUE + timedelta(minutes=minutes))

    assert told() == ["Rui Costa", "Maeve Kelly", "Tom Okafor"]
    # Even a row put back as it was, from a copy of yesterday, tells nobody again.
    Task.objects.update(told=0, check_at=DUE)
    tell_of_overdue_tasks(DUE + 10 * DAY)
    assert len(told()) == 3
    task = Task.objects.get().pk
    assert list(Notice.objects.order_by("pk").values_list("dedupe_key", flat=True)) == [
        f"task-{task}-{threshold}-20260603T163000.000000" for threshold in ("task-due", "task-owner", "task-lead")
    ]


@pytest.mark.django_db
def test_a_working_day_later_is_not_a_day_of_the_weekend(a_task: Ask, an_analyst: User) -> None:
    a_task()
    Task.objects.update(due_at=DUE + 2 * DAY, check_at=DUE + 2 * DAY)

    tell_of_overdue_tasks(DUE + 4 * DAY)
    assert told() == ["Rui Costa"]
    tell_of_overdue_tasks(DUE + 5 * DAY)

    assert told() == ["Rui Costa", "Maeve Kelly"]


@pytest.mark.django_db
def test_who_accepted_it_is_told_and_not_the_whole_team(a_task: Ask, an_analyst: User, risk: Team) -> None:
    a_person("ines@larkspur.example", "Ines Silva", Role.SPECIALIST, risk)
    task = a_task()
    tasks.accept(task.pk, actor=an_analyst, at=AT)

    tell_of_overdue_tasks(DUE)

    assert told() == ["Rui Costa"]


@pytest.mark.django_db
def test_what_was_answered_or_taken_back_tells_nobody(a_task: Ask, an_analyst: User, a_specialist: User) -> None:
    answered, cancelled = a_task(), a_task()
    tasks.answer(answered.pk, text="By a rule.", actor=an_analyst, at=AT)
    tasks.cancel(cancelled.pk, text="Found it.", actor=a_specialist, at=AT)

    assert tell_of_overdue_tasks(DUE + 40 * DAY) == 0 and told() == []


@pytest.mark.django_db
def test_an_empty_place_passes_it_on_at_once(a_task: Ask, an_analyst: User) -> None:
    a_task()
    User.objects.filter(pk=an_analyst.pk).update(is_active=False)

    tell_of_overdue_tasks(DUE)

    assert told() == ["Maeve Kelly"]


@pytest.mark.django_db
def test_without_owner_and_lead_every_admin_is_told(a_task: Ask, an_analyst: User, an_admin: User) -> None:
    a_task()
    Complaint.objects.update(owner=None)
    User.objects.exclude(pk__in=[an_admin.pk, an_analyst.pk]).update(is_active=False)

    tell_of_overdue_tasks(DUE + 9 * DAY)

    assert told() == ["Rui Costa", "Niamh Daly"]


@pytest.mark.django_db
def test_the_notice_leads_to_the_task_which_those_asked_may_see(client: Client, a_task: Ask, an_analyst: User) -> None:
    task = a_task()
    tell_of_overdue_tasks(DUE)
    client.force_login(an_analyst)

    answer = client.post(f"/escalations/notices/{Notice.objects.get().pk}/open", follow=True)

    assert answer.status_code == 200 and answer.request["PATH_INFO"].endswith(f"/tasks/{task.pk}")
    assert Notice.objects.get().text == (
        "This is still waited for: “Why was it held?” was asked of Risk Lisbon and was due by Wed 3 Jun 2026."
    )


@pytest.mark.django_db
def test_the_mail_comes_as_its_reader_chose(a_task: Ask, an_analyst: User) -> None:
    MailWish.objects.create(person=an_analyst, how=MailHow.HOURLY)
    a_task()

    tell_of_overdue_tasks(DUE)

    mail = OutboundMail.objects.get(person=an_analyst)
    assert mail.gathers and mail.next_attempt_at == DUE + timedelta(minutes=30)
    assert "/tasks/" in mail.body


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_tell_each_once(a_task: Ask, an_analyst: User) -> None:
    for _ in range(12):
        a_task()
    gate = threading.Barrier(4)

    def run(_: int) -> int:
        gate.wait(timeout=10)
        try:
            return tell_of_overdue_tasks(DUE + 9 * DAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) <= 36
    # What one worker held another passed by; the next look finds it.
    tell_of_overdue_tasks(DUE + 9 * DAY)

    assert Notice.objects.count() == 36 and OutboundMail.objects.filter(person__isnull=False).count() == 36


@pytest.mark.django_db(transaction=True)
def test_a_case_somebody_holds_is_passed_by_and_told_of_later(a_task: Ask, an_analyst: User) -> None:
    task = a_task()
    seen: list[int] = []

    def look() -> None:
        seen.append(tell_of_overdue_tasks(DUE))
        connection.close()

    with transaction.atomic():
        lock(task.complaint_id)
        other = threading.Thread(target=look)
        other.start()
        other.join(timeout=20)

    assert seen == [0] and told() == []
    assert tell_of_overdue_tasks(DUE) == 1
