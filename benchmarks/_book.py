"""A large book of complaints to measure on: many cases by COPY, words as rare and common as people's."""

from __future__ import annotations

import io
import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection

from benchmarks._house import Category, Respondent, Role, Team, User

SEED = 20261123
# One case in twenty is open, as in a house that answers within weeks and keeps its record for years.
OPEN_EVERY = 20
TEAMS, PEOPLE_OF_A_TEAM, CENTRE = 25, 8, "Dublin"
COMMON = (
    "the I to and my of a that was it they account for on me in is not have bank this money with payment card but had as"
    " been would be you called from no at told fee charged refund so after when transfer were received never customer"
    " service days because held payout credit debit dispute transaction twice closed without reason request email said"
    " merchant invoice balance interest statement fraud report letter phone answer week month complaint chargeback"
    " mortgage rent loan collector address identity application declined limit notice deposit withdrawal blocked review"
)
SYLLABLES = (
    "ba be bi bo da de di do fa fe ga go ka ke ki la le li lo ma me mi"
    " mo na ne ni no pa pe ra re ri ro sa se si ta te ti to va ve vo"
)
FIRST = (
    "Ana Aoife Bea Delroy Denise Grace Ines Jonas Kwame Lars Maeve"
    " Marcus Niamh Oliver Padraig Priya Rosa Tess Yusuf Zoe"
)
STATES = ("received", "triaged", "investigating", "investigating", "awaiting_customer", "decision_review")
PEOPLE = "id, name, email, phone, address, country, region, postcode, classed_as, vulnerable, vulnerability"
CASES = (
    "id, reference, source, external_id, imported, state, version, subject, narrative, channel, respondent_id,"
    " complainant_id, category_id, complaint_class, facts, amount, currency, owner_id, team_id, received_at,"
    " registered_at, state_since, last_event_at, responded_at, next_due_at, law_rules, law_calendars, story_length,"
    " story_digest"
)  # fmt: skip
CLOCKS = """INSERT INTO complaints_clock (complaint_id, rule, rule_version, obligation, kind, title, rule_title, citation,
      enforced, calendar, calendar_version, trigger_on, due_on, ends_at, status, settled_by, sentence)
    SELECT id, 'uk-disp-payments', 1, duty, 'D', title, '', 'DISP 1.6.2AR', true, '', 0, received_at::date,
      next_due_at::date, next_due_at + late, 'running', '', 'Received, so it is due.'
    FROM complaints_complaint, (VALUES ('final_response', 'Final response', interval '0'),
      ('acknowledgement', 'Acknowledgement', interval '3 days')) AS told (duty, title, late)
    WHERE next_due_at IS NOT NULL"""
STORY = """INSERT INTO complaints_entry (complaint_id, seq, kind, actor_id, occurred_at, recorded_at, data, digest)
    SELECT id, seq, CASE seq WHEN 1 THEN 'received' ELSE 'noted' END, owner_id, received_at, registered_at,
      '{"text": "Called the bank; no answer yet.", "channel": "email"}', repeat('0', 64)
    FROM complaints_complaint, generate_series(1, 12) AS seq WHERE seq = 1 OR next_due_at IS NOT NULL"""
Line = tuple[object, ...]


def make(cases: int, *, now: datetime) -> User:
    """Fill an empty database with this many cases of 25 teams; return a specialist who works on them."""
    dice = random.Random(SEED)  # noqa: S311 - figures must be repeatable
    people = _staff()
    respondent = Respondent.objects.create(
        key="bench-book", name="Larkspur Payments Ltd", jurisdiction="GB", zone="Europe/London"
    )
    category = Category.objects.create(product="Payouts", issue="Late", complaint_class="payment_services")
    words = Words(dice)
    _copy("complaints_complainant", PEOPLE, _customers(cases, words, dice))
    _copy("complaints_complaint", CASES, _cases(cases, words, dice, people, respondent.pk, category.pk, now))
    with connection.cursor() as cursor:
        for statement in (CLOCKS, STORY):
            cursor.execute(statement)
        for table in ("complaint", "complainant", "clock", "entry"):
            name = f"complaints_{table}"
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}")  # noqa: S608
        cursor.execute("VACUUM ANALYZE")
    return people[0]


def _staff() -> list[User]:
    """Two hundred specialists, without passwords."""
    teams = [Team.objects.create(name=f"Bench {number}", centre=CENTRE) for number in range(TEAMS)]
    return User.objects.bulk_create(
        User(
            email=f"bench{number}@redress.example",
            name=f"Specialist {number}",
            role=Role.SPECIALIST,
            team=team,
            password=make_password(None),
        )
        for number, team in enumerate(itertools.chain.from_iterable([team] * PEOPLE_OF_A_TEAM for team in teams))
    )


class Words:
    """Words by Zipf's law: a hundred that everybody uses, and twenty thousand that few do."""

    def __init__(self, dice: random.Random) -> None:
        rare = {"".join(dice.choices(SYLLABLES.split(), k=dice.randint(2, 4))) for _ in range(24_000)}
        self.dice, self.all = dice, [*COMMON.split(), *sorted(rare)]
        self.weights = list(itertools.accumulate(1 / place for place in range(1, len(self.all) + 1)))

    def some(self, count: int) -> str:
        return " ".join(self.dice.choices(self.all, cum_weights=self.weights, k=count))


def _customers(count: int, words: Words, dice: random.Random) -> Iterator[Line]:
    first = FIRST.split()
    surnames = [word.capitalize() for word in words.all[100:]]
    for pk in range(1, count + 1):
        name = f"{dice.choice(first)} {dice.choice(surnames)}"
        yield (
            pk,
            name,
            f"{name.lower().replace(' ', '.')}@customer.example",
            "",
            "",
            "GB",
            "",
            "",
            "consumer",
            pk % 9 == 0,
            "",
        )


def _cases(
    count: int, words: Words, dice: random.Random, people: list[User], respondent: int, category: int, now: datetime
) -> Iterator[Line]:
    for pk in range(1, count + 1):
        still_open = pk % OPEN_EVERY == 0
        person = dice.choice(people)
        received = now - timedelta(minutes=dice.randint(1, 40 * 1_440 if still_open else 1_500 * 1_440))
        due = received + timedelta(days=15 if pk % 2 else 56) if still_open else None
        yield (
            pk, f"C-26-{pk:06d}", "cfpb", str(pk), False, dice.choice(STATES) if still_open else "closed", 1,
            words.some(6).capitalize(), words.some(dice.randint(40, 160)), "email", respondent, pk, category,
            '["payment_services"]', "{}", dice.randint(0, 500_000) / 100, "GBP",
            person.pk if pk % 10 else None, person.team_id, received, received, received, received,
            None if still_open else received, due, 0, 0, 12 if still_open else 1, "0" * 64,
        )  # fmt: skip


def _copy(table: str, columns: str, lines: Iterator[Line]) -> None:
    """Write lines by COPY, ten thousand at a time so that a million need little memory."""
    with connection.cursor() as cursor:
        while some := list(itertools.islice(lines, 10_000)):
            text = "\n".join("\t".join("\\N" if cell is None else str(cell) for cell in line) for line in some)
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO(text + "\n"))


def start() -> datetime:
    """Return the moment the book is made for: now, on the minute."""
    return datetime.now(UTC).replace(second=0, microsecond=0)
