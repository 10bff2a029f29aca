"""Work that ends later takes no screen; `r` reads again what is shown; the log can hide reads."""

from __future__ import annotations

import asyncio

from tests.support.stage import Stage, stage
from tests.ui.instances.test_instances import on
from vasttui.services.ssh.checks import Check, CheckState, Fix, FixKind
from vasttui.ui.instances.ssh_doctor import DoctorFlow
from vasttui.ui.instances.ssh_doctor_dialog import DoctorModal
from vasttui.ui.modals.text import TextModal
from vasttui.ui.modals.working import WorkingModal, work_behind

GONE_KEY = Fix(FixKind.ATTACH, "Attach the key", "Attaching the key.")


async def working(running: Stage, gate: asyncio.Future[str]) -> list[tuple[str, bool]]:
    """Start work that ends when the gate opens; what came of it."""
    found: list[tuple[str, bool]] = []

    async def job() -> str:
        return await gate

    async def flow() -> None:
        found.append(await work_behind(running.app, "Working", "Long work…", job()))

    running.app.run_worker(flow(), group="dialog", description="")
    await running.until(lambda: isinstance(running.app.screen, WorkingModal))
    await running.pause()
    return found


async def test_who_waits_gets_the_result() -> None:
    async with stage() as running:
        gate: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        found = await working(running, gate)
        assert "Long work…" in running.text
        gate.set_result("done")
        await running.until(lambda: found)
        assert found == [("done", True)]
        assert len(running.app.screen_stack) == 1


async def test_who_leaves_is_not_disturbed_and_the_work_goes_on() -> None:
    async with stage() as running:
        gate: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        found = await working(running, gate)
        await running.press("escape", "slash", "x")
        gate.set_result("done")
        await running.until(lambda: found)
        assert found == [("done", False)]
        assert running.app.offers.bar.text == "x"
        assert len(running.app.screen_stack) == 1


async def test_a_command_that_ends_later_shows_its_output_only_to_who_waited() -> None:
    async with stage(instances=4, faults={"execute": ["stall:5"]}) as running:
        await running.instances()
        await on(running, "old-c")
        await running.dialog("E")
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, WorkingModal))
        await running.press("escape", "1")
        await running.until(lambda: "ls -l / on old-c" in running.said, 60.0, step=1.0)
        assert len(running.app.screen_stack) == 1
        await running.press("2")
        await on(running, "old-c")
        await running.dialog("E")
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, TextModal), 60.0, step=1.0)


async def test_a_fix_that_ends_later_does_not_bring_the_test_back(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    gate: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def examine(*_: object):  # type: ignore[no-untyped-def]
        yield Check("key", CheckState.BAD, "It has no key.", fix=GONE_KEY)

    class Fixer:
        async def apply(self, *_: object) -> str:
            return await gate

    monkeypatch.setattr("vasttui.services.ssh.doctor.SshDoctor.examine", examine)
    monkeypatch.setattr("vasttui.ui.instances.ssh_doctor.key_fixer", lambda *_: Fixer())
    async with stage(instances=4) as running:
        await running.instances()
        row = running.app.fleet.rows[0]
        running.app.run_worker(DoctorFlow(running.app).examine(row), group="dialog", description="")
        await running.until(lambda: "It has no key." in running.text)
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, WorkingModal))
        await running.press("escape", "slash")
        gate.set_result("The key is attached.")
        await running.until(lambda: "The key is attached." in running.said)
        await running.pause(0.5)
        assert not isinstance(running.app.screen, DoctorModal)
        assert running.app.focused is running.app.screen.query_one("FilterInput")


async def test_r_reads_the_log_again() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await on(running, "train-a")
        await running.press("l")
        await running.until(lambda: "fetched" in running.text)
        before = len(running.sent("logs"))
        await running.press("r")
        await running.until(lambda: len(running.sent("logs")) == before + 1)
        await running.press("escape", "r")
        await running.poll()
        assert len(running.sent("logs")) == before + 1


async def test_the_request_log_remembers_that_reads_are_hidden() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await running.dialog("at")
        assert "GET" in running.text
        await running.press("r")
        assert "reads hidden" in running.text
        assert "GET" not in running.text
        await running.press("escape")
        await running.dialog("at")
        assert "reads hidden" in running.text
