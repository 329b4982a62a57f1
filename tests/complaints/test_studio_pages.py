"""The studio's pages: read and act in plain words, with and without script, and nothing for other roles."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from complaints.models import Rehearsal
from complaints.studio.rehearsing import ask, rehearse
from complaints.studio.showing import sentence, show
from regulations.models import Draft, DraftState, RuleVersion
from regulations.studio import drafts
from regulations.studio.found import exported, newest
from regulations.studio.publishing import publish
from tests.conftest import AT, Register, a_person
from users.models import Role, User

pytestmark = pytest.mark.django_db
RULE, LATER = "uk-disp-payments", AT + timedelta(hours=3)


@pytest.fixture
def another_admin(db: None) -> User:
    return a_person("nora.devlin@larkspur.example", "Nora Devlin", Role.ADMIN, None)


@pytest.fixture
def author(an_admin: User) -> Client:
    return signed_in(an_admin)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def a_draft(actor: User, *, length: str = "14bd", reason: str = "Tighter.") -> Draft:
    draft = drafts.start("rule", RULE, actor=actor, at=AT)
    text = draft.text.replace('"15bd"', f'"{length}"')
    return drafts.save(draft.pk, text=text, reason=reason, enforced=True, actor=actor, at=AT)


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_front_page_says_how_a_rule_is_chosen_and_who_changes_what(author: Client, an_admin: User) -> None:
    draft = a_draft(an_admin)

    shown = page(author, "/studio/")

    assert "How a rule is chosen" in shown
    assert f"/studio/drafts/{draft.pk}" in shown
    assert "Niamh Daly" in shown and "Tighter." in shown


def test_an_auditor_reads_and_sees_no_act(an_auditor: User, an_admin: User) -> None:
    draft, client = a_draft(an_admin), signed_in(an_auditor)

    shown = page(client, f"/studio/drafts/{draft.pk}") + page(client, "/studio/") + page(client, f"/studio/rule/{RULE}")

    assert "Keep the draft" not in shown
    assert "Publish</button>" not in shown
    assert client.post(f"/studio/drafts/{draft.pk}/publish").status_code == 403


def test_a_change_begins_on_the_rules_page_and_is_kept(author: Client, an_admin: User) -> None:
    began = author.post("/studio/start", {"kind": "rule", "key": RULE})
    draft = Draft.objects.get()
    assert began.headers["Location"] == f"/studio/drafts/{draft.pk}"

    kept = author.post(
        f"/studio/drafts/{draft.pk}",
        {"text": draft.text.replace('"15bd"', '"14bd"'), "reason": "Tighter.", "enforced": "on",
         "changed_at": draft.changed_at.isoformat()},
    )  # fmt: skip

    assert "The draft is kept." in kept.content.decode()
    draft.refresh_from_db()
    assert (draft.reason, draft.enforced, '"14bd"' in draft.text) == ("Tighter.", True, True)


def test_old_and_new_stand_side_by_side_in_words(author: Client, an_admin: User) -> None:
    shown = page(author, f"/studio/drafts/{a_draft(an_admin).pk}")

    assert "Final response: <del>15</del>" in shown.replace("</del>", "</del>")
    assert "<ins>14</ins> business days" in shown


def test_words_are_checked_as_they_are_typed_and_not_kept(author: Client, an_admin: User) -> None:
    draft = a_draft(an_admin)
    typed = draft.text.replace('"14bd"', '"soon"')
    line = next(number for number, line in enumerate(typed.splitlines(), 1) if "soon" in line)

    answer = author.post(f"/studio/drafts/{draft.pk}/check", {"text": typed})

    assert f"Line {line}" in answer.content.decode()
    assert "is not a length" in answer.content.decode()
    draft.refresh_from_db()
    assert "soon" not in draft.text


def test_what_was_typed_survives_a_refusal(author: Client, an_admin: User, another_admin: User) -> None:
    draft = a_draft(an_admin)
    opened = draft.changed_at.isoformat()
    drafts.save(draft.pk, text="x = 1", reason="", enforced=True, actor=another_admin, at=LATER)

    answer = author.post(f"/studio/drafts/{draft.pk}", {"text": "mine = 1", "reason": "", "changed_at": opened})

    assert answer.status_code == 409
    assert "mine = 1" in answer.content.decode()
    assert "Somebody changed this draft" in answer.content.decode()


def test_the_author_sees_why_they_cannot_publish_and_a_second_person_can(
    author: Client, an_admin: User, another_admin: User
) -> None:
    draft = a_draft(an_admin)
    assert "a second person must publish it" in page(author, f"/studio/drafts/{draft.pk}")
    assert author.post(f"/studio/drafts/{draft.pk}/publish").status_code == 409

    second = signed_in(another_admin)
    assert "Publish</button>" in page(second, f"/studio/drafts/{draft.pk}")
    second.post(f"/studio/drafts/{draft.pk}/publish", {"from_on": ""})

    assert "Published by Nora Devlin as version 2" in page(author, f"/studio/drafts/{draft.pk}")
    assert RuleVersion.objects.filter(rule=RULE).count() == 2


def test_a_draft_without_a_reason_or_with_a_problem_says_so_where_it_would_be_published(
    an_admin: User, another_admin: User
) -> None:
    second = signed_in(another_admin)
    draft = a_draft(an_admin, reason="")
    assert "The draft has no reason." in page(second, f"/studio/drafts/{draft.pk}")

    drafts.save(draft.pk, text="a = ", reason="Why.", enforced=True, actor=an_admin, at=LATER)

    assert "cannot be published: This is not TOML" in page(second, f"/studio/drafts/{draft.pk}")


def test_a_day_that_is_no_day_is_refused_in_words(another_admin: User, an_admin: User) -> None:
    answer = signed_in(another_admin).post(f"/studio/drafts/{a_draft(an_admin).pk}/publish", {"from_on": "soon"})

    assert answer.status_code == 409
    assert "Write the day as 2026-12-25." in answer.content.decode()


def test_the_rehearsal_shows_its_progress_and_then_what_it_found(
    author: Client, an_admin: User, a_registered: Register
) -> None:
    a_registered(at=timezone.now() - timedelta(days=2))
    draft = a_draft(an_admin)
    author.post(f"/studio/drafts/{draft.pk}/rehearse")
    running = Rehearsal.objects.get()
    assert 'hx-trigger="every 1s"' in page(author, f"/studio/drafts/{draft.pk}")

    rehearse(timezone.now)

    part = author.get(f"/studio/rehearsals/{running.pk}", headers={"HX-Request": "true"}).content.decode()
    assert "Changes 1 case: clocks 3 earlier" in part
    assert "<html" not in part
    assert "Payouts Dublin" in part
    assert "<html" in page(author, f"/studio/rehearsals/{running.pk}")


def test_a_rehearsal_of_other_words_says_so(author: Client, an_admin: User, a_registered: Register) -> None:
    a_registered()
    draft = a_draft(an_admin)
    ask(draft.pk, actor=an_admin, at=LATER)
    rehearse(lambda: LATER)

    drafts.save(draft.pk, text=draft.text + "\n", reason="T.", enforced=True, actor=an_admin, at=LATER)

    assert "Rehearse again" in page(author, f"/studio/drafts/{draft.pk}")


def test_the_result_is_one_sentence_and_bars_that_share_the_far_ends(an_admin: User) -> None:
    told = {
        "changed": 3, "earlier": 2, "later": 1200, "gained": 0, "lost": 1, "enforced": 0, "shown": 0, "overdue": 1,
        "moves": {"-30": 1, "-9": 1, "1": 1200}, "teams": {}, "load": {}, "samples": [], "unreadable": 0, "problem": "",
    }  # fmt: skip
    shown = show(Rehearsal(result=told))

    assert sentence(told) == "Changes 3 cases: clocks 2 earlier, 1,200 later, 1 lost"
    assert shown is not None
    assert [(bar.label, bar.count, bar.tone) for bar in shown.bars] == [
        ("−8d or more", 2, "earlier"), ("+1d", 1200, "later"),
    ]  # fmt: skip


def test_one_case_is_tried_on_the_page(author: Client, an_admin: User, a_registered: Register) -> None:
    complaint, draft = a_registered(), a_draft(an_admin)

    shown = page(author, f"/studio/drafts/{draft.pk}?try={complaint.reference.lower()}")

    assert "Mon 22 Jun 2026" in shown and "Fri 19 Jun 2026" in shown
    assert "There is no complaint C-99" in page(author, f"/studio/drafts/{draft.pk}?try=C-99")


def test_the_history_shows_each_version_with_its_diff_and_a_way_back(
    author: Client, an_admin: User, another_admin: User
) -> None:
    publish(a_draft(an_admin).pk, actor=another_admin, at=LATER)

    shown = page(author, f"/studio/rule/{RULE}")

    assert "by Nora Devlin" in shown and "<ins>14</ins>" in shown
    assert "Roll back to version 1" in shown
    author.post("/studio/start", {"kind": "rule", "key": RULE, "back_to": "1"})
    assert Draft.objects.get(state=DraftState.OPEN).reason == "Back to version 1."


def test_a_bank_holiday_is_one_small_form(author: Client) -> None:
    author.post("/studio/day", {"key": "GB-ENG", "on": "2026-06-15", "name": "Jubilee", "reason": "S.I. 9/2026"})

    draft = Draft.objects.get()
    shown = page(author, f"/studio/drafts/{draft.pk}")
    assert draft.reason == "Closed on 15 June 2026: Jubilee. S.I. 9/2026"
    assert "Closed on Monday 15 June 2026: Jubilee." in shown


@pytest.mark.parametrize("on", ["", "15/06/2026?", "2026-02-30"])
def test_a_closed_day_needs_a_date(author: Client, on: str) -> None:
    assert author.post("/studio/day", {"key": "GB-ENG", "on": on, "name": "Jubilee"}).status_code == 409
    assert not Draft.objects.exists()


def test_a_rule_goes_out_and_comes_in_as_a_file(author: Client) -> None:
    out = author.get(f"/studio/rule/{RULE}.toml")
    assert out.headers["Content-Disposition"] == f'attachment; filename="{RULE}-1.toml"'
    assert out.content.decode() == exported(newest("rule", RULE))  # type: ignore[arg-type]

    author.post("/studio/bring", {"file": SimpleUploadedFile("rule.toml", out.content)})

    assert Draft.objects.get().key == RULE


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"id = ", "This is not TOML"),
        (b"\xff\xfe", "no text in UTF-8"),
        (b"x" * 200_000, "at most 100,000"),
        (b"", "The submitted file is empty."),
    ],
)
def test_a_file_that_is_no_rule_is_refused_and_changes_nothing(author: Client, content: bytes, words: str) -> None:
    answer = author.post("/studio/bring", {"file": SimpleUploadedFile("rule.toml", content)})

    assert (answer.status_code, words in answer.content.decode()) == (400, True)
    assert not Draft.objects.exists()


def test_what_does_not_exist_is_not_found(author: Client) -> None:
    for path in ("/studio/rule/nothing", "/studio/planet/mars", "/studio/rule/nothing.toml", "/studio/drafts/999",
                 "/studio/rehearsals/999", f"/studio/rule/{RULE}.toml?version=99"):  # fmt: skip
        assert author.get(path).status_code == 404, path


def test_a_discarded_draft_is_read_only(author: Client, an_admin: User) -> None:
    draft = a_draft(an_admin)
    author.post(f"/studio/drafts/{draft.pk}/discard")

    shown = page(author, f"/studio/drafts/{draft.pk}")

    assert "Discarded" in shown
    assert "Keep the draft" not in shown
    assert author.post(f"/studio/drafts/{draft.pk}", {"text": "x"}).status_code == 409
