"""Ports on the loopback address."""

from __future__ import annotations

import argparse
import contextlib
import socket

from launcher.terminal import Problem

LAST = 65535


def a_port(text: str) -> int:
    """Read a port from the command line."""
    if not (text.isdecimal() and len(text) < 6 and 1 <= int(text) <= LAST):
        raise argparse.ArgumentTypeError(f"{text} is no port; give a number from 1 to {LAST}")
    return int(text)


def is_free(port: int) -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def next_free(port: int) -> int:
    """Return the port, or the first one above it that is free."""
    for candidate in range(port, LAST + 1):
        if is_free(candidate):
            return candidate
    raise Problem(f"No port from {port} to {LAST} is free. Say --port and a lower one.")


def any_free() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Return whether something listens on the port."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=2):
        return True
    return False
