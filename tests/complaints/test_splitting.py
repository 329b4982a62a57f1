"""One complaint that holds two matters becomes two, and one again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from complaints import search
from complaints.errors import Refused
from complaints.models import Category, Complaint, Kind, Link, LinkKind, State
from complaints.services import case, files, links, merging, review, splitting
from tests.conftest import AT, Register
from users.models import User

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=2)
Split = Callable[..., Complaint]


@pytest.fixture
def a_split(a_category: Category, a_specialist: User) -> Split:
    """Split a complaint in two; any argument may be given."""

    def build(complaint: Complaint, **given: Any) -> Complaint:
        told = {"subject": "Card declined", "narrative": "My card was declined too.", "reason": "Two matters"}
        return splitting.split(
            complaint.pk, **{**told, "category": a_category, "actor": a_specialist, "at": LATER, **given}
        )

    return build


def owed(complaint: Complaint) -> set[tuple[str, str]]:
    return {(f"{row.rule}/{row.obligation}", str(row.due_on)) for row in complaint.clocks.all() if row.is_owed}


def test_both_keep_the_receipt_and_so_the_same_limits(an_investigated: Register, a_split: Split) -> None:
    complaint = an_investigated(language="de")

    second = a_split(complaint)

    assert second.language == "de"
    assert (second.received_at, second.registered_at) == (complaint.received_at, LATER)
    assert (second.state, second.acknowledged_at) == (State.INVESTIGATING, complaint.acknowledged_at)
    assert owed(second) == owed(complaint)
    assert owed(second)


def test_the_second_is_found_by_its_own_words(an_investigated: Register, a_split: Split) -> None:
    complaint = an_investigated()

    second = a_split(complaint, narrative="A parrot answered the hotline.")

    assert search.find(Complaint.objects.all(), "parrot hotline").ids == [second.pk]


def test_another_category_brings_another_law(an_investigated: Register, a_split: Split) -> None:
    other = Category.objects.create(product="Loans", issue="Charges", complaint_class="other")
    complaint = an_investigated()

    second = a_split(complaint, category=other)

    assert second.complaint_class == ["other"]
    assert owed(second) != owed(complaint)


def test_both_stories_tell_of_the_split_and_each_leads_to_the_other(
    an_investigated: Register, a_split: Split, a_specialist: User, client: Client
) -> None:
    complaint = an_investigated()
    second = a_split(complaint)
    client.force_login(a_specialist)

    pages = [client.get(f"/complaints/{one.reference}/").content.decode() for one in (complaint, second)]

    assert f"split a second matter off, now {second.reference}" in pages[0]
    assert f"split it from {complaint.reference}" in pages[1]
    assert "sent the acknowledgement" in pages[1]
    assert (Link.objects.get().complaint, Link.objects.get().other) == (complaint, second)


def test_chosen_notes_files_and_points_go_along(
    an_investigated: Register, a_split: Split, a_specialist: User, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    complaint = an_investigated()
    for text in ("About the card.", "About the payout."):
        case.note(complaint.pk, text=text, actor=a_specialist, at=AT)
    files.attach(complaint.pk, file=SimpleUploadedFile("card.txt", b"declined"), actor=a_specialist, at=AT)
    for point in ("Payout held", "Card declined"):
        case.record_finding(complaint.pk, point=point, text="So.", upheld=True, actor=a_specialist, at=AT)
    note, file = complaint.story.filter(kind=Kind.NOTED).earliest("seq"), complaint.attachments.get()

    second = a_split(complaint, entries=[note.seq], files=[file.pk], points=[2])

    assert [entry.data["text"] for entry in second.story.filter(kind=Kind.NOTED)] == ["About the card."]
    assert second.story.get(kind=Kind.NOTED).occurred_at == note.occurred_at
    assert (second.attachments.get().file.name, second.attachments.get().sha256) == (file.file.name, file.sha256)
    assert [(one.number, one.point) for one in second.findings.all()] == [(1, "Card declined")]
    assert [(one.number, one.point) for one in complaint.findings.all()] == [(1, "Payout held")]


def test_after_a_point_moved_the_next_one_has_a_number_of_its_own(
    an_investigated: Register, a_split: Split, a_specialist: User
) -> None:
    complaint = an_investigated()
    for point in "abc":
        case.record_finding(complaint.pk, point=point, text="So.", upheld=True, actor=a_specialist, at=AT)
    a_split(complaint, points=[1])

    case.record_finding(complaint.pk, point="d", text="So.", upheld=True, actor=a_specialist, at=LATER)

    assert [one.number for one in complaint.findings.all()] == [2, 3, 4]


@pytest.mark.parametrize("chosen", [{"entries": [1]}, {"entries": [99]}, {"files": [99]}, {"points": [99]}])
def test_what_is_not_there_to_be_taken_along_is_refused(
    an_investigated: Register, a_split: Split, chosen: dict[str, list[int]]
) -> None:
    with pytest.raises(Refused):
        a_split(an_investigated(), **chosen)

    assert Complaint.objects.count() == 1


def test_points_that_were_decided_do_not_move(a_decided: Register, a_split: Split) -> None:
    with pytest.raises(Refused, match="The decision answers every point"):
        a_split(a_decided(), points=[1])


def test_what_is_in_review_is_not_split(a_decided: Register, a_split: Split, a_specialist: User) -> None:
    complaint = a_decided()
    review.send_for_review(complaint.pk, actor=a_specialist, at=LATER)

    with pytest.raises(Refused, match="before its answer is in review"):
        a_split(complaint)


@pytest.mark.parametrize("undone", [False, True])
def test_a_replay_finds_every_clock_after_a_split_and_its_undoing(
    an_investigated: Register, a_split: Split, a_specialist: User, undone: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    second = a_split(an_investigated())
    if undone:
        splitting.undo_split(second.pk, actor=a_specialist, at=LATER)

    call_command("replay", check=True)

    assert "0 differences" in capsys.readouterr().out


def test_undoing_a_split_ends_the_second_and_gives_the_points_back(
    an_investigated: Register, a_split: Split, a_specialist: User
) -> None:
    complaint = an_investigated()
    for point in "ab":
        case.record_finding(complaint.pk, point=point, text="So.", upheld=True, actor=a_specialist, at=AT)
    before = owed(complaint)
    second = a_split(complaint, points=[1])

    splitting.undo_split(second.pk, actor=a_specialist, at=LATER)

    second = Complaint.objects.get(pk=second.pk)
    assert (second.state, second.merged_into, owed(second)) == (State.MERGED, complaint, set())
    assert [(one.number, one.point) for one in complaint.findings.all()] == [(1, "a"), (2, "b")]
    assert owed(complaint) == before
    assert not Link.objects.exists()


def test_a_point_whose_number_was_given_again_comes_back_under_the_next(
    an_investigated: Register, a_split: Split, a_specialist: User
) -> None:
    complaint = an_investigated()
    case.record_finding(complaint.pk, point="a", text="So.", upheld=True, actor=a_specialist, at=AT)
    second = a_split(complaint, points=[1])
    case.record_finding(complaint.pk, point="b", text="So.", upheld=True, actor=a_specialist, at=LATER)

    splitting.undo_split(second.pk, actor=a_specialist, at=LATER)

    assert [(one.number, one.point) for one in complaint.findings.all()] == [(1, "b"), (2, "a")]


def test_once_somebody_worked_on_the_second_the_split_stands(
    an_investigated: Register, a_split: Split, a_specialist: User
) -> None:
    complaint = an_investigated()
    second = a_split(complaint)
    case.note(second.pk, text="Called her.", actor=a_specialist, at=LATER)

    with pytest.raises(Refused, match=f"Maeve Kelly noted since the split. Merge it into {complaint.reference}"):
        splitting.undo_split(second.pk, actor=a_specialist, at=LATER)


def test_once_the_first_is_finished_the_split_stands(
    a_registered: Register, a_specialist: User, a_category: Category
) -> None:
    complaint = a_registered()
    second = splitting.split(
        complaint.pk, subject="b", narrative="b", category=a_category, reason="b", actor=a_specialist, at=LATER
    )
    merging.merge(complaint.pk, into=a_registered(), actor=a_specialist, at=LATER)

    with pytest.raises(Refused, match="is merged, so the split stands"):
        splitting.undo_split(second.pk, actor=a_specialist, at=LATER)


def test_the_undoing_of_a_split_is_not_a_merge_that_can_be_undone(
    an_investigated: Register, a_split: Split, a_specialist: User, client: Client
) -> None:
    second = a_split(an_investigated())
    splitting.undo_split(second.pk, actor=a_specialist, at=LATER)

    with pytest.raises(Refused, match="The split was undone"):
        merging.undo_merge(second.pk, actor=a_specialist, at=LATER)
    client.force_login(a_specialist)
    page = client.get(f"/complaints/{second.reference}/").content.decode()
    assert "The split was undone" in page
    assert "step/undo_merge" not in page


def test_what_was_never_split_has_no_split_to_undo(an_investigated: Register, a_specialist: User) -> None:
    with pytest.raises(Refused, match="was not split from another"):
        splitting.undo_split(an_investigated().pk, actor=a_specialist, at=LATER)


def test_the_link_of_a_split_is_not_removed_by_hand(
    an_investigated: Register, a_split: Split, a_specialist: User
) -> None:
    complaint = an_investigated()
    second = a_split(complaint)

    with pytest.raises(Refused, match="Undo the split instead"):
        links.unlink(complaint.pk, other=second, actor=a_specialist, at=LATER)


def test_nobody_says_that_two_complaints_are_a_split(
    an_investigated: Register, a_registered: Register, a_specialist: User
) -> None:
    with pytest.raises(Refused, match="Choose how"):
        links.link(
            an_investigated().pk, other=a_registered(), kind=LinkKind.SPLIT, reason="x", actor=a_specialist, at=LATER
        )


def test_it_is_split_on_its_page_with_what_was_ticked(
    client: Client, an_investigated: Register, a_specialist: User, a_category: Category
) -> None:
    complaint = an_investigated()
    complaint = case.note(complaint.pk, text="About the card.", actor=a_specialist, at=AT)
    note = complaint.story.get(kind=Kind.NOTED)
    client.force_login(a_specialist)
    address = f"/complaints/{complaint.reference}/step/split"
    asked = client.get(address).content.decode()

    answer = client.post(
        address,
        {"version": complaint.version, "subject": "Card", "narrative": "Declined.", "reason": "Two matters",
         "category": a_category.pk, "entries": [note.seq]},
    )  # fmt: skip

    second = Complaint.objects.latest("pk")
    assert "About the card." in asked
    assert "Files kept with both" not in asked
    assert answer.headers["Location"] == f"/complaints/{second.reference}/"
    part = client.get(f"/complaints/{second.reference}/part/more").content.decode()
    assert "/step/undo_split" in part
    assert "/step/unlink" not in part


def test_the_api_splits_and_undoes_it(
    client: Client, an_investigated: Register, a_specialist: User, a_category: Category
) -> None:
    complaint = an_investigated()
    client.force_login(a_specialist)
    body = {"subject": "Card", "narrative": "Declined.", "reason": "Two matters", "category": a_category.pk}

    made = client.post(f"/api/v1/complaints/{complaint.reference}/split/", body, "application/json").json()
    gone = client.post(f"/api/v1/complaints/{made['reference']}/undo_split/", {}, "application/json").json()

    assert made["reference"] != complaint.reference
    assert gone["reference"] == complaint.reference


def test_a_ticked_file_is_kept_with_both(
    client: Client,
    an_investigated: Register,
    a_specialist: User,
    a_category: Category,
    settings: Settings,
    tmp_path: Any,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    complaint = an_investigated()
    file = SimpleUploadedFile("card.txt", b"declined")
    complaint = files.attach(complaint.pk, file=file, actor=a_specialist, at=AT)
    client.force_login(a_specialist)

    client.post(
        f"/complaints/{complaint.reference}/step/split",
        {"version": complaint.version, "subject": "Card", "narrative": "Declined.", "reason": "Two matters",
         "category": a_category.pk, "attachments": [complaint.attachments.get().pk]},
    )  # fmt: skip

    assert Complaint.objects.latest("pk").attachments.get().name == "card.txt"
