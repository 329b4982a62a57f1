"""Opens connections that look at a row and then sit in their transaction. Run with .venv's Python, killed from outside."""

from __future__ import annotations

import signal
import sys

import psycopg2


def main(address: str, number: int) -> None:
    """Hold this many connections open until a signal comes."""
    held = [psycopg2.connect(address) for _ in range(number)]
    for connection in held:
        connection.cursor().execute("SELECT count(*) FROM complaints_complaint WHERE id < 10")
    signal.pause()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
