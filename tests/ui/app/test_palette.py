"""The palette finds an action by a few of its letters."""

from __future__ import annotations

import re

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


async def test_enter_runs_the_first_usable_one_that_letters_or_its_key_find() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        assert "4 of 4 commands" in seen.text
        for typed, found in (
            ("", "offers.copy"), ("rfnow", "app.refresh"), ("Y", "offers.copy_as"),
        ):  # fmt: skip
            await seen.again(PaletteModal(ENTRIES))
            await seen.type(typed)
            await seen.press("enter")
            assert seen.results == [found], typed

        await seen.again(PaletteModal(ENTRIES))
        await seen.type("copy")
        assert "2 of 4 commands" in seen.text
        assert "Refresh" not in seen.text
        await seen.press("down", "enter")
        assert seen.results == ["offers.copy_as"]

        await seen.again(PaletteModal(ENTRIES))
        await seen.pilot.click(OptionList, offset=(3, 3))
        await seen.pause()
        assert seen.results == ["app.refresh"]


async def test_what_cannot_be_used_or_found_is_said_and_cannot_be_chosen() -> None:
    async with opened(PaletteModal(ENTRIES)) as seen:
        await seen.type("compare")
        assert "Compare the marked offers — nothing is marked" in seen.text
        await seen.press("enter")
        assert seen.results == []
        await seen.pilot.click(OptionList, offset=(3, 0))
        assert seen.results == []

        await seen.again(PaletteModal(ENTRIES))
        await seen.type("qqqq")
        assert "0 of 4 commands" in seen.text
        await seen.press("enter", "down", "up")
        assert seen.results == []
        await seen.press("escape")
        assert seen.results == [None]


async def test_no_text_is_markup() -> None:
    entries = [PaletteEntry(f"on{at}", text, text, text) for at, text in enumerate(HOSTILE)]
    entries += [PaletteEntry(f"off{at}", "x", "", "", text) for at, text in enumerate(HOSTILE)]
    async with opened(PaletteModal(entries)) as seen:
        for size in SIZES:
            await seen.again(PaletteModal(entries), size)
            assert all(text in seen.text for text in HOSTILE[:5]), size
            assert "esc close" in seen.text, size
            await seen.type("[b]x")
            await seen.press("enter")
            assert seen.results == ["on2"], size


FOUND = {
    "1": {
        "buy": "rent this offer", "launch": "rent this offer", "blacklist": "avoid this machine",
        "favorite": "star this machine", "cli": "vastai command, curl",
        "notify": "watch this filter", "presets": "saved views",
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


async def test_each_action_is_found_by_the_words_a_user_would_type() -> None:
    async with stage(instances=1) as running:
        wrong = []
        for place, words in FOUND.items():
            await running.press(place)
            await running.until(lambda: running.app.fleet.rows)
            await running.pause()
            await running.dialog("ctrl+p")
            for typed, found in words.items():
                line = running.app.screen.query_one(Input)
                line.value = typed
                await running.pause()
                lines = running.text.splitlines()
                at = next(at for at, text in enumerate(lines) if re.search(rf"> *{typed}", text))
                if found.lower() not in lines[at + 2].lower():
                    wrong.append((place, typed, lines[at + 2]))
            while len(running.app.screen_stack) > 1:
                await running.press("escape")
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
        for typed in ("bill", "billing", "spend"):
            await running.dialog(":")
            await running.type(typed)
            first = running.text.splitlines()[:16]
            for section in ("Charges", "Credit"):
                assert any(f"Go to {section} (" in line for line in first), running.text
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


async def test_from_a_section_of_the_account_too() -> None:
    transfer = ("profile.transfer", "Transfer credit to another account")
    there = "go to instances instances"
    async with stage(instances=4) as running:
        for section, typed, first, found in (
            ("profile", "credit", *transfer),
            ("profile", "transfer credit", *transfer),
            ("api_keys", "reset key", "api_keys.reset", "Reset: a new key for this program"),
            ("transfers", "snapshot", f"{there}.snapshot", "Go to Instances: snap"),
            ("ssh_keys", "recycle", f"{there}.recycle", "Go to Instances: recycle:"),
            ("profile", "template", "go to templates", "Go to Templates: new:"),
            ("profile", "ssh key", "go to ssh_keys", "Go to SSH keys: add:"),
        ):  # fmt: skip
            running.app.go(section)
            await running.until(lambda at=section: running.app.current_scope == at)  # type: ignore[misc]
            await running.pause()
            await running.dialog(":")
            await running.type(typed)
            assert found in running.text, (section, typed)
            chosen = running.app.screen.query_one(OptionList).highlighted_option
            assert chosen is not None
            assert chosen.id == first, (section, typed)
            while len(running.app.screen_stack) > 1:
                await running.press("escape")
