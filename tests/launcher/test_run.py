"""`./redress run` from a fresh copy: under a closed parent, in a folder with a space in its name."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import state
from launcher.ports import any_free, next_free
from tests.launcher.waiting import until

ROOT = Path(__file__).resolve().parents[2]
OURS = ("REDRESS_", "DJANGO_", "PYTEST_", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "COV_")


class Copy:
    """A copy of the tracked files, and what runs in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said = folder / "said"
        clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        # The packages are there already; everything else must come from the copy.
        self.environment = {**clean, "REDRESS_VENV": sys.prefix}
        self.launcher: subprocess.Popen[bytes] | None = None

    def start(self, *words: str) -> None:
        """Start `./redress run` on a free port, as in a terminal of its own."""
        command = [sys.executable, "redress", "run", "--port", str(next_free(any_free())), *words]
        with self.said.open("wb") as file:
            self.launcher = subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stderr=file, stdout=file
            )

    def say(self, *words: str, answer: str = "") -> subprocess.CompletedProcess[str]:
        """Say `./redress ...` in a second terminal."""
        command = [sys.executable, "redress", *words]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, input=answer, capture_output=True, text=True, timeout=180
        )

    def running(self) -> state.Running | None:
        return state.current(self.folder / "var/run.json")

    def serving(self) -> state.Running | None:
        """Return the run once its pages answer."""
        running = self.running()
        return running if running and running.address else None

    def child(self, name: str) -> state.Process:
        running = self.running()
        assert running, self.words()
        return running.children.get(name, state.Process(0, ""))

    def words(self) -> str:
        return self.said.read_text(errors="replace")

    def page(self, path: str) -> tuple[int, str]:
        """Return the status and text of a page; 0 when nobody answers."""
        running = self.serving()
        if not running:
            return 0, self.words()
        with (
            contextlib.suppress(urllib.error.URLError, OSError),
            urllib.request.urlopen(running.address + path) as answer,
        ):
            return answer.status, answer.read().decode()
        return 0, self.words()


@pytest.fixture
def a_copy(tmp_path: Path) -> Iterator[Copy]:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("what is tracked is asked of git, and this is no git checkout")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    folder = closed / "a copy of the house"
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    copy = Copy(folder)
    yield copy
    if copy.launcher and copy.launcher.poll() is None:
        copy.launcher.terminate()
        copy.launcher.wait(60)


def test_a_run_comes_up_is_shared_heals_and_leaves_nothing_behind(a_copy: Copy) -> None:
    a_copy.start()
    until(lambda: a_copy.serving() or ended(a_copy), seconds=180, otherwise=a_copy.words)
    assert not ended(a_copy), a_copy.words()

    until(lambda: "Ctrl-C stops it" in a_copy.words(), seconds=60, otherwise=a_copy.words)
    it_shows_the_sign_in_page(a_copy)
    it_names_an_account_for_every_role(a_copy)
    a_second_command_uses_its_servers(a_copy)
    a_second_run_points_to_it(a_copy)
    its_data_cannot_be_removed_now(a_copy)
    for name in ("web", "worker", "beat", "broker", "postgres"):
        it_starts_again_what_was_killed(a_copy, name)
        it_goes_on_working(a_copy)
    ctrl_c_stops_all_of_it_and_keeps_the_data(a_copy)
    a_command_alone_brings_its_own_servers(a_copy)
    reset_asks_and_then_removes_the_data(a_copy)


def ended(copy: Copy) -> bool:
    return copy.launcher is None or copy.launcher.poll() is not None


def it_shows_the_sign_in_page(copy: Copy) -> None:
    status, text = copy.page("/")  # which asks a stranger to sign in
    assert status == 200 and "password" in text.lower(), text


def it_names_an_account_for_every_role(copy: Copy) -> None:
    words = copy.words().lower()
    assert all(role in words for role in ("specialist", "lead", "admin", "auditor")), copy.words()


def a_second_command_uses_its_servers(copy: Copy) -> None:
    told = copy.say(
        "manage", "shell", "-v", "0", "-c", "from django.db import connection as c; print(c.settings_dict['PORT'])"
    )
    running = copy.running()
    assert running and told.stdout.strip() in running.environment["DATABASE_URL"], told
    assert told.stdout.strip().isdigit() and "Starting" not in told.stderr
    assert copy.say("manage", "check").returncode == 0


def a_second_run_points_to_it(copy: Copy) -> None:
    running, told = copy.serving(), copy.say("run")
    assert told.returncode == 0 and running and f"running already: {running.address}" in told.stderr
    assert told.stdout == ""


def its_data_cannot_be_removed_now(copy: Copy) -> None:
    told = copy.say("reset", "--yes")
    assert told.returncode == 1 and "stop it first" in told.stderr


def it_starts_again_what_was_killed(copy: Copy, name: str) -> None:
    before = copy.child(name)
    os.kill(before.pid, signal.SIGKILL)
    until(
        lambda: copy.child(name).pid not in {0, before.pid} and copy.child(name).alive(),
        seconds=30,
        otherwise=copy.words,
    )
    until(lambda: copy.page("/healthz") == (200, '{"ok": true}'), seconds=60, otherwise=copy.words)
    assert f"{name} ended (killed by SIGKILL)" in copy.words()


def it_goes_on_working(copy: Copy) -> None:
    log = copy.folder / "var/log/worker.log"
    done = log.read_text().count(" succeeded in ")
    until(
        lambda: log.read_text().count(" succeeded in ") > done + 1,
        seconds=60,
        otherwise=lambda: log.read_text()[-2000:],
    )


def ctrl_c_stops_all_of_it_and_keeps_the_data(copy: Copy) -> None:
    running = copy.running()
    assert running and copy.launcher
    copy.launcher.send_signal(signal.SIGINT)
    assert copy.launcher.wait(90) == 0, copy.words()
    assert {name: child.alive() for name, child in running.children.items()} == dict.fromkeys(running.children, False)
    assert not (copy.folder / "var/run.json").exists()
    assert (copy.folder / "var/postgres/PG_VERSION").exists()


def a_command_alone_brings_its_own_servers(copy: Copy) -> None:
    told = copy.say(
        "manage",
        "shell",
        "-v",
        "0",
        "-c",
        "import json; from users.models import User; print(json.dumps(User.objects.count()))",
    )
    assert told.returncode == 0 and "Starting PostgreSQL" in told.stderr, told.stderr
    assert json.loads(told.stdout) > 0
    assert not (copy.folder / "var/run.json").exists()


def reset_asks_and_then_removes_the_data(copy: Copy) -> None:
    assert copy.say("reset", answer="no\n").returncode == 1
    assert (copy.folder / "var/postgres").exists()
    assert copy.say("reset", answer="yes\n").returncode == 0
    assert not (copy.folder / "var/postgres").exists() and not (copy.folder / "var/secret_key").exists()
