from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from vasttui.models.money import Usage
from vasttui.models.search import SearchOptions
from vasttui.state.preferences import FOREVER, Preferences, PreferenceStore, SavedList

CHOICE = SearchOptions("bid", "datacenter", Usage(disk=60.0, down=50.0, up=5.5, hours=8.0))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "preferences.json"


def open_store(path: Path | None) -> PreferenceStore:
    return PreferenceStore(path, lambda job: job())


def test_nothing_was_ever_chosen(path: Path) -> None:
    assert open_store(path).current == Preferences()
    assert not path.parent.exists()


def test_what_is_changed_is_there_the_next_time(path: Path) -> None:
    store = open_store(path)
    store.keep_list("offers", ("gpu", "eff"), (("eff", False), ("rel", True)))
    store.change(choice=CHOICE, theme="vasttui-light")
    store.keep_list("instances", ("state", "label"), (("age", True),))
    store.toggle("avoided", 25991)
    again = open_store(path)
    assert again.current == store.current
    assert again.current == Preferences(
        lists={
            "offers": SavedList(("gpu", "eff"), (("eff", False), ("rel", True))),
            "instances": SavedList(("state", "label"), (("age", True),)),
        },
        choice=CHOICE,
        theme="vasttui-light",
        avoided=frozenset({25991}),
    )


def test_a_machine_is_put_on_a_list_and_taken_off(path: Path) -> None:
    store = open_store(path)
    assert store.toggle("starred", 7)
    assert store.toggle("starred", 8)
    assert not store.toggle("starred", 7)
    assert open_store(path).current.starred == {8}
    assert store.current.avoided == frozenset()


def test_memory_changes_at_once_and_the_file_when_the_write_runs(path: Path) -> None:
    jobs: list[Callable[[], None]] = []
    store = PreferenceStore(path, jobs.append)
    store.change(theme="vasttui-light")
    assert store.current.theme == "vasttui-light"
    assert not path.exists()
    for job in jobs:
        job()
    assert open_store(path).current.theme == "vasttui-light"


def test_no_change_writes_nothing(path: Path) -> None:
    jobs: list[object] = []
    store = PreferenceStore(path, jobs.append)
    store.change(theme="", lists={}, choice=None)
    assert jobs == []


def test_the_demo_keeps_nothing() -> None:
    store = open_store(None)
    store.change(theme="vasttui-light")
    assert store.current.theme == "vasttui-light"
    assert open_store(None).current == Preferences()


def test_a_broken_file_means_defaults_and_a_sentence(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"theme": ')
    store = open_store(path)
    assert store.current == Preferences()
    assert "preferences.json.broken" in store.problem


def test_a_file_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    store = open_store(tmp_path / "state" / "preferences.json")
    store.change(theme="vasttui-light")
    assert store.current.theme == "vasttui-light"
    assert store.problem != ""


def lists(**saved: SavedList) -> Preferences:
    return Preferences(lists=saved)


USAGE = {"disk": 60, "down": 0, "up": 0, "hours": 8}
SWITCHES = {"rental": "bid", "trust": "any", **USAGE}


@pytest.mark.parametrize(
    ("saved", "expected"),
    [
        ({"theme": 7, "later": {"a": 1}}, Preferences()),
        ({"columns": "gpu", "starred": "1", "sort": {"eff": False}}, Preferences()),
        ({"columns": ["gpu"], "sort": [["n", True]]},
         lists(offers=SavedList(("gpu",), (("n", True),)))),
        ({"instance_columns": ["gpu", 7], "instance_sort": [["age", False], ["x"]]},
         lists(instances=SavedList(("gpu",), (("age", False),)))),
        ({"columns": ["gpu"], "lists": {"offers": {"columns": ["n"]}, "keys": 7}},
         lists(offers=SavedList(("n",)))),
        ({"lists": {"ssh_keys": {"sort": [["name", True]], "columns": ["name", 3]}}},
         lists(ssh_keys=SavedList(("name",), (("name", True),)))),
        ({"lists": ["offers"]}, Preferences()),
        ({"instance_columns": {"gpu": 1}, "instance_sort": "age"}, Preferences()),
        ({"columns": ["gpu", 1, None, "eff"]}, lists(offers=SavedList(("gpu", "eff")))),
        ({"starred": [1, True, "2", 2.5, None, 3]}, Preferences(starred=frozenset({1, 3}))),
        ({"sort": [["n", True], ["x"], ["y", 1], [1, True]]},
         lists(offers=SavedList((), (("n", True),)))),
        ({"choice": SWITCHES}, Preferences(choice=SearchOptions("bid", "any", Usage(60, 0, 0, 8)))),
        ({"choice": SWITCHES | {"rental": "stolen"}}, Preferences()),
        ({"choice": SWITCHES | {"trust": ["any"]}}, Preferences()),
        ({"choice": SWITCHES | {"hours": 0}}, Preferences()),
        ({"choice": SWITCHES | {"disk": "60"}}, Preferences()),
        ({"choice": SWITCHES | {"down": -1}}, Preferences()),
        ({"choice": SWITCHES | {"up": True}}, Preferences()),
        ({"choice": SWITCHES | {"disk": float("nan")}}, Preferences()),
        ({"choice": SWITCHES | {"disk": float("inf")}}, Preferences()),
        ({"choice": USAGE}, Preferences()),
    ],
)  # fmt: skip
def test_what_makes_no_sense_in_the_file_is_left_out(
    saved: dict[str, object], expected: Preferences, path: Path
) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps(saved))
    store = open_store(path)
    assert store.current == expected
    assert store.problem == ""


def test_what_was_dismissed_is_kept(path: Path) -> None:
    store = open_store(path)
    store.change(hushed={"warn outbid-7 5": FOREVER, "info remind-7 0": 12.5})
    assert open_store(path).current.hushed == store.current.hushed


def test_earlier_filters_are_kept_few_and_without_keys(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    past = ["gpu:4090 n=1", "0123456789abcdef" * 4, "x" * 400, *(f"n={n}" for n in range(1, 40))]
    open_store(path).keep_filters("offers", past)
    kept = open_store(path).current.filters["offers"]
    assert kept == ("gpu:4090 n=1", *(f"n={n}" for n in range(1, 20)))
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text('{"filters": {"offers": ["a", 3], "instances": 7}}')
    assert open_store(path).current.filters == {"offers": ("a",), "instances": ()}
