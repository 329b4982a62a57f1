"""Page by page through the queue, in any of its orders, without a ceiling and without counting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy, RawSQL

from complaints.models import Complaint
from complaints.queues.rows import Keys, as_rows

PAGE = 50
Moment = datetime | Decimal | None


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the queue: by one column, rows without a value in it last, rows of one value by their key."""

    column: str
    label: str
    descending: bool = False
    may_be_empty: bool = False

    def read(self, value: str) -> Moment:
        """Return a value of the column from an address; raises ValueError for nonsense."""
        if not value:
            if self.may_be_empty:
                return None
            raise ValueError
        if self.column == "amount":
            try:
                amount = Decimal(value)
            except InvalidOperation as error:
                raise ValueError from error
            if not amount.is_finite() or abs(amount) > 10**12:
                raise ValueError
            return amount
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise ValueError
        return at


LAW = "law"
# Each has an index in its order over what is open; an order without one would read the whole book for every page.
ORDERS = {
    LAW: Order("next_due_at", "Soonest legal deadline first", may_be_empty=True),
    "waiting": Order("received_at", "Waiting longest first"),
    "newest": Order("received_at", "Newest first", descending=True),
    "stake": Order("amount", "Most at stake first", descending=True, may_be_empty=True),
}


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the list: after (or before) this complaint. Without a value it lies among those without one."""

    value: Moment
    pk: int
    backwards: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, str], order: Order = ORDERS[LAW]) -> Cursor | None:
        """Read the place from the query of an address; None for the top of the list, or nonsense."""
        backwards = "before" in asked
        value, _, pk = asked.get("before" if backwards else "after", "").partition("~")
        if not pk.isdecimal() or len(pk) > 18:
            return None
        try:
            return cls(order.read(value), int(pk), backwards)
        except ValueError:
            return None

    @classmethod
    def at_row(cls, complaint: Complaint, order: Order = ORDERS[LAW]) -> str:
        """Return the place of a row, for an address."""
        value = getattr(complaint, order.column)
        said = value.isoformat() if isinstance(value, datetime) else "" if value is None else str(value)
        return f"{said}~{complaint.pk}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of the list, and whether there are more on either side."""

    rows: list[Complaint]
    before: str = ""
    after: str = ""


def page(
    ranges: Sequence[QuerySet[Complaint]],
    cursor: Cursor | None,
    *,
    order: Order = ORDERS[LAW],
    size: int = PAGE,
    rows_of: Callable[[Keys], QuerySet[Complaint]] = as_rows,
) -> Page:
    """Return one page, its rows as `rows_of` makes them of their keys: one statement, however deep and however long."""
    back = cursor is not None and cursor.backwards
    rows: list[Complaint] = list(rows_of(nearest(ranges, order, cursor, size)).order_by(*_order(order, back)))
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    if not rows:
        return Page([])
    start, end = Cursor.at_row(rows[0], order), Cursor.at_row(rows[-1], order)
    return Page(rows, before=start if (more if back else cursor) else "", after=end if (back or more) else "")


def _order(order: Order, back: bool) -> tuple[OrderBy, str]:
    column = F(order.column)
    # Rows without a value stand last in every order, and so first on the way back.
    ends = {"nulls_first": True} if back else {"nulls_last": True}
    down = order.descending != back
    return (column.desc(**ends), "-pk") if down else (column.asc(**ends), "pk")


def nearest(ranges: Sequence[QuerySet[Complaint]], order: Order, cursor: Cursor | None, size: int) -> Keys:
    """Return the keys of a page and one more. The nearest of all are among the nearest of each range."""
    parts = [part.values("pk", order.column) for part in branches(ranges, order, cursor, size)]
    try:
        sql, values = joined(parts).query.sql_with_params()
    except EmptyResultSet:
        return Complaint.objects.none()
    down = order.descending != (cursor is not None and cursor.backwards)
    # Rows without a value stand last in every order, and so first on the way back.
    ends = "FIRST" if cursor is not None and cursor.backwards else "LAST"
    by = f"value DESC NULLS {ends}, id DESC" if down else f"value ASC NULLS {ends}, id ASC"
    # Sorted by what the indexes said; Django would read each row again to sort it.
    return RawSQL(f"SELECT id FROM ({sql}) AS part (id, value) ORDER BY {by} LIMIT {size + 1}", values)  # noqa: S608, S611


def joined(parts: Sequence[QuerySet[Complaint, Any]]) -> QuerySet[Complaint, Any]:
    """Return the keys of several ranges as one, each key once."""
    first, *rest = parts or [Complaint.objects.none().values("pk")]
    return first.union(*rest) if rest else first


def branches(
    ranges: Sequence[QuerySet[Complaint]], order: Order, cursor: Cursor | None, size: int
) -> list[QuerySet[Complaint, Any]]:
    """Return the first keys of each range, and of those without a value behind those with one: each a walk of an index."""
    return [part for found in ranges for part in _branches(found, order, cursor, size)]


def _branches(
    found: QuerySet[Complaint], order: Order, cursor: Cursor | None, size: int
) -> list[QuerySet[Complaint, Any]]:
    """Return one range as one or two: in one the condition would be an OR, which no index answers in order."""
    down = order.descending != (cursor is not None and cursor.backwards)
    valued, valueless = _valued(found, order, cursor, down), _valueless(found, order, cursor, down)
    sign = "-" if down else ""
    # Those without a value are ordered like the index too; by the key alone it is not used.
    return [
        part.order_by(f"{sign}{order.column}", f"{sign}pk").values("pk")[: size + 1]
        for part in (valued, valueless)
        if part is not None
    ]


def _valued(found: QuerySet[Complaint], order: Order, cursor: Cursor | None, down: bool) -> QuerySet[Complaint] | None:
    rows = found.filter(**{f"{order.column}__isnull": False}) if order.may_be_empty else found
    if cursor is None or (cursor.value is None and cursor.backwards):
        return rows
    if cursor.value is None:
        return None
    # The first bound is a range on the index; the second settles rows of the same value.
    at_least, beyond = ("lte", "lt") if down else ("gte", "gt")
    rows = rows.filter(**{f"{order.column}__{at_least}": cursor.value})
    return rows.filter(Q(**{f"{order.column}__{beyond}": cursor.value}) | Q(**{f"pk__{beyond}": cursor.pk}))


def _valueless(
    found: QuerySet[Complaint], order: Order, cursor: Cursor | None, down: bool
) -> QuerySet[Complaint] | None:
    if not order.may_be_empty or (cursor is not None and cursor.backwards and cursor.value is not None):
        return None
    rows = found.filter(**{f"{order.column}__isnull": True})
    if cursor is None or cursor.value is not None:
        return rows
    return rows.filter(**{f"pk__{'lt' if down else 'gt'}": cursor.pk})
