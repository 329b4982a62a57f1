"""Dispatchers at the same time, and one that dies: on real PostgreSQL, with real commits and a real mail server."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from correspondence.dispatch import LEASE, dispatch
from correspondence.models import MailState, OutboundMail
from tests.correspondence.builders import AT, a_mail
from tests.correspondence.smtp import MailServer

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def at_the_same_time() -> Iterator[Callable[[], Future[int]]]:
    """Give a way to start dispatchers, each in a thread with a connection of its own."""

    def run() -> int:
        try:
            return dispatch(AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        yield lambda: pool.submit(run)


def test_four_dispatchers_at_once_send_each_mail_once(mail_server: MailServer) -> None:
    for number in range(60):
        a_mail(number)

    with at_the_same_time() as start:
        sent = [running.result(timeout=30) for running in [start() for _ in range(4)]]

    assert sum(sent) == 60
    assert set(Counter(mail_server.message_ids).values()) == {1}
    assert OutboundMail.objects.filter(state=MailState.SENT, attempts=1).count() == 60


def test_a_mail_on_its_way_is_skipped_and_not_waited_for(mail_server: MailServer) -> None:
    a_mail(1), a_mail(2)
    on_its_way, go_on = threading.Event(), threading.Event()

    def hold(message: object) -> str:
        if message["Subject"] == "Mail 1":  # type: ignore[index]
            on_its_way.set()
            assert go_on.wait(timeout=10)
        return "250 taken"

    mail_server.answer = hold
    with at_the_same_time() as start:
        slow = start()
        assert on_its_way.wait(timeout=10)
        quick = start().result(timeout=10)
        go_on.set()
        assert (slow.result(timeout=10), quick) == (1, 1)

    assert mail_server.message_ids == ["<mail-2@larkspur.example>", "<mail-1@larkspur.example>"]


def test_a_dispatcher_that_dies_after_the_servers_yes_repeats_the_mail_under_the_same_message_id(
    mail_server: MailServer,
) -> None:
    mail = a_mail()

    def die(_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND state = 'idle' AND pid <> pg_backend_pid()"
            )
        connection.close()

    mail_server.took = die
    # Ours is idle too, and must not be taken for the dispatcher's.
    connection.close()
    with at_the_same_time() as start, pytest.raises(DatabaseError):
        start().result(timeout=10)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 1)
    mail_server.took = lambda _: None

    # Until the lease is over it is the dead one's; then anybody's.
    assert [dispatch(AT), dispatch(AT + LEASE + timedelta(seconds=30))] == [0, 1]
    assert mail_server.message_ids == ["<mail-1@larkspur.example>"] * 2
    assert OutboundMail.objects.get().state == MailState.SENT
