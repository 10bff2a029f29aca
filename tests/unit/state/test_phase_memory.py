from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vasttui.models.status import Phase
from vasttui.services.fleet.store import Began
from vasttui.state.phase_memory import PhaseFile

BEGAN: dict[int, Began] = {
    7: (Phase.STOPPED, 1_790_000_000.5, True),
    8: (Phase.NO_SIGNAL, 1_790_000_100.0, False),
}


def open_file(path: Path | None, writes: list[int] | None = None) -> PhaseFile:
    def write(job: object) -> None:
        if writes is not None:
            writes.append(1)
        assert callable(job)
        job()

    return PhaseFile(path, write)


def test_what_is_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "phases.json"
    open_file(path).save(BEGAN)
    assert open_file(path).load() == BEGAN


def test_without_a_file_nothing_is_kept() -> None:
    open_file(None).save(BEGAN)
    assert open_file(None).load() == {}


def test_another_key_in_the_same_run_loses_nothing(tmp_path: Path) -> None:
    """A new store of instances loads it again, before the file is written."""
    late: list[Any] = []
    for path in (None, tmp_path / "phases.json"):
        file = PhaseFile(path, late.append)
        assert file.load() == {}
        file.save(BEGAN)
        assert file.load() == BEGAN


def test_only_a_change_is_written(tmp_path: Path) -> None:
    writes: list[int] = []
    path = tmp_path / "phases.json"
    file = open_file(path, writes)
    file.save(BEGAN)
    file.save(dict(BEGAN))
    assert len(writes) == 1
    file.save({7: BEGAN[7]})
    assert len(writes) == 2
    assert open_file(path).load() == {7: BEGAN[7]}


def test_what_was_loaded_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "phases.json"
    open_file(path).save(BEGAN)
    writes: list[int] = []
    file = open_file(path, writes)
    file.save(file.load())
    assert writes == []


def test_a_later_change_of_what_was_handed_over_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "phases.json"
    file = open_file(path)
    began = dict(BEGAN)
    file.save(began)
    del began[8]
    file.save(began)
    assert open_file(path).load() == {7: BEGAN[7]}


@pytest.mark.parametrize(
    "value",
    [
        None, 5, "STOPPED", {}, [], ["STOPPED", 1.0], ["STOPPED", 1.0, True, 1],
        ["NOWHERE", 1.0, True], [5, 1.0, True], [[], 1.0, True], ["STOPPED", "1", True],
        ["STOPPED", None, True], ["STOPPED", 1.0, 1], ["STOPPED", 1.0, None],
        ["STOPPED", float("nan"), True], ["STOPPED", float("inf"), False],
        ["STOPPED", True, True], ["STOPPED", 10**400, True], ["STOPPED", 1e300, True],
        ["STOPPED", -1.0, True],
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_what_makes_no_sense_is_left_out(value: object, tmp_path: Path) -> None:
    path = tmp_path / "phases.json"
    path.write_text(json.dumps({"7": value, "8": ["LOST", 5, False]}))
    assert open_file(path).load() == {8: (Phase.NO_SIGNAL, 5.0, False)}


@pytest.mark.parametrize("key", ["", "x", "-7", "7.0", " 7", "²", "9" * 5_000])
def test_a_key_that_is_no_instance_is_left_out(key: str, tmp_path: Path) -> None:
    path = tmp_path / "phases.json"
    path.write_text(json.dumps({key: ["LOST", 5, False]}))
    assert open_file(path).load() == {}


def test_a_broken_file_is_an_empty_memory(tmp_path: Path) -> None:
    path = tmp_path / "phases.json"
    path.write_text("{")
    file = open_file(path)
    assert file.load() == {}
    file.save(BEGAN)
    assert open_file(path).load() == BEGAN
