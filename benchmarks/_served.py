"""Pages over HTTP as people get them: a gunicorn as `./redress run` starts it, asked at a steady rate that never waits."""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from benchmarks._house import Figures, spread
from launcher.places import ROOT
from launcher.run import healthy

RATE, SECONDS, TURNS = 20, 3, 5
SERVER = (
    "gunicorn",
    "config.wsgi",
    "--worker-class",
    "gthread",
    "--workers",
    "2",
    "--threads",
    "4",
    "--no-control-socket",
)
# Answers and reaches the database, with no page around it: what is left of the goal for the page itself.
BARE = "/healthz"
PATIENCE = 30.0


@contextlib.contextmanager
def served() -> Iterator[int]:
    """Start the server and give its port once it answers; it ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    words = [sys.executable, "-m", *SERVER, "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        until = time.monotonic() + PATIENCE
        while not healthy(port):
            if time.monotonic() > until or server.poll() is not None:
                raise SystemExit(f"The server did not answer within {PATIENCE:.0f} s. Start it by hand to see why.")
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def at_a_steady_rate(port: int, cookie: str, pages: Mapping[str, str]) -> Figures:
    """Ask for each page and the bare view in turn, a few seconds at a time; return how long each took.

    A request is sent when it is due, whether or not those before it were answered, and its time counts from then.
    """
    took: dict[str, list[float]] = {name: [] for name in ("bare", *pages)}
    with ThreadPoolExecutor(64) as people:
        for address in (BARE, *pages.values()):
            for _ in range(4):
                _ask(port, address, cookie, time.perf_counter())
        for _ in range(TURNS):
            for name, address in {"bare": BARE, **pages}.items():
                began = time.perf_counter() + 0.05
                asked = [
                    people.submit(_ask, port, address, cookie, began + number / RATE)
                    for number in range(RATE * SECONDS)
                ]
                took[name] += [one.result() for one in asked]
    return {key: value for name in took for key, value in spread(f"http_{name}", took[name]).items()} | {
        "http_requests_each": RATE * SECONDS * TURNS,
        "http_rps": RATE,
    }


def _ask(port: int, address: str, cookie: str, due: float) -> float:
    """Ask for a page when it is due; return the milliseconds from then until all of it is here."""
    time.sleep(max(0.0, due - time.perf_counter()))
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(line):
        line.request("GET", address, headers={"Cookie": f"sessionid={cookie}", "Accept-Encoding": "gzip"})
        answer = line.getresponse()
        answer.read()
    if answer.status != 200:
        raise SystemExit(f"{address} answered {answer.status} to the benchmark.")
    return 1_000 * (time.perf_counter() - due)
