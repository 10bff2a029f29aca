"""What an earlier run of the program left behind, and what could not be read, is told."""

from __future__ import annotations

from pathlib import Path

from tests.support.stage import Stage, stage
from vasttui.store.journal import Journal


def toasts(running: Stage) -> str:
    return "\n".join(note.message for note in running.app._notifications)  # noqa: SLF001


async def test_an_action_that_an_earlier_run_began_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal(path)
    await journal.open("destroy", "4711", {}, now=0.0)
    journal.finish()
    async with stage(journal_file=path) as running:
        await running.until(lambda: "4711: destroyed" in toasts(running), step=0.5)


async def test_a_journal_that_cannot_be_opened_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    path.mkdir()
    async with stage(journal_file=path) as running:
        await running.until(lambda: "Cannot resume the work of an earlier run" in toasts(running))


async def test_price_increases_that_cannot_be_read_are_not_taken_for_none() -> None:
    async with stage(instances=0, faults={"price_increases": ["http:403"]}) as running:
        await running.until(lambda: running.app.fleet.increases_error is not None, step=0.5)
        await running.press("exclamation_mark")
        await running.until(lambda: "Price increases could not be read" in toasts(running))
    async with stage(instances=4, faults={"price_increases": ["http:403"]}) as running:
        await running.until(lambda: running.app.fleet.increases_error is not None, step=0.5)
        await running.press("exclamation_mark")
        await running.until(lambda: "Price increases could not be read" in running.text)
