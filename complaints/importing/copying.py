"""Write many rows at once by PostgreSQL's COPY."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import StringIO
from typing import Any

from django.db import connection, models


def _text(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def _json(value: object) -> str:
    return _text(json.dumps(value, ensure_ascii=False))


# How each type of value is written in COPY's text form.
CELLS: dict[type, Callable[[Any], str]] = {
    str: _text,
    int: str,
    bool: str,
    dict: _json,
    list: _json,
    date: date.isoformat,
    datetime: datetime.isoformat,
    type(None): lambda _: "\\N",
}


def cell(value: object) -> str:
    """Return a value in COPY's text form."""
    return CELLS.get(type(value), lambda other: _text(str(other)))(value)


def copy(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Write these rows of one model; those without a number get one. Database constraints hold as ever."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if not (field.primary_key and rows and rows[0].pk is None)
    ]  # fmt: skip
    names = [field.attname for field in fields]
    written = StringIO()
    for row in rows:
        values = row.__dict__
        written.write("\t".join([cell(values[name]) for name in names]))
        written.write("\n")
    written.seek(0)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN', written)


def numbers(model: type[models.Model], count: int) -> list[int]:
    """Return this many new primary keys of a model."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]
