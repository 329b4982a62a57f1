"""Write many rows at once by PostgreSQL's COPY."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from io import StringIO
from typing import Any

from django.db import connection, models

# Few values hold what must be written otherwise; one look spares four searches.
_odd = re.compile(r"[\\\n\r\t]").search


def _text(value: str) -> str:
    if not _odd(value):
        return value
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


_encode = json.JSONEncoder(ensure_ascii=False).encode


def _json(value: object) -> str:
    return _text(_encode(value))


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


def fields_of(model: type[models.Model], *, without: Collection[str] = ()) -> list[models.Field[Any, Any]]:
    """Return the columns of a model that are written, but for those named."""
    return [field for field in model._meta.concrete_fields if not field.generated and field.attname not in without]


def line(row: models.Model, fields: Sequence[models.Field[Any, Any]]) -> str:
    """Return these columns of a row as one line, without its end."""
    values = row.__dict__
    return "\t".join([cell(values[field.attname]) for field in fields])


def copy(model: type[models.Model], fields: Sequence[models.Field[Any, Any]], lines: Iterable[str]) -> None:
    """Write these lines as rows of the model. Database constraints hold as ever."""
    written = StringIO()
    for one in lines:
        written.write(one)
        written.write("\n")
    written.seek(0)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    # Django wraps no errors of COPY by itself.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN', written)


def numbers(model: type[models.Model], count: int) -> list[int]:
    """Return this many new primary keys of a model."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]
