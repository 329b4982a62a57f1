"""Files are kept for what they hold, not for what they are called."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.errors import Refused
from complaints.models import Attachment
from complaints.services.files import attach, kind_of
from tests.conftest import AT, Register
from users.models import User

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def an_archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "<xml/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("scan.pdf", PDF, "application/pdf"),
        ("photo.png", PNG, "image/png"),
        ("mail.eml", "Subject: Zahlung überfällig".encode("latin-1"), "text/plain"),
        ("notes.txt", "Überfällig".encode(), "text/plain"),
        ("letter.docx", an_archive("[Content_Types].xml", "word/document.xml"), DOCX),
    ],
)
def test_what_may_be_kept_is_known_by_its_content(name: str, content: bytes, kind: str) -> None:
    assert kind_of(content, name) == kind


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("photo.png", PDF),
        ("scan.pdf", b"MZ\x90\x00\x03"),
        ("notes.txt", b"MZ\x90\x00\x03"),
        ("letter.docx", b"PK\x03\x04"),
        ("letter.docx", an_archive("run.exe")),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("noending", PDF),
    ],
)
def test_a_lying_or_unknown_file_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(Refused, match="cannot be kept"):
        kind_of(content, name)


@pytest.mark.django_db
def test_the_stored_name_says_nothing_and_the_shown_name_no_path(a_registered: Register, a_specialist: User) -> None:
    file = SimpleUploadedFile("../../etc/pass\nwd.pdf", PDF)

    attach(a_registered().pk, file=file, actor=a_specialist, at=AT)

    kept = Attachment.objects.get()
    assert (kept.name, kept.size) == ("passwd.pdf", len(PDF))
    assert "passwd" not in kept.file.name


@pytest.mark.django_db
@pytest.mark.parametrize(("size", "said"), [(0, "empty"), (16 * 1024 * 1024, "larger than 15 MB")])
def test_an_empty_and_a_huge_file_are_refused(a_registered: Register, a_specialist: User, size: int, said: str) -> None:
    with pytest.raises(Refused, match=said):
        attach(a_registered().pk, file=SimpleUploadedFile("a.txt", b"x" * size), actor=a_specialist, at=AT)

    assert not Attachment.objects.exists()
