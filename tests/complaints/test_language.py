"""The language of a case: from intake, API and import; usual in the respondent's country; changed in place."""

from __future__ import annotations

import pytest
from django.test import Client

from complaints.errors import NotAllowed, Refused
from complaints.models import Complaint, Kind, Respondent
from complaints.services.case import set_language
from complaints.services.intake import own_language
from tests.conftest import AT, Register
from users.languages import LANGUAGES, USUAL, usual_in
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("told", "country", "kept"),
    [("", "GB", ""), ("", "DE", ""), ("de", "GB", "de"), ("de", "DE", ""), ("en", "DE", "en")],
)
def test_only_what_differs_from_the_usual_one_is_kept(told: str, country: str, kept: str) -> None:
    assert own_language(told, Respondent(jurisdiction=country)) == kept


@pytest.mark.parametrize(
    ("kept", "country", "spoken"), [("", "GB", "en"), ("", "DE", "de"), ("pl", "GB", "pl"), ("", "XX", "en")]
)
def test_a_case_is_in_the_language_usual_there_unless_it_says_another(kept: str, country: str, spoken: str) -> None:
    assert Complaint(language=kept, respondent=Respondent(jurisdiction=country)).spoken == spoken


def test_every_usual_language_is_one_we_know() -> None:
    assert set(USUAL.values()) <= set(LANGUAGES)


def test_changing_it_says_so_in_the_story_and_moves_no_date(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    before = list(complaint.clocks.order_by("pk").values_list("ends_at", flat=True))

    changed = set_language(complaint.pk, language="de", actor=a_specialist, at=AT, version=complaint.version)

    assert changed.language == "de" and changed.version == complaint.version + 1
    assert complaint.story.filter(kind=Kind.NOTED).get().data["text"] == (
        "Language of the case: German (before: English)."
    )
    assert list(complaint.clocks.order_by("pk").values_list("ends_at", flat=True)) == before


def test_what_is_no_language_or_the_same_one_is_refused(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()

    with pytest.raises(Refused, match="no language we know"):
        set_language(complaint.pk, language="xx", actor=a_specialist, at=AT)
    with pytest.raises(Refused, match="in English already"):
        set_language(complaint.pk, language="en", actor=a_specialist, at=AT)


def test_who_only_reads_does_not_change_it(a_registered: Register, an_auditor: User) -> None:
    with pytest.raises(NotAllowed):
        set_language(a_registered().pk, language="de", actor=an_auditor, at=AT)


def test_it_is_changed_in_place_on_the_case(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)
    assert "English" in client.get(f"/complaints/{complaint.reference}/").content.decode()

    client.post(
        f"/complaints/{complaint.reference}/step/set_language", {"language": "pl", "version": complaint.version}
    )

    assert "Polish" in client.get(f"/complaints/{complaint.reference}/").content.decode()


def test_the_api_takes_it_and_says_it(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered(language="fr")
    client.force_login(a_specialist)

    assert client.get(f"/api/v1/complaints/{complaint.reference}/").json()["language"] == "fr"
    answer = client.post(
        f"/api/v1/complaints/{complaint.reference}/set_language/", {"language": "xx"}, content_type="application/json"
    )
    assert answer.status_code == 400 and usual_in("GB") == "en"
