"""The rent dialog on screens of every size."""

from __future__ import annotations

import re

import pytest
from textual.widgets import Static

from tests.support.rent_dialog import open_dialog, put, read_again_as
from tests.support.stage import stage

FIRST = 4
"""Instances at the start."""


@pytest.mark.parametrize(
    "size",
    [
        (60, 20), (60, 30), (80, 24), (100, 29), (100, 30), (100, 33), (120, 30), (120, 36),
        (140, 40),
    ],
)  # fmt: skip
async def test_nothing_pushes_its_buttons_and_keys_out(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(instances=FIRST, size=size) as running:
        modal = await open_dialog(running)
        shown = modal.offer

        def is_whole() -> bool:
            parts = ("[ Cancel ]", "[ Rent for ", "esc close", "checked ")
            return all(part in running.text for part in parts)

        assert is_whole()
        running.clock.advance(7_500.0)
        put(running, "image", "me/img:cuda-99.9")
        put(running, "disk", "many")
        await running.pause(2.0)
        assert "checked 2h0" in running.text
        assert is_whole()
        put(running, "disk", "30")
        read_again_as(
            monkeypatch, shown, gpu_name="RTX 2060 SUPER", num_gpus=shown.num_gpus + 1,
            cuda_max_good=1.0, inet_up_cost=9.0, inet_down_cost=9.0, geolocation="Elsewhere, XX",
            reliability=0.1, end_date=shown.end_date and shown.end_date - 9e5,
        )  # fmt: skip
        modal.query_one("#rent").focus()
        await running.press("enter")
        await running.until(lambda: "Changed since" in running.text)
        assert is_whole()
        assert " to accept." in running.text


@pytest.mark.parametrize("size", [(120, 36), (100, 30), (80, 24)])
async def test_the_button_is_as_wide_as_its_price(size: tuple[int, int]) -> None:
    async with stage(instances=FIRST, size=size) as running:
        await open_dialog(running)
        put(running, "disk", "99999")
        await running.pause(0.2)
        line = next(line for line in running.text.splitlines() if "[ Rent for $" in line)
        assert re.search(r"\[ Rent for \$\d+\.\d+/h \]", line), line


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
