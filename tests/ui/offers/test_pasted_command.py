"""A pasted search of the official client."""

from __future__ import annotations

from textual.events import Paste

from tests.support.stage import stage


async def test_it_sets_filter_switches_and_order_and_says_what_it_leaves_out() -> None:
    async with stage(query="cc:SE") as running:
        offers = running.app.offers
        await running.press("h", "slash")
        command = "vastai search offers 'num_gpus=1' -i --storage 80 -o 'total_flops-,rn' --limit 3"
        await running.burst(Paste(command))
        await running.pause()
        assert offers.bar.text == "num_gpus=1"
        choice = offers.browse.choice
        assert (choice.rental, choice.trust, choice.usage.disk) == ("bid", "verified", 80)
        assert choice.usage.down == 50
        assert offers.browse.sort == (("total_flops", True),)
        assert "Left out of the command: --limit 3, order by rn." in running.text
        await running.settle()
        flops = [row.offer.total_flops or 0.0 for row in offers.browse.rows]
        assert flops == sorted(flops, reverse=True)
        assert {row.offer.num_gpus for row in offers.browse.rows} == {1}


async def test_without_defaults_every_host_is_searched() -> None:
    async with stage() as running:
        await running.press("slash")
        await running.burst(Paste("vastai search offers -n"))
        browse = running.app.offers.browse
        await running.until(
            lambda: "unverified" in {row.offer.verification for row in browse.rows}, step=0.2
        )
        assert running.app.offers.bar.text == "verified=any external=any rentable=any"
