"""Pages of a PDF as pictures, drawn one at a time by a process of its own that may use so much time and memory and no more.

A file somebody sent is not to be trusted with the browser's viewer, nor with the process that serves the pages.
"""

from __future__ import annotations

import fcntl
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import typst

SECONDS, BYTES = 10, 1_500_000_000
# Who looks while another file is drawn waits for a turn, so long.
PATIENCE = 2 * SECONDS + 5
WIDE, DOTS = 620, 110
SOURCE = (
    '#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#image("file.pdf", page: {page}, width: {wide}pt)'
)


def page_of(content: bytes, page: int, *, patience: float = PATIENCE) -> bytes | None:
    """Return the page as PNG, the first is 1; None where there is no such page, or it cannot be drawn within the seconds."""
    try:
        drawn = subprocess.run(  # noqa: S603 (our own module, and a number)
            [sys.executable, "-m", "complaints.drawing", str(page)], input=content, capture_output=True,
            timeout=patience, check=False, cwd=Path(__file__).parent.parent,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    return drawn.stdout if drawn.returncode == 0 and drawn.stdout else None


def main() -> None:
    """Read a PDF and write one page of it as PNG."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    with Path(__file__).open("rb") as turn, tempfile.TemporaryDirectory() as room:
        # One drawing on this machine at a time, for each may use so much memory. The lock ends with the process.
        fcntl.flock(turn, fcntl.LOCK_EX)
        Path(room, "file.pdf").write_bytes(sys.stdin.buffer.read())
        Path(room, "page.typ").write_text(SOURCE.format(page=int(sys.argv[1]), wide=WIDE), encoding="utf-8")
        drawn = typst.compile(str(Path(room, "page.typ")), root=room, format="png", ppi=DOTS)
    sys.stdout.buffer.write(drawn if isinstance(drawn, bytes) else b"")


if __name__ == "__main__":
    main()
