"""What is larger than is read is refused early, before it can fill memory or disk."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from users.models import User

GIGABYTE = 1024**3
A_LITTLE = 64 * 1024


@pytest.mark.parametrize(
    ("path", "said"),
    [("/complaints/new", "<h1>This is too large.</h1>"), ("/api/v1/complaints/", '{"detail": "This is larger')],
)
@pytest.mark.django_db(transaction=True)
def test_a_gigabyte_is_refused_while_its_first_bytes_arrive(live_server: LiveServer, path: str, said: str) -> None:
    host, _, port = live_server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {GIGABYTE}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode()
        )
        line.sendall(b"--x\r\n" + b"\x00" * A_LITTLE)
        answer = b""
        while said.encode() not in answer and (more := line.recv(4096)):
            answer += more

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert said.encode() in answer


@pytest.mark.django_db
def test_many_files_in_one_form_are_refused_before_anybody_is_asked_who_they_are(
    settings: Settings, tmp_path: Path
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    stranger = Client(enforce_csrf_checks=True)
    stranger.cookies["csrftoken"] = "a" * 32
    files = {f"file-{number}": SimpleUploadedFile(f"{number}.pdf", b"%PDF" * 1_000_000) for number in range(4)}

    answer = stranger.post("/complaints/new", {**files, "csrfmiddlewaretoken": "a" * 32})

    assert answer.status_code == 400
    assert not any(tmp_path.iterdir())


@pytest.mark.django_db
@pytest.mark.parametrize("told", ["", "-1", "many", "٣"])
def test_a_length_that_is_no_number_harms_nothing(client: Client, a_lead: User, told: str) -> None:
    client.force_login(a_lead)

    assert client.get("/complaints/", CONTENT_LENGTH=told).status_code == 200
