"""Who watches the sweep: its lag, the canary, and what it could not settle."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from rest_framework.authtoken.models import Token

from complaints.errors import NotAllowed, NotVisible
from complaints.models import Complaint, Entry, Kind
from correspondence.models import OutboundMail
from escalations.health import health, metrics
from escalations.models import Canary, Notice, Pulse, SetAside
from escalations.quarantine import retry
from escalations.sweep import sweep
from escalations.tasks import sweep as sweep_task
from escalations.watch import swept, watch
from regulations.models import ClockStatus
from tests.escalations.builders import DAY, a_clock, complaints_with_a_clock
from users import clock
from users.models import Team, User

pytestmark = pytest.mark.django_db
NIGHT = datetime.fromisoformat("2026-06-22T23:00:00+00:00")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def a_broken_complaint(owner: User, team: Team) -> Complaint:
    """A complaint whose story has an entry too many, so that no sweep can add to it."""
    bad = a_clock(NIGHT, owner=owner, team=team, warned=True).complaint
    Entry.objects.create(complaint=bad, seq=1, kind=Kind.NOTED, occurred_at=NIGHT, recorded_at=NIGHT, digest="0" * 64)
    return bad


def test_after_an_outage_the_story_says_when_it_was_missed_and_when_we_knew(a_specialist: User, a_team: Team) -> None:
    clocks = complaints_with_a_clock([NIGHT + 2 * HOUR, NIGHT, NIGHT + HOUR], owner=a_specialist, team=a_team)

    sweep(NIGHT + DAY, batch=2)

    told = list(Entry.objects.order_by("pk").values_list("complaint", "kind", "occurred_at", "recorded_at"))
    in_due_order = sorted(clocks, key=lambda clock: clock.ends_at or NIGHT)
    assert sorted(told, key=lambda entry: entry[2]) == [
        (clock.complaint_id, kind, clock.ends_at, NIGHT + DAY)
        for clock in in_due_order
        for kind in (Kind.CLOCK_MISSED, Kind.ESCALATED)
    ]
    assert {complaint for complaint, *_ in told[:4]} == {clock.complaint_id for clock in in_due_order[:2]}


def test_the_lag_is_how_long_the_oldest_waits(a_specialist: User, a_team: Team) -> None:
    complaints_with_a_clock([NIGHT, NIGHT + HOUR], owner=a_specialist, team=a_team)

    seen = health(NIGHT + HOUR)

    assert (seen.due, seen.due_age) == (2, 3600)
    assert seen.trouble.startswith("2 complaints are due and nobody has looked at them, the first for 1h")


def test_the_page_says_the_lag_long_before_it_is_trouble(client: Client, a_lead: User, a_team: Team) -> None:
    complaints_with_a_clock([clock.now() - timedelta(seconds=30)], owner=a_lead, team=a_team)
    client.force_login(a_lead)

    page = client.get("/escalations/health/").content.decode()

    assert "1 complaint is due and not yet looked at, the first since 3" in page
    assert "No sweep has run yet." in page
    assert "Nothing is late" not in page


def test_a_lag_of_a_few_seconds_is_nothing_to_speak_of(a_specialist: User, a_team: Team) -> None:
    complaints_with_a_clock([NIGHT], owner=a_specialist, team=a_team)

    assert health(NIGHT + timedelta(seconds=9)).behind == ""
    assert health(NIGHT + timedelta(seconds=11)).behind


def test_a_program_with_a_token_reads_the_same_figures(a_lead: User, a_specialist: User, a_team: Team) -> None:
    complaints_with_a_clock([clock.now() - HOUR], owner=a_specialist, team=a_team)
    mine, not_mine = (Token.objects.create(user=user).key for user in (a_lead, a_specialist))

    seen = Client().get("/api/v1/health/", headers={"Authorization": f"Token {mine}"})

    assert seen.json()["due"] == 1
    assert seen.json()["due_age"] == pytest.approx(3600, abs=60)
    assert seen.json()["trouble"].startswith("1 complaints are due and nobody has looked")
    refused = Client().get("/api/v1/health/", headers={"Authorization": f"Token {not_mine}"})
    assert refused.status_code == 403


def test_what_falls_due_within_a_moment_is_waited_for(a_specialist: User, a_team: Team) -> None:
    soon, later = complaints_with_a_clock(
        [clock.now() + timedelta(milliseconds=60), clock.now() + timedelta(seconds=5)], owner=a_specialist, team=a_team
    )

    sweep_task()

    soon.refresh_from_db(), later.refresh_from_db()
    assert (soon.status, later.status) == (ClockStatus.MISSED, ClockStatus.RUNNING)
    entry = Entry.objects.get(kind=Kind.CLOCK_MISSED)
    assert soon.ends_at is not None
    assert soon.ends_at <= entry.recorded_at


def test_when_all_is_swept_nothing_is_late(a_specialist: User, a_team: Team) -> None:
    a_clock(NIGHT, owner=a_specialist, team=a_team, warned=True)
    watch(NIGHT - HOUR)
    sweep(NIGHT)
    swept(NIGHT)

    seen = health(NIGHT + MINUTE)

    assert (seen.due, seen.due_age, seen.sweep_age, seen.trouble) == (0, None, 60, "")


def test_a_canary_that_no_sweep_noticed_is_told_to_every_admin_once_an_hour(an_admin: User, a_lead: User) -> None:
    watch(NIGHT - HOUR)

    for minutes in (5, 10, 15):
        watch(NIGHT + minutes * MINUTE)

    assert [notice.user for notice in Notice.objects.all()] == [an_admin]
    assert [mail.to for mail in OutboundMail.objects.all()] == [an_admin.email]
    watch(NIGHT + HOUR + 5 * MINUTE)
    assert Notice.objects.count() == 2


def test_a_canary_that_a_sweep_noticed_says_nothing(an_admin: User) -> None:
    watch(NIGHT - HOUR)
    swept(NIGHT)

    watch(NIGHT + 5 * MINUTE)

    assert not Notice.objects.exists()
    assert [canary.outcome_at for canary in Canary.objects.order_by("due_at")] == [NIGHT, None]


def test_a_house_in_which_nobody_puts_out_canaries_is_in_trouble() -> None:
    watch(NIGHT)
    swept(NIGHT + HOUR)

    assert not health(NIGHT + HOUR).canary_late
    assert health(NIGHT + HOUR + 3 * MINUTE).canary_late


def test_an_older_sweep_does_not_turn_the_pulse_back() -> None:
    swept(NIGHT)
    swept(NIGHT - MINUTE)

    assert [pulse.at for pulse in Pulse.objects.all()] == [NIGHT]


def test_the_task_sweeps_and_says_so(a_specialist: User, a_team: Team) -> None:
    complaints_with_a_clock([NIGHT] * 3, owner=a_specialist, team=a_team)

    sweep_task()

    assert Entry.objects.filter(kind=Kind.CLOCK_MISSED).count() == 3
    assert Pulse.objects.exists()


def test_what_is_set_aside_is_kept_in_sight_with_its_reason(a_specialist: User, a_team: Team) -> None:
    bad = a_broken_complaint(a_specialist, a_team)

    sweep(NIGHT)
    sweep(NIGHT + HOUR)

    kept = SetAside.objects.get()
    assert (kept.complaint, kept.since, kept.tried_at, kept.tries) == (bad, NIGHT, NIGHT + HOUR, 2)
    assert "one_entry_per_place_in_the_story" in kept.error


def test_a_retry_settles_what_was_mended(a_specialist: User, a_lead: User, a_team: Team) -> None:
    bad = a_broken_complaint(a_specialist, a_team)
    sweep(NIGHT)
    Complaint.objects.filter(pk=bad.pk).update(story_length=1)

    retry(bad.pk, actor=a_lead, at=NIGHT + MINUTE)
    done = sweep(NIGHT + MINUTE)

    assert done.missed == 1
    assert not SetAside.objects.exists()


def test_only_who_decides_retries_and_only_what_is_set_aside(a_specialist: User, a_lead: User, a_team: Team) -> None:
    bad = a_broken_complaint(a_specialist, a_team)
    with pytest.raises(NotVisible):
        retry(bad.pk, actor=a_lead, at=NIGHT)
    sweep(NIGHT)

    with pytest.raises(NotAllowed):
        retry(bad.pk, actor=a_specialist, at=NIGHT)


def test_the_page_shows_the_lag_and_offers_the_retry(
    client: Client, a_specialist: User, a_lead: User, a_team: Team
) -> None:
    bad = a_broken_complaint(a_specialist, a_team)
    sweep(NIGHT)
    client.force_login(a_lead)

    page = client.get("/escalations/health/").content.decode()
    answer = client.post(f"/escalations/retry/{bad.reference}", follow=True)

    assert bad.reference in page
    assert "Try again" in page
    assert f"looks at {bad.reference} again" in answer.content.decode()


def test_an_auditor_looks_and_is_offered_nothing(
    client: Client, a_specialist: User, an_auditor: User, a_team: Team
) -> None:
    a_broken_complaint(a_specialist, a_team)
    sweep(NIGHT)
    client.force_login(an_auditor)

    page = client.get("/escalations/health/").content.decode()

    assert "Set aside" in page
    assert "Try again" not in page


def test_the_metrics_are_lines_prometheus_reads(a_specialist: User, a_team: Team) -> None:
    a_clock(NIGHT, owner=a_specialist, team=a_team, warned=True)

    lines = list(metrics(health(NIGHT + MINUTE)))

    assert "redress_due 1" in lines
    assert "redress_due_oldest_seconds 60" in lines
    assert not [line for line in lines if line.startswith("redress_sweep_age_seconds")]


def test_without_the_token_there_are_no_metrics(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", "a-token-for-the-scraper")

    answers = [client.get("/metrics", headers=given) for given in ({}, {"Authorization": "Bearer a-token"})]
    good = client.get("/metrics", headers={"Authorization": "Bearer a-token-for-the-scraper"})

    assert [answer.status_code for answer in answers] == [404, 404]
    assert good.status_code == 200
    assert good.content.decode().startswith("# HELP redress_due ")


def test_production_without_a_token_shows_nobody_its_metrics(client: Client, settings: object) -> None:
    settings.PRODUCTION = True  # type: ignore[attr-defined]

    assert client.get("/metrics").status_code == 404


def test_on_ones_own_machine_the_metrics_are_open(client: Client) -> None:
    assert "redress_canary_late" in client.get("/metrics").content.decode()


@pytest.mark.parametrize("hours", [1, -1])
def test_a_worker_whose_clock_is_an_hour_off_settles_what_is_due_and_nothing_else(
    hours: int, a_specialist: User, a_team: Team
) -> None:
    moment = clock.now()
    due, later = complaints_with_a_clock([moment - MINUTE, moment + 30 * MINUTE], owner=a_specialist, team=a_team)

    with time_machine.travel(moment + hours * HOUR):
        sweep_task()
        seen = health(clock.now())

    due.refresh_from_db(), later.refresh_from_db()
    assert (due.status, later.status) == (ClockStatus.MISSED, ClockStatus.RUNNING)
    assert Entry.objects.get(complaint=due.complaint, kind=Kind.CLOCK_MISSED).recorded_at < moment + MINUTE
    assert seen.skew == pytest.approx(3600 * hours, abs=60)
    assert f" s {'ahead of' if hours > 0 else 'behind'} the database's" in seen.trouble
