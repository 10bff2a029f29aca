"""What a timer's details say of money and of the keys for it."""

from __future__ import annotations

import pytest
from msgspec import structs

from tests.support.fleet_rows import fleet_row
from vasttui.models.bill import Bill
from vasttui.models.scheduled_job import Act, ScheduledJob
from vasttui.models.status import Phase
from vasttui.models.timer import Doer, Timer
from vasttui.ui.timers.details import more_cost, overview
from vasttui.ui.timers.fitting import fitting_keys, why_no_change
from vasttui.ui.timers.resource import TimerRow
from vasttui.units import HOUR


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (Phase.RUNNING, "$0.44 more at $0.220/h"),
        (Phase.RECYCLING, "$0.44 more at $0.220/h, once it runs"),
        (Phase.LOADING, "$0.44 more at $0.220/h, once it runs"),
        (Phase.REBOOTING, "$0.44 more at $0.220/h"),
        (Phase.STOPPED, "$0.040 more at $0.020/h"),
    ],
)
def test_what_will_run_soon_is_counted_as_running(phase: Phase, words: str) -> None:
    gpu = 0.2 if phase.traits.bills_gpu else 0.0
    row = fleet_row(1, phase, dph_base=0.2, storage_total_cost=0.02, bill=Bill(gpu, 0.02))
    assert more_cost([row], 2.0 * HOUR, 0.0) == words
    if phase is Phase.LOADING:  # a worker of an endpoint is billed already
        worker = structs.replace(
            row, instance=structs.replace(row.instance, endpoint_id=7), bill=Bill(0.2, 0.02)
        )
        assert more_cost([worker], 2.0 * HOUR, 0.0) == "$0.44 more at $0.220/h"


def test_an_unknown_price_is_unknown() -> None:
    rows = [fleet_row(1, bill=Bill(0.2, 0.02)), fleet_row(2, bill=Bill(None, None))]
    assert more_cost(rows, HOUR, 0.0) == "what it costs until then is unknown"


JOB = ScheduledJob(
    id=5, start_time=HOUR, end_time=HOUR + 60, frequency="WEEKLY", day_of_the_week=4,
    hour_of_the_day=1,
)  # fmt: skip
STOP = Timer(doer=Doer.VAST, act=Act.STOP, instance_id=1, at=HOUR, job=JOB)
TOLD = Timer(doer=Doer.VASTTUI, act=Act.TELL, instance_id=1, at=HOUR)
EVERY_KEY = {"timers.edit", "timers.delete", "timers.toggle", "timers.of"}


@pytest.mark.parametrize(
    ("timer", "listed", "off", "read_only", "keys"),
    [
        (STOP, True, False, False, EVERY_KEY),
        (STOP, True, False, True, {"timers.of"}),
        (STOP, True, True, True, {"timers.of", "timers.delete"}),
        (TOLD, True, False, True, EVERY_KEY),
        (STOP, False, False, False, {"timers.delete", "timers.toggle"}),
        (structs.replace(STOP, act=Act.START), True, False, False, EVERY_KEY - {"timers.edit"}),
        (structs.replace(STOP, doer=Doer.INSTANCE, job=None), True, False, False,
         EVERY_KEY - {"timers.toggle"}),
        (structs.replace(STOP, job=None), True, False, False, EVERY_KEY - {"timers.toggle"}),
    ],
)  # fmt: skip
def test_the_keys_that_fit_are_those_that_do_something_and_the_details_name_them(
    timer: Timer, listed: bool, off: bool, read_only: bool, keys: set[str]
) -> None:
    row = TimerRow(timer, "a", fleet_row(1) if listed else None, off)
    assert {one for one in EVERY_KEY if not why_no_change(one, [row], 0.0, read_only)} == keys
    named = {action_id for action_id, _ in fitting_keys(row, 0.0, read_only)}
    assert named == (keys & ({"timers.toggle"} if off else {"timers.edit", "timers.delete"}))
    told = overview(row, 0.0, [f"{one} does it" for one in named])
    assert {one for one in EVERY_KEY if f"{one} does it" in f"{told}"} == named
