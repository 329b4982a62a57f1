"""The ledger: what the house did, written by triggers in the very transactions that did it, with no unique key.

A doubled effect is a second line here, a lost one has none, an early one has a moment before its timer's. The
timers' own moments are kept apart from the house's clocks, so that a wrong clock cannot prove itself right.
"""

from __future__ import annotations

TABLES = """
DROP TABLE IF EXISTS chaos_ledger, chaos_timer;
CREATE TABLE chaos_timer (complaint_id bigint, clock_id bigint, due_at timestamptz NOT NULL);
CREATE TABLE chaos_ledger (what text NOT NULL, complaint_id bigint, clock_id bigint, at timestamptz NOT NULL);
"""
# A mail says in its Message-ID which clock it is about.
WRITE = """
CREATE OR REPLACE FUNCTION chaos_write() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_ARGV[0] = 'mail' THEN
        INSERT INTO chaos_ledger VALUES ('mail', NULL, substring(NEW.message_id FROM '^clock-(\\d+)-')::bigint,
            clock_timestamp());
    ELSE
        INSERT INTO chaos_ledger VALUES (TG_ARGV[0], NEW.complaint_id, NULL, clock_timestamp());
    END IF;
    RETURN NULL;
END $$;
"""
WATCHED = (
    ("missed", "AFTER INSERT ON complaints_entry", "WHEN (NEW.kind = 'clock_missed')"),
    ("said", "AFTER INSERT ON complaints_entry", "WHEN (NEW.kind = 'escalated')"),
    ("escalated", "AFTER INSERT ON escalations_escalation", ""),
    ("told", "AFTER INSERT ON escalations_notice", ""),
    ("mail", "AFTER INSERT ON correspondence_outboundmail", "WHEN (NEW.message_id LIKE 'clock-%')"),
    (
        "outcome", "AFTER UPDATE OF status ON complaints_clock",
        "WHEN (NEW.status = 'missed' AND OLD.status <> 'missed')",
    ),
)  # fmt: skip
# How many lines each timer must have: the lead and the owner are told, the lead by mail as well.
EXPECTED = {"missed": 1, "said": 1, "escalated": 1, "told": 2, "mail": 1, "outcome": 1}

# Faults planted to see the harness fail, one timer in forty: each breaks the house from inside the database.
PLANTED = {
    "": "",
    "drop": """
        CREATE OR REPLACE FUNCTION chaos_plant() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF NEW.complaint_id % 40 = 0 THEN RETURN NULL; END IF; RETURN NEW; END $$;
        CREATE OR REPLACE TRIGGER chaos_plant BEFORE INSERT ON escalations_notice
        FOR EACH ROW EXECUTE FUNCTION chaos_plant();""",
    "double": """
        CREATE OR REPLACE FUNCTION chaos_plant() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO correspondence_outboundmail (message_id, "to", subject, body, state, attempts,
                next_attempt_at, last_error, created_at)
            VALUES (NEW.message_id || '-again', NEW."to", NEW.subject, NEW.body, 'queued', 0, now(), '', now());
            RETURN NULL;
        END $$;
        CREATE OR REPLACE TRIGGER chaos_plant AFTER INSERT ON correspondence_outboundmail
        FOR EACH ROW WHEN (NEW.message_id LIKE 'clock-%0-missed-%' AND NEW.message_id NOT LIKE '%again')
        EXECUTE FUNCTION chaos_plant();""",
    "early": """
        UPDATE complaints_clock SET ends_at = ends_at - interval '3 seconds', check_at = check_at - interval '3 seconds'
        WHERE id % 40 = 0;
        UPDATE complaints_complaint SET next_check_at = next_check_at - interval '3 seconds',
            next_due_at = next_due_at - interval '3 seconds'
        WHERE id IN (SELECT complaint_id FROM complaints_clock WHERE id % 40 = 0);""",
}
UNPLANT = """
DROP TRIGGER IF EXISTS chaos_plant ON escalations_notice;
DROP TRIGGER IF EXISTS chaos_plant ON correspondence_outboundmail;
"""

JUDGE = """
WITH line AS (
    SELECT what, coalesce(ledger.complaint_id, timer.complaint_id) AS complaint_id, at
    FROM chaos_ledger AS ledger LEFT JOIN chaos_timer AS timer USING (clock_id)
), counted AS (
    SELECT timer.complaint_id, due_at, what, expected, count(line.what) AS found,
        coalesce(bool_or(line.at < due_at), false) AS early, min(line.at) AS first
    FROM chaos_timer AS timer
    CROSS JOIN jsonb_to_recordset(%(expected)s::jsonb) AS wanted(what text, expected int)
    LEFT JOIN line USING (complaint_id, what)
    GROUP BY timer.complaint_id, due_at, what, expected
), timers AS (
    SELECT complaint_id, bool_or(found < expected) AS lost, bool_or(found > expected) AS duplicate,
        bool_or(early) AS early, max(first - due_at) FILTER (WHERE what = 'missed') AS lag
    FROM counted GROUP BY complaint_id
)
SELECT count(*), count(*) FILTER (WHERE lost), count(*) FILTER (WHERE duplicate), count(*) FILTER (WHERE early),
    percentile_disc(ARRAY[0.5, 0.99, 1]) WITHIN GROUP (ORDER BY lag),
    (SELECT count(*) FROM line WHERE NOT EXISTS (SELECT 1 FROM chaos_timer WHERE complaint_id = line.complaint_id))
FROM timers
"""

# The lag of what fell due while nothing was wrong, nor had been a moment before: the house's own pace.
IDLE = """
SELECT percentile_disc(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY first - due_at), count(*)
FROM chaos_timer
JOIN (SELECT complaint_id, min(at) AS first FROM chaos_ledger WHERE what = 'missed' GROUP BY complaint_id) AS done
    USING (complaint_id)
WHERE NOT EXISTS (
    SELECT 1 FROM unnest(%(begun)s::timestamptz[], %(over)s::timestamptz[]) AS span (begun, over)
    WHERE due_at BETWEEN begun - interval '1 second' AND over + make_interval(secs => %(grace)s)
)
"""
# The longest that anything waited after a fault was over, of what was due by then or came due just after. Nobody can be
# late with what was not yet due.
RECOVERY = """
SELECT extract(epoch FROM max(done.first - greatest(due_at, %(over)s::timestamptz)))
FROM chaos_timer
JOIN (SELECT complaint_id, min(at) AS first FROM chaos_ledger WHERE what = 'missed' GROUP BY complaint_id) AS done
    USING (complaint_id)
WHERE done.first > %(over)s::timestamptz AND due_at <= %(over)s::timestamptz + make_interval(secs => %(grace)s)
"""


def watch() -> str:
    """Return the statements that make the ledger and what writes it."""
    triggers = "".join(
        f"CREATE OR REPLACE TRIGGER chaos_{what} {when} FOR EACH ROW {which} EXECUTE FUNCTION chaos_write('{what}');\n"
        for what, when, which in WATCHED
    )
    return TABLES + WRITE + triggers + UNPLANT
