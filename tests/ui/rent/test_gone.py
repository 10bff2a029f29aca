"""Of an offer that is gone no cause is claimed: the service tells none."""

from __future__ import annotations

import re

import pytest

from tests.support.rent_dialog import open_dialog, read_again_as
from tests.support.stage import stage

CAUSES = re.compile(
    r"some(body|one)|another user|else|taken|sold|was rented|is rented|been rented|withdr|outbid"
    r"|delisted|because|by another|went away|maintenance", re.I,
)  # fmt: skip


@pytest.mark.parametrize("how", ["when read again", "no gpu", 404, 410])
async def test_of_an_offer_that_is_gone_no_cause_is_named(
    how: str | int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage() as running:
        modal = await open_dialog(running)
        before = set(running.text.split("\n"))
        if how == "when read again":
            read_again_as(monkeypatch, None)
        elif how == "no gpu":
            world = running.world
            for _ in world.market.settle(running.clock.now()):
                pass
            ask = world.market.find(modal.offer.id)
            assert ask is not None
            world.market.take(ask)
        elif isinstance(how, int):
            running.world.rent_rules.vanished.add(modal.offer.id)
            running.world.rent_rules.gone = how
        await running.press("tab", "enter")
        await running.until(lambda: "no longer available" in running.text)
        told = "\n".join(set(running.text.split("\n")) - before) + running.said
        assert CAUSES.search(told) is None, told
        await running.press("escape")
        await running.until(lambda: running.app.screen is not modal)
        assert CAUSES.search(running.said) is None, running.said
        await running.press("!")
        assert CAUSES.search(running.text) is None, running.text
