"""Files of the case."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import datetime
from pathlib import PurePosixPath

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from complaints.errors import Refused
from complaints.models import Attachment, Complaint, Kind
from complaints.services.step import begin, keep
from complaints.services.story import record
from users.models import User

OFFICE = "application/vnd.openxmlformats-officedocument."
# What may be kept: by content, each with the endings it may carry.
ALLOWED = {
    "application/pdf": {".pdf"},
    "image/png": {".png"},
    "image/jpeg": {".jpg", ".jpeg"},
    "image/gif": {".gif"},
    "image/webp": {".webp"},
    "text/plain": {".txt", ".csv", ".eml", ".log"},
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": {".docx"},
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {".xlsx"},
}


@transaction.atomic
def attach(
    complaint_id: int, *, file: UploadedFile, actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Keep a file of an allowed type and size with the case."""
    complaint = begin(complaint_id, "note", actor=actor, version=version)
    kept = store(complaint, file, actor=actor, at=at)
    record(
        complaint, Kind.ATTACHED, actor=actor, at=at, attachment=kept.pk, name=kept.name, size=kept.size,
        sha256=kept.sha256,
    )  # fmt: skip
    return keep(complaint)


def store(complaint: Complaint, file: UploadedFile, *, actor: User, at: datetime) -> Attachment:
    """Keep a file of an allowed type and size. The caller holds the lock and says so in the story."""
    size, name = file.size or 0, _name(file.name or "file")
    if size == 0:
        raise Refused("The file is empty.")
    if size > settings.ATTACHMENT_MAX_BYTES:
        raise Refused(f"The file is larger than {settings.ATTACHMENT_MAX_BYTES // 1024 // 1024} MB.")
    media_type = kind_of(file.read(), name)
    file.seek(0)
    digest = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    kept = Attachment(
        complaint=complaint, name=name, media_type=media_type, size=size, sha256=digest, added_by=actor, added_at=at
    )
    # The stored name says nothing and decides nothing; the person's name is only a label.
    kept.file.save(digest[:32], file, save=False)
    kept.save()
    return kept


def kind_of(content: bytes, name: str) -> str:
    """Return the media type the content shows; refuse what is not allowed or does not fit its ending."""
    ending = PurePosixPath(name).suffix.lower()
    found = _sniffed(content, ending)
    if found not in ALLOWED or ending not in ALLOWED[found]:
        raise Refused(
            "This type of file cannot be kept. Allowed are PDF, pictures, text, e-mail, Word and Excel files."
        )
    return found


def _sniffed(content: bytes, ending: str) -> str:
    if ending in ALLOWED["text/plain"]:
        # Old mail and notes come in any encoding; what no text has is a NUL.
        return "" if b"\x00" in content else "text/plain"
    try:
        matches = puremagic.magic_string(content, filename=f"x{ending}")
    except (puremagic.PureError, ValueError):
        return ""
    found = next((match.mime_type for match in matches if match.mime_type in ALLOWED), "")
    return found if not found.startswith(OFFICE) or _is_office(content) else ""


def _is_office(content: bytes) -> bool:
    """Say whether a ZIP holds what every Word and Excel file holds; its first bytes alone prove nothing."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError):
        return False


def _name(given: str) -> str:
    """Return the last part of the name, without control characters, at most 200 long."""
    last = PurePosixPath(given.replace("\\", "/")).name
    return "".join(letter for letter in last if letter.isprintable())[-200:] or "file"
