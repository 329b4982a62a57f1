"""Many rows in one statement, for when hundreds of thousands fall due at one midnight.

Django's bulk_update writes a CASE per row and column, and its bulk_create a parameter per value: most of a
sweep's time went there. Here each column goes to PostgreSQL as one array, and what all rows share as one value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, models

Write = Callable[[Any], str]
Columns = Mapping[str, object]


def insert(model: type[models.Model], columns: Columns, *, or_leave: bool = False) -> None:
    """Write rows of this model, in their order: a list is a column, anything else stands in every row.

    What is not named has its default; without its key a row gets the next number. With `or_leave` rows that
    conflict with what is there are left out.
    """
    fields = [field for field in _written(model) if field.attname in columns or not field.primary_key]
    given = {field.attname: columns.get(field.attname, field.get_default()) for field in fields}
    if not _height(given):
        return
    source, parameters = _source(fields, given)
    names = ", ".join(_name(field.column) for field in fields)
    statement = f"INSERT INTO {_name(model._meta.db_table)} ({names}) {source}"
    with connection.cursor() as cursor:
        cursor.execute(statement + (" ON CONFLICT DO NOTHING" if or_leave else ""), parameters)


def _written(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Write these unsaved rows of one model, in their order, under the numbers they have (`number`), if they do."""
    if rows:
        fields = [field for field in _written(type(rows[0])) if not field.primary_key or rows[0].pk is not None]
        insert(type(rows[0]), _columns(rows, [field.attname for field in fields]))


def update_rows(rows: Sequence[models.Model], changed: Sequence[str]) -> None:
    """Write these fields of rows of one model. The caller holds whatever lock protects them."""
    if not rows:
        return
    meta = rows[0]._meta
    key = meta.pk
    assert key is not None
    fields: list[Any] = [key, *[meta.get_field(name) for name in changed]]
    source, parameters = _source(fields, _columns(rows, [field.attname for field in fields]))
    fresh = ", ".join(f"{_name(field.column)} = fresh.{_name(field.column)}" for field in fields[1:])
    names = ", ".join(_name(field.column) for field in fields)
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


def _columns(rows: Sequence[models.Model], names: Sequence[str]) -> dict[str, object]:
    """Return the rows' values, column by column; a value that all share once, but for the key, which says how many."""
    columns: dict[str, object] = {}
    for place, name in enumerate(names):
        values = list(map(attrgetter(name), rows))
        shared = place and not isinstance(values[0], list) and values.count(values[0]) == len(values)
        columns[name] = values[0] if shared else values
    return columns


def _height(columns: Columns) -> int:
    return max((len(values) for values in columns.values() if isinstance(values, list)), default=0)


def _source(fields: Sequence[Any], columns: Columns) -> tuple[str, list[Any]]:
    """Return a SELECT that yields these columns as rows, and its parameters."""
    shown: list[str] = []
    arrays: list[str] = []
    lists: list[Any] = []
    shared: list[Any] = []
    for field in fields:
        values = columns[field.attname]
        # varchar(n) would cut what is too long without a word; as text it is refused when it is stored.
        kind = field.db_type(connection).partition("(")[0].replace("varchar", "text")
        if isinstance(values, list):
            write = WRITE.get(type(field), str)
            shown.append(f"given.c{len(arrays)}")
            arrays.append(f"%s::{kind}[]")
            lists.append("{" + ",".join(["NULL" if value is None else write(value) for value in values]) + "}")
        else:
            shown.append(f"%s::{kind}")
            shared.append(json.dumps(values) if isinstance(field, models.JSONField) else values)
    names = ", ".join(f"c{place}" for place in range(len(arrays)))
    sql = f"SELECT {', '.join(shown)} FROM unnest({', '.join(arrays)}) AS given ({names})"  # noqa: S608  # no values
    return sql, [*shared, *lists]


def _name(word: str | None) -> str:
    assert word is not None
    return connection.ops.quote_name(word)


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
