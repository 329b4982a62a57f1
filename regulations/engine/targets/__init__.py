"""Targets of our own, kept apart from the law's clocks: they may pause while we wait for others. Pure, no Django."""

from regulations.engine.targets.counting import Hours, Wait
from regulations.engine.targets.model import EVENTS, WAITS, Target, compiled
from regulations.engine.targets.running import About, Happening, Run, run, runs
from regulations.engine.targets.strip import run_strip

__all__ = [
    "EVENTS", "WAITS", "About", "Happening", "Hours", "Run", "Target", "Wait", "compiled", "run", "run_strip", "runs",
]  # fmt: skip
