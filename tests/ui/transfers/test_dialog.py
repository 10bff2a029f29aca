"""The transfer dialog: what can be typed, what is in its way, what it starts."""

from __future__ import annotations

import json

from textual.widgets import Button, Input

from tests.support.stage import Stage, stage
from vasttui.ui.modals.choose import ChooseModal
from vasttui.ui.transfers.dialog import TransferModal

HOME = "/root"


async def ask(running: Stage, label: str = "train-a") -> TransferModal:
    """Ask for a transfer from that instance."""
    await running.instances()
    screen = running.app.get_screen("instances")
    labels = [row.instance.label for row in screen.browse.rows]  # type: ignore[attr-defined]
    await running.press("home", *["down"] * labels.index(label))
    await running.dialog("m")
    assert isinstance(running.app.screen, TransferModal)
    return running.app.screen


def may_start(dialog: TransferModal) -> bool:
    return not dialog.query_one("#confirm", Button).disabled


async def fill(running: Stage, name: str, path: str) -> None:
    """Fill in the destination, from the field of its name on."""
    await running.type(name)
    await running.press("tab")
    await running.type(path)


async def test_the_instance_under_the_cursor_is_the_source() -> None:
    async with stage(instances=6) as running:
        dialog = await ask(running)
        for words in ("Which  train-a", "Path   /workspace/", "Type both ends", "running, "):
            assert words in running.text, words
        assert not may_start(dialog)


async def test_neither_q_nor_esc_on_a_choice_loses_what_was_typed() -> None:
    async with stage(instances=6) as running:
        dialog = await ask(running)
        await fill(running, "notebook", "/workspace/in/")
        await running.press("shift+tab", "shift+tab")
        assert "esc next field" in running.text
        for key in ("q", "escape"):
            await running.press(key)
            assert running.app.screen is dialog
            assert running.app.focused is dialog.query_one("#which_to")
            await running.press("shift+tab")
        dialog.set_focus(dialog.query_one("#cancel"))
        await running.press("q")
        assert running.app.screen is dialog
        assert "esc closes, and loses what was typed" in running.text
        for words in ("notebook", "/workspace/in/", "esc close"):
            assert words in running.text, words
        await running.press("escape")
        assert len(running.app.screen_stack) == 1
        assert isinstance(await ask(running), TransferModal)
        await running.press("shift+tab", "q")
        assert len(running.app.screen_stack) == 1


async def test_a_copy_is_accepted_and_not_called_done_until_it_is_reported() -> None:
    async with stage(instances=6, size=(140, 40)) as running:
        dialog = await ask(running)
        await fill(running, "notebook", "/workspace/in/")
        assert may_start(dialog)
        assert "is billed" in running.text
        await running.press("enter", "enter")
        await running.until(lambda: running.sent("copy"))
        ids = {one.label: one.id for one in running.world.contracts.all(running.clock.now())}
        assert [json.loads(one) for one in running.sent("copy")] == [
            {
                "client_id": "me", "src_id": f"C.{ids['train-a']}",
                "dst_id": f"C.{ids['notebook']}", "src_path": "/workspace/",
                "dst_path": "/workspace/in/",
            }
        ]  # fmt: skip
        await running.until(lambda: "The service accepted it." in running.said)
        await running.until(lambda: "[Transfers 1]" in running.text)
        await running.until(lambda: "1 transfer: 1 under way" in running.text, step=1)
        for words in ("● accepted", "nothing said yet", "train-a /workspace/", "by the service"):
            assert words in running.text, words
        assert "✓" not in running.text
        await running.until(lambda: "● copying" in running.text, 60, step=2)
        assert " %”, said" in running.text
        await running.until(lambda: "✓ done" in running.text, 60, step=2)
        assert "Sizes were not compared" in running.text
        assert "Copy train-a → notebook: done." in running.said
        assert len(running.sent("copy")) == 1


async def test_a_missing_parent_is_warned_of_and_its_failure_told_in_words() -> None:
    async with stage(instances=6) as running:
        dialog = await ask(running, "old-c")
        await fill(running, "notebook", "/srv/in/out/")
        for words in ("/srv/in must be there", "it can be read from, not written into"):
            assert words in running.text, words
        assert may_start(dialog)
        await running.press("enter", "enter")
        await running.until(lambda: "✖ failed" in running.text, 60, step=2)
        assert "/srv/in is not there: only the last folder of a path is made." in running.said


async def test_what_is_in_the_way_keeps_start_off() -> None:
    async with stage(instances=6) as running:
        for name, path, words in (
            ("notebook", f"{HOME}/in/", "/root and / are never a destination"),
            ("notebook", "/", "/root and / are never a destination"),
            ("old-c", "/workspace/x", "old-c is stopped: it can be read from, not written into."),
            ("eval-b", "/workspace/x", "eval-b is loading: it has no disk yet."),
            ("train-a", "/workspace", "Both ends are the same."),
            ("cheap-d", "/workspace/x", "The host of cheap-d does not respond."),
            ("nobody", "/workspace/x", "No instance is called nobody."),
            ("notebook", "workspace", "A path begins with /"),
        ):
            dialog = await ask(running)
            await fill(running, name, path)
            assert words in running.text
            assert not may_start(dialog)
            await running.press("enter", "enter")
            assert running.app.screen is dialog
            await running.press("escape")
        assert running.sent("copy") == []


async def test_enter_in_the_field_of_names_shows_them_all() -> None:
    async with stage(instances=6, volumes=3) as running:
        await running.until(lambda: running.app.fleet.volumes is not None, step=1)
        dialog = await ask(running)
        await running.press("shift+tab", "right", "tab", "enter")
        await running.until(lambda: isinstance(running.app.screen, ChooseModal))
        assert "models" in running.text
        await running.press("down", "down", "enter")
        await running.until(lambda: running.app.screen is dialog)
        await running.type("/in/")
        assert "A volume reports nothing" in running.text
        assert may_start(dialog)


async def test_a_second_copy_between_the_same_two_is_not_offered() -> None:
    async with stage(instances=6) as running:
        await ask(running)
        await fill(running, "notebook", "/workspace/in/")
        await running.press("enter", "enter")
        await running.until(lambda: "1 under way" in running.text, step=1)
        await running.dialog("m")
        assert isinstance(running.app.screen, TransferModal)
        assert "a second one would mix with it" in running.text
        assert not may_start(running.app.screen)


async def test_without_an_answer_nothing_is_sent_again_and_it_is_looked_for() -> None:
    async with stage(instances=6, faults={"copy": ["commit_then_reset"]}) as running:
        await ask(running)
        await fill(running, "notebook", "/workspace/in/")
        await running.press("enter", "enter")
        await running.until(lambda: "It is not known whether the copy was started" in running.said)
        running.app.go("transfers")
        await running.until(lambda: "asked for" in running.text)
        await running.until(lambda: "● copying" in running.text, 60, step=2)
        assert len(running.sent("copy")) == 1


async def test_what_the_service_refuses_leaves_no_row() -> None:
    async with stage(instances=6, faults={"copy": ["refused"]}) as running:
        await ask(running)
        await fill(running, "notebook", "/workspace/in/")
        before = running.app.screen
        await running.press("enter", "enter")
        await running.until(lambda: running.sent("copy") and running.app.screen is not before)
        await running.until(lambda: isinstance(running.app.screen, TransferModal))
        await running.pause()
        assert "accepted" not in running.said
        assert running.app.screen.query_one("#path_to", Input).value == "/workspace/in/"
        assert running.app.live is not None
        assert running.app.live.copies.all == ()


async def test_all_of_it_is_in_view() -> None:
    async with stage(instances=6) as running:
        await ask(running, "old-c")
        await fill(running, "notebook", "/srv/in/out/")
        for size in ((120, 36), (100, 30), (80, 24)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            for words in (
                "From  (●) instance", "To    (●) instance", "old-c", "/srv/in/out/",
                "Only the last folder", "is billed", "[ Start ]", "esc close",
            ):  # fmt: skip
                assert words in running.text, (size, words)


async def test_in_read_only_mode_nothing_is_asked() -> None:
    async with stage(instances=6, read_only=True) as running:
        await running.instances()
        await running.press("m")
        assert len(running.app.screen_stack) == 1
        assert "Read-only mode" in running.said


async def test_esc_closes_where_a_name_was_only_chosen_and_it_is_said_why_start_is_off() -> None:
    async with stage(instances=6) as running:
        await ask(running)
        dialog = running.app.screen
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, ChooseModal))
        await running.press("enter")
        await running.until(lambda: running.app.screen is dialog)
        dialog.query_one("#kind_from").focus()
        await running.pause()
        assert "[ Start ] is off: type both ends" in running.text
        assert "next field" in running.text
        assert "esc next field" not in running.text
        await running.press("escape")
        await running.until(lambda: len(running.app.screen_stack) == 1)
