"""Many rows in one statement, for when hundreds of thousands fall due at one midnight.

Django's bulk_update writes a CASE per row and column, and its bulk_create a parameter per value: most of a
sweep's time went there. Here each column goes to PostgreSQL as one array, and what all rows share as one value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, models

Write = Callable[[Any], str]


def insert(rows: Sequence[models.Model], *, or_leave: bool = False) -> None:
    """Write these unsaved rows of one model, in their order; with `or_leave` those that conflict are left out.

    Rows keep the number they have (`number`), else they get one that they are not told.
    """
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not (field.primary_key and rows[0].pk is None)]
    columns = ", ".join(_name(field.column) for field in fields)
    source, parameters = _source(fields, rows)
    statement = f"INSERT INTO {_name(meta.db_table)} ({columns}) {source}"  # noqa: S608  # names are the models' own
    with connection.cursor() as cursor:
        cursor.execute(statement + (" ON CONFLICT DO NOTHING" if or_leave else ""), parameters)


def update(rows: Sequence[models.Model], columns: Sequence[str]) -> None:
    """Write these fields of rows of one model. The caller holds whatever lock protects them."""
    if not rows:
        return
    meta = rows[0]._meta
    key, changed = meta.pk, [meta.get_field(column) for column in columns]
    assert key is not None
    source, parameters = _source([key, *changed], rows)
    fresh = ", ".join(f"{_name(field.column)} = fresh.{_name(field.column)}" for field in changed)
    names = ", ".join(_name(field.column) for field in [key, *changed])
    statement = (
        f"UPDATE {_name(meta.db_table)} AS stored SET {fresh} FROM ({source}) AS fresh ({names}) "  # noqa: S608
        f"WHERE stored.{_name(key.column)} = fresh.{_name(key.column)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def number(rows: Sequence[models.Model]) -> None:
    """Give these unsaved rows the numbers they will have, so that others can point at them before they are written."""
    if not rows:
        return
    meta = rows[0]._meta
    assert meta.pk is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [_name(meta.db_table), meta.pk.column, len(rows)],
        )
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk


def _source(fields: Sequence[Any], rows: Sequence[models.Model]) -> tuple[str, list[object]]:
    """Return a SELECT that yields the rows' values of these fields, and its parameters."""
    shown, arrays, parameters, shared = [], [], [], []
    for field in fields:
        values = list(map(attrgetter(field.attname), rows))
        # varchar(n) would cut what is too long without a word; as text it is refused when it is stored.
        kind = field.db_type(connection).partition("(")[0].replace("varchar", "text")
        write = WRITE.get(type(field), _plain)
        if not field.primary_key and values.count(values[0]) == len(values):
            shown.append(f"%s::{kind}")
            shared.append(None if values[0] is None else _as_given(field, values[0]))
        else:
            shown.append(f"column_{len(arrays)}")
            arrays.append(f"%s::{kind}[]")
            parameters.append("{" + ",".join(["NULL" if value is None else write(value) for value in values]) + "}")
    names = ", ".join(f"column_{place}" for place in range(len(arrays)))
    if not arrays:
        return f"SELECT {', '.join(shown)} FROM generate_series(1, %s)", [*shared, len(rows)]
    return f"SELECT {', '.join(shown)} FROM unnest({', '.join(arrays)}) AS given ({names})", [*shared, *parameters]


def _as_given(field: Any, value: object) -> object:
    return json.dumps(value) if isinstance(field, models.JSONField) else value


def _name(word: str) -> str:
    return connection.ops.quote_name(word)


def _plain(value: object) -> str:
    return str(value)


def _moment(value: Any) -> str:
    return str(value.isoformat())


def _quoted(value: str) -> str:
    # str() of a choice is its value.
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _document(value: object) -> str:
    return _quoted(json.dumps(value))


WRITE: dict[type, Write] = {
    models.CharField: _quoted,
    models.EmailField: _quoted,
    models.TextField: _quoted,
    models.DateTimeField: _moment,
    models.DateField: _moment,
    models.JSONField: _document,
}
