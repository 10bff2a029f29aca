"""Watches and what their looks found, shared by all windows of this computer."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, get_args

from vasttui.services.watches.watch import HITS, SHORTEST, Ends, Hit, Rings, Seen, Watch
from vasttui.state.json_file import JsonFile, OwnFile, Write
from vasttui.state.saved import choice_from, choice_to
from vasttui.state.window_lock import WindowLock, alone

_END_OF_TIME = 1e11
_LARGEST_ID = 10**18
_HIGHEST = 1e6
_LONGEST = 10_000
_PATIENCE = 2.0
"""Seconds that a write may take."""

_MOST = 100
"""Watches of a file."""

Made = TypeVar("Made")
Rows = dict[str, tuple[Watch, Seen]]


class WatchFile(OwnFile):
    """Implements `WatchBook` with a file; with `path` None it lasts for this run only. Each window
    changes only the watches that its user changes, and what the looks found changes only where one
    looks. Nothing is known until it is loaded."""

    def __init__(self, path: Path | None, write: Write) -> None:
        self._path, self._writes = path, write
        self._file = JsonFile(path, self._one_by_one, "Your watches")
        self._looker = None if path is None else WindowLock(path.with_suffix(".lock"))
        self._rows: Rows = {}
        self._stamp: object = None
        self._changes = 0
        """Counts changes made here, so that an older reading never undoes one."""
        self._pending = 0
        self._unwritten = False

    @property
    def watches(self) -> Sequence[Watch]:
        """All of them, the oldest first."""
        return [watch for watch, _ in self._rows.values()]

    @property
    def seen(self) -> Mapping[str, Seen]:
        """What their looks found, by the id of the watch."""
        return {id: seen for id, (_, seen) in self._rows.items()}

    @property
    def problem(self) -> str:
        """What is wrong with the file, empty if nothing is."""
        lasts = "Watches last until you quit. " if self._unwritten else ""
        return f"{lasts}{self._file.problem}"

    def load(self) -> None:
        """Read what earlier runs left. Blocks. Nonsense is left out."""
        self._stamp = self._stamp_now()
        self._rows = _rows(self._file.load())

    async def written(self) -> bool:
        """Wait for the writing of what was changed; whether it outlasts this run, if it is to."""
        if self._path is not None:
            done = threading.Event()
            self._writes(done.set)
            await asyncio.to_thread(done.wait, _PATIENCE)
        return not self._unwritten

    def put(self, watch: Watch, before: Watch | None = None) -> Watch:
        """Keep a new watch, or what was changed in one that was so `before`: another window may
        have changed the rest. Returns it as it is kept."""
        old, seen = self._rows.get(watch.id, (watch, Seen(watch.began)))
        kept = watch if before is None else old.with_change(before, watch)
        if seen.began != kept.began:
            seen = Seen(kept.began, hits=seen.hits)
        self._rows[watch.id] = kept, seen

        def changed(rows: dict[str, object]) -> None:
            found = rows.get(watch.id)
            there = before and _try(lambda: _watch(watch.id, found))  # type: ignore[arg-type]
            mine = there.with_change(before, watch) if before and there else kept
            row = {**_watch_row(mine), "seen": _seen_row(seen)}
            if isinstance(found, dict) and found.get("began") == mine.began:
                row["seen"] = found.get("seen", row["seen"])
            rows[watch.id] = row

        self._change(changed)
        return kept

    def drop(self, id: str) -> None:
        """Forget a watch."""
        self._rows.pop(id, None)
        self._change(lambda rows: rows.pop(id, None))

    def record(self, id: str, seen: Seen) -> None:
        """Keep what a look found, where the watch is still there."""
        if id not in self._rows:
            return
        self._rows[id] = self._rows[id][0], seen
        row = _seen_row(seen)

        def changed(rows: dict[str, object]) -> None:
            found = rows.get(id)
            if isinstance(found, dict) and found.get("began") == seen.began:
                found["seen"] = row

        self._change(changed)

    async def sync(self) -> tuple[bool, bool]:
        """Take what another window changed: whether it did, and whether this window looks."""
        if self._path is None or self._looker is None:
            return False, True
        changes, looks_before = self._changes, self._looker.is_held
        stamp, rows, looks = await asyncio.to_thread(self._read_again, self._looker)
        if rows is None or changes != self._changes:
            return False, looks
        if looks_before:  # what the looks found is known best where they are made
            rows = {id: (watch, self._own(watch, seen)) for id, (watch, seen) in rows.items()}
        self._stamp, before, self._rows = stamp, self._rows, rows
        return rows != before, looks

    def _own(self, watch: Watch, seen: Seen) -> Seen:
        mine = self._rows.get(watch.id)
        return mine[1] if mine is not None and mine[1].began == watch.began else seen

    def _read_again(self, looker: WindowLock) -> tuple[object, Rows | None, bool]:
        """In a thread: the file, where it is another one than before."""
        looks, stamp = looker.take(), self._stamp_now()
        if self._pending or stamp == self._stamp:
            return stamp, None, looks
        return stamp, _rows(self._file.load()), looks

    def _stamp_now(self) -> object:
        try:
            found = self._path.stat() if self._path is not None else None
        except OSError:
            return None
        return None if found is None else (found.st_mtime_ns, found.st_ino, found.st_size)

    def _change(self, change: Callable[[dict[str, object]], object]) -> None:
        self._changes += 1
        self._pending += 1

        def changed(document: dict[str, object]) -> dict[str, object]:
            rows = document.get("watches")
            rows = dict(rows) if isinstance(rows, dict) else {}
            change(rows)
            return {"watches": rows}

        self._file.change(changed)

    def _one_by_one(self, job: Callable[[], None]) -> None:
        """Write while no other window does."""

        def write() -> None:
            assert self._path is not None
            with alone(self._path.with_suffix(".writing")):
                known = self._stamp_now() == self._stamp
                job()
                self._unwritten = bool(self._file.problem)
                if known:  # else what another window wrote is still to be read
                    self._stamp = self._stamp_now()
            self._pending -= 1

        self._writes(write)


def _rows(document: Mapping[str, object]) -> Rows:
    found: Rows = {}
    rows = document.get("watches")
    for id, row in rows.items() if isinstance(rows, dict) else ():
        watch = _try(lambda row=row, id=id: _watch(id, row))  # type: ignore[misc]
        if watch is not None and len(found) < _MOST:
            seen = _try(lambda row=row: _seen(row["seen"]))  # type: ignore[misc]
            same = seen is not None and seen.began == watch.began
            found[watch.id] = watch, (seen if seen is not None and same else Seen(watch.began))
    return dict(sorted(found.items(), key=lambda one: (one[1][0].began, one[0])))


def _try(read: Callable[[], Made]) -> Made | None:
    try:
        return read()
    except (TypeError, ValueError, KeyError):
        return None


def _watch_row(watch: Watch) -> dict[str, object]:
    return {
        "name": watch.name, "text": watch.text, "options": choice_to(watch.options),
        "began": watch.began, "limit": watch.limit, "rings": watch.rings, "bell": watch.bell,
        "desktop": watch.desktop, "inbox": watch.inbox, "opens": watch.opens,
        "command": watch.command, "every": watch.every, "ends": watch.ends, "days": watch.days,
        "asleep": watch.asleep,
    }  # fmt: skip


def _watch(id: str, row: Mapping[str, object]) -> Watch:
    options, rings, ends = choice_from(row["options"]), row["rings"], row["ends"]
    if options is None or rings not in get_args(Rings) or ends not in get_args(Ends):
        raise ValueError
    return Watch(
        id=_text(id), name=_text(row["name"]), text=_text(row["text"]), options=options,
        began=_number(row["began"], _END_OF_TIME), limit=_or_none(row["limit"], _HIGHEST),
        rings=rings, bell=_bool(row["bell"]), desktop=_bool(row["desktop"]),  # type: ignore[arg-type]
        inbox=_bool(row["inbox"]), opens=_bool(row["opens"]), command=_text(row["command"]),
        every=max(SHORTEST, _number(row["every"], _END_OF_TIME)),
        ends=ends, days=_number(row["days"], _HIGHEST), asleep=_bool(row["asleep"]),  # type: ignore[arg-type]
    )  # fmt: skip


def _seen_row(seen: Seen) -> dict[str, object]:
    return {
        "began": seen.began, "looked": seen.looked, "count": seen.count, "lowest": seen.lowest,
        "reach": _finite(seen.reach), "furthest": _finite(seen.furthest),
        "under": list(seen.under), "known": list(seen.known), "rung": list(seen.rung),
        "total": seen.total, "problem": seen.problem,
        "hits": [
            [hit.offer_id, hit.at, hit.price, hit.listed, hit.machine, hit.about, hit.is_new,
             hit.gone]
            for hit in seen.hits
        ],
    }  # fmt: skip


def _finite(reach: float) -> float | None:
    return None if math.isinf(reach) else reach


def _seen(row: Mapping[str, object]) -> Seen:
    hits = [_try(lambda one=one: _hit(one)) for one in _list(row["hits"])[:HITS]]  # type: ignore[misc]
    return Seen(
        began=_number(row["began"], _END_OF_TIME), looked=_or_none(row["looked"], _END_OF_TIME),
        count=int(_number(row["count"], _HIGHEST)), lowest=_or_none(row["lowest"], _HIGHEST),
        reach=_reach(row["reach"]), furthest=_reach(row["furthest"]), under=_ids(row["under"]),
        known=_ids(row["known"]), rung=_ids(row["rung"]),
        hits=tuple(hit for hit in hits if hit is not None),
        total=int(_number(row["total"], _END_OF_TIME)), problem=_text(row["problem"]),
    )  # fmt: skip


def _hit(row: object) -> Hit:
    id, at, price, listed, machine, about, is_new, gone = _list(row)
    return Hit(
        _id(id), _number(at, _END_OF_TIME), _or_none(price, _HIGHEST), _number(listed, _HIGHEST),
        None if machine is None else _id(machine), _text(about), _bool(is_new),
        _or_none(gone, _END_OF_TIME),
    )  # fmt: skip


def _reach(value: object) -> float:
    return math.inf if value is None else _number(value, _HIGHEST)


def _ids(value: object) -> tuple[int, ...]:
    return tuple(_id(one) for one in _list(value)[:_LONGEST])


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _id(value: object) -> int:
    if type(value) is not int or not 0 < value < _LARGEST_ID:
        raise ValueError
    return value


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _number(value: object, most: float) -> float:
    if type(value) not in (int, float) or not 0 <= value <= most:  # type: ignore[operator]
        raise ValueError
    return float(value)  # type: ignore[arg-type]


def _or_none(value: object, most: float) -> float | None:
    return None if value is None else _number(value, most)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable() or len(value) > _LONGEST:
        raise ValueError
    return value
