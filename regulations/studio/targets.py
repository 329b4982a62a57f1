"""A target of our own as the text an admin edits, and what is wrong with it, line by line. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from regulations.engine import EngineError
from regulations.engine.calendars import Calendar
from regulations.engine.targets import WAITS, Target, compiled
from regulations.engine.targets.model import TargetProblem
from regulations.engine.targets.words import STARTED
from regulations.studio.texts import Problem, TextProblem, Words, line_of, words_in


def one_target(text: str) -> Words:
    """Return the target of a text that states one; raise TextProblem."""
    told = words_in(text)
    if not isinstance(told.get("key"), str) or not told["key"]:
        raise TextProblem([Problem(line_of(text, "key"), "The text names no key. It must state one target.")])
    return {key: value for key, value in told.items() if key != "version"}


def read_target(
    text: str, *, key: str, teams: Collection[str], calendars: Mapping[str, Calendar], today: date
) -> Words:
    """Return the target a text states; raise TextProblem. Whether its products exist is for those who know them."""
    told = {name: value for name, value in words_in(text).items() if name != "version"}
    if told.get("key") != key:
        raise TextProblem([Problem(line_of(text, "key"), f"The key must stay {key}; it is how targets are found.")])
    try:
        target = compiled(told)
    except TargetProblem as problem:
        line = line_of(text, problem.named) or line_of(text, problem.key)
        raise TextProblem([Problem(line, str(problem))]) from problem
    problems = [
        Problem(
            line_of(text, team), f"There is no team {team}. The teams are {', '.join(sorted(teams)) or 'none yet'}."
        )
        for team in sorted(target.teams - set(teams))
    ]
    if target.calendar and target.calendar not in calendars:
        problems.append(Problem(line_of(text, "calendar"), f"There is no calendar {target.calendar}."))
    elif said := _never_ends(target, calendars, today):
        problems.append(Problem(line_of(text, "length"), said))
    if problems:
        raise TextProblem(problems)
    return told


def _never_ends(target: Target, calendars: Mapping[str, Calendar], today: date) -> str:
    """Say why the target could not be counted from today; "" when it can."""
    if target.length.unit != "bd":
        return ""
    for calendar in [calendars[target.calendar]] if target.calendar else calendars.values():
        try:
            target.length.end(today, calendar if target.weekend is None else calendar.with_weekend(target.weekend))
        except EngineError as error:
            return f"Counted from today it would never end: {error}"
    return ""


def target_words(words: Mapping[str, object]) -> list[str]:
    """Return what a target says, a sentence a line."""
    target = compiled(words)
    lines = [f"{target.title}: {target.words}."]
    lines += [f"Starts when {_either(target.starts)}.", f"Met when {_either(target.met_by)}."]
    whose = {"team": "the team's working time", "house": "the house's working time", "calendar": "every hour"}
    lines.append(f"Counted in {whose[target.time]}{f', calendar {target.calendar}' if target.calendar else ''}.")
    for name, chosen in (("team", target.teams), ("product", target.products), ("place", target.jurisdictions)):
        lines.append(f"For {' and '.join(sorted(chosen))}." if chosen else f"For every {name}.")
    lines += [f"Pauses while {WAITS[name][2]}." for name in sorted(target.pauses)] or ["Never pauses."]
    if not target.in_use:
        lines.append("No longer in use.")
    if words.get("why"):
        lines.append(f"Why: {words['why']}")
    return lines


def _either(kinds: Sequence[str]) -> str:
    return " or ".join(f"{STARTED[kind][0].lower()}{STARTED[kind][1:]}" for kind in kinds)
