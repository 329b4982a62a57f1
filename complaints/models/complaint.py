"""The complaint: its record and its state machine."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django_fsm import RETURN_VALUE, FSMField, FSMModelMixin, transition

from complaints import guards
from complaints.models.parties import Complainant, Respondent
from complaints.models.taxonomy import Category
from users.languages import language_named, usual_in
from users.models import Team


class State(models.TextChoices):
    RECEIVED = "received", "Received"
    TRIAGED = "triaged", "Triaged"
    INVESTIGATING = "investigating", "Investigating"
    AWAITING_CUSTOMER = "awaiting_customer", "Awaiting customer"
    AWAITING_THIRD_PARTY = "awaiting_third_party", "Awaiting third party"
    DECISION_REVIEW = "decision_review", "Decision review"
    RESPONDED = "responded", "Responded"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    FORWARDED = "forwarded", "Forwarded"
    NOT_A_COMPLAINT = "not_a_complaint", "Not a complaint"
    MERGED = "merged", "Merged"
    WITH_OMBUDSMAN = "with_ombudsman", "With the ombudsman"
    REOPENED = "reopened", "Reopened"


WORKING = [State.TRIAGED, State.INVESTIGATING, State.AWAITING_CUSTOMER, State.AWAITING_THIRD_PARTY]
UNANSWERED = [State.RECEIVED, *WORKING, State.DECISION_REVIEW, State.REOPENED]
FINISHED = [State.CLOSED, State.WITHDRAWN, State.FORWARDED, State.NOT_A_COMPLAINT, State.MERGED]

# What is open and what is not, as partial indexes say it: one word, which PostgreSQL compares faster than five states.
ENDED, OPEN = models.Q(has_ended=True), models.Q(has_ended=False)
# What lists are filtered by stands in their indexes, so that a row that is not shown is not read.
FILTERED = ("state", "owner", "team", "respondent")


def _listed(*fields: str, when: models.Q, name: str) -> models.Index:
    """Return the index of a list in one order, which also answers its filters."""
    beside = [field for field in FILTERED if field not in fields]
    return models.Index(fields=[*fields, "id"], condition=when, include=beside, name=name)


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
    WEB = "web", "Web"
    POST = "post", "Post"
    SOCIAL = "social", "Social media"
    IN_PERSON = "in_person", "In person"
    REGULATOR = "regulator", "Regulator"
    FAX = "fax", "Fax"


class Source(models.TextChoices):
    STAFF = "staff", "Registered by staff"
    API = "api", "API"
    CFPB = "cfpb", "US Consumer Complaint Database"
    DEMO = "demo", "Demonstration"


class Complaint(FSMModelMixin, models.Model):
    """A complaint. Its state changes only through the transitions below, called by the services.

    received -> triaged -> investigating <-> awaiting_customer | awaiting_third_party
    -> decision_review -> responded -> closed. After an answer it may be reopened or go to the
    ombudsman. Before one it may be withdrawn, forwarded, found not to be a complaint, or merged.
    """

    # What the guards look at; the services read it under the lock.
    gathered: guards.Gathered | None = None
    # The state it was in before the step that is being taken; other systems are told of the change.
    moved_from: str = ""

    reference = models.CharField(max_length=20, unique=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.STAFF)
    external_id = models.CharField(max_length=60, blank=True)
    imported = models.BooleanField(default=False, help_text="History: its clocks never escalate.")
    state = FSMField(default=State.RECEIVED, choices=State.choices, protected=True)
    # Kept by the database, for queries; a complaint at hand says `is_finished`, also before it is written.
    has_ended = models.GeneratedField(
        expression=models.ExpressionWrapper(
            models.Q(state__in=["closed", "withdrawn", "forwarded", "not_a_complaint", "merged"]),
            output_field=models.BooleanField(),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    version = models.PositiveIntegerField(default=1, help_text="Grows with every change; a stale form is refused.")
    subject = models.CharField(max_length=200)
    narrative = models.TextField(blank=True)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    respondent = models.ForeignKey(Respondent, on_delete=models.PROTECT, related_name="complaints")
    complainant = models.ForeignKey(Complainant, on_delete=models.PROTECT, related_name="complaints")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="complaints")
    # A default of the database too: rows are also written by COPY and by set, which name only what they know.
    language = models.CharField(
        max_length=2, blank=True, default="", db_default="",
        help_text="ISO 639-1, where it is not the one usual in the respondent's country.",
    )  # fmt: skip
    complaint_class = models.JSONField(default=list, help_text="Classes the law sees (vocabulary, section 3).")
    facts = models.JSONField(default=dict, help_text="Further facts the law asks for.")
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="GBP")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    received_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    state_since = models.DateTimeField()
    last_event_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True, help_text="The soonest open statutory limit, UTC; people sort by it.")
    next_check_at = models.DateTimeField(null=True, help_text="When the sweep must look again, UTC.")
    owner_check_at = models.DateTimeField(null=True, help_text="When somebody must own it at the latest, UTC.")
    law_rules = models.BigIntegerField(default=0, help_text="The last rule version its clocks were derived with.")
    law_calendars = models.BigIntegerField(default=0, help_text="The last calendar version they were counted with.")
    targets_mark = models.BigIntegerField(default=0, help_text="The last target version its targets were derived with.")
    # The database's default is for those who write rows by COPY and name their columns.
    tags = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text="Names of its tags, for its row; Tagging is what they are found by.",
    )
    by_us = models.JSONField(default=dict, help_text="What the list says of its first target; the rows are the truth.")
    story_length = models.PositiveIntegerField(default=0)
    story_digest = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [
            # A second import of the same file finds every row already there.
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~models.Q(external_id=""),
                name="one_complaint_per_source_id",
            ),
            # An answered complaint says when: returns and windows count from it.
            models.CheckConstraint(
                condition=~models.Q(state="responded") | models.Q(responded_at__isnull=False),
                name="a_responded_complaint_has_its_date",
            ),
        ]
        indexes = [
            # The queue: open complaints by legal instant, keyset paged.
            _listed("next_due_at", when=OPEN, name="queue_by_legal_instant"),
            # What arrived since a view was opened: keys grow with time.
            _listed(when=OPEN, name="queue_by_key"),
            # The sweep claims what is due, oldest first; history has no next check.
            models.Index(fields=["next_check_at"], condition=models.Q(next_check_at__isnull=False), name="to_check"),
            # The queue in its other orders, and what is finished in each; a full index would begin with years of history.
            _listed("received_at", when=OPEN, name="queue_by_arrival"),
            _listed("amount", when=OPEN, name="queue_by_stake"),
            _listed("next_due_at", when=ENDED, name="finished_by_legal_instant"),
            _listed("received_at", when=ENDED, name="finished_by_arrival"),
            _listed("amount", when=ENDED, name="finished_by_stake"),
            # One state of the queue; a rare one would else be looked for in all that is open.
            models.Index(fields=["state", "next_due_at", "id"], name="queue_by_state"),
            models.Index(fields=["state", "received_at", "id"], name="state_by_arrival"),
            models.Index(fields=["state", "amount", "id"], name="state_by_stake"),
            # One entity's queue.
            _listed("respondent", "next_due_at", when=OPEN, name="queue_by_respondent"),
            # "Mine", what nobody owns, and load per person. With history in it, years stand before what has no limit.
            _listed("owner", "next_due_at", when=OPEN, name="queue_by_owner"),
            # What follows after a publication: the open complaints pinned to an older law.
            models.Index(
                fields=["law_rules", "law_calendars"],
                condition=OPEN,
                name="pinned_to_which_law",
            ),
            # What follows after a target was published; history has no targets.
            models.Index(
                fields=["targets_mark"],
                condition=models.Q(imported=False) & OPEN,
                name="pinned_to_which_targets",
            ),
            # A team's queue.
            _listed("team", "next_due_at", when=OPEN, name="queue_by_team"),
            # A team's and an entity's in the other orders; of a person's there are so few that sorting them is as quick.
            _listed("team", "received_at", when=OPEN, name="team_by_arrival"),
            _listed("team", "amount", when=OPEN, name="team_by_stake"),
            _listed("respondent", "received_at", when=OPEN, name="respondent_by_arrival"),
            _listed("respondent", "amount", when=OPEN, name="respondent_by_stake"),
            # What is finished, for each way somebody sees it (policy.ways); it is written once, when it ends.
            *(
                _listed(whose, column, when=ENDED, name=f"{whose}_finished_by_{order}")
                for whose in ("team", "owner")
                for column, order in (("next_due_at", "limit"), ("received_at", "arrival"), ("amount", "stake"))
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @transition(state, source=State.RECEIVED, target=State.TRIAGED)
    def triage(self) -> None:
        """Say what the complaint is about."""

    @transition(state, source=[State.TRIAGED, State.REOPENED], target=State.INVESTIGATING)
    def investigate(self) -> None:
        """Start to look into it."""

    @transition(state, source=State.INVESTIGATING, target=State.AWAITING_CUSTOMER)
    def await_customer(self) -> None:
        """Wait for the customer's answer. The law's clocks keep running."""

    @transition(state, source=State.INVESTIGATING, target=State.AWAITING_THIRD_PARTY)
    def await_third_party(self) -> None:
        """Wait for a third party's answer. The law's clocks keep running."""

    @transition(state, source=[State.AWAITING_CUSTOMER, State.AWAITING_THIRD_PARTY], target=State.INVESTIGATING)
    def resume(self) -> None:
        """Go on once the answer is here."""

    @transition(
        state, source=State.INVESTIGATING, target=State.DECISION_REVIEW,
        conditions=[guards.findings_recorded, guards.decided, guards.letter_complete],
    )  # fmt: skip
    def send_for_review(self) -> None:
        """Ask a second person to read the decision and its letter."""

    @transition(state, source=State.DECISION_REVIEW, target=State.INVESTIGATING)
    def send_back(self) -> None:
        """Return it to the specialist with a comment."""

    @transition(state, source=State.DECISION_REVIEW, target=State.RESPONDED, conditions=[guards.letter_approved])
    def respond(self) -> None:
        """Send the final response."""

    @transition(
        state, source=[State.TRIAGED, State.INVESTIGATING, State.AWAITING_CUSTOMER], target=State.RESPONDED,
        conditions=[guards.resolved_in_time],
    )  # fmt: skip
    def resolve_summarily(self) -> None:
        """Confirm in writing that it was resolved by close of the third business day (DISP 1.5.1R)."""

    @transition(
        state, source=[State.RESPONDED, State.WITH_OMBUDSMAN], target=State.CLOSED, conditions=[guards.tasks_settled]
    )
    def close(self) -> None:
        """Close the complaint."""

    @transition(state, source=UNANSWERED, target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """The customer takes the complaint back."""

    @transition(state, source=[State.RECEIVED, *WORKING], target=State.FORWARDED)
    def forward(self) -> None:
        """Another firm is responsible (DISP 1.7)."""

    @transition(state, source=[State.RECEIVED, State.TRIAGED], target=State.NOT_A_COMPLAINT)
    def reject_as_no_complaint(self) -> None:
        """It expresses no dissatisfaction; a second person has agreed."""

    @transition(state, source=UNANSWERED, target=State.MERGED, conditions=[guards.tasks_settled])
    def merge(self) -> None:
        """It is the same complaint as another."""

    @transition(state, source=State.MERGED, target=RETURN_VALUE(*UNANSWERED))
    def unmerge(self, was: State) -> State:
        """It is a complaint of its own after all, and stands where it stood before."""
        return was

    @transition(state, source=[State.RESPONDED, State.CLOSED], target=State.WITH_OMBUDSMAN)
    def refer(self) -> None:
        """The customer takes it to the ombudsman."""

    @transition(state, source=[State.RESPONDED, State.CLOSED, State.WITHDRAWN], target=State.REOPENED)
    def reopen(self) -> None:
        """Look at it again."""

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED

    @property
    def spoken(self) -> str:
        """The language to write in: the case's own, else the one usual in the respondent's country."""
        return self.language or usual_in(self.respondent.jurisdiction)

    @property
    def spoken_in_words(self) -> str:
        """The language to write in, by its name."""
        return language_named(self.spoken)

    @property
    def waits_for(self) -> str:
        """Whose turn it is: us, customer or third party."""
        return {State.AWAITING_CUSTOMER: "customer", State.AWAITING_THIRD_PARTY: "third party"}.get(self.state, "us")
