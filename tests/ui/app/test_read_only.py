"""Read-only mode offers no key that it refuses; the mark in the table of keys says which."""

from __future__ import annotations

import inspect
import re

import pytest

from tests.support.stage import stage
from vasttui.errors import READ_ONLY
from vasttui.ui.app.navigation import SECTION_SCREENS
from vasttui.ui.key_table import ACTIONS, Action
from vasttui.ui.keys import SCREENS, Keymap, actions_of
from vasttui.ui.lines import key_entries
from vasttui.ui.serverless.full import FullScreen


def own(section: str) -> list[Action]:
    return [one for one in ACTIONS if one.scope in (section, "machine")]


async def test_what_is_started_as_a_change_has_the_mark_and_nothing_else() -> None:
    async with stage() as running:
        found = {}
        screens = {section: running.app.get_screen(section) for section in SECTION_SCREENS}
        full = ("workers", FullScreen), ("endpoint", FullScreen)
        for section, screen in (*screens.items(), *full):
            for action in (one for one in own(section) if hasattr(screen, method(one))):
                source = inspect.getsource(getattr(screen, method(action)))
                found[action.id] = ".change(" in source
        assert {name for name, changes in found.items() if changes} == {
            one.id for one in ACTIONS if one.writes
        }


def method(action: Action) -> str:
    return f"action_{action.action.partition('(')[0]}"


@pytest.mark.parametrize("screen", SCREENS)
def test_the_key_bar_of_no_screen_offers_what_is_refused(screen: str) -> None:
    shown, every = (
        key_entries(Keymap(), screen, lambda name: False, read_only=mode) for mode in (True, False)
    )
    refused = {one.click for one in actions_of(screen) if one.writes and one.label}
    assert refused <= {click for _, _, click in every}
    assert shown == [one for one in every if one[2] not in refused]


@pytest.mark.parametrize("mode", [True, False])
async def test_the_screens_show_the_key_bar_of_their_mode(mode: bool) -> None:
    async with stage(read_only=mode) as running:
        assert ("n rent" in running.text) is not mode
        await running.instances()
        assert ("start/stop" in running.text) is not mode
        await running.press("enter")
        await running.pause()
        assert running.app.current_scope == "instance"
        assert ("start/stop" in running.text) is not mode


async def test_what_is_marked_opens_nothing_and_sends_nothing() -> None:
    async with stage(read_only=True, volumes=2) as running:
        assert running.app.api is not None
        for section in SECTION_SCREENS:
            running.app.go(section)
            await running.pause()
            for action in (one for one in own(section) if one.writes):
                await running.app.run_action(action.click)
                await running.pause()
                assert len(running.app.screen_stack) == 1, (section, action.id)
            assert all(one.reads for one in running.app.api.exchanges), section
            resource = getattr(running.app.get_screen(section), "resource", None)
            empty = "" if resource is None else resource.empty
            assert not re.search(r"\b[a-zA-Z] (makes|adds|on an instance copies)\b", empty), section


async def test_help_and_palette_offer_what_works_and_the_keys_say_why() -> None:
    async with stage(read_only=True) as running:
        await running.instances()
        assert "t start/stop" not in running.text
        await running.press("t")
        await running.until(lambda: READ_ONLY in running.said)
        await running.dialog("?")
        assert "destroy instance and disk" not in running.text
        assert "copy the SSH command" in running.text
        await running.press("escape")
        await running.dialog(":")
        await running.type("destroy")
        await running.pause()
        assert "Destroy instance and disk — read-only mode" in running.text


@pytest.mark.parametrize("mode", [True, False])
async def test_dialogs_and_details_offer_no_key_that_is_refused(mode: bool) -> None:
    async with stage(read_only=mode) as running:
        await running.dialog("enter")
        assert ("n rent" in running.text) is not mode
        assert "y copy id" in running.text
        await running.press("escape")
        await running.press("space", "down", "space")
        await running.dialog("=")
        assert ("n rent" in running.text) is not mode
        await running.press("escape")
        await running.instances()
        screen = running.app.get_screen("instances")
        said = [
            f"{line}"
            for row in running.app.fleet.rows
            for line in screen.details.overview(row, 100)  # type: ignore[attr-defined]
        ]
        assert any(" starts it" in line for line in said) is not mode
        assert any(" reserves it" in line for line in said) is not mode
        running_one = next(row for row in running.app.fleet.rows if row.is_running)
        running.app.session.reminders.set(running_one.id, running.clock.now() - 1)
        await running.poll()
        await running.dialog("!")
        seen = []
        for _ in range(8):
            seen.append("t stops it  " in running.text)
            await running.press("down")
        assert any(seen) is not mode
