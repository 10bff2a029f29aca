"""What an instance key refuses, skips, or asks about again."""

from __future__ import annotations

import pytest

from tests.support.stage import Stage, stage
from vasttui.ui.instances.flows import command_problem
from vasttui.ui.modals.message import ConfirmModal


async def put_on(running: Stage, label: str) -> None:
    """Move the cursor to an instance."""
    row = next(row for row in running.app.fleet.rows if row.instance.label == label)
    running.app.get_screen("instances").browse.list.put_cursor(row.id)  # type: ignore[attr-defined]
    await running.poll()


async def mark(running: Stage, *labels: str) -> None:
    for label in labels:
        await put_on(running, label)
        await running.press("space")


async def test_what_it_is_not_for_is_left_alone_and_named() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await put_on(running, "cheap-d")
        await running.dialog("t")
        said = " ".join(running.text.replace("│", " ").split())
        assert "It starts only once the host is back online." in said
        await running.press("escape")

        await put_on(running, "old-c")
        for key, word in (("R", "reboot"), ("X", "recycle")):
            await running.press(key)
            words = f"old-c is stopped: there is nothing to {word}"
            await running.until(lambda words=words: words in running.said)  # type: ignore[misc]
            assert not running.sent(word), key


@pytest.mark.parametrize(("key", "sent"), [("R", "reboot"), ("t", "manage")])
async def test_marked_rows_it_is_not_for_are_left_alone_and_named(key: str, sent: str) -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await mark(running, "train-a", "old-c")
        await running.dialog(key)
        assert "Not affected: old-c (stopped)." in running.text
        await running.press("tab", "enter")
        await running.until(lambda: running.sent(sent))
        await running.until(lambda: "train-a" in running.said)
        assert len(running.sent(sent)) == 1


async def test_deleting_files_is_asked_about_once_more() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await put_on(running, "train-a")
        await running.dialog("E")
        await running.press("ctrl+u")
        await running.type("rm -r /workspace/ck")
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, ConfirmModal))
        assert "rm -r /workspace/ck" in running.text
        await running.press("enter")  # the focus is on Cancel
        await running.poll()
        assert not running.sent("execute")


async def test_the_inbox_is_counted_everywhere_and_why_there_is_no_log_is_said() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await put_on(running, "train-a")
        for key in ("1", "2", "enter"):
            await running.press(key)
            await running.pause()
            assert "!4 " in running.text.splitlines()[0], key
        await running.press("escape")

        running.world.plan("logs", ["http:403"])
        await running.press("l")
        await running.until(lambda: "h shows the host's" in running.text)
        await running.press("l")
        await running.until(lambda: " step " in running.text)
        assert "h shows the host's" not in running.text


@pytest.mark.parametrize("command", ["rm -rf /", "rm /", "rm -rf /*", "rm -r / x", "rm -rf /."])
def test_deleting_everything_is_refused(command: str) -> None:
    assert "x destroys" in command_problem(command, destroy="x")


@pytest.mark.parametrize("command", ["rm -rf /workspace", "rm x", "ls /", "du -sh /", "rm /a/*"])
def test_other_commands_are_not(command: str) -> None:
    assert command_problem(command, destroy="D") == ""


async def test_every_line_of_the_raw_tab_can_be_reached() -> None:
    async with stage(instances=4, size=(80, 24)) as running:
        await running.instances()
        await put_on(running, "train-a")
        await running.press("enter", "left_square_bracket")
        await running.until(lambda: "[Raw]" in running.text)
        assert "│ id " in running.text
        for key, there in (("G", False), ("g", True), ("end", False), ("home", True)):
            await running.press(key)
            await running.pause()
            assert ("│ id " in running.text) is there
        await running.press("G", "right_square_bracket")
        await running.until(lambda: "[Overview]" in running.text)
        assert "State" in running.text or "Connect" in running.text
