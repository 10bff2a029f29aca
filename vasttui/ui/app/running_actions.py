"""Running actions on instances, and how each ends, on any screen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vasttui.errors import VastError
from vasttui.services.actions.kinds import Action
from vasttui.services.actions.results import Results
from vasttui.services.actions.state import ActionState, Step
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.context import AppContext
from vasttui.ui.news import News, Severity

if TYPE_CHECKING:
    from vasttui.ui.live import Live


class RunningActions:
    """Lists running actions and reports how each ends."""

    def __init__(self, app: AppContext) -> None:
        self._app = app

    async def finish(
        self, live: Live, action: Action, targets: Sequence[FleetRow]
    ) -> Sequence[ActionState]:
        """Run it, and report how it ended for each instance."""
        states = await live.actions.run(action, targets)
        self._tell(Results(action.over, tuple(states)))
        done = [state.instance_id for state in states if state.step is Step.DONE]
        if action.aspect == "existence":
            await self._forget(live, done)
        elif action.renews:
            await self._forget_hosts(done)
        return states

    def _tell(self, results: Results) -> None:
        now = self._app.session.clock.now()
        severity: Severity = "error" if results.failed else "information"
        self._app.say(News(now, results.words, severity, details=results))

    def arrived(self, state: ActionState) -> None:
        """An action changed."""
        app = self._app
        if state.is_over:
            app.running_actions.pop(state.instance_id, None)
            if app.live is not None:
                text = f"{state.what}: {state.sentence}"
                app.live.timeline.note(state.instance_id, app.session.clock.now(), text)
        else:
            app.running_actions[state.instance_id] = state
        app.action_changed.publish(state)
        if state.is_recovered:
            self._tell(Results(None, (state,)))

    async def _forget(self, live: Live, instance_ids: Sequence[int]) -> None:
        """Drop timers kept here and host keys of destroyed instances."""
        session = self._app.session
        for number in instance_ids:
            live.timers.forget(number)
            session.reminders.drop(number)
            session.ssh.ways.drop(number)
        self._app.app_changed.publish("timers")
        await self._forget_hosts(instance_ids)

    async def _forget_hosts(self, instance_ids: Sequence[int]) -> None:
        """Drop the host keys of containers that are no more."""
        session = self._app.session
        if session.ssh.config is None or not instance_ids:
            return
        # start-up: what reads host keys is only needed here
        from vasttui.services.ssh.host_keys import forget_hosts

        try:
            await asyncio.to_thread(forget_hosts, Path(session.ssh.known_hosts), instance_ids)
        except VastError as error:
            self._app.notify(str(error), severity="warning", markup=False)
