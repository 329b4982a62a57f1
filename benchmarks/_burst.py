"""Makes the rows of a burst: complaints in the middle of their life, all with one limit at one instant."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from complaints.models import Category, Complainant, Complaint, Respondent
from users.models import Role, Team, User

TEAMS, SPECIALISTS = 4, 48
HOT = (
    "complaints_complaint", "complaints_clock", "complaints_entry", "escalations_escalation", "escalations_notice",
    "correspondence_outboundmail",
)  # fmt: skip

COMPLAINTS = """
INSERT INTO complaints_complaint (
    reference, source, external_id, imported, state, version, subject, narrative, channel, respondent_id,
    complainant_id, category_id, complaint_class, facts, currency, owner_id, team_id, received_at, registered_at,
    state_since, last_event_at, next_due_at, next_check_at, law_rules, law_calendars, story_length, story_digest, by_us,
    targets_mark)
SELECT 'B-' || n, 'staff', '', false, 'investigating', 6, 'Payout held for nine days',
    repeat('My payout was held and nobody told me why. ', 12), 'email', %(respondent)s, %(complainant)s,
    %(category)s, '["payment_services"]', '{}', 'GBP', (%(owners)s)[1 + n %% %(many)s], (%(teams)s)[1 + n %% %(few)s],
    %(at)s - interval '15 days', %(at)s - interval '15 days', %(at)s - interval '9 days', %(at)s - interval '9 days',
    %(at)s, %(at)s, 0, 0, 2, encode(sha256((n::text || '-2')::bytea), 'hex'), '{}', 0
FROM generate_series(1, %(number)s) AS n
"""
# Of each complaint's three clocks one falls due: one was met, one is an option that nobody took.
CLOCKS = """
INSERT INTO complaints_clock (
    complaint_id, rule, rule_version, obligation, kind, title, rule_title, citation, enforced, calendar,
    calendar_version, trigger_on, due_on, ends_at, at_risk_at, status, settled_at, settled_by, sentence, check_at,
    warned_at)
SELECT complaint.id, 'uk-disp-payments', 1, told.obligation, told.kind, told.title, 'DISP, payment services',
    'DISP 1.6.2AR', true, 'gb-england', 1, (%(at)s - interval '15 days')::date, (%(at)s - interval '1 hour')::date,
    told.ends_at, told.ends_at - interval '1 day', told.status, told.settled_at, told.settled_by,
    'The final response must be sent by the end of the 15th business day after the day of receipt.',
    CASE WHEN told.status = 'running' AND told.obligation = 'final_response' THEN told.ends_at END,
    told.ends_at - interval '1 day'
FROM complaints_complaint AS complaint, (VALUES
    ('acknowledgement', 'D', 'Acknowledgement', %(at)s - interval '12 days', 'met', %(at)s - interval '14 days',
     'acknowledged'),
    ('final_response', 'D', 'Final response', %(at)s, 'running', NULL, ''),
    ('holding_response', 'W', 'Holding response', %(at)s + interval '20 days', 'running', NULL, '')
) AS told(obligation, kind, title, ends_at, status, settled_at, settled_by)
WHERE complaint.reference LIKE 'B-%%'
"""
STORIES = """
INSERT INTO complaints_entry (complaint_id, seq, kind, actor_id, occurred_at, recorded_at, data, digest)
SELECT complaint.id, seq, CASE seq WHEN 1 THEN 'received' ELSE 'acknowledged' END, complaint.owner_id,
    complaint.received_at, complaint.registered_at, '{"date_only": false}',
    encode(sha256((substr(complaint.reference, 3) || '-' || seq)::bytea), 'hex')
FROM complaints_complaint AS complaint, generate_series(1, 2) AS seq
WHERE complaint.reference LIKE 'B-%%'
"""


def a_burst(number: int, *, at: datetime) -> None:
    """Write this many complaints whose final response falls due at this moment, with clocks and stories."""
    words = {"number": number, "at": at, **_people(), "few": TEAMS, "many": SPECIALISTS}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (COMPLAINTS, CLOCKS, STORIES):
            cursor.execute(statement, words)
    with connection.cursor() as cursor:
        # As a house that has run for weeks: counted, and nothing left over from making it.
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(HOT)}")
        cursor.execute("CHECKPOINT")


def clear() -> None:
    """Empty what a burst and its sweep have written; refuse where anything else is kept."""
    if Complaint.objects.exclude(reference__startswith="B-").exists():
        raise SystemExit("This database has complaints of its own. Measure on a throwaway one: ./redress bench timers.")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE complaints_complaint, users_user, users_team, correspondence_outboundmail CASCADE")


def _people() -> dict[str, object]:
    """Return who works here: teams of twelve with a lead each, and what their complaints are about."""
    teams = [Team.objects.create(name=f"Team {number}", centre="Dublin") for number in range(TEAMS)]
    leads = [_person(f"lead{number}", Role.LEAD, team, None) for number, team in enumerate(teams)]
    owners = [
        _person(f"specialist{number}", Role.SPECIALIST, teams[number % TEAMS], leads[number % TEAMS])
        for number in range(SPECIALISTS)
    ]
    respondent, _ = Respondent.objects.get_or_create(
        key="burst", defaults={"name": "Larkspur Payments Ltd", "jurisdiction": "GB", "zone": "Europe/London"}
    )
    category, _ = Category.objects.get_or_create(product="Payouts", issue="Held or delayed")
    return {
        "teams": [team.pk for team in teams],
        "owners": [owner.pk for owner in owners],
        "respondent": respondent.pk,
        "category": category.pk,
        "complainant": Complainant.objects.create(name="Ana Brennan").pk,
    }


def _person(name: str, role: str, team: Team, lead: User | None) -> User:
    return User.objects.create(
        email=f"{name}@larkspur.example", name=name.capitalize(), role=role, team=team, reports_to=lead
    )


def midnight(now: datetime) -> datetime:
    """Return the last full hour: the burst's one instant, already past."""
    return now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
