"""A pasted search of the official client."""

from __future__ import annotations

from textual.events import Paste

from tests.support.stage import stage
from vasttui.models.money import Usage
from vasttui.models.search import SearchOptions


async def test_it_sets_filter_switches_and_order_and_says_what_it_leaves_out() -> None:
    async with stage(query="cc:SE", size=(140, 40)) as running:
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
        assert "datacenter → verified, on-demand → interruptible, 60 GB → 80 GB" in running.text
        assert "Left out: --limit 3, order by rn." in running.text
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


async def test_what_it_changes_is_said_and_esc_undoes_it() -> None:
    async with stage(size=(120, 36)) as running:
        offers = running.app.offers
        before = offers.browse.sort
        await running.press("h", "slash")
        await running.burst(Paste("vastai search offers 'num_gpus=1 gpu_name=RTX_4090' -o dph-"))
        await running.pause()
        assert "Set by the command: datacenter → verified; esc undoes it." in running.text
        assert "[verified]" in running.text
        assert offers.browse.sort != before
        await running.press("escape")
        assert (offers.bar.text, offers.browse.sort) == ("", before)
        assert offers.browse.choice.trust == "datacenter"
        assert "[datacenter]" in running.text
        assert "Set by the command" not in running.text


async def test_esc_undoes_a_command_without_rules_and_several_of_them() -> None:
    async with stage(choice=SearchOptions("bid", "datacenter")) as running:
        offers = running.app.offers
        for command in ("vastai search offers n=1", "vastai search offers --storage 70"):
            await running.press("slash", "end")
            await running.burst(Paste(command))
            await running.pause()
        assert offers.browse.choice == SearchOptions(usage=Usage(disk=70))
        await running.press("enter", "escape")
        assert offers.browse.choice == SearchOptions("bid", "datacenter")


async def test_what_esc_undid_is_brought_back_whole_and_undone_again() -> None:
    async with stage() as running:
        offers = running.app.offers
        before = offers.browse.choice, offers.browse.sort
        await running.press("slash")
        await running.burst(Paste("vastai search offers 'num_gpus=1' -i --storage 80 -o dph-"))
        await running.pause()
        command = offers.browse.choice, offers.browse.sort
        assert (command[0].rental, command[0].usage.disk, command[1]) == (
            "bid", 80, (("price", True),)
        )  # fmt: skip
        for _ in range(2):
            await running.press("escape")
            assert (offers.bar.text, offers.browse.choice, offers.browse.sort) == ("", *before)
            await running.press("slash", "tab")
            assert offers.bar.text == "num_gpus=1"
            assert (offers.browse.choice, offers.browse.sort) == command
        await running.press("escape", "h", "slash", "tab")
        assert offers.bar.text == "num_gpus=1"
        assert (offers.browse.choice.rental, offers.browse.choice.trust) == (
            "on-demand", "datacenter"
        )  # fmt: skip


async def test_esc_leaves_a_choice_that_was_made_after_it() -> None:
    async with stage() as running:
        await running.press("slash")
        await running.burst(Paste("vastai search offers 'num_gpus=1' -i"))
        await running.pause()
        await running.press("enter", "h", "escape")
        choice = running.app.offers.browse.choice
        assert (choice.rental, choice.trust) == ("bid", "datacenter")


async def test_the_chip_says_whose_offers_are_listed() -> None:
    async with stage() as running:
        await running.press("slash")
        command = "vastai search offers 'num_gpus>=4 gpu_name=RTX_4090 verified=any'"
        await running.burst(Paste(command))
        for size, said in (((120, 36), "[any host]"), ((80, 24), " any ")):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert said in "\n".join(running.text.splitlines()[1:3]), size
            assert "[verified]" not in running.text, size
        await running.press("enter", "h")
        for size in ((80, 24), (120, 36)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert "Hosts: datacenter, but the filter has its own rule." in running.text, size
        await running.press("escape")
        for size in ((80, 24), (120, 36)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert "any" not in running.app.offers.bar.counts.text, size


async def test_what_is_typed_is_read_at_enter_and_another_command_is_told_where_to_go() -> None:
    async with stage(size=(120, 36)) as running:
        bar = running.app.offers.bar
        await running.press("slash")
        for text in ("vastai", "vastai search offers 'gpu_name=RTX_4090 num_gpus=1' -i"):
            bar.input.value = text
            await running.pause()
        assert "a command of the official client: read when you keep it" in running.text
        assert "No offer matches" not in running.text
        await running.press("enter")
        await running.pause()
        assert bar.text == "gpu_name=RTX_4090 num_gpus=1"
        assert running.app.offers.browse.choice.rental == "bid"
        assert not bar.input.has_focus
        await running.press("slash")
        bar.input.value = "vastai show instances"
        await running.press("enter")
        told = "vastai show instances is a command, not a filter: see Instances, screen 2."
        assert told in running.said
        assert bar.input.has_focus
        bar.input.value = "vastai search offers 'num_gpus=1"
        await running.press("enter")
        assert "A quote of the command is not closed." in running.said
