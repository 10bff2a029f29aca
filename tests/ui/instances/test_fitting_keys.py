"""The key bar shows the keys that fit the instance."""

from __future__ import annotations

from tests.support.stage import Stage, stage
from tests.ui.instances.test_instances import contract, on
from vasttui.ui.instances.one import InstanceScreen


def shown(running: Stage) -> str:
    return running.text.splitlines()[-1]


async def test_only_the_keys_that_fit_an_instance_are_shown() -> None:
    async with stage(instances=6, size=(200, 40)) as running:
        await running.instances()
        await on(running, "old-c")
        assert "start/stop" in shown(running)
        assert "reboot" not in shown(running)
        assert "s ssh" not in shown(running)
        await on(running, "train-a")
        for words in ("R reboot", "s ssh", "y copy ssh"):
            assert words in shown(running)
        assert "b bid" not in shown(running)
        await on(running, "spot-e")
        assert "b bid" in shown(running)
        await on(running, "train-a")
        assert "b bid" not in shown(running)
        await running.press("enter")
        assert "b bid" not in shown(running)
        await running.press("b")
        assert "This instance is on-demand, without a bid." in running.said
        await running.press("escape")

        contract(running, "train-a").runtype = "args"
        await running.poll()
        assert "ssh" not in shown(running)
        await running.press("enter")
        await running.pause()
        assert "ssh" not in shown(running)
        assert "live GPU" not in running.text
        await running.press("s")
        assert "It was launched without SSH" in running.said


async def test_the_keys_follow_an_instance_that_is_gone() -> None:
    async with stage(instances=4, size=(200, 40)) as running:
        await running.instances()
        await on(running, "train-a")
        await running.press("enter")
        assert "D destroy" in shown(running)
        running.world.contracts.remove(contract(running, "train-a").id, running.clock.now())
        await running.until(lambda: "no longer listed" in running.text, step=1.0)
        assert "D destroy" not in shown(running)
        assert "esc back" in shown(running)


async def test_the_tabs_that_are_drawn_are_those_that_the_keys_walk() -> None:
    async with stage(instances=4, size=(60, 20)) as running:
        await running.instances()
        await on(running, "train-a")
        await running.press("enter")
        assert "[Overview] Logs  Ports  Raw  [ ] M GPU" in running.text
        screen, walked = running.app.screen, []
        assert isinstance(screen, InstanceScreen)
        for _ in range(4):
            await running.press("right_square_bracket")
            walked.append(screen.tab)
        assert walked == ["Logs", "Ports", "Raw", "Overview"]
        await running.press("M")
        assert " Overview  Logs  Ports  Raw [GPU] [ ]" in running.text
