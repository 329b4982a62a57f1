"""The rule engine: pure Python, no Django. clocks(rules, facts, events, calendars) -> clocks."""

from regulations.engine.book import Book, Definition, compile_book
from regulations.engine.evaluate import evaluate
from regulations.engine.explain import Absence, Verdict, explain
from regulations.engine.model import Clock, EngineError, Event
from regulations.engine.remembered import Remembered
from regulations.engine.strip import Day, day_strip

__all__ = [
    "Absence", "Book", "Clock", "Day", "Definition", "EngineError", "Event", "Remembered", "Verdict", "compile_book",
    "day_strip", "evaluate", "explain",
]  # fmt: skip
