"""Rentals, on any screen."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from vasttui.errors import VastError
from vasttui.models.scheduled_job import Act, JobPlan
from vasttui.models.timer_time import refusal
from vasttui.services.actions.kinds import DESTROY
from vasttui.services.actions.state import ActionState, Step
from vasttui.services.renting.rental import RentState, RentStep
from vasttui.ui.context import AppContext
from vasttui.ui.copying import copy_and_show
from vasttui.ui.news import Severity
from vasttui.ui.rent.news import rent_lines
from vasttui.ui.timers.sending import send_job

if TYPE_CHECKING:
    from vasttui.models.rent import RentOrder
    from vasttui.ui.live import Live

_LONG = 20.0
_UNHAPPY = {RentStep.REFUSED, RentStep.NOT_SENT, RentStep.GONE, RentStep.ABSENT}


class Rentals:
    """Lists rentals that are under way or went wrong and reports how each ends."""

    def __init__(self, app: AppContext) -> None:
        self._app = app
        app.action_changed.subscribe(app, self._action_changed)

    async def rent(self, live: Live, order: RentOrder) -> None:
        """Rent, and keep the timers for the instance; those of an earlier attempt are dropped."""
        self._app.reminders_to_set.pop(order.request.ask, None)
        live.stops_to_set.pop(order.request.ask, None)
        if order.remind is not None:
            self._app.reminders_to_set[order.request.ask] = order.remind
        if order.stop_at is not None:
            live.stops_to_set[order.request.ask] = order.stop_at
        await live.renter.rent(order.request, order.agreed, order.keys)

    async def give_up(self, live: Live, intent: int) -> None:
        """Cancel the countdown or the search, where that is safe; dismiss what has ended."""
        state = self._app.renting.get(intent)
        if state is not None and state.is_over:
            await live.renter.dismiss(intent)
            self._app.renting.pop(intent, None)
            self._app.rent_changed.publish(state)
            return
        await self._try(live.renter.give_up(intent))

    async def again(self, live: Live, intent: int) -> None:
        """Send the same request once more."""
        await self._try(live.renter.again(intent))

    async def _try(self, work: Awaitable[object]) -> None:
        try:
            await work
        except VastError as error:
            self._app.notify(error.sentence, severity="warning", markup=False)

    def arrived(self, state: RentState) -> None:
        """A rental changed."""
        app = self._app
        key = state.intent if state.intent is not None else -state.ask
        before = app.renting.get(key)
        if state.is_over and not state.is_alarm:
            app.renting.pop(key, None)
        else:
            app.renting[key] = state
        app.rent_changed.publish(state)
        if state.instance_id is not None and (before is None or before.instance_id is None):
            app.newest_instance = state.instance_id
            hours = app.reminders_to_set.pop(state.ask, None)
            if hours is not None:
                app.session.reminders.add(state.instance_id, state.opened_at, hours)
            self._set_stop(state.instance_id, state)
        if state.is_over and _is_news(before, state) and not self._is_shown(state):
            self._tell(state)

    def _set_stop(self, instance_id: int, state: RentState) -> None:
        """Have Vast.ai stop it, if that was asked for with the rental."""
        live = self._app.live
        at = None if live is None else live.stops_to_set.pop(state.ask, None)
        if live is None or at is None:
            return
        refused = refusal(at, self._app.session.clock.now())
        if refused is not None:  # it was found late
            self._tell_stop(f"No stop is set: {refused.text}", state.name, is_set=False)
        else:
            job = self._have_stopped(live, JobPlan(instance_id, Act.STOP, at), state.name)
            self._app.run_worker(job, group="timers", description="")

    async def _have_stopped(self, live: Live, plan: JobPlan, name: str) -> None:
        app = self._app
        result = await send_job(live, plan, name)
        app.app_changed.publish("timers")
        self._tell_stop(result.sentence, name, is_set=result.is_good)

    def _tell_stop(self, sentence: str, name: str, *, is_set: bool) -> None:
        app = self._app
        severity: Severity = "information" if is_set else "error"
        key = "" if is_set else f" {app.keymap.spelled('instances.timers')} sets another."
        app.notify(f"{sentence}{key}", title=name, severity=severity, timeout=_LONG, markup=False)

    def _action_changed(self, state: ActionState) -> None:
        """Drop the alarms of a destroyed instance."""
        if state.what != DESTROY.what or state.step is not Step.DONE:
            return
        for intent, rental in tuple(self._app.renting.items()):
            left = rental.without(state.instance_id)
            if left is rental or not rental.is_over:
                continue
            if left.is_alarm:
                self._app.renting[intent] = left
                self._app.rent_changed.publish(left)
            else:
                self._app.give_up(intent)

    def _is_shown(self, state: RentState) -> bool:
        """Whether the dialog that sent it is open and shows it."""
        # start-up: only what rents loads the dialogs, in 45 ms
        from vasttui.ui.rent.dialog import RentModal

        screen = self._app.screen
        mine = isinstance(screen, RentModal) and screen.sent and screen.offer.id == state.ask
        return mine and state.instance_id is None

    def _tell(self, state: RentState) -> None:
        app = self._app
        text, title = "\n".join(rent_lines(state, app.keymap)), f"Rent {state.name}"
        if state.is_alarm:
            app.toast(text, title)
        else:
            severity: Severity = "error" if state.step in _UNHAPPY else "information"
            app.notify(text, title=title, severity=severity, timeout=_LONG, markup=False)
        if state.step is RentStep.DONE and state.ssh:
            job = copy_and_show(app, app.session.clipboard, state.ssh)
            app.run_worker(job, group="copy", description="")


def _is_news(before: RentState | None, state: RentState) -> bool:
    """Whether it ended in another way than before, or has its key now."""
    if before is None or before.step is not state.step:
        return True
    return before.key_trouble is not None and state.key_trouble is None
