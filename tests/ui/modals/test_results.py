"""The list of results: each name is told from the others, and nothing private shows."""

from __future__ import annotations

import re

from textual.content import Content

from tests.support.stage import stage
from tests.ui.instances.test_instances import contract, on
from vasttui.services.actions.results import Results
from vasttui.services.actions.state import ActionState, Step
from vasttui.ui.modals.choose import ChooseModal, MenuItem
from vasttui.ui.modals.results import ResultsModal

LONG = "train-resnet50-imagenet-run"


def result(id: int, name: str, sentence: str = "It was refused.") -> ActionState:
    return ActionState(id, name, "stop", Step.REFUSED, sentence)


async def test_names_that_would_look_alike_have_the_end_of_their_id() -> None:
    names = {1_110_642: f"{LONG}-a", 1_110_643: f"{LONG}-b", 1_117_777: "eval"}
    async with stage() as running:
        states = tuple(result(id, name) for id, name in names.items())
        running.app.push_screen(ResultsModal(Results(None, states)))
        await running.pause()
        assert "…0642" in running.text
        assert "…0643" in running.text
        assert "eval " in running.text
        assert "…7777" not in running.text


async def test_what_is_private_is_covered_before_it_is_wrapped_or_cut() -> None:
    sentence = "The login ssh -p 40022 root@198.51.100.234 was refused by 198.51.100.234."
    results = Results(None, (result(7, "eval", sentence),))
    menu = ChooseModal("Ways", [MenuItem(Content("one"), Content(sentence))])
    async with stage() as running:
        await running.press("P")
        for modal in (ResultsModal(results), menu):
            running.app.push_screen(modal)
            for width in range(60, 110, 7):
                await running.pilot.resize_terminal(width, 30)
                await running.pause()
                assert re.search(r"\d{1,3}\.\d|40022|root", running.text) is None, running.text


async def test_instances_of_one_label_are_told_apart_wherever_they_are_named() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await on(running, "train-a")
        number = contract(running, "train-a").id
        for one in running.world.contracts.all(running.clock.now()):
            one.label = "batch"
        await running.poll()
        assert {row.instance.name for row in running.app.fleet.rows} == {"batch"}
        await running.dialog("t")
        assert f"Stop batch …{number % 10_000:04}" in running.text
        await running.press("right", "enter")
        await running.until(lambda: f"batch …{number % 10_000:04}" in running.said, step=0.5)
