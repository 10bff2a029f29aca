"""The keys of a row inside the details and the comparison of offers."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from tests.support.stage import Stage, stage
from vasttui.models.money import PricedOffer
from vasttui.ui.offers.compare import CompareModal
from vasttui.ui.offers.details_dialog import OfferModal
from vasttui.ui.rent.dialog import RentModal


def current(running: Stage) -> PricedOffer:
    row = running.app.offers.browse.current
    assert row is not None
    return row


def shown(running: Stage) -> int:
    """The id of the offer whose details are shown."""
    modal = running.app.screen
    assert isinstance(modal, OfferModal)
    assert str(current(running).offer.id) in str(modal.query_one("#frame").border_title)
    return current(running).offer.id


async def test_next_previous_copy_avoid_and_rent_are_for_the_offer_that_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage() as running:
        copied: list[str] = []
        monkeypatch.setattr(running.app, "copy_to_clipboard", copied.append)
        ids = [row.offer.id for row in running.app.offers.browse.rows]
        await running.dialog("enter")
        seen = [shown(running)]
        for key in ("j", "j", "k"):
            await running.press(key)
            seen.append(shown(running))
        assert seen == [ids[0], ids[1], ids[2], ids[1]]
        await running.press("escape")
        assert running.app.offers.table.cursor == 1

        await running.dialog("enter")
        await running.press("j", "y")
        await running.until(lambda: copied)
        assert copied == [str(shown(running))]
        assert isinstance(running.app.screen, OfferModal)

        before, machine = shown(running), current(running).offer.machine_id
        await running.press("B")
        assert running.app.session.preferences.current.avoided == frozenset({machine})
        assert shown(running) != before
        assert current(running).offer.machine_id != machine
        assert f"Machine {machine}: avoided, its " in running.said

        await running.press("j")
        offer = shown(running)
        await running.press("n")
        await running.until(lambda: isinstance(running.app.screen, RentModal))
        assert current(running).offer.id == offer


async def test_a_star_is_given_and_shown_without_leaving() -> None:
    async with stage(size=(140, 90)) as running:
        await running.dialog("enter")
        machine = running.app.offers.machine
        assert "flags: none" in running.text
        await running.press("*")
        assert machine in running.app.session.preferences.current.starred
        assert "flags: ★" in running.text
        assert isinstance(running.app.screen, OfferModal)


async def test_in_the_comparison_the_chosen_offer_is_the_one() -> None:
    async with stage() as running:
        await running.press("space", "down", "space", "down")
        marked = [row.offer.id for row in running.app.offers.browse.marked]
        assert len(marked) == 2
        await running.dialog("=")
        assert isinstance(running.app.screen, CompareModal)
        await running.press("right", "*")
        assert current(running).offer.id == marked[1]
        assert current(running).offer.machine_id in (
            running.app.session.preferences.current.starred
        )


async def test_the_details_follow_what_is_remembered_meanwhile() -> None:
    async with stage() as running:
        await running.dialog("enter")
        modal = running.app.screen
        assert isinstance(modal, OfferModal)
        for what in ("memory", "machines", "prices"):
            with patch.object(modal, "redraw") as drawn:
                running.app.app_changed.publish(what)
                await running.pause()
            drawn.assert_called_once_with()
