"""The SSH keys of the account: what is listed, added and deleted, each seen at the service."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.support.ssh_keys import PRIVATE, public_key, write_key
from tests.support.stage import Stage, stage
from vasttui.models.ssh_address import SshWay
from vasttui.services.ssh.checks import Check, CheckState
from vasttui.services.ssh.local_keys import fingerprint
from vasttui.ui.account.key_words import Use
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
    write_key(tmp_path / "ssh")
    async with stage(ssh=own(tmp_path)) as running:
        screen = await keys(running)
        assert names(screen) == ["id_ed25519.pub", "laptop", "work-mac"]
        assert "~/.ssh/id_ed25519 ✓" in running.text
        assert "no private key here" in running.text
        await running.press("slash")
        await running.type("-account")
        assert names(screen) == ["id_ed25519.pub"]
        assert screen.browse.rows[0].key.blob == mine.blob

        await running.press("escape", "escape")
        await running.press("e")
        await running.until(lambda: "id_ed25519.pub is not there" in running.said)
        assert len(running.app.screen_stack) == 1

        await running.press("space", "space")
        await running.dialog("D")
        assert "Not affected: id_ed25519.pub (not on the account)." in running.text


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


async def test_what_is_wrong_with_the_input_is_told_beside_it_and_a_pasted_key_is_added() -> None:
    theirs = public_key("theirs", comment="theirs@there")
    async with stage() as running:
        screen = await keys(running)
        await choose(running, 0)
        for wrong in (
            "/nope.pub", "ssh-rsa AAAAbad foo", "/etc/passwd", "~nobody-there/x.pub",
            "ssh-dss AAAA x", "", PRIVATE.splitlines()[0],
        ):  # fmt: skip
            await running.press("ctrl+u", "ctrl+k", "x")
            assert "✖ " not in running.text, wrong
            await give(running, wrong)
            assert "✖ " in running.text, wrong
            assert isinstance(running.app.screen, AskModal), wrong
            assert running.app.screen.query_one(Input).value == wrong
            assert ("That is a private key" in running.text) == ("PRIVATE" in wrong), wrong
            assert running.said == "", wrong
        await give(running, theirs)
        await running.until(lambda: theirs in on_account(running))
        await listed_anew(running, screen)
        assert "theirs@there" in names(screen)
        assert len(running.sent("add_key")) == 1
        assert "PRIVATE" not in running.sent("add_key")[0]


async def test_a_key_that_is_added_is_named_as_it_is_listed_and_never_twice(tmp_path: Path) -> None:
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
        assert "Made ~/.ssh/id_ed25519 and id_ed25519.pub" in running.said
        assert (tmp_path / "ssh" / "id_ed25519.pub").exists()
        assert (tmp_path / "ssh" / "id_ed25519").stat().st_mode & 0o777 == 0o600
        assert len(on_account(running)) == 4
        await choose(running, 0)
        await give(running, theirs)
        await running.until(lambda: "theirs@there is on the account already." in running.said)
        assert running.said.count("theirs@there was added") == 1
        assert len(running.sent("add_key")) == 2


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
        await running.until(lambda: "laptop" not in names(screen))
        assert "✖" not in running.text
        assert "laptop" not in "".join(on_account(running))


async def test_a_deletion_that_the_service_refuses_is_no_deletion() -> None:
    async with stage(faults={"delete_key": ["http:403"] * 4}) as running:
        screen = await keys(running)
        await running.dialog("D")
        await running.press("tab", "enter")
        await running.until(lambda: running.sent("delete_key"))
        await listed_anew(running, screen)
        assert len(on_account(running)) == 2
        assert "no longer on the account" not in running.text


async def test_keys_that_cannot_be_read_are_no_empty_list() -> None:
    async with stage(faults={"account_keys": [*["http:503"] * 9, *["garbage"] * 99]}) as running:
        screen = await keys(running)
        for said in ("503", "before the answer was complete"):
            await running.until(lambda said=said: said in str(screen.snapshot.error))  # type: ignore[misc]
            await running.pause()
            assert "SSH keys cannot be shown" in running.text, said
            assert "No SSH keys" not in running.text, said


async def test_read_only_mode_changes_nothing(tmp_path: Path) -> None:
    async with stage(ssh=own(tmp_path), read_only=True) as running:
        await keys(running)
        await running.press("D")
        await running.press("n")
        await running.pause()
        assert len(running.app.screen_stack) == 1
        assert running.sent("delete_key") == []


async def test_a_key_is_copied_alone_or_as_a_command() -> None:
    copied: list[str] = []
    async with stage() as running:
        running.app.copy_to_clipboard = copied.append  # type: ignore[assignment,method-assign]
        screen = await keys(running)
        await running.press("y")
        await running.until(lambda: copied)
        assert copied == [screen.browse.rows[0].key.text]

        copied.clear()
        key = screen.browse.rows[0]
        assert key.account
        await running.dialog("Y")
        for word in ("authorized_keys", "Fingerprint", "Attach: vastai"):
            assert word in running.text
        await running.press("end", "enter")
        await running.until(lambda: copied)
        assert copied == [f"vastai delete ssh-key {key.account[0]}"]

        await running.press("T")
        await running.until(lambda: "its private key is not checked in the demo" in running.said)


async def test_it_fits() -> None:
    async with stage() as running:
        await keys(running)
        for size in ((80, 24), (100, 30), (140, 40)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert "laptop" in running.text, size
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


async def test_the_keys_of_this_computer_are_filtered(tmp_path: Path) -> None:
    write_key(tmp_path / "ssh")
    write_key(tmp_path / "ssh", name="public_only", seed="b", mode=None)
    async with stage(ssh=own(tmp_path)) as running:
        screen = await keys(running)
        for text, found in (
            ("here", ["id_ed25519.pub"]),
            ("here:yes", ["id_ed25519.pub"]),
            ("here=true", ["id_ed25519.pub"]),
            ("-here", ["laptop", "public_only.pub", "work-mac"]),
            ("here=false", ["laptop", "public_only.pub", "work-mac"]),
            ("-account here", ["id_ed25519.pub"]),
        ):
            screen.bar.set_text(text)
            await running.pause()
            assert names(screen) == found, text
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
    assert head == ["Key", "Type", "Fingerprint", "On instances", "This computer", "Added", "Id"]
    saved = {row[0]: row[4:] for row in rows}
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
        assert f"Added       {key.added[:10]}, 104 days ago" in lines, running.text


async def test_the_details_have_the_width_of_their_pane_from_the_start() -> None:
    async with stage(size=(80, 24)) as running:
        await running.press("6")
        await running.until(lambda: "Account" in running.text and "id " in running.text)
        assert any("yes, id " in line and "Account" in line for line in running.text.splitlines())
        assert "not checked in the demo" in running.text.partition("Account  ")[2]


# Replacing a key, and one that is there already


async def put_on(running: Stage, screen: SshKeysScreen, name: str) -> None:
    """Move the cursor to a key."""
    while screen.browse.current is None or screen.browse.current.name != name:
        await running.press("down")


async def replace_by(running: Stage, theirs: str) -> None:
    """Give another key for the current one, up to the question."""
    await running.dialog("e")
    await running.until(lambda: isinstance(running.app.screen, ChooseModal))
    await running.press("enter")
    await give(running, theirs)
    await running.until(lambda: isinstance(running.app.screen, ConfirmModal))
    await running.pause()


async def test_a_key_is_replaced_after_both_were_shown_and_not_if_it_is_called_off() -> None:
    theirs = public_key("theirs", comment="theirs@there")
    async with stage() as running:
        screen = await keys(running)
        before = on_account(running)
        await put_on(running, screen, "work-mac")
        old = screen.browse.current
        assert old is not None
        assert old.account
        await running.dialog("e")
        await running.until(lambda: isinstance(running.app.screen, ChooseModal))
        assert "Replace work-mac by" in running.text
        await running.press("escape")
        await replace_by(running, theirs)
        for word in (old.fingerprint, fingerprint(theirs), "that have the old one"):
            assert word in running.text
        await running.press("enter")
        await running.pause()
        assert running.sent("replace_key") == []
        assert on_account(running) == before
        await replace_by(running, theirs)
        await running.press("tab", "enter")
        await running.until(lambda: "in place of work-mac" in running.said)
        assert on_account(running)[1:] == [theirs]
        assert [json.loads(body) for body in running.sent("replace_key")] == [{"ssh_key": theirs}]
        await running.until(lambda: "theirs@there" in names(screen))
        assert [key.id for key in running.world.keys.account][1:] == list(old.account)


async def test_a_replacement_whose_answer_is_lost_is_looked_for() -> None:
    faults = ["http:500", "commit_then_reset", "reset", "late_commit:1"]
    async with stage(faults={"replace_key": faults}) as running:
        screen = await keys(running)
        for number, fault in enumerate(faults, 1):
            theirs = public_key(fault, comment=f"key{number}")
            await replace_by(running, theirs)
            await running.press("tab", "enter")
            await running.until(lambda n=number: running.said.count("in place of") == n)  # type: ignore[misc]
            assert theirs in on_account(running), fault
            await running.until(lambda n=number: f"key{n}" in names(screen))  # type: ignore[misc]
            await running.pause()


# On which instances


async def test_the_instances_that_have_a_key_are_read_one_after_the_other() -> None:
    async with stage(instances=6, size=(160, 40)) as running:
        screen = await keys(running)
        await running.until(lambda: running.app.fleet.rows)
        having = {
            contract.label
            for contract in running.world.contracts.all(running.clock.now())
            if any(key.text.endswith("laptop") for key in contract.keys)
        }
        assert 0 < len(having) < 6
        await running.until(lambda: "read:" in running.text, step=0.5)
        await running.until(lambda: f"{len(having)} of 6" in running.text, 30, step=1.0)
        await running.pause()
        listed = running.text.partition(f"{len(having)} of 6: not ")[2].partition("  ")[0]
        assert listed
        assert listed not in having
        assert "0 of 6" in running.text
        asked = len(running.sent("instance_keys"))
        assert asked == 6
        await running.press("r")
        await listed_anew(running, screen)
        await running.until(lambda: len(running.sent("instance_keys")) > asked, step=0.5)


@pytest.mark.parametrize(
    ("use", "short", "long"),
    [
        (Use((), (), 0), "no instances", "no instance"),
        (Use((), (), 3), "unknown", "3 instances not read yet, one every 3 s"),
        (Use((), (), 0, 2), "unknown",
         "2 instances could not be read: tried again every 2 minutes"),
        (Use(("a",), ("b",), 1), "1 of 2 read: a",
         "a · not on b · 1 instance not read yet, one every 3 s"),
        (Use(("a", "c"), ("b",), 0), "2 of 3: not b", "a, c · not on b"),
        (Use(("a",), ("b", "c"), 0), "1 of 3: a", "a · not on b, c"),
        (Use(("a", "b"), (), 0), "2 of 2", "a, b"),
        (Use((), ("a", "b"), 0), "0 of 2", "no instance"),
        (Use((), ("a", "b"), 1), "0 of 2 read",
         "none of the 2 read · 1 instance not read yet, one every 3 s"),
    ],
)  # fmt: skip
def test_on_which_instances_in_words(use: Use, short: str, long: str) -> None:
    assert (use.short[0], use.long) == (short, long)


# What the account is


async def test_a_team_is_told_in_words_that_it_has_no_keys() -> None:
    async with stage(account={"team_key": True}) as running:
        await keys(running)
        assert "SSH keys cannot be shown" in running.text
        assert "Team SSH keys are not supported" in running.text
        assert "sign in with a key of your personal account" in running.text
        assert "No SSH keys" not in running.text
        await running.press("n")
        await running.pause()
        assert "Team SSH keys are not supported" in running.said
        assert len(running.app.screen_stack) == 1


@pytest.mark.parametrize("shape", ["recorded", "documented", "wrapped"])
async def test_all_marked_keys_are_deleted_and_no_keys_are_shown_as_such(shape: str) -> None:
    async with stage(account={"key_list": shape}) as running:
        screen = await keys(running)
        assert names(screen) == ["laptop", "work-mac"]
        await running.press("space", "space")
        await running.dialog("D")
        await running.press("tab", "enter")
        await running.until(lambda: on_account(running) == [])
        await running.until(lambda: not screen.browse.list.all_rows)
        await running.press("escape")
        assert "No SSH keys" in running.text


async def test_a_key_is_attached_to_all_instances_that_lack_it() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        screen = await keys(running)
        await running.press("end")
        blob = screen.browse.rows[1].key.blob
        await running.until(lambda: screen._use and len(screen._use.attached) == 4, 60, step=1.0)  # noqa: SLF001
        assert screen._use is not None  # noqa: SLF001
        lacking = {at for at, found in screen._use.attached.items() if blob not in found}  # noqa: SLF001
        assert len(lacking) > 1
        await running.dialog("a")
        assert f"All {len(lacking)}" in running.text
        assert running.sent("attach_key") == []
        await running.press("enter")
        await running.until(lambda: len(running.sent("attach_key")) == len(lacking), 60, step=1.0)
        await running.until(lambda: running.said.count("attached to") == len(lacking), 60, step=1.0)


async def test_a_key_is_attached_to_no_instance_without_any() -> None:
    async with stage(instances=0) as running:
        await keys(running)
        await running.until(lambda: running.app.fleet.as_of is not None, step=0.5)
        await running.press("a")
        await running.until(lambda: "You have no instances." in running.said)


async def test_a_login_is_tested_with_this_very_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways: list[SshWay] = []

    async def examine(
        _: object, instance: object, phase: object, way: SshWay
    ) -> AsyncIterator[Check]:
        ways.append(way)
        yield Check("login", CheckState.OK, "It works.")

    monkeypatch.setattr("vasttui.services.ssh.doctor.SshDoctor.examine", examine)
    write_key(tmp_path / "ssh", "other")
    async with stage(instances=4, ssh=own(tmp_path)) as running:
        await running.instances()
        screen = await keys(running)
        assert names(screen)[1:] == ["other.pub", "work-mac"]
        await running.press("T")
        await running.until(lambda: "not on this computer" in running.said)
        assert ways == []
        await running.until(lambda: "0 of 4  " in running.text, step=1.0)
        await running.press("down", "T")
        await running.until(lambda: "other.pub is on no running instance" in running.said)
        assert ways == []
        await running.dialog("a")
        await running.press("enter")
        await running.until(lambda: running.said.count("attached to") == 4, 60, step=1.0)
        await running.until(lambda: "4 of 4  " in running.text, 60, step=1.0)
        await running.press("T")
        await running.until(lambda: "It works." in running.text)
        assert [way.identity for way in ways] == [str(tmp_path / "ssh" / "other")]


async def test_where_the_usual_name_is_taken_a_new_pair_gets_another_and_a_named_file_its_own(
    tmp_path: Path,
) -> None:
    mine = write_key(tmp_path / "ssh")
    write_key(tmp_path / "ssh")
    async with stage(ssh=own(tmp_path)) as running:
        await keys(running)
        await running.dialog("n")
        assert "~/.ssh/id_ed25519_vast (id_ed25519 exists" in running.text
        await running.press("end", "enter")
        await running.until((tmp_path / "ssh" / "id_ed25519_vast.pub").exists)
        await running.until(lambda: len(on_account(running)) == 3)
        await running.until(lambda: len(on_account(running)) == 3)
        assert mine.blob in (tmp_path / "ssh" / "id_ed25519.pub").read_text()
        assert mine.text not in on_account(running)

        await choose(running, 1)
        await give(running, str(tmp_path / "ssh" / "id_ed25519.pub"))
        await running.until(lambda: "id_ed25519.pub was added to the account." in running.said)
