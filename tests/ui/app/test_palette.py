"""The palette finds an action by a few of its letters."""

from __future__ import annotations

import re

import pytest
from textual.widgets import Input, OptionList

from tests.support.dialogs import HOSTILE, SIZES, opened
from tests.support.stage import stage
from vasttui.ui.app.palette import PaletteEntry, PaletteModal
from vasttui.ui.app.synonyms import SYNONYMS
from vasttui.ui.key_table import BY_ID

ENTRIES = (
    PaletteEntry("offers.compare", "Compare the marked offers", "=", "Offers", "nothing is marked"),
    PaletteEntry("offers.copy", "Copy the offer id", "y c", "Offers"),
    PaletteEntry("offers.copy_as", "Copy as: vastai command, curl", "Y", "Offers"),
    PaletteEntry("app.refresh", "Refresh now", "r ^r", "Everywhere"),
)


async def test_the_first_usable_action_is_highlighted_and_enter_runs_it() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        await seen.press("enter")
        assert seen.results == ["offers.copy"]


async def test_letters_find_and_arrows_choose_while_typing() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        assert "4 of 4 commands" in seen.text
        await seen.type("copy")
        assert "2 of 4 commands" in seen.text
        assert "Refresh" not in seen.text
        await seen.press("down", "enter")
        assert seen.results == ["offers.copy_as"]


async def test_scattered_letters_find_too() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        await seen.type("rfnow")
        await seen.press("enter")
        assert seen.results == ["app.refresh"]


async def test_a_key_finds_its_action() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        await seen.type("Y")
        await seen.press("enter")
        assert seen.results == ["offers.copy_as"]


async def test_what_cannot_be_used_says_why_and_cannot_be_chosen() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        await seen.type("compare")
        assert "Compare the marked offers — nothing is marked" in seen.text
        await seen.press("enter")
        assert seen.results == []
        await seen.pilot.click(OptionList, offset=(3, 0))
        assert seen.results == []


async def test_nothing_found_is_said_and_enter_does_nothing() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        await seen.type("qqqq")
        assert "0 of 4 commands" in seen.text
        await seen.press("enter", "down", "up")
        assert seen.results == []


async def test_a_click_runs() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        await seen.pilot.click(OptionList, offset=(3, 3))
        await seen.pause()
        assert seen.results == ["app.refresh"]


async def test_escape_closes_even_while_typing() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        await seen.type("q")
        await seen.press("escape")
        assert seen.results == [None]


@pytest.mark.parametrize("size", SIZES)
async def test_no_text_is_markup(size: tuple[int, int]) -> None:
    entries = [PaletteEntry(f"on{at}", text, text, text) for at, text in enumerate(HOSTILE)]
    entries += [PaletteEntry(f"off{at}", "x", "", "", text) for at, text in enumerate(HOSTILE)]
    async with opened(PaletteModal(entries), size) as seen:
        assert all(text in seen.text for text in HOSTILE[:5])
        assert "esc close" in seen.text
        await seen.type("[b]x")
        await seen.press("enter")
        assert seen.results == ["on2"]


FOUND = {
    "1": {
        "buy": "rent this offer", "launch": "rent this offer", "blacklist": "avoid this machine",
        "favorite": "star this machine", "cli": "vastai command, curl",
        "notify": "alert on new matches", "presets": "saved views",
        "balance": "needs your attention", "privacy": "hide ids",
        "reset key": "Go to API keys: reset", "transfer credit": "Go to Profile: transfer",
        "2fa": "Go to Profile: log in",
        "money": "needs your attention", "alerts": "needs your attention",
        "shortcuts": "this help", "sign in": "the API key", "token": "the API key",
        "screenshot": "hide ids", "exit": "quit", "api calls": "request log",
        "public keys": "who may log in", "rented": "what runs for you",
    },
    "2": {
        "market": "what you could rent",
        "restart": "reboot", "terminate": "destroy instance", "delete": "destroy instance",
        "shell": "SSH in this terminal", "rename": "change the label", "upload": "scp, rsync",
        "vscode": "scp, rsync", "tunnel": "URL of a port", "notebook": "Jupyter or portal",
        "stdout": "logs", "shutdown": "start or stop", "diagnose": "test the SSH login",
        "copy": "copy the SSH command", "csv": "save what is shown",
    },
    "6": {
        "rotate": "replace by another", "generate": "paste, file, new pair",
        "remove": "delete from the account", "import": "paste, file, new pair",
    },
}  # fmt: skip
"""What is found first on each screen, by what is typed."""


@pytest.mark.parametrize("place", FOUND)
async def test_each_action_is_found_by_the_words_a_user_would_type(place: str) -> None:
    async with stage(instances=1) as running:
        await running.press(place)
        await running.until(lambda: running.app.fleet.rows)
        await running.pause()
        await running.dialog("ctrl+p")
        wrong = []
        for typed, found in FOUND[place].items():
            line = running.app.screen.query_one(Input)
            line.value = typed
            await running.pause()
            lines = running.text.splitlines()
            first = next(at for at, text in enumerate(lines) if re.search(rf"> *{typed}", text)) + 2
            if found.lower() not in lines[first].lower():
                wrong.append((typed, lines[first]))
        assert wrong == []


def test_other_words_are_for_actions_that_exist() -> None:
    assert set(SYNONYMS) <= set(BY_ID)


async def test_several_and_what_is_done_on_other_screens_is_found() -> None:
    async with stage(instances=4) as running:
        for typed, found in (
            ("themes", "Theme: dark"),
            ("stop", "Go to Instances: start or stop"),
            ("jupyter", "Go to Instances: Jupyter or portal in the browser"),
            ("reboots", "Go to Instances: reboot: same GPU, same disk"),
            ("snapshot", "Go to Instances: snapshot: push the container to a registry"),
            ("subaccount", "Go to Profile: new subaccount"),
        ):
            await running.dialog(":")
            assert found not in running.text
            await running.type(typed)
            first = running.text.splitlines()
            assert any(found in line for line in first[:14]), running.text
            while len(running.app.screen_stack) > 1:
                await running.press("escape")


async def test_an_action_of_another_screen_leads_there() -> None:
    async with stage(instances=4) as running:
        await running.dialog(":")
        await running.type("stop")
        await running.press("enter")
        await running.until(lambda: running.app.current_mode == "instances")
        await running.pause()
        await running.dialog(":")
        await running.type("stop")
        assert "Go to Instances: start or stop" not in running.text
        here, there = map(running.text.index, ("Start or stop", "Go to Transfers: stop"))
        assert here < there


@pytest.mark.parametrize(
    ("section", "typed", "first", "found"),
    [
        ("profile", "credit", "profile.transfer", "Transfer credit to another account"),
        ("profile", "transfer credit", "profile.transfer", "Transfer credit to another account"),
        ("api_keys", "reset key", "api_keys.reset", "Reset: a new key for this program"),
        ("transfers", "snapshot", "go to instances instances.snapshot", "Go to Instances: snap"),
        ("ssh_keys", "recycle", "go to instances instances.recycle", "Go to Instances: recycle:"),
        ("profile", "template", "go to templates", "Go to Templates: new:"),
        ("profile", "ssh key", "go to ssh_keys", "Go to SSH keys: add:"),
    ],
)
async def test_from_a_section_of_the_account_too(
    section: str, typed: str, first: str, found: str
) -> None:
    async with stage(instances=4) as running:
        running.app.go(section)
        await running.until(lambda: running.app.current_scope == section)
        await running.pause()
        await running.dialog(":")
        await running.type(typed)
        assert found in running.text
        chosen = running.app.screen.query_one(OptionList).highlighted_option
        assert chosen is not None
        assert chosen.id == first
