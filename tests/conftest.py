"""What every test may use. Builders start with a_ and make the smallest thing that is valid."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from complaints.models import Category, Channel, Complainant, Complaint, Respondent

AT = datetime(2026, 6, 1, 9, 15, tzinfo=UTC)


@pytest.fixture
def a_complaint(db: None) -> Complaint:
    return Complaint.objects.create(
        reference="C-26-000001",
        subject="Payout held",
        channel=Channel.EMAIL,
        respondent=Respondent.objects.create(key="uk", name="UK Ltd", jurisdiction="GB", zone="Europe/London"),
        complainant=Complainant.objects.create(name="Ana Brennan"),
        category=Category.objects.create(product="Payouts", issue="Held or delayed"),
        received_at=AT,
        registered_at=AT,
        state_since=AT,
        last_event_at=AT,
    )
