"""The complaint and all that belongs to it."""

from complaints.models.case import Attachment, Decision, Draft, Finding, Review
from complaints.models.clocks import Clock
from complaints.models.complaint import Channel, Complaint, Source, State
from complaints.models.desk import Presence, SavedView, Submission
from complaints.models.links import Dismissal, Link, LinkKind
from complaints.models.macros import Macro
from complaints.models.openings import Opening
from complaints.models.parties import Complainant, Respondent
from complaints.models.rehearsal import Rehearsal
from complaints.models.story import Entry, Kind
from complaints.models.tags import Tag, Tagging
from complaints.models.targets import Target, TargetStatus
from complaints.models.tasks import Task
from complaints.models.taxonomy import Category, Outcome, RedressKind, RootCause
from complaints.models.texts import Mention, Purpose, StandardText
from complaints.models.thresholds import PolicyFollowing, PolicyVersion
from complaints.models.words import Words

__all__ = [
    "Attachment", "Category", "Channel", "Clock", "Complainant", "Complaint", "Decision", "Dismissal", "Draft", "Entry",
    "Finding", "Kind", "Link", "LinkKind", "Macro", "Mention", "Opening", "Outcome", "PolicyFollowing", "PolicyVersion", "Presence", "Purpose", "RedressKind",
    "Rehearsal", "Respondent", "Review", "RootCause", "SavedView", "Source", "StandardText", "State", "Submission", "Tag", "Tagging", "Target", "TargetStatus", "Task", "Words",
]  # fmt: skip
