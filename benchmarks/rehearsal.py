"""How fast a change of a rule is rehearsed over the open book, and whether following it moves exactly what was rehearsed."""

from __future__ import annotations

import argparse
import time
from datetime import datetime

from django.db import connection
from django.utils import timezone

from benchmarks._house import Figures, Role, User, tell
from benchmarks._imported import open_book
from complaints.models.complaint import FINISHED
from complaints.services.following import follow
from complaints.studio.rehearsing import BATCH, ECHOES, ask, rehearse
from regulations.models import Draft, RuleVersion
from regulations.studio import drafts
from regulations.studio.publishing import publish

RULE = "us-cfpb-portal"
# What the studio reads of a batch, by plain SQL.
READ = (
    """SELECT complaint.id, reference, subject, imported, respondent.zone, team.name FROM complaints_complaint AS complaint
       JOIN complaints_respondent AS respondent ON respondent.id = respondent_id
       LEFT JOIN users_team AS team ON team.id = complaint.team_id
       WHERE complaint.id > %s AND state <> ALL(%s) ORDER BY complaint.id LIMIT %s""",
    """SELECT complaint_id, seq, kind, occurred_at, data FROM complaints_entry
       WHERE complaint_id = ANY(%s) AND kind <> ALL(%s) ORDER BY complaint_id, seq""",
)
CLOCKS = """SELECT complaint_id, rule, obligation, ends_at FROM complaints_clock
    WHERE status <> 'ended' AND ends_at IS NOT NULL"""
Dates = dict[tuple[int, str, str], datetime]


def main(cases: int) -> Figures:
    """Rehearse one change, compare its speed with reading alone, publish it, and count what moved."""
    now = timezone.now()
    writer, publisher = (_an_admin(name) for name in ("writer", "publisher"))
    there = open_book(cases, now=now)
    ceiling = read_alone()
    draft = a_change(writer, now)
    rehearsal = ask(draft.pk, actor=writer, at=now)
    seconds, cpu = time.perf_counter(), time.process_time()
    while not rehearsal.is_done:
        if not rehearse(timezone.now):
            raise SystemExit("The rehearsal did not end.")
        rehearsal.refresh_from_db()
    seconds, cpu = time.perf_counter() - seconds, time.process_time() - cpu
    told = rehearsal.result
    before = dates()
    publish(draft.pk, actor=publisher, at=timezone.now())
    began = time.perf_counter()
    while follow(timezone.now()).complaints:
        pass
    followed = time.perf_counter() - began
    moved = compared(before, dates())
    wrong = {key: [told[key], moved[key]] for key in moved if told[key] != moved[key]}
    if wrong or rehearsal.error or told["unreadable"]:
        raise SystemExit(f"Rehearsed and moved differ: {wrong or rehearsal.error or told['problem']}")
    return {
        "open_cases": there, "changed": told["changed"], **moved, "rehearsal_s": round(seconds, 2),
        "cases_per_s": round(there / seconds), "rehearsal_cpu_s": round(cpu, 2), "read_alone_s": round(ceiling, 2),
        "share_of_reading": round(ceiling / seconds, 3), "following_s": round(followed, 2),
        "followed_per_s": round(there / followed), "rehearsed_is_what_moved": True,
    }  # fmt: skip


def a_change(actor: User, at: datetime) -> Draft:
    """Begin a draft that takes a day off, or adds it back where a run before took it."""
    text = RuleVersion.objects.filter(rule=RULE).latest("version").definition["obligations"][0]["length"]
    fresh = "14d" if text == "15d" else "15d"
    draft = drafts.start("rule", RULE, actor=actor, at=at)
    changed = draft.text.replace(f'"{text}"', f'"{fresh}"')
    return drafts.save(draft.pk, text=changed, reason="Measured.", enforced=True, actor=actor, at=at)


def read_alone() -> float:
    """Return the seconds of reading what a rehearsal reads, batch by batch, without making anything of it."""
    with connection.cursor() as cursor:
        began, place = time.perf_counter(), 0
        while True:
            cursor.execute(READ[0], [place, list(map(str, FINISHED)), BATCH])
            found = cursor.fetchall()
            if not found:
                return time.perf_counter() - began
            place = found[-1][0]
            cursor.execute(READ[1], [[row[0] for row in found], list(map(str, ECHOES))])
            cursor.fetchall()


def dates() -> Dates:
    """Return when every clock ends that still counts."""
    with connection.cursor() as cursor:
        cursor.execute(CLOCKS)
        return {row[:3]: row[3] for row in cursor.fetchall()}


def compared(before: Dates, after: Dates) -> dict[str, int]:
    """Count what moved, as a rehearsal counts it."""
    both = [(before[key], after[key]) for key in before.keys() & after.keys()]
    return {
        "earlier": sum(new < old for old, new in both), "later": sum(new > old for old, new in both),
        "gained": len(after.keys() - before.keys()), "lost": len(before.keys() - after.keys()),
    }  # fmt: skip


def _an_admin(name: str) -> User:
    found = User.objects.filter(email=f"{name}@redress.example").first()
    return found or User.objects.create_user(
        f"{name}@redress.example", "a-long-bench-password", name=name.capitalize(), role=Role.ADMIN, team=None
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    asked = parser.parse_args()
    tell(lambda: main(asked.cases))
