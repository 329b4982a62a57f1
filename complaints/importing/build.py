"""From a row to a complaint with its story and its clocks, unsaved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from complaints.importing.cfpb import Rejected, Row
from complaints.importing.copying import fields_of, line
from complaints.models import Category, Clock, Complainant, Complaint, Entry, Kind, Respondent, Source
from complaints.services.clocks import look_again
from complaints.services.law import derive, facts_of, rows
from complaints.services.story import append
from regulations import engine
from regulations.books import Law
from regulations.engine.calendars import CalendarHorizon

# Many rows share their facts and dates; the law answers each pair once. Emptied when full, so memory stays flat.
REMEMBERED = 20_000
Asked = tuple[str, date, date | None]
CLOCK_FIELDS = fields_of(Clock, without={"id", "complaint_id"})


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of all complaints with the same facts and dates, and their lines but for the complaint."""

    rows: list[Clock]
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint and all that is written with it."""

    complaint: Complaint
    entries: list[Entry]
    clocks: Clocks


class Builder:
    """Builds cases of one import: all registered at the same moment, under the same law."""

    def __init__(self, law: Law, *, at: datetime) -> None:
        self._law = law
        self._at = at
        self._derived: dict[Asked, list[engine.Clock]] = {}
        self._made: dict[tuple[Asked, str], Clocks] = {}

    def build(self, row: Row, *, respondent: Respondent, category: Category) -> Case:
        """Return the case of a row; raise Rejected when the law cannot be asked about it."""
        complaint = self._complaint(row, respondent, category)
        entries = self._story(row, complaint)
        clocks = self._clocks(row, complaint, entries)
        look_again(complaint, clocks.rows)
        return Case(complaint, entries, clocks)

    def _complaint(self, row: Row, respondent: Respondent, category: Category) -> Complaint:
        # The database gives dates without a time: the day begins where the respondent is.
        received = datetime.combine(row.received, time(), ZoneInfo(respondent.zone)).astimezone(UTC)
        complainant = Complainant(name="Consumer", country="US", region=row.region, postcode=row.postcode)
        return Complaint(
            source=Source.CFPB, external_id=row.external_id, imported=True, state=row.state,
            subject=category.issue[:200], narrative=row.narrative, channel=row.channel, respondent=respondent,
            complainant=complainant, category=category, complaint_class=[category.complaint_class],
            currency=respondent.currency, team=respondent.team, received_at=received, registered_at=self._at,
            state_since=self._at, last_event_at=self._at, law_rules=self._law.rules,
            law_calendars=self._law.calendars_mark,
        )  # fmt: skip

    def _story(self, row: Row, complaint: Complaint) -> list[Entry]:
        received: dict[str, object] = {
            "channel": str(complaint.channel), "date_only": True, "facts": facts_of(complaint),
        }  # fmt: skip
        told: dict[str, object] = {"source": "US Consumer Complaint Database", "external_id": row.external_id}
        told |= row.told
        if row.sent is not None:
            told["events"] = [{"type": "sent_to_company", "at": row.sent.isoformat()}]
        if row.settled:
            told["settled"] = row.settled
        at, first = self._at, complaint.received_at
        return [
            append(complaint, Kind.RECEIVED, actor=None, at=at, occurred_at=first, data=received),
            append(complaint, Kind.IMPORTED, actor=None, at=at, occurred_at=None, data=told),
        ]

    def _clocks(self, row: Row, complaint: Complaint, entries: list[Entry]) -> Clocks:
        asked = (str(entries[0].data["facts"]), row.received, row.sent)
        settled = row.settled.get("initial_response", "")
        known = self._made.get((asked, settled))
        if known is None:
            made = rows(complaint, entries, self._derive(asked, entries))
            known = Clocks(made, [line(clock, CLOCK_FIELDS) for clock in made])
            self._made[asked, settled] = known
        return known

    def _derive(self, asked: Asked, entries: list[Entry]) -> list[engine.Clock]:
        if asked not in self._derived:
            if len(self._derived) >= REMEMBERED:
                self._derived.clear()
                self._made.clear()
            try:
                self._derived[asked] = derive(entries, self._law)
            except (engine.EngineError, CalendarHorizon) as error:
                raise Rejected(f"Its clocks cannot be worked out: {error}") from error
        return self._derived[asked]
