"""The SSH keys of the account: what is listed, added and deleted, each seen at the service."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.support.ssh_keys import PRIVATE, public_key, write_key
from tests.support.stage import Stage, stage
from vasttui.ui.account.ssh_keys import SshKeysScreen
from vasttui.ui.modals.ask import AskModal
from vasttui.ui.modals.choose import ChooseModal
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.session import SshUse


def own(tmp_path: Path) -> SshUse:
    return SshUse(folder=tmp_path / "ssh", config=tmp_path / "config")


async def keys(running: Stage) -> SshKeysScreen:
    """Go there and wait until the keys are loaded."""
    await running.press("6")
    screen = running.app.get_screen("ssh_keys")
    assert isinstance(screen, SshKeysScreen)
    await running.until(lambda: screen.snapshot.number or screen.snapshot.error)
    await running.pause()
    return screen


async def listed_anew(running: Stage, screen: SshKeysScreen) -> None:
    number = screen.snapshot.number
    await running.until(lambda: screen.snapshot.number > number)
    await running.pause()


def on_account(running: Stage) -> list[str]:
    return [key.text for key in running.world.keys.account]


def names(screen: SshKeysScreen) -> list[str]:
    return [key.name for key in screen.browse.rows]


async def choose(running: Stage, index: int) -> None:
    await running.dialog("n")
    await running.until(lambda: isinstance(running.app.screen, ChooseModal))
    await running.press(*["down"] * index, "enter")


async def give(running: Stage, text: str) -> None:
    await running.until(lambda: isinstance(running.app.focused, Input))
    assert isinstance(running.app.focused, Input)
    running.app.focused.value = text
    await running.press("enter")


async def test_keys_of_the_account_and_of_this_computer_stand_side_by_side(tmp_path: Path) -> None:
    mine = write_key(tmp_path / "ssh")
    async with stage(ssh=own(tmp_path)) as running:
        screen = await keys(running)
        assert names(screen) == ["id_ed25519.pub", "laptop", "work-mac"]
        assert "~/.ssh/id_ed25519 ✓" in running.text
        assert "no private key here" in running.text
        await running.press("slash")
        await running.type("-account")
        assert names(screen) == ["id_ed25519.pub"]
        assert screen.browse.rows[0].key.blob == mine.blob


async def test_a_key_of_this_computer_is_added_and_seen(tmp_path: Path) -> None:
    mine = write_key(tmp_path / "ssh")
    async with stage(ssh=own(tmp_path)) as running:
        screen = await keys(running)
        await choose(running, 0)
        await running.until(lambda: mine.text in on_account(running))
        await listed_anew(running, screen)
        found = next(key for key in screen.browse.list.all_rows if key.key.blob == mine.blob)
        assert found.account
        assert running.sent("add_key") != []


async def test_a_pasted_key_is_added_and_a_private_one_is_refused() -> None:
    theirs = public_key("theirs", comment="theirs@there")
    async with stage() as running:
        screen = await keys(running)
        await choose(running, 0)
        await give(running, PRIVATE.splitlines()[0])
        await running.until(lambda: "That is a private key" in running.text)
        await give(running, theirs)
        await running.until(lambda: theirs in on_account(running))
        await listed_anew(running, screen)
        assert "theirs@there" in names(screen)
        assert all("PRIVATE" not in body for body in running.sent("add_key"))


@pytest.mark.parametrize(
    "wrong",
    [
        "/nope.pub",
        "ssh-rsa AAAAbad foo",
        "/etc/passwd",
        "~nobody-there/x.pub",
        "ssh-dss AAAA x",
        "",
    ],
)
async def test_what_is_wrong_with_the_input_is_told_beside_it(wrong: str) -> None:
    theirs = public_key("theirs", comment="theirs@there")
    async with stage() as running:
        await keys(running)
        await choose(running, 0)
        await give(running, wrong)
        await running.until(lambda: "✖ " in running.text)
        assert isinstance(running.app.screen, AskModal)
        assert running.app.screen.query_one(Input).value == wrong
        assert running.said == ""
        await give(running, theirs)
        await running.until(lambda: theirs in on_account(running))


async def test_a_key_that_is_added_is_named_as_it_is_listed(tmp_path: Path) -> None:
    theirs = public_key("theirs", comment="theirs@there")
    async with stage(ssh=own(tmp_path)) as running:
        screen = await keys(running)
        for index, text, name in ((0, theirs, "theirs@there"), (1, "", "id_ed25519.pub")):
            await choose(running, index)
            if text:
                await give(running, text)
            await running.until(lambda name=name: f"{name} was added" in running.said)  # type: ignore[misc]
            await running.until(lambda name=name: name in names(screen))  # type: ignore[misc]
            await running.pause()
            assert screen.browse.current is not None
            assert screen.browse.current.name == name


async def test_a_file_of_this_computer_that_is_named_is_called_as_it_is_listed(
    tmp_path: Path,
) -> None:
    write_key(tmp_path / "ssh")
    async with stage(ssh=own(tmp_path)) as running:
        await keys(running)
        await choose(running, 1)
        await give(running, str(tmp_path / "ssh" / "id_ed25519.pub"))
        await running.until(lambda: "id_ed25519.pub was added to the account." in running.said)


async def test_a_marked_key_that_is_not_on_the_account_is_named_as_skipped(tmp_path: Path) -> None:
    write_key(tmp_path / "ssh")
    async with stage(ssh=own(tmp_path)) as running:
        await keys(running)
        await running.press("space", "space")
        await running.dialog("D")
        assert "Not affected: id_ed25519.pub (not on the account)." in running.text


async def test_a_new_pair_is_made_and_added(tmp_path: Path) -> None:
    async with stage(ssh=own(tmp_path)) as running:
        await keys(running)
        await choose(running, 1)
        await running.until((tmp_path / "ssh" / "id_ed25519.pub").exists)
        await running.until(lambda: len(on_account(running)) == 3)
        assert (tmp_path / "ssh" / "id_ed25519").stat().st_mode & 0o777 == 0o600


async def test_deleting_asks_and_is_seen() -> None:
    async with stage() as running:
        screen = await keys(running)
        before = on_account(running)
        await running.dialog("D")
        assert isinstance(running.app.screen, ConfirmModal)
        await running.press("enter")
        assert on_account(running) == before
        await running.dialog("D")
        await running.press("tab", "enter")
        await running.until(lambda: len(on_account(running)) == 1)
        await running.until(lambda: screen.browse.list.gone is not None)
        assert "laptop" not in "".join(on_account(running))


async def test_all_marked_keys_are_deleted() -> None:
    async with stage() as running:
        screen = await keys(running)
        await running.press("space", "space")
        await running.dialog("D")
        await running.press("tab", "enter")
        await running.until(lambda: on_account(running) == [])
        await running.until(lambda: not screen.browse.list.all_rows)
        await running.press("escape")
        assert "No SSH keys" in running.text


async def test_a_deletion_that_the_service_refuses_is_no_deletion() -> None:
    async with stage(faults={"delete_key": ["http:403"] * 4}) as running:
        screen = await keys(running)
        await running.dialog("D")
        await running.press("tab", "enter")
        await running.until(lambda: running.sent("delete_key"))
        await listed_anew(running, screen)
        assert len(on_account(running)) == 2
        assert "no longer on the account" not in running.text


@pytest.mark.parametrize("faults", [["http:503"] * 9, ["garbage"] * 9])
async def test_keys_that_cannot_be_read_are_no_empty_list(faults: list[str]) -> None:
    async with stage(faults={"account_keys": faults}) as running:
        await keys(running)
        assert "SSH keys cannot be shown" in running.text
        assert "No SSH keys" not in running.text


async def test_read_only_mode_changes_nothing(tmp_path: Path) -> None:
    async with stage(ssh=own(tmp_path), read_only=True) as running:
        await keys(running)
        await running.press("D")
        await running.press("n")
        await running.pause()
        assert len(running.app.screen_stack) == 1
        assert running.sent("delete_key") == []


async def test_the_public_key_is_copied() -> None:
    copied: list[str] = []
    async with stage() as running:
        running.app.copy_to_clipboard = copied.append  # type: ignore[assignment,method-assign]
        screen = await keys(running)
        await running.press("y")
        await running.until(lambda: copied)
        assert copied == [screen.browse.rows[0].key.text]


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (140, 40)])
async def test_it_fits(size: tuple[int, int]) -> None:
    async with stage(size=size) as running:
        await keys(running)
        assert "laptop" in running.text
        assert max(len(line) for line in running.text.splitlines()) <= size[0]


async def test_a_key_file_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    write_key(tmp_path / "ssh")
    (tmp_path / "ssh" / "old.pub").write_text("ssh-dss AAAA\n")
    async with stage(ssh=own(tmp_path), size=(200, 40)) as running:
        await keys(running)
        assert "DSA keys are no longer accepted" in running.text
        (tmp_path / "ssh" / "old.pub").unlink()
        await running.press("r")
        await running.until(lambda: "DSA keys" not in running.text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("here", ["id_ed25519.pub"]),
        ("here:yes", ["id_ed25519.pub"]),
        ("here=true", ["id_ed25519.pub"]),
        ("-here", ["laptop", "public_only.pub", "work-mac"]),
        ("here=false", ["laptop", "public_only.pub", "work-mac"]),
        ("-account here", ["id_ed25519.pub"]),
    ],
)
async def test_the_keys_of_this_computer_are_filtered(
    tmp_path: Path, text: str, found: list[str]
) -> None:
    write_key(tmp_path / "ssh")
    write_key(tmp_path / "ssh", name="public_only", seed="b", mode=None)
    async with stage(ssh=own(tmp_path)) as running:
        screen = await keys(running)
        await running.press("slash")
        await running.type(text)
        assert names(screen) == found
        assert screen.browse.count_with(text) == len(found)


async def test_what_was_not_looked_for_is_not_called_missing(tmp_path: Path) -> None:
    async with stage() as running:
        screen = await keys(running)
        assert "not checked in the demo" in running.text
        assert "no private key here" not in running.text
        for text in ("here", "here=false"):
            assert screen.browse.count_with(text) == 0
    folder = tmp_path / "ssh"
    folder.write_text("no folder")
    async with stage(ssh=own(tmp_path)) as running:
        await keys(running)
        assert "cannot be read" in running.text
        assert "no private key here" not in running.text


@pytest.mark.parametrize("demo", [True, False])
async def test_saved_keys_are_plain_words_and_dates(tmp_path: Path, demo: bool) -> None:
    write_key(tmp_path / "ssh")
    target = tmp_path / "keys.csv"
    async with stage(ssh=SshUse() if demo else own(tmp_path)) as running:
        screen = await keys(running)
        running.app.run_worker(screen.save_csv())
        await give(running, str(target))
        await running.until(lambda: "Saved" in running.said)
        laptop = next(key for key in screen.browse.rows if key.name == "laptop")
    head, *rows = csv.reader(target.read_text().splitlines())
    assert head == ["Key", "Type", "Fingerprint", "This computer", "Added", "Id"]
    saved = {row[0]: row[3:] for row in rows}
    assert laptop.added is not None
    assert saved["laptop"][:2] == ["" if demo else "no private key here", laptop.added[:10]]
    if not demo:
        assert saved["id_ed25519.pub"] == ["~/.ssh/id_ed25519", "", ""]


async def test_the_details_speak_the_words_of_the_table_and_cut_nothing() -> None:
    async with stage(size=(60, 20)) as running:
        screen = await keys(running)
        await running.press("enter")
        await running.pause()
        key = screen.browse.rows[0]
        lines = [line.strip("│ ") for line in running.text.splitlines()]
        at = next(index for index, line in enumerate(lines) if line.startswith("Fingerprint"))
        whole = lines[at].removeprefix("Fingerprint").strip() + lines[at + 1].strip()
        assert whole == key.fingerprint
        assert key.added is not None
        assert f"Added       {key.added[:10]}" in lines


async def test_the_details_have_the_width_of_their_pane_from_the_start() -> None:
    async with stage(size=(80, 24)) as running:
        await running.press("6")
        await running.until(lambda: "Account" in running.text and "id " in running.text)
        assert any("yes, id " in line and "Account" in line for line in running.text.splitlines())
        assert "not checked in the demo" in running.text.partition("Account  ")[2]
