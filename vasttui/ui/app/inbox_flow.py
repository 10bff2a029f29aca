"""The inbox: everything that needs the user's attention, in one list."""

from __future__ import annotations

from textual.content import Content

from vasttui.models.inbox import InboxItem, Level
from vasttui.models.price_increase import PriceIncrease
from vasttui.services.actions.kinds import answer_increase
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.renting.rental import RentState
from vasttui.ui.context import AppContext
from vasttui.ui.inbox import inbox_items
from vasttui.ui.instances.attach import AttachFlow
from vasttui.ui.keys import Keymap
from vasttui.ui.modals.choose import ChooseModal, MenuItem
from vasttui.ui.rent.news import rent_lines
from vasttui.words import distinct_prices

_STYLES = {"urgent": "bold $text-error", "warn": "bold $text-warning", "info": ""}
_MARKS = {"urgent": "✖", "warn": "!", "info": "·"}


def _rental(state: RentState, keymap: Keymap) -> InboxItem:
    level: Level = "urgent" if state.is_alarm else "warn"
    text, name = " ".join(rent_lines(state, keymap)), f"rent {state.name}"
    return InboxItem(f"rent-{state.intent}", level, text, state.instance_id, name=name)


class InboxFlow:
    """Shows the list and acts on the choice."""

    def __init__(self, app: AppContext) -> None:
        self._app = app

    async def run(self) -> None:
        """Show the list and act on the choice."""
        app, now = self._app, self._app.session.clock.now()
        rentals = list(app.renting.values())
        items = [_rental(state, app.keymap) for state in rentals]
        items += inbox_items(app.fleet, app.session.reminders.due(now), now)
        error = app.fleet.increases_error
        unread = "" if error is None else f"Price increases could not be read: {error}"
        if not items:
            fresh = app.fleet.as_of is not None
            text = (
                "Nothing needs your attention." if fresh else "Your instances are not loaded yet."
            )
            app.notify(f"{text} {unread}".strip(), markup=False)
            return
        choices = [self._choice(item) for item in items]
        about = Content.styled(unread, "$text-warning") if unread else None
        index = await app.push_screen_wait(ChooseModal("Inbox", choices, about=about, room=18))
        if index is None:
            return
        if index < len(rentals):
            await self._deal_with_rental(rentals[index])
        else:
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
            return
        if item.key.startswith("remind"):
            self._app.session.reminders.drop(row.id)
        if item.increase is not None:
            await self._answer(row, item.increase)
            return
        self._show(row)

    def _show(self, row: FleetRow) -> None:
        # start-up: the view of one instance is only needed here
        from vasttui.ui.instances.one import InstanceScreen

        self._app.go("instances")
        self._app.push_screen(InstanceScreen(row, "Overview"))

    async def _deal_with_rental(self, state: RentState) -> None:
        row = None if state.instance_id is None else self._app.fleet.row(state.instance_id)
        if state.intent is None:
            return
        if state.is_over:
            await self._deal_with_alarm(state, state.intent, row)
        elif row is not None:
            self._show(row)
        else:
            await self._look_on(state, state.intent)

    async def _deal_with_alarm(self, state: RentState, intent: int, row: FleetRow | None) -> None:
        """Attach a key, show the instance, or dismiss it."""
        app, off = self._app, "" if row is not None else "not listed"
        choices = [
            MenuItem(Content("SSH keys"), Content("see and attach keys"), off),
            MenuItem(Content("Show the instance"), Content("start or destroy it there"), off),
            MenuItem(Content("Dismiss"), Content("remove from this list; the instance stays")),
        ]
        about = Content("\n".join(rent_lines(state, app.keymap)))
        modal = ChooseModal(f"Rent {state.name}", choices, about=about)
        index = await app.push_screen_wait(modal)
        if index == 0 and row is not None:
            await AttachFlow(app).run([row])
        elif index == 1 and row is not None:
            self._show(row)
        elif index == 2:
            app.give_up(intent)

    async def _look_on(self, state: RentState, intent: int) -> None:
        """Keep looking, send again or stop looking: none of it happens automatically."""
        app = self._app
        off = "" if state.may_ask_again else "once the first request counts as lost"
        choices = [
            MenuItem(Content("Keep looking")),
            MenuItem(Content("Send again"), Content("the same request for the same offer"), off),
            MenuItem(
                Content("Stop looking"), Content("if it was rented after all, it bills unnoticed")
            ),
        ]
        title = f"Rent {state.name}"
        modal = ChooseModal(title, choices, about=Content(state.sentence))
        index = await app.push_screen_wait(modal)
        if index == 1:
            app.rent_again(intent)
        elif index == 2:
            app.give_up(intent)

    async def _answer(self, row: FleetRow, increase: PriceIncrease) -> None:
        new, old = distinct_prices(increase.new_hourly, increase.old_hourly)
        about = Content(
            f"The host of {row.instance.name} asks {new} for its GPUs instead of {old}. "
            "If you reject, the contract ends with the current offer."
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
            self._app.act(answer_increase(number, accept=True), [row])
        elif index == 2:
            self._app.act(answer_increase(number, accept=False), [row])
