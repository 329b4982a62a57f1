"""What a person keeps at their desk: saved views, where they are looking now, and which forms they sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from complaints.models.complaint import Complaint
from users.models import Team


class SavedView(models.Model):
    """Filters of the queue under a name, for one person, for their team or for everybody."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="views")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, help_text="Shared with this team; null = own.")
    for_everybody = models.BooleanField(default=False)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=500, help_text="The filters as the query of an address.")

    class Meta:
        ordering = ["name"]
        constraints = [
            # Saving under a name again changes what it means; two of one name could not be told apart.
            models.UniqueConstraint(fields=["owner", "name"], name="one_view_per_person_and_name")
        ]

    def __str__(self) -> str:
        return self.name


class Presence(models.Model):
    """Who has a complaint open, and at what. It means nothing once it is a minute old."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="present")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    doing = models.CharField(max_length=40, blank=True, help_text="The step whose page is open; empty = reading.")
    field = models.CharField(max_length=60, blank=True, help_text="Name of the field they write in now.")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            # A person with two windows is one person.
            models.UniqueConstraint(fields=["complaint", "user"], name="one_presence_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.complaint}"


class Submission(models.Model):
    """A form or a call that was sent and did its work: sent again after a lost answer, it does nothing more."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.UUIDField(help_text="Made with the form, or from the key a call came with.")
    at = models.DateTimeField()
    digest = models.CharField(max_length=64, blank=True, help_text="Of what a call asked for; a form has none.")
    status = models.PositiveSmallIntegerField(default=302, help_text="The status it was answered with.")
    answer = models.TextField(blank=True, help_text="Where a form led, or what a call was told.")

    class Meta:
        constraints = [
            # Of two at once the second waits for the first here, and then finds that it was done.
            models.UniqueConstraint(fields=["user", "key"], name="one_submission_per_form")
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.user}"
