"""A small mailbox in the test's own process: real sockets, and of IMAP4rev1 (RFC 3501) what a reader of mail asks."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

LITERAL = re.compile(rb"<0\.(\d+)>")


class Mailbox(socketserver.ThreadingTCPServer):
    """Holds mails by their number, with their flags. `refuses` makes it say no to a word."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.mails: dict[int, bytes] = {}
        self.flags: dict[int, set[str]] = {}
        self.password = '"secret"'
        self.refuses = b""
        self.fetched = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def put(self, mail: bytes) -> int:
        number = 101 + len(self.mails)
        self.mails[number], self.flags[number] = mail, set()
        return number


class _Talk(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self.say(b"* OK here")
        for line in self.rfile:
            tag, word, *rest = line.strip().split(b" ", 2)
            words = rest[0] if rest else b""
            if word.upper() == b"UID":
                word, _, words = words.partition(b" ")
            if word == self.server.refuses:
                self.say(tag + b" NO not now")
                continue
            if word.upper() == b"LOGIN" and words.rpartition(b" ")[2].decode() != self.server.password:
                self.say(tag + b" NO who are you")
                continue
            getattr(self, f"do_{word.decode().lower()}", lambda _: None)(words)
            self.say(tag + b" OK done")
            if word.upper() == b"LOGOUT":
                return

    def do_capability(self, _: bytes) -> None:
        self.say(b"* CAPABILITY IMAP4rev1")

    def do_select(self, _: bytes) -> None:
        self.say(b"* %d EXISTS" % len(self.server.mails))

    def do_search(self, words: bytes) -> None:
        without = {f"\\{word.decode()[2:].capitalize()}" for word in words.split()}
        found = [number for number, flags in self.server.flags.items() if not flags & without]
        self.say(b"* SEARCH " + b" ".join(str(number).encode() for number in found))

    def do_fetch(self, words: bytes) -> None:
        number, most = int(words.split()[0]), LITERAL.search(words)
        assert most is not None and b"PEEK" in words
        mail = self.server.mails[number][: int(most[1])]
        self.server.fetched += 1
        self.say(b"* 1 FETCH (UID %d BODY[]<0> {%d}" % (number, len(mail)))
        self.wfile.write(mail)
        self.say(b")")

    def do_store(self, words: bytes) -> None:
        number, _, flag = words.split(b" ", 2)
        self.server.flags[int(number)].add(flag.decode().strip("()"))

    def do_logout(self, _: bytes) -> None:
        self.say(b"* BYE")

    def say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")


@contextmanager
def a_mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
