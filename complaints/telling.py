"""The story in words: how each kind of entry reads on the page. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from complaints.models import Channel, Entry, Kind, LinkKind, Outcome, RedressKind
from complaints.models.parties import Channels, Need
from users.words import isolated

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as people read it: who, did what, in which words."""

    entry: Entry
    tone: str
    icon: str
    who: str
    verb: str
    body: str = ""
    citation: str = ""
    letter: int | None = None
    attachment: int | None = None
    # How many characters the whole text has, where the body is only its beginning.
    whole: int = 0

    @property
    def late(self) -> bool:
        """True when it was written down long enough after it happened to say so."""
        return self.entry.recorded_at - self.entry.occurred_at > timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class StoryDay:
    """What happened on one day where the respondent is."""

    on: date
    entries: list[Told]


def _due(data: Data) -> str:
    due = data.get("due_on")
    return f"due {date.fromisoformat(due):%a %-d %b %Y}" if due else "without a fixed date"


def _moved(data: Data) -> str:
    before = f", before {_due({'due_on': data['was_due_on']})}" if data.get("was_due_on") else ""
    return f"moved, now {_due(data)}{before}"


def _received(data: Data) -> str:
    if data.get("merged_from"):
        return f"took in {data['merged_from']}, the same complaint"
    channel = str(dict(Channel.choices).get(data.get("channel", ""), ""))
    if data.get("split_from"):
        return f"split it from {data['split_from']}, which was received by {channel[:1].lower()}{channel[1:]}"
    return f"registered it, received by {channel[:1].lower()}{channel[1:]}" if channel else "registered it"


def _decided(data: Data) -> str:
    outcome = str(dict(Outcome.choices).get(data.get("outcome", ""), "")).lower()
    kind = str(dict(RedressKind.choices).get(data.get("redress_kind", ""), "")).lower()
    amount = str(data.get("redress_amount", "0"))
    money = f" {data.get('currency', '')} {amount}" if amount.strip("0.") else ""
    above = "" if data.get("within_limit", True) else ", which is above their limit and needs approval"
    return f"decided: {outcome}, {kind}{money}{above}"


def _approved(data: Data) -> str:
    limit = f" and the redress, with a limit of {data.get('currency')} {data['limit']}" if data.get("limit") else ""
    return f"approved the letter{limit}"


def _finding(data: Data) -> str:
    upheld = "upheld" if data.get("upheld") else "not upheld"
    return f"recorded a finding on point {data.get('number')}, {upheld}: {data.get('point', '')}"


def _letter_edited(data: Data) -> str:
    parts = ", ".join(data.get("parts", ()))
    return f"changed the final response: {parts}" if parts else "changed the final response"


def _task_asked(data: Data) -> str:
    due = f", due {datetime.fromisoformat(data['due_at']):%a %-d %b}" if data.get("due_at") else ""
    return f"asked {data.get('of', 'another team')}{due}"


def _care(data: Data) -> str:
    if not data.get("vulnerable"):
        return "took the mark of a vulnerable customer away"
    needs = [str(dict(Need.choices).get(key, key)).lower() for key in data.get("needs", ())]
    needs += [f"not by {dict(Channels.choices).get(key, key)}".lower() for key in data.get("not_by", ())]
    details = " The details were changed." if data.get("details_changed") else ""
    return f"said what the customer needs: {', '.join(needs) or 'see the details'}.{details}"


def _merged(data: Data) -> str:
    into = data.get("into", "another")
    return f"undid the split; {into} goes on for both" if data.get("split_undone") else f"merged it into {into}"


def _unmerged(data: Data) -> str:
    if data.get("merged_from"):
        return f"undid the merge of {data['merged_from']}, which stands by itself again"
    return f"undid the merge into {data.get('into', 'another')}"


def _link(data: Data) -> str:
    return str(dict(LinkKind.choices).get(data.get("link", ""), "")).lower()


def _tagged(data: Data) -> str:
    added, removed = (", ".join(data.get(key, ())) for key in ("added", "removed"))
    said = [f"tagged it {added}" if added else "", f"took the tag {removed} off" if removed else ""]
    return " and ".join(one for one in said if one)


def _settled(data: Data) -> str:
    return "was met" if data.get("status") == "met" else "was settled late"


# Kind of entry: tone, icon, and what was done. The actor stands before it; a clock's title does for clocks.
VERBS: dict[str, tuple[str, str, Callable[[Data], str]]] = {
    Kind.RECEIVED: ("mail", "inbox-arrow-down", _received),
    Kind.IMPORTED: ("system", "arrow-down-tray", lambda data: "came from the import"),
    Kind.TRIAGED: ("step", "check", lambda data: f"triaged it: {data.get('category', '')}"),
    Kind.ASSIGNED: ("step", "user", lambda data: f"gave it to {data.get('name', 'somebody')}"),
    Kind.ACKNOWLEDGED: ("letter", "document", lambda data: "sent the acknowledgement"),
    Kind.INVESTIGATION_STARTED: ("step", "check", lambda data: "started the investigation"),
    Kind.ASKED_CUSTOMER: ("letter", "document", lambda data: "asked the customer"),
    Kind.CUSTOMER_REPLIED: ("mail", "envelope", lambda data: "recorded the customer's reply"),
    Kind.ASKED_THIRD_PARTY: (
        "step",
        "question-mark-circle",
        lambda data: f"asked {data.get('party', 'a third party')}",
    ),
    Kind.THIRD_PARTY_REPLIED: ("mail", "envelope", lambda data: "recorded the third party's reply"),
    Kind.HAPPENED: ("step", "check", lambda data: "recorded what happened"),
    Kind.NOTED: ("note", "pencil-square", lambda data: "noted"),
    Kind.TAGGED: ("step", "tag", _tagged),
    Kind.ATTACHED: ("step", "paper-clip", lambda data: f"attached {data.get('name', 'a file')}"),
    Kind.FACTS_CHANGED: ("step", "pencil", lambda data: "changed the facts"),
    Kind.FINDING: ("step", "magnifying-glass", _finding),
    Kind.DECIDED: ("step", "scale", _decided),
    Kind.LETTER_EDITED: ("step", "pencil", _letter_edited),
    Kind.SENT_FOR_REVIEW: ("step", "eye", lambda data: "sent the decision and its letter for review"),
    Kind.APPROVED: ("step", "check-circle", _approved),
    Kind.RETURNED: ("step", "arrow-uturn-left", lambda data: "sent it back"),
    Kind.HOLDING_SENT: ("letter", "document", lambda data: "sent a holding response"),
    Kind.FINAL_SENT: ("letter", "document", lambda data: "sent the final response"),
    Kind.ACCEPTED: ("mail", "hand-thumb-up", lambda data: "recorded that the customer accepted"),
    Kind.SUMMARY_SENT: ("letter", "document", lambda data: "sent the summary resolution"),
    Kind.CLOSED: ("step", "lock-closed", lambda data: "closed it"),
    Kind.WITHDRAWN: ("step", "arrow-uturn-left", lambda data: "recorded that the customer withdrew it"),
    Kind.FORWARDED: ("step", "arrow-right", lambda data: f"forwarded it to {data.get('firm', 'another firm')}"),
    Kind.NOT_A_COMPLAINT: ("step", "no-symbol", lambda data: f"found it no complaint; {data.get('name', '')} agreed"),
    Kind.MERGED: ("step", "arrows-pointing-in", _merged),
    Kind.UNMERGED: ("step", "arrow-uturn-left", _unmerged),
    Kind.CARE_CHANGED: ("step", "heart", _care),
    Kind.TASK_ASKED: ("step", "clipboard-document-list", _task_asked),
    Kind.TASK_ACCEPTED: ("step", "clipboard-document-check", lambda data: f"accepted the task for {data.get('of')}"),
    Kind.TASK_ANSWERED: ("mail", "clipboard-document-check", lambda data: f"answered for {data.get('of')}"),
    Kind.TASK_DECLINED: ("step", "no-symbol", lambda data: f"declined the task for {data.get('of')}"),
    Kind.TASK_CANCELLED: ("step", "x-mark", lambda data: f"cancelled the task for {data.get('of')}"),
    Kind.SPLIT: ("step", "scissors", lambda data: f"split a second matter off, now {data.get('into')}"),
    Kind.SPLIT_UNDONE: ("step", "arrow-uturn-left", lambda data: f"undid the split of {data.get('other')}"),
    Kind.LINKED: ("step", "link", lambda data: f"linked it to {data.get('other')}, {_link(data)}"),
    Kind.UNLINKED: ("step", "link-slash", lambda data: f"removed the link to {data.get('other')}"),
    Kind.NOT_RELATED: ("step", "x-mark", lambda data: f"found {data.get('other')} not related"),
    Kind.REOPENED: ("step", "arrow-path", lambda data: "reopened it"),
    Kind.WITH_OMBUDSMAN: ("step", "building-library", lambda data: "recorded that the ombudsman has it"),
    Kind.CLOCK_STARTED: ("clock", "clock", lambda data: f"started, {_due(data)}"),
    Kind.CLOCK_MOVED: ("clock", "clock", _moved),
    Kind.CLOCK_SETTLED: ("clock", "clock", _settled),
    Kind.CLOCK_MISSED: ("clock", "clock", lambda data: f"was missed; it was {_due(data)}"),
    Kind.CLOCK_ENDED: ("clock", "clock", lambda data: "no longer applies"),
    Kind.ESCALATED: ("system", "flag", lambda data: "escalated it"),
    Kind.ESCALATION_RESOLVED: ("system", "flag", lambda data: "resolved the escalation"),
}
UNKNOWN = ("system", "information-circle", lambda data: "")


def tell(entry: Entry, *, narrative: str = "") -> Told:
    """Return an entry as people read it. The narrative stands where the complaint came in."""
    tone, icon, verb = VERBS.get(entry.kind, UNKNOWN)
    data: Data = entry.data
    # Names within the sentence; the words of the body stand alone and show their own direction.
    named = {key: isolated(value) if isinstance(value, str) else value for key, value in data.items()}
    who = isolated(entry.actor.name) if entry.actor else "Redress"
    body = str(data.get("text", ""))
    if entry.kind == Kind.RECEIVED and not data.get("merged_from"):
        body = narrative
    if tone == "clock":
        who = str(data.get("title", "A clock"))
    return Told(
        entry=entry, tone=tone, icon=icon, who=who, verb=verb(named) or entry.get_kind_display().lower(), body=body,
        citation=str(data.get("citation", "")), letter=_number(data.get("letter")),
        attachment=_number(data.get("attachment")),
    )  # fmt: skip


def tell_all(entries: Iterable[Entry], *, narrative: str) -> list[Told]:
    """Return the story as people read it; clocks that started together are told together."""
    told: list[Told] = []
    for entry in entries:
        now = tell(entry, narrative=narrative)
        before = told[-1] if told else None
        if before is not None and _started_together(before.entry, entry):
            told[-1] = replace(
                before, who="Clocks", verb="started", body=f"{before.body}\n{_start(entry)}", citation=""
            )
        elif entry.kind == Kind.CLOCK_STARTED:
            told.append(replace(now, body=_start(entry)))
        else:
            told.append(now)
    return [replace(one, body="") if _stands_alone(one) else one for one in told]


def _started_together(before: Entry, entry: Entry) -> bool:
    return before.kind == entry.kind == Kind.CLOCK_STARTED and before.recorded_at == entry.recorded_at


def _start(entry: Entry) -> str:
    return f"{entry.data.get('title', 'A clock')}, {_due(entry.data)} ({entry.data.get('citation', '')})"


def _stands_alone(told: Told) -> bool:
    """One clock that started alone says everything in its line."""
    return told.entry.kind == Kind.CLOCK_STARTED and told.who != "Clocks"


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def by_day(told: Iterable[Told], zone: str) -> list[StoryDay]:
    """Return the story day by day where the respondent is, oldest first."""
    days: list[StoryDay] = []
    for one in told:
        on = one.entry.recorded_at.astimezone(ZoneInfo(zone)).date()
        if not days or days[-1].on != on:
            days.append(StoryDay(on, []))
        days[-1].entries.append(one)
    return days


FILTERS = {"all": "All", "mail": "Mail", "letter": "Letters", "note": "Notes", "clock": "Clocks", "step": "Steps"}


def shortened(told: Told, most: int, *, whole: int = 0) -> Told:
    """Return it with at most the first so many characters of its text; `whole` says how long that is, if known."""
    length = max(whole, len(told.body))
    if told.tone == "clock" or length <= most:
        return told
    return replace(told, body=told.body[:most].rstrip(), whole=length)


def kinds_of(tone: str) -> list[str]:
    """Return the kinds of entry that are told in this tone."""
    return [kind for kind, (told_as, *_) in VERBS.items() if told_as == tone]
