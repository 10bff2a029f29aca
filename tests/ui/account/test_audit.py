"""The audit log on the screen."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.support.stage import Stage, stage
from vasttui.ui.account.audit import AuditScreen


async def audit(running: Stage) -> AuditScreen:
    """Go there and wait until it was read."""
    await running.press("6", "shift+tab", "shift+tab")
    screen = running.app.get_screen("audit")
    assert isinstance(screen, AuditScreen)
    await running.until(lambda: screen.snapshot.number or screen.snapshot.error)
    await running.pause()
    return screen


def whats(screen: AuditScreen) -> list[str]:
    return [row.entry.what for row in screen.browse.rows]


async def test_it_says_what_was_done_and_what_is_not_in_it() -> None:
    async with stage() as running:
        screen = await audit(running)
        for size in ((80, 24), (100, 30), (120, 36)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert whats(screen)[0] == "rented", size
            for words in (
                "stopped an instance", "added an SSH key", "7 entries, the oldest",
                "What Vast.ai does by itself (outbid, no credit) is not in it",
            ):  # fmt: skip
                assert words in running.text, size
            for words in ("{}", "every…"):
                assert words not in running.text, size

        running.world.plan("audit_logs", ["http:503"] * 9)
        await running.press("r")
        await running.until(lambda: screen.snapshot.error)
        await running.pause()
        assert len(screen.browse.rows) == 7
        assert "Showing what was so" in running.text


async def test_it_is_saved_copied_and_hidden(tmp_path: Path) -> None:
    async with stage() as running:
        screen = await audit(running)
        running.app.run_worker(screen.save_csv())
        await running.until(lambda: isinstance(running.app.focused, Input))
        assert isinstance(running.app.focused, Input)
        running.app.focused.value = str(tmp_path / "audit.csv")
        await running.press("enter")
        await running.until(lambda: "Saved" in running.said)
        head, *rows = csv.reader((tmp_path / "audit.csv").read_text().splitlines())
        assert head == ["When", "What", "About", "From", "Key"]
        assert len(rows) == 7

        for secret in ("203.0.113.7", "54288105"):
            assert secret in running.text
        await running.press("P")
        await running.pause()
        for secret in ("203.0.113.7", "54288105"):
            assert secret not in running.text

        await running.press("P", "slash")
        await running.type("api.ssh_POST")
        await running.press("enter", "y")
        await running.until(lambda: "203.0.113.7  key main" in running.said)
        await running.press("Y")
        await running.until(lambda: '"api_route": "api.ssh_POST"' in running.said)
        assert len(screen.browse.rows) == 1


async def test_a_stop_of_this_program_comes_first_with_the_label_and_a_mark() -> None:
    async with stage() as running:
        await running.instances()
        number = running.app.fleet.rows[0].id
        label = running.app.fleet.rows[0].instance.label
        assert running.app.api is not None
        await running.app.api.instances.set_state(number, "stopped")
        screen = await audit(running)
        row = screen.browse.rows[0]
        assert (row.entry.what, row.about, row.mine) == (
            "stopped an instance", f"{label} ({number})", True,
        )  # fmt: skip
        assert row.days == pytest.approx(0, abs=0.1)
        assert "main, in use here" in running.text


async def test_it_is_filtered_and_a_job_of_the_service_has_a_key_of_its_own() -> None:
    async with stage() as running:
        await running.instances()
        screen = await audit(running)
        for text, count in (
            ("rented", 4), ("from:198.51.", 1), ("what:destroyed", 1), ("days<2", 2), ("-mine", 1),
            ("key:main", 6), ("about:54288105 -destroyed", 1), ("stopped from:203.", 0),
        ):  # fmt: skip
            screen.bar.set_text(text)
            await running.pause()
            assert len(screen.browse.rows) == count, text
        screen.bar.set_text("")
        await running.press("slash")
        await running.type("key:88123")
        [row] = screen.browse.rows
        assert (row.mine, row.yours) == (False, False)
        assert "88123, not yours" in running.text
        assert "a scheduled job has a key of its own" in running.text


async def test_an_empty_log_and_one_that_may_not_be_read() -> None:
    async with stage(account={"narrow_key": True}) as running:
        await audit(running)
        assert "Audit entries cannot be shown" in running.text
        assert "This key may not read the account (it lacks user_read)." in running.text
    async with stage() as running:
        running.world.holder.audit.restore([])
        await audit(running)
        assert "No audit entries" in running.text
        assert "The service keeps none for this account." in running.text


async def test_keys_that_may_not_be_listed_have_ids_for_names() -> None:
    async with stage(faults={"api_keys": ["http:403"] * 9}) as running:
        await running.instances()
        screen = await audit(running)
        assert {row.key for row in screen.browse.rows} == {"40211", "88123"}
        assert {row.yours for row in screen.browse.rows} == {None}
        assert "not yours" not in running.text
