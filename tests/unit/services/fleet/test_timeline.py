from __future__ import annotations

from msgspec.structs import replace

from tests.support.fleet_rows import NOW, fleet_of, fleet_row
from vasttui.models.status import Phase
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.services.fleet.timeline import Timeline


def reading(number: int, *rows: FleetRow) -> Fleet:
    return replace(fleet_of(*rows), number=number, as_of_wall=NOW + number)


def test_a_change_of_state_is_noted_once_with_its_time_and_the_message() -> None:
    timeline = Timeline()
    loading = fleet_row(7, Phase.LOADING, status_msg="Download complete")
    timeline.add(reading(1, loading))
    timeline.add(reading(2, loading))
    timeline.add(reading(3, fleet_row(7, Phase.RUNNING, status_msg="success")))
    timeline.add(reading(3, fleet_row(7, Phase.RUNNING, status_msg="success")))
    first, second = timeline.of(7)
    assert (first.at, first.text) == (NOW + 1, "loading when first seen  Download complete")
    assert (second.at, second.text) == (NOW + 3, "loading → running")


def test_an_instance_that_appears_later_was_not_there_before() -> None:
    timeline = Timeline()
    timeline.add(reading(1))
    timeline.add(reading(2, fleet_row(7, Phase.PROVISIONING, status_msg=None)))
    assert [event.text for event in timeline.of(7)] == ["creating"]


def test_what_is_gone_is_forgotten_and_the_rest_is_bounded() -> None:
    timeline = Timeline()
    timeline.add(reading(1, fleet_row(7), fleet_row(8)))
    for number in range(80):
        timeline.note(8, NOW, f"note {number}")
    timeline.add(reading(2, fleet_row(8)))
    assert timeline.of(7) == ()
    assert len(timeline.of(8)) == 50
    assert timeline.of(8)[-1].text == "note 79"
