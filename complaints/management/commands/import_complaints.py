"""Import real complaints from a file."""

from __future__ import annotations

import gc
import json
from argparse import ArgumentParser
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, ProgrammingError
from django.utils import timezone

from complaints.importing.load import Importer, Tally
from complaints.importing.progress import Progress
from complaints.importing.reader import Unreadable
from complaints.importing.rejects import RejectFile
from complaints.models import Respondent

STOPPED = 130
ROWS_APART = 200_000


class Command(BaseCommand):
    help = "Import complaints from a CSV. Running it again imports only what is not in yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.csv", help="The file, in any common encoding.")
        parser.add_argument("--source", required=True, choices=["cfpb"], help="cfpb: US Consumer Complaint Database.")
        parser.add_argument("--respondent", metavar="KEY", help="All complaints are about this entity of ours.")
        parser.add_argument("--dry-run", action="store_true", help="Check every row and write nothing.")
        parser.add_argument("--json", action="store_true", help="End with the figures as one line of JSON.")

    def handle(self, *, file: str, respondent: str | None, dry_run: bool, json: bool, **options: object) -> None:
        at = timezone.now()
        path = Path(file)
        rejects = RejectFile(settings.VAR_DIR / "imports" / f"{path.stem}-{at:%Y%m%dT%H%M%S%f}-rejected.csv")
        importer: Importer | None = None
        try:
            importer = Importer(path, respondent=_known(respondent), rejects=rejects, dry_run=dry_run, at=at)
            tally = self._run(importer)
        except Unreadable as error:
            raise CommandError(f"{error}{_safe(importer)}") from error
        except (OperationalError, InterfaceError) as error:
            raise CommandError(
                f"The database cannot be reached or cannot write: {_first_line(error)}.{_safe(importer)}"
            ) from error
        except ProgrammingError as error:
            raise CommandError(f"The database is not ready: {_first_line(error)}. Run migrate first.") from error
        except (IntegrityError, DatabaseError) as error:
            raise CommandError(f"The database refused a batch: {_first_line(error)}.{_safe(importer)}") from error
        except KeyboardInterrupt as stop:
            raise CommandError(f"Stopped.{_safe(importer)}", returncode=STOPPED) from stop
        self._tell(tally, importer, rejects, dry_run=dry_run, as_json=json)

    def _run(self, importer: Importer) -> Tally:
        size = importer.path.stat().st_size if importer.path.is_file() else 0
        progress = Progress(self.stderr, size=size, began=monotonic())

        def watch(tally: Tally, position: int) -> None:
            progress.show(rows=tally.rows, position=position, now=monotonic())

        usual = gc.get_threshold()
        # A batch's rows hold no cycles and go by themselves; looking for cycles among them took a quarter of the time.
        gc.set_threshold(ROWS_APART)
        try:
            return importer.run(watch=watch)
        finally:
            gc.set_threshold(*usual)
            progress.end()

    def _tell(self, tally: Tally, importer: Importer, rejects: RejectFile, *, dry_run: bool, as_json: bool) -> None:
        did = "would be imported" if dry_run else "imported"
        rate = tally.rows / tally.seconds if tally.seconds else 0
        self.stdout.write(
            f"{tally.rows:,} rows: {tally.imported:,} {did}, {tally.duplicates:,} already in, "
            f"{tally.rejected:,} rejected; {tally.seconds:.1f} s, {rate:,.0f} rows a second."
        )
        for line, reason, _ in importer.first_rejects:
            self.stdout.write(f"  line {line}: {reason}")
        if tally.rejected > len(importer.first_rejects):
            self.stdout.write(f"  and {tally.rejected - len(importer.first_rejects):,} more")
        if tally.rejected and not dry_run:
            self.stdout.write(f"The rejected rows are in {rejects.path}.")
        if dry_run:
            self.stdout.write("Nothing was written.")
        if as_json:
            self.stdout.write(json.dumps(tally.as_json()))


def _known(key: str | None) -> Respondent | None:
    if key is None:
        return None
    found = Respondent.objects.select_related("team").filter(key=key).first()
    if found is None:
        raise Unreadable(f"There is no respondent {key}.")
    return found


def _safe(importer: Importer | None) -> str:
    """Say what is in, and that going on is safe."""
    if importer is None or not importer.tally.rows:
        return " Nothing was imported."
    tally = importer.tally
    return (
        f" {tally.imported:,} complaints of the first {tally.rows:,} rows are in and safe;"
        " run the same command again to go on."
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
