"""What goes wrong, and when: the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

# What may happen, how often beside the others, and how long it may last (seconds).
KINDS: dict[str, tuple[int, float, float]] = {
    "kill_worker": (4, 0, 0),
    "kill_pool_child": (2, 0, 0),
    "kill_beat": (2, 0, 0),
    "kill_web": (1, 0, 0),
    "kill_postgres": (2, 0, 2),
    "restart_postgres": (1, 0, 1),
    "terminate_backends": (3, 0, 0),
    "kill_broker": (2, 0, 4),
    "flush_broker": (3, 0, 0),
    "stop_worker": (2, 2, 25),
    "second_beat": (1, 4, 12),
    "idle_connections": (1, 4, 12),
    "step_clock": (3, 3, 15),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong: so many seconds after the start, for so long; `which` chooses among equals."""

    kind: str
    at: float
    length: float
    which: int


def faults(seed: int, *, number: int, seconds: float, only: str = "") -> list[Fault]:
    """Return what goes wrong within these seconds, in order; always this one thing when it is named."""
    chance = random.Random(seed)
    kinds = chance.choices(list(KINDS), [weight for weight, _, _ in KINDS.values()], k=number)
    kinds = [only] * number if only else kinds
    moments = sorted(chance.uniform(0.05, 0.95) * seconds for _ in range(number))
    return [
        Fault(kind, round(at, 2), round(chance.uniform(*KINDS[kind][1:]), 2), chance.randrange(1000))
        for kind, at in zip(kinds, moments, strict=True)
    ]
