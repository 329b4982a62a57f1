"""Search as a page and in the palette; the place in a list; the same customer; who is here; effects before saving."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from complaints.models import Complaint, Presence
from complaints.services import case
from tests.conftest import AT, Register
from users.models import User

pytestmark = pytest.mark.django_db
SEARCH = "/complaints/search"
INSIDE = {"HX-Request": "true"}


def test_the_page_finds_complaints_and_people(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered(subject="Chargeback by Maeve")
    client.force_login(a_specialist)

    page = client.get(SEARCH, {"q": "maeve"}).content.decode()

    assert f"/complaints/{complaint.reference}/" in page
    assert f"owner={a_specialist.pk}" in page


def test_the_palette_offers_steps_and_says_why_not(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)

    part = client.get(SEARCH, {"q": "send", "on": complaint.reference}, headers=INSIDE).content.decode()

    assert "<html" not in part
    assert f"/complaints/{complaint.reference}/step/acknowledge" in part
    assert f"/complaints/{complaint.reference}/step/send_for_review" not in part
    assert "This cannot be done while the complaint is received." in part


def test_the_palette_of_a_reader_has_no_steps(client: Client, a_registered: Register, an_auditor: User) -> None:
    complaint = a_registered()
    client.force_login(an_auditor)

    assert "/step/" not in client.get(SEARCH, {"on": complaint.reference}, headers=INSIDE).content.decode()


def test_a_full_reference_opens_its_case(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)

    answer = client.get(SEARCH, {"q": complaint.reference.lower()})

    assert answer.headers["Location"] == f"/complaints/{complaint.reference}/"


@pytest.mark.parametrize("address", [SEARCH, "/complaints/"])
def test_ten_thousand_characters_are_answered_in_words(client: Client, a_specialist: User, address: str) -> None:
    client.force_login(a_specialist)

    page = client.get(address, {"q": "payout " * 1_500})

    assert page.status_code == 200
    assert "Search for a few words." in page.content.decode()


@pytest.mark.parametrize("text", ["\x00", "<script>alert(1)</script>", "%", "' OR 1=1", "🙂"])
def test_hostile_words_find_nothing(client: Client, a_registered: Register, a_specialist: User, text: str) -> None:
    a_registered()
    client.force_login(a_specialist)

    page = client.get(SEARCH, {"q": text, "on": "../../etc"}).content.decode()

    assert "<script>alert" not in page
    assert "Payout held" not in page


def test_the_case_knows_its_place_in_the_list(client: Client, a_registered: Register, a_specialist: User) -> None:
    rows = [a_registered(received_at=AT - timedelta(days=day)) for day in (3, 2, 1)]
    client.force_login(a_specialist)
    order = list(Complaint.objects.order_by("next_due_at", "pk"))
    assert order == rows

    places = [client.get(f"/complaints/{one.reference}/?view=mine").context["place"] for one in order]

    assert [(one.number, one.total) for one in places] == [(1, 3), (2, 3), (3, 3)]
    assert [one.next for one in places] == [rows[1].reference, rows[2].reference, ""]
    assert [one.previous for one in places] == ["", rows[0].reference, rows[1].reference]


def test_a_step_leads_back_into_the_same_list(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)
    address = f"/complaints/{complaint.reference}/step/acknowledge?view=mine&state=received"

    answer = client.post(address, {"version": complaint.version})

    assert answer.headers["Location"] == f"/complaints/{complaint.reference}/?view=mine&state=received"


def test_who_is_here_is_said_and_silence_is_304(
    client: Client, a_registered: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = a_registered()
    address = f"/complaints/{complaint.reference}/pulse?version={complaint.version}"
    client.force_login(a_lead)
    client.get(address + "&doing=Decide")
    client.force_login(a_specialist)

    first = client.get(address)
    second = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert "Tom Okafor" in first.content.decode()
    assert "Decide" in first.content.decode()
    assert (second.status_code, second.content) == (304, b"")


def test_a_change_by_a_colleague_is_told(
    client: Client, a_registered: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = a_registered()
    case.note(complaint.pk, text="I called.", actor=a_lead, at=AT)
    client.force_login(a_specialist)

    told = client.get(f"/complaints/{complaint.reference}/pulse?version={complaint.version}").content.decode()

    assert "Tom Okafor</b> noted" in told
    assert "See what changed" in told


def test_somebody_who_left_is_not_shown(
    client: Client, a_registered: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = a_registered()
    Presence.objects.create(complaint=complaint, user=a_lead, seen_at=AT)
    client.force_login(a_specialist)

    told = client.get(f"/complaints/{complaint.reference}/pulse").content.decode()

    assert "Tom Okafor" not in told
    assert not Presence.objects.filter(user=a_lead).exists()


def test_the_effect_of_new_facts_is_shown_and_nothing_is_saved(
    client: Client, an_investigated: Register, a_specialist: User
) -> None:
    complaint = an_investigated()
    client.force_login(a_specialist)
    before = list(complaint.clocks.order_by("pk").values_list("rule", "ends_at"))
    given = {"version": complaint.version, "complaint_class": "other", "complainant": "consumer"}

    page = client.post(f"/complaints/{complaint.reference}/facts", {**given, "preview": "1"})

    text = page.content.decode()
    assert "What this changes" in text
    assert "no longer applies" in text or "moves from" in text
    complaint.refresh_from_db()
    assert (complaint.complaint_class, complaint.version) == (["payment_services"], given["version"])
    assert list(complaint.clocks.order_by("pk").values_list("rule", "ends_at")) == before


def test_what_was_previewed_is_what_saving_does(client: Client, an_investigated: Register, a_specialist: User) -> None:
    complaint = an_investigated()
    client.force_login(a_specialist)
    given = {"version": complaint.version, "complaint_class": "other", "complainant": "consumer"}
    effects = client.post(f"/complaints/{complaint.reference}/facts", {**given, "preview": "1"}).context["effects"]
    said = {effect.title for effect in effects}

    assert client.post(f"/complaints/{complaint.reference}/facts", given).status_code == 302

    told = complaint.story.filter(kind__in=["clock_started", "clock_moved", "clock_ended"], seq__gt=1)
    newest = told.order_by("-seq").first()
    assert newest is not None
    assert {one.data["title"] for one in told.filter(recorded_at=newest.recorded_at)} == said


def test_facts_that_change_nothing_say_so(client: Client, an_investigated: Register, a_specialist: User) -> None:
    complaint = an_investigated()
    client.force_login(a_specialist)
    given = {"version": complaint.version, "complaint_class": "payment_services", "complainant": "consumer"}

    page = client.post(f"/complaints/{complaint.reference}/facts", {**given, "preview": "1"})

    assert "No date changes." in page.content.decode()
