"""Who may use the lead's pages."""

from __future__ import annotations

import pytest

from escalations import policy
from escalations.models import Escalation, Reason
from escalations.policy import ROUTES
from escalations.urls import app_name, urlpatterns
from tests.conftest import AT, a_person
from users.models import Role, Team

S, L, A, R = Role.SPECIALIST, Role.LEAD, Role.ADMIN, Role.AUDITOR
TABLE = {
    "queue": ({S, L, A, R}, set()),
    "detail": ({S, L, A, R}, set()),
    "take": (set(), {L, A}),
    "reassign": (set(), {L, A}),
    "resolve": (set(), {L, A}),
    "assign": (set(), {L}),
    "approve": (set(), {L}),
    "send_back": (set(), {L}),
    "raise": ({S, L}, {S, L}),
    "notices": ({S, L, A, R}, set()),
    "notice_read": (set(), {S, L, A}),
    "notices_read": (set(), {S, L, A}),
}


def test_every_route_has_its_line_in_the_policy() -> None:
    assert {f"{app_name}:{pattern.name}" for pattern in urlpatterns} == ROUTES.keys()


@pytest.mark.parametrize("name", TABLE)
def test_a_route_is_open_to_exactly_these_roles(name: str) -> None:
    access = ROUTES[f"escalations:{name}"]

    assert (set(access.read), set(access.write)) == TABLE[name]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "team", "seen"),
    [(L, "Dublin", 1), (S, "Dublin", 1), (L, "London", 0), (S, None, 0), (A, None, 1), (R, None, 1)],
)
def test_an_escalation_is_seen_by_who_sees_its_complaint(
    role: Role, team: str | None, seen: int, a_complaint: object
) -> None:
    teams = {name: Team.objects.create(name=name, centre=name) for name in ("Dublin", "London")}
    a_complaint.team = teams["Dublin"]
    a_complaint.save()
    Escalation.objects.create(
        complaint=a_complaint, reason=Reason.MANUAL, severity=2, text="Look", occurred_at=AT, recorded_at=AT
    )

    user = a_person("who@x.example", "Who", role, teams.get(team or ""))

    assert policy.visible(user).count() == seen


@pytest.mark.django_db
def test_who_left_sees_nothing(a_complaint: object) -> None:
    Escalation.objects.create(
        complaint=a_complaint, reason=Reason.MANUAL, severity=2, text="Look", occurred_at=AT, recorded_at=AT
    )
    gone = a_person("gone@x.example", "Gone", Role.ADMIN, None)
    gone.is_active = False

    assert not policy.visible(gone).exists()
