"""Pages of a PDF as pictures, drawn by a process of its own that may use so much time and memory and no more.

A file somebody sent is not to be trusted with the browser's viewer, nor with the process that serves the pages.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import typst

SECONDS, BYTES = 10, 1_500_000_000
WIDE, DOTS = 620, 110
SOURCE = (
    '#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#image("file.pdf", page: {page}, width: {wide}pt)'
)


def page_of(content: bytes, page: int) -> bytes | None:
    """Return the page as PNG, the first is 1; None where there is no such page or it cannot be drawn."""
    try:
        drawn = subprocess.run(  # noqa: S603 (our own module, and a number)
            [sys.executable, "-m", "complaints.drawing", str(page)], input=content, capture_output=True,
            timeout=SECONDS + 5, check=False, cwd=Path(__file__).parent.parent,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    return drawn.stdout if drawn.returncode == 0 and drawn.stdout else None


def main() -> None:
    """Read a PDF and write one page of it as PNG."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    with tempfile.TemporaryDirectory() as room:
        Path(room, "file.pdf").write_bytes(sys.stdin.buffer.read())
        Path(room, "page.typ").write_text(SOURCE.format(page=int(sys.argv[1]), wide=WIDE), encoding="utf-8")
        drawn = typst.compile(str(Path(room, "page.typ")), root=room, format="png", ppi=DOTS)
    sys.stdout.buffer.write(drawn if isinstance(drawn, bytes) else b"")


if __name__ == "__main__":
    main()
