from __future__ import annotations

import json
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from vasttui.state.json_file import JsonFile, Writer


def open_file(path: Path | None) -> JsonFile:
    return JsonFile(path, lambda job: job())


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "state" / "x.json"
    open_file(path).save({"ort": "Malmö", "n": [1, 2]})
    file = open_file(path)
    assert file.load() == {"ort": "Malmö", "n": [1, 2]}
    assert file.problem == ""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["x.json"]


def test_a_missing_file_is_an_empty_document(tmp_path: Path) -> None:
    file = open_file(tmp_path / "x.json")
    assert (file.load(), file.problem) == ({}, "")


def test_without_a_path_nothing_is_kept() -> None:
    jobs: list[object] = []
    file = JsonFile(None, jobs.append)
    file.save({"a": 1})
    assert (jobs, file.load()) == ([], {})


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b"null", b"\xff\xfe{}", b"[" * 100_000, b'{"a": 1}{'],
    ids=["empty", "cut", "list", "null", "no text", "deep", "trailing"],
)  # fmt: skip
def test_a_broken_file_is_put_aside_and_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    file = open_file(path)
    assert file.load() == {}
    aside = tmp_path / "x.json.broken"
    assert aside.read_bytes() == content
    assert not path.exists()
    assert aside.name in file.problem


def test_broken_files_do_not_replace_each_other_until_there_are_many(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for number in range(1, 9):
        path.write_text(f"{number}")
        file = open_file(path)
        file.load()
        last = min(number, 5)
        name = f"x.json.broken-{last}" if last > 1 else "x.json.broken"
        assert (tmp_path / name).read_text() == str(number)
        assert file.problem.endswith(f" {name}.")
    kept = {one.name: one.read_text() for one in tmp_path.iterdir()}
    assert kept == {
        "x.json.broken": "1", "x.json.broken-2": "2", "x.json.broken-3": "3",
        "x.json.broken-4": "4", "x.json.broken-5": "8",
    }  # fmt: skip


def test_a_write_that_fails_is_a_sentence_and_the_next_one_may_do(tmp_path: Path) -> None:
    blocked = tmp_path / "state"
    blocked.write_text("in the way")
    file = open_file(blocked / "x.json")
    file.save({"a": 1})
    assert "could not be written" in file.problem
    blocked.unlink()
    file.save({"a": 2})
    assert file.problem == ""
    assert json.loads((blocked / "x.json").read_text()) == {"a": 2}


def test_a_later_change_does_not_reach_what_waits_to_be_written(tmp_path: Path) -> None:
    jobs: list[Callable[[], None]] = []
    file = JsonFile(tmp_path / "x.json", jobs.append)
    document: dict[str, object] = {"a": [1]}
    file.save(document)
    document["a"] = [2]
    jobs[0]()
    assert file.load() == {"a": [1]}


def test_the_writer_works_elsewhere_and_in_order() -> None:
    writer, done, start = Writer(), [], threading.Event()
    threads = set()

    def job(number: int) -> None:
        start.wait(10)
        threads.add(threading.current_thread())
        done.append(number)

    for number in range(20):
        writer(lambda number=number: job(number))  # type: ignore[misc]
    assert done == []
    start.set()
    writer.finish(10)
    assert done == list(range(20))
    assert threading.current_thread() not in threads
    assert [thread.daemon for thread in threads] == [True]


def test_a_writer_that_is_stuck_holds_nobody_up() -> None:
    writer, stuck = Writer(), threading.Event()

    def wait() -> None:
        stuck.wait(10)

    writer(wait)
    writer.finish(0.01)
    stuck.set()
    writer.finish(10)


def test_a_writer_without_work_is_finished() -> None:
    Writer().finish(10)
