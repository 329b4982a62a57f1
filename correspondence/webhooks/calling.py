"""One call over HTTP: to the address that was checked and no other, never redirected, never for long."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from time import monotonic

from correspondence.webhooks.addresses import AddressRefused, Resolved, Target, resolved, taken_apart

# Seconds for one step of the talk, and for all of it: a server that drips must not hold a worker.
STEP, WHOLE = 3.0, 8.0
READ = 2_048
SHOWN = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: the status or None, the answer's first characters, why it failed ("" = it did not)."""

    status: int | None
    text: str
    error: str
    took_ms: int

    @property
    def taken(self) -> bool:
        """True when the receiver said that it has it."""
        return not self.error


class _Pinned(HTTPConnection):
    """A connection to the resolved address; the name goes into SNI, certificate check and Host only."""

    def __init__(self, target: Target, to: Resolved) -> None:
        super().__init__(target.host, target.port, timeout=STEP)
        self.target, self.to, self.cut = target, to, False

    def connect(self) -> None:
        """Open the socket and, with https, shake hands."""
        self.sock = socket.socket(self.to.family, socket.SOCK_STREAM)
        self.sock.settimeout(STEP)
        # An IP address in numbers: nobody is asked a second time who the host is.
        self.sock.connect(self.to.address)
        if self.target.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.target.host, do_handshake_on_connect=False)
            self.sock.do_handshake()

    def hang_up(self) -> None:
        """End the talk from another thread, wherever it is."""
        self.cut = True
        with suppress(OSError):
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)


def call(address: str, body: str, headers: Mapping[str, str]) -> Answer:
    """Post the body, and return what came of it. Raises nothing: every failure is said in the answer."""
    began = monotonic()
    try:
        target = taken_apart(address)
        status, text = _talk(target, resolved(target), body, headers)
        error = _refusal(status)
    except AddressRefused as refused:
        status, text, error = None, "", str(refused)
    except ssl.SSLError as failed:
        status, text, error = None, "", f"The connection is not safe: {failed.reason or failed}."
    except (OSError, HTTPException, ValueError) as failed:
        status, text, error = None, "", _silence(failed, monotonic() - began)
    return Answer(status, text, error[:300], round((monotonic() - began) * 1000))


def _talk(target: Target, to: Resolved, body: str, headers: Mapping[str, str]) -> tuple[int, str]:
    connection = _Pinned(target, to)
    watchdog = threading.Timer(WHOLE, connection.hang_up)
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.request("POST", target.path, body.encode(), {
            "Content-Type": "application/json", "User-Agent": "Redress", "Connection": "close", **headers,
        })  # fmt: skip
        answer = connection.getresponse()
        # So much and no more is read, whatever length the answer claims.
        text = answer.read(READ).decode("utf-8", "replace").replace("\x00", "")[:SHOWN]
        if connection.cut:
            # Half an answer may look like a whole one.
            raise TimeoutError
        return answer.status, text
    finally:
        watchdog.cancel()
        connection.close()


def _refusal(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"The receiver answered {status} and points elsewhere. We do not follow; enter the final address."
    return f"The receiver answered {status}."


def _silence(failed: Exception, seconds: float) -> str:
    if seconds >= WHOLE:
        return f"The receiver took longer than {WHOLE:.0f} seconds."
    if isinstance(failed, TimeoutError):
        return f"The receiver did not answer within {STEP:.0f} seconds."
    return f"No answer came: {str(failed).strip() or type(failed).__name__}."
