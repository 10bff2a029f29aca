"""What is recorded before it is sent: by whom, for how long, and what happens to it."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.support.windows import end, kill, says, window
from vasttui.store.database import ABANDONED, VERSION, Database
from vasttui.store.holder import Holder, born, this_process
from vasttui.store.intent import Intent, IntentExists, JournalUnwritable, Owner
from vasttui.store.journal import Journal

EARLIER = (
    """CREATE TABLE intents (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, target TEXT NOT NULL, state TEXT NOT NULL,
        details TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', opened_at REAL NOT NULL,
        pid INTEGER NOT NULL, born TEXT NOT NULL, open INTEGER NOT NULL DEFAULT 1
    )""",
    "CREATE UNIQUE INDEX one_open ON intents (kind, target) WHERE open",
    "PRAGMA user_version = 2",
)
"""The table before rows had owners."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "vasttui" / "journal.sqlite3"


@pytest.fixture
async def journal(path: Path) -> AsyncIterator[Journal]:
    one = Journal(path)
    yield one
    one.finish()


def stored(path: Path) -> list[tuple[str, str, str, int]]:
    """Kind, target, state and openness of all rows, as another program reads them."""
    file = sqlite3.connect(path)
    try:
        return file.execute("SELECT kind, target, state, open FROM intents ORDER BY id").fetchall()
    finally:
        file.close()


async def take_over(journal: Journal, *kinds: str) -> list[Intent]:
    """The rows that it takes over."""
    return [row for row in await journal.left_behind(*kinds) if await journal.claim(row)]


async def start(journal: Journal, target: str = "7") -> Intent:
    return await journal.open("start", target, {}, now=5.0)


async def test_a_row_is_on_disk_before_open_returns(journal: Journal, path: Path) -> None:
    await journal.open("bid", "7", {"price": "0.2"}, now=5.0)
    assert stored(path) == [("bid", "7", "sent", 1)]


async def test_commits_wait_for_the_disk(journal: Journal, path: Path) -> None:
    await start(journal)
    database = journal._database  # noqa: SLF001 - nothing else tells how a connection was set up
    assert database is not None
    file = database._file  # noqa: SLF001
    assert file is not None
    assert file.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_file_and_folder_are_for_their_owner_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        journal = Journal(path)
        await start(journal)
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
        assert modes == dict.fromkeys([path.name, f"{path.name}-wal", f"{path.name}-shm"], 0o600)
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    finally:
        os.umask(before)
        journal.finish()


async def test_a_file_that_all_may_read_is_closed_to_them(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.touch(0o644)
    journal = Journal(path)
    await start(journal)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    journal.finish()


def test_nothing_is_made_before_something_is_written_down(path: Path) -> None:
    Journal(path).finish()
    assert not path.exists()


async def test_the_event_loop_stays_free(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []
    connect = sqlite3.connect

    def noticed(*args: object, **kwargs: object) -> sqlite3.Connection:
        threads.append(threading.current_thread())
        return connect(*args, **kwargs)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sqlite3, "connect", noticed)
    await start(journal)
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


async def test_a_life_of_an_intent(journal: Journal, path: Path) -> None:
    details = {"nonce": "vt-abc", "ask": "9"}
    intent = await journal.open("rent", "9", details, now=5.0)
    assert (intent.kind, intent.target, intent.state) == ("rent", "9", "sent")
    await journal.change(intent, "created", "4711")
    (found,) = await journal.unfinished()
    assert found == Intent(intent.id, "rent", "9", "created", details, "4711", 5.0)
    await journal.settle(intent, "done")
    assert await journal.unfinished() == []
    assert stored(path) == [("rent", "9", "done", 0)]


async def test_the_same_is_open_once_but_other_things_may_be(journal: Journal) -> None:
    first = await start(journal)
    with pytest.raises(IntentExists, match=r"Another vasttui window is already doing this\."):
        await start(journal)
    await start(journal, "8")
    await journal.open("bid", "7", {}, now=5.0)
    await journal.settle(first, "done")
    await start(journal)
    rows = [(one.kind, one.target) for one in await journal.unfinished()]
    assert rows == [("start", "8"), ("bid", "7"), ("start", "7")]


async def test_of_many_at_once_one_gets_it(path: Path) -> None:
    journals = [Journal(path) for _ in range(8)]
    answers = await asyncio.gather(*map(start, journals), return_exceptions=True)
    assert sum(isinstance(one, Intent) for one in answers) == 1
    assert sum(isinstance(one, IntentExists) for one in answers) == 7
    for journal in journals:
        journal.finish()


async def test_memory_serves_where_there_is_no_file() -> None:
    journal = Journal(None)
    await start(journal)
    with pytest.raises(IntentExists):
        await start(journal)
    journal.finish()


# Two windows


async def test_of_two_windows_that_begin_at_once_one_gets_it(path: Path) -> None:
    windows = [window(path) for _ in range(4)]
    answers = sorted(says(one) for one in windows)
    for one in windows:
        end(one)
    assert answers == ["exists", "exists", "exists", "opened"]


async def test_a_living_window_keeps_what_it_does(journal: Journal, path: Path) -> None:
    other = window(path)
    assert says(other) == "opened"
    with pytest.raises(IntentExists):
        await start(journal)
    assert await take_over(journal, "start") == []
    assert len(await journal.unfinished()) == 1
    end(other)


async def test_what_a_killed_window_wrote_is_there_and_may_be_taken_over(
    journal: Journal, path: Path
) -> None:
    other = window(path, "rent", "9")
    assert says(other) == "opened"
    kill(other)
    assert await take_over(journal, "start") == []
    (found,) = await take_over(journal, "rent", "start")
    assert (found.kind, found.target, found.details, found.opened_at) == (
        "rent", "9", {"ask": "9"}, 5.0,
    )  # fmt: skip
    later = Journal(path)
    assert await take_over(later, "rent") == []  # it is held again
    later.finish()


async def test_an_action_of_a_killed_window_holds_nobody_up(journal: Journal, path: Path) -> None:
    other = window(path)
    assert says(other) == "opened"
    kill(other)
    await start(journal)
    assert stored(path) == [("start", "7", ABANDONED, 0), ("start", "7", "sent", 1)]


async def test_a_rental_of_a_killed_window_is_never_set_aside(journal: Journal, path: Path) -> None:
    other = window(path, "rent", "9")
    assert says(other) == "opened"
    kill(other)
    with pytest.raises(IntentExists):
        await journal.open("rent", "9", {}, now=6.0)
    assert len(await journal.unfinished()) == 1


async def test_what_is_open_at_the_end_is_let_go(path: Path) -> None:
    first, second = Journal(path), Journal(path)
    await start(first)
    await start(second, "8")
    first.finish()
    assert [one.target for one in await take_over(second, "start")] == ["7"]
    third = Journal(path)
    assert await take_over(third, "start") == []
    second.finish()
    assert [one.target for one in await take_over(third, "start")] == ["7", "8"]
    third.finish()


async def test_of_two_that_want_a_row_one_gets_it(path: Path) -> None:
    first, second, third = Journal(path), Journal(path), Journal(path)
    await start(first)
    first.finish()
    (row,) = await second.left_behind("start")
    assert await third.left_behind("start") == [row]
    assert await second.claim(row)
    assert not await third.claim(row)
    await second.settle(row, "done")
    second.finish()
    assert not await third.claim(row)
    third.finish()


async def test_one_look_is_enough_for_all_who_ask(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = Journal(path), Journal(path)
    await start(first)
    first.finish()
    monkeypatch.setattr(Database, "left_behind", read := Mock(wraps=Database(path).left_behind))
    async with second.one_look():
        assert await second.left_behind("rent", "copy") == []
        read.assert_not_called()
        assert [one.target for one in await take_over(second, "rent", "start")] == ["7"]
        assert await second.left_behind("start") == []
    await second.left_behind("rent")
    assert read.call_count == 3
    second.finish()


async def test_what_is_left_later_is_found_by_the_next_look(path: Path) -> None:
    first, second = Journal(path), Journal(path)
    await start(first)
    async with second.one_look():
        first.finish()
    async with second.one_look():
        assert [one.target for one in await take_over(second, "start")] == ["7"]
    second.finish()


async def test_rows_belong_to_an_account(path: Path) -> None:
    first = Journal(path, lambda: Owner("key", ""))
    await start(first)
    first.finish()
    (row,) = await (second := Journal(path, lambda: Owner("key", "account"))).left_behind("start")
    assert row.owner == Owner("key", "")
    assert await second.claim(row)
    assert [one.owner for one in await second.unfinished()] == [Owner("key", "account")]
    second.finish()


@pytest.mark.parametrize(
    ("mine", "other", "same"),
    [
        (Owner("k", "a"), Owner("k", "a"), True),
        (Owner("k", ""), Owner("k", "a"), True),
        (Owner("k", "a"), Owner("l", "a"), True),
        (Owner("k", "a"), Owner("l", "b"), False),
        (Owner("k", "a"), Owner("l", ""), None),
        (Owner("k", ""), Owner("l", "a"), None),
        (Owner("k", "a"), Owner(), None),
        (Owner(), Owner(), True),
    ],
)
def test_whether_two_owners_are_one_account(mine: Owner, other: Owner, same: bool | None) -> None:
    assert mine.owns(other) is same
    assert other.owns(mine) is same


async def test_a_row_of_another_account_is_not_set_aside(path: Path) -> None:
    first = Journal(path, lambda: Owner("k", "a"))
    await start(first)
    first.finish()
    second = Journal(path, lambda: Owner("l", "b"))
    with pytest.raises(IntentExists, match="Under another account"):
        await start(second)
    second.finish()


async def test_a_journal_of_an_earlier_version_is_used(path: Path) -> None:
    path.parent.mkdir(parents=True)
    file = sqlite3.connect(path)
    for statement in EARLIER:
        file.execute(statement)
    file.execute(
        "INSERT INTO intents (kind, target, state, details, opened_at, pid, born)"
        " VALUES ('rent', '9', 'unknown', '{\"nonce\": \"x\"}', 5.0, 0, '')"
    )
    file.commit()
    file.close()
    journal = Journal(path, lambda: Owner("k", "a"))
    (row,) = await journal.left_behind("rent")
    assert row == Intent(1, "rent", "9", "unknown", {"nonce": "x"}, "", 5.0)
    await journal.settle(row, "done")
    await start(journal)
    journal.finish()
    assert stored(path) == [("rent", "9", "done", 0), ("start", "7", "sent", 1)]


async def test_nothing_is_written_after_the_end(path: Path) -> None:
    journal = Journal(path)
    intent = await start(journal)
    journal.finish()
    with pytest.raises(JournalUnwritable, match="closed"):
        await journal.settle(intent, "done")
    journal.finish()


# Process identity


def test_this_process_lives() -> None:
    assert this_process().is_alive


def test_a_number_that_was_given_anew_is_another_process() -> None:
    me = this_process()
    boot, _, ticks = me.born.partition("/")
    assert boot
    assert not Holder(me.pid, f"{boot}/{int(ticks) + 1}").is_alive
    assert not Holder(me.pid, f"{'0' * len(boot)}/{ticks}").is_alive
    assert Holder(me.pid, "").is_alive


def test_a_process_that_ended_is_dead_and_so_is_nobody() -> None:
    other = subprocess.Popen([sys.executable, "-c", ""])
    other.wait()
    assert not Holder(other.pid, "").is_alive
    assert not Holder(0, "").is_alive
    assert born(other.pid) == ""


def test_a_process_that_nobody_has_waited_for_is_dead() -> None:
    with subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.read()
        while Holder(other.pid, "").is_alive:
            pass
        assert other.returncode is None


# When it cannot be written


async def unwritable(path: Path) -> str:
    """The error when a row cannot be written there."""
    journal = Journal(path)
    with pytest.raises(JournalUnwritable) as caught:
        await start(journal)
    journal.finish()
    assert caught.value.hint
    assert str(path) in str(caught.value)
    return str(caught.value)


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    assert "cannot be written" in await unwritable(tmp_path / "state" / "journal.sqlite3")


async def test_a_folder_in_its_place(path: Path) -> None:
    path.mkdir(parents=True)
    assert "cannot be written" in await unwritable(path)


async def test_a_link_in_its_place_is_not_followed(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path / "elsewhere")
    await unwritable(path)
    assert not (tmp_path / "elsewhere").exists()


async def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("my notes " * 500)
    assert "not a database" in await unwritable(path)
    assert path.read_text().startswith("my notes")


async def test_a_file_of_another_version_is_left_alone(path: Path) -> None:
    path.parent.mkdir(parents=True)
    file = sqlite3.connect(path)
    file.execute(f"PRAGMA user_version = {VERSION + 1}")
    file.close()
    assert "another version of vasttui" in await unwritable(path)


async def test_a_full_disk_writes_nothing_and_recovers(journal: Journal, path: Path) -> None:
    first = await start(journal)
    file = sqlite3.connect(path)
    file.execute(
        "CREATE TRIGGER full BEFORE INSERT ON intents BEGIN SELECT RAISE(FAIL, 'full'); END"
    )
    file.commit()
    with pytest.raises(JournalUnwritable, match="full"):
        await start(journal, "8")
    file.execute("DROP TRIGGER full")
    file.commit()
    file.close()
    assert await journal.unfinished() == [first]
    await start(journal, "8")


async def test_a_file_that_another_program_holds_is_unwritable_for_now(
    journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vasttui.store.sqlite_file._BUSY_SECONDS", 0.05)
    await start(journal, "1")
    file = sqlite3.connect(path, isolation_level=None)
    file.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalUnwritable, match="locked"):
        await start(journal)
    file.execute("ROLLBACK")
    file.close()
    await start(journal)
