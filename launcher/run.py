"""`./redress run`: everything up and kept up, until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from typing import NoReturn

from launcher import holding, programs, services, state
from launcher.install import install
from launcher.places import PYTHON, ROOT, VAR
from launcher.ports import a_port, next_free
from launcher.supervisor import Child, Supervisor
from launcher.terminal import Problem, say

FIRST_PORT = 8000
# Written after the first start whether or not it made demo data: none may appear among real complaints later.
FIRST_START_DONE = VAR / "first_start_done"


def run(words: Sequence[str]) -> int:
    """Start what is missing, serve until told to stop, and stop what was started."""
    parser = argparse.ArgumentParser(prog="./redress run", description=run.__doc__)
    parser.add_argument("--port", type=a_port, default=FIRST_PORT, help="the port to try first (default: %(default)s)")
    parser.add_argument("--no-demo", action="store_true", help="start empty, without people and complaints to try with")
    options = parser.parse_args(words)
    for number in programs.SIGNALS:
        # nohup tells us to outlive the terminal; a script's `&` must not make us deaf to Ctrl-C's signal.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop_like_ctrl_c)
    given = services.given_by_environment()
    install(services.locks(given))
    with holding.the_data(or_a_run=True) as running:
        if running:
            return point_to(running)
        supervisor = Supervisor()
        try:
            serve(supervisor, given, options)
        except KeyboardInterrupt:
            say("Stopping")
            return 0
        finally:
            anything = bool(supervisor.children)
            supervisor.stop()
            holding.STATE.unlink(missing_ok=True)
            if anything:
                say("Everything that was started here has stopped; the data is kept")


def stop_like_ctrl_c(*_: object) -> None:
    """Treat the other ways to end a program as Ctrl-C."""
    raise KeyboardInterrupt


def point_to(running: state.Running) -> int:
    """Say where the run that has the data serves; wait while it starts."""
    end = time.monotonic() + 120
    while running.launcher.alive() and not running.address and time.monotonic() < end:
        time.sleep(0.2)
        running = state.current(holding.STATE) or running
    if not running.address:
        raise Problem("Another ./redress run is starting and did not come up. Look at its terminal.")
    say(f"Redress is running already: {running.address}")
    say("Stop it with Ctrl-C in its own terminal, or with ./redress stop")
    return 0


def serve(supervisor: Supervisor, given: Mapping[str, str], options: argparse.Namespace) -> NoReturn:
    """Bring everything up and watch over it; only an interrupt ends it."""
    environment = {**holding.settings(), **services.start(supervisor, VAR, given)}
    running = state.Running(state.this_process(), shared=True, environment=environment)

    def write_down() -> None:
        running.children = supervisor.processes()
        try:
            state.write(holding.STATE, running)
        except OSError as error:
            # A full disk is no reason to stop serving what can still be read.
            say(f"{holding.STATE} cannot be written: {error.strerror}")

    write_down()
    prepare_data(environment, demo=not options.no_demo)
    port = next_free(options.port)
    if port != options.port:
        say(f"Port {options.port} is in use by another program; taking {port}")
    address = f"http://127.0.0.1:{port}"
    running.environment = environment = {"SITE_URL": os.environ.get("SITE_URL", address), **environment}
    settings = programs.environment("local", environment)
    for child in children(port, settings):
        say(f"Starting {child.name}")
        supervisor.start(child)
    web = supervisor.children[-1]
    write_down()
    supervisor.wait_until(web, lambda: healthy(port), seconds=90)
    running.address = address
    write_down()
    greet(address, environment)
    while True:
        if supervisor.look():
            write_down()
        time.sleep(0.1)


def prepare_data(environment: Mapping[str, str], *, demo: bool) -> None:
    """Bring the database, the rules and the static files to this version of the code."""
    manage(environment, "Bringing the database up to date", "migrate", "--no-input", "-v", "0")
    manage(environment, "Gathering static files", "collectstatic", "--no-input", "-v", "0")
    manage(environment, "Loading rules and calendars", "load_rulebooks")
    if demo and not FIRST_START_DONE.exists():
        manage(environment, "Making demo data", "seed_demo")
    FIRST_START_DONE.touch()


def manage(environment: Mapping[str, str], saying: str, *words: str) -> None:
    """Run one command of manage.py; its output goes where the launcher speaks."""
    say(saying)
    settings = {"LOG_LEVEL": "WARNING", **environment}
    if programs.run("local", settings, ["manage.py", *words], output=sys.stderr, step=True):
        raise Problem(f"manage.py {words[0]} failed; its own words are above. Nothing was started for others to use.")


def children(port: int, settings: Mapping[str, str]) -> list[Child]:
    """Return worker, beat and web: the last is ready last, and stops first."""
    python = str(PYTHON)
    beat = ["--schedule", str(VAR / "beat-schedule"), "--pidfile", ""]
    web = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    commands = {
        "worker": ["-m", "celery", "-A", "config", "worker", "--loglevel", "INFO", "--concurrency", "2"],
        "beat": ["-m", "celery", "-A", "config", "beat", "--loglevel", "INFO", *beat],
        "web": ["-m", "gunicorn", "config.wsgi", *web, "--access-logfile", "-", "--no-control-socket"],
    }
    return [
        Child(name, [python, *words], VAR / "log" / f"{name}.log", environment=settings, folder=ROOT)
        for name, words in commands.items()
    ]


def healthy(port: int) -> bool:
    """Return whether the pages answer and reach the database."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(line):
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    return False


def greet(address: str, environment: Mapping[str, str]) -> None:
    """Say where to go, and as whom."""
    settings = {"LOG_LEVEL": "WARNING", **environment}
    say(f"Redress is ready: {address}")
    programs.run("local", settings, ["manage.py", "demo_accounts"], output=sys.stderr, step=True)
    say(f"Logs are in {os.path.relpath(VAR / 'log')}. Ctrl-C stops it")
