"""Load a file: in batches, each a transaction of its own, and each row once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from complaints.importing.build import CLOCK_FIELDS, Builder, Case
from complaints.importing.cfpb import Columns, Rejected, Row
from complaints.importing.copying import copy, fields_of, line, numbers
from complaints.importing.directory import Directory
from complaints.importing.reader import Lines, Record, Unreadable, header, opened, records
from complaints.importing.rejects import RejectFile
from complaints.models import Clock, Complainant, Complaint, Entry, Respondent, Source
from complaints.services.references import allot
from complaints.services.words import keep_words
from regulations import books

BATCH = 1_000
# Two imports of one source take turns, batch by batch; a constant nobody else locks.
LOCK = 72_001
PEOPLE, COMPLAINTS = fields_of(Complainant), fields_of(Complaint)
ENTRIES = fields_of(Entry, without={"id"})
CLOCKS = [Clock._meta.get_field("complaint"), *CLOCK_FIELDS]
HOME = "America/New_York"
Reject = tuple[int, str, str]
Watch = Callable[["Tally", int], None]


@dataclass(slots=True)
class Tally:
    """What became of the rows. rows = imported + duplicates + rejected, after every batch."""

    rows: int = 0
    imported: int = 0
    duplicates: int = 0
    rejected: int = 0
    seconds: float = 0.0

    def as_json(self) -> dict[str, int | float]:
        """Return the figures by their names."""
        return {
            "rows": self.rows, "imported": self.imported, "duplicates": self.duplicates, "rejected": self.rejected,
            "seconds": round(self.seconds, 3),
        }  # fmt: skip


class Importer:
    """One import of one file. `tally` holds what is safely in, whatever happens."""

    def __init__(
        self,
        path: Path,
        *,
        respondent: Respondent | None,
        rejects: RejectFile,
        dry_run: bool,
        at: datetime,
        batch: int = BATCH,
    ) -> None:
        law = books.current()
        if not law.book.rules:
            raise Unreadable("No rules are published yet, so no clock could be worked out. Run load_rulebooks first.")
        self.path = path
        self.tally = Tally()
        self.first_rejects: list[Reject] = []
        self._respondent = respondent
        self._rejects = rejects
        self._dry_run = dry_run
        self._size = batch
        self._at = at
        self._today = at.astimezone(ZoneInfo(respondent.zone if respondent else HOME)).date()
        self._directory = Directory(only=respondent)
        self._builder = Builder(law, at=at)

    def run(self, *, watch: Watch) -> Tally:
        """Import the whole file. Raises Unreadable, or what the database raises; batches before stay."""
        began = time.monotonic()
        try:
            with opened(self.path) as (text, position):
                lines = Lines(text)
                names, delimiter = header(lines)
                columns = Columns(names, company_given=self._respondent is not None)
                found = records(lines, width=columns.width, delimiter=delimiter, starts=columns)
                if self._dry_run:
                    _remember_ids_of_this_session()
                for batch in _batches(found, self._size):
                    self._batch(batch, columns)
                    self.tally.seconds = time.monotonic() - began
                    watch(self.tally, position())
        except OSError as error:
            raise Unreadable(f"{self.path} cannot be read to its end: {error.strerror or error}.") from error
        finally:
            self.tally.seconds = time.monotonic() - began
            self._rejects.close()
        return self.tally

    def _batch(self, batch: list[Record], columns: Columns) -> None:
        rows, rejects = _checked(batch, columns, today=self._today)
        with transaction.atomic():
            known = self._known([row.external_id for _, row in rows])
            fresh: dict[str, tuple[Record, Row]] = {}
            for record, row in rows:
                if row.external_id not in known:
                    fresh.setdefault(row.external_id, (record, row))
            self._directory.know([row for _, row in fresh.values()])
            cases, refused = self._cases(list(fresh.values()))
            if not self._dry_run:
                self._directory.save_new()
                save(cases, at=self._at)
                # Before the commit: a batch whose rejects cannot be kept is not half taken in.
                self._rejects.write([*rejects, *refused])
        self._count(len(batch), cases, [*rejects, *refused])

    def _known(self, ids: list[str]) -> set[str]:
        """Return which of these are in already."""
        with connection.cursor() as cursor:
            # Held until the commit: a second import sees what the first one wrote.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            cursor.execute(
                "SELECT external_id FROM complaints_complaint WHERE source = %s AND external_id = ANY(%s)",
                [Source.CFPB, ids],
            )
            known = {found for (found,) in cursor.fetchall()}
            if self._dry_run:
                cursor.execute(
                    "INSERT INTO import_rehearsed SELECT DISTINCT unnest(%s::text[]) ON CONFLICT DO NOTHING"
                    " RETURNING external_id",
                    [ids],
                )
                known |= set(ids) - {found for (found,) in cursor.fetchall()}
            return known

    def _cases(self, fresh: list[tuple[Record, Row]]) -> tuple[list[Case], list[Reject]]:
        cases: list[Case] = []
        refused: list[Reject] = []
        for record, row in fresh:
            respondent, category = self._directory.respondent(row), self._directory.category(row)
            try:
                cases.append(self._builder.build(row, respondent=respondent, category=category))
            except Rejected as rejected:
                refused.append((record.line, str(rejected), record.raw))
        return cases, refused

    def _count(self, read: int, cases: list[Case], rejects: list[Reject]) -> None:
        self.tally.rows += read
        self.tally.imported += len(cases)
        self.tally.rejected += len(rejects)
        self.tally.duplicates = self.tally.rows - self.tally.imported - self.tally.rejected
        self.first_rejects.extend(rejects[: 20 - len(self.first_rejects)])


def _batches(found: Iterator[Record], size: int) -> Iterator[list[Record]]:
    while batch := list(islice(found, size)):
        yield batch


def _checked(batch: list[Record], columns: Columns, *, today: date) -> tuple[list[tuple[Record, Row]], list[Reject]]:
    rows: list[tuple[Record, Row]] = []
    rejects: list[Reject] = []
    for record in batch:
        if record.cells is None:
            rejects.append((record.line, record.problem, record.raw))
            continue
        try:
            rows.append((record, columns.read(record.cells, today=today)))
        except Rejected as rejected:
            rejects.append((record.line, str(rejected), record.raw))
    return rows, rejects


def _remember_ids_of_this_session() -> None:
    """Make the place where a rehearsal notes the ids it saw; it vanishes with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS import_rehearsed")
        cursor.execute("CREATE TEMPORARY TABLE import_rehearsed (external_id text PRIMARY KEY)")


def save(cases: list[Case], *, at: datetime) -> None:
    """Write these cases: complainants, complaints, stories and clocks, in the caller's transaction."""
    if not cases:
        return
    people = numbers(Complainant, len(cases))
    complaints = list(numbers(Complaint, len(cases)))
    references = allot(at.year, len(cases))
    for case, person, number, reference in zip(cases, people, complaints, references, strict=True):
        complaint, complainant = case.complaint, case.complaint.complainant
        complaint.pk, complaint.reference, complainant.pk = number, reference, person
        # Assigned again, now that they have numbers.
        complaint.complainant = complainant
        complaint.respondent, complaint.category = complaint.respondent, complaint.category
        for entry in case.entries:
            entry.complaint_id = number
    copy(Complainant, PEOPLE, [line(case.complaint.complainant, PEOPLE) for case in cases])
    copy(Complaint, COMPLAINTS, [line(case.complaint, COMPLAINTS) for case in cases])
    keep_words(complaints)
    copy(Entry, ENTRIES, [line(entry, ENTRIES) for case in cases for entry in case.entries])
    copy(Clock, CLOCKS, [f"{case.complaint.pk}\t{one}" for case in cases for one in case.clocks.lines])
