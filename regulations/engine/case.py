"""The case in one combination of readings (vocabulary, 2.6): who decides on which date what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from regulations.engine.calendars import Calendar
from regulations.engine.facts import Facts, as_date
from regulations.engine.model import EngineError, Event

RECEIPT = ("forwarded_received", "received")
LETTERS = ("final_response_sent", "summary_resolution_sent")
# Events that choose the rule version by their own date even where there was a receipt (vocabulary, 2.8).
OWN_DATE = frozenset({"reporting_period_ended", "mailed"})
EVENTS = frozenset({
    "received", "forwarded_received", "sent_to_company", "filed_with_regulator", "acknowledged",
    "progress_update_sent", "holding_response_sent", "extension_notified", "delay_notice_sent",
    "final_response_sent", "summary_resolution_sent", "information_requested", "investigation_completed",
    "error_determined", "frivolous_determined", "provisional_credit_posted", "provisional_credit_debit_notice_sent",
    "statement_sent", "mailed", "reporting_period_ended", "resolved_accepted", "information_received",
    "complainant_info_received", "written_confirmation_received", "remedy_instruction_received",
    "cancellation_requested", "internal_appeal_received", "ombudsman_complaint_received", "transaction_made",
    "transaction_posted", "payment_made", "funds_available", "conduct_occurred", "distribution_notice_received",
})  # fmt: skip
Seen = tuple[date, Event]
YEARS = (1900, 2200)
BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


def order(seen: Seen) -> tuple[date, datetime]:
    """Order events by local date; on one date the date alone stands first, then by instant (vocabulary, 9.18)."""
    at = seen[1].at
    return seen[0], at if isinstance(at, datetime) else BEFORE_ALL


class Happened:
    """The events of a case by type, each with its local date in the respondent's zone, in order.

    `asked` keeps whether a rule is the law on a date: facts and dates decide that, so every reading shares it.
    """

    __slots__ = ("_days", "asked", "by_type", "receipt", "receipt_on")

    def __init__(self, events: Sequence[Event], zone: ZoneInfo) -> None:
        self.by_type: dict[str, list[Seen]] = {}
        self.asked: dict[tuple[int, date], bool] = {}
        # An event has no hash of its own, and lives as long as its case.
        self._days: dict[int, date] = {}
        for event in events:
            if event.type not in EVENTS:
                raise EngineError(f"{event.type} is no event the law knows.")
            day = local_date(event, zone)
            if not YEARS[0] <= day.year <= YEARS[1]:
                raise EngineError(f"The date of {event.type}, {day}, lies outside the years people count.")
            self._days[id(event)] = day
            self.by_type.setdefault(event.type, []).append((day, event))
        for found in self.by_type.values():
            if len(found) > 1:
                found.sort(key=order)
        self.receipt: Event | None = None
        self.receipt_on: date | None = None
        for kind in reversed(RECEIPT):
            if kind in self.by_type:
                self.receipt_on, self.receipt = self.by_type[kind][0]

    def day(self, event: Event) -> date:
        """Return the event's date in the respondent's zone."""
        return self._days[id(event)]

    def earliest(self, kinds: Sequence[str]) -> Seen | None:
        """Return the earliest event of any of these types, with its date."""
        found = [self.by_type[kind][0] for kind in kinds if kind in self.by_type]
        return min(found, key=order) if found else None


def local_date(event: Event, zone: ZoneInfo) -> date:
    """Return the date of the event in the zone; a date alone is that date everywhere."""
    at = event.at
    if not isinstance(at, datetime):
        return at
    if at.tzinfo is None:
        raise EngineError(f"The time of {event.type} has no offset.")
    try:
        return at.astimezone(zone).date()
    except OverflowError as error:
        raise EngineError(f"The time of {event.type} lies outside the years people count.") from error


class Case:
    """Facts and events under one reading, one zone of receipt and one set of calendars."""

    __slots__ = ("_calendars", "_other", "facts", "happened", "open_days", "strict", "working")

    def __init__(
        self,
        facts: Facts,
        happened: Happened,
        *,
        strict: bool,
        other: ZoneInfo | None,
        working: Calendar,
        open_days: Calendar,
        calendars: Mapping[str, Calendar] | None,
    ) -> None:
        self.facts, self.happened, self.strict, self._other = facts, happened, strict, other
        self.working, self.open_days, self._calendars = working, open_days, calendars

    def calendar(self, key: str) -> Calendar:
        """Return the calendar a pack names: REG, OPEN, REG-SUN or a key; a request's own replaces every key."""
        if key == "OPEN":
            return self.open_days
        if key == "REG-SUN":
            return self.working.with_weekend(frozenset({6}))
        if key == "REG" or self._calendars is None:
            return self.working
        try:
            return self._calendars[key]
        except KeyError as error:
            raise EngineError(f"There is no calendar {key}.") from error

    def close_of(self, day: date, calendar: Calendar) -> datetime:
        """Return the close of business on this day: the firm's, or the calendar's where that is earlier.

        Where nobody said when the firm closes, the calendar's opening hours decide.
        """
        told, stated = self.facts.close_of_business, calendar.closes_at(day)
        if stated is not None and (stated < told or self.facts.told.get("close_of_business") is None):
            told = stated
        return datetime.combine(day, told, self.facts.zone)

    def all(self, kind: str) -> list[Seen]:
        return self.happened.by_type.get(kind, [])

    def first(self, kind: str) -> Event | None:
        found = self.happened.by_type.get(kind)
        return found[0][1] if found else None

    def on(self, event: Event) -> date:
        """Return the date the event counts on here (vocabulary, 2.1 and 2.7)."""
        day = self.happened.day(event)
        if self._other is not None and event.type in RECEIPT:
            return min(day, local_date(event, self._other))
        return day

    def pick(self, kinds: Sequence[str], *, compliant: bool, last: bool) -> Event | None:
        """Return the earliest (or last) event of these types; `compliant` leaves out letters that are not."""
        found = [
            seen
            for kind in kinds
            for seen in self.all(kind)
            if not (compliant and seen[1].attrs.get("compliant") is False)
        ]
        if not found:
            return None
        found.sort(key=order)
        return found[-1 if last else 0][1]

    def receipt(self) -> Event | None:
        """Return the receipt from another respondent if there is one, else the customer's."""
        return self.happened.receipt

    def version_date(self, trigger: Event) -> date:
        """Return the date that chooses the rule version (vocabulary, 2.8), in the respondent's own zone."""
        if trigger.type not in OWN_DATE:
            if self.happened.receipt_on is not None:
                return self.happened.receipt_on
            if trigger.type in LETTERS and (letter := self.happened.earliest(LETTERS)):
                return letter[0]
        return self.happened.day(trigger)

    def in_time(
        self, kind: str, limit: date, due_at: datetime | None = None, attrs: Mapping[str, object] | None = None
    ) -> bool:
        """Say whether an event of the type with these attributes happened by the limit."""
        for _, event in self.all(kind):
            if attrs and any(event.attrs.get(key) != value for key, value in attrs.items()):
                continue
            if due_at is not None and isinstance(event.at, datetime):
                if event.at <= due_at:
                    return True
            elif self.on(event) <= limit:
                return True
        return False

    def is_new_account(self) -> bool:
        """Say whether the transaction was 0 to 30 days after the first deposit (12 CFR 1005.11(c)(3))."""
        made, opened = self.first("transaction_made"), self.facts.get("account_first_deposit_on")
        if made is None or opened is None:
            return False
        return 0 <= (self.on(made) - as_date(opened, "account_first_deposit_on")).days <= 30
