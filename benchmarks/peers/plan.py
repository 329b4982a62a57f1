"""The plan every contender is given, and the ledger in which each effect of each timer is a line."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import psycopg

DATABASE = os.environ.get("PEERS_DATABASE", "")
BROKER = os.environ.get("PEERS_BROKER", "")


def timers() -> list[tuple[int, datetime]]:
    """Return the number of each timer and when it is due (UTC)."""
    plan = json.loads(Path(os.environ["PEERS_PLAN"]).read_text(encoding="utf-8"))
    return [(number, datetime.fromtimestamp(due, UTC)) for number, due in plan]


def connect() -> psycopg.Connection:
    """Return a connection of this process, each statement its own transaction."""
    return psycopg.connect(DATABASE, autocommit=True)


# No key: a timer that was acted on twice has two lines.
ACT = "INSERT INTO ledger (timer, at) VALUES (%s, clock_timestamp())"
