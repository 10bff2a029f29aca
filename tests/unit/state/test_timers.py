"""Timers survive a restart, and nonsense in their file is left out."""

from __future__ import annotations

import json
from pathlib import Path

from msgspec.structs import replace

from vasttui.models.scheduled_job import Act, JobPlan
from vasttui.models.timer import Idle
from vasttui.services.timers.kept import KeptJob, KeptStop
from vasttui.state.timers import TimerFile

JOB = KeptJob(
    id=77120, plan=JobPlan(42, Act.BID, 1_790_006_400.0, 0.2), name="train-a", owner="me",
    set_at=1_790_000_000.0, ran=1_790_006_414.0, over=True, told="DONE",
)  # fmt: skip


def timers(path: Path | None) -> TimerFile:
    found = TimerFile(path, lambda job: job())
    found.load()
    return found


def test_they_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "timers.json"
    mine = timers(path)
    assert (mine.jobs, mine.stops, mine.idle) == ([], [], {})
    mine.jobs, mine.stops = [JOB], [KeptStop(42, 1_790_006_400.0, 4121)]
    mine.idle[42] = Idle(5.0, 30.0)
    mine.save()
    again = timers(path)
    assert (again.jobs, again.stops, again.idle) == (mine.jobs, mine.stops, mine.idle)


def test_nonsense_is_left_out_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "timers.json"
    mine = timers(path)
    mine.jobs = [JOB]
    mine.save()
    good = json.loads(path.read_text())["jobs"][0]
    changes = (
        {"id": "1"}, {"id": -1}, {"act": "tell"}, {"act": 7}, {"at": None}, {"at": 1e300},
        {"name": "a\nb"}, {"ran": "now"}, {"set_at": True}, {"instance": 10**30}, {"price": -1},
    )  # fmt: skip
    jobs = [{**good, **change} for change in changes]
    document = {
        "jobs": [*jobs, 7, {}, good], "stops": [[1, 2], [1, 2.0, 0], [42, 5, 7]],
        "idle": [[42, 101, 5], [42, 5, 30], "x"],
    }  # fmt: skip
    path.write_text(json.dumps(document))
    again = timers(path)
    assert again.jobs == [JOB]
    assert again.stops == [KeptStop(42, 5.0, 7)]
    assert again.idle == {42: Idle(5.0, 30.0)}
    path.write_text(json.dumps({"jobs": 7, "stops": None}))
    assert timers(path).jobs == []


def test_what_another_window_set_stays_and_what_was_deleted_here_goes(tmp_path: Path) -> None:
    path = tmp_path / "timers.json"
    first, second = timers(path), timers(path)
    first.jobs, first.idle = [JOB], {42: Idle(5.0, 30.0)}
    first.save()
    second.jobs, second.stops = [replace(JOB, id=77121)], [KeptStop(43, 5.0, 7)]
    second.save()
    assert {one.id for one in timers(path).jobs} == {77120, 77121}
    assert timers(path).idle == {42: Idle(5.0, 30.0)}
    first.jobs, first.idle = [], {}
    first.save()
    again = timers(path)
    assert [one.id for one in again.jobs] == [77121]
    assert (again.stops, again.idle) == ([KeptStop(43, 5.0, 7)], {})
