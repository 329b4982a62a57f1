"""The record of what was changed of people: who, when, before and after."""

from __future__ import annotations

from datetime import datetime

from users.models import PersonChange, User

# What stands in the record, and what the page calls it. Passwords never do.
FIELDS = {
    "name": "Name", "email": "E-mail", "role": "Role", "team": "Team", "reports_to": "Reports to", "zone": "Time zone",
    "is_active": "May sign in", "languages": "Languages", "skills": "Skills", "classes": "Classes", "most_cases": "Most cases at once",
    "authority_amount": "Redress authority", "authority_currency": "Authority in", "starts": "Begins", "ends": "Stops",
    "opens_details": "Opens restricted details",
}  # fmt: skip


def as_it_stands(person: User) -> dict[str, str]:
    """Return every recorded field of a person in words."""
    return {field: _said(getattr(person, field)) for field in FIELDS}


def write_down(person: User, before: dict[str, str], *, actor: User, at: datetime) -> PersonChange | None:
    """Keep what differs from before; nothing when nothing does."""
    after = as_it_stands(person)
    differs = [field for field in FIELDS if before.get(field, "") != after[field]]
    if not differs:
        return None
    return PersonChange.objects.create(
        person=person, actor=actor, at=at, before={field: before.get(field, "") for field in differs if before},
        after={field: after[field] for field in differs},
    )  # fmt: skip


def told(change: PersonChange) -> list[tuple[str, str, str]]:
    """Return each changed field's name, what it was and what it became."""
    return [
        (label, change.before.get(field, ""), change.after[field])
        for field, label in FIELDS.items()
        if field in change.after
    ]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value)
