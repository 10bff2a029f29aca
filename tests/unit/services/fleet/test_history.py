from __future__ import annotations

from msgspec.structs import replace

from tests.support.fleet_rows import fleet_of, fleet_row
from vasttui.services.fleet.history import KEPT, History, Sample
from vasttui.services.fleet.snapshot import Fleet, FleetRow


def reading(number: int, *rows: FleetRow) -> Fleet:
    return replace(fleet_of(*rows), number=number)


def test_every_whole_reading_is_one_sample_of_each_instance() -> None:
    history = History()
    history.add(reading(1, fleet_row(1, gpu_util=10.0), fleet_row(2)))
    history.add(reading(2, fleet_row(1, gpu_util=20.0, vmem_usage=None), fleet_row(2)))
    first, second = history.of(1)
    assert (first.gpu_util, second.gpu_util, second.vmem_usage) == (10.0, 20.0, None)
    assert len(history.of(2)) == 2


def test_a_sample_is_what_the_instance_says() -> None:
    history = History()
    row = fleet_row(1, gpu_util=1.0, vmem_usage=3.0, disk_usage=4.0)
    history.add(reading(1, row))
    assert history.of(1) == (Sample(1.0, 3.0, 4.0),)


def test_news_that_are_no_reading_are_no_sample() -> None:
    history = History()
    fleet = reading(1, fleet_row(1))
    history.add(Fleet(rows=fleet.rows))
    history.add(fleet)
    history.add(replace(fleet, busy=True))
    history.add(replace(fleet, failures=3))
    assert len(history.of(1)) == 1


def test_the_newest_samples_are_kept() -> None:
    history = History()
    for number in range(1, KEPT + 51):
        history.add(reading(number, fleet_row(1, gpu_util=float(number))))
    kept = history.of(1)
    assert len(kept) == KEPT
    assert (kept[0].gpu_util, kept[-1].gpu_util) == (51.0, KEPT + 50.0)


def test_instances_that_are_gone_are_forgotten() -> None:
    history = History(kept=3)
    for number in range(1, 1_000):
        history.add(reading(number, fleet_row(number), fleet_row(number + 1)))
    known = [number for number in range(1, 1_002) if history.of(number)]
    assert known == [999, 1_000]
    history.add(reading(1_001, fleet_row(1)))
    assert len(history.of(1)) == 1


def test_what_was_handed_out_does_not_change() -> None:
    history = History()
    history.add(reading(1, fleet_row(1)))
    before = history.of(1)
    history.add(reading(2, fleet_row(1)))
    assert len(before) == 1


def test_nothing_is_known_of_an_instance_that_was_never_seen() -> None:
    assert History().of(1) == ()
