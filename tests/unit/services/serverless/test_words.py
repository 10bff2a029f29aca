"""Figures and sentences of serverless."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from tests.unit.services.serverless.test_reader import LLAMA, group, worker
from vasttui.errors import NetworkError
from vasttui.lists.serverless_rows import worker_lines, worker_summary
from vasttui.models.instance import Instance
from vasttui.models.serverless import Endpoint, LeftWorkers, Worker
from vasttui.models.worker_search import ANY
from vasttui.models.worker_state import Kind
from vasttui.services.serverless import words
from vasttui.services.serverless.costs import (
    Cost,
    Worst,
    billed,
    cost_of,
    most_of,
    rowless_of,
    whole_cost,
    worker_price,
)
from vasttui.services.serverless.rows import (
    EndpointRow,
    GroupRow,
    Load,
    WorkerRow,
    load_of,
    worst_case,
)
from vasttui.services.serverless.states import after_state, state_choice
from vasttui.services.serverless.templates import OtherTemplate, other_templates
from vasttui.words import hourly


def rows(*workers: Worker) -> tuple[WorkerRow, ...]:
    return tuple(WorkerRow(worker=one, endpoint=1, since=0.0) for one in workers)


def row(*workers: Worker, **changes: Any) -> EndpointRow:
    made: dict[str, Any] = {
        "endpoint": LLAMA, "workers": rows(*workers),
        "groups": (GroupRow(group=group(11, 1), max_workers=16),), **changes,
    }  # fmt: skip
    return EndpointRow(**made)


FIVE = (worker(1), worker(2), worker(3, "model_loading"), worker(4, "stopped"),
        worker(5, "stopped"))  # fmt: skip
PRICES = {
    number: Instance(id=number, dph_total=0.384, dph_base=0.379, storage_total_cost=0.005)
    for number in range(1, 6)
}


@pytest.mark.parametrize(
    ("status", "price"),
    [
        ("idle", 0.384), ("MODEL_LOADING", 0.384), ("stopping", 0.384), ("creating", 0.005),
        ("stopped", 0.005),
    ],
)  # fmt: skip
def test_a_worker_costs_what_its_state_bills(status: str, price: float | None) -> None:
    assert worker_price(worker(1, status), PRICES[1]) == price


FAILED = Instance(id=1, actual_status="exited", intended_status="stopped", cur_state="stopped",
                  dph_base=0.4, storage_total_cost=0.009)  # fmt: skip
RUNS = Instance(id=1, actual_status="running", intended_status="running", cur_state="running",
                dph_base=0.4, storage_total_cost=0.009)  # fmt: skip


@pytest.mark.parametrize("status", ["error", "destroying", "pending", "unavail", "hibernating"])
def test_a_state_that_does_not_tell_costs_what_its_instance_shows_in_doubt(status: str) -> None:
    for instance, price, what in ((FAILED, 0.009, "disk?"), (RUNS, 0.409, "GPU + disk?")):
        assert worker_price(worker(1, status), instance) == pytest.approx(price)
        assert billed(worker(1, status), instance) == what
        cost = cost_of(rows(worker(1, status)), {1: instance})
        assert (cost.doubtful, cost.unknown) == (1, 0)
        assert cost.known == pytest.approx(price)
        assert cost.disk == pytest.approx(0.009)
        assert words.cost_cell(cost) == f"{hourly(price)}?"
        assert words.cost_words(cost).endswith(", 1 in doubt, as on Instances")
        assert words.bills_words(worker(1, status), instance, "Nothing.").startswith(
            "What it bills is in doubt: its instance shows $0."
        )
    for less in ("stopped", "creating"):  # its instance runs: the row is late
        assert billed(worker(1, less), RUNS) == "GPU + disk?"
        cost = cost_of(rows(worker(1, less)), {1: RUNS})
        assert (cost.running, cost.idle, cost.doubtful) == (0, 0, 1)
        assert cost.known == pytest.approx(0.409)
        assert billed(worker(1, less), FAILED) == "disk"
    for more in ("stopping", "idle"):  # its instance is off: the row is late
        assert billed(worker(1, more), FAILED) == "disk?"
        cost = cost_of(rows(worker(1, more)), {1: FAILED})
        assert (cost.running, cost.doubtful, words.cost_cell(cost)) == (0, 1, "0.0090?")
        assert (billed(worker(1, more), RUNS), cost_of(rows(worker(1, more)), {1: RUNS}).mark) == (
            "GPU + disk", ""
        )  # fmt: skip
    assert billed(worker(1, "starting"), FAILED) == "GPU + disk", "before its instance shows it"
    away = Instance(id=1, actual_status="offline", dph_base=0.4, storage_total_cost=0.009)
    assert billed(worker(1, "error"), away) == "nothing"
    assert words.bills_words(worker(1, "error"), away, "Nothing bills.") == "Nothing bills."


def test_an_instance_without_a_row_counts_once_for_its_endpoint_and_group() -> None:
    late = structs.replace(RUNS, id=7, endpoint_id=LLAMA.id, workergroup_id=11)
    listed = structs.replace(PRICES[1], endpoint_id=LLAMA.id)
    other = row(Worker(id=8, status="idle"), endpoint=Endpoint(id=99))
    elsewhere = structs.replace(late, id=8)
    instances = {1: listed, 7: late, 8: elsewhere, 9: structs.replace(RUNS, id=9)}
    two = (GroupRow(group=group(11, 1), workers=rows(worker(1))),
           GroupRow(group=group(12, 1), workers=()))  # fmt: skip
    mine = row(worker(1), groups=two)
    rowless = rowless_of([mine, other], instances)
    assert {number: [one.id for one in found] for number, found in rowless.items()} == {
        LLAMA.id: [7]
    }
    for of, known in ((None, 0.793), (two[0], 0.793)):
        cost = whole_cost(mine, of, instances, rowless)
        assert cost is not None
        assert words.unlisted_words(cost) == "Not among its workers now: instance 7, $0.409/h."
        assert (cost.rowless, cost.rowless_running) == ((7,), 1)
        assert cost.known == pytest.approx(known)
        assert words.cost_words(cost) == (
            "$0.793/h now: 1 with GPU and disk, 0 with disk, +1 without a row, $0.409/h"
        )
        assert "2 workers with GPU go on billing $0.793/h" in after_state("suspended", cost, row())
        assert after_state("stopped", cost, row()).endswith(
            "what is left is $0.014/h+? of disk. 1 without a row, $0.409/h now, may go on."
        )
    empty = whole_cost(mine, two[1], instances, rowless)
    assert empty is not None
    assert empty.rowless == ()
    unread = replace(mine, workers=None, groups=(GroupRow(group=group(11, 1)),))
    found = rowless_of([unread, other], {7: late})
    for only in (None, unread.groups[0]):
        cost = whole_cost(unread, only, {7: late}, found)
        assert cost is not None
        assert words.cost_cell(cost) == "0.409"
    assert whole_cost(unread, None, {}, {}) is None
    unsure = replace(mine, groups=(GroupRow(group=group(11, 1)),))
    assert whole_cost(unsure, unsure.groups[0], instances, rowless) is None, "a part of it"


def test_workers_of_another_template_are_told_where_both_say_theirs() -> None:
    named = GroupRow(group=replace(group(11, 1), template_hash="new"), workers=rows(*FIVE))
    hashes = {1: "new", 2: "old", 3: None, 4: "old"}
    listed = {number: Instance(id=number, template_hash_id=one) for number, one in hashes.items()}
    silent = replace(named, group=replace(named.group, template_hash=None))
    found = other_templates([named, silent, replace(named, workers=None)], listed)
    assert [one.words for one in found] == [
        "Group 11 names another template than 2 of its workers run."
    ]
    assert OtherTemplate(11, 1).words == (
        "Group 11 names another template than one of its workers runs."
    )


def test_without_a_price_it_is_not_free() -> None:
    assert worker_price(worker(1), None) is None
    assert worker_price(worker(1, "error"), None) == 0.0
    assert worker_price(worker(1, "hibernating"), None) is None
    assert worker_price(worker(1), Instance(id=1, dph_total=0.3)) is None
    unread = Instance(id=1, dph_total=0.3, storage_total_cost=0.1, unread=("storage_total_cost",))
    assert worker_price(worker(1, "stopped"), unread) is None
    base = Instance(id=1, dph_base=0.3, storage_total_cost=0.1)
    assert worker_price(worker(1), base) == pytest.approx(0.4)


def test_costs_add_up_and_a_part_is_called_a_part() -> None:
    cost = cost_of(rows(*FIVE), PRICES)
    assert (cost.running, cost.idle, cost.unknown) == (3, 2, 0)
    assert words.cost_words(cost) == "$1.162/h now: 3 with GPU and disk, 2 with disk"
    assert words.cost_cell(cost) == "1.162"
    part = cost_of(rows(*FIVE), {1: PRICES[1]})
    assert words.cost_cell(part) == "0.384+?"
    assert words.cost_words(part) == (
        "$0.384/h+? now: 3 with GPU and disk, 2 with disk, 4 not known"
    )
    assert words.cost_cell(cost_of(rows(*FIVE), {})) == "?"
    assert words.cost_cell(None) == "?"


def test_the_worst_case_is_all_workers_at_the_dearest_limit() -> None:
    dear = EndpointRow(
        endpoint=LLAMA,
        groups=(
            GroupRow(group=group(11, 1), max_workers=16),
            GroupRow(group=group(12, 1, "dph<=0.35"), max_workers=16),
        ),
    )
    assert dear.worst == pytest.approx(7.2)
    assert [one.worst for one in dear.groups] == pytest.approx([7.2, 5.6])
    assert words.worst_cell(7.2) == "7.200"
    assert words.worst_words(Worst(7.2, 16)) == "at most 16 workers: $7.200/h, $173/day"
    assert row(groups=(GroupRow(group=group(11, 1, "gpu_ram>=24")),)).worst == ANY
    assert words.worst_cell(ANY) == "any!"
    assert "at any price" in words.worst_words(Worst(ANY, 16))
    assert row(groups=()).worst is None
    assert words.most_words(row(groups=()), None) == words.NO_GROUP
    assert words.most_words(row(groups=(), listed=False), None).endswith(
        "the worst case is not known"
    )
    assert EndpointRow(endpoint=Endpoint(id=1), groups=dear.groups).worst is None
    assert worst_case(16, [None, ANY]) == ANY
    assert worst_case(16, [None, 0.4]) is None
    assert worst_case(0, [ANY]) == 0.0
    assert words.worst_cell(None) == "?"
    assert words.worst_words(Worst(worst_case(16, [0.2]), 16)).endswith("$3.200/h, $76.80/day")
    assert worst_case(3, [0.1]) == 0.3
    assert words.worst_words(Worst(0.33334 * 3, 3)) == "at most 3 workers: $1.001/h, $24.01/day"


def test_workers_that_there_are_keep_their_prices_whatever_the_limit_is() -> None:
    cheap = GroupRow(group=group(11, 1, "dph_total<=0.02"), max_workers=16)
    llama, cost = row(*FIVE, groups=(cheap,)), cost_of(rows(*FIVE), PRICES)
    # An inactive one may come back: five at $0.384, eleven more at the limit.
    assert llama.worst == pytest.approx(0.32)
    assert most_of(llama, cost) == Worst(2.14, 16, 5)
    assert words.most_cell(llama, cost) == "2.140"
    assert words.most_words(llama, cost) == (
        "at most 16 workers: $2.140/h, $51.36/day, as the 5 it has keep their prices"
    )
    one = cost_of(rows(worker(1)), PRICES)
    assert words.most_words(cheap, one).endswith(", as the one it has keeps its price")
    # Fewer than there are: what is billed now goes on.
    few = replace(cheap, max_workers=2)
    assert most_of(few, cost) == Worst(1.162, 2, 5)
    assert most_of(replace(cheap, max_workers=0), cost).hourly == pytest.approx(cost.known)
    left = cost_of((), PRICES, [PRICES[1]])
    assert most_of(few, left).hourly == pytest.approx(0.384 + 0.02), "without a row"
    dear = GroupRow(group=group(11, 1, "dph_total<=0.45"), max_workers=5)
    assert most_of(dear, cost) == Worst(2.25, 5)
    assert most_of(few, None) == Worst(0.04, 2)
    gone = cost_of(rows(worker(1, "destroying")), {})
    assert most_of(few, gone) == Worst(0.04, 2)
    free = GroupRow(group=group(11, 1, "gpu_ram>=24"), max_workers=5)
    assert most_of(free, cost) == Worst(ANY, 5)


def test_more_inactive_than_there_may_be_are_warned_of() -> None:
    assert words.inactive_words(2, 50) == (
        "50 inactive do not fit in at most 2 workers, active and inactive: if the service keeps "
        "them, their disks bill as well."
    )
    assert words.inactive_words(2, 50) in words.notes(
        EndpointRow(endpoint=Endpoint(id=1, max_workers=2, cold_workers=50))
    )
    many = row(endpoint=Endpoint(id=1, max_workers=2, cold_workers=50), groups=(
        GroupRow(group=group(11, 1), max_workers=2),))  # fmt: skip
    assert words.most_words(many, Cost()).endswith("$21.60/day, plus the disks of 50 inactive")
    for most, cold in ((2, 2), (None, 5), (5, None)):
        assert words.inactive_words(most, cold) == ""


def test_a_load_is_of_what_the_ready_workers_can() -> None:
    load = load_of(rows(*FIVE))
    assert load == Load(196.0, 430.0, 6, 2, 0)
    assert words.load_cell(load) == "196/430"
    endpoint = Endpoint(id=1, target_util=0.9)
    assert words.load_words(load, endpoint) == (
        "196 of 430 perf units/s = 46 % of what 2 ready workers can · wanted: 90 % · 6 requests"
    )
    part = load_of(rows(worker(1), Worker(id=2, status="idle")))
    assert words.load_cell(part) == "98/215?"
    assert "= " not in words.load_words(part, endpoint)
    assert words.load_cell(load_of(rows(Worker(id=2, status="idle")))) == "?"
    assert words.load_cell(Load()) == "-"


def test_states_and_counts_in_words() -> None:
    assert words.state_words(row()) == "● active"
    assert words.state_words(row(listed=False)) == "◐ not listed"
    odd = Endpoint(id=1, endpoint_state="Hibernating")
    assert words.state_words(row(endpoint=odd)) == "? Hibernating"
    assert words.state_words(row(endpoint=Endpoint(id=1))) == "? not said"
    assert words.counts([row(*FIVE)]) == "1 endpoint, 1 group: 2 ready, 1 starting, 2 off"
    assert words.counts([row(*FIVE), row(workers=None)]) == (
        "2 endpoints, 2 groups: 2 ready, 1 starting, 2 off (of 1 endpoint not known)"
    )
    assert words.counts([row(worker(1, "x"))]).endswith("0 off, 1 unknown")
    assert words.counts([row(workers=None)]) == "1 endpoint, 1 group: workers not known"
    assert words.workers_words(row(*FIVE)) == "2 ready, 1 starting, 2 inactive"


def test_why_there_are_no_workers() -> None:
    assert words.no_workers(row(*FIVE)) == ""
    assert words.no_workers(row()) == "It has no workers now."
    assert "cannot start a worker" in words.no_workers(row(groups=()))
    assert words.no_workers(row(workers=None, said="loading")) == (
        "No workers yet: “loading”. Normal in the first minutes."
    )
    failed = row(workers=None, error=NetworkError("run.vast.ai timed out."))
    assert words.no_workers(failed) == "The workers are not known: run.vast.ai timed out."
    assert words.no_workers(row(workers=None)).startswith("Asking for the workers…")


def test_an_active_endpoint_is_not_free_where_workers_are_to_be_started() -> None:
    def of(*workers: Worker, **limits: Any) -> EndpointRow:
        one = Endpoint(**{"id": 1, "max_workers": 16, "cold_workers": 2, **limits})
        return row(*workers, endpoint=one)

    start = " At least 2 workers are started and bill, at most $0.450/h each."
    assert state_choice("active", Cost(), of()) == "2 or more start"
    assert after_state("active", Cost(), of()).endswith(f"with the load.{start}")
    off, disk = worker(1, "stopped"), Cost(0.02, 0.02, 0, 1)
    assert state_choice("active", disk, of(off)) == "$0.020/h, 1 or more start"
    assert "At least 1 worker is started and bills, at most" in after_state("active", disk, of(off))
    for there, limits, least in (
        (FIVE, {}, "$0.020/h"),
        ((off,), {"cold_workers": 0}, "$0.020/h"),
        ((off,), {"cold_workers": 1, "min_load": 10.0}, "$0.020/h, 1 or more start"),
        ((off,), {"cold_workers": 1, "inactivity_timeout": -1.0}, "$0.020/h, 1 or more start"),
        ((off,), {"cold_workers": 9, "max_workers": 3}, "$0.020/h, 2 or more start"),
        ((worker(1, "error"),), {}, "$0.020/h, 2 or more start"),
    ):
        assert state_choice("active", disk, of(*there, **limits)) == least
    free = (GroupRow(group=group(11, 1, "gpu_ram>=24")),)
    assert after_state("active", Cost(), of_any := replace(of(), groups=free)).endswith(
        "any price."
    )
    for unknown in (replace(of(), groups_known=False), replace(of(), group_comes=True, groups=())):
        assert after_state("active", Cost(), unknown).endswith("at a price that is not known.")
    assert state_choice("active", Cost(), of_any) == "2 or more start"
    unread = replace(of(), workers=None)
    for silent in (unread, replace(of(), groups=()), None):
        assert after_state("active", None, silent).endswith("with the load.")
    assert state_choice("active", None, unread) == "?"


def test_what_goes_on_billing_afterwards() -> None:
    cost = Cost(1.097, 0.026, 3, 2)
    assert after_state("suspended", cost, row()) == (
        "Suspended: requests are refused, and 3 workers with GPU and 2 disks go on billing "
        "$1.097/h. Stopped is what saves."
    )
    for one, who in (
        (Cost(0.449, 0.01, 1), "1 worker with GPU goes"),
        (Cost(0.477, 0.038, 1, 3), "1 worker with GPU and 3 disks go"),
        (Cost(0.5, 0.03, 1, 2, 0, 1), "1 worker with GPU, 2 disks and 1 in doubt go"),
        (Cost(0.459, 0.02, 1, 0, 0, 0, (7,), 0.01), "1 worker with GPU and 1 disk go"),
    ):
        assert f"and {who} on billing $" in after_state("suspended", one, row())
    assert after_state("stopped", cost, row()) == (
        "Stopped: 3 workers go inactive; what is left is $0.026/h of disk."
    )
    assert after_state("stopped", None, row()) == "Stopped: what goes on billing is not known."
    assert state_choice("suspended", cost, row()) == "$1.097/h, nothing saved"
    for state, said in (("suspended", "requests are refused"), ("stopped", "no worker runs")):
        assert state_choice(state, Cost(), row()) == "$0.000/h"
        assert after_state(state, Cost(), row()) == (
            f"{state.capitalize()}: {said}; nothing of it bills now."
        )
        assert "nothing of it bills" not in after_state(state, Cost(unknown=1), row())
    assert state_choice("stopped", Cost(1.0, 0.0, 1, 0, 1), row()) == "$?/h"
    assert words.deleted_words("llama", LeftWorkers((1, 2), ())) == "llama: deleted with 2 workers."
    assert words.deleted_words("llama", LeftWorkers((1,), (7,))) == (
        "llama: deleted; 1 worker could not be deleted and goes on billing: 7."
    )
    assert words.deleted_words("x", LeftWorkers((), ())) == "x: deleted. It had no workers."
    assert "does not say" in words.deleted_words("llama", LeftWorkers())
    runs = structs.replace(
        PRICES[1], actual_status="running", cur_state="running", dph_base=0.4,
        storage_total_cost=0.009,
    )  # fmt: skip
    first, second = (structs.replace(runs, id=number) for number in (7, 8))
    assert words.left_over("Group 5", cost_of((), {}, [second, first])) == (
        "Group 5 is deleted; 2 of its instances are still there and bill $0.818/h: 7, 8."
    )
    assert words.left_over("Group 5", cost_of((), {}, [first])) == (
        "Group 5 is deleted; one of its instances is still there and bills $0.409/h: 7."
    )


def test_what_is_to_be_warned_of() -> None:
    leaving = Endpoint(id=1, endpoint_name="llama", auto_delete_in_seconds=82_800.0)
    warned = row(
        endpoint=leaving, twins=(9,), groups=(GroupRow(group=group(11, 1, "gpu_ram>=24")),)
    )
    assert words.notes(warned) == [
        "llama will be deleted by the service in 23 h.",
        "Group 11 takes any price.",
        "Another endpoint is called llama, too (9): each bills its own workers.",
    ]
    assert words.notes(row(*FIVE)) == []
    assert words.notes(row(groups=())) == ["llama has no worker group: it cannot start a worker."]
    assert words.limit_words(group(1, 1)) == "at most $0.450/h"
    assert words.limit_words(group(1, 1, "x")) == "no price limit"


@pytest.mark.parametrize(
    ("off", "said"),
    [(900.0, "goes off after 900 s without a request"), (0.0, "does not go off unasked"),
     (-1.0, "never goes to zero"), (None, "when it goes off is up to the service")],
)  # fmt: skip
def test_how_long_requests_wait(off: float | None, said: str) -> None:
    endpoint = Endpoint(id=1, max_queue_time=30, inactivity_timeout=off, cold_workers=2)
    long = f"longest wait allowed 30 s, wished 10 s (the usual) · {said}"
    assert words.queue_words(endpoint) == long
    assert words.kept_words(endpoint) == "2 or more inactive"
    short = words.queue_words(endpoint, short=True)
    assert short.startswith("wait at most 30 s, wished 10 s · ")
    assert len(short) < len(words.queue_words(endpoint))


def test_workers_that_are_being_destroyed_are_not_called_broken() -> None:
    one = row(worker(1, "destroying"), worker(2, "destroying"), worker(3, "error"))
    assert words.counts([one]) == (
        "1 endpoint, 1 group: 0 ready, 0 starting, 0 off, 1 broken, 2 being destroyed"
    )
    assert words.workers_words(one) == "1 broken, 2 being destroyed"
    lines = worker_lines([one], {})
    assert worker_summary(lines, 0) == "3 workers: 1 broken, 2 being destroyed"
    assert [line.of(Kind.BROKEN) for line in lines] == [0, 0, 1]
    assert one.settles
