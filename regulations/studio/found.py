"""What is published and what is being written, as the studio reads it."""

from __future__ import annotations

from datetime import date

from regulations import books
from regulations.calendars.generate import FIRST_YEAR
from regulations.engine import Definition, EngineError
from regulations.engine.versions import gaps, governed
from regulations.engine.words import spoken
from regulations.models import CalendarVersion, Draft, DraftKind, RuleVersion, TargetVersion
from regulations.studio.targets import read_target
from regulations.studio.texts import Problem, TextProblem, Words, as_pack, as_text, read_calendar, read_rule, words_in
from users.errors import NotVisible
from users.models import Team

Version = RuleVersion | CalendarVersion | TargetVersion
# What a version says of its place among the others: it is not the law's words.
NUMBERED = frozenset({"version", "supersedes"})


def newest(kind: str, key: str) -> Version | None:
    """Return the newest published version of a rule or a calendar."""
    return next(iter(versions(kind, key)), None)


def versions(kind: str, key: str) -> list[Version]:
    """Return every published version of a rule or a calendar, newest first."""
    if kind == DraftKind.RULE:
        return list(RuleVersion.objects.select_related("published_by").filter(rule=key).order_by("-version"))
    if kind == DraftKind.CALENDAR:
        return list(CalendarVersion.objects.select_related("published_by").filter(key=key).order_by("-version"))
    if kind == DraftKind.TARGET:
        return list(TargetVersion.objects.select_related("published_by").filter(key=key).order_by("-version"))
    return []


def version(kind: str, key: str, number: int) -> Version:
    """Return one version, or raise NotVisible."""
    found = next((one for one in versions(kind, key) if one.version == number), None)
    if found is None:
        raise NotVisible(f"{key} has no version {number}.")
    return found


def is_enforced(found: Version | None) -> bool:
    """Say whether the product acts on it; a calendar is counted with, not acted on."""
    return found.enforced if isinstance(found, RuleVersion) else False


def text_of(found: Version | None) -> str:
    """Return a published version as the text an admin edits; "" for none."""
    if found is None:
        return ""
    if isinstance(found, RuleVersion):
        return as_text({key: value for key, value in found.definition.items() if key not in NUMBERED})
    if isinstance(found, TargetVersion):
        return as_text(found.definition)
    hours = {"hours": found.hours} if found.hours else {}
    until = found.known_until.isoformat()
    return as_text({"key": found.key, "weekend": found.weekend, "known_until": until, **hours, "closed": found.closed})


def begun_from(base: Version | None, newest: Version | None) -> str:
    """Return the text a draft begins with: the words of the base, and that they close the newest version."""
    if not isinstance(base, RuleVersion) or newest is None:
        return text_of(base)
    return as_text({**words_in(text_of(base)), "supersedes": newest.version})


def says_the_same(text: str, known: Version | None) -> bool:
    """Say whether a text states what is published already, however it is set out."""
    try:
        told = words_in(text)
    except TextProblem:
        return False
    return {key: value for key, value in told.items() if key not in NUMBERED} == words_in(text_of(known))


def own_versions(key: str) -> list[dict[str, object]]:
    """Return the words of every published version of a rule, with its number."""
    return [{**row.definition, "version": row.version} for row in RuleVersion.objects.filter(rule=key)]


def notes(draft: Draft) -> list[str]:
    """Return what the draft does to the days of other versions, in words; nothing for a text that states no rule."""
    if draft.kind != DraftKind.RULE:
        return []
    try:
        told = words_of(draft)
        own = [*own_versions(draft.key), {**told, "version": draft.base_version + 1}]
        said = gaps(governed(own))
    except (TextProblem, EngineError):
        return []
    if "supersedes" not in told:
        return said
    start = told.get("effective_from")
    when = f"from {spoken(date.fromisoformat(str(start)))} on" if start else "from the first day on"
    return [f"It closes version {told['supersedes']} {when}.", *said]


def exported(found: Version) -> str:
    """Return a published version as a file that can be brought in elsewhere: a rule as a pack of one."""
    return as_pack(found.definition) if isinstance(found, RuleVersion) else text_of(found)


def words_of(draft: Draft) -> Words:
    """Return what the draft states; raise TextProblem when it states nothing that could be published."""
    if draft.kind == DraftKind.RULE:
        return read_rule(
            draft.text, key=draft.key, others=others(draft.key), calendars=calendar_keys(), own=own_versions(draft.key)
        )
    if draft.kind == DraftKind.TARGET:
        return read_target(
            draft.text, key=draft.key, teams=team_names(), calendars=books.current().calendars,
            today=draft.changed_at.date(),
        )  # fmt: skip
    known = newest(DraftKind.CALENDAR, draft.key)
    if not isinstance(known, CalendarVersion):
        raise TextProblem([Problem(0, f"There is no calendar {draft.key}.")])
    return read_calendar(draft.text, key=draft.key, first=date(FIRST_YEAR, 1, 1), known=known.known_until)


def problems(draft: Draft) -> list[Problem]:
    """Return what must be put right before the draft can be published."""
    try:
        words_of(draft)
    except TextProblem as problem:
        return problem.problems
    return []


def others(key: str) -> list[Definition]:
    """Return every other rule's newest version: what a draft of this rule may name."""
    found: dict[str, RuleVersion] = {}
    for row in RuleVersion.objects.exclude(rule=key).order_by("version"):
        found[row.rule] = row
    return [Definition({**row.definition, "version": row.version}, row.enforced) for row in found.values()]


def team_names() -> frozenset[str]:
    """Return the name of every team."""
    return frozenset(Team.objects.values_list("name", flat=True))


def calendar_keys() -> frozenset[str]:
    """Return the key of every published calendar."""
    return frozenset(CalendarVersion.objects.values_list("key", flat=True).distinct())
