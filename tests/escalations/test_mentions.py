"""Named in a note: told once, only who may see the complaint, and in words when not."""

from __future__ import annotations

import pytest
from django.test import Client

from complaints.models import Complaint, Mention
from complaints.services import case
from complaints.services.mentions import named_in
from correspondence.models import MailWish, OutboundMail
from escalations.mentions import tell_of_mentions
from escalations.models import Notice
from tests.conftest import AT, Register, a_person
from users.models import Role, Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_stranger(db: None) -> User:
    other = Team.objects.create(name="Cards London", centre="London")
    return a_person("priya.raman@larkspur.example", "Priya Raman", Role.SPECIALIST, other)


@pytest.fixture
def of_a_team(a_registered: Register, a_team: Team) -> Complaint:
    complaint = a_registered()
    assert complaint.team_id == a_team.pk
    return complaint


@pytest.mark.parametrize("named", ["@Tom Okafor: please look", "(@tom.okafor@larkspur.example)", "@TOM OKAFOR."])
def test_who_is_named_is_told_once(named: str, of_a_team: Complaint, a_lead: User, a_specialist: User) -> None:
    case.note(of_a_team.pk, text=f"{named} and again @Tom Okafor", actor=a_specialist, at=AT)

    assert [tell_of_mentions(AT), tell_of_mentions(AT)] == [1, 0]
    notice = Notice.objects.get()
    assert notice.user == a_lead
    assert notice.text == f"{of_a_team.reference}: Maeve Kelly named you in a note."


@pytest.mark.parametrize(
    ("how", "mails", "gathers"), [("each", 1, False), ("hourly", 1, True), ("daily", 1, True), ("missed", 0, False)]
)
def test_a_mail_comes_as_its_reader_chose_and_holds_no_word_of_the_note(
    how: str, mails: int, gathers: bool, of_a_team: Complaint, a_lead: User, a_specialist: User
) -> None:
    MailWish.objects.create(person=a_lead, how=how)
    case.note(of_a_team.pk, text="@Tom Okafor she is ill", actor=a_specialist, at=AT)

    assert [tell_of_mentions(AT), tell_of_mentions(AT)] == [1, 0]

    sent = list(OutboundMail.objects.filter(person=a_lead))
    assert [mail.gathers for mail in sent] == [gathers] * mails
    assert all(of_a_team.reference in mail.body and "ill" not in mail.body.split() for mail in sent)
    assert Notice.objects.filter(user=a_lead).count() == 1


@pytest.mark.parametrize("words", ["Wrote to ana@tom okafor.example", "At 5 @ 3", "Tom Okafor was there"])
def test_nobody_is_named_by_an_address_or_a_sign(words: str, of_a_team: Complaint, a_lead: User) -> None:
    named = named_in(words, of_a_team)

    assert (named.told, named.unheard) == ([], [])


def test_who_may_not_see_the_complaint_is_not_told_and_it_is_said(
    client: Client, of_a_team: Complaint, a_stranger: User, a_specialist: User
) -> None:
    client.force_login(a_specialist)

    page = client.post(
        f"/complaints/{of_a_team.reference}/note",
        {"version": of_a_team.version, "text": "@Priya Raman and @Zoe know more."}, follow=True,
    ).content.decode()  # fmt: skip

    assert "Priya Raman may not see this complaint and was not told." in page
    assert "Nobody here is called “@Zoe”." in page
    assert tell_of_mentions(AT) == 0


def test_of_two_people_of_one_name_the_address_decides(of_a_team: Complaint, a_lead: User, a_team: Team) -> None:
    second = a_person("tom.two@larkspur.example", "Tom Okafor", Role.SPECIALIST, a_team)

    assert named_in("@Tom Okafor", of_a_team).unheard == [
        "2 people are called Tom Okafor; none was told. Write the address."
    ]
    assert named_in("@tom.two@larkspur.example", of_a_team).told == [second]


def test_the_longer_of_two_names_is_meant(of_a_team: Complaint, a_lead: User, a_team: Team) -> None:
    longer = a_person("tom.b@larkspur.example", "Tom Okafor Byrne", Role.SPECIALIST, a_team)

    assert named_in("@Tom Okafor Byrne knows", of_a_team).told == [longer]
    assert named_in("@Tom Okafor knows", of_a_team).told == [a_lead]


def test_nobody_tells_themselves(of_a_team: Complaint, a_specialist: User) -> None:
    case.note(of_a_team.pk, text="@Maeve Kelly: remember", actor=a_specialist, at=AT)

    assert not Mention.objects.exists()


def test_a_complaint_that_moved_away_is_not_told_of(
    of_a_team: Complaint, a_lead: User, a_specialist: User, a_stranger: User
) -> None:
    case.note(of_a_team.pk, text="@Tom Okafor", actor=a_specialist, at=AT)
    case.assign(of_a_team.pk, owner=a_stranger, actor=a_specialist, at=AT)

    assert tell_of_mentions(AT) == 1
    assert not Notice.objects.filter(dedupe_key__startswith="mention").exists()
