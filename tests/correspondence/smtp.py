"""A small mail server in the test's own process: real sockets, real SMTP, answers as the test wants them."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mail on a free port. `answer` says what comes after a message; `took` is called once it has it."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.taken: list[Message] = []
        self.connections = 0
        self.answer: Callable[[Message], str] = lambda _: "250 taken"
        self.recipient = "250 fine"
        self.took: Callable[[Message], None] = lambda _: None

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def message_ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.taken]


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.connections += 1
        self.say("220 here")
        for line in self.rfile:
            word = line.split()[0].upper() if line.split() else b""
            if word == b"QUIT":
                return self.say("221 bye")
            if word == b"RCPT":
                self.say(self.server.recipient)
            elif word == b"DATA":
                self.say("354 go on")
                answer = self.take()
                self.say(answer)
                if answer.startswith("421"):
                    return None
            else:
                self.say("250 fine")
        return None

    def take(self) -> str:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines))
        answer = self.server.answer(message)
        if answer.startswith("250"):
            self.server.taken.append(message)
            self.server.took(message)
        return answer

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


@contextmanager
def a_mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
