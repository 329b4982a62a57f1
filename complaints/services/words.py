"""The words complaints are found by: kept with the text they are made of, and made again for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import connection, transaction

from complaints.models import Complaint

# A complaint as long as a book is found by its first sixty pages; PostgreSQL refuses vectors of a megabyte.
MADE = """SELECT id, to_tsvector('simple', left(subject || ' ' || narrative, 60000)), upper(reference || ' ' || subject)
    FROM complaints_complaint WHERE id = ANY(%s)"""
KEEP = f"""INSERT INTO complaints_words (complaint_id, said, line) {MADE}
    ON CONFLICT (complaint_id) DO UPDATE SET said = excluded.said, line = excluded.line
    WHERE (complaints_words.said, complaints_words.line) IS DISTINCT FROM (excluded.said, excluded.line)"""
BATCH = 2_000


def keep_words(complaints: Sequence[int]) -> None:
    """Make the words of these complaints again, in the caller's transaction. Whoever writes their text calls it."""
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [list(complaints)])


def rebuild(*, watch: Callable[[int], None], batch: int = BATCH) -> int:
    """Make the words of every complaint again, batch by batch; return how many there are. Safe while people work."""
    done, last = 0, 0
    while keys := list(Complaint.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:batch]):
        with transaction.atomic():
            keep_words(keys)
        done, last = done + len(keys), keys[-1]
        watch(done)
    return done
