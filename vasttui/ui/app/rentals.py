"""What the application does with news of rentals, whatever screen is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vasttui.errors import VastError
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.renting.rental import RentState, RentStep
from vasttui.ui.context import AppContext
from vasttui.ui.copying import copy_and_show
from vasttui.ui.inbox import reminder_words
from vasttui.ui.rent.dialog import RentModal

if TYPE_CHECKING:
    from vasttui.models.rent import RentOrder
    from vasttui.ui.live import Live

_LONG = 20.0
_UNHAPPY = {RentStep.REFUSED, RentStep.NOT_SENT, RentStep.GONE, RentStep.ABSENT}


class Rentals:
    """Keeps the list of rentals under way, and tells how each one ended."""

    def __init__(self, app: AppContext) -> None:
        self._app = app
        self._remind: dict[int, float] = {}

    async def rent(self, live: Live, order: RentOrder) -> None:
        """Rent, and remember when to tell about it."""
        if order.remind is not None:
            self._remind[order.request.ask] = order.remind
        await live.renter.rent(order.request, order.agreed, order.keys)

    async def give_up(self, live: Live, intent: int) -> None:
        """Wait or look no longer, where that is safe."""
        try:
            await live.renter.give_up(intent)
        except VastError as error:
            self._app.notify(error.sentence, severity="warning", markup=False)

    async def again(self, live: Live, intent: int) -> None:
        """Send the same request once more, as the user wants it."""
        try:
            await live.renter.again(intent)
        except VastError as error:
            self._app.notify(error.sentence, severity="warning", markup=False)

    def arrived(self, state: RentState) -> None:
        """News of one of them."""
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
            hours = self._remind.pop(state.ask, None)
            if hours is not None:
                app.session.reminders.add(state.instance_id, state.opened_at, hours)
        is_news = state.is_over and (before is None or before.step is not state.step)
        if is_news and not self._is_shown(state):
            self._tell(state)

    def _is_shown(self, state: RentState) -> bool:
        """Whether the dialog that sent it is still there, and says it itself."""
        screen = self._app.screen
        mine = isinstance(screen, RentModal) and screen.sent and screen.offer.id == state.ask
        return mine and state.instance_id is None

    def remind(self, fleet: Fleet) -> None:
        """Tell what the user wanted to be told about instances by now."""
        app, reminders = self._app, self._app.session.reminders
        now = app.session.clock.now()
        for reminder in reminders.news(now):
            row = fleet.row(reminder.instance_id)
            if row is not None:
                words = reminder_words(row, reminder, now)
                app.notify(words, title=row.instance.name, timeout=_LONG, markup=False)

    def _tell(self, state: RentState) -> None:
        app = self._app
        unhappy = state.is_alarm or state.step in _UNHAPPY
        words = "\n".join([state.sentence, *state.differences])
        app.notify(
            words,
            title=f"Rent {state.name} {'!' if unhappy else '✓'}",
            severity="error" if state.is_alarm else "warning" if unhappy else "information",
            timeout=_LONG,
            markup=False,
        )
        if state.step is RentStep.DONE and state.ssh:
            job = copy_and_show(app, app.session.clipboard, state.ssh)
            app.run_worker(job, group="copy", description="")
