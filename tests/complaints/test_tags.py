"""Tags: put on and taken off, one by one and many at a time, and what is found by them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from complaints import queues
from complaints.errors import NotAllowed, NotVisible, Refused
from complaints.models import Complaint, Kind, State, Tag, Tagging
from complaints.queues import Filters
from complaints.queues.narrowing import Facets
from complaints.services import case, ending, merging, tags
from complaints.services.story import first_broken_link
from tests.conftest import AT, Register
from users.models import Team, User

pytestmark = pytest.mark.django_db
BULK = "/complaints/bulk"


def listed(user: User, **asked: str) -> set[str]:
    filters = Filters.of(asked)
    return {row.reference for row in queues.page(queues.ranges(user, filters), None, order=filters.order).rows}


def pick(*complaints: Complaint) -> list[str]:
    return [f"{one.reference}@{Complaint.objects.get(pk=one.pk).version}" for one in complaints]


def counted(found: Facets) -> dict[str, dict[str, int]]:
    return {facet.title: {value.label: value.count for value in facet.values} for facet in found.facets}


def test_a_line_is_read_as_small_words_each_once_and_in_order() -> None:
    assert tags.names(" Press,call  back , PRESS,, \u202epress\u200b") == ["call back", "press"]


def test_a_tag_that_is_too_long_is_refused_by_its_name() -> None:
    with pytest.raises(Refused, match="Shorten “aaaa"):
        tags.names("press, " + "a" * 31)


def test_tags_stand_in_the_row_in_the_index_and_in_the_story(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()

    tags.tag(complaint.pk, add=["Press", "call back"], actor=a_specialist, at=AT)
    changed = tags.tag(complaint.pk, add=["urgent"], remove=["press", "nobody has it"], actor=a_specialist, at=AT)

    assert changed.tags == ["call back", "urgent"]
    assert set(Tagging.objects.values_list("tag_id", "is_open")) == {("call back", True), ("urgent", True)}
    told = [entry.data for entry in changed.story.filter(kind=Kind.TAGGED)]
    assert told == [{"added": ["call back", "press"], "removed": []}, {"added": ["urgent"], "removed": ["press"]}]
    assert first_broken_link(changed.story.order_by("seq")) is None


def test_a_tag_that_is_there_writes_nothing_and_makes_no_form_stale(a_registered: Register, a_specialist: User) -> None:
    complaint = tags.tag(a_registered().pk, add=["press"], actor=a_specialist, at=AT)

    again = tags.tag(complaint.pk, add=["PRESS"], actor=a_specialist, at=AT)

    assert again.version == complaint.version
    assert again.story.filter(kind=Kind.TAGGED).count() == 1


def test_a_complaint_has_at_most_twelve_tags(a_registered: Register, a_specialist: User) -> None:
    complaint = tags.tag(a_registered().pk, add=[f"t{n}" for n in range(12)], actor=a_specialist, at=AT)

    with pytest.raises(Refused, match="at most 12 tags"):
        tags.tag(complaint.pk, add=["one more"], actor=a_specialist, at=AT)
    assert not Tag.objects.filter(name="one more").exists()


def test_a_house_has_so_many_tags_and_no_more(
    a_registered: Register, a_specialist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tags, "MOST_IN_THE_HOUSE", 1)
    complaint = tags.tag(a_registered().pk, add=["press"], actor=a_specialist, at=AT)

    with pytest.raises(Refused, match="Use one of them"):
        tags.tag(complaint.pk, add=["another"], actor=a_specialist, at=AT)


def test_readers_and_other_teams_put_no_tags_on(a_registered: Register, an_auditor: User, a_specialist: User) -> None:
    complaint = a_registered(owner=None)
    with pytest.raises(NotAllowed):
        tags.tag(complaint.pk, add=["press"], actor=an_auditor, at=AT)
    Complaint.objects.update(team=Team.objects.create(name="London", centre="London"))

    with pytest.raises(NotVisible):
        tags.tag(complaint.pk, add=["press"], actor=a_specialist, at=AT)


def test_what_is_tagged_is_found_open_and_finished_apart_as_it_ends_and_comes_back(
    a_registered: Register, a_specialist: User
) -> None:
    one, two = a_registered(), a_registered()
    for complaint in (one, two):
        tags.tag(complaint.pk, add=["press"], actor=a_specialist, at=AT)
    a_registered()

    ending.withdraw(two.pk, reason="Settled.", actor=a_specialist, at=AT)
    assert listed(a_specialist, tag="press") == {one.reference}
    assert listed(a_specialist, tag="press", state="finished") == {two.reference}
    assert listed(a_specialist, tag="press", state="withdrawn") == {two.reference}

    ending.reopen(two.pk, reason="She changed her mind.", actor=a_specialist, at=AT)
    assert listed(a_specialist, tag="press") == {one.reference, two.reference}
    assert listed(a_specialist, tag="PRESS", q="payout", view="team") == {one.reference, two.reference}
    assert listed(a_specialist, tag="nobody has it") == set()


def test_a_merged_complaint_keeps_its_tags_and_is_found_with_them_when_the_merge_is_undone(
    a_registered: Register, a_specialist: User
) -> None:
    one, two = a_registered(), a_registered()
    tags.tag(one.pk, add=["press"], actor=a_specialist, at=AT)

    merging.merge(one.pk, into=two, actor=a_specialist, at=AT)
    assert (listed(a_specialist, tag="press"), listed(a_specialist, tag="press", state="finished")) == (
        set(), {one.reference},
    )  # fmt: skip
    merging.undo_merge(one.pk, actor=a_specialist, at=AT)

    assert listed(a_specialist, tag="press") == {one.reference}


def test_a_tag_never_shows_what_somebody_may_not_see(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered(owner=None)
    tags.tag(complaint.pk, add=["press"], actor=a_specialist, at=AT)
    Complaint.objects.update(team=Team.objects.create(name="London", centre="London"))

    assert listed(a_specialist, tag="press") == set()
    assert queues.facets(a_specialist, Filters()).facets == []


def test_several_are_tagged_and_each_says_what_became_of_it(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    one, two, three = a_registered(), a_registered(), a_registered()
    tags.tag(two.pk, add=["press"], actor=a_specialist, at=AT)
    chosen = pick(one, two, three)
    case.note(three.pk, text="Mine.", actor=a_specialist, at=AT)
    client.force_login(a_specialist)

    page = client.post(BULK, {"pick": chosen, "act": "tag", "tag": "Press"}).content.decode()

    assert "2 done, 1 not done" in page
    assert "Tagged press." in page
    assert "It has the tag already." in page
    assert "Somebody changed this complaint" in page
    assert listed(a_specialist, tag="press") == {one.reference, two.reference}


def test_several_lose_a_tag(client: Client, a_registered: Register, a_specialist: User) -> None:
    one, two = a_registered(), a_registered()
    tags.tag(one.pk, add=["press", "urgent"], actor=a_specialist, at=AT)
    client.force_login(a_specialist)

    page = client.post(BULK, {"pick": pick(one, two), "act": "untag", "tag": "press"}).content.decode()

    assert "Taken off: press." in page
    assert "It has no such tag." in page
    assert Complaint.objects.get(pk=one.pk).tags == ["urgent"]


@pytest.mark.parametrize(("typed", "said"), [("", "Write a tag"), (" , ", "Write a tag"), ("a" * 31, "at most 30")])
def test_no_tag_or_too_long_a_one_is_answered_in_words(
    client: Client, a_registered: Register, a_specialist: User, typed: str, said: str
) -> None:
    client.force_login(a_specialist)

    page = client.post(BULK, {"pick": pick(a_registered()), "act": "tag", "tag": typed}, follow=True)

    assert said in page.content.decode()


def test_tags_are_changed_in_place_on_the_case(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    address = f"/complaints/{complaint.reference}/step/change_tags"
    client.force_login(a_specialist)

    part = f"/complaints/{complaint.reference}/part/tags"
    form = client.get(part, headers={"HX-Request": "true"}).content.decode()
    client.post(address, {"version": complaint.version, "tags": "Press, <b>bold</b>"})
    page = client.get(f"/complaints/{complaint.reference}/").content.decode()

    assert "<html" not in form
    assert f'action="{address}"' in form
    assert 'name="was-tags"' in form
    assert Complaint.objects.get().tags == ["<b>bold</b>", "press"]
    assert "&lt;b&gt;bold&lt;/b&gt;</a>" in page
    assert "tagged it &lt;b&gt;bold&lt;/b&gt;, press" in page


def test_two_people_who_change_tags_at_once_see_each_others(
    client: Client, a_registered: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = a_registered()
    tags.tag(complaint.pk, add=["press"], actor=a_lead, at=AT)
    client.force_login(a_specialist)

    page = client.post(
        f"/complaints/{complaint.reference}/step/change_tags",
        {"version": complaint.version, "was-tags": "", "tags": "urgent"},
    )

    assert page.status_code == 409
    assert "press" in page.content.decode()
    assert Complaint.objects.get().tags == ["press"]


def test_the_queue_shows_tags_and_its_filter_and_costs_no_more(
    client: Client, a_registered: Register, a_specialist: User, a_team: Team, django_assert_num_queries: Callable
) -> None:
    complaint = a_registered()
    tags.tag(complaint.pk, add=["press", "urgent", "call back"], actor=a_specialist, at=AT)
    client.force_login(a_specialist)

    with django_assert_num_queries(4):
        page = client.get("/complaints/", {"tag": "Press", "team": a_team.pk}).content.decode()

    assert '<span class="tag" aria-hidden="true">press</span>' in page
    assert "+2</span>" in page
    assert '<span class="muted">Tag</span> <b>press</b>' in page
    assert f"<b>{a_team.name}</b>" in page


def test_facets_count_the_list_somebody_is_in(
    a_registered: Register, an_investigated: Register, a_specialist: User, django_assert_num_queries: Callable
) -> None:
    for complaint in (a_registered(), a_registered()):
        tags.tag(complaint.pk, add=["press"], actor=a_specialist, at=AT)
    tags.tag(an_investigated().pk, add=["press", "urgent"], actor=a_specialist, at=AT)

    with django_assert_num_queries(1):
        every = queues.facets(a_specialist, Filters())
    narrowed = queues.facets(a_specialist, Filters(state=State.RECEIVED))

    assert counted(every)["Tag"] == {"press": 3, "urgent": 1}
    assert counted(every)["State"] == {"Received": 2, "Investigating": 1}
    assert counted(narrowed)["Tag"] == {"press": 2}
    assert not every.is_partial
    assert [value.query for facet in every.facets for value in facet.values if value.label == "urgent"] == [
        "view=all&tag=urgent"
    ]


def test_facets_of_a_long_list_are_said_to_be_at_least(
    client: Client, a_registered: Register, a_specialist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("complaints.queues.narrowing.DEPTH", 2)
    for _ in range(3):
        a_registered()
    client.force_login(a_specialist)

    page = client.get("/complaints/facets", headers={"HX-Request": "true"}).content.decode()

    assert "2+" in page
    assert "Counted among" in page
    assert "<html" not in page
    assert "<html" in client.get("/complaints/facets").content.decode()


def test_a_view_keeps_team_and_tag(client: Client, a_specialist: User, a_team: Team) -> None:
    client.force_login(a_specialist)

    answer = client.post("/complaints/views", {"view": "all", "tag": "press", "team": a_team.pk, "name": "Press"})

    assert answer["Location"] == f"/complaints/?view=all&team={a_team.pk}&tag=press"
