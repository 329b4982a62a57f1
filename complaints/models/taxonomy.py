"""How complaints are sorted: what they are about, what came of them, and why they arose."""

from __future__ import annotations

from django.db import models


class Category(models.Model):
    """One path product > sub-product > issue > sub-issue."""

    product = models.CharField(max_length=120)
    sub_product = models.CharField(max_length=120, blank=True)
    issue = models.CharField(max_length=160)
    sub_issue = models.CharField(max_length=200, blank=True)
    complaint_class = models.CharField(
        max_length=40, default="other", help_text="Which class of complaint the law sees by default."
    )

    class Meta:
        ordering = ["product", "sub_product", "issue", "sub_issue"]
        constraints = [
            # Imports find a path again by its four words.
            models.UniqueConstraint(fields=["product", "sub_product", "issue", "sub_issue"], name="one_row_per_path")
        ]

    def __str__(self) -> str:
        return " > ".join(part for part in (self.product, self.sub_product, self.issue, self.sub_issue) if part)


class Outcome(models.TextChoices):
    UPHELD = "upheld", "Upheld"
    PARTLY = "partly_upheld", "Upheld in part"
    REJECTED = "rejected", "Not upheld"


class RootCause(models.TextChoices):
    PROCESS = "process", "Process did not work"
    PEOPLE = "people", "Mistake by staff"
    SYSTEM = "system", "System or software fault"
    PRODUCT = "product", "Product design"
    COMMUNICATION = "communication", "Unclear or missing information"
    THIRD_PARTY = "third_party", "Third party"
    FRAUD = "fraud", "Fraud or scam"
    NONE = "none", "No failing found"


class RedressKind(models.TextChoices):
    NONE = "none", "No redress"
    APOLOGY = "apology", "Apology"
    REFUND = "refund", "Refund"
    COMPENSATION = "compensation", "Compensation"
    INTEREST = "interest", "Interest"
    CORRECTION = "correction", "Something put right"
