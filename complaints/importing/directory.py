"""Respondents and categories by their names, made once."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from django.utils.text import slugify

from complaints.importing.cfpb import Row
from complaints.models import Category, Respondent

KEY_SIZE = 60
Path = tuple[str, str, str, str]


@lru_cache(maxsize=10_000)
def key_of(company: str) -> str:
    """Return the key of a company: its name in small letters; a long or unwritable name ends in a hash."""
    key = f"us-{slugify(company)}"
    if len(key) <= KEY_SIZE and key != "us-":
        return key
    mark = hashlib.sha256(company.casefold().encode()).hexdigest()[:8]
    return f"{key[: KEY_SIZE - 9].rstrip('-')}-{mark}"


class Directory:
    """The respondents and categories an import meets. New ones wait in `new_*` until the batch is written."""

    def __init__(self, *, only: Respondent | None) -> None:
        self.only = only
        self._respondents: dict[str, Respondent] = {}
        self._categories: dict[Path, Category] = {}
        self.new_respondents: list[Respondent] = []
        self.new_categories: list[Category] = []

    def know(self, rows: list[Row]) -> None:
        """Learn all that these rows name. Under the import's lock, so that nobody makes the same ones meanwhile."""
        self.new_respondents, self.new_categories = [], []
        paths = {row.path for row in rows} - self._categories.keys()
        if paths:
            known = Category.objects.filter(product__in={path[0] for path in paths})
            self._categories |= {
                (category.product, category.sub_product, category.issue, category.sub_issue): category
                for category in known
            }
            for path in sorted(paths - self._categories.keys()):
                product, sub_product, issue, sub_issue = path
                made = Category(product=product, sub_product=sub_product, issue=issue, sub_issue=sub_issue)
                self._categories[path] = made
                self.new_categories.append(made)
        if self.only is None:
            self._know_companies({key_of(row.company): row.company for row in rows})

    def _know_companies(self, names: dict[str, str]) -> None:
        unknown = names.keys() - self._respondents.keys()
        if not unknown:
            return
        found = Respondent.objects.select_related("team").filter(key__in=unknown)
        self._respondents |= {respondent.key: respondent for respondent in found}
        for key in sorted(unknown - self._respondents.keys()):
            made = Respondent(
                key=key, name=names[key][:200], jurisdiction="US", zone="America/New_York", entity_type="bank",
                currency="USD",
            )  # fmt: skip
            self._respondents[key] = made
            self.new_respondents.append(made)

    def respondent(self, row: Row) -> Respondent:
        """Return the entity that answers for this row."""
        return self.only or self._respondents[key_of(row.company)]

    def category(self, row: Row) -> Category:
        """Return what this row is about."""
        return self._categories[row.path]

    def save_new(self) -> None:
        """Write down what was new in this batch."""
        Respondent.objects.bulk_create(self.new_respondents)
        Category.objects.bulk_create(self.new_categories)
