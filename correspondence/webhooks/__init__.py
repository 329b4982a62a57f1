"""What other systems are told: endpoints, the outbox of events, and sending."""
