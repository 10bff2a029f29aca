"""What a key costs a slow line and a busy computer: bytes, and layouts of the screen."""

from __future__ import annotations

import asyncio
from statistics import median

import pytest

from tests.support.stage import Stage, stage
from tests.support.virtual_time import VirtualLoop
from vasttui.ui.lists.table import VirtualTable
from vasttui.ui.offers.view import OffersView

_FILTER = [*"gpu", "colon", *"4090", "space", *"n", "equals_sign", "1", *["backspace"] * 8]


async def costs(running: Stage, sent: list[str], keys: list[str]) -> list[int]:
    """The bytes for each of these keys, with what follows it; none of them lays out the screen."""
    layouts, found = list[object](), list[int]()
    signal = running.app.screen.screen_layout_refresh_signal
    signal.subscribe(running.app, layouts.append, immediate=True)
    for key in keys:
        sent.clear()
        await running.press(key)
        found.append(len("".join(sent).encode()))
    signal.unsubscribe(running.app)
    assert layouts == []
    return found


async def test_a_key_of_the_offers_costs_few_bytes_and_no_layout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    sent = list[str]()
    async with stage(size=(140, 36), offers=600, every_frame=sent) as running:
        cursor = await costs(running, sent, ["down"] * 15 + ["up"] * 5)
        assert 0 < max(cursor) < 2_500
        await running.press("pagedown", "pagedown")
        assert running.app.screen.query_one(VirtualTable).top
        scrolled = await costs(running, sent, ["down"] * 10)
        assert max(cursor) < median(scrolled) < max(scrolled) < 7_000
        order = await costs(running, sent, ["I", ">", "I", "<"])
        assert 0 < max(order) < 7_000
        await running.press("g", "slash")
        typed = await costs(running, sent, _FILTER)
        assert 0 < median(typed) < 1_000
        assert max(typed) < 9_000


async def test_the_cursor_does_not_wait_for_the_details() -> None:
    sent = list[str]()
    async with stage(every_frame=sent) as running:
        sent.clear()
        await running.press("down")
        frames = [text for text in sent if "▶" in text or "╭" in text]
        assert ["▶" in frame for frame in frames] == [True, False]
        assert ["╭" in frame for frame in frames] == [False, True]


class SlowlySent(list[str]):
    """What is sent: each takes 20 ms. `at` is when the last was."""

    at = 0.0

    def append(self, text: str) -> None:
        super().append(text)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.spend(0.02)
        self.at = loop.time()


async def test_the_details_wait_until_a_slow_frame_is_with_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent, waited, show = SlowlySent(), list[float](), OffersView.show_detail

    def note(view: OffersView) -> None:
        waited.append(asyncio.get_running_loop().time() - sent.at)
        show(view)

    async with stage(every_frame=sent) as running:
        await running.settle()
        monkeypatch.setattr(OffersView, "show_detail", note)
        sent.clear()
        await running.press("down")
        await running.until(lambda: bool(waited))
    assert "▶" in "".join(sent)
    assert waited[0] >= 0.01
