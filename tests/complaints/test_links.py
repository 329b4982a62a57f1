"""Links between complaints, and what is suggested."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from complaints.errors import NotVisible, Refused
from complaints.models import Category, Complaint, Kind, Link, LinkKind
from complaints.related import suggested
from complaints.services import links
from complaints.services.intake import NewComplainant
from tests.conftest import AT, Register
from users.models import Team, User

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def a_pair(a_registered: Register, a_category: Category) -> tuple[Complaint, Complaint]:
    return a_registered(), a_registered(subject="Card declined", complainant=NewComplainant(name="Bo Lund"))


def test_a_link_stands_in_both_stories(a_pair: tuple[Complaint, Complaint], a_specialist: User) -> None:
    one, other = a_pair

    links.link(one.pk, other=other, kind="same_incident", reason="Outage of 3 June", actor=a_specialist, at=AT)

    told = [complaint.story.filter(kind=Kind.LINKED).get().data["other"] for complaint in a_pair]
    assert told == [other.reference, one.reference]


def test_a_link_changes_no_clock_and_asks_nobody_on_the_other_to_look_again(
    a_pair: tuple[Complaint, Complaint], a_specialist: User
) -> None:
    one, other = a_pair

    links.link(one.pk, other=other, kind="other", reason="See both", actor=a_specialist, at=AT)

    assert Complaint.objects.get(pk=other.pk).version == other.version
    assert Complaint.objects.get(pk=one.pk).next_due_at == one.next_due_at


@pytest.mark.parametrize("turned", [False, True])
def test_a_pair_is_linked_once(a_pair: tuple[Complaint, Complaint], a_specialist: User, turned: bool) -> None:
    one, other = a_pair
    links.link(one.pk, other=other, kind="duplicate", reason="Twice", actor=a_specialist, at=AT)
    first, second = (other, one) if turned else (one, other)

    with pytest.raises(Refused, match=f"{second.reference} is already linked"):
        links.link(first.pk, other=second, kind="other", reason="Again", actor=a_specialist, at=AT)


def test_a_complaint_is_not_linked_to_itself(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()

    with pytest.raises(Refused, match="cannot be related to itself"):
        links.link(complaint.pk, other=complaint, kind="other", reason="x", actor=a_specialist, at=AT)


def test_a_complaint_one_may_not_see_is_not_linked(a_pair: tuple[Complaint, Complaint], a_specialist: User) -> None:
    one, other = a_pair
    Complaint.objects.filter(pk=other.pk).update(team=Team.objects.create(name="London", centre="London"), owner=None)

    with pytest.raises(NotVisible):
        links.link(one.pk, other=other, kind="other", reason="x", actor=a_specialist, at=AT)


def test_a_link_is_removed_from_either_side_and_stays_in_the_stories(
    a_pair: tuple[Complaint, Complaint], a_specialist: User
) -> None:
    one, other = a_pair
    links.link(one.pk, other=other, kind="follow_up", reason="She came back", actor=a_specialist, at=AT)

    links.unlink(other.pk, other=one, actor=a_specialist, at=AT)

    assert not Link.objects.exists()
    assert [one.story.filter(kind=kind).count() for kind in (Kind.LINKED, Kind.UNLINKED)] == [1, 1]


def test_what_is_not_linked_cannot_be_unlinked(a_pair: tuple[Complaint, Complaint], a_specialist: User) -> None:
    with pytest.raises(Refused, match="is not linked to this complaint"):
        links.unlink(a_pair[0].pk, other=a_pair[1], actor=a_specialist, at=AT)


def test_the_same_customer_is_suggested_with_the_reason_and_a_likely_duplicate_can_be_merged(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    first = a_registered(subject="Payout held for nine days")
    again = a_registered(subject="Payout was held nine days", at=AT + timedelta(days=3))
    other = a_registered(subject="Card declined", complainant=NewComplainant(name="Ana Brennan"))
    a_registered(subject="Payout held for nine days", complainant=NewComplainant(name="Somebody Else"))
    client.force_login(a_specialist)

    page = client.get(f"/complaints/{again.reference}/part/more")

    told = [(one.complaint, one.reason, one.may_be_same) for one in page.context["suggested"]]
    assert told == [
        (first, "Same e-mail address, same product, a subject alike, received 3 days apart", True),
        (other, "Same name, same product, received 3 days apart", False),
    ]
    into = f"/complaints/{again.reference}/step/merge?into={first.reference}"
    assert into in page.content.decode()
    assert f'value="{first.reference}"' in client.get(into).content.decode()


def test_the_same_transaction_reference_is_a_reason(client: Client, a_registered: Register, a_specialist: User) -> None:
    one = a_registered(narrative="The transfer FT26152KX884 never arrived.")
    other = a_registered(
        narrative="I never got FT26152KX884 from Ana.", subject="Money missing", complainant=NewComplainant(name="Bo")
    )
    a_registered(narrative="I never got FT26152KX885.", subject="Missing", complainant=NewComplainant(name="Cy"))
    client.force_login(a_specialist)

    found = client.get(f"/complaints/{one.reference}/part/more").context["suggested"]

    assert [(hit.complaint, hit.reason, hit.kind) for hit in found] == [
        (other, "Same transaction reference FT26152KX884", LinkKind.SAME_INCIDENT)
    ]


def test_a_number_that_many_name_is_no_transaction(a_registered: Register, a_specialist: User) -> None:
    one = a_registered(narrative="I called 08001234567 twice.", subject="One")
    for number in range(10):
        a_registered(
            narrative="I called 08001234567.", subject="Other", complainant=NewComplainant(name=f"Caller {number}")
        )

    assert suggested(a_specialist, one) == []


def test_what_is_linked_or_dismissed_is_not_suggested_again_on_either(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    one, alike, unlike = a_registered(), a_registered(), a_registered(subject="Card declined")
    links.link(one.pk, other=alike, kind="duplicate", reason="Twice", actor=a_specialist, at=AT)
    links.dismiss(unlike.pk, other=one, actor=a_specialist, at=AT)
    client.force_login(a_specialist)

    page = client.get(f"/complaints/{one.reference}/part/more")

    assert page.context["suggested"] == []
    assert [linked.complaint for linked in page.context["linked"]] == [alike]


def test_a_link_to_what_one_may_not_see_is_not_shown(
    client: Client, a_pair: tuple[Complaint, Complaint], a_specialist: User
) -> None:
    one, other = a_pair
    links.link(one.pk, other=other, kind="other", reason="See both", actor=a_specialist, at=AT)
    Complaint.objects.filter(pk=other.pk).update(team=Team.objects.create(name="London", centre="London"), owner=None)
    client.force_login(a_specialist)

    assert client.get(f"/complaints/{one.reference}/part/more").context["linked"] == []


def test_a_suggestion_is_linked_with_one_press(client: Client, a_registered: Register, a_specialist: User) -> None:
    one, other = a_registered(), a_registered()
    client.force_login(a_specialist)
    (hit,) = client.get(f"/complaints/{one.reference}/part/more").context["suggested"]

    form = {"version": one.version, "other": other.reference, "kind": hit.kind, "reason": hit.reason}
    answer = client.post(f"/complaints/{one.reference}/step/link", form)

    assert answer.status_code == 302
    assert Link.objects.get().kind == LinkKind.DUPLICATE


def test_a_wrong_reference_is_asked_for_again(client: Client, a_registered: Register, a_specialist: User) -> None:
    one = a_registered()
    client.force_login(a_specialist)

    form = {"version": one.version, "other": "C-26-999999", "kind": "other", "reason": "x"}
    page = client.post(f"/complaints/{one.reference}/step/link", form)

    assert "No other complaint has this reference" in page.content.decode()


def test_who_only_reads_is_offered_no_act(client: Client, a_registered: Register, an_auditor: User) -> None:
    one, _ = a_registered(), a_registered()
    client.force_login(an_auditor)

    page = client.get(f"/complaints/{one.reference}/part/more").content.decode()

    assert "Same e-mail address" in page
    assert "/step/" not in page


def test_the_api_links_and_unlinks(client: Client, a_pair: tuple[Complaint, Complaint], a_specialist: User) -> None:
    one, other = a_pair
    client.force_login(a_specialist)
    address = f"/api/v1/complaints/{one.reference}"

    made = client.post(f"{address}/link/", {"other": other.reference, "kind": "other", "reason": "See both"}, JSON)
    gone = client.post(f"{address}/unlink/", {"other": other.reference}, JSON)

    assert (made.status_code, gone.status_code) == (200, 200)
