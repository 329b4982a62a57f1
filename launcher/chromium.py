"""Finds a Chromium for the tests that drive a browser, and installs one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

from launcher.places import PYTHON
from launcher.terminal import Problem, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as start\n"
    "with start() as play: print(play.chromium.executable_path)"
)


def found(environment: Mapping[str, str]) -> str:
    """Return the browser that is here: the environment's, the PATH's or Playwright's; empty when there is none."""
    if named := environment.get("REDRESS_CHROMIUM", ""):
        if not shutil.which(named):
            raise Problem(f"REDRESS_CHROMIUM names {named}, which is not a program. Correct it or unset it.")
        return named
    for name in NAMES:
        if path := shutil.which(name, path=environment.get("PATH")):
            return path
    told = subprocess.run([str(PYTHON), "-c", ASK_PLAYWRIGHT], capture_output=True, text=True).stdout.strip()
    return told if told and os.path.exists(told) else ""


def chromium() -> str:
    """Return a Chromium, installed now when it was missing."""
    if browser := found(os.environ):
        return browser
    say("Installing Chromium for the tests that drive a browser")
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (
            ["update", "-qq"],
            ["install", "-qq", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
        ):
            subprocess.run(["apt-get", *words], stdin=subprocess.DEVNULL, stdout=sys.stderr, env=environment)
    else:
        subprocess.run([str(PYTHON), "-m", "playwright", "install", "chromium"], stdout=sys.stderr)
    if browser := found(os.environ):
        return browser
    raise Problem(
        "Chromium could not be installed; the installer's own words are above. Install it, or set REDRESS_CHROMIUM."
    )
