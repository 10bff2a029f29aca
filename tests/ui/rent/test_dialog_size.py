"""The rent dialog on screens of every size."""

from __future__ import annotations

import re

import pytest
from textual.events import Paste
from textual.widgets import Static

from tests.support.rent_dialog import open_dialog, put, read_again_as
from tests.support.stage import stage
from vasttui.models.search import SearchOptions

FIRST = 4
"""Instances at the start."""


async def test_nothing_pushes_its_buttons_and_keys_out(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = (
        (60, 20), (60, 30), (80, 24), (100, 29), (100, 30), (100, 33), (120, 30), (140, 40),
        (120, 36),
    )  # fmt: skip
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        shown = modal.offer

        async def is_whole() -> None:
            for size in sizes:
                await running.pilot.resize_terminal(*size)
                await running.pause(0.5)
                for part in ("[ Cancel ]", "[ Rent for ", "esc close", "checked "):
                    assert part in running.text, (size, part)

        await is_whole()
        running.clock.advance(7_500.0)
        put(running, "image", "me/img:cuda-99.9")
        put(running, "disk", "many")
        await running.pause(2.0)
        assert "checked 2h0" in running.text
        await is_whole()
        put(running, "disk", "30")
        read_again_as(
            monkeypatch, shown, gpu_name="RTX 2060 SUPER", num_gpus=shown.num_gpus + 1,
            cuda_max_good=1.0, inet_up_cost=9.0, inet_down_cost=9.0, geolocation="Elsewhere, XX",
            reliability=0.1, end_date=shown.end_date and shown.end_date - 9e5,
        )  # fmt: skip
        modal.query_one("#rent").focus()
        await running.press("enter")
        await running.until(lambda: "Changed since" in running.text)
        await is_whole()
        assert " to accept." in running.text


async def test_button_hints_and_what_is_wrong_have_the_room_they_need() -> None:
    async with stage(instances=FIRST, size=(140, 40)) as running:
        modal = await open_dialog(running)
        hints = (
            "GB, cannot be", "besides 22", "values are hidden", "for a private registry",
            "runs at every start", "hours after renting", "hours after each start",
        )  # fmt: skip
        lines = running.text.splitlines()
        assert len({line.index(hint) for hint in hints for line in lines if hint in line}) == 1

        put(running, "disk", "99999")
        for size in ((120, 36), (100, 30), (80, 24)):
            await running.pilot.resize_terminal(*size)
            await running.pause(0.2)
            line = next(line for line in running.text.splitlines() if "[ Rent for $" in line)
            assert re.search(r"\[ Rent for \$\d+\.\d+/h \]", line), (size, line)

        modal.query_one("#in_image").focus()
        await running.burst(Paste("one\ntwo"))
        for size in ((60, 20), (140, 40)):
            await running.pilot.resize_terminal(*size)
            await running.pause(0.2)
            said = " ".join(re.sub("[│▄▁▂▃▅▆▇█]", " ", running.text).split())
            words = "✖ 2 lines were pasted; this takes one. Nothing was inserted."
            assert words in said, size


async def test_no_word_is_cut_on_a_small_screen() -> None:
    async with stage(instances=FIRST, size=(60, 20)) as running:
        modal = await open_dialog(running)
        seen = set()
        for _ in range(14):
            await running.press("tab")
            await running.pause()
            seen |= {line.strip("│▄▁▂▃▅▆▇█ ") for line in running.text.splitlines()[1:-1]}
        words = "\n".join(seen)
        assert "SSH keys    [ ] laptop  not checked in the demo" in words
        assert "HF_TOKEN=… MODE=train   values are hidden" in words
        assert not re.search(r"\w…", words.replace("HF_TOKEN=…", ""))
        first = modal.query_one("#offer", Static)
        assert first.size.height == 1


@pytest.mark.parametrize(("first", "then"), [((60, 20), (140, 40)), ((140, 40), (60, 20))])
async def test_after_a_resize_it_is_as_if_it_had_been_opened_so(
    first: tuple[int, int], then: tuple[int, int]
) -> None:
    texts = []
    for size in (then, first):
        async with stage(instances=FIRST, size=size) as running:
            await open_dialog(running)
            await running.pause(0.5)
            await running.pilot.resize_terminal(*then)
            await running.pause(0.5)
            texts.append(re.sub(r"checked \ds ago", "checked now", running.text))
    assert texts[0] == texts[1]


async def test_a_warning_that_wraps_stays_out_of_the_column_of_titles() -> None:
    async with stage(instances=FIRST, size=(100, 30), choice=SearchOptions("reserved")) as running:
        await open_dialog(running)
        lines = [line.partition("│")[2] for line in running.text.splitlines()]
        at = next(at for at, line in enumerate(lines) if line.startswith(" Type "))
        assert "⚠ reserved is paid ahead" in "".join(lines[at : at + 2])
        assert lines[at + 1].startswith(" " * 13)


async def test_many_changes_and_the_buttons_are_on_the_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        read_again_as(
            monkeypatch, modal.offer, gpu_name="RTX 5060 Ti", gpu_ram=1, cpu_arch="arm64",
            geolocation="Quebec, CA", verification="deverified", reliability=0.5, end_date=1.0,
            inet_down_cost=0.9, inet_up_cost=0.9, machine_id=1, host_id=1, direct_port_count=0,
        )  # fmt: skip
        await running.press("tab", "enter")
        await running.until(lambda: "again to accept" in running.text or "accept." in running.text)
        for size in ((120, 36), (100, 30), (80, 24)):
            await running.pilot.resize_terminal(*size)
            await running.pause(0.2)
            words = " ".join(running.text.replace("│", " ").split())
            for change in (
                "RTX 5060 Ti", "Quebec, CA", "→ deverified", "→ 50.0 %", "Upload", "proxy.",
                "[ Cancel ]", "[ Rent for $", "accept",
            ):  # fmt: skip
                assert change in words, (size, change)
