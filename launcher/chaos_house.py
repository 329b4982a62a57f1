"""A house of its own to be broken: servers, workers, beat and web on throwaway data, and the hand that breaks them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from launcher import broker, programs, services
from launcher.chaos_plan import Fault
from launcher.places import PYTHON, ROOT
from launcher.ports import any_free
from launcher.run import healthy
from launcher.supervisor import Child, Supervisor
from launcher.terminal import Problem, say

WORKERS = ("worker-a", "worker-b")
IDLE_CONNECTIONS = 300
# As many as may sit idle, and room for those who work.
CONNECTIONS = IDLE_CONNECTIONS + 60
STEP = 3600  # seconds


class House:
    """Everything that `./redress run` starts, twice as many workers, and somebody to ask the database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.supervisor = Supervisor()
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.port = any_free()

    def start(self) -> None:
        """Bring everything up, and wait until it works."""
        addresses = services.start(self.supervisor, self.folder, {}, durable=True, connections=CONNECTIONS)
        self.broker_address = addresses["REDIS_URL"]
        given = {**addresses, "REDRESS_VAR": str(self.folder), "LOG_LEVEL": "WARNING"}
        self.environment = programs.environment("local", given) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        for words in (
            ["migrate", "--no-input", "-v", "0"],
            ["collectstatic", "--no-input", "-v", "0"],
            ["load_rulebooks"],
        ):
            if programs.run("local", given, ["manage.py", *words], output=sys.stderr, step=True):
                raise Problem(f"manage.py {words[0]} failed; its own words are above.")
        for name in WORKERS:
            self._start(name, "celery", "-A", "config", "worker", "-c", "1", "-n", f"{name}@chaos", "-l", "WARNING")
        self._start("beat", *self._beat("beat"))
        web = ["gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}", "--no-control-socket"]
        self.supervisor.wait_until(self._start("web", *web), lambda: healthy(self.port), seconds=90)
        self.teller = subprocess.Popen(
            [str(PYTHON), "-m", "launcher.chaos_rows"], cwd=ROOT, env=self.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, do: str, **words: object) -> dict[str, Any]:
        """Ask the database's side; {"away": ...} when it cannot be reached."""
        assert self.teller.stdin and self.teller.stdout
        self.teller.stdin.write(json.dumps({"do": do, **words}) + "\n")
        self.teller.stdin.flush()
        line = self.teller.stdout.readline()
        if not line:
            raise Problem("The database's side of the chaos run ended; its words are above.")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def look(self) -> None:
        """Start again what fell, and end the faults whose time is over."""
        self.supervisor.look()
        now = time.monotonic()
        for due, act in [item for item in self.later if item[0] <= now]:
            self.later.remove((due, act))
            act()

    def do(self, fault: Fault) -> None:
        """Let this go wrong."""
        say(f"{fault.kind}{f' for {fault.length:g} s' if fault.length else ''}")
        kind, victim = fault.kind.partition("_")[::2]
        if fault.kind == "kill_pool_child":
            self._kill_pool_child(self._worker(fault))
        elif kind == "kill" or fault.kind == "restart_postgres":
            child = self._worker(fault) if victim == "worker" else self._child(victim)
            self._end(child, signal.SIGINT if kind == "restart" else signal.SIGKILL, fault.length)
        elif fault.kind == "terminate_backends":
            self.ask("terminate")
        elif fault.kind == "flush_broker":
            self._flush()
        elif fault.kind == "stop_worker":
            self._stop(self._worker(fault), fault.length)
        elif fault.kind == "second_beat":
            second = subprocess.Popen(
                self._program("second", *self._beat("second")), cwd=ROOT, env=self.environment,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
            self._then(fault.length, lambda: _kill(second))
        elif fault.kind == "step_clock":
            self._step_clock(self._worker(fault).name if fault.which % 3 else "beat", fault)
        elif fault.kind == "idle_connections":
            self._sit_idle(fault.length)

    def calm(self) -> None:
        """End every fault that still lasts; forget how often who fell."""
        while self.later:
            self.later.pop()[1]()
        for child in self.supervisor.children:
            child.falls = 0

    def end(self) -> None:
        """Stop everything that was started here."""
        self.calm()
        if hasattr(self, "teller"):
            _kill(self.teller)
        self.supervisor.stop()

    def _start(self, name: str, *words: str) -> Child:
        child = Child(
            name,
            self._program(name, *words),
            self.folder / "log" / f"{name}.log",
            environment=self.environment,
            folder=ROOT,
        )
        self.supervisor.start(child)
        return child

    def _program(self, name: str, *words: str) -> list[str]:
        """Return the command of a program whose clock this run may step."""
        return [str(PYTHON), "-m", "launcher.chaos_program", str(self._clock(name)), *words]

    def _clock(self, name: str) -> Path:
        return self.folder / f"clock-{name}"

    def _beat(self, name: str) -> list[str]:
        schedule = str(self.folder / f"schedule-{name}")
        return ["celery", "-A", "config", "beat", "--pidfile", "", "--schedule", schedule, "-l", "WARNING"]

    def _child(self, name: str) -> Child:
        return next(child for child in self.supervisor.children if child.name == name)

    def _worker(self, fault: Fault) -> Child:
        return self._child(WORKERS[fault.which % len(WORKERS)])

    def _then(self, seconds: float, act: Callable[[], None]) -> None:
        self.later.append((time.monotonic() + seconds, act))

    def _end(self, child: Child, how: signal.Signals, away: float) -> None:
        """End the program and all it started; it comes back by itself, not before it was away this long."""
        if child.process is None:
            return
        process = child.process
        with contextlib.suppress(ProcessLookupError):
            # PostgreSQL is told to stop itself; everything else goes with its children.
            os.kill(process.pid, how) if how == signal.SIGINT else os.killpg(process.pid, how)
        process.wait(30)
        self.supervisor.look()
        child.again_at = max(child.again_at, time.monotonic() + away)

    def _kill_pool_child(self, worker: Child) -> None:
        """Kill the process that works, not the one that reads the broker."""
        if worker.process:
            parent = worker.process.pid
            listed = Path(f"/proc/{parent}/task/{parent}/children")
            for pid in listed.read_text().split() if listed.exists() else []:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)

    def _stop(self, worker: Child, seconds: float) -> None:
        if worker.process:
            group = worker.process.pid
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGSTOP)
            self._then(seconds, lambda: _signal(group, signal.SIGCONT))

    def _step_clock(self, name: str, fault: Fault) -> None:
        """Set one machine's clock an hour forward or back, and right again later."""
        self._clock(name).write_text(str(STEP if fault.which % 2 else -STEP), encoding="utf-8")
        self._then(fault.length, lambda: self._clock(name).unlink(missing_ok=True))

    def _flush(self) -> None:
        parts = urlsplit(self.broker_address)
        with contextlib.suppress(OSError), socket.create_connection((parts.hostname or "", parts.port or 0), 3) as line:
            line.sendall(f"AUTH {unquote(parts.password or '')}\r\nFLUSHALL\r\n".encode())
            line.recv(100)

    def _sit_idle(self, seconds: float) -> None:
        """Open connections that begin a transaction, look at a row, and sit there."""
        script = Path(__file__).with_name("chaos_idle.py")
        words = [str(PYTHON), str(script), self.environment["DATABASE_URL"], str(IDLE_CONNECTIONS)]
        idle = subprocess.Popen(words, stderr=subprocess.DEVNULL)
        self._then(seconds, lambda: _kill(idle))

    def broker_answers(self) -> bool:
        """Return whether the broker is there."""
        return broker.accepts(self.broker_address)


def _signal(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


def _kill(process: subprocess.Popen[Any]) -> None:
    process.kill()
    process.wait(10)
