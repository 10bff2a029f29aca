"""ARCHITECTURE.md and CHANGELOG.md match the code."""

from __future__ import annotations

import re

from tests.support.source import PACKAGE, ROOT
from vasttui import __version__

ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()
CODE = re.findall(r"`([^`\n]+)`", ARCHITECTURE)


def rooms(folder: str) -> set[str]:
    """The packages in a folder of the package."""
    return {path.parent.name for path in (PACKAGE / folder).glob("*/__init__.py")}


def test_every_file_that_it_names_exists() -> None:
    files = {name for name in CODE if re.fullmatch(r"[\w.]+/|[\w./]+/\w+|[\w./]+\.py", name)}
    assert {"styles/", "api/operations.py", "tests/architecture"} <= files
    places = (ROOT, PACKAGE, PACKAGE / "api")
    assert [name for name in files if not any((one / name).exists() for one in places)] == []


def test_every_class_that_it_names_exists() -> None:
    source = "\n".join(path.read_text() for path in PACKAGE.rglob("*.py"))
    classes = {name for name in CODE if re.fullmatch(r"[A-Z][a-z]+[A-Za-z]*", name)}
    assert {"Resource", "ResourceScreen"} <= classes
    assert {name for name in classes if not re.search(rf"^class {name}\b", source, re.M)} == set()


def test_every_room_is_in_it() -> None:
    table = ARCHITECTURE.split("## Rooms", 1)[1].split("## ", 1)[0]
    named = set(re.findall(r"`(\w+)`", table))
    assert rooms("") | rooms("services") | rooms("ui") <= named


def test_the_changelog_has_this_version() -> None:
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[-1] == "0.1.0"
    assert headings[0] == ("Unreleased" if ".dev" in __version__ else __version__)
