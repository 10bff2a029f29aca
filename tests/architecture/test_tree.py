"""The project is self-contained: no package index addresses, no paths of one computer."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.source import ROOT
from vasttui.paths import styles_dir

TEXT = {".py", ".md", ".toml", ".txt", ".tcss", ".json", ".yml", ".yaml", ".cfg", ".in", ""}
FORBIDDEN = {
    "a package index": re.compile(
        r"https?://\S*(?:py" r"pi|python" r"hosted|/simple)|^\s*--(?:extra-)?index-url"
        r"|^\s*--(?:find-links|trusted-host)",
        re.MULTILINE,
    ),
    "a directory of one computer": re.compile(
        r"(?<![\w.~])/(?:work|root|home/\w+)/|\.\./sha" r"red"
    ),
    "a note to oneself": re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b"),
    "a merge conflict": re.compile(r"^(?:<{7}|>{7})", re.MULTILINE),
}  # fmt: skip


def tracked() -> list[Path]:
    """The project's files, including new ones, excluding ignored ones; in an sdist, all files."""
    if not (ROOT / ".git").exists():
        below = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        visible = (path for path in below if not path.parts[0].startswith("."))
        return [ROOT / path for path in visible if path.suffix in TEXT and (ROOT / path).is_file()]
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    paths = [ROOT / line for line in listed.stdout.splitlines()]
    return [path for path in paths if path.is_file() and path.suffix in TEXT]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    found = []
    for path in tracked():
        for match in FORBIDDEN[what].finditer(path.read_text(encoding="utf-8")):
            found.append(f"{path.relative_to(ROOT)}: {match.group()!r}")
    assert found == []


def test_the_files_of_the_house_are_there() -> None:
    for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile"):
        assert (ROOT / name).stat().st_size > 500, name
    assert styles_dir() == ROOT / "styles"
    assert list(styles_dir().glob("*.tcss"))


def test_no_dialog_is_wider_than_a_terminal_of_100_columns() -> None:
    frames = re.findall(r"([^{}]*> #frame) \{([^}]*)\}", (styles_dir() / "modals.tcss").read_text())
    wide = [name.strip() for name, rules in frames
            if (size := re.search(r"(?<![-\w])width: (\d+);", rules)) and int(size[1]) > 100
            and not re.search(r"max-width: \d+%", rules)]  # fmt: skip
    assert len(frames) > 20
    assert wide == []


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_every_locked_package_is_pinned_and_hashed(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    entries = re.split(r"\n(?=[\w-])", re.sub(r"^#.*\n|^\n", "", text, flags=re.MULTILINE))
    assert len(entries) > 15
    for entry in entries:
        assert re.match(r"[\w.-]+==[\w.]+ \\\n(\s+--hash=sha256:[0-9a-f]{64}( \\\n)?)+\n?$", entry)


def test_the_tools_use_the_same_versions_as_the_program() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[\w-]+==\S+", (ROOT / "requirements" / name).read_text(), re.M))

    assert pins("runtime.txt") <= pins("dev.txt")
