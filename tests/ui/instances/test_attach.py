"""The SSH key dialog: attach, detach and generate keys, each verified."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from tests.support.ssh_keys import PRIVATE, public_key, write_key
from tests.support.stage import Stage, stage
from vasttui.simulator.account.contract import Contract
from vasttui.ui.instances.attach_dialog import AttachModal
from vasttui.ui.modals.ask import AskModal
from vasttui.ui.modals.choose import ChooseModal
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.session import SshUse


def own(tmp_path: Path) -> SshUse:
    return SshUse(folder=tmp_path / "ssh", config=tmp_path / "config")


async def keys(running: Stage, label: str = "train-a") -> Contract:
    """Open the dialog for an instance and wait until the keys are loaded."""
    await running.instances()
    every = running.world.contracts.all(running.clock.now())
    contract = next(one for one in every if one.label == label)
    running.app.get_screen("instances").browse.list.put_cursor(contract.id)  # type: ignore[attr-defined]
    await running.dialog("a")
    await shown(running)
    return contract


async def from_a_file_or_pasted(running: Stage, text: str) -> None:
    """Answer the question for a public key."""
    await running.press("n")
    await running.until(lambda: isinstance(running.app.screen, ChooseModal))
    await running.press("enter")
    await running.until(lambda: isinstance(running.app.screen, AskModal))
    await answer(running, text)


async def answer(running: Stage, text: str) -> None:
    running.app.screen.query_one(Input).value = text
    await running.pause()
    await running.press("enter")
    await running.pause()


async def shown(running: Stage) -> None:
    await running.until(lambda: isinstance(running.app.screen, AttachModal))
    drawn = "Only public keys are read"
    await running.until(lambda: drawn in running.text and "Reading the keys" not in running.text)


def texts(contract: Contract) -> list[str]:
    return [key.text for key in contract.keys]


async def test_a_local_key_is_attached_and_the_countdown_runs(tmp_path: Path) -> None:
    mine = write_key(tmp_path / "ssh")
    async with stage(instances=4, ssh=own(tmp_path)) as running:
        contract = await keys(running)
        assert "id_ed25519.pub" in running.text
        assert "found ✓" in running.text
        await running.press("space", "enter")
        await running.until(lambda: "works after about" in running.said)
        assert mine.text in texts(contract)
        await shown(running)
        await running.until(lambda: "The new key works in about" in running.text)
        assert mine.text not in [key.text for key in running.world.keys.account]


async def test_the_account_gets_it_as_well_when_the_user_says_so(tmp_path: Path) -> None:
    mine = write_key(tmp_path / "ssh")
    async with stage(instances=4, ssh=own(tmp_path)) as running:
        contract = await keys(running)
        assert "[ ] also save to the account" in running.text
        await running.press("end", "space")
        assert "[x] also save to the account" in running.text
        await running.press("home", "enter")
        await running.until(lambda: "added to the account" in running.said)
        assert mine.text in texts(contract)
        assert mine.text in [key.text for key in running.world.keys.account]


async def test_what_enter_will_do_is_written_there(tmp_path: Path) -> None:
    write_key(tmp_path / "ssh")
    write_key(tmp_path / "ssh", name="id_work", seed="b")
    async with stage(instances=4, ssh=own(tmp_path)) as running:
        await keys(running)
        cursor = "Nothing is ticked: Enter attaches id_ed25519.pub, under the cursor."
        assert cursor in running.text
        assert "[ Attach this key ]" in running.text
        await running.press("D")
        await running.until(lambda: "is not on the instance" in running.said)
        assert running.sent("detach_key") == []

        await running.press("space", "down", "space", "end", "space")
        await running.pause()
        saved = "Enter attaches id_ed25519.pub, id_work.pub and saves them to the account."
        assert saved in running.text
        assert "[ Attach 2 keys ]" in running.text


async def test_a_private_key_is_refused_unread_and_a_pasted_one_attached(tmp_path: Path) -> None:
    write_key(tmp_path / "ssh", name="id_ed25519")
    text = public_key("pasted")
    async with stage(instances=4, ssh=own(tmp_path)) as running:
        contract = await keys(running)
        await from_a_file_or_pasted(running, "")
        for private in (PRIVATE.replace("\n", " "), str(tmp_path / "ssh" / "id_ed25519")):
            await running.press("x")
            assert "✖" not in running.text, private
            await answer(running, private)
            assert "✖" in running.text, private
        assert running.sent("attach_key") == []
        await answer(running, text)
        await running.until(lambda: text in texts(contract))


async def test_read_only_mode_changes_nothing(tmp_path: Path) -> None:
    write_key(tmp_path / "ssh")
    async with stage(instances=4, ssh=own(tmp_path), read_only=True) as running:
        await keys(running)
        await running.press("enter")
        await running.until(lambda: "Read-only mode" in running.said)
        assert running.sent("attach_key") == []


async def test_a_key_is_detached_once_it_is_agreed_to_and_a_new_pair_attached(
    tmp_path: Path,
) -> None:
    (tmp_path / "ssh").mkdir()
    async with stage(instances=4, ssh=own(tmp_path)) as running:
        contract = await keys(running)
        before = texts(contract)
        assert before
        for answer, left in (("enter", len(before)), ("tab", len(before) - 1)):
            await running.press("D")
            await running.until(lambda: isinstance(running.app.screen, ConfirmModal))
            assert "It will no longer log in to train-a." in running.text
            await running.press(answer, *(["enter"] if answer == "tab" else []))
            await shown(running)
            await running.until(lambda left=left: len(texts(contract)) == left)  # type: ignore[misc]
        assert "detached from train-a" in running.said

        await running.press("n")
        await running.until(lambda: isinstance(running.app.screen, ChooseModal))
        await running.press("j", "enter")
        await running.until(lambda: len(texts(contract)) == len(before))
        [made] = (tmp_path / "ssh").glob("*.pub")
        assert made.read_text().split()[1] in texts(contract)[-1]


async def test_several_marked_instances_get_it_together(tmp_path: Path) -> None:
    mine = write_key(tmp_path / "ssh")
    async with stage(instances=4, ssh=own(tmp_path)) as running:
        await running.instances()
        await running.press("space", "space", "space")
        await running.dialog("a")
        await shown(running)
        assert "SSH keys for 3 instances" in running.text
        assert "0 of 3" in running.text
        await running.press("enter")
        every = running.world.contracts.all(running.clock.now())
        await running.until(lambda: sum(mine.text in texts(one) for one in every) == 3, step=1.0)


async def test_what_cannot_be_read_is_unknown_and_said(tmp_path: Path) -> None:
    write_key(tmp_path / "ssh")
    async with stage(instances=4, ssh=own(tmp_path)) as running:
        running.world.plan("account_keys", ["http:403"])
        await keys(running)
        assert "unknown" in running.text
        assert "The account's keys could not be read" in running.text


async def test_what_is_there_already_is_named_and_not_sent_again() -> None:
    async with stage(instances=4) as running:
        await keys(running)
        assert "not checked in the demo" in running.text
        assert "not here" not in running.text
        before = running.text
        for key in ("d", "delete", "x", "g", "p", "s"):
            await running.press(key)
            await running.pause()
            assert running.text == before, key

        assert "[ Nothing to attach ]" in running.text
        assert "laptop is on it already." in running.text
        await running.press("enter")
        assert isinstance(running.app.screen, AttachModal)
        await running.press("space")
        await running.pause()
        assert "What is ticked is on it already." in running.text

        await running.press("space", "j")
        await running.pause()
        assert "[ Attach this key ]" in running.text
        await running.press("end", "D")
        assert isinstance(running.app.screen, AttachModal)
        await running.press("enter", "enter", "enter")
        assert "[x] also save to the account" in running.text
        assert running.sent("attach_key") == []


async def test_a_long_name_moves_no_column(tmp_path: Path) -> None:
    write_key(tmp_path / "ssh", name="a_very_long_name_of_a_key_for_the_cluster_at_work")
    async with stage(instances=4, ssh=own(tmp_path)) as running:
        await keys(running)
        for size in ((60, 20), (80, 24), (120, 36)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            lines = running.text.splitlines()
            [head] = [line for line in lines if "on account" in line]
            at = head.index("on account")
            assert [line[at : at + 3] for line in lines if "[ ] a_very" in line] == ["no "], size
            assert [line[at : at + 3] for line in lines if "[ ] laptop" in line] == ["yes"], size
            assert "also save to the account, for new instances " in running.text, size


async def test_keys_that_come_while_the_program_closes_are_dropped() -> None:
    async with stage(instances=4) as running:
        await keys(running)
        dialog = running.app.screen
        assert isinstance(dialog, AttachModal)
        await dialog.query_one("#frame").remove()
        dialog.load()
        await running.pause(3)
        assert not [worker for worker in dialog.workers if worker.group == "keys"]


async def test_without_a_label_the_id_is_named_once() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        every = running.world.contracts.all(running.clock.now())
        one = next(one for one in every if one.label == "train-a")
        one.label = ""
        await running.poll()
        running.app.get_screen("instances").browse.list.put_cursor(one.id)  # type: ignore[attr-defined]
        await running.dialog("a")
        await shown(running)
        assert f"SSH keys for {one.id} ─" in running.text
