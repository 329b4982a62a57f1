"""The escalation policy: what it may say, and when its moments fall."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from complaints.models import Clock
from complaints.thresholds.current import TEXT
from complaints.thresholds.moments import lates, moment, warnings
from complaints.thresholds.reading import read_policy
from complaints.thresholds.rules import Place, Policy
from regulations.calendars.shipped import load_calendars
from regulations.studio.texts import TextProblem
from tests.complaints.policies import a_policy, a_rule, a_text

DUBLIN = Place("IE", "Europe/Dublin", "Payouts Dublin", "Payouts")
CALENDARS = load_calendars()


def a_limit(on: str, *, trigger: str = "2026-06-01", calendar: str = "IE") -> Clock:
    """Return a running final-response limit in Dublin that ends with this day, unsaved."""
    day = date.fromisoformat(on)
    ends = datetime.fromisoformat(f"{day + timedelta(days=1)}T00:00:00+01:00").astimezone(UTC)
    return Clock(
        obligation="final_response", kind="D", enforced=True, trigger_on=date.fromisoformat(trigger), due_on=day,
        ends_at=ends, calendar=calendar,
    )  # fmt: skip


def said(policy: Policy, clock: Clock, place: Place = DUBLIN) -> list[tuple[str, str]]:
    found = warnings(clock, policy.warnings, place, CALENDARS)
    return [(rule.id, f"{at.astimezone(UTC):%Y-%m-%d %H:%M}") for at, rule in found]


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(TextProblem) as raised:
        read_policy(text, version=2)
    return [(problem.line, problem.words) for problem in raised.value.problems]


def test_the_shipped_policy_can_be_read_and_is_version_one() -> None:
    policy = read_policy(TEXT, version=1)

    assert [(rule.id, rule.reason, rule.severity, str(rule.wait)) for rule in policy.rules] == [
        ("at_risk", "at_risk", 1, "4 working hours"),
        ("missed", "missed", 3, "2 working hours"),
        ("unassigned", "unassigned", 2, "2 working hours"),
        ("manual", "manual", 2, "4 working hours"),
        ("undelivered", "undelivered", 2, "4 working hours"),
        ("set_aside", "set_aside", 2, "4 working hours"),
    ]
    assert (policy.highest, policy.quiet, policy.asks, policy.counts_days) == (4, None, False, False)


@pytest.mark.parametrize(
    ("trigger", "then"),
    [
        # Of a long limit the last day, of a short one the last quarter.
        ("2026-06-01", "2026-06-21 23:00"),
        ("2026-06-21", "2026-06-22 11:00"),
    ],
)
def test_the_shipped_warning_is_the_last_quarter_and_at_most_a_day(trigger: str, then: str) -> None:
    assert said(a_policy(), a_limit("2026-06-22", trigger=trigger)) == [("at_risk", then)]


@pytest.mark.parametrize(
    ("when", "then"),
    [
        ("50 % of the time", "2026-06-11 23:00"),
        ("4 hours before the end", "2026-06-22 19:00"),
        ("7 days before the end", "2026-06-15 23:00"),
        # Friday's end and not Sunday's: from it on one working day is left.
        ("1 working day before the end", "2026-06-19 23:00"),
        ("3 working days before the end", "2026-06-17 23:00"),
    ],
)
def test_a_warning_is_counted_as_its_words_say(when: str, then: str) -> None:
    policy = a_policy(a_rule("early", when), without="at_risk")

    assert said(policy, a_limit("2026-06-22")) == [("early", then)]


def test_working_days_are_those_of_the_limits_own_calendar() -> None:
    # Monday 3 August 2026 is a bank holiday in Ireland, and not in England.
    policy = a_policy(a_rule("early", "2 working days before the end"), without="at_risk")

    assert said(policy, a_limit("2026-08-05")) == [("early", "2026-07-31 23:00")]
    assert said(policy, a_limit("2026-08-05", calendar="GB-ENG")) == [("early", "2026-08-03 23:00")]
    assert said(policy, a_limit("2026-08-05", calendar="")) == [("early", "2026-08-03 23:00")]


def test_days_are_counted_where_the_respondent_is_over_a_change_of_the_clock() -> None:
    # The clocks go back on Sunday 25 October: midnight in Dublin is 23:00 UTC before and 00:00 after.
    policy = a_policy(a_rule("early", "3 days before the end"), without="at_risk")
    clock = a_limit("2026-10-26")
    clock.ends_at = datetime(2026, 10, 27, tzinfo=UTC)

    assert said(policy, clock) == [("early", "2026-10-23 23:00")]


def test_what_comes_after_a_breach_is_counted_too() -> None:
    policy = a_policy(a_rule("still", "2 working days after breach"), a_rule("later", "36 hours after breach"))

    found = lates(a_limit("2026-06-19"), policy.lates, DUBLIN, CALENDARS)

    assert [(rule.id, f"{at:%Y-%m-%d %H:%M}") for at, rule in found] == [
        ("later", "2026-06-21 11:00"), ("still", "2026-06-23 23:00"),
    ]  # fmt: skip


def test_several_warnings_come_in_their_order() -> None:
    policy = a_policy(a_rule("half", "50 % of the time"), a_rule("three", "3 working days before the end"))

    assert [name for name, _ in said(policy, a_limit("2026-06-22"))] == ["half", "three", "at_risk"]


def test_a_rule_is_for_those_it_names_and_the_first_that_fits_decides() -> None:
    for_ireland = a_rule(
        "irish", "50 % of the time", more='for = { jurisdiction = ["IE"], obligation = ["final_response"] }'
    )
    policy = a_policy(for_ireland, a_rule("all", "50 % of the time"), without="at_risk")

    assert [name for name, _ in said(policy, a_limit("2026-06-22"))] == ["irish"]
    assert [name for name, _ in said(policy, a_limit("2026-06-22"), Place("GB", "Europe/London", "", ""))] == ["all"]


def test_a_rule_leaves_out_whom_it_excepts() -> None:
    policy = a_policy(
        a_rule("most", "50 % of the time", more='except = { team = ["Payouts Dublin"] }'), without="at_risk"
    )

    assert said(policy, a_limit("2026-06-22")) == []
    assert len(said(policy, a_limit("2026-06-22"), Place("IE", "Europe/Dublin", "Cards", ""))) == 1


def test_a_moment_beyond_the_calendar_is_counted_by_weekdays() -> None:
    policy = a_policy(a_rule("still", "90 working days after breach"))
    last = max(calendar.last for calendar in CALENDARS.values())

    at = moment(a_limit(last.isoformat()), policy.lates[0], "UTC", CALENDARS)

    assert (at.date() - last).days > 90


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('when = "at breach"', 'when = "at beach"', 18, "“at beach” is no moment. Write one of: 75 % of the time"),
        ('when = "at breach"', 'when = "0 hours after breach"', 18, "0 hours is out of bounds: 1 to 2,000 hours."),
        ('when = "at breach"', 'when = "2 working hours after breach"', 18, "“2 working hours” cannot be counted here."),
        ("75 %", "100 %", 8, "A share of the time lies between 1 % and 99 %."),
        ("severity = 3", "severity = 4", 19, "severity must be a number from 1 to 3."),
        ("severity = 3", "severity = true", 19, "severity must be a number from 1 to 3."),
        ('taken_within = "2 working hours"', 'taken_within = "soon"', 23, "“soon” cannot be counted here."),
        ('id = "missed"', 'id = "at_risk"', 6, "Two rules are called at_risk."),
        ('id = "missed"', 'id = "Missed!"', 16, "An id has small letters"),
        ("highest = 4", "highest = 0", 3, "highest must be a number from 1 to 9."),
        ("highest = 4", "hightest = 4", 3, "hightest is no key of a policy."),
        ('when = "at breach"\n', 'when = "at breach"\nfor = { jurisdiction = ["GB"] }\n', 5, "One rule at breach must be for every"),
        ('when = "set aside"', 'when = "at breach"', 5, "The policy must say once what happens when something is “set aside”."),
        ('when = "unassigned for 30 minutes"\n', 'when = "unassigned for 30 minutes"\nfor = { obligation = ["x"] }\n', 29, "Only a rule about a limit"),
        ('title = "Missed"', 'title = 3', 17, "title must be words"),
        ('[[rule]]\nid = "missed"', '[[rule]\nid = "missed"', 15, "This is not TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_line(old: str, new: str, line: int, words: str) -> None:
    assert old in TEXT

    found = problems(TEXT.replace(old, new, 1))

    assert any(place == line and told.startswith(words) for place, told in found), found


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('by = ["queue", "pigeon"]', "“pigeon” is no way to tell."),
        ('by = ["app"]', "Every escalation stands in the queue: by must hold queue."),
        ('by = ["queue", "mail"]', "A mail comes with its line in the app: add app."),
        ('by = ["queue", "webhook:"]', "“webhook:” is no way to tell."),
        ('tell = ["press"]', "“press” cannot be told."),
        ('for = "GB"', "for must say which"),
        ('for = { colour = ["red"] }', "colour cannot be asked of a complaint."),
        ('for = { team = "Payouts" }', "team must be a list of words"),
        ("wait = 3", "wait is no key of a rule."),
    ],
)
def test_what_a_rule_cannot_say_is_refused(more: str, words: str) -> None:
    rule = a_rule("early", "50 % of the time", more=more)
    rule = rule.replace('by = ["queue", "app", "mail"]\n', "") if more.startswith("by") else rule

    assert next(told for _, told in problems(a_text(rule))).startswith(words)


def test_nobody_can_be_told_who_is_no_role() -> None:
    [(_, words)] = problems(a_text(a_rule("early", "50 % of the time", to="the chair")))

    assert words.startswith("“the chair” is nobody.")


@pytest.mark.parametrize("words", ['"20:00"', '{ from = "20:00" }', '{ from = "25:00", to = "07:00" }'])
def test_quiet_hours_say_from_when_to_when(words: str) -> None:
    [(line, told)] = problems(TEXT.replace("highest = 4", f"highest = 4\nquiet_hours = {words}", 1))

    assert (line, told.startswith("quiet_hours says from and to")) == (4, True)
