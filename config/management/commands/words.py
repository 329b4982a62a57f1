"""manage.py words: bring the catalogs up to what the pages say."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.words.checking import problems
from config.words.finding import Found, everything
from config.words.po import Entry, catalogs, compiled, read, write


class Command(BaseCommand):
    help = (
        "Collects what pages say into locale/*/LC_MESSAGES/django.po and makes the .mo files. --check changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Say what is missing or wrong, and fail if anything is."
        )

    def handle(self, *args: object, check: bool, **options: object) -> None:
        root = Path(settings.BASE_DIR)
        found = everything(root)
        wrong: list[str] = []
        for language, path in catalogs(root):
            known = read(path.read_text(encoding="utf-8")) if path.exists() else {}
            entries = merged(found, known)
            text, made = write(language, entries), compiled(language, entries)
            if check:
                same = path.exists() and path.read_text(encoding="utf-8") == text
                same = same and path.with_suffix(".mo").read_bytes() == made
                wrong += [] if same else [f"{language}: the catalog is not what the pages say. Run manage.py words."]
                wrong += [f"{language}: {one}" for one in problems(language, entries)]
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            path.with_suffix(".mo").write_bytes(made)
            missing = sum(not entry.is_whole for entry in entries)
            self.stdout.write(f"{language}: {len(entries)} sentences, {missing} still to be translated.")
        if wrong:
            raise CommandError("\n".join(wrong))


def merged(found: dict[str, Found], known: dict[str, Entry]) -> list[Entry]:
    """Return an entry for everything that is said, with the translations that are known; what nobody says any more goes."""
    return [
        Entry(one.said, one.more, known[one.said].told if one.said in known and known[one.said].more == one.more else [],
              sorted(one.places), known[one.said].fuzzy if one.said in known else False)
        for one in sorted(found.values(), key=lambda one: (sorted(one.places)[0], one.said))
    ]  # fmt: skip
