from __future__ import annotations

from pathlib import Path

from tests.support.ssh_keys import public_key
from tests.support.stage import Stage, stage
from tests.ui.instances.test_instances import contract, on, toasts
from vasttui.models.ssh_address import SshAddress
from vasttui.ui.session import SshUse


async def test_the_way_that_answered_is_copied_and_the_other_has_a_key() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await on(running, "train-a")
        host = contract(running, "train-a").chunk.machine.network.address.strip()
        await running.press("x")
        await running.until(lambda: "The demo has nothing behind ssh -p" in toasts(running))
        assert f"root@{host}" not in toasts(running)
        number = contract(running, "train-a").id
        ways = running.app.session.ssh.ways
        ways.answered(number, SshAddress("ssh5.vast.ai", 22, direct=False))
        ways.use_key(number, "/keys/work")
        await running.press("y")
        await running.until(
            lambda: "-i /keys/work -o IdentitiesOnly=yes root@ssh" in toasts(running)
        )
        assert f"root@{host}" not in toasts(running)
        await running.press("x")
        await running.until(lambda: f"root@{host}" in toasts(running))


async def recycled(running: Stage) -> None:
    await running.instances()
    await on(running, "train-a")
    await running.dialog("X")
    await running.press("right", "enter")
    await running.until(lambda: "recreating its container" in toasts(running))


async def test_a_recycled_container_has_a_new_host_key(tmp_path: Path) -> None:
    known_hosts = tmp_path / "known_hosts"
    async with stage(instances=4, ssh=SshUse(config=tmp_path)) as running:
        await running.instances()
        number = contract(running, "train-a").id
        kept = f"vast-1 {public_key()}\n"
        known_hosts.write_text(f"{kept}vast-{number} {public_key()}\n")
        await recycled(running)
        await running.until(lambda: known_hosts.read_text() == kept)
