"""The credit at the end of today, of the week and of the month, and what would change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from msgspec import structs

from vasttui.models.bill import Bill, Burn
from vasttui.models.forecast import (
    End,
    ends_of_periods,
    forecast,
    hours_with,
    saving,
    waiting,
    without,
)
from vasttui.models.status import Phase
from vasttui.models.volume import Volume

HOUR = 3_600


def at(*moment: int) -> float:
    return datetime(*moment, tzinfo=UTC).timestamp()  # type: ignore[arg-type,misc]


NOW = at(2026, 9, 22, 18)  # a Tuesday


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        (NOW, (at(2026, 9, 23), at(2026, 9, 28), at(2026, 10, 1))),
        (at(2026, 12, 31, 23, 59), (at(2027, 1, 1), at(2027, 1, 4), at(2027, 1, 1))),
        (at(2028, 2, 28), (at(2028, 2, 29), at(2028, 3, 6), at(2028, 3, 1))),
        (at(2026, 9, 27, 12), (at(2026, 9, 28), at(2026, 9, 28), at(2026, 10, 1))),
    ],
)
def test_days_weeks_and_months_end_in_utc(now: float, ends: tuple[float, float, float]) -> None:
    assert ends_of_periods(now) == ends


def test_credit_is_used_up_at_this_burn() -> None:
    found = forecast(300.0, Burn(0.9, 0.1), NOW, NOW)
    assert (found.today, found.week, found.month) == (294.0, 174.0, 102.0)
    assert found.runs_out == NOW + 300 * HOUR
    assert not found.is_most
    assert forecast(300.0, Burn(0.9, 0.1, unknown=1), NOW, NOW).is_most


def test_what_is_left_is_counted_from_when_the_credit_was_read() -> None:
    found = forecast(300.0, Burn(0.9, 0.1), NOW - HOUR, NOW)
    assert (found.today, found.week, found.month) == (293.0, 173.0, 101.0)
    assert found.runs_out == NOW + 299 * HOUR
    assert found.ends == ends_of_periods(NOW)


def test_at_zero_everything_is_stopped_and_disks_go_on() -> None:
    found = forecast(10.0, Burn(0.9, 0.1), NOW, NOW)
    assert found.runs_out == NOW + 10 * HOUR
    assert found.today == 4.0
    assert found.week == pytest.approx(-0.1 * (126 - 10))
    assert forecast(-1.0, Burn(0.9, 0.1), NOW, NOW).today == pytest.approx(-1.6)
    assert forecast(-1.0, Burn(0.9, 0.1), NOW, NOW).runs_out is None


def test_without_a_burn_nothing_changes() -> None:
    found = forecast(5.0, Burn(), NOW, NOW)
    assert (found.today, found.month, found.runs_out) == (5.0, 5.0, None)


def test_what_stopping_and_destroying_saves() -> None:
    bills = [Bill(0.5, 0.02), Bill(0.0, 0.03), Bill(None, 0.01)]
    found = saving(bills)
    assert (found.stop, found.unknown) == (0.5, 1)
    assert found.destroy == pytest.approx(0.56)
    burn = Burn(0.9, 0.1, unknown=2)
    stopped, gone = (without(burn, bills, destroyed=one) for one in (False, True))
    assert (stopped.gpu, stopped.disk, stopped.unknown) == (0.4, 0.1, 1)
    assert (gone.gpu, gone.unknown) == (0.4, 1)
    assert gone.disk == pytest.approx(0.04)
    assert without(Burn(0.1, 0.0), bills, destroyed=True) == Burn(0.0, 0.0, 0)


def test_stops_that_are_set_make_the_credit_last_longer() -> None:
    burn, bill = Burn(0.9, 0.1), Bill(0.5, 0.05)
    stop = End(NOW + 2 * HOUR, bill, destroyed=False)
    assert hours_with([stop], 10.0, burn, NOW) == pytest.approx(2 + 8 / 0.5)
    assert hours_with([replace(stop, destroyed=True)], 10.0, burn, NOW) == pytest.approx(
        2 + 8 / 0.45
    )
    assert hours_with([replace(stop, at=NOW + 11 * HOUR)], 10.0, burn, NOW) == 10
    reserved = replace(stop, bill=structs.replace(bill, prepaid=True))
    assert hours_with([reserved], 10.0, burn, NOW) == pytest.approx(10)
    all_of_it = End(NOW + HOUR, Bill(0.9, 0.1), destroyed=True)
    assert hours_with([all_of_it], 10.0, burn, NOW) is None


def test_what_only_waits() -> None:
    rows = [
        (1, Phase.RUNNING, Bill(0.5, 0.02)),
        (2, Phase.STOPPED, Bill(0.0, 0.01)),
        (3, Phase.OUTBID, Bill(0.0, None)),
        (4, Phase.LOADING, Bill(0.0, 0.02)),
        (5, Phase.SCHEDULING, Bill(0.0, 0.1)),
        (6, Phase.OFFLINE, Bill(0.0, 0.0)),
        (7, Phase.FROZEN, Bill(0.5, 0.1)),
    ]
    volumes = [
        Volume(id=11, status="created", instances=(), storage_total_cost=0.1, machine_id=1),
        Volume(id=12, status="in-use", instances=(1,), storage_total_cost=0.1),
        Volume(id=13, status="created", instances=(), storage_total_cost=None),
        Volume(id=14, status="created", instances=(), storage_total_cost=0.1, machine_id=2),
        Volume(id=15, storage_total_cost=0.1),
    ]
    found = waiting(rows, volumes, away={2})
    assert found.instances == {2: pytest.approx(7.2), 5: pytest.approx(72.0)}
    assert found.volumes == {11: pytest.approx(72.0)}
    assert found.unknown == 2
    assert found.total == pytest.approx(151.2)
