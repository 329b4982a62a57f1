"""The lead's desk as a browser without JavaScript uses it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from complaints.errors import NotVisible
from complaints.models import Complaint, Kind, State
from complaints.services import review
from correspondence.services import edit_letter
from escalations.desk import handing, heat
from escalations.desk.columns import columns
from escalations.desk.models import HandOver, TeamDesk
from tests.conftest import AT, Register, a_person
from tests.escalations.builders import complaints_with_a_clock
from users.models import Role, Team, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 9, 15, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def lead_client(client: Client, a_lead: User) -> Client:
    client.force_login(a_lead)
    return client


@pytest.fixture
def sydney(db: None) -> Team:
    return Team.objects.create(name="Payments Sydney", centre="Sydney", zone="Australia/Sydney")


def picks(*complaints: Complaint) -> list[str]:
    return [f"{one.reference}@{one.version}" for one in complaints]


def test_every_cell_opens_the_queue_with_exactly_its_cases(
    lead_client: Client, a_specialist: User, a_team: Team
) -> None:
    now = timezone.now()
    moments = [now - DAY, now - 9 * DAY, *(now + hours * timedelta(hours=7) for hours in range(1, 30))]
    complaints_with_a_clock(moments, owner=a_specialist, team=a_team)
    complaints_with_a_clock([now + 2 * DAY, now - DAY], owner=None, team=a_team)

    page = lead_client.get("/desk/").content.decode()

    cells = re.findall(r'class="heat__cell[^"]*" href="([^"]+)">(\d+)', page)
    assert sum(int(number) for _, number in cells) > 20
    for address, number in cells:
        rows = lead_client.get(address.replace("&amp;", "&")).content.decode().count('id="row-C-')
        assert rows == int(number), address


def test_the_map_costs_four_statements_counts_people_absences_and_centres(
    a_lead: User, a_team: Team, django_assert_num_queries: Any
) -> None:
    for number in range(12):
        person = a_person(f"p{number}@x.example", f"P {number}", Role.SPECIALIST, a_team)
        complaints_with_a_clock([NOW + number * DAY, NOW - DAY], owner=person, team=a_team)

    with django_assert_num_queries(4):
        found = heat.per_person(a_lead, a_team, now=NOW, a_day=6)

    assert len(found.rows) == 14
    assert found.rows[0].due == 2


def test_the_map_is_read_over_an_index(a_lead: User, a_team: Team, a_specialist: User) -> None:
    complaints_with_a_clock([NOW + DAY] * 50, owner=a_specialist, team=a_team)
    spans = columns(NOW, a_team.zone)
    counted = heat._counted(heat.scope(a_lead, a_team), spans, "owner")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = counted.explain()  # type: ignore[attr-defined]

    assert "complaints_complaint" in plan and "Seq Scan on complaints_complaint" not in plan


def test_too_many_on_one_day_are_marked_with_how_many_too_many(
    lead_client: Client, a_specialist: User, a_team: Team
) -> None:
    TeamDesk.objects.create(team=a_team, a_day=2)
    complaints_with_a_clock([timezone.now() + 8 * DAY] * 5, owner=a_specialist, team=a_team)

    page = lead_client.get("/desk/").content.decode()

    assert "5<small> +3</small>" in page and "3 more than one person can close in a day" in page


def test_who_left_still_stands_with_what_they_own(lead_client: Client, a_specialist: User, a_team: Team) -> None:
    complaints_with_a_clock([timezone.now() + DAY], owner=a_specialist, team=a_team)
    User.objects.filter(pk=a_specialist.pk).update(is_active=False)

    assert "no longer here" in lead_client.get("/desk/").content.decode()


def test_who_sees_all_gets_the_centres_side_by_side_and_each_opens(
    client: Client, an_admin: User, a_team: Team, sydney: Team, a_specialist: User
) -> None:
    complaints_with_a_clock([timezone.now() - DAY] * 3, owner=a_specialist, team=a_team)
    client.force_login(an_admin)

    page = client.get("/desk/").content.decode()

    assert page.index("Payouts Dublin") < page.index("Payments Sydney")
    [(address, number)] = re.findall(r'class="heat__cell[^"]*" href="([^"]+)">(\d+)', page)
    assert number == "3"
    assert client.get(address.replace("&amp;", "&")).content.decode().count('id="row-C-') == 3
    assert "Maeve Kelly" in client.get(f"/desk/?team={a_team.pk}").content.decode()


def test_giving_says_what_the_receiver_has_then(
    lead_client: Client, a_registered: Register, a_specialist: User, a_team: Team
) -> None:
    other = a_person("liam@x.example", "Liam Byrne", Role.SPECIALIST, a_team)
    first, second = a_registered(), a_registered()

    page = lead_client.post("/desk/reassign", {"pick": picks(first, second), "to": other.pk}).content.decode()

    assert "2 done" in page and "Liam Byrne has 2 open" in page and "(before: 0 open" in page
    assert Complaint.objects.filter(owner=other).count() == 2


def test_a_row_that_changed_meanwhile_is_refused_and_the_others_are_given(
    lead_client: Client, a_registered: Register, a_team: Team
) -> None:
    other = a_person("liam@x.example", "Liam Byrne", Role.SPECIALIST, a_team)
    first, second = a_registered(), a_registered()
    chosen = [f"{first.reference}@{first.version + 4}", *picks(second)]

    page = lead_client.post("/desk/reassign", {"pick": chosen, "to": other.pk}).content.decode()

    assert "1 done, 1 not done" in page and "Somebody changed this complaint since you opened it" in page
    assert [one.reference for one in Complaint.objects.filter(owner=other)] == [second.reference]


def test_nobody_gives_to_another_teams_people(lead_client: Client, a_registered: Register, sydney: Team) -> None:
    other = a_person("jack@x.example", "Jack Morrow", Role.SPECIALIST, sydney)

    answer = lead_client.post("/desk/reassign", {"pick": picks(a_registered()), "to": other.pk})

    assert answer.status_code == 409
    assert lead_client.get(f"/desk/people/{other.pk}/").status_code == 404


def test_a_team_hands_over_and_the_other_accepts_for_one_and_declines_another(
    client: Client, a_registered: Register, a_specialist: User, sydney: Team
) -> None:
    jack = a_person("jack@x.example", "Jack Morrow", Role.SPECIALIST, sydney)
    first, second = a_registered(), a_registered(subject="Card refused")
    client.force_login(a_specialist)
    offered = {"pick": picks(first, second), "team": sydney.pk, "note": "She rings at night, your day."}
    assert "2 done" in client.post("/desk/hand-overs/new", offered).content.decode()
    first.refresh_from_db()
    assert (first.owner, first.team) == (a_specialist, a_specialist.team)
    assert (
        client.get(f"/complaints/{first.reference}/")
        .content.decode()
        .count("Offered to Payments Sydney. She rings at night, your day.")
        == 1
    )

    client.force_login(jack)
    page = client.get("/desk/hand-overs/").content.decode()
    assert "She rings at night, your day." in page and "Maeve Kelly owns it until you accept" in page
    one, two = HandOver.objects.order_by("pk")
    client.post("/desk/hand-overs/answer", {"offer": [one.pk], "act": "accept"})
    refused = client.post("/desk/hand-overs/answer", {"offer": [two.pk], "act": "decline"}).content.decode()
    assert "Write something first." in refused
    client.post("/desk/hand-overs/answer", {"offer": [two.pk], "act": "decline", "reason": "No card skill here."})

    for complaint in (first, second):
        complaint.refresh_from_db()
    assert (first.owner, first.team) == (jack, sydney)
    assert second.owner == a_specialist
    told = list(second.story.filter(kind=Kind.NOTED).order_by("seq").values_list("data__text", flat=True))
    assert told[-1] == "Declined the hand-over to Payments Sydney. No card skill here."
    assert "declined it" in " ".join(a_specialist.notices.values_list("text", flat=True))


def test_both_desks_show_what_waits_and_for_how_long(
    lead_client: Client, a_registered: Register, a_specialist: User, sydney: Team
) -> None:
    grace = a_person("grace@x.example", "Grace Tran", Role.LEAD, sydney)
    complaint = a_registered()
    handing.offer(
        complaint.pk, to_team=sydney, note="Your day.", actor=a_specialist, at=timezone.now() - timedelta(hours=5)
    )

    giver = lead_client.get("/desk/").content.decode()
    lead_client.force_login(grace)
    receiver = lead_client.get("/desk/").content.decode()

    for page in (giver, receiver):
        assert "to Payments Sydney" in page and "from Maeve Kelly, waits 5h" in page


def test_what_was_given_elsewhere_meanwhile_cannot_be_accepted(
    client: Client, a_registered: Register, a_specialist: User, a_lead: User, sydney: Team
) -> None:
    jack = a_person("jack@x.example", "Jack Morrow", Role.SPECIALIST, sydney)
    complaint = a_registered()
    made = handing.offer(complaint.pk, to_team=sydney, note="Your day.", actor=a_specialist, at=NOW)
    Complaint.objects.filter(pk=complaint.pk).update(owner=a_lead)
    client.force_login(jack)

    page = client.post("/desk/hand-overs/answer", {"offer": [made.pk], "act": "accept"}).content.decode()

    assert "the hand-over no longer stands" in page
    complaint.refresh_from_db()
    assert complaint.owner == a_lead


def test_only_the_team_it_is_offered_to_answers(
    client: Client, a_registered: Register, a_specialist: User, sydney: Team
) -> None:
    made = handing.offer(a_registered().pk, to_team=sydney, note="Your day.", actor=a_specialist, at=NOW)
    client.force_login(a_specialist)

    page = client.post("/desk/hand-overs/answer", {"offer": [made.pk], "act": "accept"}).content.decode()

    assert "This hand-over does not exist." in page
    made.refresh_from_db()
    assert made.state == "waiting"


def test_what_became_of_an_offer_is_not_told_to_a_third_team(
    client: Client, a_registered: Register, a_specialist: User, sydney: Team
) -> None:
    made = handing.offer(a_registered().pk, to_team=sydney, note="Your day.", actor=a_specialist, at=NOW)
    handing.withdraw(made.pk, actor=a_specialist, at=NOW)
    client.force_login(a_person("ida.berg@larkspur.example", "Ida Berg", Role.LEAD, Team.objects.create(name="Oslo")))

    answered = client.post("/desk/hand-overs/answer", {"offer": made.pk, "act": "accept"}).content.decode()
    with pytest.raises(NotVisible):
        handing.withdraw(made.pk, actor=User.objects.get(email="ida.berg@larkspur.example"), at=NOW)

    assert "This hand-over does not exist." in answered
    assert made.complaint.reference not in answered


def test_an_offer_is_taken_back_and_can_be_made_again(
    client: Client, a_registered: Register, a_specialist: User, sydney: Team
) -> None:
    complaint = a_registered()
    made = handing.offer(complaint.pk, to_team=sydney, note="Your day.", actor=a_specialist, at=NOW)
    client.force_login(a_specialist)
    again = {"pick": picks(complaint), "team": sydney.pk, "note": "Again."}
    assert "offered to a team already" in client.post("/desk/hand-overs/new", again).content.decode()

    client.post(f"/desk/hand-overs/{made.pk}/withdraw")

    assert "1 done" in client.post("/desk/hand-overs/new", again).content.decode()


def test_the_reviewer_sees_what_changed_since_it_was_sent_back(
    lead_client: Client, a_decided: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = a_decided()
    review.send_for_review(complaint.pk, actor=a_specialist, at=AT)
    first = complaint.reviews.get()
    review.send_back(complaint.pk, comment="Say when it will be paid.", actor=a_lead, at=AT)
    blocks = [
        {**block, "text": block["text"] + (" Payment by Friday." if not place else "")}
        for place, block in enumerate(first.letter.blocks)
    ]
    edit_letter(first.letter, blocks=blocks, actor=a_specialist, at=AT)
    review.send_for_review(complaint.pk, actor=a_specialist, at=AT + DAY)

    page = lead_client.get(f"/desk/reviews/{complaint.reference}/").content.decode()

    assert "<ins>" in page and "Payment by Friday." in page and "“Say when it will be paid.”" in page
    assert complaint.reviews.first().letter_digest in page
    assert "Approve</button>" in page


def test_the_standard_words_are_the_other_side_of_the_first_look(
    lead_client: Client, a_decided: Register, a_specialist: User
) -> None:
    complaint = a_decided()
    letter_blocks_changed = complaint
    review.send_for_review(letter_blocks_changed.pk, actor=a_specialist, at=AT)

    page = lead_client.get(f"/desk/reviews/{complaint.reference}/").content.decode()

    assert "Since the last look" not in page and "Against the standard words" in page
    assert "<ins>" not in page and "Word for word the same: " in page


def test_who_asked_is_offered_no_approval(lead_client: Client, a_decided: Register, a_lead: User) -> None:
    complaint = a_decided()
    review.send_for_review(complaint.pk, actor=a_lead, at=AT)

    page = lead_client.get(f"/desk/reviews/{complaint.reference}/").content.decode()

    assert "A second person must look at it" in page and "Approve</button>" not in page


def test_the_page_of_proposals_gives_what_is_left_chosen(
    lead_client: Client, a_registered: Register, a_specialist: User, a_team: Team
) -> None:
    complaint, kept = a_registered(owner=None), a_registered(owner=None)
    Complaint.objects.filter(pk__in=[complaint.pk, kept.pk]).update(team=a_team)
    page = lead_client.get("/desk/distribute").content.decode()
    assert "2 of 2 can be given" in page and "Maeve: English, Payouts, 0 due this week" in page

    lead_client.post("/desk/distribute", {"pick": [f"{picks(complaint)[0]}={a_specialist.pk}"]})

    complaint.refresh_from_db()
    kept.refresh_from_db()
    assert (complaint.owner, kept.owner) == (a_specialist, None)
    assert complaint.state == State.RECEIVED


def test_a_lead_sets_the_desk_and_nobody_elses(lead_client: Client, a_team: Team, a_lead: User) -> None:
    lead_client.post("/desk/settings", {"gives_by_itself": "on", "a_day": "4"})

    desk = TeamDesk.objects.get(team=a_team)
    assert (desk.gives_by_itself, desk.a_day, desk.changed_by) == (True, 4, a_lead)
    assert lead_client.post("/desk/settings", {"a_day": "0"}).status_code == 409
