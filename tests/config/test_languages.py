"""In which language a page speaks, and what never does."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import formats
from django.utils.translation import gettext, override

from complaints.models import Complaint, Entry
from complaints.templatetags.clocks import money, when
from config.words.saying import said
from tests.conftest import Register
from users.dates import said_again, written
from users.models import User

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/sign-in"
CODES = [code for code, _ in settings.LANGUAGES]


@pytest.fixture
def a_german(a_specialist: User) -> User:
    """A specialist who chose German."""
    a_specialist.language = "de"
    a_specialist.save()
    return a_specialist


def test_the_sign_in_page_speaks_what_the_browser_asks_for(client: Client) -> None:
    answer = client.get(SIGN_IN, headers={"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.5"})

    assert '<html lang="fr" dir="ltr"' in answer.content.decode()
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.parametrize("asked", ["", "en-US,en", "tlh", "x" * 3000, "de;q=nonsense"])
def test_a_browser_that_asks_for_nothing_we_speak_gets_english(client: Client, asked: str) -> None:
    assert '<html lang="en"' in client.get(SIGN_IN, headers={"Accept-Language": asked}).content.decode()


def test_a_language_chosen_on_the_sign_in_page_is_kept_in_this_browser(client: Client) -> None:
    answer = client.post("/accounts/language", {"language": "es", "next": SIGN_IN})

    assert (answer["Location"], answer.cookies[settings.LANGUAGE_COOKIE_NAME].value) == (SIGN_IN, "es")
    assert '<html lang="es"' in client.get(SIGN_IN, headers={"Accept-Language": "fr"}).content.decode()


def test_a_person_s_language_wins_over_every_browser_they_sign_in_with(client: Client, a_german: User) -> None:
    client.force_login(a_german)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"

    answer = client.get("/complaints/?view=all", headers={"Accept-Language": "fr"})

    assert '<html lang="de"' in answer.content.decode()
    assert answer["Content-Language"] == "de"


def test_choosing_a_language_keeps_it_with_the_person(client: Client, a_specialist: User) -> None:
    client.force_login(a_specialist)

    client.post("/accounts/language", {"language": "pt", "next": "/"})

    a_specialist.refresh_from_db()
    assert a_specialist.language == "pt"


@pytest.mark.parametrize("language", ["", "xx", "de'; --", "\x00", "EN"])
def test_a_language_that_is_none_changes_nothing_and_leads_nowhere_else(
    client: Client, a_german: User, language: str
) -> None:
    client.force_login(a_german)

    answer = client.post("/accounts/language", {"language": language, "next": "//evil.example"})

    a_german.refresh_from_db()
    assert (answer["Location"], a_german.language) == ("/", "de")
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies


def test_the_next_reader_of_the_same_server_gets_their_own_language(a_german: User, a_lead: User) -> None:
    german, other = Client(), Client()
    german.force_login(a_german)
    other.force_login(a_lead)

    german.get("/complaints/?view=all")

    assert '<html lang="en"' in other.get("/complaints/?view=all").content.decode()


def test_the_api_speaks_english_to_everybody(client: Client, a_german: User) -> None:
    client.force_login(a_german)

    answer = client.get("/api/v1/complaints/C-26-999999/", headers={"Accept-Language": "de"})

    assert (answer.status_code, answer.json()["detail"]) == (404, "This complaint does not exist.")


def test_a_list_that_did_not_change_is_sent_again_in_another_language(client: Client, a_german: User) -> None:
    client.force_login(a_german)
    mark = client.get("/complaints/?view=all")["ETag"]
    client.post("/accounts/language", {"language": "fr"})

    answer = client.get("/complaints/?view=all", headers={"HX-Request": "true", "If-None-Match": mark})

    assert answer.status_code == 200


def test_what_is_done_in_german_is_recorded_in_english(client: Client, a_german: User, a_registered: Register) -> None:
    complaint = a_registered()
    client.force_login(a_german)
    client.get(f"/complaints/{complaint.reference}/")

    client.post(
        f"/complaints/{complaint.reference}/step/assign",
        {"owner": a_german.pk, "version": Complaint.objects.get(pk=complaint.pk).version},
    )

    told = repr(list(Entry.objects.filter(complaint=complaint).values_list("data", flat=True)))
    german = {gettext_in("de", words) for words in ("Complaints specialist", "Assigned", "Triaged", "Assign")}
    assert not [word for word in german if word in told]


def gettext_in(language: str, words: str) -> str:
    with override(language):
        return gettext(words)


@pytest.mark.parametrize("code", CODES)
def test_forms_read_and_write_dates_as_browsers_send_them(code: str) -> None:
    with override(code):
        assert formats.localize_input(date(2026, 11, 5)) == "2026-11-05"
        assert formats.get_format("DATETIME_INPUT_FORMATS")[0] == "%Y-%m-%dT%H:%M"


@pytest.mark.parametrize(
    ("code", "spoken", "amount"),
    [
        ("en-gb", "Thu 5 Nov 2026, 17:30", "£1,265.00"),
        ("de", "Do, 5. Nov. 2026, 17:30", "£1.265,00"),
        ("fr", "jeu 5 nov. 2026, 17:30", "£1\xa0265,00"),
        ("es", "jue 5 nov 2026, 17:30", "£1\xa0265,00"),
        ("pt", "qui 5 nov 2026, 17:30", "£1.265,00"),
    ],
)
def test_dates_and_money_are_written_as_the_language_writes_them(code: str, spoken: str, amount: str) -> None:
    with override(code):
        assert when(datetime.fromisoformat("2026-11-05T17:30:00+00:00")).lower() == spoken.lower()
        assert money(Decimal(1265), "GBP") == amount


def test_a_date_in_a_sentence_of_ours_is_said_again() -> None:
    with override("de"):
        assert said_again("Due Wednesday 25 November 2026.") == "Due Mittwoch, 25. November 2026."
        assert said_again("met in November 2026") == "met in November 2026"
        assert said_again("Thu") == "Do"
        assert said_again("31 February is no date") == "31 February is no date"
    with override("es"):
        assert said_again("5 May 2026") == "5 de mayo de 2026"


def test_times_of_day_are_the_same_everywhere() -> None:
    with override("de"):
        assert written(time(17, 30), "H:i") == "17:30"


def test_words_of_others_stay_as_they_are() -> None:
    with override("de"):
        assert said("The kettle exploded and burnt my kitchen.") == "The kettle exploded and burnt my kitchen."
        assert said("x" * 5000) == "x" * 5000


def test_a_sentence_with_gaps_is_known_by_its_pattern() -> None:
    with override("de"):
        name = gettext("{name} is saved.").format(name="Zofia Nowak")

        assert said("Zofia Nowak is saved.") == name
        assert name != "Zofia Nowak is saved."


def test_a_part_behind_a_sentence_and_a_sentence_without_its_stop_are_known() -> None:
    with override("de"):
        due = said("Nobody owns this complaint, and its first limit is Fri 27 Nov 2026.")

        assert "27. Nov. 2026" in due
        assert not re.search(r"Nobody|limit|Nov 2026", due)


def test_what_somebody_wrote_is_not_half_translated_in_the_gap_of_a_sentence() -> None:
    with override("de"):
        assert "Refund: where is it" in said("“Refund: where is it” is saved.")


def test_the_pages_ask_the_database_no_more_in_german(client: Client, a_german: User, a_registered: Register) -> None:
    pages = ("/complaints/?view=all", f"/complaints/{a_registered().reference}/", "/home/")
    client.force_login(a_german)
    counted: dict[str, list[int]] = {}
    for code in ("en-gb", "de"):
        User.objects.filter(pk=a_german.pk).update(language=code)
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as asked:
                client.get(page)
            counted.setdefault(page, []).append(len(asked))

    assert all(english == german for english, german in counted.values())
