"""The state of a rental after one of its instances was destroyed."""

from __future__ import annotations

from vasttui.services.renting.rental import KeyTrouble, RentState, RentStep

TWO = RentState(
    intent=1, ask=5, name="job", step=RentStep.DONE, sentence="It runs.", opened_at=0.0,
    instance_id=7, duplicates=(8,), differences=("Another GPU.",), key_trouble=KeyTrouble("no key"),
)  # fmt: skip


def test_the_other_instance_is_what_is_left() -> None:
    left = TWO.without(7)
    assert (left.instance_id, left.duplicates) == (8, ())
    left = TWO.without(8)
    assert (left.instance_id, left.duplicates) == (7, ())
    assert left.is_alarm


def test_without_its_last_instance_it_is_over_and_no_alarm() -> None:
    left = TWO.without(7).without(8)
    assert left.step is RentStep.GONE
    assert not left.is_alarm


def test_a_stranger_s_instance_changes_nothing() -> None:
    assert TWO.without(9) is TWO
