"""The list of transfers: what is said of each, stopping, asking again, forgetting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.stage import Stage, stage
from vasttui.models.data_transfer import DRY_RUN, End, Progress, Said, Transfer
from vasttui.models.data_transfer import Stage as How
from vasttui.ui.app.exit_summary import exit_summary
from vasttui.ui.modals.copy_as import CopyAsModal
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.modals.text import TextModal
from vasttui.ui.transfers import resource
from vasttui.ui.transfers.dialog import TransferModal
from vasttui.ui.transfers.screen import TransfersScreen

PLAIN = Transfer(
    number=1, source=End("instance", 7, "/a"), target=End("instance", 8, "/b"), asked_at=0.0,
    since=0.0, stage=How.COPYING, before={},
)  # fmt: skip


def ids(running: Stage) -> dict[str, int]:
    return {f"{one.label}": one.id for one in running.world.contracts.all(running.clock.now())}


async def transfers(running: Stage, *copies: tuple[str, str, str]) -> TransfersScreen:
    """Start these copies (from, to, path there) and go to the list."""
    await running.instances()
    assert running.app.live is not None
    known = ids(running)
    for source, target, path in copies:
        ends = (
            End("instance", known[source], "/workspace/ck/"),
            End("instance", known[target], path),
        )
        await running.app.live.copies.start(*ends)
    running.app.go("transfers")
    screen = running.app.get_screen("transfers")
    assert isinstance(screen, TransfersScreen)
    await running.until(lambda: len(screen.browse.list.all_rows) == len(copies), step=1)
    await running.until(lambda: screen.snapshot.number, step=1)
    await running.pause()
    return screen


A = ("train-a", "notebook", "/workspace/in/")
B = ("old-c", "notebook", "/workspace/other/")
LOST = ("old-c", "train-a", "/srv/in/out/")


async def test_without_any_it_says_how_to_begin_and_tab_goes_there() -> None:
    async with stage(instances=6) as running:
        await running.instances()
        await running.press("tab", "tab")
        await running.until(lambda: isinstance(running.app.screen, TransfersScreen))
        await transfers(running)
        assert "No transfers" in running.text
        assert "m on an instance copies data to or from it" in running.text
        await running.dialog("n")
        assert isinstance(running.app.screen, TransferModal)


async def test_each_says_how_far_it_is_and_the_failed_one_why() -> None:
    async with stage(instances=6, size=(140, 40)) as running:
        screen = await transfers(running, A, LOST)
        for query, sources in (
            ("from:old-c", ["old-c"]), ("to:notebook", ["train-a"]),
            ("state:accepted -from:old", ["train-a"]), ("srv", ["old-c"]), ("from:nobody", []),
        ):  # fmt: skip
            screen.bar.set_text(query)
            await running.pause()
            assert [row.source for row in screen.browse.rows] == sources, query
        screen.bar.set_text("")
        await running.until(lambda: "✖ failed" in running.text, 60, step=2)
        await running.until(lambda: "● copying" in running.text, 60, step=2)
        assert "2 transfers: 1 under way, 1 failed" in running.text
        assert "/srv/in is not there" in running.text
        assert [row.transfer.word for row in screen.browse.rows] == ["copying", "failed"]


async def test_on_a_small_screen() -> None:
    async with stage(instances=6, size=(80, 24)) as running:
        await transfers(running, A)
        await running.until(lambda: "● copying" in running.text, 60, step=2)
        for size in ((80, 24), (100, 30)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            for words in ("train-a /work", "notebook /work", "Says", "about 30 s behind", "n new"):
                assert words in running.text, (size, words)


async def test_stopping_says_what_else_it_stops_and_is_not_done_at_once() -> None:
    async with stage(instances=6, size=(140, 40)) as running:
        await transfers(running, A, B)
        await running.dialog("t")
        assert isinstance(running.app.screen, ConfirmModal)
        for words in ("every copy into notebook", "2 are known here", "train-a /workspace/ck/",
                      "old-c /workspace/ck/", "[ Stop both ]"):  # fmt: skip
            assert words in running.text, words
        assert running.sent("cancel_copy") == []
        await running.press("tab", "enter")
        await running.until(lambda: running.sent("cancel_copy"))
        await running.until(lambda: running.text.count("◐ stopping") == 2, step=1)
        assert "Whether it stops is seen within 2 minutes." in running.said
        await running.until(lambda: running.text.count("○ stopped") == 2, 60, step=5)
        assert "Nothing new came after the cancel." in running.text
        assert all(one.cancelled for one in running.world.copies.all)
        assert len(running.sent("cancel_copy")) == 1


async def test_what_is_over_is_asked_for_again_and_forgotten() -> None:
    async with stage(instances=6) as running:
        screen = await transfers(running, A)
        await running.press("D")
        assert "One under way must be stopped first." in running.said
        await running.until(lambda: "✓ done" in running.text, 60, step=5)
        await running.dialog("t")
        assert isinstance(running.app.screen, TransferModal)
        assert "/workspace/ck/" in running.text
        assert "/workspace/in/" in running.text
        await running.press("escape")
        await running.press("D")
        await running.until(lambda: not screen.browse.list.all_rows, step=1)
        await running.pause()
        assert "No transfers" in running.text
        assert running.sent("cancel_copy") == []


async def test_its_command_is_copied_its_ids_are_hidden_and_it_goes_on() -> None:
    async with stage(instances=6) as running:
        await transfers(running, A)
        known = ids(running)
        command = f"vastai copy C.{known['train-a']}:/workspace/ck/ C.{known['notebook']}:"
        await running.press("y")
        await running.until(lambda: command in running.said)
        await running.dialog("Y")
        assert isinstance(running.app.screen, CopyAsModal)
        assert "commands/copy_direct/" in running.text

        await running.press("escape")
        assert "1 copy goes on without vasttui" in exit_summary(running.app)

        number = f"{ids(running)['notebook']}"
        assert number in running.text
        await running.press("P")
        await running.until(lambda: number not in running.text)


async def test_all_that_was_said_of_it() -> None:
    async with stage(instances=6) as running:
        await transfers(running, A)
        await running.dialog("l")
        assert "Nothing was said of it yet." in running.text
        await running.press("escape")
        await running.until(lambda: "✓ done" in running.text, 60, step=4)
        await running.dialog("l")
        assert isinstance(running.app.screen, TextModal)
        assert "notebook: receiving copy 10%" in running.text
        assert "notebook: Done receiving copy" in running.text


def test_old_words_are_told_with_their_age_and_no_words_as_none() -> None:
    assert resource.note(PLAIN, 60.0)[0] == "nothing said yet"
    volume = replace(PLAIN, target=End("volume", 8, "/b"))
    assert resource.note(volume, 60.0)[0] == "a volume reports nothing"


@pytest.mark.parametrize(
    ("changes", "words", "value"),
    [
        ({}, "-", None),
        ({"said": (Said(20.0, 8, "receiving copy 60%"),)}, "60 % 40s", 60),
        ({"said": (Said(0.0, 8, "receiving copy 100%"),), "stage": How.STOPPED}, "100 % 1m", 100),
        ({"said": (Said(20.0, 8, "receiving copy"),)}, "-", None),
        ({"said": (Said(20.0, 8, "Transferred: 60%"),), "flags": (DRY_RUN,)}, "-", None),
        ({"run": ("rsync",), "progress": Progress(10, 41, 5.0)}, "41 %", 41),
    ],
)
def test_how_much_has_arrived_is_in_the_list_as_it_was_said(
    changes: dict[str, Any], words: str, value: int | None
) -> None:
    row = resource.TransferRow(replace(PLAIN, **changes), "a", "b")
    [done] = [one for one in resource.columns(lambda: 60.0) if one.key == "done"]
    assert done.cell(row)[0] == words
    assert done.value is not None
    assert done.value(row) == value
    [bar] = [one for one in resource.columns(lambda: 60.0) if one.key == "bar"]
    assert bool(bar.cell(row)[0]) is (row.transfer.progress is not None)
