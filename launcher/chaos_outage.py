"""`./redress chaos --outage SECONDS`: the broker is away so long, and what fell due meanwhile is waited for."""

from __future__ import annotations

import contextlib
import html
import http.client
import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from launcher.chaos_house import House
from launcher.chaos_plan import Fault
from launcher.terminal import Problem, say

ALLOWED = 60.0  # seconds after the broker is back in which everything must have its outcome
LOOK = 1.0  # seconds between two looks at what the house says of itself
LEAD = 3.0  # seconds until the first limit is due: the broker is gone by then
LATE = re.compile(r"the first since ([\d,]+) s\.")
SENTENCE = re.compile(r'<p class="message message--\w+" role="status">([^<]*)</p>')
FIGURE = re.compile(r"^redress_due_oldest_seconds ([\d.e+]+)$", re.MULTILINE)


@dataclass
class Said:
    """What the house said of itself while the broker was away: the largest lag (s) by place, and its sentence."""

    page_s: float = 0
    metrics_s: float = 0
    api_s: float = 0
    sentence: str = ""
    looks: int = 0
    unanswered: int = 0


def one_outage(house: House, seed: int, *, timers: int, away: float, planted: str) -> dict[str, Any]:
    """Take the broker away while limits fall due, bring it back, and return what came of them, and when."""
    say(f"The broker is away for {away:g} s while {timers} limits fall due")
    made = house.ask("make", seed=seed, timers=timers, seconds=away - LEAD, first_after=LEAD, planted=planted)
    who = house.ask("overseer")
    if "away" in made or "away" in who:
        raise Problem("The timers could not be made; the database cannot be reached.")
    headers = {"Cookie": str(who["cookie"]), "Authorization": f"Token {who['token']}"}
    gone, gone_at = time.monotonic(), datetime.now(UTC).isoformat()
    house.do(Fault("kill_broker", 0, away, 0))
    said, before = _while_away(house, headers, until=gone + away), house.ask("progress")["done"]
    back, back_at = _back(house), datetime.now(UTC).isoformat()
    seconds = _until_all(house, timers, since=back)
    judged, told = house.ask("judge", faults=[["kill_broker", back_at]], spans=[[gone_at, back_at]]), asdict(said)
    # The page, the figures and the API must each have said about as much as the oldest limit then waited.
    wanted = 0.8 * (away - 2 * LEAD)
    silent = [place for place in ("page", "metrics", "api") if told[f"{place}_s"] < wanted]
    if "complaints are due" not in said.sentence:
        silent.append("sentence")
    return {
        **judged, "outage_s": round(back - gone, 1), "done_while_away": before, "all_done_s": seconds,
        "said": told, "silent": silent, "late": int(seconds is None or seconds > ALLOWED),
    }  # fmt: skip


def _while_away(house: House, headers: Mapping[str, str], *, until: float) -> Said:
    said = Said()
    while time.monotonic() < until:
        house.look()
        _listen(house.port, headers, said)
        time.sleep(LOOK)
    return said


def _listen(port: int, headers: Mapping[str, str], said: Said) -> None:
    """Read the page, /metrics and the API once, as a person and a monitor would."""
    said.looks += 1
    page, figures, api = (
        _get(port, address, headers) for address in ("/escalations/health/", "/metrics", "/api/v1/health/")
    )
    if not (page and figures and api):
        said.unanswered += 1
    if found := LATE.search(page):
        said.page_s = max(said.page_s, float(found[1].replace(",", "")))
    if found := SENTENCE.search(page):
        said.sentence = html.unescape(found[1])
    if found := FIGURE.search(figures):
        said.metrics_s = max(said.metrics_s, float(found[1]))
    if api:
        said.api_s = round(max(said.api_s, json.loads(api)["due_age"] or 0), 1)


def _get(port: int, address: str, headers: Mapping[str, str]) -> str:
    """Return what the address says; nothing when it does not answer 200 within five seconds."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(line):
        line.request("GET", address, headers=dict(headers))
        answer = line.getresponse()
        text = answer.read().decode("utf-8", "replace")
        return text if answer.status == 200 else ""
    return ""


def _back(house: House) -> float:
    """Wait until the broker answers again, and return when it did."""
    end = time.monotonic() + ALLOWED
    while not house.broker_answers():
        if time.monotonic() > end:
            raise Problem("The broker did not come back.")
        house.look()
        time.sleep(0.05)
    return time.monotonic()


def _until_all(house: House, timers: int, *, since: float) -> float | None:
    """Return the seconds until the last limit had its outcome; None when it had none in twice the time allowed."""
    while time.monotonic() < since + 2 * ALLOWED:
        house.look()
        if house.ask("progress").get("done", 0) >= timers:
            return round(time.monotonic() - since, 2)
        time.sleep(0.1)
    return None
