"""The words `./redress` understands."""

from __future__ import annotations

import errno
from collections.abc import Sequence

from launcher import holding, programs, proving, stopping
from launcher.chaos import chaos
from launcher.run import run
from launcher.terminal import Problem, say


def manage(words: Sequence[str]) -> int:
    """Pass the words to manage.py with the servers up."""
    with holding.servers_for_a_command() as given:
        return programs.run("local", given, ["manage.py", *words])


COMMANDS = {
    "run": run,
    "stop": stopping.stop,
    "reset": stopping.reset,
    "manage": manage,
    "test": proving.test,
    "check": proving.check,
    "bench": proving.bench,
    "chaos": chaos,
}


def main(words: Sequence[str]) -> int:
    """Do what the first word says; return the exit code."""
    if not words or words[0] not in COMMANDS:
        asked = bool(words) and words[0] in {"help", "-h", "--help"}
        say("Say ./redress and one of:")
        for name, command in COMMANDS.items():
            say(f"  {name:8} {(command.__doc__ or '').partition(chr(10))[0]}")
        return 0 if asked else 2
    try:
        return COMMANDS[words[0]](words[1:])
    except Problem as problem:
        say(str(problem))
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            say("The disk is full. Make room, then say it again; what was saved is safe.")
        else:
            say(f"{error.strerror or error}: {error.filename or 'the system refused'}")
    except KeyboardInterrupt:
        say("Stopped")
        return 130
    return 1
