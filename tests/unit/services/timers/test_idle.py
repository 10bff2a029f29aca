"""A GPU is idle by readings with a sample, and by nothing else."""

from __future__ import annotations

from msgspec.structs import replace

from tests.support.fleet_rows import NOW, fleet_row
from vasttui.models.bill import Bill
from vasttui.models.status import Phase
from vasttui.models.timer import Idle
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.services.timers.idle import IdleNotice, IdleWatch

RULE = Idle(5.0, 20.0)


class Readings:
    """Readings of one instance, a minute apart."""

    def __init__(self, rules: dict[int, Idle] | None = None, usual: Idle | None = RULE) -> None:
        self.watch = IdleWatch(rules or {}, usual)
        self.minute = 0.0
        self.number = 0

    def read(self, row: FleetRow, minutes: float = 1.0) -> list[IdleNotice]:
        self.minute += minutes
        self.number += 1
        at = self.minute * 60
        fleet = Fleet(rows=(row,), number=self.number, as_of=at, as_of_wall=NOW + at)
        found = self.watch.see(fleet)
        assert self.watch.see(fleet) == []  # the same reading again is none
        return found

    def many(self, count: int, use: float | None) -> int:
        """How many notices so many readings of this use made."""
        return sum(len(self.read(fleet_row(gpu_util=use))) for _ in range(count))


def test_twenty_minutes_under_five_percent_are_told_once_per_spell() -> None:
    seen = Readings()
    assert seen.many(20, 4.9) == 0
    [notice] = seen.read(fleet_row(gpu_util=0.0, bill=Bill(0.29, 0.01)))
    assert notice.sentence == "Its GPU has been under 5 % for 20 min ($0.10)."
    assert notice.since == NOW + 60
    assert seen.many(60, 1.0) == 0
    assert [one.minutes for one in seen.watch.notices] == [80.0]
    assert seen.many(1, 5.0) == 0  # used: the spell is over
    assert seen.watch.notices == []
    assert seen.many(30, 0.0) == 1


def test_a_reading_without_a_sample_neither_counts_nor_ends_it() -> None:
    seen = Readings()
    assert seen.many(200, None) == 0
    assert seen.many(10, 1.0) == 0
    assert seen.many(2, None) == 0
    assert seen.many(8, 1.0) == 0
    assert seen.many(2, 1.0) == 1  # 20 minutes from the first to the last sample
    seen.many(2, None)
    [notice] = seen.watch.notices
    assert notice.minutes == 21.0
    seen.many(30, None)
    assert seen.watch.notices == []


def test_time_without_a_sample_is_not_idle_time() -> None:
    seen = Readings()
    assert seen.many(15, 1.0) == 0
    seen.read(fleet_row(gpu_util=1.0), minutes=30)  # the computer slept
    assert seen.many(19, 1.0) == 0
    assert seen.many(1, 1.0) == 1


def test_what_does_not_run_is_not_idle() -> None:
    seen = Readings()
    assert seen.many(15, 1.0) == 0
    seen.read(fleet_row(phase=Phase.STOPPED, gpu_util=0.0))
    assert seen.many(19, 1.0) == 0
    row = fleet_row(gpu_util=1.0)
    assert len(seen.read(replace(row, gone=True))) == 0
    assert seen.watch.notices == []


def test_each_instance_may_have_a_rule_of_its_own() -> None:
    seen = Readings({fleet_row().id: Idle(10.0, 5.0)}, None)
    assert seen.many(5, 9.0) == 0
    [notice] = seen.read(fleet_row(gpu_util=9.0, num_gpus=2, bill=Bill(None, 0.0)))
    assert notice.sentence == "Its GPUs have been under 10 % for 5 min."
    assert Readings({}, None).many(99, 0.0) == 0


def test_long_spells_are_told_in_hours() -> None:
    seen = Readings()
    seen.many(190, 0.0)
    [notice] = seen.watch.notices
    assert "for 3 h (" in notice.sentence
