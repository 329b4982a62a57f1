"""An escalation as a record: lowered, brought down, handed back, watched, with every act in the story."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from complaints.models import Entry, Kind
from complaints.services.story import first_broken_link
from correspondence.models import Delivery, Endpoint, EventType, OutboundMail
from escalations.climbing import climb
from escalations.models import Escalation, EscalationState, Notice, Reason
from escalations.policies import after_quiet_hours
from escalations.queues import asking
from escalations.services import deescalate, hand_back, lower, raise_by_hand, resolve, take, unwatch, watch
from escalations.studio import publishing
from escalations.sweep import sweep
from regulations.studio import drafts
from tests.complaints.policies import a_policy, a_rule, a_text, publish
from tests.conftest import AT, Register, a_person
from tests.escalations.builders import a_clock
from users.errors import NotAllowed, NotVisible, Refused
from users.models import Role, Team, User

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NIGHT = datetime.fromisoformat("2026-06-22T23:00:00+00:00")


@pytest.fixture
def a_head(a_lead: User, a_team: Team) -> User:
    head = a_person("orla.byrne@larkspur.example", "Orla Byrne", Role.LEAD, a_team)
    a_lead.reports_to = head
    a_lead.save()
    return head


@pytest.fixture
def raised(a_registered: Register, a_specialist: User) -> Escalation:
    return raise_by_hand(a_registered().pk, comment="She rang in tears.", actor=a_specialist, at=AT)


def last(escalation: Escalation) -> Entry:
    found = escalation.complaint.story.last()
    assert found is not None
    return found


def test_a_severity_goes_down_with_its_reason(raised: Escalation, a_lead: User) -> None:
    done = deescalate(raised.pk, severity=1, reason="She was only angry.", actor=a_lead, at=AT + HOUR)

    assert done.severity == 1
    entry = last(raised)
    assert (entry.kind, entry.actor) == (Kind.ESCALATED, a_lead)
    assert entry.data["text"] == "Tom Okafor lowered its severity from 2 to 1: She was only angry."


@pytest.mark.parametrize("severity", [0, 2, 3])
def test_de_escalating_never_raises_the_severity(raised: Escalation, a_lead: User, severity: int) -> None:
    with pytest.raises(Refused, match="below the one it has"):
        deescalate(raised.pk, severity=severity, reason="Hm.", actor=a_lead, at=AT + HOUR)


def test_de_escalating_needs_a_reason(raised: Escalation, a_lead: User) -> None:
    with pytest.raises(Refused, match="why it is less severe"):
        deescalate(raised.pk, severity=1, reason="  ", actor=a_lead, at=AT + HOUR)


def test_what_climbed_is_brought_down_and_waits_anew(raised: Escalation, a_lead: User, a_head: User) -> None:
    climb(AT + 4 * HOUR)

    done = lower(raised.pk, to=a_lead, reason="You know the customer.", actor=a_head, at=AT + 5 * HOUR)

    assert (done.level, done.assigned_to, done.state) == (0, a_lead, EscalationState.OPEN)
    assert done.climbs_at is not None and done.climbs_at > AT + 5 * HOUR
    assert "brought it down to level 0, to Tom Okafor: You know the customer." in last(raised).data["text"]


def test_what_has_not_climbed_cannot_come_down(raised: Escalation, a_lead: User) -> None:
    with pytest.raises(Refused, match="has not climbed"):
        lower(raised.pk, to=a_lead, reason="Down.", actor=a_lead, at=AT + HOUR)


def test_handed_back_it_leaves_the_desk_and_the_owner_is_told(
    raised: Escalation, a_lead: User, a_specialist: User
) -> None:
    done = hand_back(raised.pk, reason="Ring her again first.", actor=a_lead, at=AT + HOUR)

    assert (done.state, done.resolution) == ("resolved", "Handed back to Maeve Kelly: Ring her again first.")
    assert done.text == "She rang in tears."
    assert done not in asking(a_lead)
    notice = Notice.objects.filter(user=a_specialist).latest("pk")
    assert notice.text.endswith("Handed back to you by Tom Okafor: Ring her again first.")


def test_only_who_decides_lowers(raised: Escalation, a_specialist: User) -> None:
    with pytest.raises(NotAllowed):
        deescalate(raised.pk, severity=1, reason="Hm.", actor=a_specialist, at=AT)
    with pytest.raises(NotAllowed):
        hand_back(raised.pk, reason="Hm.", actor=a_specialist, at=AT)


def test_a_watcher_is_told_of_each_change_and_not_of_their_own(
    raised: Escalation, a_specialist: User, a_lead: User, a_head: User
) -> None:
    watch(raised.pk, who=a_specialist, actor=a_specialist, at=AT)
    assert not Notice.objects.filter(user=a_specialist).exists()

    climb(AT + 4 * HOUR)
    take(raised.pk, actor=a_head, at=AT + 5 * HOUR)
    resolve(raised.pk, resolution="I rang her.", actor=a_head, at=AT + 6 * HOUR)

    assert Notice.objects.filter(user=a_specialist, escalation=raised).count() == 3
    assert not OutboundMail.objects.filter(to=a_specialist.email).exists()
    assert first_broken_link(raised.complaint.story.all()) is None


def test_who_no_longer_watches_is_not_told(raised: Escalation, a_specialist: User, a_lead: User) -> None:
    watch(raised.pk, who=a_specialist, actor=a_lead, at=AT)
    unwatch(raised.pk, who=a_specialist, actor=a_specialist, at=AT + HOUR)
    before = Notice.objects.filter(user=a_specialist).count()

    take(raised.pk, actor=a_lead, at=AT + 2 * HOUR)

    assert Notice.objects.filter(user=a_specialist).count() == before
    assert not raised.watchers.exists()


def test_watching_twice_is_said_once(raised: Escalation, a_specialist: User) -> None:
    for _ in range(2):
        watch(raised.pk, who=a_specialist, actor=a_specialist, at=AT)

    assert raised.complaint.story.filter(data__text="Maeve Kelly watches the escalation.").count() == 1


def test_nobody_watches_what_they_cannot_see(raised: Escalation, a_specialist: User, a_lead: User) -> None:
    stranger = a_person("x@larkspur.example", "X", Role.SPECIALIST, Team.objects.create(name="Cards", centre="Cork"))

    with pytest.raises(Refused, match="does not see this complaint"):
        watch(raised.pk, who=stranger, actor=a_lead, at=AT)
    with pytest.raises(NotVisible):
        watch(raised.pk, who=stranger, actor=stranger, at=AT)
    with pytest.raises(NotAllowed, match="lets somebody else watch"):
        watch(raised.pk, who=a_lead, actor=a_specialist, at=AT)


def test_the_page_tells_the_whole_history_and_offers_the_acts(raised: Escalation, a_lead: User) -> None:
    client = Client()
    client.force_login(a_lead)
    client.post(f"/escalations/{raised.pk}/watch")
    client.post(f"/escalations/{raised.pk}/deescalate", {"severity": "1", "reason": "Only angry."})

    shown = client.get(f"/escalations/{raised.pk}/").content.decode()

    for words in (
        "rule “Raised by hand” of the escalation policy, version 1", "Watched by", "Tom Okafor watches the escalation.",
        "lowered its severity from 2 to 1: Only angry.", "Hand back to Maeve Kelly", "Stop watching", "it climbs",
    ):  # fmt: skip
        assert words in shown
    client.post(f"/escalations/{raised.pk}/hand-back", {"reason": "Ring her."})
    raised.refresh_from_db()
    assert raised.state == "resolved"


def test_the_api_shows_and_does_it_too(raised: Escalation, a_lead: User, a_specialist: User) -> None:
    client = Client()
    client.force_login(a_lead)
    address = f"/api/v1/escalations/{raised.pk}/"

    watched = client.post(f"{address}watch/", {"who": a_specialist.email}, content_type="application/json").json()
    lowered = client.post(
        f"{address}deescalate/", {"severity": 1, "reason": "Calm."}, content_type="application/json"
    ).json()

    assert [one["email"] for one in watched["watchers"]] == [a_specialist.email]
    assert (lowered["severity"], lowered["level"], lowered["policy"], lowered["threshold"]) == (1, 0, 1, "manual")


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("2026-06-01T12:00:00+00:00", None),
        # Dublin in June is an hour ahead of UTC.
        ("2026-06-01T18:59:00+00:00", None),
        ("2026-06-01T19:00:00+00:00", "2026-06-02T06:00:00+00:00"),
        ("2026-06-02T05:59:00+00:00", "2026-06-02T06:00:00+00:00"),
        ("2026-06-02T06:00:00+00:00", None),
    ],
)
def test_quiet_hours_are_the_persons_own(at: str, then: str | None) -> None:
    text = a_text().replace("highest = 4", 'highest = 4\nquiet_hours = { from = "20:00", to = "07:00" }')
    policy = publishing.policy_in(text)
    person = User(name="Tom", zone="Europe/Dublin")

    later = after_quiet_hours(policy, Reason.AT_RISK, person, at=datetime.fromisoformat(at))

    assert later == (datetime.fromisoformat(then) if then else None)
    assert after_quiet_hours(a_policy(), Reason.AT_RISK, person, at=datetime.fromisoformat(at)) is None


def test_at_night_the_mail_waits_and_the_escalation_does_not(a_specialist: User, a_lead: User, a_team: Team) -> None:
    made = publish(a_rule("unused", "5 % of the time"))
    quiet = made.text.replace("highest = 4", 'highest = 4\nquiet_hours = { from = "20:00", to = "07:00" }')
    made.__class__.objects.create(version=3, text=quiet, published_at=AT)
    User.objects.update(zone="Europe/Dublin")
    a_clock(NIGHT, owner=a_specialist, team=a_team)

    sweep(NIGHT - 24 * HOUR)
    sweep(NIGHT)

    assert [one.recorded_at for one in Escalation.objects.order_by("pk")] == [NIGHT - 24 * HOUR, NIGHT]
    assert Notice.objects.filter(user=a_lead).count() == 2
    warning, missed = OutboundMail.objects.order_by("pk")
    assert (warning.next_attempt_at, missed.next_attempt_at) == (NIGHT - 17 * HOUR, NIGHT)


def test_a_rule_calls_the_webhook_it_names_once(a_specialist: User, a_team: Team, an_admin: User) -> None:
    named = a_rule("grave", "at breach").replace('"mail"]', '"mail", "webhook:Duty desk"]')
    publish(named)
    for name, types in (("Duty desk", [EventType.REGISTERED]), ("Other", [EventType.REGISTERED])):
        Endpoint.objects.create(
            name=name, address="https://example.org/", types=types, salt="0" * 64, fingerprint="0" * 16,
            created_by=an_admin, created_at=AT,
        )  # fmt: skip
    a_clock(NIGHT, owner=a_specialist, team=a_team, warned=True)

    sweep(NIGHT)

    delivery = Delivery.objects.get()
    assert (delivery.endpoint.name, delivery.type) == ("Duty desk", EventType.RAISED)


def test_a_policy_that_names_an_endpoint_nobody_added_is_not_published(an_admin: User) -> None:
    named = a_rule("grave", "at breach").replace('"mail"]', '"mail", "webhook:Nowhere"]')
    draft = publishing.start(actor=an_admin, at=AT)
    draft = drafts.save(draft.pk, text=a_text(named), reason="Call.", enforced=False, actor=an_admin, at=AT)

    assert publishing.unready(draft).startswith("No active endpoint is called Nowhere.")
