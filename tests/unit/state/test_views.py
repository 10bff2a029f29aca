from __future__ import annotations

import json
from pathlib import Path

import pytest

from vasttui.models.money import Usage
from vasttui.models.search import SearchOptions
from vasttui.state.views import View, ViewStore

CHOICE = SearchOptions("reserved", "any", Usage(disk=100.0, down=1.5, up=0.0, hours=24.0))
CHEAP = View(
    name="cheap 4090s", text='gpu:4090 eff<0.40 "Malmö"', choice=CHOICE,
    sort=(("eff", False), ("value", True)), columns=("gpu", "n", "eff"),
)  # fmt: skip
BIG = View(name="Big", text="vram>=80", choice=SearchOptions())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "views.json"


def open_store(path: Path | None) -> ViewStore:
    return ViewStore(path, lambda job: job())


def test_there_are_none_at_first(path: Path) -> None:
    assert open_store(path).all() == []


def test_a_saved_view_is_there_the_next_time_as_it_was(path: Path) -> None:
    open_store(path).save(CHEAP)
    assert open_store(path).all() == [CHEAP]


def test_views_come_in_the_order_of_their_names(path: Path) -> None:
    store = open_store(path)
    for view in (CHEAP, BIG):
        store.save(view)
    assert [view.name for view in store.all()] == ["Big", "cheap 4090s"]


def test_a_view_takes_the_place_of_one_with_its_name(path: Path) -> None:
    store = open_store(path)
    store.save(BIG)
    newer = View(name="Big", text="vram>=40", choice=CHOICE)
    store.save(newer)
    assert store.all() == open_store(path).all() == [newer]


def test_a_deleted_view_is_gone(path: Path) -> None:
    store = open_store(path)
    for view in (CHEAP, BIG):
        store.save(view)
    store.delete("Big")
    store.delete("never there")
    assert store.all() == open_store(path).all() == [CHEAP]


def test_deleting_nothing_writes_nothing(path: Path) -> None:
    open_store(path).delete("never there")
    assert not path.exists()


def test_the_demo_keeps_nothing() -> None:
    store = open_store(None)
    store.save(BIG)
    assert store.all() == [BIG]
    assert open_store(None).all() == []


def test_a_broken_file_is_put_aside(path: Path) -> None:
    path.write_text("[")
    store = open_store(path)
    assert store.all() == []
    assert "views.json.broken" in store.problem


def test_a_file_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    store = open_store(tmp_path / "state" / "views.json")
    store.save(BIG)
    assert store.all() == [BIG]
    assert store.problem != ""


def test_one_bad_view_does_not_cost_the_others(path: Path) -> None:
    open_store(path).save(BIG)
    saved = json.loads(path.read_text())
    good = saved["Big"]
    bad = {"a": 1, "b": {}, "c": good | {"text": 5}, "d": good | {"choice": {"rental": "bid"}}}
    path.write_text(json.dumps(bad | saved))
    assert open_store(path).all() == [BIG]


def test_what_is_unknown_or_unreadable_in_a_view_is_left_out(path: Path) -> None:
    open_store(path).save(CHEAP)
    saved = json.loads(path.read_text())
    saved[CHEAP.name] |= {"later": True, "sort": "eff", "columns": ["gpu", 1]}
    path.write_text(json.dumps(saved))
    [view] = open_store(path).all()
    assert (view.text, view.sort, view.columns) == (CHEAP.text, (), ("gpu",))
