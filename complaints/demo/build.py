"""Make the demonstration firm and let its stories happen, through the services that people use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction

from complaints.demo.reading import Story, Told, firm, macros, standard_texts, stories, targets, taxonomy
from complaints.demo.steps import BY_THE_LEAD, Moment, take
from complaints.demo.when import later, received, weekdays_after
from complaints.models import Category, Complaint, Respondent, Source
from complaints.services import macro_book, texts
from complaints.services.falling import fall_due
from complaints.services.intake import NewComplainant, register
from complaints.services.macro_book import Wish
from complaints.services.story import lock, save_all
from regulations.services import publish_targets
from users.models import Role, Team, User

PASSWORD = "redress-demo-2026"  # noqa: S105 - printed at the start, for a machine of one's own
DOMAIN = "larkspur.example"
TYPING = timedelta(minutes=12)
# The firm had its targets before the first of the stories began.
TARGETS_SINCE = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Firm:
    """Everybody and everything the stories name."""

    people: dict[str, User]
    respondents: dict[str, Respondent]
    categories: dict[str, Category]


def address(key: str) -> str:
    """Return the e-mail address of somebody of the demonstration."""
    return f"{key}@{DOMAIN}"


def accounts() -> list[User]:
    """Return the people to try Redress as, one per role, who are there and may sign in."""
    keys = [address(told["key"]) for told in firm()["person"] if told.get("shown")]
    there = {user.email: user for user in User.objects.filter(email__in=keys, is_active=True)}
    order = [Role.SPECIALIST, Role.LEAD, Role.ADMIN, Role.AUDITOR]
    return sorted(there.values(), key=lambda user: order.index(Role(user.role)))


@transaction.atomic
def make(*, now: datetime) -> int:
    """Make the firm and its complaints; all of it or nothing. Returns how many complaints there are."""
    made = found_firm()
    publish_targets(targets(), at=now - TARGETS_SINCE)
    keep_words_and_macros(house_admin(made), at=now - TARGETS_SINCE)
    told = sorted(stories(), key=lambda story: _received(story, made, now))
    by_key: dict[str, Complaint] = {}
    for story in told:
        complaint = _happen(story, made, by_key, now=now)
        if story.key:
            by_key[story.key] = complaint
    return len(told)


def keep_words_and_macros(admin: User, *, at: datetime) -> None:
    """Write the standard texts, and the macros that name them."""
    keys = {one["name"]: texts.write(**one, actor=admin, at=at).key for one in standard_texts()}
    for told in macros():
        note, question = keys.get(told.pop("note", "")), keys.get(told.pop("question", ""))
        macro_book.write(Wish(**told, note_text=note, question_text=question), actor=admin, at=at)


def house_admin(made: Firm) -> User:
    """Return who keeps the firm's texts."""
    return next(person for person in made.people.values() if person.role == Role.ADMIN)


def found_firm() -> Firm:
    """Make teams, people, respondents and taxonomy."""
    told = firm()
    teams = {one["name"]: Team.objects.create(**one) for one in told["team"]}
    # One hash for all of them: the password is no secret, and a dozen hashes take seconds.
    hashed = make_password(PASSWORD)
    people: dict[str, User] = {}
    for one in told["person"]:
        team = teams.get(one.get("team", ""))
        people[one["key"]] = User.objects.create(
            email=address(one["key"]), name=one["name"], role=one["role"], team=team, password=hashed,
            authority_amount=one.get("authority_amount"), authority_currency=one.get("authority_currency", ""),
            reports_to=people.get(one.get("reports_to", "")), zone=team.zone if team else one["zone"],
        )  # fmt: skip
    respondents = {
        one["key"]: Respondent.objects.create(**{**one, "team": teams[one["team"]]}) for one in told["respondent"]
    }
    return Firm(people, respondents, {key: _category(*path) for key, *path in taxonomy()})


def _category(product: str, sub_product: str, issue: str, sub_issue: str, complaint_class: str) -> Category:
    found, _ = Category.objects.get_or_create(
        product=product, sub_product=sub_product, issue=issue, sub_issue=sub_issue,
        defaults={"complaint_class": complaint_class},
    )  # fmt: skip
    return found


def _received(story: Story, made: Firm, now: datetime) -> datetime:
    return received(story.received, zone=made.respondents[story.respondent].zone, now=now)


def _happen(story: Story, made: Firm, by_key: dict[str, Complaint], *, now: datetime) -> Complaint:
    """Let one complaint come in, and take its steps in order."""
    respondent, first = made.respondents[story.respondent], _received(story, made, now)
    owner = made.people.get(story.owner)
    at = min(first + TYPING, now)
    complaint = register(
        respondent=respondent, complainant=NewComplainant(**story.customer), category=made.categories[story.category],
        subject=story.subject, narrative=story.narrative.strip(), channel=story.channel, received_at=first,
        facts=story.facts, amount=story.at_stake, owner=owner, source=Source.DEMO,
        actor=owner or made.people[story.by], at=at,
    )  # fmt: skip
    for told in story.steps:
        at = max(at, later(told["on"], first=first, zone=respondent.zone, now=now))
        if story.was_answered:
            _look(complaint.pk, until=at)
        complaint = take(_moment(complaint, told, made, by_key, first=first, at=at))
    return complaint


def _moment(
    complaint: Complaint, told: Told, made: Firm, by_key: dict[str, Complaint], *, first: datetime, at: datetime
) -> Moment:
    owner = complaint.owner
    assert owner is not None, f"{complaint.subject}: steps need an owner"
    lead = owner.reports_to if owner.reports_to and owner.reports_to.is_lead else owner
    day = first.astimezone(ZoneInfo(complaint.respondent.zone)).date()
    return Moment(
        complaint, told, lead if told["do"] in BY_THE_LEAD else owner, at,
        promised_on=weekdays_after(day, told["promised"]) if "promised" in told else None,
        agreed_by=made.people.get(told.get("agreed_by", "")), into=by_key.get(told.get("into", "")),
    )  # fmt: skip


def _look(complaint_id: int, *, until: datetime) -> None:
    """Settle what fell due before this moment at its own time, as the sweep would have done then."""
    complaint = lock(complaint_id)
    while complaint.next_check_at and complaint.next_check_at <= until:
        fallen, entries = fall_due([complaint], at=complaint.next_check_at)
        save_all([complaint], entries)
        if not fallen:
            return
