"""The file of rows that could not be imported, with line number and reason, ready to be mended and imported again."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import TextIO

from complaints.importing.reader import Unreadable

COLUMNS = ("line", "reason", "row")


class RejectFile:
    """Made with its first row, readable by its owner only: rows hold what people wrote."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO | None = None

    def write(self, rejects: list[tuple[int, str, str]]) -> None:
        """Write these rows through to the disk; raise Unreadable with a sentence when it does not take them."""
        if not rejects:
            return
        try:
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                opener = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                self._file = os.fdopen(opener, "w", encoding="utf-8", newline="")
                csv.writer(self._file).writerow(COLUMNS)
            csv.writer(self._file).writerows((line, why, raw.rstrip("\r\n")) for line, why, raw in rejects)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise Unreadable(
                f"The file of rejected rows, {self.path}, cannot be written: {error.strerror or error}."
            ) from error

    def close(self) -> None:
        """Close it, if there were rejects."""
        if self._file is not None:
            file, self._file = self._file, None
            # What matters was flushed; a full disk was already reported.
            try:
                file.close()
            except OSError:
                return
