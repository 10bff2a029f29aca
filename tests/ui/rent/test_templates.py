"""The template dialog of a rental: whose templates it lists, and what is chosen."""

from __future__ import annotations

from textual.widgets import Input, OptionList

from tests.support.stage import Stage, stage
from vasttui.ui.rent.dialog import RentModal

FIRST = 2


async def open_dialog(running: Stage) -> RentModal:
    await running.settle()
    await running.dialog("n")
    modal = running.app.screen
    assert isinstance(modal, RentModal)
    return modal


async def test_own_templates_come_later_and_do_not_move_what_is_chosen() -> None:
    async with stage(instances=FIRST) as running:
        running.world.plan("account", ["stall"])
        modal = await open_dialog(running)
        modal.query_one("#template").focus()
        await running.press("enter")
        await running.until(lambda: "PyTorch (Vast)" in running.text)
        await running.press("down")
        chooser = running.app.screen.query_one(OptionList)
        before = chooser.highlighted_option
        assert before is not None
        await running.until(lambda: "vllm-mine" in running.text)
        after = chooser.highlighted_option
        assert after is not None
        assert after.id == before.id
        assert "yours" in running.text


async def test_two_templates_with_one_hash_are_two_lines() -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        modal.query_one("#template").focus()
        await running.press("enter")
        await running.until(lambda: "train-base" in running.text)
        await running.type("train-base")
        await running.until(lambda: "2 templates" in running.text)
        await running.press("enter")
        await running.until(lambda: running.app.screen is modal)
        assert modal.query_one("#in_disk", Input).value == "60"


async def test_templates_of_others_are_found_by_a_part_of_their_name_and_by_their_hash() -> None:
    async with stage(instances=FIRST) as running:
        theirs = next(one for one in running.world.templates.snapshot()[0] if "web" in one.name)
        for words in ("web page", theirs.hash_id):
            modal = await open_dialog(running)
            modal.query_one("#template").focus()
            await running.press("enter")
            await running.type(words)
            await running.until(lambda: "vLLM with a web page" in running.text)
            await running.press("escape", "escape")
            await running.until(lambda: len(running.app.screen_stack) == 1)
