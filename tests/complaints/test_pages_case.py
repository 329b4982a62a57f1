"""The case page, its clocks and its files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from complaints.casepage import case_page
from complaints.models import Attachment, Complaint, Draft, Kind, Respondent
from complaints.services import case, links
from complaints.services.gather import gather
from complaints.services.story import append, save_all
from tests.conftest import AT, Register
from users.models import Team, User

pytestmark = pytest.mark.django_db
# Session, person, the complaint with all that is one row or a figure, story, clocks.
STATEMENTS = 5
# What the shell around the page asks: nothing, the unread notices come with the person.
SHELL = 0
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"


def url_of(complaint: Complaint, *more: object) -> str:
    return f"/complaints/{complaint.reference}/" + "/".join(str(part) for part in more)


@pytest.mark.parametrize("person", ["a_specialist", "a_lead", "an_admin", "an_auditor"])
@pytest.mark.parametrize("part", ["", "clocks"])
def test_everybody_who_sees_a_case_can_read_it(
    client: Client, a_reviewed: Register, person: str, part: str, request: pytest.FixtureRequest
) -> None:
    complaint = a_reviewed()
    client.force_login(request.getfixturevalue(person))

    page = client.get(url_of(complaint, part))

    assert page.status_code == 200
    assert complaint.reference[5:] in page.content.decode()


@pytest.mark.parametrize("person", ["an_admin", "an_auditor"])
def test_who_only_reads_is_offered_nothing_to_write(
    client: Client, a_registered: Register, person: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(person))

    page = client.get(url_of(a_registered())).content.decode()

    assert "/step/" not in page
    assert "composer-note" not in page


@pytest.mark.parametrize("part", ["", "clocks", "step/note", "letters/1/", "letters/1.pdf", "files/1"])
def test_another_teams_case_does_not_exist(
    client: Client, a_registered: Register, a_specialist: User, part: str
) -> None:
    complaint = a_registered(owner=None)
    Complaint.objects.filter(pk=complaint.pk).update(team=Team.objects.create(name="London", centre="London"))
    client.force_login(a_specialist)

    assert client.get(url_of(complaint) + part).status_code == 404


@pytest.mark.parametrize("reference", ["C-26-999999", "nonsense", "C-26-%00"])
def test_a_bad_reference_is_not_found(client: Client, a_specialist: User, reference: str) -> None:
    client.force_login(a_specialist)

    assert client.get(f"/complaints/{reference}/").status_code == 404


@pytest.mark.parametrize("entries", [1, 500])
@pytest.mark.parametrize("show", ["", "?show=note", "?show=all&earlier"])
def test_the_case_costs_six_statements_however_long_its_story_is(
    client: Client, a_complaint: Complaint, an_admin: User, django_assert_num_queries: Callable, entries: int, show: str
) -> None:
    a_complaint.story_length = 0
    notes = [
        append(a_complaint, Kind.NOTED, actor=an_admin, at=AT, occurred_at=None, data={"text": f"Note {number}."})
        for number in range(entries)
    ]
    save_all([a_complaint], notes)
    client.force_login(an_admin)
    client.get(url_of(a_complaint))

    with django_assert_num_queries(STATEMENTS + SHELL):
        page = client.get(url_of(a_complaint) + show).content.decode()

    assert f"Note {entries - 1}." in page


def test_a_case_with_everything_costs_no_more(
    client: Client, a_reviewed: Register, a_specialist: User, django_assert_num_queries: Callable
) -> None:
    complaint = a_reviewed()
    client.force_login(a_specialist)
    client.get(url_of(complaint))

    with django_assert_num_queries(STATEMENTS + SHELL):
        client.get(url_of(complaint))
    with django_assert_num_queries(STATEMENTS + SHELL + 1):
        client.get(url_of(complaint) + "?view=all")


def test_what_lies_below_the_fold_costs_a_fixed_number_of_statements(
    client: Client,
    a_reviewed: Register,
    a_registered: Register,
    a_specialist: User,
    django_assert_num_queries: Callable,
) -> None:
    complaint = a_reviewed()
    for _ in range(3):
        links.link(complaint.pk, other=a_registered(), kind="other", reason="See it", actor=a_specialist, at=AT)
    client.force_login(a_specialist)

    # Session, person, complaint, findings, decision, review, files, letters, links, what is settled, the same customer,
    # tasks.
    with django_assert_num_queries(12 + SHELL):
        part = client.get(url_of(complaint, "part", "more"), headers={"HX-Request": "true"}).content.decode()

    assert "The payout was held" in part
    assert "<html" not in part
    assert "<html" in client.get(url_of(complaint, "part", "more")).content.decode()


def test_a_part_nobody_knows_is_not_there(client: Client, a_registered: Register, a_specialist: User) -> None:
    client.force_login(a_specialist)

    assert client.get(url_of(a_registered(), "part", "nonsense")).status_code == 404


def test_the_page_sees_the_same_facts_as_the_services(a_reviewed: Register, a_specialist: User) -> None:
    complaint = a_reviewed()

    shown = case_page(a_specialist, complaint.reference, now=AT).complaint.gathered

    assert shown == gather(complaint)
    assert shown is not None and shown.approved


def test_a_megabyte_of_words_is_shown_by_its_beginning(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    complaint = a_registered(narrative="لم يصل المال 🙁 " * 70_000)
    client.force_login(a_specialist)

    page = client.get(url_of(complaint)).content
    entry = client.get(url_of(complaint, "entries", 1)).content

    assert len(page) < 100_000
    assert f"Read all {len(complaint.narrative):,} characters" in page.decode()
    assert 'dir="auto"' in page.decode()
    assert len(entry) > 1_000_000


def test_the_next_act_is_the_one_primary_button(client: Client, an_investigated: Register, a_specialist: User) -> None:
    client.force_login(a_specialist)

    page = client.get(url_of(an_investigated())).content.decode()

    assert page.count("btn--primary") == 1
    assert "Record a finding" in page


def test_a_refused_step_stands_with_its_sentence(client: Client, an_investigated: Register, a_specialist: User) -> None:
    client.force_login(a_specialist)

    page = client.get(url_of(an_investigated())).content.decode()

    assert "Record a finding on at least one point first." in page


def test_the_next_stage_says_why_it_is_closed(
    client: Client, an_investigated: Register, a_specialist: User, an_auditor: User
) -> None:
    complaint = an_investigated()
    client.force_login(a_specialist)

    stages = {stage.key: stage for stage in client.get(url_of(complaint)).context["file"].stages}

    review = stages["decision_review"]
    assert (review.state, review.fact) == ("refused", "Record a finding on at least one point first.")
    assert stages["responded"].state == "future"
    client.force_login(an_auditor)
    assert client.get(url_of(complaint)).context["file"].stages[4].state == "future"


def test_the_story_is_told_in_words(client: Client, a_reviewed: Register, a_specialist: User) -> None:
    complaint = a_reviewed()
    case.note(complaint.pk, text="Risk confirms it.", actor=a_specialist, at=complaint.registered_at)
    client.force_login(a_specialist)

    page = client.get(url_of(complaint)).content.decode()

    for words in (
        "sent the acknowledgement",
        "recorded a finding on point 1, upheld",
        "approved the letter",
        "Risk confirms it.",
    ):
        assert words in page


def test_part_of_the_story_can_be_read_alone(client: Client, a_reviewed: Register, a_specialist: User) -> None:
    complaint = a_reviewed()
    case.note(complaint.pk, text="Risk confirms it.", actor=a_specialist, at=complaint.registered_at)
    client.force_login(a_specialist)

    page = client.get(url_of(complaint), {"show": "note"}).content.decode()

    assert "Risk confirms it." in page
    assert "sent the acknowledgement" not in page


def test_a_long_story_shows_its_newest_part_first(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    for number in range(70):
        case.note(complaint.pk, text=f"note {number}.", actor=a_specialist, at=complaint.registered_at)
    client.force_login(a_specialist)

    page = client.get(url_of(complaint), {"show": "note"}).content.decode()

    assert "Show 50 earlier entries" in page
    assert "note 69." in page
    assert "note 9." not in page
    assert "note 9." in client.get(url_of(complaint), {"show": "note", "earlier": ""}).content.decode()


def test_hostile_words_in_the_story_are_only_words(client: Client, a_registered: Register, a_specialist: User) -> None:
    bad = "<img src=x onerror=alert(1)>"
    complaint = a_registered(narrative=bad)
    case.note(complaint.pk, text=bad, actor=a_specialist, at=complaint.registered_at)
    client.force_login(a_specialist)

    page = client.get(url_of(complaint)).content.decode()

    assert bad not in page
    assert page.count("&lt;img src=x") >= 2


def test_nothing_on_the_page_needs_a_script(client: Client, a_reviewed: Register, a_specialist: User) -> None:
    client.force_login(a_specialist)

    page = client.get(url_of(a_reviewed())).content.decode()

    assert " style=" not in page
    assert " onclick=" not in page
    forms = [form.split(">")[0] for form in page.split("<form ")[1:]]
    assert all('action="' in form for form in forms if 'method="dialog"' not in form)


def test_the_clock_page_says_why(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    clock = complaint.clocks.exclude(sentence="").first()
    client.force_login(a_specialist)

    page = client.get(url_of(complaint, "clocks")).content.decode()

    assert clock is not None
    assert clock.citation in page
    assert "same result as stored" in page


def test_where_no_clock_applies_the_page_says_so(
    client: Client, a_registered: Register, a_respondent: Respondent, a_specialist: User, an_auditor: User
) -> None:
    Respondent.objects.filter(pk=a_respondent.pk).update(jurisdiction="AQ")
    complaint = a_registered(respondent=Respondent.objects.get(pk=a_respondent.pk))
    client.force_login(a_specialist)

    page = client.get(url_of(complaint, "clocks")).content.decode()

    assert not complaint.clocks.exists()
    assert "No clock applies." in page
    assert "in AQ" in page
    assert "Change the facts" in page
    client.force_login(an_auditor)
    assert "Change the facts" not in client.get(url_of(complaint, "clocks")).content.decode()


def test_a_case_without_a_story_still_shows(client: Client, a_complaint: Complaint, an_admin: User) -> None:
    client.force_login(an_admin)

    assert client.get(url_of(a_complaint)).status_code == 200
    assert "no story to count from" in client.get(url_of(a_complaint, "clocks")).content.decode()


def test_a_file_is_only_ever_a_download(
    client: Client, a_registered: Register, a_specialist: User, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    complaint = a_registered()
    client.force_login(a_specialist)
    file = SimpleUploadedFile('ev"il.png', PNG, content_type="text/html")

    client.post(url_of(complaint, "attach"), {"file": file, "version": complaint.version})
    answer = client.get(url_of(complaint, "files", Attachment.objects.get().pk))

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert b"".join(answer) == PNG


def test_a_file_of_a_kind_we_do_not_keep_is_refused_in_words(
    client: Client, a_registered: Register, a_specialist: User, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    complaint = a_registered()
    client.force_login(a_specialist)
    file = SimpleUploadedFile("page.pdf", b"<html><script>1</script></html>")

    answer = client.post(url_of(complaint, "attach"), {"file": file, "version": complaint.version})

    assert answer.status_code == 409
    assert "This type of file cannot be kept." in answer.content.decode()
    assert not Attachment.objects.exists()


def test_a_draft_is_kept_and_gone_once_sent(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)

    kept = client.post(url_of(complaint, "draft"), {"purpose": "note", "text": "Half a tho"})

    assert kept.status_code == 204
    assert "Half a tho" in client.get(url_of(complaint)).content.decode()
    client.post(url_of(complaint, "note"), {"text": "Half a thought", "version": complaint.version})
    assert not Draft.objects.exists()
