"""Files as they come: encodings, headers, torn lines."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from pytest_django import Settings

from complaints.models import Channel, Complaint
from tests.complaints.import_files import API_NAMES, HEADER, OLDER, a_file, a_line, a_row, imported, said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_place_for_rejects(tmp_path: Path, settings: Settings) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    return tmp_path / "var" / "imports"


def rejects(folder: Path) -> list[tuple[int, str]]:
    found = list(folder.glob("*.csv"))
    assert len(found) == 1
    with found[0].open(encoding="utf-8", newline="") as file:
        return [(int(row["line"]), row["reason"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-16-be"])
def test_letters_survive_every_common_encoding(tmp_path: Path, encoding: str) -> None:
    path = a_file(tmp_path, a_row(consumer_complaint_narrative="A café in Zürich, £5"), encoding=encoding)

    imported(path)

    assert Complaint.objects.get().narrative == "A café in Zürich, £5"


def test_one_line_of_another_encoding_spoils_no_other_line(tmp_path: Path) -> None:
    path = a_file(tmp_path, a_row(complaint_id="1", consumer_complaint_narrative="naïve"))
    windows = a_line(a_row(complaint_id="2", consumer_complaint_narrative="It\u2019s a café")).encode("cp1252")
    path.write_bytes(path.read_bytes() + windows)

    imported(path)

    narratives = list(Complaint.objects.order_by("external_id").values_list("narrative", flat=True))
    assert narratives == ["naïve", "It\u2019s a café"]


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    path = a_file(tmp_path, list(reversed(a_row(complaint_id="77"))), header=list(reversed(HEADER)))

    imported(path)

    complaint = Complaint.objects.select_related("respondent", "category").get()
    assert (complaint.external_id, complaint.respondent.name) == ("77", "ACME COLLECTIONS")
    assert complaint.category.product == "Debt collection"


def test_the_names_of_the_api_are_known(tmp_path: Path) -> None:
    path = a_file(tmp_path, a_row(), header=API_NAMES)

    assert imported(path)["imported"] == 1
    assert Complaint.objects.get().narrative == "They call me every day."


def test_the_older_header_without_consent_and_tags_is_known(tmp_path: Path) -> None:
    row = [
        "9", "Mortgage", "Other mortgage", "Loan servicing", "CA", "92627", "Referral", "07/29/2013", "08/01/2013",
        "Bank of Somewhere", "Closed with explanation", "Yes", "No",
    ]  # fmt: skip

    assert imported(a_file(tmp_path, row, header=OLDER))["imported"] == 1

    complaint = Complaint.objects.get()
    assert (complaint.channel, str(complaint.received_at)) == (Channel.REGULATOR, "2013-07-29 04:00:00+00:00")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_another_delimiter_is_seen_from_the_header(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "export.csv"
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([HEADER, a_row()])

    assert imported(path)["imported"] == 1


def test_a_narrative_keeps_its_line_breaks_and_quotation_marks(tmp_path: Path) -> None:
    told = 'First line,\r\nsecond "line"\n\nand a third.'

    imported(a_file(tmp_path, a_row(consumer_complaint_narrative=told)))

    assert Complaint.objects.get().narrative == told


def test_zero_bytes_are_dropped_and_na_is_nothing(tmp_path: Path) -> None:
    imported(a_file(tmp_path, a_row(consumer_complaint_narrative="A\x00B", sub_issue="N/A", zip_code="N/A")))

    complaint = Complaint.objects.select_related("complainant", "category").get()
    assert (complaint.narrative, complaint.category.sub_issue, complaint.complainant.postcode) == ("AB", "", "")


def test_a_line_cut_off_inside_quotes_does_not_swallow_the_next(tmp_path: Path, a_place_for_rejects: Path) -> None:
    torn = a_line(a_row(complaint_id="1"))[:60] + ',"They call me and\n'
    whole = a_row(complaint_id="2", consumer_complaint_narrative='He said "stop", twice.')

    figures = imported(a_file(tmp_path, torn, a_row(complaint_id="3"), whole, a_row(complaint_id="4")))

    assert (figures["rows"], figures["imported"], figures["rejected"]) == (4, 3, 1)
    assert rejects(a_place_for_rejects) == [(2, "The line is torn: its quotation marks do not close.")]


def test_a_quotation_mark_that_never_closes_costs_one_row_of_thousands(tmp_path: Path) -> None:
    torn = '2024-03-01,Debt collection,"Other\n'
    others = [a_row(complaint_id=str(number)) for number in range(2, 3_000)]

    figures = imported(a_file(tmp_path, torn, *others))

    assert (figures["imported"], figures["rejected"]) == (2_998, 1)


def test_the_last_line_may_be_torn(tmp_path: Path, a_place_for_rejects: Path) -> None:
    torn = '2024-03-01,Debt collection,Other,Issue,,"They call'

    figures = imported(a_file(tmp_path, a_row(), torn))

    assert (figures["imported"], figures["rejected"]) == (1, 1)
    assert rejects(a_place_for_rejects)[0][0] == 3


def test_a_row_of_several_lines_with_a_wrong_count_is_one_reject(tmp_path: Path, a_place_for_rejects: Path) -> None:
    long = a_row(complaint_id="1", consumer_complaint_narrative="One\ntwo,\nthree")

    figures = imported(a_file(tmp_path, [*long, "more"], a_row(complaint_id="2")))

    assert (figures["rows"], figures["imported"]) == (2, 1)
    assert rejects(a_place_for_rejects) == [(2, "The line has 19 columns, the header has 18.")]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"complaint_id": ""}, "The complaint id is missing."),
        ({"complaint_id": "N/A"}, "The complaint id is missing."),
        ({"date_received": ""}, "The date received is missing."),
        ({"date_received": "2024-02-30"}, "The date received, 2024-02-30, is no date."),
        ({"date_received": "13/40/2024"}, "The date received, 13/40/2024, is no date."),
        ({"date_received": "2199-01-01"}, "The date received, 2199-01-01, is still to come."),
        ({"date_received": "1924-03-01"}, "before the Bureau took its first complaint"),
        ({"date_sent_to_company": "yesterday"}, "The date sent to the company, yesterday, is no date."),
        ({"date_sent_to_company": "2024-02-29"}, "sent to the company on 2024-02-29, before it was received"),
        ({"product": ""}, "The product is missing."),
        ({"company": ""}, "The company is missing."),
        ({"complaint_id": "1" * 61}, "longer than 60"),
    ],
)
def test_a_bad_row_is_rejected_with_its_line_and_reason(
    tmp_path: Path, a_place_for_rejects: Path, given: dict[str, str], reason: str
) -> None:
    good = a_row(complaint_id="900", consumer_complaint_narrative="Two\nlines")

    figures = imported(a_file(tmp_path, good, a_row(**given)))

    assert (figures["imported"], figures["rejected"]) == (1, 1)
    [(line, why)] = rejects(a_place_for_rejects)
    assert line == 4
    assert reason in why


def test_too_few_columns_are_a_torn_line(tmp_path: Path, a_place_for_rejects: Path) -> None:
    imported(a_file(tmp_path, a_row()[:7]))

    assert rejects(a_place_for_rejects) == [(2, "The line is torn: it has 7 columns, the header has 18.")]


def test_empty_lines_are_no_rows(tmp_path: Path) -> None:
    assert imported(a_file(tmp_path, "\n", a_row(), "\n", "  \n"))["rows"] == 1


def test_the_rejects_are_named_and_nobody_else_may_read_them(tmp_path: Path, a_place_for_rejects: Path) -> None:
    words = said(a_file(tmp_path, a_row(complaint_id="")))

    [path] = a_place_for_rejects.glob("*.csv")
    assert f"The rejected rows are in {path}." in words
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_field_longer_than_any_narrative_is_called_too_long(tmp_path: Path, a_place_for_rejects: Path) -> None:
    imported(a_file(tmp_path, a_row(consumer_complaint_narrative="x" * 200_000), a_row(complaint_id="2")))

    (kept,) = a_place_for_rejects.glob("*.csv")
    assert "A field is longer than 131072 characters." in kept.read_text(encoding="utf-8")
    assert Complaint.objects.get().external_id == "2"
