"""Two admins change the law's data at real browsers, and the open book follows as rehearsed."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from complaints.models import Category, Clock, Complaint, Rehearsal
from complaints.services.following import follow
from complaints.studio.rehearsing import rehearse
from regulations.models import Change, Draft, RuleVersion
from tests.browser.conftest import Desk, House, Open
from tests.conftest import a_person
from users.models import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "cfpb" / "complaints.csv"
OPEN_ROWS, RULE = 300, "uk-disp-payments"
PATH, FIELDS = ("Product", "Sub-product", "Issue", "Sub-issue"), ("product", "sub_product", "issue", "sub_issue")
Dates = dict[tuple[int, str, str], datetime | None]


def an_open_book(house: House, folder: Path) -> None:
    """Some hundred real complaints about payments, as if received lately and not answered yet, and two of our own."""
    if not SHARED.exists():
        pytest.skip("the real complaints are not on this machine")
    with SHARED.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["Product"].startswith("Money transfer")]
    for path in {tuple(row[name] for name in PATH) for row in rows}:
        # The firm has said before what these products are to the law.
        Category.objects.create(**dict(zip(FIELDS, path, strict=True)), complaint_class="payment_services")
    some, today = folder / "open.csv", timezone.now().date()
    with some.open("w", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, fieldnames=list(rows[0]))
        written.writeheader()
        for number, row in enumerate(rows[:OPEN_ROWS]):
            received = (today - timedelta(days=2 + number % 12)).isoformat()
            dated = {"Date received": received, "Date sent to company": received}
            written.writerow({**row, **dated, "Company response to consumer": "In progress"})
    call_command("import_complaints", str(some), "--source", "cfpb", "--respondent", "uk")
    house.complaint()
    house.complaint(received_at=timezone.now() - timedelta(days=3))
    assert Complaint.objects.count() > 250


def dates() -> Dates:
    return {(row.complaint_id, row.rule, row.obligation): row.ends_at for row in Clock.objects.all()}


def moved(before: Dates, after: Dates) -> dict[str, int]:
    both = [(old, after[pair]) for pair, old in before.items() if old and after.get(pair)]
    return {
        "earlier": sum(new < old for old, new in both if new),
        "later": sum(new > old for old, new in both if new),
    }


def rehearsed(desk: Desk) -> dict[str, int]:
    """Press Rehearse, let the worker work, and read the page as it fills itself."""
    desk.page.click("button:has-text('Rehearse on the open book')")
    desk.page.wait_for_selector("#rehearsal")
    rehearse(timezone.now, seconds=60)
    desk.page.wait_for_selector("#rehearsal .impact__sentence:has-text('Changes')")
    told = Rehearsal.objects.latest("pk").result
    sentence = desk.page.inner_text("#rehearsal .impact__sentence")
    for count in (told["changed"], told["earlier"], told["later"]):
        assert not count or f"{count:,}" in sentence
    return {"earlier": told["earlier"], "later": told["later"]}


def published_by(desk: Desk, draft: Draft) -> None:
    desk.go(f"/studio/drafts/{draft.pk}")
    desk.page.click("button:has-text('Publish')")
    desk.page.wait_for_selector(".message--success")


def test_two_admins_change_the_law_and_the_book_follows_as_rehearsed(
    house: House, open_desk: Open, tmp_path: Path
) -> None:
    an_open_book(house, tmp_path)
    nora = a_person("nora.devlin@larkspur.example", "Nora Devlin", Role.ADMIN, None)
    niamh, second = open_desk(house.admin), open_desk(nora)
    first_dates = dates()

    # A bank holiday on the next open weekday.
    page = niamh.go("/rules/calendars/GB-ENG")
    page.click("text=Change this calendar")
    page.fill("[name=on]", an_open_day().isoformat())
    page.fill("[name=name]", "Coronation")
    page.fill("#day-reason", "Royal proclamation")
    page.click("button:has-text('Begin a draft')")
    page.wait_for_selector("text=Closed on")
    holiday = Draft.objects.get(kind="calendar")
    told = rehearsed(niamh)
    assert told["later"] > 250
    assert "a second person must publish it" in page.inner_text(".foot")
    assert page.locator("button:has-text('Publish')").count() == 0
    published_by(second, holiday)
    follow(timezone.now(), seconds=60)
    after_holiday = dates()
    assert moved(first_dates, after_holiday) == told

    # A rule, typed, checked while typing, rehearsed.
    page = niamh.go(f"/rules/{RULE}")
    page.click("text=Change this rule")
    page.click("button:has-text('Change this rule')")
    page.wait_for_selector("textarea[name=text]")
    words = page.input_value("textarea[name=text]")
    page.fill("textarea[name=text]", words.replace('"15bd"', '"15 moons"'))
    page.wait_for_selector(".problems:has-text('is not a length')")
    page.fill("textarea[name=text]", words.replace('"15bd"', '"14bd"'))
    page.wait_for_selector("#checked ins:has-text('14')")
    page.fill("[name=reason]", "We promise a day less than the law allows.")
    page.click("button:has-text('Keep the draft')")
    page.wait_for_selector("text=The draft is kept.")
    told = rehearsed(niamh)
    assert told["earlier"] > 250
    published_by(second, Draft.objects.get(kind="rule"))
    follow(timezone.now(), seconds=60)
    after_rule = dates()
    assert moved(after_holiday, after_rule) == told

    # And back.
    page = second.go(f"/studio/rule/{RULE}")
    page.click("button:has-text('Roll back to version 1')")
    page.wait_for_selector("textarea[name=text]")
    told = rehearsed(second)
    published_by(niamh, Draft.objects.get(state="open"))
    follow(timezone.now(), seconds=60)
    assert moved(after_rule, dates()) == told
    assert dates() == after_holiday

    assert list(Change.objects.filter(act="published").order_by("pk").values_list("actor__name", flat=True)) == [
        "Nora Devlin", "Nora Devlin", "Niamh Daly",
    ]  # fmt: skip
    assert RuleVersion.objects.filter(rule=RULE).count() == 3
    call_command("replay", "--check")


def an_open_day() -> date:
    day = timezone.now().date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def test_the_studio_works_without_script(house: House, open_desk: Open) -> None:
    house.complaint()
    desk = open_desk(house.admin, script=False)
    page = desk.go(f"/studio/rule/{RULE}")
    page.click("button:has-text('Change this rule')")
    page.fill("textarea[name=text]", "title = ")
    page.click("button:has-text('Keep the draft')")
    assert "This is not TOML" in page.inner_text("#checked")

    page.click("button:has-text('Discard')")

    assert "Its words stay on the record." in page.inner_text(".page__messages")


@pytest.mark.parametrize("window", [{"width": 390, "height": 844}, {"width": 1440, "height": 900}])
def test_the_studio_fits_its_window(house: House, open_desk: Open, window: dict[str, int]) -> None:
    house.complaint()
    desk = open_desk(house.admin, viewport=window)
    desk.go(f"/studio/rule/{RULE}")
    desk.page.click("button:has-text('Change this rule')")
    desk.page.wait_for_selector("textarea[name=text]")
    draft = Draft.objects.get()

    for path in ("/studio/", f"/studio/rule/{RULE}", "/studio/calendar/GB-ENG", f"/studio/drafts/{draft.pk}"):
        desk.go(path)
        over = desk.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, path
