"""Transfers between this computer and an instance, by a program that only seems to be rsync."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Button, Input

from tests.support.stage import Stage, stage
from vasttui.services import rsync
from vasttui.services.system.programs import Finished
from vasttui.ui.modals.text import TextModal
from vasttui.ui.transfers import flows
from vasttui.ui.transfers.dialog import TransferModal

LINES = (
    "  7100000000  52%   58.17MB/s    0:02:22 (xfr#4, to-chk=2/8)",
    "  8100000000  62%   58.17MB/s    0:01:22 ",
)


SIZES = ("Number of files: 8 (reg: 4, dir: 4)", "Total file size: 13100000000 bytes")


class Fake:
    """A program that prints lines, and ends when it is told to."""

    def __init__(self, lines: Sequence[str] = LINES) -> None:
        self.lines, self.over = lines, asyncio.Event()
        self.ran, self.looked = list[list[str]](), list[list[str]]()
        self.listed: Sequence[str] = SIZES
        self.fails: Finished | None = None
        self.looking = asyncio.Event()
        self.looking.set()

    async def follow(self, argv: Sequence[str], take: Callable[[str], None]) -> Finished:
        if "--dry-run" in argv:
            self.looked.append(list(argv))
            await self.looking.wait()
            for line in self.listed:
                take(line)
            return self.fails or Finished(0)
        self.ran.append(list(argv))
        for line in self.lines:
            take(line)
        await self.over.wait()
        return Finished(0)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    found = Fake()
    init: Any = rsync.LocalCopies.__init__

    def begin(self: rsync.LocalCopies, *args: Any) -> None:
        init(self, *args, follow=found.follow)

    monkeypatch.setattr(rsync.LocalCopies, "__init__", begin)
    monkeypatch.setattr(flows, "which", lambda name: f"/bin/{name}")
    return found


async def ask(running: Stage, label: str = "train-a") -> TransferModal:
    """Ask for a transfer from that instance to this computer; the cursor is in its path."""
    await running.instances()
    screen = running.app.get_screen("instances")
    labels = [row.instance.label for row in screen.browse.rows]  # type: ignore[attr-defined]
    await running.press("home", *["down"] * labels.index(label))
    await running.dialog("m")
    assert isinstance(running.app.screen, TransferModal)
    await running.press("shift+tab", "right", "right", "tab")
    return running.app.screen


def may_start(dialog: TransferModal) -> bool:
    return not dialog.query_one("#confirm", Button).disabled


async def begin(running: Stage, path: Path) -> None:
    """Start one into that folder, and look at the list."""
    await ask(running)
    await running.type(f"{path}/")
    await running.press("enter", "enter")
    await running.until(lambda: "1 transfer: 1 under way" in running.text, step=0.5)


async def test_what_is_said_before_it_starts_and_without_a_way_in_it_does_not(fake: Fake) -> None:
    async with stage(instances=6, demo=False) as running:
        dialog = await ask(running)
        await running.type("~/runs/")
        for words in ("(●) this computer", "closing vasttui stops it", "rsync copies it"):
            assert words in running.text, words
        assert "name or id" not in running.text
        assert may_start(dialog)
        for label, words in (
            ("old-c", "old-c: SSH is unavailable while stopped"),
            ("cheap-d", "the host is offline"),
        ):
            while len(running.app.screen_stack) > 1:
                await running.press("escape")
            dialog = await ask(running, label)
            await running.type("~/runs/")
            assert words in running.text, label
            assert not may_start(dialog), label


async def test_it_runs_with_a_bar_and_ends(fake: Fake, tmp_path: Path) -> None:
    async with stage(instances=6, demo=False, size=(140, 40)) as running:
        await begin(running, tmp_path)
        for words in ("● copying", "62 %", "███████░░░░░", "1m22s", "61.0 MB/s · 4 files",
                      "8.1 GB sent", "6 of 8 files and folders", "rsync, here",
                      "closing it stops it"):  # fmt: skip
            assert words in running.text, words
        [argv] = fake.ran
        assert argv[-1] == f"{tmp_path}/"
        assert argv[-2].endswith(":/workspace/")
        fake.over.set()
        await running.until(lambda: "✓ done" in running.text)
        done = "4 files copied. Compared: 4 files, 13.1 GB, the same sizes there and here."
        assert f"Copy train-a → this computer: done. {done}" in running.said
        assert running.sent("copy") == []


@pytest.mark.parametrize(
    ("demo", "words"), [(True, "Not in the demo: it connects to nothing."),
                        (False, "rsync is not on this computer: apt install rsync")]
)  # fmt: skip
async def test_without_rsync_it_says_so(
    demo: bool, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows, "which", lambda name: None)
    async with stage(instances=6, demo=demo) as running:
        dialog = await ask(running)
        await running.type("~/runs/")
        assert words in running.text
        assert not may_start(dialog)


async def test_one_key_stops_and_goes_on_and_quitting_says_what_stops(
    fake: Fake, tmp_path: Path
) -> None:
    fake.lines = (*LINES, "file has vanished: /workspace/x [/]")
    async with stage(instances=6, demo=False, size=(80, 24)) as running:
        await begin(running, tmp_path)
        for size in ((80, 24), (100, 30), (120, 36)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            for words in ("● copying", "62 %", "Speed", "1m22s left"):
                assert words in running.text or size[0] > 100, (size, words)

        await running.press("y")
        await running.until(lambda: "rsync -a --no-owner" in running.said)
        await running.dialog("l")
        assert "rsync: file has vanished: /workspace/x [/]" in running.text
        await running.press("escape")

        await running.press("t")
        await running.until(lambda: "○ stopped" in running.text)
        await running.press("t")
        await running.until(lambda: len(fake.ran) == 2)
        assert len(running.app.screen_stack) == 1
        await running.until(lambda: "1 transfer: 1 under way" in running.text, step=0.5)
        assert fake.ran[0] == fake.ran[1]

        await running.dialog("ctrl+q")
        text = " ".join(running.text.split())
        assert "rsync runs here and stops at 62 %" in text.replace("│ │ ", "").replace(" │ ", " ")


async def test_deleting_and_a_dry_run_list_first_and_the_command_is_shown(
    fake: Fake, tmp_path: Path
) -> None:
    fake.listed = ("*deleting   0 old/[/red]x", ">f+++++++++ 2100000000 18440.pt", *SIZES)
    async with stage(instances=6, demo=False, size=(120, 36)) as running:
        dialog = await ask(running)
        await running.type(f"{tmp_path}/")
        assert "Nothing is deleted." in running.text
        await running.press("tab", "tab", "right")
        assert "Deletions are listed first." in running.text
        await running.dialog("Y")
        assert isinstance(running.app.screen, TextModal)
        assert "--delete" in running.text
        assert "rsync -a --no-owner" in running.text
        await running.press("escape")
        assert len(running.app.screen_stack) == 2
        dialog.set_focus(dialog.query_one("#confirm"))
        fake.looking.clear()
        await running.press("enter")
        await running.until(lambda: "rsync looks at both sides" in running.text)
        assert running.app.screen.query_one("#confirm", Button).disabled
        fake.looking.set()
        await running.until(lambda: "Would copy 1 file, 2.1 GB; would delete 1." in running.text)
        for words in ("Dry run: train-a → this computer", "old/[/red]x", "2.1 GB  18440.pt",
                      "[ Delete 1 entry, copy ]"):  # fmt: skip
            assert words in running.text, words
        assert (fake.ran, running.app.focused and running.app.focused.id) == ([], "cancel")
        await running.press("tab", "enter")
        await running.until(lambda: "1 under way" in running.text, step=0.5)
        assert {"--delete", "--max-delete=1"} <= set(fake.ran[0])
        await running.press("t")
        await running.until(lambda: "○ stopped" in running.text)
        await running.dialog("t")
        assert "Dry run: " in running.text
        await running.press("escape")
        assert len(fake.ran) == 1


async def test_a_dry_run_that_fails_says_why_and_starts_nothing(fake: Fake, tmp_path: Path) -> None:
    async with stage(instances=6, demo=False, size=(80, 24)) as running:
        dialog = await ask(running)
        await running.type(f"{tmp_path}/")
        await running.press("tab", "right")
        for words in ("(●) dry run first", "(●) keep what only", "[ Start ]"):
            assert words in running.text, words
        fake.fails = Finished(127, err="sh: rsync: command not found")
        dialog.set_focus(dialog.query_one("#confirm"))
        await running.press("enter")
        await running.until(lambda: "rsync is not installed on train-a" in running.text)
        assert "[ Cancel ]" in running.text.splitlines()[-3]
        await running.press("escape")
        await running.until(lambda: isinstance(running.app.screen, TransferModal))
        await running.pause()
        below = running.app.screen
        assert isinstance(below, TransferModal)
        assert below.query_one("#path_to", Input).value == f"{tmp_path}/"
        assert "(●) dry run first" in running.text
        assert may_start(below)
        assert fake.ran == []


async def test_what_an_earlier_run_left_is_there_and_goes_on(fake: Fake, tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    async with stage(instances=6, demo=False, journal_file=file) as running:
        await begin(running, tmp_path)
    async with stage(instances=6, demo=False, journal_file=file) as running:
        await running.until(lambda: "with this computer did not end" in running.said, step=1)
        await running.instances()
        running.app.go("transfers")
        await running.until(lambda: "○ stopped" in running.text)
        for words in ("It stopped when vasttui ended", "62 %", "train-a /workspace/"):
            assert words in running.text, words
        await running.press("t")
        await running.until(lambda: "● copying" in running.text)
        assert fake.ran[0] == fake.ran[1]
