"""The facts of a case, each checked once (vocabulary, section 3)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from regulations.engine.model import EngineError

ELIGIBLE = frozenset({"consumer", "micro_enterprise", "small_business", "other_eligible"})
PAYMENTS = frozenset({"payment_services", "e_money"})
DEFAULTS: dict[str, object] = {
    "entity_type": "payment_institution", "complainant": "consumer", "complaint_class": ["other"],
    "mixed_handling": "in_parts", "product": "other", "transaction_kind": "other", "close_of_business": "17:00",
    "complaints_in_period": 0, "month_extensions_used": 0,
}  # fmt: skip
# The facts a pack may ask for by name; a word outside this list is a slip of the pen.
ASKABLE = frozenset(DEFAULTS) | {
    "cross_border", "written_confirmation_required", "written_response_requested", "us_state",
    "remittance_rule_transfer", "ombudsman_channel", "month_demands", "proposed_outcome", "complex",
}  # fmt: skip


# The words a pack may ask for (vocabulary, section 3): a rule for any other word would wait for it in silence.
CLASSES = frozenset({
    "payment_services", "e_money", "data_protection", "crypto_assets", "eft_error", "remittance_error",
    "remittance_cancellation", "billing_error", "credit_reporting_dispute", "refund_request", "failed_transaction",
    "unauthorised_transaction", "default_notice", "hardship", "death_benefit", "pix_dispute",
    "account_clarification", "other",
})  # fmt: skip
COMPLAINANTS = ELIGIBLE | {"large_business"}
VALUES: dict[str, frozenset[str]] = {
    "entity_type": frozenset({"payment_institution", "e_money_institution", "bank", "ppi_issuer", "financial_adviser"}),
    "mixed_handling": frozenset({"in_parts", "whole_as_payments"}),
    "product": frozenset({"deposit_account", "prepaid_account", "payment_account", "credit_card", "other"}),
    "transaction_kind": frozenset({
        "pos", "atm", "card_not_present", "card_to_card", "upi_p2p", "upi_merchant", "imps", "aeps", "ppi_on_us",
        "other",
    }),
    "proposed_outcome": frozenset({"fully_resolved", "partially_resolved", "rejected"}),
}  # fmt: skip


@lru_cache(maxsize=512)
def zone_named(name: str) -> ZoneInfo:
    """Return the zone; raise EngineError when there is none of this name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise EngineError(f"{name} is not a time zone.") from error


def as_date(value: object, fact: str) -> date:
    """Read a date fact; an instant is none."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise EngineError(f"{fact} must be a date such as 2026-06-01, not {value}.") from error


@lru_cache(maxsize=512)
def time_of_day(text: str) -> time:
    """Read a local time of day, HH:MM."""
    if found := re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text):
        return time(int(found[1]), int(found[2]))
    raise EngineError(f"close_of_business must be a time such as 17:00, not {text}.")


def as_number(value: object, fact: str) -> float:
    """Read a number fact."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value == value:
        return value
    raise EngineError(f"{fact} must be a number, not {value}.")


def classify(size: Mapping[str, object], *, payments: bool) -> str:
    """Return what kind of business it is by its size; a missing number counts as above every limit."""

    def number(key: str) -> float:
        value = size.get(key)
        return float("inf") if value is None else as_number(value, key)

    if number("staff") < 10 and min(number("turnover_eur"), number("balance_sheet_eur")) <= 2_000_000:
        return "micro_enterprise"
    if size.get("micro_when_contracted") is True and payments:
        return "micro_enterprise"
    if number("turnover_gbp") < 6_500_000 and (number("staff") < 50 or number("balance_sheet_gbp") < 5_000_000):
        return "small_business"
    return "large_business"


class Facts:
    """What is known of a case, shared by its combinations of readings."""

    def __init__(self, facts: Mapping[str, object]) -> None:
        for key in ("jurisdiction", "zone"):
            if not facts.get(key):
                raise EngineError(f"The fact {key} is missing.")
        self.told = facts
        self.jurisdiction = str(facts["jurisdiction"])
        self.zone = zone_named(str(facts["zone"]))
        self.other_zones = [zone_named(str(name)) for name in _list(facts.get("other_zones"), "other_zones")]
        self.classes = frozenset(map(str, _list(self.get("complaint_class"), "complaint_class")))
        self.complainant = str(self.get("complainant"))
        if self.complainant == "business":
            size = facts.get("business_size") or {}
            if not isinstance(size, Mapping):
                raise EngineError("business_size must be an object of numbers.")
            self.complainant = classify(size, payments=bool(PAYMENTS & self.classes))
        self.eligible = self.complainant in ELIGIBLE

    def get(self, key: str) -> object:
        """Return the fact, or what holds when nobody said."""
        value = self.told.get(key)
        return DEFAULTS.get(key) if value is None else value

    def number(self, key: str) -> float:
        return as_number(self.get(key) or 0, key)

    @cached_property
    def close_of_business(self) -> time:
        return time_of_day(str(self.get("close_of_business")))


def _list(value: object, fact: str) -> Sequence[object]:
    if value is None:
        return ()
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
        raise EngineError(f"{fact} must be a list.")
    return value
