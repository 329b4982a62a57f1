"""Pages as a browser shows them: when the largest part is there (LCP), and how long a key takes until it shows (INP)."""

from __future__ import annotations

import os
import statistics
from collections.abc import Mapping, Sequence

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks._house import Figures
from launcher.chromium import found

VISITS, PRESSES = 12, 8
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
# Shorter than this a browser does not report; it is counted as this long.
LEAST = 16.0
KEYS: dict[str, Sequence[str]] = {"queue": ("j", "k", "e", "Control+k"), "case": ("Control+k", "n")}
WATCH = """
  window.seen = { lcp: 0, keys: [] };
  new PerformanceObserver((list) => { for (const one of list.getEntries()) window.seen.lcp = one.startTime; })
    .observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (one.interactionId) window.seen.keys.push(one.duration); })
    .observe({ type: "event", durationThreshold: 16, buffered: true });
"""


def in_chromium(port: int, cookie: str, pages: Mapping[str, str]) -> Figures:
    """Return LCP over cold visits and INP over presses of keys for these pages; without a browser, why there is none."""
    path = found(os.environ)
    if not path:
        return {"browser": "skipped: no Chromium here. Install one, or name it in REDRESS_CHROMIUM."}
    figures: Figures = {}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        for name, address in pages.items():
            base = f"http://127.0.0.1:{port}"
            visits = sorted(_visit(browser, base, address, cookie) for _ in range(VISITS))
            figures |= {
                f"{name}_lcp_p50_ms": round(statistics.median(visits), 1),
                f"{name}_lcp_p75_ms": round(statistics.quantiles(visits, n=4)[2], 1),
            }
            figures |= _pressed(browser, base, address, cookie, name)
        browser.close()
    return figures


def _opened(browser: Browser, base: str, cookie: str) -> Page:
    """Return a page of somebody who is signed in and has nothing in the cache."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": base}])
    context.add_init_script(WATCH)
    return context.new_page()


def _visit(browser: Browser, base: str, address: str, cookie: str) -> float:
    page = _opened(browser, base, cookie)
    page.goto(base + address, wait_until="load")
    # Asked again and again from here: the page's own rules let nobody evaluate a condition within it.
    for _ in range(40):
        page.wait_for_timeout(100)
        if lcp := float(page.evaluate("window.seen.lcp")):
            page.context.close()
            return lcp
    raise SystemExit(f"The browser painted nothing of {address}.")


def _pressed(browser: Browser, base: str, address: str, cookie: str, name: str) -> Figures:
    """Press each key some times; the INP of so few is the longest of all."""
    page = _opened(browser, base, cookie)
    page.goto(base + address, wait_until="networkidle")
    told: Figures = {}
    for key in KEYS[name]:
        page.evaluate("window.seen.keys = []")
        for _ in range(PRESSES):
            page.keyboard.press(key)
            page.wait_for_timeout(120)
            if key in ("Control+k", "n"):
                # A dialog or a field keeps the keys to itself.
                page.evaluate("document.querySelector('dialog[open]')?.close(); document.activeElement?.blur()")
        page.wait_for_timeout(200)
        durations = [float(one) for one in page.evaluate("window.seen.keys")]
        told[f"{name}_key_{key.replace('Control+k', 'palette')}_ms"] = max([LEAST, *durations])
    page.context.close()
    return {f"{name}_inp_ms": max(told.values()), **told}
