"""Publish rules and calendars: each version once, immutable afterwards."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from regulations.calendars.generate import FILE, LAST_YEAR
from regulations.engine.targets import compiled
from regulations.engine.versions import Overlap, refuse_overlap
from regulations.models import CalendarVersion, RuleVersion, SourceStatus, TargetVersion
from regulations.rulebooks import shipped

log = logging.getLogger("redress.regulations")


@transaction.atomic
def publish_shipped(*, at: datetime) -> tuple[int, int]:
    """Publish what the packs and calendars say and no version says yet; return how many of each."""
    shipped.load_book()
    return _publish_rules(at), _publish_calendars(at)


def _publish_rules(at: datetime) -> int:
    newest: dict[tuple[str, int], str] = {}
    told: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for row in RuleVersion.objects.all():
        newest[row.rule, row.version] = row.digest
        told[row.rule].append({**row.definition, "version": row.version})
    fresh = []
    for rule in shipped.definitions():
        name, version, digest = str(rule["id"]), int(str(rule["version"])), digest_of(rule)
        if (name, version) in newest:
            if newest[name, version] != digest:
                raise shipped.PackProblem(
                    f"{name} version {version} was published with other words. Give the changed rule a new version."
                )
            continue
        try:
            refuse_overlap(rule, told[name])
        except Overlap as overlap:
            raise shipped.PackProblem(f"{name} version {version}: {overlap}") from overlap
        told[name].append(rule)
        fresh.append(
            RuleVersion(
                rule=name, version=version, title=str(rule["title"]), citation=str(rule["citation"]),
                source_status=str(rule["source_status"]), enforced=rule["source_status"] == SourceStatus.PRIMARY,
                effective_from=_date(rule.get("effective_from")), effective_to=_date(rule.get("effective_to")),
                definition=rule, digest=digest, published_at=at,
            )
        )  # fmt: skip
    RuleVersion.objects.bulk_create(fresh)
    return len(fresh)


def _publish_calendars(at: datetime) -> int:
    newest: dict[str, CalendarVersion] = {}
    shipped_before: set[tuple[str, str]] = set()
    for row in CalendarVersion.objects.order_by("version"):
        newest[row.key] = row
        shipped_before.add((row.key, row.digest))
    fresh = []
    for key, words in json.loads(FILE.read_text(encoding="utf-8")).items():
        digest, known = digest_of(words), newest.get(key)
        if (key, digest) in shipped_before:
            continue
        if known is not None and known.published_by_id is not None:
            # A holiday that people added or withdrew is not undone by a new release; they take its days over.
            log.warning("Calendar %s stays as the studio published it; this release has other days.", key)
            continue
        fresh.append(
            CalendarVersion(
                key=key, version=known.version + 1 if known else 1, weekend=words["weekend"], closed=words["closed"],
                known_until=date(LAST_YEAR, 12, 31), digest=digest, published_at=at,
            )
        )  # fmt: skip
    CalendarVersion.objects.bulk_create(fresh)
    return len(fresh)


@transaction.atomic
def publish_targets(told: Sequence[Mapping[str, object]], *, at: datetime) -> int:
    """Publish targets of our own that have no version yet, each as its first; return how many. Raises EngineError."""
    known = set(TargetVersion.objects.values_list("key", flat=True))
    fresh = [
        TargetVersion(
            key=compiled(words).key, version=1, title=compiled(words).title, definition=dict(words),
            digest=digest_of(words), published_at=at,
        )
        for words in told
        if words["key"] not in known
    ]  # fmt: skip
    TargetVersion.objects.bulk_create(fresh)
    return len(fresh)


def digest_of(words: Mapping[str, object]) -> str:
    """Return the SHA-256 of the words in one canonical form (hex)."""
    return hashlib.sha256(json.dumps(words, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _date(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None
