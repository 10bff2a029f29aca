"""What endpoints were charged, by the kept days alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from vasttui.clock import VirtualClock
from vasttui.models.billing import Charge, DayCharges, day_of
from vasttui.services.serverless.charged import DAYS, Charged, EndpointCharges, charged_words
from vasttui.store.charge_days import ChargeDays
from vasttui.units import DAY

ME = "vast 7"


def day(number: int, *rows: Charge, over: float = 2.0, lost: int = 0) -> DayCharges:
    """A day as it was read so many days after it began."""
    return DayCharges(number, rows, lost, (number + over) * DAY)


def charge(source: str, mills: int | None, endpoint: int | None = None) -> Charge:
    return Charge(1, source, mills, endpoint_id=endpoint)


async def told(
    path: Path, days: list[DayCharges], endpoint: int = 5, made: float | None = None
) -> str:
    clock = VirtualClock()
    charges = EndpointCharges(path, lambda: ME, clock, {})
    ChargeDays(path).save(ME, days)
    ChargeDays(path).save("another", [day(last(), charge("endpoint-5", 9_000))])
    await charges.read()
    return charged_words(charges.of(endpoint), made)


def last() -> int:
    """The last day that is complete."""
    return day_of(VirtualClock().now()) - 2


async def test_complete_days_are_added_up_and_a_part_is_called_one(tmp_path: Path) -> None:
    path, newest = tmp_path / "charges.db", last()
    rows = [charge("instance-1", 1_000, 5), charge("endpoint-5", 250), charge("instance-2", 7)]
    whole = [day(newest - number, *rows) for number in range(DAYS)]
    until = "to " + time.strftime("%d %b", time.gmtime(newest * DAY)).removeprefix("0")
    words = await told(path, [*whole, day(newest - DAYS, *rows), day(newest + 1, *rows)])
    assert words == f"14 days {until}: $17.50"
    assert await told(path, whole, endpoint=6) == f"14 days {until}: $0.00"
    begins = (newest + 1) * DAY
    before = until.removeprefix("to ")
    none = f"charges are known to {before}, before it was made"
    assert await told(path, whole, endpoint=6, made=begins) == none
    assert await told(path, whole, endpoint=6, made=begins - 1) == f"14 days {until}: $0.00"
    unread = day(newest, charge("instance-1", None, 5))
    assert await told(path, [unread]) == f"14 days {until}: not readable"
    lost, early = day(newest, *rows, lost=1), day(newest - 1, *rows, over=1.9)
    assert await told(path, [lost, early]) == f"12 of 14 days {until}: $15.00"


async def test_nothing_kept_is_not_nothing_paid(tmp_path: Path) -> None:
    none = "14 days: 5 Billing reads them"
    assert await told(tmp_path / "charges.db", []) == none
    for path in (None, tmp_path):  # a folder cannot be read as the file
        charges = EndpointCharges(path, lambda: ME, VirtualClock(), {})
        await charges.read()
        assert charged_words(charges.of(5), None) == none


@pytest.mark.parametrize(("after", "seen"), [(59.0, False), (60.0, True)])
async def test_the_copy_is_read_again_after_a_minute(
    tmp_path: Path, after: float, seen: bool
) -> None:
    path, clock, owner = tmp_path / "charges.db", VirtualClock(), [""]
    charges = EndpointCharges(path, lambda: owner[0], clock, {})
    await charges.read()
    owner[0] = ME
    await charges.read()  # at once, when it is known whose they are
    ChargeDays(path).save(ME, [day(last())])
    clock.advance(after)
    await charges.read()
    assert (charges.of(5) is not None) is seen


async def test_days_that_were_read_in_this_run_count_at_once_and_before_kept_ones(
    tmp_path: Path,
) -> None:
    path, seen = tmp_path / "charges.db", dict[int, DayCharges]()
    charges = EndpointCharges(path, lambda: ME, VirtualClock(), seen)
    ChargeDays(path).save(ME, [day(last(), charge("endpoint-5", 1_000))])
    await charges.read()
    assert charges.of(5) == Charged(1_000, 1, last())
    seen[last()] = day(last(), charge("endpoint-5", 2_000))
    seen[last() + 1] = day(last() + 1, charge("endpoint-5", 5_000))
    await charges.read()
    assert charges.of(5) == Charged(2_000, 1, last())
