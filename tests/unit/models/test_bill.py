"""Current charges, how long the credit lasts, and the cost so far."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from vasttui.models.bill import (
    Bill,
    Burn,
    Runway,
    Spent,
    bill_of,
    burn_of,
    hours_left,
    runway_of,
    spent_of,
    with_volumes,
)
from vasttui.models.instance import Instance
from vasttui.models.status import Phase
from vasttui.models.volume import Volume

HOUR = 3_600.0
START = 1_800_000_000.0
ONE = Instance(
    id=1, dph_base=0.3, storage_total_cost=0.02, dph_total=0.32, start_date=START,
    cur_state="running", intended_status="running",
)  # fmt: skip
BOTH, DISK, NOTHING = Bill(0.3, 0.02), Bill(0.0, 0.02), Bill(0.0, 0.0)
CHARGED = {
    Phase.RUNNING: BOTH,
    Phase.PROVISIONING: DISK,
    Phase.LOADING: DISK,
    Phase.STARTING: DISK,
    Phase.SCHEDULING: DISK,
    Phase.STOPPING: BOTH,
    Phase.STOPPED: DISK,
    Phase.OUTBID: DISK,
    Phase.REBOOTING: BOTH,
    Phase.RECYCLING: DISK,
    Phase.FROZEN: BOTH,
    Phase.EXITED: DISK,
    Phase.FAILED: DISK,
    Phase.OFFLINE: NOTHING,
    Phase.NO_SIGNAL: BOTH,
    Phase.UNREADABLE: BOTH,
}


@pytest.mark.parametrize("phase", Phase)
def test_what_each_state_costs(phase: Phase) -> None:
    assert bill_of(ONE, phase) == CHARGED[phase]


@pytest.mark.parametrize(
    ("cur", "intended", "bill"),
    [
        ("stopped", "stopped", DISK),
        (None, "stopped", DISK),
        ("running", "stopped", BOTH),
        ("stopped", "running", BOTH),
        (None, None, BOTH),
    ],
)
def test_without_a_signal_the_worse_case_counts(
    cur: str | None, intended: str | None, bill: Bill
) -> None:
    lost = replace(ONE, cur_state=cur, intended_status=intended)
    assert bill_of(lost, Phase.NO_SIGNAL) == bill


@pytest.mark.parametrize("phase", [Phase.RUNNING, Phase.UNREADABLE])
def test_a_price_that_cannot_be_read_is_unknown(phase: Phase) -> None:
    no_gpu = replace(ONE, dph_base=None, dph_total=None, unread=("dph_base", "dph_total"))
    assert bill_of(no_gpu, phase) == Bill(None, 0.02)
    no_disk = replace(ONE, storage_total_cost=None, unread=("storage_total_cost",))
    assert bill_of(no_disk, phase) == Bill(0.3, None)
    assert bill_of(no_gpu, phase).hourly is None
    assert bill_of(no_disk, phase).hourly is None
    assert bill_of(no_gpu, Phase.STOPPED).hourly == 0.02


def test_a_worker_of_an_endpoint_is_billed_while_it_loads() -> None:
    worker = replace(ONE, endpoint_id=19_392)
    assert bill_of(worker, Phase.LOADING) == bill_of(ONE, Phase.RUNNING) == BOTH
    assert bill_of(worker, Phase.STOPPED) == DISK


def test_the_gpu_price_follows_from_the_total() -> None:
    bill = bill_of(replace(ONE, dph_base=None), Phase.RUNNING)
    assert bill.gpu == pytest.approx(0.3)
    assert bill_of(replace(ONE, dph_base=None, dph_total=0.01), Phase.RUNNING).gpu == 0


def test_burn_keeps_gpus_and_disks_apart() -> None:
    burn = burn_of([BOTH, DISK, DISK, NOTHING, Bill(None, 0.05), Bill(0.1, None)])
    assert burn.gpu == pytest.approx(0.4)
    assert burn.disk == pytest.approx(0.11)
    assert burn.unknown == 2
    assert burn.total == pytest.approx(0.51)


def test_a_deposit_pays_less_and_takes_nothing_from_the_credit() -> None:
    reserved = replace(ONE, credit_balance=120.0, credit_discount=0.2)
    bill = bill_of(reserved, Phase.RUNNING)
    assert bill == Bill(pytest.approx(0.24), pytest.approx(0.016), prepaid=True)  # type: ignore[arg-type]
    assert bill_of(reserved, Phase.STOPPED).hourly == pytest.approx(0.016)
    assert burn_of([bill, BOTH]) == Burn(0.3, 0.02)
    used_up = replace(ONE, credit_balance=0.0, credit_discount=0.2)
    assert bill_of(used_up, Phase.RUNNING) == BOTH
    odd = replace(reserved, credit_discount=5.0)
    assert bill_of(odd, Phase.RUNNING).hourly == 0


def test_no_instances_burn_nothing() -> None:
    assert burn_of([]) == Burn()
    assert hours_left(10.0, Burn()) is None


@pytest.mark.parametrize(
    ("credit", "hours", "runway"),
    [
        (None, None, Runway.FINE),
        (24.0, 48.0, Runway.FINE),
        (6.0, 12.0, Runway.FINE),
        (5.995, 11.99, Runway.LOW),
        (2.0, 4.0, Runway.LOW),
        (1.995, 3.99, Runway.CRITICAL),
        (0.0, 0.0, Runway.CRITICAL),
        (-3.0, 0.0, Runway.CRITICAL),
    ],
)
def test_for_how_long_the_money_lasts(
    credit: float | None, hours: float | None, runway: Runway
) -> None:
    level, left = runway_of(credit, Burn(gpu=0.4, disk=0.1))
    assert level is runway
    assert left == (None if hours is None else pytest.approx(hours))


def test_charges_and_what_came_since() -> None:
    spent = spent_of(ONE, BOTH, 2.0, START)
    assert spent == Spent(2.0, exact=True, at=START, rate=0.32, traffic=True)
    assert spent.by(START + 2 * HOUR) == pytest.approx(2.64)
    assert spent.by(START - HOUR) == 2.0


def test_without_charges_at_most_as_if_it_had_always_run() -> None:
    spent = spent_of(ONE, DISK, None, START + 9 * HOUR)
    assert spent is not None
    assert not spent.exact
    assert spent.by(START + 10 * HOUR) == pytest.approx(3.2)


def test_an_unreadable_price_makes_it_an_upper_bound() -> None:
    spent = spent_of(ONE, Bill(0.3, None), 2.0, START)
    assert spent == Spent(2.0, exact=False, at=START, rate=0.32, traffic=True)


@pytest.mark.parametrize(
    ("down", "up", "traffic"),
    [
        (0.0, 0.0, False),
        (0.0, 0.01, True),
        (0.01, 0.0, True),
        (None, 0.0, True),
        (None, None, True),
    ],
)
@pytest.mark.parametrize("charged", [None, 2.0])
def test_a_bound_tells_whether_traffic_comes_on_top(
    charged: float | None, down: float | None, up: float | None, traffic: bool
) -> None:
    one = replace(ONE, inet_down_cost=down, inet_up_cost=up)
    spent = spent_of(one, Bill(0.3, None), charged, START)
    assert spent is not None
    assert spent.traffic is traffic


@pytest.mark.parametrize("charged", [None, 2.0])
def test_without_any_price_nothing_is_claimed(charged: float | None) -> None:
    assert spent_of(replace(ONE, dph_total=None), Bill(None, 0.02), charged, START) is None


def test_without_a_start_there_is_no_bound() -> None:
    assert spent_of(replace(ONE, start_date=None), BOTH, None, START) is None


def test_volumes_are_billed_attached_or_not_but_not_on_machines_that_are_offline() -> None:
    volumes = [
        Volume(id=1, machine_id=7, storage_total_cost=0.04),
        Volume(id=2, machine_id=8, storage_total_cost=0.5),
        Volume(id=3, machine_id=9),
    ]
    assert with_volumes(Burn(0.3, 0.01, 0), volumes, {8}) == Burn(0.3, 0.05, 1, 1)
    assert with_volumes(Burn(0.3, 0.01, 2), None, {8}) == Burn(0.3, 0.01, 3, 1)
