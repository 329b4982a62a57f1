"""Which PostgreSQL and which Redis are used."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher import broker, postgres
from launcher.services import given_by_environment, locks
from launcher.terminal import Problem


def a_program(folder: Path, name: str, words: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{words}\n")
    (folder / name).chmod(0o755)
    return folder / name


def a_postgres(folder: Path, version: int) -> Path:
    a_program(folder, "initdb", "true")
    a_program(folder, "postgres", f"echo 'postgres (PostgreSQL) {version}.2 (Debian)'")
    return folder


def test_postgres_on_the_path_comes_before_the_systems_folders_and_newer_ones_first(tmp_path: Path) -> None:
    on_path = a_postgres(tmp_path / "bin", 16)
    a_postgres(tmp_path / "system/9/bin", 9)
    a_postgres(tmp_path / "system/14/bin", 14)
    a_postgres(tmp_path / "system/17/bin", 17)

    found = postgres.places(str(on_path), system=str(tmp_path / "system"))

    assert [postgres.version(folder) for folder in found] == [16, 17, 14, 9]


def test_data_is_opened_by_the_version_that_made_it(tmp_path: Path) -> None:
    newer, older = a_postgres(tmp_path / "17", 17), a_postgres(tmp_path / "15", 15)
    (tmp_path / "cluster").mkdir()

    assert postgres.choose([newer, older], tmp_path / "cluster") == newer
    (tmp_path / "cluster/PG_VERSION").write_text("15\n")
    assert postgres.choose([newer, older], tmp_path / "cluster") == older
    with pytest.raises(Problem, match="was made by PostgreSQL 15"):
        postgres.choose([newer], tmp_path / "cluster")


def test_a_machine_without_postgres_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="Install one, or set DATABASE_URL"):
        postgres.choose([], tmp_path)


def test_redis_comes_before_valkey(tmp_path: Path) -> None:
    valkey = a_program(tmp_path, "valkey-server", "true")
    assert broker.of_machine(str(tmp_path)) == [str(valkey)]

    redis = a_program(tmp_path, "redis-server", "true")

    assert broker.of_machine(str(tmp_path)) == [str(redis), str(valkey)]


def test_what_the_environment_names_comes_before_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@db/redress")
    monkeypatch.setenv("REDIS_URL", "redis://broker")

    given = given_by_environment()

    assert given == {"DATABASE_URL": "postgres://somebody@db/redress", "REDIS_URL": "redis://broker"}
    assert locks(given) == ["requirements.txt"]
