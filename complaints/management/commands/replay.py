"""Prove the clocks: derive each again from its story and compare."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping

from django.core.management.base import BaseCommand

from complaints.models import Clock, Complaint
from complaints.services.law import Pair, differences, project, reworded
from complaints.services.story import first_broken_link
from complaints.services.targets import target_differences, target_rows
from regulations import books

BATCH = 500


class Command(BaseCommand):
    help = "Derive every stored clock and target again from its story and report each difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="End with 1 when anything differs.")
        parser.add_argument(
            "--words", action="store_true", help="After an update: keep the new sentence where nothing else differs."
        )
        parser.add_argument("--reference", help="Only this complaint.")

    def handle(self, *, check: bool, words: bool, reference: str | None, **options: object) -> None:
        complaints = clocks = targets = found = 0
        for complaint in _all(reference):
            complaints += 1
            story = list(complaint.story.all())
            stored = {(row.rule, row.obligation): row for row in complaint.clocks.all()}
            law = books.at(complaint.law_rules, complaint.law_calendars, complaint.targets_mark)
            derived = {(row.rule, row.obligation): row for row in project(complaint, story, law)}
            clocks += len(stored)
            if words:
                _keep_words(stored, derived)
            problems = differences(stored, derived)
            ours = list(complaint.targets.all())
            targets += len(ours)
            problems += target_differences(ours, target_rows(complaint, story, law), complaint.by_us)
            if place := first_broken_link(story):
                problems.append(f"the story is broken at entry {place}")
            if len(story) != complaint.story_length or (story and story[-1].digest != complaint.story_digest):
                problems.append("the end of the story is not where the complaint says")
            for problem in problems:
                found += 1
                self.stdout.write(f"{complaint.reference}: {problem}")
        self.stdout.write(f"{complaints} complaints, {clocks} clocks, {targets} targets, {found} differences")
        if check and found:
            sys.exit(1)


def _keep_words(stored: Mapping[Pair, Clock], derived: Mapping[Pair, Clock]) -> None:
    for row, sentence in reworded(stored, derived):
        # Only where it still says what was read: a step may have derived it anew meanwhile.
        if Clock.objects.filter(pk=row.pk, sentence=row.sentence).update(sentence=sentence):
            row.sentence = sentence


def _all(reference: str | None) -> Iterator[Complaint]:
    """Yield the complaints with stories and clocks, a batch at a time, in the order they were registered."""
    wanted = Complaint.objects.select_related("respondent", "complainant", "team", "category")
    wanted = wanted.prefetch_related("story", "clocks", "targets")
    if reference:
        yield from wanted.filter(reference=reference)
        return
    last = 0
    while batch := list(wanted.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield from batch
        last = batch[-1].pk
