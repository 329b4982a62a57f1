"""What an import writes, once, whole batches at a time."""

from __future__ import annotations

import csv
import os
import re
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import InternalError, connection
from django.utils import timezone
from pytest_django import Settings

from complaints.importing.load import Importer
from complaints.importing.progress import Progress
from complaints.importing.rejects import RejectFile
from complaints.models import Category, Channel, Clock, Complainant, Complaint, Entry, Kind, Respondent, Source, State
from complaints.services.falling import fall_due
from regulations.models import ClockStatus
from tests.complaints.import_files import a_file, a_row, imported, said

pytestmark = pytest.mark.django_db
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "cfpb" / "complaints.csv"


@pytest.fixture(autouse=True)
def a_place_for_rejects(tmp_path: Path, settings: Settings) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    return tmp_path / "var" / "imports"


def a_batchwise_import(path: Path, *, batch: int) -> Importer:
    rejects = RejectFile(path.parent / "rejected.csv")
    return Importer(path, respondent=None, rejects=rejects, dry_run=False, at=timezone.now(), batch=batch)


def quietly(*figures: object) -> None:
    """Watch an import and say nothing."""


def test_an_imported_complaint_is_history_of_its_company(tmp_path: Path) -> None:
    imported(a_file(tmp_path, a_row()))

    complaint = Complaint.objects.select_related("respondent", "complainant", "category").get()
    assert (complaint.source, complaint.external_id, complaint.imported) == (Source.CFPB, "1", True)
    assert complaint.reference.startswith(f"C-{timezone.now():%y}-")
    assert (complaint.state, complaint.channel, complaint.currency) == (State.CLOSED, Channel.WEB, "USD")
    assert complaint.received_at == datetime(2024, 3, 1, 5, tzinfo=UTC)
    respondent = complaint.respondent
    assert (respondent.key, respondent.name) == ("us-acme-collections", "ACME COLLECTIONS")
    assert (respondent.jurisdiction, respondent.zone, respondent.entity_type) == ("US", "America/New_York", "bank")
    person = complaint.complainant
    assert (person.name, person.country, person.region, person.postcode) == ("Consumer", "US", "TX", "750XX")
    assert str(complaint.category).startswith("Debt collection > Other debt > Attempts")
    assert complaint.complaint_class == ["other"]


def test_the_story_tells_when_it_was_received_and_what_the_database_says(tmp_path: Path) -> None:
    imported(a_file(tmp_path, a_row(tags="Servicemember", company_public_response="We answered.")))

    received, came_in = Complaint.objects.get().story.all()
    assert (received.kind, received.data["date_only"]) == (Kind.RECEIVED, True)
    assert came_in.kind == Kind.IMPORTED
    assert came_in.data["events"] == [{"type": "sent_to_company", "at": "2024-03-04"}]
    assert (came_in.data["tags"], came_in.data["company_public_response"]) == ("Servicemember", "We answered.")


def test_its_clocks_count_from_the_day_it_was_sent_to_the_company(tmp_path: Path) -> None:
    imported(a_file(tmp_path, a_row()))

    due = {clock.obligation: clock.due_on for clock in Clock.objects.filter(rule="us-cfpb-portal")}
    assert due == {"initial_response": date(2024, 3, 19), "final_response": date(2024, 5, 3)}


@pytest.mark.parametrize(
    ("timely", "status"), [("Yes", ClockStatus.MET), ("No", ClockStatus.MISSED), ("", ClockStatus.HISTORY)]
)
def test_what_the_data_settles_is_settled_and_the_rest_stays_history(
    tmp_path: Path, timely: str, status: ClockStatus
) -> None:
    imported(a_file(tmp_path, a_row(timely_response=timely)))

    found = {clock.obligation: clock.status for clock in Clock.objects.all()}
    assert found == {"initial_response": status, "final_response": ClockStatus.HISTORY}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("Closed with monetary relief", State.CLOSED),
        ("Untimely response", State.CLOSED),
        ("In progress", State.INVESTIGATING),
        ("", State.INVESTIGATING),
    ],
)
def test_the_state_follows_the_companys_answer(tmp_path: Path, answer: str, state: State) -> None:
    imported(a_file(tmp_path, a_row(company_response_to_consumer=answer)))

    assert Complaint.objects.get().state == state


def test_imported_history_never_asks_to_be_swept(tmp_path: Path) -> None:
    imported(a_file(tmp_path, a_row(timely_response="No", company_response_to_consumer="In progress")))

    complaint = Complaint.objects.get()
    assert (complaint.next_check_at, complaint.owner_check_at, complaint.next_due_at) == (None, None, None)
    assert not Clock.objects.exclude(check_at=None).exists()
    assert fall_due([complaint], at=timezone.now()) == ([], [])


def test_replaying_the_stories_gives_the_stored_clocks(tmp_path: Path) -> None:
    Category.objects.create(
        product="Checking account", sub_product="Other debt", issue="Attempts to collect debt not owed",
        sub_issue="Debt is not yours", complaint_class="eft_error",
    )  # fmt: skip
    rows = [
        a_row(complaint_id="1"),
        a_row(complaint_id="2", timely_response="No"),
        a_row(complaint_id="3", product="Checking account"),
        a_row(complaint_id="4", product="Checking account", timely_response="No"),
        a_row(complaint_id="5", date_sent_to_company=""),
    ]
    out = StringIO()

    figures = imported(a_file(tmp_path, *rows))
    call_command("replay", "--check", stdout=out)

    assert f"{figures['imported']} complaints" in out.getvalue()
    assert ", 0 differences" in out.getvalue()
    assert Clock.objects.filter(rule="us-reg-e").exists()


def test_a_clock_nobody_can_work_out_costs_its_row_alone(tmp_path: Path, a_place_for_rejects: Path) -> None:
    Category.objects.create(product="Checking account", issue="Error", complaint_class="eft_error")
    early = a_row(
        product="Checking account", sub_product="", issue="Error", sub_issue="", complaint_id="2",
        date_received="2012-03-01", date_sent_to_company="2012-03-02",
    )  # fmt: skip

    figures = imported(a_file(tmp_path, early, a_row()))

    assert (figures["imported"], figures["rejected"]) == (1, 1)
    [path] = a_place_for_rejects.glob("*.csv")
    assert "Its clocks cannot be worked out" in path.read_text()


def test_a_second_import_of_the_same_file_imports_nothing(tmp_path: Path) -> None:
    path = a_file(tmp_path, *[a_row(complaint_id=str(number)) for number in range(5)])
    imported(path)

    again = imported(path)

    assert (again["imported"], again["duplicates"]) == (0, 5)
    assert (Complaint.objects.count(), Entry.objects.count(), Complainant.objects.count()) == (5, 10, 5)


def test_an_id_that_comes_twice_in_the_file_is_imported_once(tmp_path: Path) -> None:
    twice = a_row(complaint_id="7", consumer_complaint_narrative="A second time.")

    figures = imported(a_file(tmp_path, a_row(complaint_id="7"), a_row(complaint_id="8"), twice))

    assert (figures["imported"], figures["duplicates"]) == (2, 1)
    assert Complaint.objects.get(external_id="7").narrative == "They call me every day."


def test_a_company_and_a_category_are_made_once(tmp_path: Path) -> None:
    path = a_file(tmp_path, a_row(complaint_id="1", company="Acme, Inc."), a_row(complaint_id="2", company="ACME INC"))

    a_batchwise_import(path, batch=1).run(watch=quietly)

    assert (Respondent.objects.count(), Category.objects.count()) == (1, 1)


def test_companies_whose_long_names_begin_alike_stay_apart(tmp_path: Path) -> None:
    names = ["The very long name of a company that goes on and on and on " + end for end in ("North", "South")]
    rows = [a_row(complaint_id=str(place), company=name) for place, name in enumerate(names)]

    imported(a_file(tmp_path, *rows))

    assert set(Respondent.objects.values_list("name", flat=True)) == set(names)


def test_all_complaints_may_be_about_one_entity_of_ours(tmp_path: Path, a_respondent: Respondent) -> None:
    imported(a_file(tmp_path, a_row(company="")), "--respondent", "uk")

    complaint = Complaint.objects.get()
    assert (complaint.respondent, complaint.currency) == (a_respondent, "GBP")
    assert {clock.rule[:3] for clock in complaint.clocks.all()} == {"uk-"}


def test_a_dry_run_says_what_would_happen_and_writes_nothing(tmp_path: Path, a_place_for_rejects: Path) -> None:
    path = a_file(tmp_path, a_row(complaint_id="1"), a_row(complaint_id="1"), a_row(complaint_id=""))

    figures = imported(path, "--dry-run")

    assert (figures["imported"], figures["duplicates"], figures["rejected"]) == (1, 1, 1)
    assert not Complaint.objects.exists()
    assert not Respondent.objects.exists()
    assert not Category.objects.exists()
    assert not a_place_for_rejects.exists()
    assert "  line 4: The complaint id is missing." in said(path, "--dry-run")


def test_a_dry_run_finds_what_comes_twice_in_different_batches(tmp_path: Path) -> None:
    path = a_file(tmp_path, *[a_row(complaint_id=str(number % 3)) for number in range(9)])
    rehearsal = Importer(
        path, respondent=None, rejects=RejectFile(tmp_path / "no"), dry_run=True, at=timezone.now(), batch=2
    )

    tally = rehearsal.run(watch=quietly)

    assert (tally.imported, tally.duplicates) == (3, 6)


def test_a_batch_that_fails_leaves_those_before_and_a_second_run_completes(tmp_path: Path) -> None:
    path = a_file(tmp_path, *[a_row(complaint_id=str(number)) for number in range(10)])
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_seven() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN IF NEW.external_id = '7' THEN RAISE 'disk full'; END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER no_seven BEFORE INSERT ON complaints_complaint FOR EACH ROW EXECUTE FUNCTION no_seven()"
        )
    failing = a_batchwise_import(path, batch=3)

    with pytest.raises(InternalError, match="disk full"):
        failing.run(watch=quietly)

    assert (failing.tally.rows, failing.tally.imported) == (6, 6)
    assert (Complaint.objects.count(), Entry.objects.count(), Clock.objects.count()) == (6, 12, 12)
    assert Complainant.objects.count() == 6
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER no_seven ON complaints_complaint")
    again = a_batchwise_import(path, batch=3).run(watch=quietly)
    assert (again.imported, again.duplicates, Complaint.objects.count()) == (4, 6, 10)


def test_rejects_that_cannot_be_written_stop_the_batch_and_leave_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where a folder should be")

    with pytest.raises(CommandError, match=r"rejected rows.* cannot be written.*Nothing was imported"):
        said(a_file(tmp_path, a_row(complaint_id="1"), a_row(complaint_id="")))

    assert not Complaint.objects.exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="There is no /dev/full here to be a full disk.")
def test_a_full_disk_is_said_in_one_sentence(tmp_path: Path, a_place_for_rejects: Path) -> None:
    full = RejectFile(Path("/dev/full"))
    path = a_file(tmp_path, a_row(complaint_id="1"), a_row(complaint_id=""))
    importer = Importer(path, respondent=None, rejects=full, dry_run=False, at=timezone.now())

    with pytest.raises(Exception, match="cannot be written: No space left on device"):
        importer.run(watch=quietly)

    assert not Complaint.objects.exists()


def a_directory(folder: Path) -> Path:
    return folder


def nothing_there(folder: Path) -> Path:
    return folder / "none.csv"


def an_empty_file(folder: Path) -> Path:
    (folder / "empty.csv").touch()
    return folder / "empty.csv"


def empty_lines(folder: Path) -> Path:
    (folder / "lines.csv").write_text("\n\n  \n")
    return folder / "lines.csv"


def a_picture(folder: Path) -> Path:
    (folder / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    return folder / "picture.csv"


def no_header(folder: Path) -> Path:
    return a_file(folder, a_row(), header=a_row())


def a_header_without_ids(folder: Path) -> Path:
    return a_file(folder, ["2024-03-01"], header=["Date received", "Product", "Issue", "Company"])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (a_directory, "is a directory"),
        (nothing_there, "There is no file"),
        (an_empty_file, "is empty"),
        (empty_lines, "nothing but empty lines"),
        (a_picture, "is no text"),
        (no_header, "does not name the columns of the US Consumer Complaint Database"),
        (a_header_without_ids, "lacks the column Complaint ID"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_in_one_sentence(tmp_path: Path, make: object, sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        said(make(tmp_path))  # type: ignore[operator]

    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not Complaint.objects.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file.")
def test_a_file_one_may_not_read_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = a_file(tmp_path, a_row())
    path.chmod(0)

    with pytest.raises(CommandError, match="You may not read"):
        said(path)


def test_an_unknown_respondent_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no respondent nobody"):
        said(a_file(tmp_path, a_row()), "--respondent", "nobody")


def test_the_summary_stands_in_words_before_the_figures(tmp_path: Path) -> None:
    lines = said(a_file(tmp_path, a_row()), "--json")

    assert re.match(r"1 rows: 1 imported, 0 already in, 0 rejected; \d+\.\d s", lines[0])
    assert lines[-1].startswith("{")


class Screen(StringIO):
    """A terminal or a log that remembers what it was shown."""

    def __init__(self, *, tty: bool) -> None:
        super().__init__()
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty

    def write(self, msg: str, style_func: object = None, ending: str = "") -> int:
        return super().write(msg + ending)


@pytest.mark.parametrize(
    ("tty", "look"), [(True, r"\r\[#{15}\.{15}\]  50%  .* left"), (False, r"^50% read: .*left\n$")]
)
def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere(tty: bool, look: str) -> None:
    screen = Screen(tty=tty)
    progress = Progress(screen, size=1_000, began=0.0)

    progress.show(rows=10, position=500, now=60.0)

    assert re.search(look, screen.getvalue())
    assert "1 min 00 s left" in screen.getvalue()
    assert ("\r" in screen.getvalue()) is tty


def test_progress_does_not_flood_a_log() -> None:
    screen = Screen(tty=False)
    progress = Progress(screen, size=1_000, began=0.0)

    for tenth in range(100):
        progress.show(rows=tenth, position=tenth, now=tenth / 10)

    assert screen.getvalue().count("\n") == 1


@pytest.mark.skipif(not REAL.exists(), reason=f"The real complaints are not here: {REAL}")
def test_the_real_file_adds_up_and_a_second_run_imports_nothing() -> None:
    with REAL.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    first = imported(REAL)
    again = imported(REAL)

    early = sum(row["Date sent to company"] < row["Date received"] for row in rows)
    assert (first["rows"], first["rejected"]) == (len(rows), early)
    assert (first["imported"], again["imported"]) == (len(rows) - early, 0)
    late = sum(row["Timely response?"] == "No" for row in rows if row["Date sent to company"] >= row["Date received"])
    assert Clock.objects.filter(status=ClockStatus.MISSED).count() == late
