"""A large book of complaints to measure on: many cases by COPY, words as rare and common as people's."""

from __future__ import annotations

import csv
import io
import itertools
import random
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.db.backends.utils import CursorWrapper

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
    " story_digest, targets_mark, by_us"
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
WORDS = """INSERT INTO complaints_words (complaint_id, said, line)
    SELECT id, to_tsvector('simple', left(subject || ' ' || narrative, 60000)), upper(reference || ' ' || subject)
    FROM complaints_complaint"""
# Built after the rows are there: a tenth of the time it takes row by row.
WORDS_INDEXES = {
    "words_said": "complaints_words USING gin (said)",
    "words_line": "complaints_words USING gin (line gin_trgm_ops)",
}
# One entity has half of the book, the last a sixtieth.
ENTITIES = ("GB", "IE", "US", "AU", "DE", "CA", "NZ", "SG")
ENDINGS, OF_A_HUNDRED = ("closed", "withdrawn", "forwarded", "merged", "not_a_complaint"), (90, 4, 3, 2, 1)
REAL_TEXTS = 50_000
Line = tuple[object, ...]


def make(cases: int, *, now: datetime, real: Path | None = None) -> User:
    """Fill an empty database with this many cases of 25 teams; return a specialist who works on them.

    With a file of the US Consumer Complaint Database the words are those of its narratives, else made up.
    """
    dice = random.Random(SEED)  # noqa: S311 - figures must be repeatable
    people = _staff()
    respondents = [
        Respondent.objects.create(
            key=f"bench-{at.lower()}", name=f"Larkspur {at}", jurisdiction=at, zone="Europe/London"
        ).pk
        for at in ENTITIES
    ]
    category = Category.objects.create(product="Payouts", issue="Late", complaint_class="payment_services")
    words = Words(dice, _narratives(real) if real else ())
    book = Book(dice, words, people, respondents, category.pk, now)
    _copy("complaints_complainant", PEOPLE, _customers(cases, words, dice), cases)
    _copy("complaints_complaint", CASES, (book.case(pk) for pk in range(1, cases + 1)), cases)
    with connection.cursor() as cursor:
        for name in WORDS_INDEXES:
            cursor.execute(f"DROP INDEX {name}")
        for what, statement in (("clocks", CLOCKS), ("story", STORY), ("words to search", WORDS)):
            _told(what, cursor, statement)
        for name, on in WORDS_INDEXES.items():
            _told(f"index {name}", cursor, f"CREATE INDEX {name} ON {on}")
        for table in ("complaint", "complainant", "clock", "entry"):
            name = f"complaints_{table}"
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}")  # noqa: S608
        _told("vacuum", cursor, "VACUUM ANALYZE")
    return people[0]


def _told(what: str, cursor: CursorWrapper, statement: str) -> None:
    began = time.perf_counter()
    cursor.execute(statement)
    sys.stderr.write(f"{what}: {time.perf_counter() - began:.1f} s\n")


def _narratives(path: Path) -> Sequence[str]:
    """Return the first narratives of the file, on one line each."""
    with path.open(encoding="utf-8", newline="") as lines:
        texts = (" ".join(row.get("Consumer complaint narrative", "").split()) for row in csv.DictReader(lines))
        return list(itertools.islice((text[:4_000].replace("\\", "/") for text in texts if text), REAL_TEXTS))


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

    def __init__(self, dice: random.Random, texts: Sequence[str] = ()) -> None:
        rare = {"".join(dice.choices(SYLLABLES.split(), k=dice.randint(2, 4))) for _ in range(24_000)}
        self.texts = texts
        self.dice, self.all = dice, [*COMMON.split(), *sorted(rare)]
        self.weights = list(itertools.accumulate(1 / place for place in range(1, len(self.all) + 1)))

    def some(self, count: int) -> str:
        return " ".join(self.dice.choices(self.all, cum_weights=self.weights, k=count))

    def narrative(self) -> str:
        """A real narrative with a rare word at its end, or words made up."""
        if not self.texts:
            return self.some(self.dice.randint(40, 160))
        return f"{self.dice.choice(self.texts)} {self.dice.choice(self.all)}"


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


class Book:
    """The complaints of the book, one after the other."""

    def __init__(
        self,
        dice: random.Random,
        words: Words,
        people: list[User],
        respondents: list[int],
        category: int,
        now: datetime,
    ) -> None:
        self.dice, self.words, self.people, self.category, self.now = dice, words, people, category, now
        self.respondents = list(zip(respondents, itertools.accumulate(1 / 2**place for place in range(8)), strict=True))

    def case(self, pk: int) -> Line:
        """Return one complaint as a line; one in twenty is open."""
        dice, still_open = self.dice, pk % OPEN_EVERY == 0
        person = dice.choice(self.people)
        received = self.now - timedelta(minutes=dice.randint(1, 40 * 1_440 if still_open else 1_500 * 1_440))
        due = received + timedelta(days=15 if pk % 2 else 56) if still_open and pk % 200 else None
        states, shares = (STATES, None) if still_open else (ENDINGS, OF_A_HUNDRED)
        respondent = dice.choices(
            [one for one, _ in self.respondents], cum_weights=[share for _, share in self.respondents]
        )
        return (
            pk, f"C-26-{pk:06d}", "cfpb", str(pk), False, dice.choices(states, shares)[0], 1,
            self.words.some(6).capitalize(), self.words.narrative(), "email", respondent[0], pk, self.category,
            '["payment_services"]', "{}", None if pk % 5 == 1 else dice.randint(0, 500_000) / 100, "GBP",
            person.pk if dice.random() < 0.9 else None, person.team_id, received, received, received, received,
            None if still_open else received, due, 0, 0, 12 if still_open else 1, "0" * 64, 0, "{}",
        )  # fmt: skip


def _copy(table: str, columns: str, lines: Iterator[Line], total: int) -> None:
    """Write lines by COPY, ten thousand at a time so that a million need little memory; say how far it is."""
    began, done = time.perf_counter(), 0
    with connection.cursor() as cursor:
        while some := list(itertools.islice(lines, 10_000)):
            text = "\n".join("\t".join("\\N" if cell is None else str(cell) for cell in line) for line in some)
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO(text + "\n"))
            done += len(some)
            if done % 100_000 == 0 or done == total:
                sys.stderr.write(
                    f"{table}: {done:,} of {total:,}, {done / (time.perf_counter() - began):,.0f} a second\n"
                )


def start() -> datetime:
    """Return the moment the book is made for: now, on the minute."""
    return datetime.now(UTC).replace(second=0, microsecond=0)
