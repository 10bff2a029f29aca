"""The pictures of the README: the same program draws the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.screenshots import FOLDER, SHOTS
from tests.support.source import ROOT

SOME = ("instances-80x24-dark", "rent-80x24-dark")


def draw(folder: Path, **env: str) -> list[str]:
    """Take some screenshots in a separate process; the names of the files it wrote."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.screenshots", "--folder", str(folder), *SOME],
        cwd=ROOT, env=os.environ | env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


def test_a_picture_is_the_same_on_every_computer_and_written_once(tmp_path: Path) -> None:
    files = [f"{name}.svg" for name in SOME]
    here = {"TZ": "UTC", "PYTHONHASHSEED": "1"}
    there = {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "2", "NO_COLOR": "1"}
    assert draw(tmp_path, **here) == files
    before = [(tmp_path / name).stat().st_mtime_ns for name in files]
    assert draw(tmp_path, **there) == []
    assert [(tmp_path / name).stat().st_mtime_ns for name in files] == before


def test_there_is_one_file_for_every_picture_and_no_other() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{shot.name}.svg" for shot in SHOTS}
