"""How soon we ask again for a broker that is away: within a second, for as long as it takes.

Celery waits two seconds longer each time, up to half a minute, and gives up after a hundred tries.
"""

from __future__ import annotations

from typing import Any

from celery.app.amqp import AMQP
from kombu import Connection

# Seconds. A broker that is back is found within LONGEST; asking for one that is not costs a refused connection.
FIRST, MORE, LONGEST = 0.2, 0.2, 1.0


class SteadyConnection(Connection):
    """A connection whose owner does not wait long, and never for the last time."""

    def ensure_connection(self, *told: Any, **more: Any) -> SteadyConnection:
        """Return this connection once it stands: `told` is who hears of failures, and how often to ask at most."""
        more |= {"interval_start": FIRST, "interval_step": MORE, "interval_max": LONGEST}
        connection: SteadyConnection = super().ensure_connection(*told[:2], **more)
        return connection


class SteadyAMQP(AMQP):
    """Celery's way to the broker, by connections of this kind."""

    Connection = SteadyConnection
    BrokerConnection = SteadyConnection
