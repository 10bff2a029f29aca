"""Which timers are taken to end what an instance costs."""

from __future__ import annotations

import pytest

from tests.support.fleet_rows import fleet_row
from vasttui.models.forecast import End
from vasttui.models.scheduled_job import Act, ScheduledJob
from vasttui.models.timer import Checked, Doer, Timer
from vasttui.services.fleet.snapshot import Fleet
from vasttui.ui.timers.known import ends_of

ROW = fleet_row(7)
FLEET = Fleet(rows=(ROW, fleet_row(8)))
ONCE = ScheduledJob(
    id=1, start_time=0.0, end_time=3_540.0, frequency="WEEKLY", day_of_the_week=4, hour_of_the_day=0
)
DAILY = ScheduledJob(id=2, start_time=0.0, end_time=1e9, frequency="DAILY")
STOP, DESTROY = End(50.0, ROW.bill, destroyed=False), End(50.0, ROW.bill, destroyed=True)


def job(act: Act = Act.STOP, at: float | None = 50.0, **changes: object) -> Timer:
    known: dict[str, object] = {
        "doer": Doer.VAST, "act": act, "instance_id": 7, "at": at, "checked": Checked.SAME,
        "job": ONCE,
    }  # fmt: skip
    return Timer(**{**known, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("timers", "ends"),
    [
        ([], []),
        ([job()], [STOP]),
        ([job(Act.DESTROY)], [DESTROY]),
        ([job(), job(Act.DESTROY, 90.0)], [STOP]),
        ([job(), job(instance_id=8)], [STOP, End(50.0, FLEET.rows[1].bill, destroyed=False)]),
        # What is not sure to come, or does not end it
        ([job(checked=Checked.DIFFERS)], []),
        ([job(checked=Checked.MISSING)], []),
        ([job(checked=Checked.UNREAD, job=None)], []),
        ([job(checked=Checked.THEIRS)], []),
        ([job(doer=Doer.INSTANCE, checked=Checked.UNSEEN, job=None)], []),
        ([job(Act.TELL, doer=Doer.VASTTUI, checked=Checked.HERE, job=None)], []),
        ([job(Act.REBOOT)], []),
        ([job(at=None)], []),
        ([job(instance_id=None), job(instance_id=9)], []),
        # How long it bills is not known
        ([job(), job(Act.START, 90.0)], []),
        ([job(), job(Act.START, 90.0, checked=Checked.THEIRS)], []),
        ([job(job=DAILY)], []),
        ([job(), job(Act.BID, 90.0, job=DAILY)], []),
        ([job(), job(Act.START, 90.0, instance_id=8)], [STOP]),
    ],
)
def test_what_ends_an_instance(timers: list[Timer], ends: list[End]) -> None:
    assert ends_of(timers, FLEET) == ends
