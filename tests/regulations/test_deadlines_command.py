"""The deadlines command: one line in, one line out, and a sentence for what cannot be read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from regulations.management.commands.deadlines import answer

ROOT = Path(__file__).resolve().parents[2]
QUESTION = {
    "id": "x1",
    "facts": {"jurisdiction": "GB", "zone": "Europe/London", "complaint_class": ["payment_services"]},
    "events": [{"type": "received", "at": "2026-06-01T10:15:00+01:00"}],
}


def asked(path: Path, *lines: str | bytes) -> list[dict[str, Any]]:
    path.write_bytes(b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines))
    out = StringIO()
    call_command("deadlines", input=str(path), stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def run(path: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "deadlines", "--input", path]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environ, capture_output=True, text=True, timeout=60, check=False
    )


def with_event(**event: object) -> str:
    return json.dumps(QUESTION | {"events": [event]})


def test_a_row_says_what_the_contract_says(tmp_path: Path) -> None:
    [told] = asked(tmp_path / "q.jsonl", json.dumps(QUESTION))
    rows = {(row["rule"], row["obligation"]): row for row in told["deadlines"]}

    assert told["id"] == "x1"
    assert rows["uk-disp-payments", "final_response"]["due_on"] == "2026-06-22"
    assert rows["uk-disp-payments", "summary_resolution_cutoff"]["due_at"] == "2026-06-04T17:00:00+01:00"
    assert rows["uk-disp-payments", "acknowledgement"]["due_on"] is None
    assert "due_at" not in rows["uk-disp-payments", "final_response"]
    assert "latest_lawful_on" not in rows["uk-disp-payments", "final_response"]
    assert rows["uk-disp-payments", "final_response"]["enforced"] is True


def test_one_line_in_is_one_line_out_in_the_same_order(tmp_path: Path) -> None:
    lines = [json.dumps(QUESTION | {"id": name}) for name in ("b", "a", "c")]

    assert [told["id"] for told in asked(tmp_path / "q.jsonl", lines[0], "nonsense", "", *lines[1:])] == [
        "b", None, "a", "c",
    ]  # fmt: skip


def test_a_byte_order_mark_and_foreign_line_ends_do_no_harm(tmp_path: Path) -> None:
    [told] = asked(tmp_path / "q.jsonl", b"\xef\xbb\xbf" + json.dumps(QUESTION).encode() + b"\r")

    assert "error" not in told and told["deadlines"]


def test_a_line_that_is_no_text_spoils_no_other(tmp_path: Path) -> None:
    first, second = asked(tmp_path / "q.jsonl", b'{"id": "\xff"}', json.dumps(QUESTION))

    assert first == {"id": None, "error": "The line is not text in UTF-8."}
    assert "deadlines" in second


@pytest.mark.parametrize(
    ("line", "name", "said"),
    [
        ("not json", None, "not JSON"),
        ("[" * 100_000, None, "not JSON"),
        ("[1]", None, "not a JSON object"),
        ('{"id": "a"}', "a", "has facts (an object) and events (a list)"),
        (json.dumps(QUESTION | {"events": ["received"]}), "x1", "An event has a type and an at"),
        (with_event(type="teleported", at="2026-06-01"), "x1", "teleported is no event"),
        (with_event(type="received", at="2026-06-01T10:00:00"), "x1", "no time with an offset"),
        (with_event(type="received", at="2026-W23-1"), "x1", "no date such as"),
        (with_event(type="received", at="20260601T101500+0100"), "x1", "no date such as"),
        (with_event(type="received", at="2026-02-30"), "x1", "no time that exists"),
        (with_event(type="received", at="0001-01-01T00:00:00+14:00"), "x1", "outside the years"),
        (json.dumps(QUESTION | {"calendar": "GB-WLS"}), "x1", "There is no calendar GB-WLS"),
        (json.dumps(QUESTION | {"facts": {"jurisdiction": "GB", "zone": "Mars/Base"}}), "x1", "not a time zone"),
        (json.dumps(QUESTION | {"facts": {"zone": "Europe/London"}}), "x1", "jurisdiction is missing"),
    ],
)
def test_a_line_that_cannot_be_answered_says_why(line: str, name: str | None, said: str) -> None:
    told = answer(line)

    assert told["id"] == name and said in str(told["error"])
    assert set(told) == {"id", "error"}


def test_facts_nobody_knows_are_ignored_and_a_place_without_rules_has_no_deadlines() -> None:
    facts = {"jurisdiction": "ZZ", "zone": "UTC", "favourite_colour": "blue"}

    assert answer(json.dumps(QUESTION | {"facts": facts})) == {"id": "x1", "deadlines": []}


@pytest.mark.parametrize(
    ("path", "said"), [("no-such-file.jsonl", "There is no file"), (".", ". is a directory. Name a file of JSON lines")]
)
def test_a_file_that_cannot_be_read_is_one_sentence_and_exit_1(path: str, said: str) -> None:
    done = run(path)

    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_one_may_not_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text("{}", encoding="utf-8")
    path.chmod(0)

    with pytest.raises(CommandError, match="may not be read"):
        call_command("deadlines", input=str(path), stdout=StringIO())


def test_it_needs_no_database(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps(QUESTION) + "\n", encoding="utf-8")

    done = run(str(path), DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing", REDIS_URL="redis://127.0.0.1:1/0")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["deadlines"]


@pytest.mark.parametrize(("content", "said"), [(b"\x00\xff\n\x01", "No line of"), (b"", "is empty")])
def test_a_file_without_a_question_is_said_to_be_none(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(content)

    with pytest.raises(CommandError, match=said):
        call_command("deadlines", input=str(file), stdout=StringIO())
