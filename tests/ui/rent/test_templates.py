"""The template dialog of a rental: whose templates it lists, and what is chosen."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from textual.widgets import Input, OptionList

from tests.support.stage import Stage, stage
from vasttui.models.template import Need, Template
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


async def test_each_need_that_the_host_does_not_meet_is_whole_in_the_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage(instances=FIRST, size=(140, 40)) as running:
        modal = await open_dialog(running)
        assert running.app.live is not None
        usual = running.app.live.api.templates.recommended

        async def templates(me: int | None = None) -> tuple[Template, ...]:
            needs = Need("compute_cap", "gte", 9900.0), Need("num_gpus", "gte", 64.0)
            return tuple(replace(one, needs=needs) for one in await usual(me))

        monkeypatch.setattr(running.app.live.api.templates, "recommended", templates)
        modal.query_one("#template").focus()
        await running.press("enter")
        await running.until(lambda: "⚠ needs GPUs >= 64, this host has 1 " in running.text)
        for size in ((140, 40), (80, 24)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert "⚠ needs GPUs >= 64, this host has 1 " in running.text, size
            lacks = r"⚠ needs compute capability >= 99, this host has \d"
            assert re.search(lacks, running.text), size
            assert running.app.screen.query_one(OptionList).max_scroll_x == 0, size


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


async def test_the_variables_that_an_image_reads_are_explained_while_they_are_typed() -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        entry = modal.query_one("#in_env", Input)
        modal.query_one("#in_image", Input).value = "vastai/vllm:1"
        await running.pause()
        assert entry.placeholder == "VLLM_MODEL=… VLLM_ARGS=…"
        assert "arguments of vllm serve" not in running.text
        entry.focus()
        await running.until(lambda: "arguments of vllm serve" in running.text)
        await running.type("VL")
        await running.press("right")
        assert entry.value == "VLLM_MODEL="
        modal.query_one("#in_label").focus()
        await running.until(lambda: "arguments of vllm serve" not in running.text)


async def test_an_empty_field_says_what_the_template_has() -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        modal.query_one("#template").focus()
        await running.press("enter")
        await running.until(lambda: "vllm-mine" in running.text)
        await running.type("vllm-mine")
        await running.press("enter")
        await running.until(lambda: running.app.screen is modal)
        args, env = (modal.query_one(f"#in_{name}", Input) for name in ("args", "env"))
        await running.until(lambda: "HF_TOKEN" in env.placeholder)
        assert env.placeholder == "besides the template's HF_TOKEN, VLLM_LOGGING"
        assert args.placeholder.startswith("the template's: --model Qwen/Qwen3-8B")
        assert "hf_demo" not in running.text
