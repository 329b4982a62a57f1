"""One call against a real server that answers, refuses, redirects, drips, or says nothing."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from correspondence.webhooks import calling
from correspondence.webhooks.calling import call
from tests.correspondence.webhooks.receiver import Receiver, a_receiver


def test_the_body_and_the_headers_arrive_as_they_are(receiver: Receiver) -> None:
    answer = call(receiver.address("/hook?team=4"), '{"a":"é"}', {"webhook-id": "msg_1"})

    headers, body = receiver.taken[0]
    assert (answer.status, answer.text, answer.error, answer.taken) == (200, "thank you", "", True)
    assert (body, receiver.paths) == ('{"a":"é"}', ["/hook?team=4"])
    assert (headers["webhook-id"], headers["content-type"]) == ("msg_1", "application/json")
    assert headers["host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_said_and_never_followed(receiver: Receiver, status: int) -> None:
    receiver.answer = (status, {"Location": receiver.address("/secret")}, b"")

    answer = call(receiver.address(), "{}", {})

    assert (
        answer.error
        == f"The receiver answered {status} and points elsewhere. We do not follow; enter the final address."
    )
    assert receiver.paths == ["/hook"]


@pytest.mark.parametrize("status", [400, 401, 410, 429, 500, 503])
def test_a_no_is_no_delivery(receiver: Receiver, status: int) -> None:
    receiver.answer = (status, {}, b"not today")

    answer = call(receiver.address(), "{}", {})

    assert (answer.status, answer.text, answer.error) == (status, "not today", f"The receiver answered {status}.")


def test_of_a_long_answer_the_first_characters_are_read(receiver: Receiver) -> None:
    receiver.answer = (200, {}, b"\x00" + b"x" * 1_000_000)

    assert call(receiver.address(), "{}", {}).text == "x" * 500


def test_an_answer_that_is_no_http_is_said(receiver: Receiver) -> None:
    receiver.raw = b"hello\r\n\r\n"

    assert call(receiver.address(), "{}", {}).error == "No answer came: hello."


def test_nobody_at_the_port_is_said(receiver: Receiver, settings: Settings) -> None:
    settings.WEBHOOK_TEST_TARGETS = frozenset({"127.0.0.1:1"})

    answer = call("http://127.0.0.1:1/", "{}", {})

    assert answer.status is None
    assert "refused" in answer.error


@pytest.fixture
def a_slow_server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, threading.Event]]:
    """A server that sends one byte of its answer at a time, for as long as the test runs."""
    over, dripping = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def serve() -> None:
            caller, _ = listening.accept()
            with caller:
                caller.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while dripping.is_set() and not over.wait(0.02):
                    try:
                        caller.sendall(b"x")
                    except OSError:
                        return
                over.wait(10)

        thread = threading.Thread(target=serve)
        thread.start()
        settings.WEBHOOK_TEST_TARGETS = frozenset({f"127.0.0.1:{port}"})
        yield f"http://127.0.0.1:{port}/", dripping
        over.set()
        thread.join()


def test_a_server_that_drips_is_hung_up_on(
    a_slow_server: tuple[str, threading.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, dripping = a_slow_server
    dripping.set()
    monkeypatch.setattr(calling, "WHOLE", 0.3)

    answer = call(address, "{}", {})

    assert "took longer" in answer.error
    assert 250 <= answer.took_ms < 2_500


def test_a_server_that_says_nothing_is_not_waited_for(
    a_slow_server: tuple[str, threading.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, _ = a_slow_server
    monkeypatch.setattr(calling, "STEP", 0.2)

    assert "did not answer" in call(address, "{}", {}).error


def test_the_name_is_asked_for_once_and_the_address_of_then_is_called(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    real = socket.getaddrinfo

    def rebinding(host: object, *rest: object, **more: object) -> object:
        asked.append(host)
        # Who asked a second time would be sent elsewhere, as an attacker's name server does.
        return real("127.0.0.1" if len(asked) == 1 else "127.66.6.6", *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)

    answer = call(receiver.address(host="localhost"), "{}", {})

    assert (answer.status, asked) == (200, ["localhost"])
    assert receiver.taken[0][0]["host"] == f"localhost:{receiver.port}"


@pytest.fixture
def a_certificate(tmp_path: Path) -> Path:
    """A certificate for localhost, with its key."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("there is no openssl on this machine to make a certificate with")
    path = tmp_path / "localhost.pem"
    subprocess.run(
        [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", str(path), "-out", str(path) + ".crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


def test_over_tls_the_name_is_in_sni_and_the_certificate_is_checked_against_it(
    a_certificate: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(a_certificate)
    names: list[str | None] = []
    context.sni_callback = lambda _, name, __: names.append(name)
    with a_receiver(context) as receiver:
        settings.WEBHOOK_TEST_TARGETS = receiver.targets
        unknown = call(receiver.address(host="localhost"), "{}", {})
        monkeypatch.setenv("SSL_CERT_FILE", f"{a_certificate}.crt")
        trusted = call(receiver.address(host="localhost"), "{}", {})
        other_name = call(receiver.address(host="127.0.0.1"), "{}", {})

    assert (unknown.status, "not safe" in unknown.error) == (None, True)
    assert (trusted.status, trusted.error) == (200, "")
    assert (other_name.status, "not safe" in other_name.error) == (None, True)
    assert names[:2] == ["localhost", "localhost"]
    assert len(receiver.taken) == 1
