"""A receiver in the test's own process: a real server on a real socket, answering as the test wants."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver(ThreadingHTTPServer):
    """Takes posts on a free port. `answer` says status, headers and body; `took` is called once it has one."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Take)
        self.taken: list[tuple[dict[str, str], str]] = []
        self.paths: list[str] = []
        self.answer: tuple[int, dict[str, str], bytes] = (200, {}, b"thank you")
        self.took: Callable[[], None] = lambda: None
        self.raw: bytes | None = None
        self.scheme = "http"

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def targets(self) -> frozenset[str]:
        return frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"})

    def address(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.taken]

    def handle_error(self, *_: object) -> None:
        """A caller that hangs up is no fault of the test's."""


class _Take(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.taken.append(({k.lower(): v for k, v in self.headers.items()}, self.rfile.read(length).decode()))
        self.server.paths.append(self.path)
        self.server.took()
        if self.server.raw is not None:
            self.wfile.write(self.server.raw)
            return
        status, headers, body = self.server.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def a_receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    with Receiver() as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
            server.scheme = "https"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
