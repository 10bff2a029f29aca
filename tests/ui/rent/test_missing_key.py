"""A rental whose SSH key is not on the instance: said everywhere, until there is one."""

from __future__ import annotations

from pathlib import Path

from textual.content import Content

from tests.support.ssh_keys import write_key
from tests.support.stage import Stage, stage
from vasttui.models.ssh_key import SshKey
from vasttui.services.ssh.local_keys import fingerprint
from vasttui.ui.instances.attach_dialog import AttachModal
from vasttui.ui.rent.dialog import RentModal
from vasttui.ui.session import SshUse
from vasttui.ui.widgets.line import TextLine

REFUSED = {"attach_key": ["http:400"]}


def own(tmp_path: Path) -> SshUse:
    return SshUse(folder=tmp_path / "ssh", config=tmp_path / "config")


def status(running: Stage) -> Content:
    return running.app.screen.query_one("#status", TextLine).render()


def red(content: Content) -> str:
    return "".join(
        content.plain[span.start : span.end] for span in content.spans if "error" in str(span.style)
    )


async def rent(running: Stage, *, step: float = 1.0) -> None:
    """Rent the first offer with the key of this computer, until it ended with an alarm."""
    await running.until(lambda: running.app.fleet.account is not None)
    await running.dialog("n")
    await running.until(lambda: "available ✓" in running.text and "found ✓" in running.text)
    modal = running.app.screen
    assert isinstance(modal, RentModal)
    await running.press("tab", "enter")
    await running.until(lambda: running.app.screen is not modal)
    await running.until(
        lambda: any(one.is_alarm for one in running.app.renting.values()), step=step
    )
    await running.pause()


def missing(key: SshKey) -> str:
    return f"SSH key ed25519 {fingerprint(key.text)[:20]}… is not on it: press a on it"


async def test_a_refused_key_is_told_of_everywhere_and_can_be_dismissed(tmp_path: Path) -> None:
    key = write_key(tmp_path / "ssh")
    write_key(tmp_path / "ssh")
    async with stage(instances=4, ssh=own(tmp_path), faults=REFUSED) as running:
        await rent(running)
        assert len(running.sent("attach_key")) == 1
        assert missing(key) in running.said
        assert "Vast.ai refused it: invalid_request." in running.said
        assert "It runs." in running.said
        (toast,) = running.app._notifications  # noqa: SLF001 - it needs the user
        assert toast.severity == "error"
        assert "log in with" not in running.said
        assert "ssh -p" not in running.said  # nor was a command copied
        for screen in ("1", "2"):
            await running.press(screen)
            await running.until(lambda: "✖ rental of offer" in status(running).plain)
            assert missing(key) in red(status(running))
            assert "log in with" not in status(running).plain
        await running.press("exclamation_mark")
        await running.until(lambda: "Inbox" in running.text)
        assert "is not on it: press a" in running.text

        await running.press("escape")
        await running.dialog("exclamation_mark")
        await running.press("enter")
        await running.until(lambda: "Dismiss" in running.text)
        await running.press("end", "enter")
        await running.until(lambda: running.app.renting == {})
        live = running.app.live
        assert live is not None
        await running.until(lambda: "rental of" not in status(running).plain)
        assert await live.journal.unfinished() == []


async def test_it_stays_in_the_inbox_until_a_key_is_attached(tmp_path: Path) -> None:
    write_key(tmp_path / "ssh")
    async with stage(instances=4, ssh=own(tmp_path), faults=REFUSED) as running:
        await rent(running)
        for _ in range(3):
            await running.poll()
        assert any(one.is_alarm for one in running.app.renting.values())
        await running.dialog("exclamation_mark")
        await running.press("enter")
        await running.until(lambda: "Dismiss" in running.text)
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, AttachModal))
        await running.until(lambda: "found ✓" in running.text)
        await running.press("enter")
        await running.until(lambda: "log in with ssh -p" in running.said, step=1.0)
        assert running.app.renting == {}
        assert len(running.sent("attach_key")) == 2
        await running.press("escape", "2")
        await running.until(lambda: "rental of" not in status(running).plain)


async def test_a_destroyed_instance_lacks_nothing(tmp_path: Path) -> None:
    write_key(tmp_path / "ssh")
    async with stage(instances=4, ssh=own(tmp_path), faults=REFUSED) as running:
        await rent(running)
        new = running.world.contracts.all(running.clock.now())[-1]
        running.world.contracts.remove(new.id, running.clock.now())
        await running.until(lambda: "It was destroyed" in running.said, step=1.0)
        assert running.app.renting == {}


async def test_a_key_that_nobody_can_read_is_not_promised_either(tmp_path: Path) -> None:
    write_key(tmp_path / "ssh")
    faults = {"instance_keys": ["http:500"] * 200}
    async with stage(instances=4, ssh=own(tmp_path), faults=faults) as running:
        await rent(running, step=20.0)
        assert "It is not known whether SSH key ed25519 SHA256:" in running.said
        assert "Its keys could not be read: " in running.said
        assert "log in with" not in running.said
        assert "It is not known whether" in red(status(running))


async def test_the_key_that_is_named_is_the_one_in_force(tmp_path: Path) -> None:
    write_key(tmp_path / "ssh")
    async with stage(
        instances=4, ssh=own(tmp_path), faults=REFUSED, keys={"instances.attach": "f9"}
    ) as running:
        await rent(running)
        assert "press f9 on it to see and attach keys" in running.said


async def test_the_demo_does_not_say_whether_a_key_is_here() -> None:
    async with stage(size=(80, 24)) as running:
        await running.until(lambda: running.app.fleet.account is not None)
        await running.dialog("n")
        await running.until(lambda: "not checked in the demo" in running.text)
        assert "not here" not in running.text
