from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from msgspec import structs

from tests.support.fake_fleet import instance
from tests.support.fleet_rows import HOUR
from vasttui.clock import VirtualClock
from vasttui.errors import NetworkError, VastError
from vasttui.models.account import Account
from vasttui.models.bill import Burn
from vasttui.models.charge import Charge
from vasttui.models.instance import Instance, InstanceList
from vasttui.models.price_increase import PriceIncrease
from vasttui.models.serverless import Endpoint, Worker
from vasttui.models.status import Phase
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.fleet.store import Began, FleetStore
from vasttui.services.serverless.rows import EndpointRow, WorkerRow, worker_finder

MANY = [instance(number) for number in range(1, 1001)]
REFUSED = NetworkError("The service was not reached.")


class Memory:
    def __init__(self, kept: Mapping[int, Began] | None = None) -> None:
        self.kept = dict(kept or {})

    def load(self) -> dict[int, Began]:
        return dict(self.kept)

    def save(self, began: Mapping[int, Began]) -> None:
        self.kept = dict(began)


class Bench:
    def __init__(self, memory: Memory | None = None) -> None:
        self.clock = VirtualClock()
        self.published: list[Fleet] = []
        self.store = FleetStore(self.published.append, self.clock, memory)

    async def read(self, *instances: Instance, passed: float = 5.0) -> Fleet:
        self.clock.advance(passed)
        await self.store.fetched(InstanceList(instances, 0, ()), self.clock.monotonic())
        return self.store.fleet

    def charged(self, amount: float, *, of: int = 7) -> None:
        charges = [Charge(f"instance-{of}", amount / 2)] * 2 + [Charge("volume-7", 1000.0)]
        self.store.charges_fetched(charges, self.clock.now())

    def spent(self) -> float:
        spent = self.store.fleet.rows[0].spent
        assert spent is not None
        return spent.by(self.clock.now())


async def test_a_reading_is_one_announcement_of_a_whole_fleet() -> None:
    bench = Bench()
    await bench.read(*MANY)
    assert [len(fleet.rows) for fleet in bench.published] == [1000]
    assert bench.published[0] is bench.store.fleet
    assert bench.published[0].burn.total == pytest.approx(1000 * 0.31)


async def test_others_have_their_turn_while_rows_are_worked_out() -> None:
    bench = Bench()
    await bench.read(*MANY)
    seen: list[Fleet] = []

    async def look() -> None:
        while True:
            seen.append(bench.store.fleet)
            await asyncio.sleep(0)

    looking = asyncio.create_task(look())
    before = bench.store.fleet
    await bench.read(*(structs.replace(one, gpu_util=1.0) for one in MANY[:900]))
    looking.cancel()
    assert len(seen) >= 10
    assert all(fleet is before for fleet in seen)
    assert len(bench.store.fleet.rows) == 900


async def test_a_reading_given_up_in_the_middle_leaves_everything_as_it_was() -> None:
    memory = Memory()
    bench = Bench(memory)
    await bench.read(*MANY)
    before, kept = bench.store.fleet, memory.kept
    changed = [structs.replace(one, actual_status="exited", cur_state="stopped") for one in MANY]
    reading = asyncio.create_task(bench.read(*changed))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert bench.store.fleet is before
    assert memory.kept == kept
    fleet = await bench.read(*MANY)
    assert fleet.rows is before.rows


async def test_what_did_not_change_is_the_same_object() -> None:
    bench = Bench()
    one, other = instance(1), instance(2)
    before = await bench.read(one, other)
    after = await bench.read(one, structs.replace(other, gpu_util=12.0))
    assert after.rows is not before.rows
    assert after.rows[0] is before.rows[0]
    assert after.rows[1].instance.gpu_util == 12.0
    again = await bench.read(structs.replace(one), after.rows[1].instance)
    assert again.rows is after.rows
    assert again.number == 3


async def test_workers_are_told_by_their_endpoint_and_by_the_workers_that_were_read() -> None:
    endpoints: list[EndpointRow] = []
    store = FleetStore(lambda fleet: None, VirtualClock(), workers=lambda: worker_finder(endpoints))
    said, plain = structs.replace(instance(1), endpoint_id=5), instance(3)
    silent = structs.replace(
        instance(2), actual_status="loading", dph_base=0.4, storage_total_cost=0.05
    )  # fmt: skip
    every = InstanceList((said, silent, plain), 0, ())
    await store.fetched(every, 1.0)
    assert [row.worker_of for row in store.fleet.rows] == ["5", "", ""]
    worker = WorkerRow(worker=Worker(id=2), endpoint=5, since=0.0)
    listed = Endpoint(id=5, endpoint_name="llama", endpoint_state="active")
    endpoints.append(EndpointRow(endpoint=listed, workers=(worker,)))
    assert store.fleet.rows[1].bill.hourly == 0.05
    store.workers_read()
    assert [row.worker_of for row in store.fleet.rows] == ["llama", "llama", ""]
    assert store.fleet.rows[1].bill.hourly == pytest.approx(0.45), "a worker bills while it loads"
    before = store.fleet.rows
    store.workers_read()
    assert store.fleet.rows is before
    await store.fetched(every, 2.0)
    assert store.fleet.rows is before
    await store.fetched(every, 3.0)
    assert store.fleet.rows is before


async def test_instances_of_an_earlier_run_stay_as_they_were_when_workers_are_read() -> None:
    kept = FleetStore(lambda fleet: None, VirtualClock()).as_kept([instance(1)], 0.0)
    store = FleetStore(
        lambda fleet: None, VirtualClock(), workers=lambda: lambda one: "llama", kept=kept
    )
    store.workers_read()
    assert store.fleet is kept


async def test_gone_and_new_instances_come_in_the_order_of_the_service() -> None:
    bench = Bench()
    await bench.read(instance(1), instance(2))
    fleet = await bench.read(instance(3), instance(2))
    assert [row.id for row in fleet.rows] == [3, 2]
    assert fleet.row(1) is None


async def test_a_whole_reading_ends_all_trouble() -> None:
    bench = Bench()
    bench.store.resumed(100.0, 100.0)
    bench.store.failed(REFUSED, 5.0)
    assert bench.store.fleet.rows == ()
    bench.store.fetching()
    fleet = await bench.read(instance())
    assert (fleet.error, fleet.failures, fleet.failing_since) == (None, 0, None)
    assert (fleet.next_try, fleet.resumed_after, fleet.busy) == (None, None, False)
    assert fleet.as_of == bench.clock.monotonic()
    assert fleet.as_of_wall == bench.clock.now()


async def test_rows_that_cannot_be_read_are_counted() -> None:
    bench = Bench()
    await bench.store.fetched(InstanceList((instance(),), 2, ("no id",)), 0.0)
    assert (bench.store.fleet.bad, bench.store.fleet.reasons) == (2, ("no id",))


async def test_failures_are_counted_from_the_first() -> None:
    bench = Bench()
    rows = (await bench.read(instance())).rows
    first = bench.clock.now()
    for number in (1, 2, 3):
        bench.store.fetching()
        assert bench.store.fleet.busy
        bench.store.failed(REFUSED, float(number))
        bench.clock.advance(60)
    fleet = bench.store.fleet
    assert (fleet.failures, fleet.failing_since, fleet.next_try) == (3, first, 3.0)
    assert (fleet.error, fleet.busy) == (REFUSED, False)
    assert fleet.rows is rows


async def test_a_dropped_reading_stays_silent() -> None:
    bench = Bench()
    before = await bench.read(instance())
    bench.store.fetching()
    bench.store.dropped()
    assert bench.store.fleet == before


async def test_a_sleep_that_was_not_counted_makes_everything_older() -> None:
    bench = Bench()
    bench.store.account_fetched(Account(id=1))
    bench.charged(1.0)
    await bench.read(instance(), passed=5)
    bench.store.resumed(3_600.0, 3_600.0)
    fleet = bench.store.fleet
    assert fleet.resumed_after == 3_600.0
    assert (fleet.as_of, fleet.account_as_of) == (-3595.0, -3600.0)


async def test_nothing_known_does_not_get_older() -> None:
    bench = Bench()
    bench.store.resumed(3_600.0, 3_600.0)
    assert bench.store.fleet.as_of is None


async def test_the_account_stays_when_it_cannot_be_read_again() -> None:
    bench = Bench()
    account = Account(id=1, credit=25.0)
    bench.store.account_fetched(account)
    bench.store.account_failed(REFUSED)
    assert (bench.store.fleet.account, bench.store.fleet.account_error) == (account, REFUSED)
    bench.store.account_fetched(account)
    assert bench.store.fleet.account_error is None


async def test_a_credit_that_fell_by_a_payment_waits_for_the_instances_it_made_cheaper() -> None:
    bench, one = Bench(), instance(7)
    reserved = structs.replace(one, credit_balance=30.0, credit_discount=0.2)
    bench.store.account_fetched(Account(id=1, credit=42.0))
    await bench.read(one)
    bench.clock.advance(60.0)
    assert not bench.store.account_fetched(Account(id=1, credit=41.97))
    asked = bench.clock.monotonic()
    bench.clock.advance(1.0)
    assert bench.store.account_fetched(Account(id=1, credit=11.97))
    await bench.store.fetched(InstanceList((reserved,), 0, ()), asked)  # asked before: perhaps old
    await bench.read(reserved)
    after = Account(id=1, credit=11.97)
    assert {fleet.burn.total for fleet in bench.published if fleet.account == after} == {0.0}
    assert bench.store.fleet.account == after
    assert bench.store.account_fetched(Account(id=1, credit=5.0))
    assert not bench.store.account_fetched(Account(id=1, credit=50.0))
    await bench.read(reserved)
    assert bench.store.fleet.account == Account(id=1, credit=50.0)


async def test_the_same_price_wishes_are_no_news() -> None:
    bench = Bench()
    increase = PriceIncrease(pending_price_increase_id=1, contract_id=7)
    bench.store.increases_fetched((increase,))
    bench.store.increases_fetched((structs.replace(increase),))
    assert [fleet.increases for fleet in bench.published] == [(increase,)]
    bench.store.increases_fetched(())
    assert bench.store.fleet.increases == ()


# Time in a state


@pytest.mark.parametrize(
    ("changes", "phase"),
    [({"actual_status": "loading"}, Phase.LOADING), ({"actual_status": None}, Phase.PROVISIONING)],
)
async def test_a_first_state_began_with_the_contract(changes: dict[str, Any], phase: Phase) -> None:
    bench = Bench()
    start = bench.clock.now() - 120.0
    row = (await bench.read(instance(start_date=start, **changes))).rows[0]
    assert (row.phase, row.since, row.exact) == (phase, start, True)


async def test_another_state_is_at_least_as_old_as_it_was_seen() -> None:
    bench = Bench()
    fleet = await bench.read(instance())
    assert (fleet.rows[0].since, fleet.rows[0].exact) == (bench.clock.now(), False)


async def test_a_start_in_the_future_is_not_believed() -> None:
    bench = Bench()
    start = bench.clock.now() + HOUR
    row = (await bench.read(instance(start_date=start, actual_status="loading"))).rows[0]
    assert (row.since, row.exact) == (bench.clock.now(), False)


async def test_a_change_that_was_seen_is_exact_and_stays() -> None:
    bench = Bench()
    await bench.read(instance())
    stopped: dict[str, Any] = dict.fromkeys(
        ("cur_state", "next_state", "intended_status"), "stopped"
    )
    halted = instance(actual_status="exited", **stopped)
    row = (await bench.read(halted)).rows[0]
    changed = bench.clock.now()
    assert (row.phase, row.since, row.exact) == (Phase.STOPPED, changed, True)
    row = (await bench.read(structs.replace(halted, disk_usage=39.0), passed=600)).rows[0]
    assert (row.since, row.exact) == (changed, True)


async def test_the_state_before_tells_a_start_from_an_end() -> None:
    bench = Bench()
    halted = instance(actual_status="exited", cur_state="stopped", intended_status="stopped")
    ended = instance(actual_status="exited")
    assert (await bench.read(halted)).rows[0].phase is Phase.STOPPED
    assert (await bench.read(ended)).rows[0].phase is Phase.STARTING
    assert (await bench.read(instance())).rows[0].phase is Phase.RUNNING
    assert (await bench.read(ended)).rows[0].phase is Phase.EXITED


async def test_states_are_remembered_over_the_end_of_the_program() -> None:
    memory = Memory()
    first = Bench(memory)
    await first.read(instance(1), instance(2))
    seen = first.clock.now()
    second = Bench(memory)
    fleet = await second.read(instance(1), passed=1_000)
    assert (fleet.rows[0].since, fleet.rows[0].exact) == (seen, False)
    assert memory.kept == {1: (Phase.RUNNING, seen, False)}


async def test_a_state_that_changed_while_nobody_watched_began_now() -> None:
    bench = Bench(Memory({7: (Phase.STOPPED, 1.0, True)}))
    fleet = await bench.read(instance())
    assert (fleet.rows[0].since, fleet.rows[0].exact) == (bench.clock.now(), True)


# Cost so far


async def test_charges_reach_every_row_with_the_next_reading() -> None:
    bench = Bench()
    one = instance()
    await bench.read(one)
    bench.charged(8.0)
    published = len(bench.published)
    row = (await bench.read(one, passed=0)).rows[0]
    assert row.spent is not None
    assert (row.spent.amount, row.spent.exact) == (8.0, True)
    assert len(bench.published) == published + 1
    again = await bench.read(one)
    assert again.rows[0] is row


async def test_charges_that_come_in_the_middle_of_a_reading_are_for_the_next() -> None:
    bench = Bench()
    ones = [structs.replace(one) for one in MANY]
    await bench.read(*ones)
    bench.store.charges_fetched([Charge(f"instance-{one.id}", 1.0) for one in ones], 1.0)
    reading = asyncio.create_task(bench.read(*ones))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    bench.store.charges_fetched([Charge(f"instance-{one.id}", 2.0) for one in ones], 2.0)
    first = await reading
    assert {row.spent.amount for row in first.rows if row.spent} == {1.0}
    second = await bench.read(*ones)
    assert {row.spent.amount for row in second.rows if row.spent} == {2.0}


async def test_news_in_the_middle_of_a_reading_are_kept() -> None:
    bench = Bench()
    reading = asyncio.create_task(bench.read(*MANY))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    increase = PriceIncrease(pending_price_increase_id=1, contract_id=7)
    bench.store.account_fetched(Account(id=9))
    bench.store.increases_fetched((increase,))
    assert [len(fleet.rows) for fleet in bench.published] == [0, 0]
    fleet = await reading
    assert len(fleet.rows) == 1000
    assert (fleet.account, fleet.increases) == (Account(id=9), (increase,))


async def test_a_new_price_counts_from_when_it_was_seen() -> None:
    bench = Bench()
    one = instance(dph_base=1.0, storage_total_cost=0.0)
    await bench.read(one)
    bench.charged(10.0)
    await bench.read(one, passed=HOUR)
    assert bench.spent() == pytest.approx(11.0)
    await bench.read(structs.replace(one, dph_base=3.0), passed=HOUR)
    assert bench.spent() == pytest.approx(12.0)
    bench.clock.advance(HOUR)
    assert bench.spent() == pytest.approx(15.0)


async def test_other_news_leave_what_it_cost_alone() -> None:
    bench = Bench()
    bench.charged(10.0)
    before = (await bench.read(instance())).rows[0]
    after = (await bench.read(instance(gpu_util=1.0), passed=HOUR)).rows[0]
    assert after is not before
    assert after.spent is before.spent


async def test_without_charges_a_sum_is_never_exact() -> None:
    bench = Bench()
    await bench.read(instance())
    row = (await bench.read(instance(dph_base=5.0))).rows[0]
    assert row.spent is not None
    assert not row.spent.exact


async def test_an_unreadable_price_is_no_exact_sum() -> None:
    bench = Bench()
    one = instance(dph_base=1.0, dph_total=None, storage_total_cost=0.0)
    await bench.read(one)
    bench.charged(10.0)
    await bench.read(one, passed=HOUR)
    unread = structs.replace(one, dph_base=None, unread=("dph_base",))
    row = (await bench.read(unread, passed=HOUR)).rows[0]
    assert row.spent is not None
    assert row.spent.amount == pytest.approx(12.0)
    assert (row.spent.exact, row.spent.traffic) == (False, True)
    assert bench.store.fleet.burn == Burn(unknown=2, unknown_volumes=1)


async def test_a_bound_stays_one_until_the_charges_are_read_again() -> None:
    bench = Bench()
    one = instance(dph_base=1.0, dph_total=None, storage_total_cost=0.1)
    await bench.read(one)
    bench.charged(10.0)
    await bench.read(one, passed=0.0)
    await bench.read(structs.replace(one, dph_base=None, unread=("dph_base",)), passed=HOUR)
    assert bench.spent() == pytest.approx(11.1)
    stopped = structs.replace(
        one, actual_status="exited", intended_status="stopped", cur_state="stopped"
    )
    row = (await bench.read(stopped, passed=HOUR)).rows[0]
    assert row.bill.gpu == 0.0
    assert row.spent is not None
    assert not row.spent.exact
    assert bench.spent() >= 12.2
    bench.charged(12.3)
    row = (await bench.read(stopped)).rows[0]
    assert row.spent is not None
    assert row.spent.exact
    assert bench.spent() == pytest.approx(12.3, abs=0.01)


async def test_a_bound_without_charges_stays_one_when_it_is_stopped() -> None:
    bench = Bench()
    one = instance(dph_base=1.0, dph_total=1.1, storage_total_cost=0.1, start_date=0.0)
    await bench.read(one)
    before = bench.spent()
    stopped = structs.replace(
        one, actual_status="exited", intended_status="stopped", cur_state="stopped"
    )
    row = (await bench.read(stopped, passed=HOUR)).rows[0]
    assert row.spent is not None
    assert not row.spent.exact
    assert bench.spent() >= before


@pytest.mark.parametrize("error", [REFUSED, VastError("Something.")])
async def test_an_error_does_not_touch_what_was_spent(error: VastError) -> None:
    bench = Bench()
    bench.charged(10.0)
    before = (await bench.read(instance())).rows
    bench.store.failed(error, None)
    assert bench.store.fleet.rows is before
