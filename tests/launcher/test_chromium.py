"""Which browser the tests drive."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher.chromium import found
from launcher.terminal import Problem


def a_browser(folder: Path, name: str) -> str:
    (folder / name).write_text("#!/bin/sh\n")
    (folder / name).chmod(0o755)
    return str(folder / name)


def test_the_browser_that_the_environment_names_comes_first(tmp_path: Path) -> None:
    a_browser(tmp_path, "chromium")
    named = a_browser(tmp_path, "my-own")

    assert found({"REDRESS_CHROMIUM": named, "PATH": str(tmp_path)}) == named


def test_a_browser_on_the_path_is_used(tmp_path: Path) -> None:
    browser = a_browser(tmp_path, "google-chrome")

    assert found({"PATH": str(tmp_path)}) == browser


def test_a_named_browser_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="Correct it or unset it"):
        found({"REDRESS_CHROMIUM": str(tmp_path / "none"), "PATH": ""})
