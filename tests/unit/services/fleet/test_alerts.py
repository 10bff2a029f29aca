"""Alerts: each change once, nothing at the start, nothing that flickers."""

from __future__ import annotations

from itertools import count

import pytest
from msgspec import structs
from msgspec.structs import replace

from tests.support.fleet_rows import fleet_row
from vasttui.models.account import Account
from vasttui.models.bill import Burn
from vasttui.models.status import Phase
from vasttui.services.fleet.alerts import QUIET, FleetAlerts
from vasttui.services.fleet.snapshot import Fleet

NOW = 1_800_000_000.0


class Watch:
    """One watcher and the snapshots that it sees, a minute and a second apart."""

    def __init__(self) -> None:
        self.alerts = FleetAlerts()
        self.numbers = count(1)
        self.now = NOW

    def see(self, *phases: Phase, after: float = QUIET + 1, **fleet: object) -> list[str]:
        self.now += after
        rows = tuple(fleet_row(at, phase) for at, phase in enumerate(phases, 1))
        snapshot = Fleet(rows=rows, number=next(self.numbers), as_of=1.0, **fleet)  # type: ignore[arg-type]
        return [one.kind for one in self.alerts.of(snapshot, self.now)]


@pytest.mark.parametrize(
    ("before", "now", "kinds"),
    [
        (Phase.RUNNING, Phase.EXITED, ["exited"]),
        (Phase.LOADING, Phase.FAILED, ["exited"]),
        (Phase.EXITED, Phase.FAILED, []),
        (Phase.RUNNING, Phase.OUTBID, ["outbid"]),
        (Phase.RUNNING, Phase.OFFLINE, ["offline"]),
        (Phase.STOPPED, Phase.OFFLINE, ["offline"]),
        (Phase.LOADING, Phase.RUNNING, ["ready"]),
        (Phase.SCHEDULING, Phase.RUNNING, ["ready"]),
        (Phase.OFFLINE, Phase.RUNNING, ["ready"]),
        (Phase.RUNNING, Phase.RUNNING, []),
        (Phase.STOPPING, Phase.RUNNING, []),
        (Phase.NO_SIGNAL, Phase.RUNNING, []),
        (Phase.UNREADABLE, Phase.RUNNING, []),
        (Phase.RUNNING, Phase.STOPPING, []),
        (Phase.STOPPING, Phase.STOPPED, []),
        (Phase.PROVISIONING, Phase.LOADING, []),
    ],
)
def test_what_alerts(before: Phase, now: Phase, kinds: list[str]) -> None:
    watch = Watch()
    assert watch.see(before) == []
    assert watch.see(now) == kinds
    assert watch.see(now) == []


@pytest.mark.parametrize("phase", list(Phase))
def test_how_it_was_at_the_start_is_no_change(phase: Phase) -> None:
    assert Watch().see(phase) == []


def test_an_instance_that_turns_up_broken_or_ready_alerts() -> None:
    watch = Watch()
    watch.see()
    assert watch.see(Phase.LOADING) == []
    assert watch.see(Phase.LOADING, Phase.FAILED) == ["exited"]


def test_a_state_that_flickers_alerts_once_a_minute() -> None:
    watch = Watch()
    watch.see(Phase.RUNNING)
    flicker = [phase for _ in range(5) for phase in (Phase.OFFLINE, Phase.RUNNING)]
    kinds = [kind for phase in flicker for kind in watch.see(phase, after=5.0)]
    assert kinds == ["offline", "ready"]
    assert watch.see(Phase.OFFLINE) == ["offline"]


def test_the_same_reading_again_tells_nothing() -> None:
    watch = Watch()
    watch.see(Phase.RUNNING)
    gone = Fleet(rows=(fleet_row(1, Phase.EXITED),), number=2, as_of=2.0)
    assert len(watch.alerts.of(gone, NOW + 99)) == 1
    assert watch.alerts.of(structs.replace(gone, busy=True), NOW + 999) == []


def test_money_alerts_when_it_gets_short_and_when_it_gets_shorter() -> None:
    watch, burn = Watch(), Burn(gpu=1.0)
    credits = [100.0, 11.0, 10.0, 3.0, 2.0, None, 2.0, 50.0, 11.0]
    kinds = [
        watch.see(account=Account(id=1, credit=credit), burn=burn) == ["money"]
        for credit in credits
    ]
    assert kinds == [False, True, False, True, False, False, False, False, True]


def test_money_that_was_short_at_the_start_or_is_unknown_is_no_change() -> None:
    watch, burn = Watch(), Burn(gpu=1.0)
    assert watch.see(burn=burn) == []
    assert watch.see(account=Account(id=1, credit=1.0), burn=burn) == []


def test_the_sentences_are_those_of_the_inbox() -> None:
    watch = FleetAlerts()
    watch.of(Fleet(rows=(fleet_row(1, Phase.RUNNING), fleet_row(2, Phase.LOADING)), number=1), NOW)
    rows = (fleet_row(1, Phase.OFFLINE), fleet_row(2, Phase.RUNNING))
    off, ready = watch.of(Fleet(rows=rows, number=2), NOW)
    assert off.whole.endswith(
        ": The host is offline; nothing is billed meanwhile. Wait for it to come back."
    )
    assert off.short == f"{off.name} offline"
    assert ": Running" in ready.whole


def test_a_worker_that_runs_is_not_called_ready() -> None:
    watch = FleetAlerts()
    watch.of(Fleet(rows=(fleet_row(1, Phase.LOADING),), number=1), NOW)
    worker = structs.replace(fleet_row(1, Phase.RUNNING), endpoint="llama-70b")
    [one] = watch.of(Fleet(rows=(worker,), number=2), NOW)
    assert one.kind == "ready"
    assert one.short == f"{one.name} running"


def test_instances_of_one_name_are_told_apart() -> None:
    rows = [fleet_row(12_300_642, Phase.RUNNING), fleet_row(12_300_007, Phase.RUNNING)]
    alike = tuple(
        structs.replace(row, instance=replace(row.instance, label="batch")) for row in rows
    )
    alerts = FleetAlerts()
    alerts.of(Fleet(rows=alike, number=1, as_of=1.0), NOW)
    now = tuple(structs.replace(row, phase=Phase.OFFLINE) for row in alike)
    found = alerts.of(Fleet(rows=now, number=2, as_of=2.0), NOW + 99)
    assert [one.name for one in found] == ["batch …0642", "batch …0007"]
