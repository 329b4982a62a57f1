"""Looks whether a database can be used, and makes it with --make. Run with .venv's Python, which has the driver.

Exit code 0: it can be used; 1: the server does not answer (yet); 2: it answers and refuses, in words on stderr.
"""

from __future__ import annotations

import os
import sys
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql


def main(address: str, *, make: bool) -> int:
    """Try the database at the address; return the exit code."""
    parts = urlsplit(address)
    if password := os.environ.get("DATABASE_PASSWORD"):
        os.environ.setdefault("PGPASSWORD", password)
    name = parts.path[1:]
    try:
        psycopg2.connect(address, connect_timeout=5).close()
        return 0
    except psycopg2.OperationalError as error:
        if "does not exist" not in str(error):
            print(str(error).strip().splitlines()[0], file=sys.stderr)
            return 1
    if not make:
        print(f"there is no database {name}", file=sys.stderr)
        return 2
    try:
        connection = psycopg2.connect(parts._replace(path="/postgres").geturl(), connect_timeout=5)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        connection.close()
    except psycopg2.Error as error:
        print(str(error).strip(), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], make="--make" in sys.argv[2:]))
