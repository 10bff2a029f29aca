"""Watches survive a restart, are shared by windows, and nonsense in their file is left out."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from vasttui.models.money import Usage
from vasttui.models.search import SearchOptions
from vasttui.services.watches.watch import Hit, Seen, Watch
from vasttui.state.watches import WatchFile

NOW = 1_790_000_000.0
WATCH = Watch(
    id="a", name="4090 cheap", text="gpu:4090", began=NOW, limit=0.26, command="@~/grab.sh {id}",
    options=SearchOptions("bid", "any", Usage(60.0, 50.0, 5.0, 8.0)), ends="days", days=2.0,
)  # fmt: skip
HIT = Hit(7, NOW + 60, 0.25, 0.24, 4102, "1× RTX 4090, PL", is_new=True, gone=NOW + 120)
SEEN = Seen(NOW, NOW + 120, 12, 0.27, 0.4, 0.5, (1, 2), (1, 2, 7), (7,), (HIT,), 1, "Down.")


def watches(
    path: Path | None, write: Callable[[Callable[[], None]], None] | None = None
) -> WatchFile:
    found = WatchFile(path, write or (lambda job: job()))
    found.load()
    return found


def test_they_survive_a_restart_with_what_they_found(tmp_path: Path) -> None:
    path = tmp_path / "state" / "watches.json"
    mine = watches(path)
    mine.put(WATCH)
    mine.record("a", SEEN)
    mine.record("unknown", SEEN)
    again = watches(path)
    assert again.watches == [WATCH]
    assert again.seen == {"a": SEEN}
    mine.put(replace(WATCH, began=NOW + 1))
    assert watches(path).seen == {"a": Seen(NOW + 1, hits=(HIT,))}
    mine.drop("a")
    assert watches(path).watches == []


def test_nonsense_is_left_out_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "watches.json"
    mine = watches(path)
    mine.put(WATCH)
    mine.record("a", SEEN)
    good = json.loads(path.read_text())["watches"]["a"]
    bad: tuple[dict[str, object], ...] = (
        {"name": "a\nb"}, {"text": 7}, {"began": "now"}, {"limit": -1}, {"limit": True},
        {"rings": "x"}, {"ends": None}, {"bell": 1}, {"days": 1e300}, {"options": {}},
    )  # fmt: skip
    rows = {f"b{at}": {**good, **change} for at, change in enumerate(bad)}
    poor = {**good, "every": 1.0, "seen": {**good["seen"], "hits": [[1], 7], "known": "x"}}
    hits = {**good, "seen": {**good["seen"], "hits": [[1], 7, *good["seen"]["hits"]]}}
    path.write_text(json.dumps({"watches": {**rows, "c": 7, "d": poor, "e": hits}}))
    again = watches(path)
    assert again.watches == [replace(WATCH, id="d"), replace(WATCH, id="e")]
    assert again.seen == {"d": Seen(NOW), "e": SEEN}
    for text in ("[]", '{"watches": 7}', "\0", '{"watches": {"a": null}}'):
        path.write_text(text)
        assert watches(path).watches == []


async def test_one_window_looks_and_each_sees_what_the_other_changes(tmp_path: Path) -> None:
    path = tmp_path / "watches.json"
    one, two = watches(path), watches(path)
    assert await one.sync() == (False, True)
    assert await two.sync() == (False, False)
    two.put(WATCH)
    assert await one.sync() == (True, True)
    one.record("a", SEEN)
    two.put(replace(WATCH, id="b", began=NOW + 1))
    assert await one.sync() == (True, True)
    assert await two.sync() == (True, False)
    assert [one.seen[id] for id in "ab"] == [two.seen[id] for id in "ab"] == [SEEN, Seen(NOW + 1)]
    two.put(replace(WATCH, asleep=True))
    one.record("a", replace(SEEN, count=13))
    assert await one.sync() == (True, True)
    assert (one.watches[0].asleep, one.seen["a"].count) == (True, 13)
    one.drop("a")
    await two.sync()
    assert [watch.id for watch in two.watches] == ["b"]
    assert await two.sync() == (False, False)


async def test_windows_that_change_one_watch_keep_what_each_changed(tmp_path: Path) -> None:
    path = tmp_path / "watches.json"
    one = watches(path)
    one.put(WATCH)
    two = watches(path)
    assert two.put(replace(WATCH, name="second"), WATCH).name == "second"
    one.put(replace(WATCH, limit=0.2, began=NOW + 9), WATCH)  # it has not read the name yet
    both = replace(WATCH, name="second", limit=0.2, began=NOW + 9)
    assert watches(path).watches == [both]
    await one.sync()
    assert one.put(replace(WATCH, asleep=True), WATCH) == replace(both, asleep=True)
    assert watches(path).watches == one.watches == [replace(both, asleep=True)]
    two.put(replace(WATCH, limit=None), WATCH)
    one.put(replace(WATCH, rings="below"), WATCH)
    assert (watches(path).watches[0].rings, watches(path).watches[0].limit) == (
        "below",
        WATCH.limit,
    )


async def test_what_is_not_written_yet_is_not_undone_by_an_older_file(tmp_path: Path) -> None:
    jobs: list[Callable[[], None]] = []
    path = tmp_path / "watches.json"
    mine, other = watches(path, jobs.append), watches(path)
    mine.put(WATCH)
    other.put(replace(WATCH, id="b"))
    assert await mine.sync() == (False, True)
    assert mine.watches == [WATCH]
    jobs.pop()()
    assert await mine.sync() == (True, True)
    assert [watch.id for watch in mine.watches] == ["a", "b"]


async def test_without_a_file_or_a_writable_folder_they_last_for_this_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = watches(None)
    nowhere.put(WATCH)
    assert (nowhere.watches, await nowhere.sync(), nowhere.problem) == ([WATCH], (False, True), "")
    blocked = tmp_path / "file"
    blocked.write_text("")
    mine = watches(blocked / "watches.json")
    mine.put(WATCH)
    assert (await mine.sync(), mine.watches) == ((False, True), [WATCH])
    assert "could not be written" in mine.problem
    assert mine.problem.startswith("Watches last until you quit.")
    assert (await mine.written(), await nowhere.written()) == (False, True)
    blocked.unlink()
    mine.drop("a")
    assert await mine.written()


def test_a_damaged_file_is_kept_aside_and_said(tmp_path: Path) -> None:
    path = tmp_path / "watches.json"
    path.write_text("{")
    mine = watches(path)
    assert mine.problem == (
        "Your watches could not be read; they are kept aside as watches.json.broken."
    )
    mine.put(WATCH)
    assert (mine.problem, watches(path).watches) == ("", [WATCH])


def test_two_windows_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "watches.json"

    def put_all(letter: str) -> None:
        mine = watches(path)
        for number in range(20):
            mine.put(replace(WATCH, id=f"{letter}{number}"))

    threads = [threading.Thread(target=put_all, args=(letter,)) for letter in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(watches(path).watches) == 40
