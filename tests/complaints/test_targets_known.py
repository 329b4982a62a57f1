"""Our own targets as they were known on a past instant, and in the API of the clocks: beside the law's, never among them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from complaints.clockfile import clock_file, clock_file_as_known
from complaints.models import Complaint
from complaints.services import case, response
from complaints.services.following import follow
from regulations.services import publish_targets
from regulations.studio import drafts
from regulations.studio.publishing import publish
from tests.conftest import AT, Register, a_person
from users.models import Role, Team, User

pytestmark = pytest.mark.django_db
REPLY: dict[str, Any] = {
    "key": "first-reply", "title": "First reply", "starts": ["received"], "met_by": ["acknowledged", "final_sent"],
    "length": "1bd",
}  # fmt: skip
DECISION: dict[str, Any] = {
    "key": "decision", "title": "Decision ready", "starts": ["received"], "met_by": ["decided"], "length": "3bd",
    "pauses": ["awaiting_customer"],
}  # fmt: skip
DAY = timedelta(days=1)


@pytest.fixture
def a_case(a_registered: Register, a_specialist: User) -> Complaint:
    """Received on a Monday under two targets, acknowledged a day later; the second target is shorter from Wednesday on."""
    publish_targets([REPLY, DECISION], at=AT - DAY)
    complaint = a_registered()
    case.triage(complaint.pk, category=complaint.category, actor=a_specialist, at=AT + DAY)
    return response.acknowledge(complaint.pk, actor=a_specialist, at=AT + DAY)


def known(complaint: Complaint, days: float) -> dict[str, tuple[str, date | None]]:
    found = clock_file_as_known(Complaint.objects.get(pk=complaint.pk), at=AT + days * DAY)
    return {line.target.key: (str(line.target.status), line.target.due_on) for line in found.ours}


def test_a_target_stands_as_its_story_was_known_then(a_case: Complaint) -> None:
    assert known(a_case, 0.5)["first-reply"] == ("running", date(2026, 6, 2))
    assert known(a_case, 2)["first-reply"] == ("met", date(2026, 6, 2))


def test_under_the_targets_published_by_then(a_case: Complaint) -> None:
    author, other = (a_person(f"{name}@x.example", name, Role.ADMIN, None) for name in ("ann", "ben"))
    draft = drafts.start("target", "decision", actor=author, at=AT + 2 * DAY)
    text = draft.text.replace('"3bd"', '"1bd"')
    drafts.save(draft.pk, text=text, reason="Sooner.", enforced=False, actor=author, at=AT + 2 * DAY)
    publish(draft.pk, actor=other, at=AT + 2 * DAY)
    follow(AT + 2 * DAY)

    assert known(a_case, 1.5)["decision"][1] == date(2026, 6, 4)
    assert known(a_case, 2.5)["decision"][1] == date(2026, 6, 2)


def test_before_the_first_target_was_published_there_was_none(a_registered: Register) -> None:
    complaint = a_registered()
    publish_targets([REPLY], at=AT + DAY)
    follow(AT + DAY)

    assert known(complaint, 0.5) == {}
    assert set(known(complaint, 1.5)) == {"first-reply"}


def test_known_now_is_what_is_stored(a_case: Complaint) -> None:
    now = AT + 3 * DAY
    complaint = Complaint.objects.get(pk=a_case.pk)

    stored, derived = clock_file(complaint, now=now).ours, clock_file_as_known(complaint, at=now).ours

    assert [(one.target.key, one.target.sentence, one.days) for one in stored] == [
        (one.target.key, one.target.sentence, one.days) for one in derived
    ]


def test_the_page_shows_ours_as_known(client: Client, a_case: Complaint, a_specialist: User) -> None:
    client.force_login(a_specialist)

    page = client.get(f"/complaints/{a_case.reference}/clocks?as_known=2026-06-01T20:00").content.decode()

    assert "Ours, may pause" in page and "As the targets were published by then" in page
    assert 'id="target-first-reply"' in page


def test_the_api_tells_ours_under_the_clocks_and_never_among_them(
    client: Client, a_case: Complaint, a_specialist: User
) -> None:
    client.force_login(a_specialist)
    path = f"/api/v1/complaints/{a_case.reference}/clocks/"

    ours = client.get(f"{path}ours/").json()
    then = client.get(f"{path}ours/", {"as_known_on": (AT + DAY / 2).isoformat()}).json()

    assert {line["target"]["key"]: line["target"]["status"] for line in ours} == {
        "decision": "running", "first-reply": "met",
    }  # fmt: skip
    assert {line["target"]["status"] for line in then} == {"running"} and then[0]["days"]
    assert all("rule" in line["clock"] for line in client.get(path).json())
    listed = client.get("/api/v1/clocks/ours/", {"status": "running"}).json()["results"]
    assert [(row["complaint"], row["key"]) for row in listed] == [(a_case.reference, "decision")]
    assert all("key" not in row for row in client.get("/api/v1/clocks/").json()["results"])


def test_who_does_not_see_the_case_sees_no_target_of_it(client: Client, a_case: Complaint) -> None:
    other = Team.objects.create(name="Cards London", centre="London")
    client.force_login(a_person("p@x.example", "P", Role.SPECIALIST, other))

    assert client.get("/api/v1/clocks/ours/").json()["results"] == []
    assert client.get(f"/api/v1/complaints/{a_case.reference}/clocks/ours/").status_code == 404


def test_when_it_stood_still_is_told(client: Client, a_case: Complaint, a_specialist: User) -> None:
    case.start_investigation(a_case.pk, actor=a_specialist, at=AT + DAY)
    case.ask_customer(a_case.pk, question="Which account?", actor=a_specialist, at=AT + DAY)
    client.force_login(a_specialist)

    ours = client.get(f"/api/v1/complaints/{a_case.reference}/clocks/ours/").json()

    paused = next(line for line in ours if line["target"]["key"] == "decision")
    assert paused["target"]["status"] == "paused" and paused["target"]["ends_at"] is None
    assert paused["waits"][0]["until"] is None and paused["waits"][0]["why"]
