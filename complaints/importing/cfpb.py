"""The US Consumer Complaint Database: its columns under all their names, and what a row must hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from complaints.importing.reader import Unreadable
from complaints.models import Channel, State
from regulations.models import ClockStatus

# The Bureau opened on this day; nothing can have been received before.
FIRST_DAY = date(2011, 7, 21)
ID_SIZE = 60
REQUIRED = {
    "complaint_id": "Complaint ID",
    "date_received": "Date received",
    "product": "Product",
    "issue": "Issue",
    "company": "Company",
}
# The names of today's file and of the API stand for themselves once they are lower case with underscores.
OTHER_NAMES = {
    "subproduct": "sub_product",
    "subissue": "sub_issue",
    "complaint_what_happened": "consumer_complaint_narrative",
    "narrative": "consumer_complaint_narrative",
    "timely": "timely_response",
    "company_response": "company_response_to_consumer",
    "zip": "zip_code",
    "zipcode": "zip_code",
}
TEXTS = (
    "sub_product", "sub_issue", "consumer_complaint_narrative", "company_public_response", "state", "zip_code", "tags",
    "consumer_consent_provided", "submitted_via", "date_sent_to_company", "company_response_to_consumer",
    "timely_response", "consumer_disputed",
)  # fmt: skip
CHANNELS = {
    "web": Channel.WEB,
    "phone": Channel.PHONE,
    "postal mail": Channel.POST,
    "fax": Channel.FAX,
    "email": Channel.EMAIL,
    "e-mail": Channel.EMAIL,
}
TIMELY = {"yes": ClockStatus.MET, "no": ClockStatus.MISSED, "true": ClockStatus.MET, "false": ClockStatus.MISSED}
AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})")


class Rejected(Exception):
    """The row cannot be imported; the text says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One complaint as the database tells it, checked."""

    external_id: str
    received: date
    sent: date | None
    path: tuple[str, str, str, str]
    company: str
    narrative: str
    region: str
    postcode: str
    channel: str
    state: str
    settled: dict[str, str]
    told: dict[str, str] = field(default_factory=dict)


class Columns:
    """Where each column stands in this file."""

    def __init__(self, names: Sequence[str], *, company_given: bool = False) -> None:
        self.width = len(names)
        self.place: dict[str, int] = {}
        self.company_given = company_given
        for place, name in enumerate(names):
            key = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
            self.place.setdefault(OTHER_NAMES.get(key, key), place)
        needed = REQUIRED if not company_given else {key: REQUIRED[key] for key in REQUIRED if key != "company"}
        missing = [title for key, title in needed.items() if key not in self.place]
        if len(missing) == len(needed):
            raise Unreadable("The first line does not name the columns of the US Consumer Complaint Database.")
        if missing:
            raise Unreadable(f"The header lacks the column {' and the column '.join(missing)}.")

    def looks_like_a_start(self, cells: list[str]) -> bool:
        """Return whether these cells hold a date and an id where the header puts them, as far as they reach."""
        whole = len(cells) if len(cells) >= self.width else len(cells) - 1
        there = {key for key in ("date_received", "complaint_id") if self.place[key] < whole}
        if not there or whole < min(5, self.width):
            return False
        try:
            for key in there:
                value = clean(cells[self.place[key]])
                if key == "complaint_id" and not value.isdecimal():
                    return False
                if key == "date_received":
                    read_date(value, "date")
        except Rejected:
            return False
        return True

    def read(self, cells: Sequence[str], *, today: date) -> Row:
        """Return the row, or raise Rejected with the reason. `today` is the date where the reader is."""
        told = {key: clean(cells[self.place[key]]) if key in self.place else "" for key in (*REQUIRED, *TEXTS)}
        external_id = told["complaint_id"]
        if not external_id:
            raise Rejected("The complaint id is missing.")
        if len(external_id) > ID_SIZE:
            raise Rejected(f"The complaint id is longer than {ID_SIZE} characters.")
        received = _possible(told["date_received"], "date received", today)
        sent = told["date_sent_to_company"]
        sent_on = _possible(sent, "date sent to the company", today) if sent else None
        if sent_on is not None and sent_on < received:
            raise Rejected(f"It was sent to the company on {sent_on}, before it was received on {received}.")
        if not told["product"]:
            raise Rejected("The product is missing.")
        if not told["company"] and not self.company_given:
            raise Rejected("The company is missing.")
        return Row(
            external_id=external_id, received=received, sent=sent_on, path=_path(told), company=told["company"],
            narrative=told["consumer_complaint_narrative"], region=told["state"][:40], postcode=told["zip_code"][:12],
            channel=CHANNELS.get(told["submitted_via"].lower(), Channel.REGULATOR),
            state=_state(told["company_response_to_consumer"]), settled=_settled(told["timely_response"]),
            told={key: told[key] for key in TOLD if told[key]},
        )  # fmt: skip


# What the database says beyond the record itself; it is kept in the story.
TOLD = (
    "company", "submitted_via", "company_response_to_consumer", "company_public_response", "timely_response",
    "consumer_disputed", "consumer_consent_provided", "tags",
)  # fmt: skip


def clean(value: str) -> str:
    """Return the words of a cell: no zero bytes (PostgreSQL keeps none), no margins, nothing for N/A."""
    said = value.replace("\x00", "").strip() if "\x00" in value else value.strip()
    return "" if said in ("N/A", "n/a") else said


def read_date(value: str, what: str) -> date:
    """Read a date as the database has written it over the years: 2019-09-24, with a time behind it, or 09/24/2019."""
    american = AMERICAN.fullmatch(value)
    try:
        if american:
            month, day, year = (int(part) for part in american.groups())
            return date(year + 2000 if year < 100 else year, month, day)
        if len(value) == 10:
            return date.fromisoformat(value)
        return datetime.fromisoformat(value).date()
    except ValueError:
        raise Rejected(f"The {what} is missing." if not value else f"The {what}, {value[:40]}, is no date.") from None


def _possible(value: str, what: str, today: date) -> date:
    day = read_date(value, what)
    if day > today:
        raise Rejected(f"The {what}, {day}, is still to come.")
    if day < FIRST_DAY:
        raise Rejected(f"The {what}, {day}, is before the Bureau took its first complaint on {FIRST_DAY}.")
    return day


def _path(told: dict[str, str]) -> tuple[str, str, str, str]:
    def words(key: str, size: int) -> str:
        return " ".join(told[key].split())[:size]

    issue = words("issue", 160) or "Not stated"
    return words("product", 120), words("sub_product", 120), issue, words("sub_issue", 200)


def _state(answer: str) -> str:
    said = answer.lower()
    return State.CLOSED if said.startswith(("closed", "untimely")) else State.INVESTIGATING


def _settled(timely: str) -> dict[str, str]:
    """Say which clocks the data settles: "Timely response?" is about the first response alone."""
    status = TIMELY.get(timely.lower())
    return {"initial_response": str(status)} if status else {}
