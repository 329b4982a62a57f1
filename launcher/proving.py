"""`./redress test`, `check` and `bench`: on throwaway servers, so that a run's data is never touched."""

from __future__ import annotations

import ast
import json
import secrets
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from launcher import programs
from launcher.chromium import chromium
from launcher.places import PYTHON, ROOT
from launcher.services import throwaway_services
from launcher.terminal import Problem, say

ROOMS = ("config", "insights", "escalations", "complaints", "correspondence", "regulations", "users")
# Two at a time, a file whole: what a file sets up once is not set up twice.
ALL_TESTS = ("-n", "2", "--dist", "loadfile")
BENCHMARKS = ROOT / "benchmarks"


def test(words: Sequence[str]) -> int:
    """Run all tests, or those that the words given to pytest choose."""
    with throwaway_services() as given:
        given["REDRESS_CHROMIUM"] = chromium()
        say("Running the tests")
        return programs.run("test", given, ["-m", "pytest", *(words or ALL_TESTS)])


def check(words: Sequence[str]) -> int:
    """Run every gate that reads the code; return whether one failed."""
    if words:
        raise Problem("check takes no words: it always runs every gate.")
    with throwaway_services() as given:
        safe = {**given, "SECRET_KEY": secrets.token_urlsafe(60), "ALLOWED_HOSTS": "redress.example"}
        gates = (
            ("test", ["-m", "ruff", "check", "."]),
            ("test", ["-m", "ruff", "format", "--check", "."]),
            ("test", ["-c", "from importlinter.cli import lint_imports_command as lint; lint()"]),
            ("test", ["-m", "mypy", "launcher", *ROOMS]),
            ("test", ["manage.py", "makemigrations", "--check", "--dry-run"]),
            ("production", ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]),
        )
        failed = []
        for mode, command in gates:
            name = "lint-imports" if command[0] == "-c" else " ".join(command).removeprefix("-m ")
            say(f"Checking: {name}")
            if programs.run(mode, safe, command):
                failed.append(name)
    say(f"These gates failed: {'; '.join(failed)}" if failed else "All gates passed")
    return int(bool(failed))


def bench(words: Sequence[str]) -> int:
    """List the benchmarks, or run one: its JSON goes to stdout, the same as a table to stderr."""
    there = {path.stem: path for path in sorted(BENCHMARKS.glob("*.py")) if not path.stem.startswith("_")}
    if not words:
        for name, path in there.items():
            say(f"{name:20} {first_line(path)}")
        return 0
    if words[0] not in there:
        raise Problem(f"There is no benchmark {words[0]!r}. Say one of: {', '.join(there) or '(none yet)'}.")
    # Figures are for data written as safely as in production.
    with throwaway_services(durable=True) as given:
        settings = {
            **given,
            "LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        for command in (["migrate", "--no-input", "-v", "0"], ["load_rulebooks"]):
            if code := programs.run("local", settings, ["manage.py", *command], output=sys.stderr):
                return code
        say(f"Measuring {words[0]}")
        environment = programs.environment("local", settings)
        command = [str(PYTHON), str(there[words[0]]), *words[1:]]
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as measuring:
            assert measuring.stdout is not None
            last = ""
            for line in measuring.stdout:
                print(line, end="", flush=True)
                last = line if line.strip() else last
        print(table(last), end="", file=sys.stderr)
    return measuring.returncode


def first_line(path: Path) -> str:
    """Return the first sentence of the file's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def table(line: str) -> str:
    """Return a JSON object as lines of name and value; empty when the line is none."""
    try:
        content = json.loads(line)
    except ValueError:
        return ""
    if not isinstance(content, dict):
        return ""
    width = max(map(len, content), default=0)
    return "".join(
        f"{name:{width}}  {value if isinstance(value, str) else json.dumps(value)}\n" for name, value in content.items()
    )
