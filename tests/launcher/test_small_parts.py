"""Ports, secrets, folders and the words of the entry."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.install import read_stamp
from launcher.places import ROOT, prepare
from launcher.ports import LAST, answers, any_free, is_free, next_free
from launcher.proving import table
from launcher.run import run
from launcher.secret import kept
from launcher.stopping import KEPT
from launcher.terminal import Problem


@pytest.fixture
def a_busy_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_free_port_is_taken_and_a_busy_one_gives_way_to_the_next(a_busy_port: int) -> None:
    free = any_free()

    assert next_free(free) == free
    assert next_free(a_busy_port) > a_busy_port
    assert not is_free(a_busy_port)
    assert answers(a_busy_port)


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = kept(tmp_path / "secret_key")

    assert kept(tmp_path / "secret_key") == first
    assert len(first) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(Problem, match=r"Nothing can be written to .*Make it writable"):
        prepare(tmp_path / "file" / "var")


def test_a_stamp_that_cannot_be_read_means_nothing_is_installed(tmp_path: Path) -> None:
    assert read_stamp(tmp_path / "none.json") == ("", {})


def test_a_benchmarks_json_becomes_a_table() -> None:
    assert table('{"rows": 10, "engine": "sweep"}') == "rows    10\nengine  sweep\n"
    assert table("not json") == ""


def test_reset_never_names_a_folder_outside_the_data() -> None:
    assert not [name for name in KEPT if "/" in name or name in {"", ".", ".."}]


def test_the_entry_says_what_is_wrong_to_an_old_python() -> None:
    entry = (ROOT / "redress").read_text()

    # An old Python must be able to read the lines before the check: no annotations, no f-strings, no new imports.
    before = entry.partition("from launcher")[0]
    assert 'f"' not in before and "->" not in before and "__future__" not in before
    assert "Redress needs Python 3.11 or newer" in before


def test_an_unknown_word_lists_the_known_ones_and_keeps_stdout_empty() -> None:
    told = subprocess.run([str(ROOT / "redress"), "fly"], capture_output=True, text=True)

    assert told.returncode == 2
    assert told.stdout == ""
    assert "manage" in told.stderr and "reset" in told.stderr


@pytest.mark.parametrize("asked", ["0", "65536", "99999", "-1", "x", "", "9" * 5000])
def test_a_port_that_is_none_is_refused_before_anything_starts(asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run([f"--port={asked}"])

    assert ended.value.code == 2
    assert "is no port; give a number from 1 to 65535" in capsys.readouterr().err


def test_no_port_above_the_last_is_looked_for() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", LAST))
        busy.listen()
        with pytest.raises(Problem, match="is free"):
            next_free(LAST)
