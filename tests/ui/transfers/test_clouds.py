"""Transfers between an instance and a cloud: a dry run first, flags, what is said before."""

from __future__ import annotations

import json

import pytest
from textual.widgets import Button, Input

from tests.support.stage import Stage, stage
from vasttui.ui.modals.choose import ChooseModal
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.transfers.dialog import TransferModal


async def ask(running: Stage, label: str = "train-a") -> TransferModal:
    """Ask for a transfer from that instance to a cloud; the cursor is in the field of its name."""
    await running.instances()
    screen = running.app.get_screen("instances")
    labels = [row.instance.label for row in screen.browse.rows]  # type: ignore[attr-defined]
    await running.press("home", *["down"] * labels.index(label))
    await running.dialog("m")
    assert isinstance(running.app.screen, TransferModal)
    await running.press("shift+tab", "right", "right", "right", "tab")
    await running.until(lambda: running.sent("connections"), step=0.5)
    await running.pause()
    return running.app.screen


async def fill(running: Stage, *keys: str, path: str = "bucket/ck") -> TransferModal:
    """The same, with the connection and a path there, and keys on what follows the path."""
    dialog = await ask(running)
    await running.type("backups")
    await running.press("tab")
    await running.type(path)
    await running.press(*keys)
    return dialog


def may_start(dialog: TransferModal) -> bool:
    return not dialog.query_one("#confirm", Button).disabled


async def start(running: Stage, *keys: str, path: str = "bucket/ck") -> None:
    dialog = await fill(running, *keys, path=path)
    assert may_start(dialog)
    dialog.set_focus(dialog.query_one("#confirm"))
    await running.press("enter")
    await running.until(lambda: running.sent("cloud_copy"))
    await running.until(lambda: "1 transfer" in running.text, step=0.5)


async def test_a_dry_run_comes_first_and_what_matters_is_said() -> None:
    async with stage(instances=6, size=(140, 40)) as running:
        dialog = await fill(running)
        for words in ("How   (●) dry run first", "Files (●) all", "keys of the connection backups",
                      "put on the host of train-a", "take the bucket first", "Nothing is deleted",
                      "s3"):  # fmt: skip
            assert words in running.text, words
        assert may_start(dialog)
        assert running.sent("cloud_copy") == []
        assert len(running.sent("connections")) == 1


async def test_a_dry_run_is_sent_once_and_copies_nothing() -> None:
    async with stage(instances=6, size=(140, 40)) as running:
        await start(running)
        ids = {one.label: one.id for one in running.world.contracts.all(running.clock.now())}
        assert [json.loads(one) for one in running.sent("cloud_copy")] == [
            {
                "src": "/workspace/", "dst": "bucket/ck", "instance_id": f"{ids['train-a']}",
                "selected": "1811", "transfer": "Instance To Cloud", "flags": ["--dry-run"],
            }
        ]  # fmt: skip
        for words in ("● accepted, dry", "backups (s3) bucket/ck", "dry run · ", "cloud_copy/"):
            assert words in running.text, words
        assert "the end is looked for in what train-a reports" in running.said
        await running.until(lambda: "✓ dry run" in running.text, 60, step=4)
        assert "Nothing was copied" in running.text
        assert running.sent("copy") == []
        await running.dialog("t")
        again = running.app.screen
        assert isinstance(again, TransferModal)
        assert again.query_one("#which_to", Input).value == "backups"


async def test_a_copy_with_flags_and_its_command() -> None:
    async with stage(instances=6, size=(140, 40)) as running:
        await start(running, "tab", "right", "tab", "right")
        assert json.loads(running.sent("cloud_copy")[0])["flags"] == ["--update"]
        await running.press("y")
        await running.until(lambda: "vastai cloud copy --src /workspace/ --dst bu" in running.said)
        assert "--connection 1811 --transfer 'Instance To Cloud' --update" in running.said
        await running.until(lambda: "● copying" in running.text, 60, step=4)
        assert "“50 %”" in running.text
        await running.until(lambda: "✓ done" in running.text, 60, step=4)


async def test_stopping_is_for_all_of_the_instance() -> None:
    async with stage(instances=6, size=(140, 40)) as running:
        await start(running, "tab", "right")
        await running.dialog("t")
        assert isinstance(running.app.screen, ConfirmModal)
        assert "This stops every copy between train-a and clouds" in running.text
        await running.press("tab", "enter")
        await running.until(lambda: running.sent("cancel_cloud_copy"))
        await running.until(lambda: "◐ stopping" in running.text, step=0.5)
        await running.until(lambda: "○ stopped" in running.text, 60, step=5)
        assert running.sent("cancel_copy") == []


async def test_one_that_fails_says_so_in_the_words_of_the_service() -> None:
    async with stage(instances=6, size=(140, 40)) as running:
        await start(running, path="no-such-bucket/x")
        await running.until(lambda: "✖ failed" in running.text, 60, step=4)
        assert "failed. There is no bucket of that name. “ERROR : no-such-" in running.said


async def test_from_a_cloud_into_an_instance() -> None:
    async with stage(instances=6) as running:
        await ask(running)
        await running.dialog("enter")
        assert isinstance(running.app.screen, ChooseModal)
        assert "1905 · drive" in running.text
        await running.press("down", "enter")
        await running.pause()
        assert "datasets" in running.text


async def test_from_a_volume_to_a_cloud() -> None:
    """An ordinary copy: neither flags nor a dry run, and nothing tells its end."""
    async with stage(instances=6, volumes=3, size=(140, 40)) as running:
        await running.until(lambda: running.app.fleet.volumes is not None, step=1)
        dialog = await fill(running)
        [volume, *_] = running.app.fleet.volumes or ()
        assert "dry run first" in running.text
        await running.press(*["shift+tab"] * 5, "right", "tab")
        await running.type(volume.name)
        await running.press("tab")
        await running.type("/ck")
        for words in (f"backups are put on the host of {volume.name}", "neither a dry run",
                      "Neither a volume nor a cloud reports anything",
                      "What the cloud itself asks is not in it"):  # fmt: skip
            assert words in running.text, words
        assert "dry run first" not in running.text
        assert may_start(dialog)
        dialog.set_focus(dialog.query_one("#confirm"))
        await running.press("enter")
        await running.until(lambda: running.sent("copy"))
        assert [json.loads(one) for one in running.sent("copy")] == [
            {"client_id": "me", "src_id": f"V.{volume.id}", "dst_id": "s3.1811",
             "src_path": "/ck", "dst_path": "bucket/ck"}
        ]  # fmt: skip
        await running.until(lambda: "1 transfer" in running.text, step=0.5)
        for words in ("● accepted", f"{volume.name} (volume) /ck", "backups (s3) bucket/ck",
                      "· by the service"):  # fmt: skip
            assert words in running.text, words
        assert "a volume reports nothing" in running.said
        await running.dialog("t")
        assert "This stops every copy into backups (s3)" in running.text
        await running.press("tab", "enter")
        await running.until(lambda: running.sent("cancel_copy"))
        assert json.loads(running.sent("cancel_copy")[0])["dst_id"] == "s3.1811"
        assert running.sent("cloud_copy") == running.sent("cancel_cloud_copy") == []


async def test_only_an_instance_or_a_volume_is_the_other_end() -> None:
    async with stage(instances=6) as running:
        dialog = await fill(running, *["shift+tab"] * 5, "right", "right", "tab")
        await running.type("~/x")
        assert not may_start(dialog)


@pytest.mark.parametrize("fault", ["http:500", "no_right"])
async def test_connections_that_cannot_be_read_say_why(fault: str) -> None:
    async with stage(instances=6, faults={"connections": [fault] * 9}) as running:
        dialog = await ask(running)
        await running.until(lambda: "being read" not in running.text, 60, step=1)
        assert dialog.query_one("#which_to")
        assert "✖" in running.text
        assert not may_start(dialog)


async def test_a_refusal_with_status_200_is_one() -> None:
    async with stage(instances=6) as running:
        await fill(running)
        running.world.plan("cloud_copy", ["refused"])
        dialog = running.app.screen
        dialog.set_focus(dialog.query_one("#confirm"))
        await running.press("enter")
        await running.until(lambda: running.sent("cloud_copy"))
        await running.pause()
        assert running.app.live is not None
        assert running.app.live.copies.all == ()


async def test_it_fits_80x24() -> None:
    async with stage(instances=6, size=(80, 24)) as running:
        await fill(running)
        for words in ("(●) cloud", "( ) backup", "How   (●) dry run first", "[ Start ]",
                      "bucket/ck"):  # fmt: skip
            assert words in running.text, words
