"""A stop from inside, started and ended over the login of an instance."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.support.stage import stage
from tests.support.timer_screen import ask, number
from vasttui.errors import VastError
from vasttui.models.self_stop import KILLED, NO_KEY, PID
from vasttui.services.system.programs import Finished
from vasttui.ui.modals.tick_line import TickLine
from vasttui.ui.timers.inside import end_inside, start_inside


class Login:
    """Answers of the shell inside, one after the other."""

    def __init__(self, *answers: str) -> None:
        self.answers = [*answers]
        self.commands: list[str] = []

    async def __call__(self, argv: Sequence[str], seconds: float) -> Finished:
        self.commands.append(argv[-1])
        return Finished(0, self.answers.pop(0), "")


async def test_it_is_started_once_and_ended() -> None:
    async with stage(instances=6, demo=False) as running:
        dialog = await ask(running)
        assert dialog.query_one("#inside", TickLine).off == ""
        assert "with a key that works for it alone" in running.text
        await running.press("escape")
        app, live = running.app, running.app.live
        row = app.fleet.row(number(running, "train-a"))
        assert live is not None
        assert row is not None
        at, login = running.clock.now() + 3600, Login(f"{PID} 4121\n", KILLED, f"{PID} 5\n")
        for pid in ("4121", "5"):
            said = await start_inside(app, live, row, at, login)
            assert said.startswith(f"Set inside: pid {pid} sleeps until ")
        assert [one.pid for one in app.session.timers.stops] == [5]
        assert "4121" in login.commands[1]
        running.app.app_changed.publish("timers")
        await running.pause()
        assert "stop today 15:1" in running.text
        assert "(the instance)" in running.text
        assert await end_inside(app, live, row.id, Login("")) == "It was not there any more."
        assert app.session.timers.stops == ()
        with pytest.raises(VastError, match="no key of its own"):
            await start_inside(app, live, row, at, Login(NO_KEY))
        off = app.fleet.row(number(running, "old-c"))
        assert off is not None
        with pytest.raises(VastError, match="no way in"):
            await start_inside(app, live, off, at, Login())
