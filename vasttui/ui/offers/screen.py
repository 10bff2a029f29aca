"""The offer browser: the whole market in a table that filters as you type."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from vasttui.models.money import PricedOffer
from vasttui.query.rules import Query
from vasttui.ui.context import context
from vasttui.ui.keys import bindings
from vasttui.ui.lists.machine_keys import MachineKeys
from vasttui.ui.lists.screen import ListScreen
from vasttui.ui.offers.pasted import PastedCommand
from vasttui.ui.offers.switches import trust_words
from vasttui.ui.opening import open_dialog

if TYPE_CHECKING:
    from vasttui.ui.offers.flows import OfferDialogs
    from vasttui.ui.offers.no_match import NoMatch


class OffersScreen(PastedCommand, MachineKeys, ListScreen[PricedOffer]):
    """What the keys and the mouse do in the offer browser."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "offers", "machine", "range", "list", "table", "filter"
    )

    def on_no_match_drop(self, event: NoMatch.Drop) -> None:
        rule = self.blamed[event.index]
        if rule is None:
            self.run_worker(self.action_avoided(), group="dialog", description="")
            return
        text, choice = self.browse.without(rule)
        self.bar.set_text(text)
        if choice != self.browse.choice:
            self.choice_made(choice)
        self.leave_filter()

    @property
    def stand_in_focus(self) -> Widget | None:
        return self.no_match.suspects

    def move_rows(self, rows: int) -> None:
        if self.table.display:
            super().move_rows(rows)
        else:
            self.no_match.move(rows)

    def why_off(self, action_id: str) -> str:
        needs_row = {
            "rent", "details", "mark", "star", "avoid", "note", "offers", "copy", "copy_as",
        }  # fmt: skip
        if action_id.partition(".")[2] in needs_row and self.browse.current is None:
            return "no offer under the cursor"
        if action_id == "offers.without_template" and self.template is None:
            return "no template is chosen"
        if action_id.startswith("range.") and self.tab != "Prices":
            return "the range is that of the tab Prices"
        if action_id == "offers.compare" and len(self.browse.marked) < 2:
            unseen = self.browse.list.hidden_marks
            return (
                f"mark two offers first ({unseen} marked, not shown)"
                if unseen
                else "mark two offers first"
            )
        return ""

    def unfit(self, action_id: str) -> str:
        return self.why_off(action_id) if action_id.startswith("range.") else ""

    def action_show_tab(self, tab: str) -> None:
        super().action_show_tab(tab)
        self.show_keys()

    def action_longer(self) -> None:
        self.step_range(1)

    def action_shorter(self) -> None:
        self.step_range(-1)

    def step_range(self, by: int) -> None:
        """A longer or a shorter time of the prices."""
        if self.tab == "Prices":
            self.past.step(by)

    def action_rental(self) -> None:
        self.choice_made(self.browse.next_rental())

    def action_trust(self) -> None:
        choice = self.browse.next_trust()
        self.choice_made(choice)
        listed = trust_words(self.browse.query, choice)
        if listed != trust_words(Query(), choice):
            text = f"Hosts: {trust_words(Query(), choice)}, but the filter has its own rule."
            self.app.notify(text, markup=False)

    @property
    def machine(self) -> int | None:
        row = self.browse.current
        return None if row is None else row.offer.machine_id

    async def action_rent(self) -> None:
        """n: open the dialog, for the offer that is under the cursor now; nothing is sent before
        confirmation."""
        browse = self.browse
        row = browse.current
        if row is None:
            context(self).say_while(lambda: browse.current is None, "No offer under the cursor.")
            return
        if not await context(self).connected_soon():
            text = "Not connected yet: an offer is read again before it is rented."
            context(self).say_while(lambda: context(self).live is None, text)
            return
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.rent.flow import RentFlow

        flow = RentFlow(
            context(self), lambda: browse.rows or browse.list.all_rows, browse.choice,
            template=self.template,
        )  # fmt: skip
        await self.change(flow.run(row.offer))

    @property
    def dialogs(self) -> OfferDialogs:
        """The dialogs of the offer browser."""
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.offers.flows import OfferDialogs

        return OfferDialogs(self)

    async def action_form(self) -> None:
        await open_dialog(self.app, self.dialogs.form())

    async def action_compare(self) -> None:
        await open_dialog(self.app, self.dialogs.compare())

    async def action_details(self) -> None:
        await open_dialog(self.app, self.dialogs.details())

    async def action_copy(self) -> None:
        await open_dialog(self.app, self.dialogs.copy_id())

    async def action_copy_as(self) -> None:
        await open_dialog(self.app, self.dialogs.copy_as())

    async def action_views(self) -> None:
        await open_dialog(self.app, self.dialogs.views())

    async def action_watch(self) -> None:
        await open_dialog(self.app, self.dialogs.watch())

    async def action_save(self) -> None:
        await open_dialog(self.app, self.dialogs.save_view())
