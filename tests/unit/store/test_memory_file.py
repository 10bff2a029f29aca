"""The file of what is remembered: whatever is wrong with it, the program goes on and says so."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from vasttui.store.memory_file import VERSION, MemoryFile, MemoryUnkept
from vasttui.store.sqlite_file import connect

NOW = 1_790_000_000.0
TABLES = ("CREATE TABLE IF NOT EXISTS words_1 (word TEXT PRIMARY KEY)",)
ASIDE = f"memory.broken-{datetime.fromtimestamp(NOW):%Y-%m-%d}"


opened: list[MemoryFile] = []


@pytest.fixture(autouse=True)
def _all_closed() -> Iterator[None]:
    yield
    close_all()


def memory(path: Path | None) -> MemoryFile:
    opened.append(MemoryFile(path, lambda: NOW))
    return opened[-1]


def close_all() -> None:
    while opened:
        opened.pop().close()


def put(file: MemoryFile, *words: str, bulky: bool = False) -> None:
    rows = [(word,) for word in words]
    file.do(
        TABLES, lambda on: on.executemany("INSERT OR IGNORE INTO words_1 VALUES (?)", rows),
        bulky=bulky,
    )  # fmt: skip


def words(file: MemoryFile) -> list[str]:
    rows = file.do(TABLES, lambda on: on.execute("SELECT word FROM words_1 ORDER BY 1").fetchall())
    return [word for (word,) in rows]


def test_what_is_written_is_there_in_another_window(tmp_path: Path) -> None:
    path = tmp_path / "state" / "memory.sqlite3"
    one, other = memory(path), memory(path)
    put(one, "a")
    put(other, "b")
    assert words(one) == words(other) == ["a", "b"]
    one.close()
    assert words(one) == ["a", "b"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert one.news() == other.news() == []


def test_without_a_path_nothing_reaches_the_disk(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    file = memory(None)
    put(file, "a")
    with pytest.raises(MemoryUnkept):
        file.do((), lambda on: on.execute("SELECT nothing"))
    assert words(file) == ["a"]
    file.close()
    assert list(tmp_path.iterdir()) == []


def test_two_windows_writing_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"
    files = [memory(path) for _ in range(4)]

    def work(at: int) -> None:
        for number in range(20):
            put(files[at], f"{at}-{number}")

    threads = [threading.Thread(target=work, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(words(files[0])) == 80
    assert [file.news() for file in files] == [[]] * 4


@pytest.mark.parametrize(
    "content", [b"no database at all, " * 300, b"SQLite format 3\0" + b"x" * 9000]
)
def test_a_damaged_file_is_kept_aside_and_said_once(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "memory.sqlite3"
    path.write_bytes(content)
    file = memory(path)
    put(file, "a")
    at = datetime.fromtimestamp(NOW)
    assert file.news() == [
        f"The memory could not be read (damaged at {at:%H:%M}). It is kept aside as {ASIDE}; "
        "a new one was begun."
    ]
    assert (tmp_path / ASIDE).read_bytes() == content
    assert words(memory(path)) == ["a"]
    assert file.news() == []
    close_all()
    path.write_bytes(content)  # on the same day again: the first one stays
    put(memory(path), "b")
    assert (tmp_path / f"{ASIDE}.2").read_bytes() == content


def test_a_file_damaged_while_it_is_open_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"
    one, other = memory(path), memory(path)
    put(one, *map(str, range(2000)))
    assert len(words(other)) == 2000
    close_all()
    data = bytearray(path.read_bytes())
    data[100:] = os.urandom(len(data) - 100)
    path.write_bytes(data)
    put(one, "a")
    put(other, "b")  # the other window finds the new file
    assert words(one) == words(other) == ["a", "b"]
    assert [len(file.news()) for file in (one, other)] == [1, 0]


def test_the_file_of_a_newer_version_is_kept_aside_whole(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"
    put(memory(path), "a")
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    newer.execute("CREATE TABLE more (one)")
    newer.commit()  # not closed: what it wrote is still in the other file
    file = memory(path)
    assert words(file) == []
    assert file.news() == [
        f"The memory was made by a newer vasttui. It is kept aside as {ASIDE}; a new one was begun."
    ]
    newer.close()
    kept = sqlite3.connect(tmp_path / ASIDE)
    assert kept.execute("SELECT name FROM sqlite_master WHERE name = 'more'").fetchall()
    assert kept.execute("SELECT word FROM words_1").fetchall() == [("a",)]
    kept.close()


def refused(*arguments: object) -> sqlite3.Connection:
    if arguments[0] is None:
        return connect(None, arguments[1])  # type: ignore[arg-type]
    raise PermissionError(13, "Permission denied")


def test_on_a_read_only_disk_what_was_kept_is_known_and_more_lasts_until_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "memory.sqlite3"
    before = memory(path)
    put(before, "a")
    before.close()
    monkeypatch.setattr("vasttui.store.shared_file.connect", refused)
    monkeypatch.setattr(os, "access", lambda *_: False)
    file = memory(path)
    assert words(file) == ["a"]
    put(file, "b")
    assert words(file) == ["a", "b"]
    assert file.news() == [
        "Nothing can be remembered: the state folder is read-only. "
        "Stars and notes last until you quit."
    ]
    monkeypatch.undo()
    assert words(memory(path)) == ["a"]


@pytest.mark.parametrize("kind", ["folder", "pipe", "file above it"])
def test_what_is_no_file_is_said(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "state" / "memory.sqlite3"
    if kind == "file above it":
        path.parent.write_text("")
    else:
        path.parent.mkdir()
        path.mkdir() if kind == "folder" else os.mkfifo(path)
    file = memory(path)
    put(file, "a")
    assert words(file) == ["a"]
    (sentence,) = file.news()
    assert sentence.startswith(f"Nothing can be remembered: {path} cannot be used (")


def test_where_the_disk_is_full_prices_are_left_out_and_stars_last_until_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small(path: Path | None, prepare: Any) -> sqlite3.Connection:
        file = connect(path, prepare)
        if path is not None:
            file.execute("PRAGMA max_page_count = 6")
        return file

    monkeypatch.setattr("vasttui.store.shared_file.connect", small)
    file = memory(tmp_path / "memory.sqlite3")
    put(file, "a")
    many = [f"{number:0>900}" for number in range(50)]
    for _ in range(2):
        with pytest.raises(MemoryUnkept):
            put(file, *many, bulky=True)
    assert file.news() == ["No room on the disk: stars and notes are kept, prices are not."]
    put(file, "b")  # there is room for that
    put(file, *many)
    assert file.news() == ["No room on the disk. Stars and notes last until you quit."]
    assert len(words(file)) == 52
    file.close()
    assert words(memory(tmp_path / "memory.sqlite3")) == ["a", "b"]
