"""The README's promises, checked against the program."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.endpoints import with_table
from tests.support.source import ROOT
from vasttui.api.operations import OPERATIONS
from vasttui.cli.exit_codes import EXIT_CODES
from vasttui.cli.parser import parse_arguments
from vasttui.query.parse import parse
from vasttui.settings import parse_settings
from vasttui.ui.key_table import BY_ID
from vasttui.ui.keys import spell

README = (ROOT / "README.md").read_text()
LINKS = re.findall(r"\]\(([^)]+)\)", README)
HOME = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]["Homepage"]
FILES = f"{HOME}/blob/main/"
PICTURES = f"{HOME.replace('github.com', 'raw.githubusercontent.com')}/main/screenshots/"


def section(title: str) -> str:
    """The text below a heading, up to the next heading of that level."""
    return README.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_link_in_it_works_on_a_package_index_too() -> None:
    assert [link for link in LINKS if not link.startswith("https://")] == []


def test_every_picture_and_file_that_it_links_to_is_there() -> None:
    own = [link for link in LINKS if "/vasttui/" in link]
    pictures = [link.removeprefix(PICTURES) for link in own if link.startswith(PICTURES)]
    files = [link.removeprefix(FILES) for link in own if link.startswith(FILES)]
    assert len(pictures) >= 3
    assert len(pictures) + len(files) == len(own)
    assert [name for name in pictures if not (ROOT / "screenshots" / name).is_file()] == []
    assert [name for name in files if not (ROOT / name).is_file()] == []
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert [link for link in shown if not link.startswith(PICTURES)] == []


def test_every_filter_in_it_means_something() -> None:
    filters = [
        text
        for row in re.findall(r"^\| (`.*?) \|", section("The filter"), re.MULTILINE)
        for text in re.findall(r"`([^`]+)`", row)
    ]
    filters += re.findall(r"\(`([^`]+)`\)", section("The filter"))
    assert len(filters) > 20
    for text in filters:
        read = parse(text)
        assert (read.problems, read.warnings) == ((), ()), text


def test_every_command_in_it_is_understood() -> None:
    commands = re.findall(r"^    vasttui ?(.*?)(?:  .*)?$", README, re.MULTILINE)
    assert len(commands) >= 5
    for command in commands:
        words = [word.strip("'") for word in re.findall(r"'[^']*'|\S+", command)]
        assert parse_arguments(words).command in {
            "dashboard", "simulate", "doctor", "offers", "instances", "ssh", "wait",
            "watch", "completion", "man",
        }  # fmt: skip


def test_the_exit_codes_in_it_are_those_of_the_program() -> None:
    text = section("The command").split("\n### Without the screen\n")[1].split("\n### ")[0]
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", text, re.MULTILINE)
    assert rows == [tuple(one) for one in EXIT_CODES]


def test_the_configuration_in_it_is_valid() -> None:
    [source] = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    settings = parse_settings(source, ROOT / "README.md")
    assert settings.market.disk == 60
    assert set(settings.keys) <= set(BY_ID)


@pytest.mark.parametrize(
    ("key", "action"),
    [
        ("/", "list.filter"), ("f", "offers.form"), ("<", "list.sort_left"),
        (">", "list.sort_right"), ("I", "list.reverse"), ("S", "list.sort_by"),
        ("C", "list.columns"), ("i", "offers.rental"), ("h", "offers.trust"),
        ("[", "list.previous_tab"), ("]", "list.next_tab"), ("z", "list.zoom"),
        ("=", "offers.compare"), ("y", "offers.copy"), ("Y", "offers.copy_as"),
        ("v", "offers.views"), ("ctrl+s", "list.save"), ("*", "machine.star"),
        ("B", "machine.avoid"), ("r", "app.refresh"), ("p", "app.pause"), ("q", "app.back"),
        ("ctrl+q", "app.quit"), ("K", "app.key"), ("?", "app.help"), (":", "app.palette"),
        ("enter", "list.details"), ("space", "list.mark"), ("E", "instances.execute"),
        ("ctrl+s", "log.save"), ("6", "app.account"),
    ],
)  # fmt: skip
def test_every_key_in_it_does_that(key: str, action: str) -> None:
    assert f"`{key}`" in README
    keys = BY_ID[action].keys.split(",")
    assert spell(key) in {spell(one) for one in keys}


def test_every_request_is_listed_and_no_other() -> None:
    assert with_table(README) == README, "make endpoints"
    for operation in OPERATIONS.values():
        assert f"\n| `{operation.method} {operation.target}` |" in README
    assert README.count("\n| `GET /api/v0/users/current` | account | `user_read` |\n") == 1


def test_every_target_of_make_in_it_exists() -> None:
    targets = set(re.findall(r"(?:`|^    )make ([a-z-]+)", README, re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text()
    assert {"demo", "test", "bench", "check"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
