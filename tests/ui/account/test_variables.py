"""The variables of the account: added, imported, changed and deleted, each seen at the service."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Button

from tests.support.ssh_keys import PRIVATE
from tests.support.stage import Stage, stage
from vasttui.simulator.account.variables import FIRST
from vasttui.ui.account.add_variables import AddVariablesModal
from vasttui.ui.account.import_variables import ImportModal
from vasttui.ui.account.variables import VariablesScreen
from vasttui.ui.session import SshUse
from vasttui.ui.widgets.key_input import KeyInput

OWN = SshUse(folder=Path("/nonexistent"))
"""The user's files may be read."""


async def variables(running: Stage) -> VariablesScreen:
    """Go there and wait until they are loaded."""
    running.app.go("variables")
    screen = running.app.get_screen("variables")
    assert isinstance(screen, VariablesScreen)
    await running.until(lambda: screen.snapshot.number or screen.snapshot.error)
    await running.pause()
    return screen


def on_account(running: Stage) -> dict[str, str]:
    return running.world.variables.values


async def add(running: Stage) -> AddVariablesModal:
    await running.dialog("n")
    assert isinstance(running.app.screen, AddVariablesModal)
    return running.app.screen


async def test_one_is_added_or_changed_unseen() -> None:
    async with stage() as running:
        screen = await variables(running)
        await add(running)
        await running.type("lr=geheim")
        await running.press("enter")
        await running.pause()
        assert "is added as LR" in running.text
        assert "geheim" not in running.text
        assert "[ Add 1 ]" in running.text
        await running.press("enter", "enter")
        await running.until(lambda: "LR: added." in running.said)
        assert on_account(running)["LR"] == "geheim"
        await running.until(lambda: screen.browse.current and screen.browse.current.name == "LR")
        assert "geheim" not in repr(running.app.api.exchanges if running.app.api else "")

        await running.press("home")
        await running.press("down", "down")
        await running.dialog("e")
        await running.press("enter")
        assert "✖ There is no value." in running.text
        await running.type("new value")
        await running.pause()
        assert "new value" not in running.text
        assert "lose the space" in running.text
        await running.press("enter")
        await running.until(lambda: "HF_TOKEN: changed. The value cannot be" in running.said)
        assert on_account(running)["HF_TOKEN"] == "new value"


async def test_what_is_wrong_is_told_beside_the_field_and_nothing_is_sent() -> None:
    async with stage(holds_key=lambda text: "s3cret" in text) as running:
        await variables(running)
        modal = await add(running)
        await running.press("enter")
        assert "✖ Type NAME=value" in running.text
        await running.type("2A=1")
        await running.press("enter")
        await running.pause()
        assert "✖ A name begins with a letter or _." in running.text
        modal.query_one(KeyInput).value = "HF_TOKEN"
        await running.press("enter")
        words = "✖ This is not NAME=value. As a file: HF_TOKEN cannot be read. No such file or"
        await running.until(lambda: words in running.text)
        modal.query_one(KeyInput).value = "A=s3cret"
        await running.press("enter")
        assert "✖ That is the account's API key: every host would get it" in running.text
        running.app.post_message(Paste("VAST_API_KEY=x\nB=s3cret"))
        await running.until(lambda: "line 2: that is the account's API key" in running.text)
        assert "line 1: VAST_API_KEY is the account's API key" in running.text
        assert modal.query_one("#confirm", Button).disabled
        await running.press("escape")
        await running.dialog("e")
        await running.type("s3cret")
        await running.press("enter")
        assert "✖ That is the account's API key: every host would get it" in running.text
        assert running.sent("add_variable") == running.sent("change_variable") == []


async def test_it_fits_and_the_preview_gives_its_reason_to_the_end() -> None:
    async with stage(size=(60, 20)) as running:
        running.world.variables.values["LONG_" * 40] = "1"
        await variables(running)
        for size in ((60, 20), (80, 24)):
            await running.pilot.resize_terminal(*size)
            await add(running)
            await running.type("WORDS=two words")
            await running.press("enter")
            await running.pause()
            said = re.sub(r"[│▄▁▂▃▅▆▇█]", " ", running.text).split()
            words = "the service may refuse or lose the space in it"
            assert words in " ".join(said), size
            await running.press("escape")
        for size in ((80, 24), (100, 30)):
            await running.pilot.resize_terminal(*size)
            await add(running)
            await running.burst(Paste("A=1\nB=a b\n" + "C" * 200 + "=1"))
            await running.until(lambda: "3 to send" in running.text)
            assert "[ Add 3 ]" in running.text, size
            assert max(len(line) for line in running.text.splitlines()) <= size[0]
            await running.press("escape")


async def test_a_private_key_and_a_file_that_cannot_be_used_are_refused() -> None:
    async with stage(ssh=OWN) as running:
        await variables(running)
        for paste in (PRIVATE, "A=1\n" + PRIVATE, PRIVATE.replace("\n", "\r\n")):
            modal = await add(running)
            assert "✖ " not in running.text, paste
            await running.burst(Paste(paste))
            await running.until(lambda: "That is a private key" in running.text)
            assert modal.planned == [], paste
            await running.press("escape")
        for what in ("/nonexistent/x.env", "/dev/null", "/"):
            await add(running)
            await running.type(f"@{what}")
            await running.press("enter")
            await running.until(lambda: "✖ " in running.text)
            assert "cannot be read" in running.text, what
            await running.press("escape")


async def test_an_env_file_is_read_shown_and_sent(tmp_path: Path) -> None:
    file = tmp_path / "train.env"
    file.write_bytes(
        b"# all\r\nexport HF_TOKEN='x'\r\nDATA=1\r\n2FAST=1\r\nP=\"a b\"\r\nDATA=2\r\n"
    )
    async with stage(ssh=OWN, limits=True) as running:
        screen = await variables(running)
        await add(running)
        await running.type(f"@{file}")
        await running.press("enter")
        await running.until(lambda: "changes the one you have" in running.text)
        await running.pause()
        for words in (
            "line 6 sets it again", "✖ line 4: a name begins with", "lose the space",
            "3 to send, one every 3 s: about 6 s", "[ Add 2, change 1 ]",
        ):  # fmt: skip
            assert words in running.text
        await running.press("enter", "enter")
        await running.until(lambda: "3 variables set." in running.said)
        assert on_account(running) == {**FIRST, "HF_TOKEN": "x", "DATA": "2", "P": "a b"}
        await running.until(lambda: "from train.env" in running.text)
        lines = running.text.splitlines()
        assert ["from train.env" in line for line in lines if " HF_TOKEN " in line] == [True]
        assert ["not from here" in line for line in lines if " MODE" in line] == [True]
        await running.until(lambda: len(screen.browse.rows) == 7)


async def test_five_hundred_pasted_lines_are_taken_and_can_be_stopped() -> None:
    slow = {"add_variable": [*["ok"] * 39, "stall:5"]}
    async with stage(faults=slow) as running:
        await variables(running)
        await add(running)
        await running.burst(Paste("\n".join(f"N{number}={number}" for number in range(500))))
        await running.until(lambda: "500 to send, one after the other. It" in running.text)
        await running.press("enter", "enter")
        await running.until(lambda: "39 of 500 sent" in running.text)
        await running.pause()
        assert "… N39" in running.text
        assert "✓ N35" not in running.text
        await running.press("escape")
        await running.pause()
        assert "Stopping after this one." in running.text
        await running.until(lambda: not isinstance(running.app.screen, ImportModal))
        assert len(running.sent("add_variable")) == 40
        await running.until(lambda: "40 are set, 460 not." in running.said)


async def test_an_import_stops_at_a_refusal_and_goes_on(tmp_path: Path) -> None:
    async with stage(faults={"add_variable": ["ok", "http:400"]}) as running:
        await variables(running)
        await add(running)
        await running.burst(Paste("A=1\nB=2\nC=3"))
        await running.until(lambda: "3 to send" in running.text)
        await running.press("enter", "enter")
        await running.until(lambda: "Stopped at line 2" in running.text)
        await running.pause()
        assert "1 is set, 2 not." in running.text
        assert "C" not in on_account(running)
        await running.press("r")
        await running.until(lambda: "3 variables set." in running.said)
        assert on_account(running)["C"] == "3"


async def test_names_are_listed_and_values_are_said_to_be_lost() -> None:
    async with stage() as running:
        screen = await variables(running)
        assert [one.name for one in screen.browse.rows] == sorted(FIRST)
        assert "never gives a value back" in running.text
        await running.press("slash")
        await running.type("aws")
        assert len(screen.browse.rows) == 2


async def test_a_path_is_taken_with_and_without_its_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a=b"
    folder.mkdir()
    for name in ("my '1'.env", "a"):
        (folder / name).write_text("DATA=1\n")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", f"{folder}")
    async with stage(ssh=OWN) as running:
        await variables(running)
        for given in (f"@{folder}/my '1'.env", f"{folder}/my '1'.env", "my '1'.env", "~/a"):
            await add(running)
            await running.type(given)
            await running.pause()
            assert ("A file." in running.text) is (given[0] != "m")
            await running.press("enter")
            await running.until(lambda: "[ Add 1 ]" in running.text)
            await running.pause()
            assert f"Taken from the file {given.rpartition('/')[2]}." in running.text
            await running.press("escape")


async def test_what_was_taken_is_scrolled_from_the_field() -> None:
    async with stage(size=(80, 24)) as running:
        await variables(running)
        await add(running)
        await running.burst(Paste("A=1\nB=2"))
        await running.until(lambda: "[ Add 2 ]" in running.text)
        assert "scroll" not in running.text
        await running.burst(Paste("\n".join(f"N{number}={number}" for number in range(500))))
        await running.until(lambda: "↑↓ PgUp PgDn scroll" in running.text)
        await running.press("down", "down")
        await running.until(lambda: " N0 " in running.text and " A " not in running.text)
        await running.press("pagedown", "pagedown", "pageup")
        await running.until(lambda: " N0 " not in running.text)
        await running.press("up")
        assert isinstance(running.app.focused, KeyInput)


async def test_a_named_file_is_read_and_a_name_that_was_deleted_is_added(tmp_path: Path) -> None:
    file = tmp_path / "x.env"
    file.write_text("DATA=1\n")
    async with stage() as running:
        screen = await variables(running)
        await add(running)
        await running.type(f"@{file}")
        await running.press("enter")
        await running.until(lambda: "[ Add 1 ]" in running.text)
        await running.press("escape")
        running.world.variables.values.pop("AWS_ACCESS_KEY_ID")
        await running.press("r")
        await running.until(lambda: screen.browse.list.gone is not None)
        await add(running)
        await running.type("AWS_ACCESS_KEY_ID=1")
        await running.press("enter")
        await running.pause()
        assert "is added" in running.text


async def test_the_name_is_copied_and_deleting_asks_for_it() -> None:
    copied: list[str] = []
    async with stage() as running:
        screen = await variables(running)
        running.app.copy_to_clipboard = copied.append  # type: ignore[assignment,method-assign]
        await variables(running)
        await running.press("y")
        await running.until(lambda: len(copied) == 1)
        await running.press("Y")
        await running.until(lambda: len(copied) == 2)
        assert copied == ["AWS_ACCESS_KEY_ID", '-e AWS_ACCESS_KEY_ID="$AWS_ACCESS_KEY_ID"']

        await running.dialog("D")
        await running.type("MODE")
        await running.press("enter")
        await running.pause()
        assert "That is not it. Type AWS_ACCESS_KEY_ID to delete." in running.text
        await running.press(*["backspace"] * 4)
        await running.type("AWS_ACCESS_KEY_ID")
        await running.press("enter")
        await running.until(lambda: "AWS_ACCESS_KEY_ID is deleted." in running.said)
        assert "AWS_ACCESS_KEY_ID" not in on_account(running)
        await running.until(
            lambda: [one.name for one in screen.targets] == ["AWS_SECRET_ACCESS_KEY"]
        )
        assert "✖" not in running.text


async def test_read_only_mode_changes_nothing() -> None:
    async with stage(read_only=True) as running:
        await variables(running)
        for number, key in enumerate(("n", "e", "D"), 1):
            await running.press(key)
            await running.pause()
            assert len(running.app.screen_stack) == 1, key
            assert running.said.count("Read-only mode") == number, key


async def test_variables_that_cannot_be_read_are_no_empty_list() -> None:
    faults = ["http:503"] * 9 + ["no_right", "tfa"]
    async with stage(faults={"variables": faults}) as running:
        await variables(running)
        for words in (
            "Variables cannot be shown",
            "This key may not read the account (it lacks user_read).",
            "The service wants a login with two-factor authentication for this.",
        ):
            await running.press("r")
            await running.until(lambda words=words: words in running.text, 60, step=2)  # type: ignore[misc]
            assert "No variables" not in running.text, words
        await add(running)
        await running.type("MODE=eval")
        await running.press("enter")
        await running.until(lambda: "changes the one you have" in running.text)
