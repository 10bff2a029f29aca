from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from tests.support.ssh_keys import public_key
from tests.support.stage import Stage, stage
from tests.ui.instances.test_instances import contract, on
from vasttui.models.ssh_address import SshAddress
from vasttui.services.system.programs import Finished
from vasttui.ui.instances import connect, ssh_session
from vasttui.ui.session import SshUse


async def test_the_way_that_answered_is_copied_and_the_other_has_a_key() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await on(running, "train-a")
        host = contract(running, "train-a").chunk.machine.network.address.strip()
        await running.press("x")
        await running.until(lambda: "The demo has nothing behind ssh -p" in running.said)
        assert f"root@{host}" not in running.said
        number = contract(running, "train-a").id
        ways = running.app.session.ssh.ways
        ways.answered(number, SshAddress("ssh5.vast.ai", 22, direct=False))
        ways.use_key(number, "/keys/work")
        await running.press("y")
        await running.until(lambda: "-i /keys/work -o IdentitiesOnly=yes root@ssh" in running.said)
        assert f"root@{host}" not in running.said
        await running.press("x")
        await running.until(lambda: f"root@{host}" in running.said)


async def test_the_way_and_the_key_that_answered_are_what_s_opens(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened: list[list[str]] = []

    async def run_ssh(argv: list[str]) -> Finished:
        opened.append(argv)
        return Finished(0, "", "Authenticated to h ([192.0.2.1]:22).")

    monkeypatch.setattr(ssh_session, "run_ssh", run_ssh)
    monkeypatch.setattr(ssh_session, "tell", lambda text: None)
    monkeypatch.setattr(ssh_session, "lent_terminal", lambda app: contextlib.nullcontext())
    async with stage(instances=4, demo=False, ssh=SshUse(config=tmp_path)) as running:
        await running.instances()
        await on(running, "train-a")
        row = contract(running, "train-a")
        host = row.chunk.machine.network.address.strip()
        await running.press("s")
        await running.until(lambda: len(opened) == 1)
        assert f"root@{host}" in opened[0]
        assert "-i" not in opened[0]
        ways = running.app.session.ssh.ways
        ways.answered(row.id, SshAddress("ssh5.vast.ai", 22, direct=False))
        ways.use_key(row.id, "/keys/work")
        await running.press("s")
        await running.until(lambda: len(opened) == 2)
        assert opened[1][-1].startswith("root@ssh")
        at = opened[1].index("-i")
        assert opened[1][at : at + 4] == ["-i", "/keys/work", "-o", "IdentitiesOnly=yes"]
        await running.press("x")
        await running.until(lambda: len(opened) == 3)
        assert f"root@{host}" in opened[2]
        await running.press("s")  # the other way answered last: it is the one that is remembered
        await running.until(lambda: len(opened) == 4)
        assert f"root@{host}" in opened[3]
        assert "/keys/work" in opened[3]


async def recycled(running: Stage) -> None:
    await running.instances()
    await on(running, "train-a")
    await running.dialog("X")
    await running.press("right", "enter")
    await running.until(lambda: "recreating its container" in running.said)


async def test_a_recycled_container_has_a_new_host_key(tmp_path: Path) -> None:
    known_hosts = tmp_path / "known_hosts"
    async with stage(instances=4, ssh=SshUse(config=tmp_path)) as running:
        await running.instances()
        number = contract(running, "train-a").id
        kept = f"vast-1 {public_key()}\n"
        known_hosts.write_text(f"{kept}vast-{number} {public_key()}\n")
        await recycled(running)
        await running.until(lambda: known_hosts.read_text() == kept)


async def test_the_address_of_jupyter_is_copied_on_purpose_and_never_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSH_TTY", "somewhere")
    async with stage(instances=6, demo=False, ssh=SshUse(config=tmp_path)) as running:
        await running.instances()
        await on(running, "notebook")
        rows = running.app.fleet.rows
        token = next(row.instance for row in rows if row.instance.label == "notebook")
        copied: list[str] = []
        monkeypatch.setattr(running.app, "copy_to_clipboard", copied.append)
        await running.dialog("o")
        assert "This terminal is remote" in running.text
        assert "token that lets anybody in" in running.text
        await running.press("enter")
        await running.pause()
        assert copied == []
        await running.dialog("o")
        await running.press("right", "enter")
        await running.until(lambda: copied)
        assert copied[0].endswith(f"?token={token.jupyter_token}")
        await running.dialog("Y")
        await running.press("end")
        await running.pause()
        assert "The address of Jupyter" in running.text
        assert str(token.jupyter_token) not in running.text + running.said
        await running.press("enter")
        await running.until(lambda: len(copied) == 2)
    assert list(tmp_path.iterdir()) == []


async def test_a_browser_is_given_a_private_page_that_does_not_stay(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pages: list[str] = []

    async def opens(url: str, page: Path, **more: object) -> None:
        page.write_text(url)
        pages.append(url)

    monkeypatch.setattr(connect, "open_secret", opens)
    async with stage(instances=6, demo=False, ssh=SshUse(config=tmp_path)) as running:
        await running.instances()
        await on(running, "notebook")
        await running.press("o")
        await running.until(lambda: "Jupyter opens in the browser" in running.said)
        assert [one.read_text() for one in tmp_path.iterdir()] == pages
        running.clock.advance(61)
        await running.until(lambda: not list(tmp_path.iterdir()))
