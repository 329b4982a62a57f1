"""The case in one combination of readings (vocabulary, 2.6): who decides on which date what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from regulations.engine.calendars import Calendar
from regulations.engine.model import EngineError, Event

RECEIPT = ("forwarded_received", "received")
ELIGIBLE = frozenset({"consumer", "micro_enterprise", "small_business", "other_eligible"})
PAYMENTS = frozenset({"payment_services", "e_money"})
EVENTS = frozenset(
    [
        "received",
        "forwarded_received",
        "sent_to_company",
        "filed_with_regulator",
        "acknowledged",
        "progress_update_sent",
        "holding_response_sent",
        "extension_notified",
        "delay_notice_sent",
        "final_response_sent",
        "summary_resolution_sent",
        "information_requested",
        "investigation_completed",
        "error_determined",
        "frivolous_determined",
        "provisional_credit_posted",
        "provisional_credit_debit_notice_sent",
        "statement_sent",
        "mailed",
        "reporting_period_ended",
        "resolved_accepted",
        "information_received",
        "complainant_info_received",
        "written_confirmation_received",
        "remedy_instruction_received",
        "cancellation_requested",
        "internal_appeal_received",
        "ombudsman_complaint_received",
        "transaction_made",
        "transaction_posted",
        "payment_made",
        "funds_available",
        "conduct_occurred",
        "distribution_notice_received",
    ]
)
DEFAULTS: dict[str, object] = {
    "entity_type": "payment_institution", "complainant": "consumer", "complaint_class": ["other"],
    "mixed_handling": "in_parts", "product": "other", "transaction_kind": "other", "close_of_business": "17:00",
    "complaints_in_period": 0, "month_extensions_used": 0,
}  # fmt: skip


def zone_named(name: object) -> ZoneInfo:
    """Return the zone; raise EngineError when there is none of this name."""
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise EngineError(f"{name} is not a time zone.") from error


def as_date(value: object, fact: str) -> date:
    """Read a date fact."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise EngineError(f"{fact} must be a date such as 2026-06-01, not {value}.") from error


def classify(size: Mapping[str, object]) -> str:
    """Return what kind of business it is by its size (vocabulary, section 3)."""

    def number(key: str) -> float:
        value = size.get(key)
        return float(str(value)) if value is not None else float("inf")

    turnover, balance = number("turnover_eur"), number("balance_sheet_eur")
    if number("staff") < 10 and min(turnover, balance) <= 2_000_000:
        return "micro_enterprise"
    if size.get("micro_when_contracted") and size.get("payments"):
        return "micro_enterprise"
    if number("turnover_gbp") < 6_500_000 and (number("staff") < 50 or number("balance_sheet_gbp") < 5_000_000):
        return "small_business"
    return "large_business"


class Facts:
    """The facts of a case, checked once, shared by its combinations."""

    def __init__(self, facts: Mapping[str, object]) -> None:
        for key in ("jurisdiction", "zone"):
            if not facts.get(key):
                raise EngineError(f"The fact {key} is missing.")
        self.told = facts
        self.jurisdiction = str(facts["jurisdiction"])
        self.zone = zone_named(facts["zone"])
        self.other_zones = [zone_named(name) for name in _list(facts.get("other_zones"), "other_zones")]
        self.classes = frozenset(map(str, _list(self.get("complaint_class"), "complaint_class")))
        self.complainant = str(self.get("complainant"))
        if self.complainant == "business":
            size = facts.get("business_size") or {}
            if not isinstance(size, Mapping):
                raise EngineError("business_size must be an object of numbers.")
            self.complainant = classify({**size, "payments": bool(PAYMENTS & self.classes)})
        self.eligible = self.complainant in ELIGIBLE

    def get(self, key: str) -> object:
        value = self.told.get(key)
        return DEFAULTS.get(key) if value is None else value

    @cached_property
    def close_of_business(self) -> time:
        try:
            return time.fromisoformat(str(self.get("close_of_business")))
        except ValueError as error:
            raise EngineError("close_of_business must be a time such as 17:00.") from error

    def is_new_account(self, case: Case) -> bool:
        """Say whether the transaction was 0 to 30 days after the first deposit (12 CFR 1005.11(c)(3))."""
        made, opened = case.first("transaction_made"), self.told.get("account_first_deposit_on")
        if made is None or opened is None:
            return False
        return 0 <= (case.on(made) - as_date(opened, "account_first_deposit_on")).days <= 30


def _list(value: object, fact: str) -> Sequence[object]:
    if value is None:
        return ()
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
        raise EngineError(f"{fact} must be a list.")
    return value


class Happened:
    """The events of a case by type, each with its local date, in order."""

    def __init__(self, events: Sequence[Event], zone: ZoneInfo) -> None:
        self.by_type: dict[str, list[tuple[date, Event]]] = {}
        for event in events:
            if event.type not in EVENTS:
                raise EngineError(f"{event.type} is no event the law knows.")
            at = event.at
            if isinstance(at, datetime) and at.tzinfo is None:
                raise EngineError(f"The time of {event.type} has no offset.")
            day = at.astimezone(zone).date() if isinstance(at, datetime) else at
            self.by_type.setdefault(event.type, []).append((day, event))
        for found in self.by_type.values():
            if len(found) > 1:
                found.sort(key=lambda one: (one[0], isinstance(one[1].at, datetime), str(one[1].at)))


class Case:
    """Facts and events under one reading, one zone of receipt and one set of calendars."""

    __slots__ = ("_calendars", "_other", "facts", "happened", "limits", "open_days", "strict", "working")

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
        self.limits: dict[tuple[str, str], object] = {}

    def calendar(self, key: str) -> Calendar:
        """Return the calendar a pack names: REG, OPEN, or a key; a request's own calendar replaces every key."""
        if key == "OPEN":
            return self.open_days
        if key == "REG" or self._calendars is None:
            return self.working
        try:
            return self._calendars[key]
        except KeyError as error:
            raise EngineError(f"There is no calendar {key}.") from error

    def all(self, kind: str) -> list[tuple[date, Event]]:
        return self.happened.by_type.get(kind, [])

    def first(self, kind: str) -> Event | None:
        found = self.happened.by_type.get(kind)
        return found[0][1] if found else None

    def on(self, event: Event) -> date:
        """Return the date the event counts on here (vocabulary, 2.1 and 2.7)."""
        at = event.at
        if not isinstance(at, datetime):
            return at
        day = at.astimezone(self.facts.zone).date()
        if self._other is not None and event.type in RECEIPT:
            return min(day, at.astimezone(self._other).date())
        return day

    def receipt(self) -> Event | None:
        """Return the receipt from another respondent if there is one, else the customer's."""
        return self.first("forwarded_received") or self.first("received")

    def version_date(self, trigger: Event | None) -> date | None:
        """Return the date that chooses the rule version (vocabulary, 2.8), in the respondent's own zone."""
        event = self.receipt()
        if trigger is not None and (event is None or trigger.type in {"reporting_period_ended", "mailed"}):
            event = trigger
        if event is None:
            return None
        found = self.happened.by_type[event.type]
        return next(day for day, one in found if one is event)

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
