"""Which form a step asks with, and which service does it: the one table behind every step's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from complaints.forms import record
from complaints.forms import steps as ask
from complaints.forms.care import CareForm
from complaints.forms.facts import FactsForm, LanguageForm
from complaints.forms.macros import RunMacroForm
from complaints.forms.split import SplitForm
from complaints.forms.tags import TagsForm
from complaints.forms.tasks import AskTaskForm
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


@dataclass(frozen=True, slots=True)
class StepPage:
    """A step's page: its title, one sentence about what happens, the words on its button, its form and its service."""

    title: str
    lead: str
    button: str
    form: type[ask.StepForm]
    service: Callable[..., Complaint]


PAGES: dict[str, StepPage] = {
    "triage": StepPage(
        "Triage", "Say what it is about. The law that counts follows from it.", "Triage", ask.TriageForm, case.triage
    ),
    "assign": StepPage("Assign", "The complaint moves to this person's team.", "Assign", ask.AssignForm, case.assign),
    "note": StepPage("Note", "Only colleagues see it.", "Save note", ask.NoteForm, case.note),
    "attach": StepPage("Attach a file", "It is kept with the case.", "Attach", ask.FileForm, files.attach),
    "change_facts": StepPage(
        "Change the facts", "The clocks follow what is true.", "Save facts", FactsForm, case.change_facts
    ),
    "set_language": StepPage(
        "Language of the case", "In which the customer is written to; no date of the law hangs on it.", "Save language",
        LanguageForm, case.set_language,
    ),
    "acknowledge": StepPage(
        "Send the acknowledgement", "The letter goes out at once and is kept with the case.", "Send acknowledgement",
        ask.StepForm, response.acknowledge,
    ),
    "start_investigation": StepPage(
        "Start the investigation", "From now on it is being looked into.", "Start investigation", ask.StepForm,
        case.start_investigation,
    ),
    "ask_customer": StepPage(
        "Ask the customer", "We wait for the answer; the law does not.", "Send question", ask.AskCustomerForm,
        case.ask_customer,
    ),
    "customer_replied": StepPage(
        "Record the customer's reply", "Write down what they said.", "Save reply", ask.ReplyForm, case.customer_replied
    ),
    "ask_third_party": StepPage(
        "Ask a third party", "We wait for the answer; the law does not.", "Save", ask.AskThirdPartyForm,
        case.ask_third_party,
    ),
    "third_party_replied": StepPage(
        "Record the third party's reply", "Write down what they said.", "Save reply", ask.ReplyForm,
        case.third_party_replied,
    ),
    "record_finding": StepPage(
        "Record a finding", "One point at a time. The final response answers each.", "Record finding", ask.FindingForm,
        case.record_finding,
    ),
    "decide": StepPage(
        "Decide", "Outcome, root cause and redress. A later decision replaces this one.", "Decide", ask.DecisionForm,
        case.decide,
    ),
    "draft_final_response": StepPage(
        "Draft the final response", "It is written from the findings and the decision; you can then change the words.",
        "Write the draft", ask.StepForm, response.draft_final_response,
    ),
    "send_for_review": StepPage(
        "Send for review", "A second person reads the decision and exactly this letter.", "Send for review",
        ask.StepForm, review.send_for_review,
    ),
    "approve": StepPage(
        "Approve the letter", "You approve exactly these words. A change asks for approval again.", "Approve",
        ask.ApproveForm, review.approve,
    ),
    "send_back": StepPage(
        "Send back with a comment", "The specialist sees what should change.", "Send back", ask.SendBackForm,
        review.send_back,
    ),
    "send_final_response": StepPage(
        "Send the final response", "The approved letter goes to the customer. It cannot be called back.",
        "Send final response", ask.StepForm, response.send_final_response,
    ),
    "send_holding_response": StepPage(
        "Send a holding response", "In time it buys the longer limit; late it does not.", "Send holding response",
        ask.HoldingForm, response.send_holding_response,
    ),
    "accept_resolution": StepPage(
        "Record that the customer accepted", "By close of the third business day a summary letter may then end it.",
        "Save", ask.AcceptedForm, response.accept_resolution,
    ),
    "resolve_summarily": StepPage(
        "Send the summary resolution", "The letter goes out at once and ends the complaint.", "Send summary resolution",
        ask.StepForm, response.resolve_summarily,
    ),
    "record_happening": StepPage(
        "Record what happened", "Something outside Redress that a clock waits for or starts from.", "Save",
        ask.HappeningForm, case.record_happening,
    ),
    "close": StepPage("Close", "Every clock that still runs ends.", "Close complaint", ask.StepForm, ending.close),
    "withdraw": StepPage(
        "Withdraw", "The customer takes the complaint back.", "Withdraw complaint", ask.ReasonForm, ending.withdraw
    ),
    "forward": StepPage(
        "Forward to another firm", "The customer is told in a final response.", "Forward complaint", ask.ForwardForm,
        ending.forward,
    ),
    "not_a_complaint": StepPage(
        "Not a complaint", "A lead must have agreed.", "End as no complaint", ask.NotAComplaintForm,
        ending.not_a_complaint,
    ),
    "merge": StepPage(
        "Merge into another complaint", "This one ends; the other keeps the earliest receipt of the two.", "Merge",
        record.MergeForm, merging.merge,
    ),
    "undo_merge": StepPage(
        "Undo the merge", "Both complaints become again what their stories say they were, with their own clocks.",
        "Undo the merge", ask.StepForm, merging.undo_merge,
    ),
    "run_macro": StepPage(
        "Run a macro", "Several acts in one go. Where one is refused, none is taken.", "Run it", RunMacroForm, macros.run
    ),
    "change_tags": StepPage(
        "Tags", "By a tag complaints are found together again.", "Save tags", TagsForm, tags.change_tags
    ),
    "change_care": StepPage(
        "What the customer needs", "All who handle the case see the needs. The details only few may open.", "Save",
        CareForm, care.change_care,
    ),
    "ask_task": StepPage(
        "Ask another team", "They see what you write and the files you choose, not the case, unless it is theirs to see.",
        "Ask", AskTaskForm, tasks.ask,
    ),
    "split": StepPage(
        "Split in two", "Both keep the day of receipt. What the law looks at goes with both; choose what else does.",
        "Split", SplitForm, splitting.split,
    ),
    "undo_split": StepPage(
        "Undo the split", "This complaint ends, and the one it was split from goes on for both.", "Undo the split",
        ask.StepForm, splitting.undo_split,
    ),
    "link": StepPage(
        "Link to another complaint", "Both stories say so. Neither complaint's clocks change.", "Link",
        record.LinkForm, links.link,
    ),
    "unlink": StepPage("Remove the link", "Both stories keep that it was there.", "Remove the link",
        record.OtherForm, links.unlink),
    "dismiss": StepPage("Not related", "It is not suggested again, on either complaint.", "Not related",
        record.OtherForm, links.dismiss),
    "refer_to_ombudsman": StepPage(
        "Record the ombudsman", "The customer took it to the ombudsman.", "Save", ask.OmbudsmanForm,
        ending.refer_to_ombudsman,
    ),
    "reopen": StepPage("Reopen", "We look at it again.", "Reopen complaint", ask.ReasonForm, ending.reopen),
}  # fmt: skip
