"""What a timer's details say of money."""

from __future__ import annotations

import pytest

from tests.support.fleet_rows import fleet_row
from vasttui.models.bill import Bill
from vasttui.models.status import Phase
from vasttui.ui.timers.details import more_cost
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


def test_an_unknown_price_is_unknown() -> None:
    rows = [fleet_row(1, bill=Bill(0.2, 0.02)), fleet_row(2, bill=Bill(None, None))]
    assert more_cost(rows, HOUR, 0.0) == "what it costs until then is unknown"
