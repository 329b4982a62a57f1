"""Every step over HTTP: what it asks, and which service does it. One table, one view for each row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from complaints import policy, steps
from complaints.api import asked, record
from complaints.api.requests import StaffCall
from complaints.api.shown import ComplaintSerializer
from complaints.casefile import open_case
from complaints.models import Complaint
from complaints.services import (
    care,
    case,
    ending,
    files,
    links,
    macros,
    merging,
    response,
    review,
    splitting,
    tags,
    tasks,
)
from users.models import Role


@dataclass(frozen=True, slots=True)
class Way:
    """How a step is taken: what it asks, which service does it, which action of the policy it is."""

    asks: type[asked.StepBody]
    service: Callable[..., Complaint]
    action: str
    label: str


KNOWN = {key: (label, action) for key, label, action, *_ in steps.STEPS}
WITHOUT_BUTTON = {
    "note": ("Write a note", "note"),
    "attach": ("Attach a file", "note"),
    "set_language": ("Say in which language the customer is written to", "change_facts"),
    "undo_split": ("Undo the split", "split"),
    "unlink": ("Remove the link to another complaint", "relate"),
    "dismiss": ("Say that another complaint is not related", "relate"),
    "insert_clause": ("Insert a clause the law requires", "investigate"),
}
SERVICES: dict[str, tuple[type[asked.StepBody], Callable[..., Complaint]]] = {
    "triage": (asked.TriageBody, case.triage),
    "assign": (asked.AssignBody, case.assign),
    "note": (asked.NoteBody, case.note),
    "attach": (asked.AttachBody, files.attach),
    "change_facts": (asked.ChangeFactsBody, case.change_facts),
    "set_language": (asked.LanguageBody, case.set_language),
    "acknowledge": (asked.StepBody, response.acknowledge),
    "start_investigation": (asked.StepBody, case.start_investigation),
    "ask_customer": (asked.QuestionBody, case.ask_customer),
    "customer_replied": (asked.NoteBody, case.customer_replied),
    "ask_third_party": (asked.ThirdPartyBody, case.ask_third_party),
    "third_party_replied": (asked.NoteBody, case.third_party_replied),
    "record_happening": (asked.HappeningBody, case.record_happening),
    "record_finding": (asked.FindingBody, case.record_finding),
    "decide": (asked.DecideBody, case.decide),
    "draft_final_response": (asked.StepBody, response.draft_final_response),
    "insert_clause": (asked.ClauseBody, response.insert_clause),
    "send_for_review": (asked.StepBody, review.send_for_review),
    "approve": (asked.ApproveBody, review.approve),
    "send_back": (asked.CommentBody, review.send_back),
    "send_final_response": (asked.StepBody, response.send_final_response),
    "send_holding_response": (asked.HoldingBody, response.send_holding_response),
    "accept_resolution": (asked.AcceptedBody, response.accept_resolution),
    "resolve_summarily": (asked.StepBody, response.resolve_summarily),
    "close": (asked.StepBody, ending.close),
    "withdraw": (asked.ReasonBody, ending.withdraw),
    "forward": (asked.ForwardBody, ending.forward),
    "not_a_complaint": (asked.NotAComplaintBody, ending.not_a_complaint),
    "merge": (asked.MergeBody, merging.merge),
    "undo_merge": (asked.StepBody, merging.undo_merge),
    "run_macro": (record.MacroBody, macros.run),
    "change_tags": (record.TagsBody, tags.change_tags),
    "change_care": (record.CareBody, care.change_care),
    "ask_task": (record.AskTaskBody, tasks.ask),
    "split": (record.SplitBody, splitting.split),
    "undo_split": (asked.StepBody, splitting.undo_split),
    "link": (record.LinkBody, links.link),
    "unlink": (record.OtherBody, links.unlink),
    "dismiss": (record.OtherBody, links.dismiss),
    "refer_to_ombudsman": (asked.OmbudsmanBody, ending.refer_to_ombudsman),
    "reopen": (asked.ReasonBody, ending.reopen),
}


def _ways() -> dict[str, Way]:
    """Join the services with the labels and the actions of the policy the pages use."""
    named = {**KNOWN, **WITHOUT_BUTTON}
    return {key: Way(asks, service, named[key][1], named[key][0]) for key, (asks, service) in SERVICES.items()}


WAYS = _ways()
STEP_ROLES: dict[str, frozenset[Role]] = {key: policy.ACTIONS[way.action] for key, way in WAYS.items()}


def _view(key: str, way: Way) -> Callable[..., Response]:
    """Return the view of a step: fetch through policy, read what is asked, call the service, show what came of it."""

    def take(self: GenericViewSet[Complaint], request: StaffCall, reference: str) -> Response:
        now, user = timezone.now(), request.user
        complaint = open_case(user, reference)
        policy.require(user, way.action, complaint)
        body = way.asks(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        changed = way.service(complaint.pk, **body.validated_data, actor=user, at=now)
        # What the guards looked at was before the step.
        changed.gathered = None
        return Response(ComplaintSerializer(changed, context=self.get_serializer_context()).data)

    take.__name__ = key
    take.__doc__ = f"{way.label}. Answers 409 with a sentence when it is not possible now."
    # The others are read as every call is.
    read: dict[str, Any] = {"parser_classes": [MultiPartParser]} if key == "attach" else {}
    described = extend_schema(request=way.asks, responses=ComplaintSerializer)(take)
    # Not a keyword of the decorator's own: the class attribute every view has.
    return action(detail=True, methods=["post"], url_path=key, url_name=key, **read)(described)


class StepsMixin:
    """All steps as actions of the complaint."""


for _key, _way in WAYS.items():
    setattr(StepsMixin, _key, _view(_key, _way))
