"""Tells the invented complaints through the services, each at its own past moment."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from complaints.models import Category, Channel, Complaint, Respondent, Source
from complaints.services import case, ending, response, review
from complaints.services.intake import NewComplainant, register
from complaints.services.step import local_date
from users.models import Role, Team, User

FOLDER = Path(__file__).parent
CHANNELS = (Channel.EMAIL, Channel.WEB, Channel.PHONE, Channel.EMAIL, Channel.POST)
# How far each stage goes: a stage includes all before it on its own line.
ORDER = (
    "registered", "triaged", "acknowledged", "investigating", "found", "decided", "drafted", "review", "approved",
    "responded", "closed",
)  # fmt: skip
Told = Mapping[str, Any]


def read(name: str) -> Told:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Firm:
    """The firm as rows."""

    people: dict[str, User]
    respondents: dict[str, Respondent]
    categories: dict[str, Category]


def found_firm() -> Firm:
    """Make teams, people, respondents and taxonomy."""
    told = read("firm.toml")
    teams = {one["name"]: Team.objects.create(**one) for one in told["team"]}
    people: dict[str, User] = {}
    for one in told["person"]:
        person = User.objects.create_user(
            one["email"], told["password"], name=one["name"], role=one["role"], team=teams.get(one.get("team", ""))
        )
        person.reports_to, person.zone = people.get(one.get("reports_to", "")), one["zone"]
        person.save()
        people[person.email] = person
    respondents = {
        one["key"]: Respondent.objects.create(**{**one, "team": teams[one["team"]]}) for one in told["respondent"]
    }
    categories = {f"{one['product']} / {one['issue']}": _category(one) for one in told["category"]}
    return Firm(people, respondents, categories)


def _category(told: Told) -> Category:
    return Category.objects.get_or_create(
        product=told["product"], sub_product=told.get("sub_product", ""), issue=told["issue"], sub_issue="",
        defaults={"complaint_class": told["complaint_class"]},
    )[0]  # fmt: skip


class Teller:
    """Tells one case after another, on a clock that only goes forward within a case."""

    def __init__(self, firm: Firm, now: datetime) -> None:
        self.firm, self.now = firm, now

    def tell(self, number: int, told: Told) -> Complaint:
        """Register the complaint and take it as far as it says."""
        respondent = self.firm.respondents[told["respondent"]]
        received = self._working_time(self.now - timedelta(days=told["days"]), ZoneInfo(respondent.zone))
        owner = self.firm.people.get(told.get("owner", ""))
        first = self._first_of(respondent)
        at = min(received + timedelta(minutes=20 + number), self.now)
        complaint = register(
            respondent=respondent, complainant=self._complainant(told), category=self.firm.categories[told["category"]],
            subject=told["subject"], narrative=told["narrative"], channel=CHANNELS[number % len(CHANNELS)],
            received_at=received, amount=Decimal(told["amount"]) if "amount" in told else None, owner=owner,
            source=Source.DEMO, external_id=f"demo-{number}", actor=owner or first, at=at,
        )  # fmt: skip
        Steps(complaint, told, actor=owner or first, lead=self._lead_of(respondent), at=at, until=self.now).go()
        return complaint

    def _working_time(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Return the moment, moved into the day where the respondent is, and never into the future."""
        local = moment.astimezone(zone)
        if not time(8) <= local.time() <= time(18):
            local = local.replace(hour=10, minute=local.minute)
        return local if local <= self.now else moment

    def _complainant(self, told: Told) -> NewComplainant:
        name = told["customer"]
        address = f"{'.'.join(name.lower().replace('&', '').split())}@customer.example"
        return NewComplainant(
            name=name, email=address, classed_as=told.get("classed_as", "consumer"),
            vulnerable="vulnerability" in told, vulnerability=told.get("vulnerability", ""),
        )  # fmt: skip

    def _first_of(self, respondent: Respondent) -> User:
        return self._of(respondent, Role.SPECIALIST)

    def _lead_of(self, respondent: Respondent) -> User:
        return self._of(respondent, Role.LEAD)

    def _of(self, respondent: Respondent, role: str) -> User:
        return next(one for one in self.firm.people.values() if one.team_id == respondent.team_id and one.role == role)


class Steps:
    """The steps of one case, some hours apart, none after now."""

    def __init__(
        self, complaint: Complaint, told: Told, *, actor: User, lead: User, at: datetime, until: datetime
    ) -> None:
        self.complaint, self.told, self.actor, self.lead = complaint, told, actor, lead
        self.at, self.until = at, until
        self.goal = told["until"]
        self.pause = min(timedelta(days=1.3), (until - at) / 14)

    def later(self) -> datetime:
        self.at = min(self.at + self.pause, self.until)
        return self.at

    def reached(self, stage: str) -> bool:
        goal = {"asked": "investigating", "third_party": "investigating", "withdrawn": "acknowledged"}.get(
            self.goal, self.goal
        )
        return ORDER.index(goal) >= ORDER.index(stage)

    def go(self) -> None:
        """Take the case as far as it is told."""
        pk = self.complaint.pk
        if self.reached("triaged"):
            case.triage(pk, category=self.complaint.category, actor=self.actor, at=self.later())
        if self.reached("acknowledged"):
            response.acknowledge(pk, actor=self.actor, at=self.later())
        if self.goal == "withdrawn":
            ending.withdraw(pk, reason="The call came; it was about this.", actor=self.actor, at=self.later())
        if self.reached("investigating"):
            case.start_investigation(pk, actor=self.actor, at=self.later())
            self.hold()
        if self.goal == "asked":
            case.ask_customer(
                pk, question="On which date did you last see the money arrive, and on which account?",
                actor=self.actor, at=self.later(),
            )  # fmt: skip
        if self.goal == "third_party":
            case.ask_third_party(
                pk, party="The card scheme", question="Was the evidence of 12 November read?", actor=self.actor,
                at=self.later(),
            )  # fmt: skip
        self.decide()

    def hold(self) -> None:
        if not self.told.get("holding"):
            return
        case.note(self.complaint.pk, text="The bank has not answered yet.", actor=self.actor, at=self.later())
        promised = local_date(self.complaint, self.complaint.received_at) + timedelta(days=45)
        response.send_holding_response(
            self.complaint.pk, reason="We wait for an answer from the bank, which has asked for more time.",
            promised_on=promised, actor=self.actor, at=self.later(),
        )  # fmt: skip

    def decide(self) -> None:
        pk = self.complaint.pk
        if self.reached("found"):
            point, text, upheld = self.told["finding"]
            case.record_finding(pk, point=point, text=text, upheld=upheld == "yes", actor=self.actor, at=self.later())
        if self.reached("decided"):
            outcome, reasons, cause, kind, amount = self.told["decision"]
            case.decide(
                pk, outcome=outcome, reasons=reasons, root_cause=cause, redress_kind=kind,
                redress_amount=Decimal(amount), actor=self.actor, at=self.later(),
            )  # fmt: skip
        if self.reached("drafted"):
            response.draft_final_response(pk, actor=self.actor, at=self.later())
        if self.reached("review"):
            review.send_for_review(pk, actor=self.actor, at=self.later())
        if self.reached("approved"):
            review.approve(pk, actor=self.lead, at=self.later())
        if self.reached("responded"):
            response.send_final_response(pk, actor=self.actor, at=self.later())
        if self.reached("closed"):
            ending.close(pk, actor=self.actor, at=self.later())
