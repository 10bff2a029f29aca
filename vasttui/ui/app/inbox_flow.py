"""The inbox: everything that needs the user's attention, in one list."""

from __future__ import annotations

from textual.content import Content

from vasttui.models.inbox import InboxItem, Level
from vasttui.models.price_increase import PriceIncrease
from vasttui.services.actions.kinds import AnswerIncrease
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.renting.rental import RentState
from vasttui.ui.context import AppContext
from vasttui.ui.inbox import inbox_items
from vasttui.ui.modals.choose import ChooseModal, MenuItem
from vasttui.words import distinct_prices

_STYLES = {"urgent": "bold $text-error", "warn": "bold $text-warning", "info": ""}
_MARKS = {"urgent": "✖", "warn": "!", "info": "·"}


def _rental(state: RentState) -> InboxItem:
    level: Level = "urgent" if state.is_alarm else "warn"
    text = " ".join([state.sentence, *state.differences])
    name = f"rent {state.name}"
    return InboxItem(f"rent-{state.intent}", level, text, state.instance_id, name=name)


class InboxFlow:
    """Shows the list; what is chosen is dealt with, then the list comes back."""

    def __init__(self, app: AppContext) -> None:
        self._app = app

    async def run(self) -> None:
        """Until the user has seen enough."""
        app, now = self._app, self._app.session.clock.now()
        items = [_rental(state) for state in app.renting.values()]
        items += inbox_items(app.fleet, app.session.reminders.due(now), now)
        if not items:
            fresh = app.fleet.as_of is not None
            text = "Nothing needs your attention." if fresh else "Your instances are not known yet."
            app.notify(text, markup=False)
            return
        choices = [self._choice(item) for item in items]
        index = await app.push_screen_wait(ChooseModal("Inbox", choices, room=18))
        if index is not None:
            await self._deal_with(items[index])

    def _choice(self, item: InboxItem) -> MenuItem:
        row = self._row(item)
        name = row.instance.name if row is not None else item.name or "account"
        style = _STYLES[item.level]
        return MenuItem(Content.styled(f"{_MARKS[item.level]} {name}", style), Content(item.text))

    def _row(self, item: InboxItem) -> FleetRow | None:
        return None if item.instance_id is None else self._app.fleet.row(item.instance_id)

    async def _deal_with(self, item: InboxItem) -> None:
        row = self._row(item)
        if row is None:
            rentals = {_rental(state).key: state for state in self._app.renting.values()}
            if item.key in rentals:
                await self._deal_with_rental(rentals[item.key])
            return
        if item.key.startswith("remind"):
            self._app.session.reminders.drop(row.id)
        if item.increase is not None:
            await self._answer(row, item.increase)
            return
        # start-up: the view of one instance is only needed here
        from vasttui.ui.instances.one import InstanceScreen

        self._app.go("instances")
        self._app.push_screen(InstanceScreen(row, "Overview"))

    async def _deal_with_rental(self, state: RentState) -> None:
        """Ask once more, or stop looking: nothing of it happens by itself."""
        app = self._app
        if state.intent is None:
            return
        off = "" if state.may_ask_again else "not before it is sure that the first one was lost"
        choices = [
            MenuItem(Content("Go on looking")),
            MenuItem(Content("Ask once more"), Content("the same request for the same offer"), off),
            MenuItem(Content("Stop looking"), Content("should it show up, it costs money unseen")),
        ]
        title = f"Rent {state.name}"
        modal = ChooseModal(title, choices, about=Content(state.sentence))
        index = await app.push_screen_wait(modal)
        if index == 1:
            app.rent_again(state.intent)
        elif index == 2:
            app.give_up(state.intent)

    async def _answer(self, row: FleetRow, increase: PriceIncrease) -> None:
        new, old = distinct_prices(increase.new_hourly, increase.old_hourly)
        about = Content(
            f"The host of {row.instance.name} wants {new} for its GPUs instead of {old}. "
            "Rejected, the contract ends when the present offer does."
        )
        choices = [
            MenuItem(Content("Decide later")),
            MenuItem(Content(f"Accept {new}"), Content("costs more from now on")),
            MenuItem(Content("Reject"), Content("the price stays until the contract ends")),
        ]
        modal = ChooseModal("Price increase", choices, about=about)
        index = await self._app.push_screen_wait(modal)
        number = increase.pending_price_increase_id
        if index == 1:
            self._app.act(AnswerIncrease(number, accept=True), [row])
        elif index == 2:
            self._app.act(AnswerIncrease(number, accept=False), [row])
