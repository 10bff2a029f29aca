"""Every dialog that a key opens keeps its buttons and keys in view, from 60x20 up, also when the
size changes while it is open."""

from __future__ import annotations

from itertools import cycle

import pytest
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input

from tests.support.stage import Stage, stage
from tests.ui.instances.test_instances import on
from vasttui.ui.keys import actions_of
from vasttui.ui.widgets.key_bar import KeyBar

SIZES = ((60, 20), (120, 36), (80, 24), (100, 30))
SKIPPED = {"app.quit", "app.redraw", "app.stop"}


def out_of_view(running: Stage) -> list[str]:
    """The buttons and the last line of the keys that are not, or not whole, on the screen."""
    modal, text = running.app.screen, running.text
    lost = [
        str(one.label)
        for one in modal.query(Button)
        if one.display and not one.disabled and str(one.label) not in text
    ]
    bars = [bar for bar in modal.query(KeyBar) if not modal.region.contains_region(bar.region)]
    closes = "esc" in text or "any key" in text
    return lost + ["keys" for _ in bars] + ([] if closes else ["esc"])


def is_in_view(entry: Input) -> bool:
    return entry.screen.query_one("#scroll").region.contains_region(entry.region)


async def closed(running: Stage) -> None:
    for _ in range(8):
        if len(running.app.screen_stack) == 1:
            return
        await running.press("escape")
    raise AssertionError(f"it does not close:\n{running.text}")


@pytest.mark.parametrize(
    ("place", "screen", "most"),
    [("1", "offers", 9), ("2", "instances", 12), ("6", "ssh_keys", 8)],
)
async def test_at_every_size(place: str, screen: str, most: int) -> None:
    seen: set[str] = set()
    sizes = cycle(SIZES)
    async with stage(instances=6, volumes=2) as running:
        await running.press(place)
        await running.until(lambda: running.app.fleet.account is not None, step=0.5)
        for action in actions_of(screen):
            keys = running.app.keymap.keys(action.id)
            if not keys or action.id in SKIPPED or action.scope == "filter":
                continue
            await running.press(keys[0])
            for _ in range(2):
                modal = running.app.screen
                if not isinstance(modal, ModalScreen):
                    break
                lost = out_of_view(running)
                assert not lost, (action.id, running.app.size, lost, running.text)
                seen.add(type(modal).__name__)
                await running.pilot.resize_terminal(*next(sizes))
                await running.pause()
            if isinstance(running.app.screen, ModalScreen):
                lost = out_of_view(running)
                assert not lost, (action.id, running.app.size, lost, running.text)
            await closed(running)
            if running.app.screen is not running.app.get_screen(screen):
                await running.press(place)
    assert len(seen) >= most, sorted(seen)


async def test_the_focused_field_stays_in_view_at_a_new_size_and_is_there_when_typed_in() -> None:
    async with stage(instances=4) as running:
        for key, name, size in (
            ("n", "onstart", (120, 36)), ("n", "ports", (80, 24)), ("f", "usage_down", (120, 36)),
        ):  # fmt: skip
            await running.pilot.resize_terminal(*size)
            await running.press(key)
            entry = running.app.screen.query_one(f"#in_{name}", Input)
            entry.focus()
            await running.pilot.resize_terminal(60, 20)
            await running.pause()
            assert is_in_view(entry), (name, size)
            scroll = running.app.screen.query_one("#scroll", VerticalScroll)
            scroll.scroll_to(y=0 if scroll.scroll_y else scroll.max_scroll_y, animate=False)
            await running.pause()
            assert not is_in_view(entry), name
            await running.press("7")
            await running.pause()
            assert is_in_view(entry), name
            await closed(running)


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_resized_it_is_as_if_it_had_been_opened_so(size: tuple[int, int]) -> None:
    async with stage(instances=4, size=size) as running:
        await running.instances()
        await on(running, "train-a")
        for key in "H$":
            seen = []
            for first in (size, (120, 36)):
                await running.pilot.resize_terminal(*first)
                await running.dialog(key)
                await running.pause(0.5)
                await running.pilot.resize_terminal(*size)
                await running.pause(0.5)
                running.app.screen.query_one("#scroll").scroll_home(animate=False)
                await running.pause()
                seen.append(running.text)
                await closed(running)
            assert seen[0] == seen[1], key
