"""Timers that were set on this computer: jobs of Vast.ai, stops inside instances, idle rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from vasttui.state.json_file import JsonFile, OwnFile, Write

if TYPE_CHECKING:
    from vasttui.models.timer import Idle
    from vasttui.services.timers.kept import KeptJob, KeptStop

_END_OF_TIME = 1e11
_LARGEST_ID = 10**18
_LONGEST = 10**6
_NAMES = ("jobs", "stops", "idle")

Kept = TypeVar("Kept")


class TimerFile(OwnFile):
    """Implements `TimerMemory` with a file; with `path` None it lasts for this run only. Nothing is
    known until it is loaded. What another window set stays in the file."""

    def __init__(self, path: Path | None, write: Write) -> None:
        self._file = JsonFile(path, write, "Your timers")
        self.jobs: Sequence[KeptJob] = ()
        self.stops: Sequence[KeptStop] = ()
        self.idle: dict[int, Idle] = {}
        self._known: set[tuple[str, object]] = set()

    def load(self) -> None:
        """Read what earlier runs set. Blocks. Nonsense is left out."""
        document = self._file.load()
        self.jobs = _all(document.get("jobs"), _job)
        self.stops = _all(document.get("stops"), _stop)
        self.idle = dict(_all(document.get("idle"), _idle))
        self._known = {key for name in _NAMES for key in _keys(name, document.get(name))}

    def save(self) -> None:
        """Write what is there now."""
        mine: dict[str, list[object]] = {
            "jobs": [_row(one) for one in self.jobs],
            "stops": [[one.instance_id, one.at, one.pid] for one in self.stops],
            "idle": [[id, rule.percent, rule.minutes] for id, rule in self.idle.items()],
        }
        self._known |= {key for name in _NAMES for key in _keys(name, mine[name])}
        known = frozenset(self._known)

        def merged(found: dict[str, object]) -> dict[str, object]:
            theirs = {name: _keys(name, found.get(name)) for name in _NAMES}
            return {
                name: [*mine[name], *(row for key, row in theirs[name].items() if key not in known)]
                for name in _NAMES
            }

        self._file.change(merged)


def _keys(name: str, rows: object) -> dict[tuple[str, object], object]:
    """The rows of the file by what identifies them."""
    found: dict[tuple[str, object], object] = {}
    for row in rows if isinstance(rows, list) else ():
        first = row.get("id") if isinstance(row, dict) else _first(row)
        if isinstance(first, int):
            found[name, first] = row
    return found


def _first(row: object) -> object:
    return row[0] if isinstance(row, list) and row else None


def _all(rows: object, read: Callable[[object], Kept]) -> list[Kept]:
    found = []
    for row in rows if isinstance(rows, list) else ():
        try:
            found.append(read(row))
        except (TypeError, ValueError, KeyError):
            continue
    return found


def _row(job: KeptJob) -> dict[str, object]:
    plan = job.plan
    return {
        "id": job.id, "instance": plan.instance_id, "act": plan.act.value, "at": plan.at,
        "price": plan.price, "name": job.name, "owner": job.owner, "set_at": job.set_at,
        "ran": job.ran, "over": job.over, "told": job.told,
    }  # fmt: skip


def _job(row: object) -> KeptJob:
    if not isinstance(row, Mapping):
        raise TypeError
    # start-up: nothing is read before the first frame
    from vasttui.models.scheduled_job import Act, JobPlan
    from vasttui.services.timers.kept import KeptJob

    price, ran = row["price"], row["ran"]
    plan = JobPlan(
        _id(row["instance"]), Act(row["act"]), _number(row["at"], _END_OF_TIME),
        None if price is None else _number(price, _LONGEST),
    )  # fmt: skip
    _ = plan.fields  # what cannot be scheduled is none
    return KeptJob(
        id=_id(row["id"]), plan=plan, name=_text(row["name"]), owner=_text(row["owner"]),
        set_at=_number(row["set_at"], _END_OF_TIME),
        ran=None if ran is None else _number(ran, _END_OF_TIME), over=row["over"] is True,
        told=_text(row["told"]),
    )  # fmt: skip


def _stop(row: object) -> KeptStop:
    # start-up: nothing is read before the first frame
    from vasttui.services.timers.kept import KeptStop

    instance, at, pid = _parts(row)
    return KeptStop(_id(instance), _number(at, _END_OF_TIME), _id(pid))


def _idle(row: object) -> tuple[int, Idle]:
    # start-up: nothing is read before the first frame
    from vasttui.models.timer import Idle

    instance, percent, minutes = _parts(row)
    return _id(instance), Idle(_number(percent, 100), _number(minutes, _LONGEST))


def _parts(row: object) -> Sequence[object]:
    if not isinstance(row, list) or len(row) != 3:
        raise TypeError
    return row


def _id(value: object) -> int:
    if type(value) is not int or not 0 < value < _LARGEST_ID:
        raise ValueError
    return value


def _number(value: object, most: float) -> float:
    if type(value) not in (int, float) or not 0 <= value <= most:  # type: ignore[operator]
        raise ValueError
    return float(value)  # type: ignore[arg-type]


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError
    return value
