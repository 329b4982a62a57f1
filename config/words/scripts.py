"""The words of the scripts: t("words") in static/js. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

SAID = re.compile(r'\bt\("((?:[^"\\]|\\.)+)"')


def in_scripts(root: Path) -> Iterator[tuple[str, str]]:
    """Return place and words of all that the scripts say."""
    for path in sorted((root / "static" / "js").glob("*.js")):
        for said in SAID.findall(path.read_text(encoding="utf-8")):
            yield path.relative_to(root).as_posix(), said
