"""How far an import is, how fast, and how long it will still take: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

WIDTH = 30
# Seconds between two looks; lines in a log are rarer than a bar's redrawing.
ON_TERMINAL, IN_LOG = 0.2, 5.0


class Screen(Protocol):
    """Where progress is shown; a command's stderr is one."""

    def write(self, msg: str, style_func: Callable[[str], str], ending: str, /) -> object: ...
    def flush(self) -> object: ...
    def isatty(self) -> bool: ...


class Progress:
    """Shows the share of bytes read, since nobody knows the rows before the end."""

    def __init__(self, screen: Screen, *, size: int, began: float) -> None:
        self._screen = screen
        self._size = size
        self._tty = screen.isatty()
        self._began = self._shown = began

    def show(self, *, rows: int, position: int, now: float) -> None:
        """Show where we are, if the last look was long enough ago. Times in seconds, of one running clock."""
        if now - self._shown < (ON_TERMINAL if self._tty else IN_LOG):
            return
        self._shown = now
        took = now - self._began
        rate = f"{rows:,} rows, {rows / took:,.0f} a second"
        share = min(position / self._size, 1.0) if self._size else 0.0
        left = f", {_length(took * (1 - share) / share)} left" if share else ""
        if self._tty:
            full = round(share * WIDTH)
            self._say(f"\r[{'#' * full}{'.' * (WIDTH - full)}] {share:4.0%}  {rate}{left}   ")
        else:
            self._say(f"{share:.0%} read: {rate}{left}\n")

    def end(self) -> None:
        """Leave the line clean for what comes next."""
        if self._tty:
            self._say("\r" + " " * (WIDTH + 70) + "\r")

    def _say(self, words: str) -> None:
        # Plain, without the red of errors.
        self._screen.write(words, str, "")
        self._screen.flush()


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
