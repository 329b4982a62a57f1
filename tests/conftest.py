"""What every test may use. Builders start with a_ and reach later states through the services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils.translation import deactivate
from pytest_django import DjangoDbBlocker

from complaints.models import Category, Channel, Complainant, Complaint, Outcome, RedressKind, Respondent, RootCause
from complaints.services import case, response, review
from complaints.services.intake import NewComplainant, register
from regulations.services import publish_shipped
from users.models import Role, Team, User

OPENS_THE_DATABASE = pytest.StashKey[DjangoDbBlocker]()
AT = datetime(2026, 6, 1, 9, 15, tzinfo=UTC)
PASSWORD = "a-long-test-password"


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, pytestconfig: pytest.Config
) -> Iterator[None]:
    with django_db_blocker.unblock():
        publish_shipped(at=AT)
    pytestconfig.stash[OPENS_THE_DATABASE] = django_db_blocker
    yield
    # A thread of a live server may still hold a connection; the database could not be dropped. Our own may be one that a
    # test had ended by the server, which only a new one notices.
    connection.close()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    marked = marker is not None and marker.kwargs.get("transaction", False)
    return marked or bool({"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A test that commits empties every table at its end; the law must be there again for whichever comes next."""
    try:
        yield
    finally:
        blocker = item.config.stash.get(OPENS_THE_DATABASE, None)
        if nextitem is not None and blocker is not None and commits(item):
            with blocker.unblock():
                publish_shipped(at=AT)


@pytest.fixture(autouse=True)
def in_english() -> None:
    """A page read in German leaves its language to the thread; each test begins in English."""
    deactivate()


@pytest.fixture
def a_team(db: None) -> Team:
    return Team.objects.create(name="Payouts Dublin", centre="Dublin", zone="Europe/Dublin")


@pytest.fixture
def a_lead(a_team: Team) -> User:
    return with_authority(a_person("tom.okafor@larkspur.example", "Tom Okafor", Role.LEAD, a_team), 1000)


@pytest.fixture
def a_specialist(a_team: Team, a_lead: User) -> User:
    person = a_person("maeve.kelly@larkspur.example", "Maeve Kelly", Role.SPECIALIST, a_team)
    person.reports_to = a_lead
    person.save()
    return person


@pytest.fixture
def an_admin(db: None) -> User:
    return a_person("niamh.daly@larkspur.example", "Niamh Daly", Role.ADMIN, None)


@pytest.fixture
def an_auditor(db: None) -> User:
    return a_person("ada.audit@larkspur.example", "Ada Audit", Role.AUDITOR, None)


def a_person(email: str, name: str, role: str, team: Team | None) -> User:
    return User.objects.create_user(email, PASSWORD, name=name, role=role, team=team)


@pytest.fixture
def a_respondent(db: None) -> Respondent:
    return Respondent.objects.create(key="uk", name="Larkspur Payments Ltd", jurisdiction="GB", zone="Europe/London")


@pytest.fixture
def a_category(db: None) -> Category:
    return Category.objects.create(product="Payouts", issue="Held or delayed", complaint_class="payment_services")


@pytest.fixture
def a_complaint(db: None, a_respondent: Respondent, a_category: Category) -> Complaint:
    """A bare row, for what concerns the record alone; it has no story."""
    return Complaint.objects.create(
        reference="C-26-000001",
        subject="Payout held",
        channel=Channel.EMAIL,
        respondent=a_respondent,
        complainant=Complainant.objects.create(name="Ana Brennan"),
        category=a_category,
        received_at=AT,
        registered_at=AT,
        state_since=AT,
        last_event_at=AT,
    )


def with_authority(person: User, amount: int, currency: str = "GBP") -> User:
    person.authority_amount, person.authority_currency = Decimal(amount), currency
    person.save()
    return person


Register = Callable[..., Complaint]


@pytest.fixture
def a_registered(a_respondent: Respondent, a_category: Category, a_specialist: User) -> Register:
    """Register a complaint as a specialist would; any argument may be given."""

    def build(**given: Any) -> Complaint:
        at = given.pop("at", AT)
        return register(
            respondent=given.pop("respondent", a_respondent),
            complainant=given.pop(
                "complainant",
                NewComplainant(name="Ana Brennan", email="ana@customer.example", address="4 Quay St\nBray"),
            ),
            category=given.pop("category", a_category),
            subject=given.pop("subject", "Payout held for nine days"),
            narrative=given.pop("narrative", "My payout of 412 pounds was held and nobody told me why."),
            channel=given.pop("channel", Channel.EMAIL),
            received_at=given.pop("received_at", at),
            owner=given.pop("owner", a_specialist),
            actor=given.pop("actor", a_specialist),
            at=at,
            **given,
        )

    return build


@pytest.fixture
def an_investigated(a_registered: Register, a_specialist: User, a_category: Category) -> Register:
    """A complaint that is acknowledged and being investigated."""

    def build(**given: Any) -> Complaint:
        complaint = a_registered(**given)
        at = complaint.registered_at
        case.triage(complaint.pk, category=complaint.category, actor=a_specialist, at=at + timedelta(minutes=5))
        response.acknowledge(complaint.pk, actor=a_specialist, at=at + timedelta(minutes=10))
        return case.start_investigation(complaint.pk, actor=a_specialist, at=at + timedelta(minutes=15))

    return build


@pytest.fixture
def a_decided(an_investigated: Register, a_specialist: User) -> Register:
    """A complaint with a finding, a decision and a drafted final response."""

    def build(**given: Any) -> Complaint:
        complaint = an_investigated(**given)
        at = complaint.registered_at + timedelta(hours=1)
        case.record_finding(
            complaint.pk, point="The payout was held", text="It was held for nine days by a rule that did not apply.",
            upheld=True, actor=a_specialist, at=at,
        )  # fmt: skip
        case.decide(
            complaint.pk, outcome=Outcome.UPHELD, reasons="We held your payout without a reason to.",
            root_cause=RootCause.PROCESS, redress_kind=RedressKind.COMPENSATION, redress_amount=50,
            actor=a_specialist, at=at,
        )  # fmt: skip
        return response.draft_final_response(complaint.pk, actor=a_specialist, at=at)

    return build


@pytest.fixture
def a_reviewed(a_decided: Register, a_specialist: User, a_lead: User) -> Register:
    """A complaint whose final response a second person approved."""

    def build(**given: Any) -> Complaint:
        complaint = a_decided(**given)
        at = complaint.registered_at + timedelta(hours=2)
        review.send_for_review(complaint.pk, actor=a_specialist, at=at)
        return review.approve(complaint.pk, actor=a_lead, at=at)

    return build
