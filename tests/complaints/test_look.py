"""Files are looked at in place where that is safe; what is too large is let go before it is kept."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest
import typst
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from complaints import drawing
from complaints.drawing import page_of
from complaints.models import Attachment, Complaint
from tests.conftest import AT, Register
from users.models import User

pytestmark = pytest.mark.django_db
PICTURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def somewhere_to_keep_files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def a_pdf(pages: int = 2) -> bytes:
    made = typst.compile(("#pagebreak()\n".join("Invoice\n" for _ in range(pages))).encode())
    assert isinstance(made, bytes)
    return made


def kept(complaint: Complaint, user: User, content: bytes, *, name: str, media_type: str) -> str:
    found = Attachment.objects.create(
        complaint=complaint, file=ContentFile(content, name="kept"), name=name, media_type=media_type,
        size=len(content), sha256="0" * 64, added_by=user, added_at=AT,
    )  # fmt: skip
    return f"/complaints/{complaint.reference}/files/{found.pk}"


def test_a_page_of_a_pdf_is_drawn_as_a_picture() -> None:
    content = a_pdf(pages=2)

    assert (page_of(content, 2) or b"").startswith(PICTURE)
    assert page_of(content, 3) is None


def test_while_one_is_drawn_the_next_waits_its_turn() -> None:
    content = a_pdf()

    with Path(drawing.__file__).open("rb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        kept_waiting = page_of(content, 1, patience=3)

    assert kept_waiting is None
    assert (page_of(content, 1) or b"").startswith(PICTURE)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\xff" * 50_000])
def test_a_broken_pdf_breaks_nothing_here(content: bytes) -> None:
    assert page_of(content, 1) is None


def test_a_pdf_is_read_page_by_page_without_the_browsers_viewer(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    complaint = a_registered()
    url = kept(complaint, a_specialist, a_pdf(), name="invoice.pdf", media_type="application/pdf")
    client.force_login(a_specialist)

    first, third = (client.get(f"{url}/look", {"page": page}).content.decode() for page in (1, 3))

    assert "data:image/png;base64," in first
    assert "<iframe" not in first and "<object" not in first and "<embed" not in first
    assert "The file has no page 3." in third
    assert client.get(f"{url}/look", {"page": "-1"}).status_code == 200
    assert client.get(f"{url}?inside").headers["Content-Disposition"].startswith("attachment")


def test_a_picture_stands_in_the_page_and_can_do_nothing_there(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    url = kept(a_registered(), a_specialist, PICTURE, name="photo.png", media_type="image/png")
    client.force_login(a_specialist)

    page, picture = client.get(f"{url}/look").content.decode(), client.get(f"{url}?inside")

    assert f'src="{url}?inside"' in page
    assert picture.headers["Content-Disposition"].startswith("inline")
    assert picture.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert picture.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("لم يصل المال 🙁".encode(), "لم يصل المال 🙁"),
        ("Überfällig".encode("cp1252"), "Überfällig"),
        (b"<script>alert(1)</script>", "&lt;script&gt;"),
        ("\u202egnp.exe".encode(), "\u202egnp.exe"),
    ],
)
def test_a_text_is_shown_as_text(
    client: Client, a_registered: Register, a_specialist: User, content: bytes, shown: str
) -> None:
    url = kept(a_registered(), a_specialist, content, name="mail.eml", media_type="text/plain")
    client.force_login(a_specialist)

    page = client.get(f"{url}/look").content.decode()

    assert shown in page
    assert '<pre class="look__text" dir="auto"' in page
    assert "<script>alert" not in page


def test_of_a_long_text_the_beginning_is_shown_whole_characters_only(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    url = kept(a_registered(), a_specialist, "€".encode() * 50_000, name="long.txt", media_type="text/plain")
    client.force_login(a_specialist)

    page = client.get(f"{url}/look").content.decode()

    assert "€€€" in page and "â" not in page and "�" not in page
    assert "This is the beginning." in page


def test_other_files_are_offered_to_save(client: Client, a_registered: Register, a_specialist: User) -> None:
    url = kept(a_registered(), a_specialist, b"PK", name="sums.xlsx", media_type="application/vnd.openxmlformats")
    client.force_login(a_specialist)

    page = client.get(f"{url}/look").content.decode()

    assert "Files of this kind are not shown here." in page
    assert f'href="{url}"' in page


def test_a_file_that_is_too_large_is_let_go_while_it_comes_in(
    client: Client, a_registered: Register, a_specialist: User, settings: Settings, tmp_path: Path
) -> None:
    settings.ATTACHMENT_MAX_BYTES, settings.FILE_UPLOAD_TEMP_DIR = 1024 * 1024, str(tmp_path)
    complaint = a_registered()
    client.force_login(a_specialist)
    file = SimpleUploadedFile("film.pdf", b"%PDF-1.7" + b"\x00" * 5 * 1024 * 1024)

    answer = client.post(f"/complaints/{complaint.reference}/attach", {"file": file, "version": complaint.version})

    assert "“film.pdf” is larger than 1 MB and was not kept." in answer.content.decode()
    assert not Attachment.objects.exists()
    assert not any(path.is_file() for path in tmp_path.rglob("*"))
