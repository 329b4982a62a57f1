"""The ceiling: the rows a sweep writes, by plain SQL from constants, through the same indexes, keys and triggers."""

from __future__ import annotations

from django.db import connection, transaction

STATEMENTS = (
    """UPDATE complaints_clock SET status = 'missed', check_at = NULL FROM complaints_complaint AS complaint
       WHERE complaint.id = complaint_id AND complaint.id BETWEEN %(first)s AND %(last)s
       AND obligation = 'final_response'""",
    """INSERT INTO escalations_escalation (complaint_id, clock_id, reason, severity, state, due_at, text,
           assigned_to_id, occurred_at, recorded_at, resolution, level, threshold, policy)
       SELECT complaint_id, clock.id, 'missed', 3, 'open', ends_at,
           'Final response (DISP 1.6.2AR) was due by Mon 22 Jun 2026; Specialist owns it.', person.reports_to_id,
           ends_at, now(), '', 0, 'missed', 1
       FROM complaints_clock AS clock JOIN complaints_complaint AS complaint ON complaint.id = complaint_id
           JOIN users_user AS person ON person.id = owner_id
       WHERE complaint_id BETWEEN %(first)s AND %(last)s AND obligation = 'final_response'""",
    """INSERT INTO complaints_entry (complaint_id, seq, kind, occurred_at, recorded_at, data, digest)
       SELECT id, story_length + seq, CASE seq WHEN 1 THEN 'clock_missed' ELSE 'escalated' END, now(), now(),
           '{"to": 1, "text": "Final response (DISP 1.6.2AR) was due by Mon 22 Jun 2026; Specialist owns it.",
             "rule": "uk-disp-payments", "due_on": "2026-06-22", "citation": "DISP 1.6.2AR"}', repeat('0', 64)
       FROM complaints_complaint, generate_series(1, 2) AS seq WHERE id BETWEEN %(first)s AND %(last)s""",
    """UPDATE complaints_complaint SET story_length = story_length + 2, story_digest = repeat('0', 64),
           last_event_at = now(), next_check_at = NULL WHERE id BETWEEN %(first)s AND %(last)s""",
    """INSERT INTO escalations_notice (user_id, escalation_id, complaint_id, text, dedupe_key, created_at)
       SELECT told, escalation.id, complaint_id, 'B-1: Final response (DISP 1.6.2AR) was due by Mon 22 Jun 2026',
           'clock-' || clock_id || '-missed-20260622T230000.000000', now()
       FROM escalations_escalation AS escalation JOIN complaints_complaint AS complaint ON complaint.id = complaint_id,
           unnest(ARRAY[assigned_to_id, owner_id]) AS told
       WHERE complaint_id BETWEEN %(first)s AND %(last)s""",
    """INSERT INTO correspondence_outboundmail (message_id, "to", subject, body, state, attempts, next_attempt_at,
           last_error, created_at)
       SELECT 'clock-' || clock_id || '-missed-20260622T230000.000000-1@redress', 'lead1@larkspur.example',
           'Missed: B-1', text || ' http://127.0.0.1:8000/escalations/' || id, 'queued', 0, now(), '', now()
       FROM escalations_escalation WHERE complaint_id BETWEEN %(first)s AND %(last)s""",
)  # fmt: skip


def write_plainly(start: int, end: int, batch: int) -> None:
    """Write what a sweep would write for the complaints in these places, a transaction per batch."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM complaints_complaint")
        lowest = cursor.fetchone()[0]
        for place in range(start, end, batch):
            words = {"first": lowest + place, "last": lowest + min(end, place + batch) - 1}
            with transaction.atomic():
                for statement in STATEMENTS:
                    cursor.execute(statement, words)
    connection.close()
