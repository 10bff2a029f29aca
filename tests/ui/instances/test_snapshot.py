"""Snapshots: what is asked, what is said about it, what reaches the service, and what is kept."""

from __future__ import annotations

import json
import re

from textual.widgets import Button, Input

from tests.support.rented import called
from tests.support.stage import Stage, stage
from vasttui.ui.instances.snapshot_dialog import SnapshotModal

REPOSITORY = "docker.io/acme/snapshots"


async def opened(running: Stage, label: str = "train-a") -> SnapshotModal:
    await running.instances()
    screen = running.app.get_screen("instances")
    number = next(row.id for row in running.app.fleet.rows if row.instance.label == label)
    screen.browse.list.put_cursor(number)  # type: ignore[attr-defined]
    await running.app.run_action("screen.snapshot", screen)
    await running.until(lambda: isinstance(running.app.screen, SnapshotModal))
    await running.pause()
    modal = running.app.screen
    assert isinstance(modal, SnapshotModal)
    return modal


async def test_it_fits_the_terminal_and_text_hangs_under_its_beginning() -> None:
    async with stage() as running:
        modal = await opened(running)
        running.app.set_focus(modal.query_one("#pause"))
        for size in ((100, 30), (104, 36), (80, 24)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            frame = modal.query_one("#frame").region
            assert (frame.x >= 0, frame.right <= size[0]) == (True, True), size
            running.app.set_focus(modal.query_one("#pause"))
            await running.pause()
            assert "go on (faster;" in running.text, size
            [line] = [line for line in running.text.splitlines() if "half written)" in line]
            assert not line[1:12].strip() or line[1:].lstrip().startswith("Processes"), size


async def test_what_would_be_refused_is_not_sent_and_fits_small_terminals() -> None:
    async with stage(instances=4) as running:
        for repository, login, words in (
            ("acme/x:v1", "me", "Without a tag"), ("acme/x", "me", "it goes to Docker Hub"),
            (REPOSITORY, "", "takes no image without a login"),
        ):  # fmt: skip
            modal = await opened(running)
            await fill(running, repository, login)
            assert words not in running.text, repository
            modal.query_one("#confirm", Button).press()
            await running.until(lambda words=words: words in running.text)  # type: ignore[misc]
            assert not running.sent("snapshot"), repository
            assert isinstance(running.app.screen, SnapshotModal)
            await running.press("escape")
        for size in ((80, 24), (60, 16)):
            await running.pilot.resize_terminal(*size)
            modal = await opened(running)
            await fill(running, "acme/x:v1")
            modal.query_one("#confirm", Button).press()
            await running.until(lambda: "Without a tag" in running.text)
            assert "[ Take snapshot ]" in running.text, size
            await running.press("escape")


async def fill(running: Stage, repository: str, login: str = "me") -> None:
    await running.type(repository)
    await running.press("tab")
    await running.type(login)
    await running.press("tab")
    await running.type("geheim")


async def test_it_is_sent_once_as_typed_and_only_accepted() -> None:
    async with stage(instances=4) as running:
        for number, label in enumerate(("train-a", "old-c"), 1):
            await opened(running, label)
            await fill(running, REPOSITORY)
            await running.press("tab", "right", "tab", "tab", "enter")
            accepted = (
                f"snapshot {label}: accepted. In 5 to 10 minutes, or later, look in {REPOSITORY}"
            )
            await running.until(lambda accepted=accepted: accepted in running.said)  # type: ignore[misc]
            assert running.said.count("nothing else tells of it") == number, label
            assert [json.loads(text) for text in running.sent("snapshot")] == [{
                "container_registry": "docker.io", "personal_repo": REPOSITORY,
                "docker_login_user": "me", "docker_login_pass": "***", "pause": "false",
            }] * number  # fmt: skip


async def test_what_is_in_it_where_to_look_and_the_command_without_the_password() -> None:
    async with stage(instances=4, size=(120, 36)) as running:
        await opened(running)
        said = " ".join(running.text.replace("│", " ").split())
        assert "Not in it: running processes, GPU memory, and what is on volumes." in said
        assert "Look at the registry" in said
        await running.type(REPOSITORY)
        await running.pause()
        said = " ".join(running.text.replace("│", " ").split())
        number = called(running.world, "train-a")["id"]
        assert f"{REPOSITORY}:instance_{number}_at_" in said
        assert "https://hub.docker.com/r/acme/snapshots/tags" in said
        assert "neither progress nor a failure" in said
        assert "Each snapshot pushes another tag." in said

        await running.press("escape")
        modal = await opened(running)
        modal.query_one("#cancel").focus()
        await running.press("Y")
        await running.pause()
        assert running.app.screen is modal  # nothing was typed yet: the fields say so
        modal.query_one("#in_repository").focus()
        await fill(running, REPOSITORY)
        modal.query_one("#cancel").focus()
        await running.dialog("Y")
        await running.until(lambda: "Equivalent vastai command" in running.text)
        number = called(running.world, "train-a")["id"]
        assert f"vastai take snapshot {number} --container_registry docker.io" in running.text
        for part in (f"--repo {REPOSITORY}", "--docker_login_pass '***'", "--pause true"):
            assert part in running.text
        assert "geheim" not in running.text
        assert not running.sent("snapshot")


async def test_volumes_are_named() -> None:
    async with stage(instances=4, volumes=3, size=(140, 40)) as running:
        await opened(running)
        said = " ".join(running.text.replace("│", " ").split())
        assert re.search(r"what is on volumes \(V\.\d+ datasets\)", said)


async def test_the_password_is_hidden_and_kept_nowhere() -> None:
    async with stage(instances=4) as running:
        modal = await opened(running)
        await fill(running, REPOSITORY)
        assert "geheim" not in running.text
        modal.query_one("#confirm", Button).press()
        await running.until(lambda: "nothing else tells of it" in running.said)
        assert running.app.live is not None
        assert "geheim" not in repr(running.app.live.api.exchanges)
        assert "geheim" not in running.said
        modal = await opened(running)
        assert [one.value for one in modal.query(Input)] == ["", "", ""]


async def test_a_refusal_is_told_and_a_lost_answer_is_not_sent_again() -> None:
    async with stage(instances=4, faults={"snapshot": ["refused", "commit_then_reset"]}) as running:
        modal = await opened(running)
        await fill(running, REPOSITORY)
        modal.query_one("#confirm", Button).press()
        await running.until(lambda: len(running.sent("snapshot")) == 1)
        await running.until(lambda: "snapshot train-a:" in running.said)
        assert "accepted" not in running.said
        await running.until(lambda: len(running.app.screen_stack) == 1)

        modal = await opened(running)
        await fill(running, REPOSITORY)
        modal.query_one("#confirm", Button).press()
        await running.until(lambda: "not sent again" in running.said, 60.0, step=1.0)
        assert f"Look in {REPOSITORY} before you repeat it" in running.said
        assert len(running.sent("snapshot")) == 2


async def test_nothing_is_asked_in_read_only_mode() -> None:
    async with stage(instances=4, read_only=True) as running:
        await running.instances()
        await running.app.run_action("screen.snapshot", running.app.screen)
        await running.pause()
        assert "Read-only mode" in running.said
        assert not isinstance(running.app.screen, SnapshotModal)
