"""The dialogs of the offer browser."""

from __future__ import annotations

from vasttui.models.money import PricedOffer
from vasttui.services.copy_as import copy_options
from vasttui.state.views import View
from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.key_table import BY_ID
from vasttui.ui.modals.copy_as import CopyAsModal, CopyOption
from vasttui.ui.modals.message import ConfirmModal, NameModal
from vasttui.ui.offers.compare import CompareModal
from vasttui.ui.offers.detail import TABS
from vasttui.ui.offers.details_dialog import OfferModal, Shown
from vasttui.ui.offers.filter_form import FilterForm
from vasttui.ui.offers.saved_views import ViewsModal, view_words
from vasttui.ui.offers.view import OffersView
from vasttui.ui.watches.dialog import matches_of
from vasttui.ui.watches.flows import WatchFlows


class OfferDialogs:
    """Each method shows a dialog and acts on the answer."""

    def __init__(self, screen: OffersView) -> None:
        self._screen = screen
        self._browse = screen.browse
        self._app = context(screen)
        self._session = context(screen).session

    async def form(self) -> None:
        """The filter form."""
        screen, seen = self._screen, self._browse.list.seen_values()
        form = FilterForm(
            screen.bar.text,
            self._browse.choice,
            context(screen).gpu_names or seen.get("gpu_name", ()),
            seen.get("geolocation", ()),
            self._browse.count,
            self._app.market_changed,
        )
        result = await self._app.push_screen_wait(form)
        if result is not None:
            screen.bar.set_text(result.text)
            screen.choice_made(result.choice)

    async def watch(self) -> None:
        """Watch the filter in force."""
        browse = self._browse
        await WatchFlows(self._app).new(browse.text, browse.choice, matches_of(self._app))

    async def compare(self) -> None:
        """Two to four marked offers side by side."""
        rows = self._browse.marked
        if not 2 <= len(rows) <= 4:
            key, unseen = self._app.keymap.spelled("list.mark"), self._browse.list.hidden_marks
            hidden = f", and {unseen} not shown" if unseen else ""
            text = f"Mark two to four offers with {key}, then compare; {len(rows)} marked{hidden}."
            self._app.say_while(lambda: self._browse.marked == rows, text)
            return
        modal = CompareModal(
            rows, self._screen.cells, self._app.keymap, self._act_on,
            read_only=self._session.read_only,
        )  # fmt: skip
        await self._then(await self._app.push_screen_wait(modal), modal.chosen)

    async def details(self) -> None:
        """The full details of an offer."""
        if self._browse.current is not None:
            read_only = self._session.read_only
            modal = OfferModal(self._app.keymap, self._act, self._step, read_only=read_only)
            await self._then(await self._app.push_screen_wait(modal), None)

    def _step(self, rows: int) -> Shown | None:
        """The offer so many rows from the cursor, which goes there."""
        if rows:
            self._screen.table.action_move(rows)
        row, details = self._browse.current, self._screen.details
        if row is None:
            return None
        width = max(40, self._screen.size.width - 16)
        self._screen.ask_about(row)
        return details.title(row), [
            (tab, details.lines(tab, row, width, whole=True)) for tab in TABS
        ]

    async def _act(self, action_id: str) -> None:
        await self._app.run_action(BY_ID[action_id].action, self._screen)
        self._screen.apply_lists()  # at once: the dialog shows stars

    async def _act_on(self, action_id: str, row: PricedOffer) -> None:
        if self._browse.list.put_cursor(row.offer.id):
            self._screen.show_rows()
            await self._act(action_id)
        else:
            self._app.notify("This offer is no longer listed.", markup=False)

    async def _then(self, action_id: str | None, row: PricedOffer | None) -> None:
        """What was asked for in a dialog that is closed now."""
        if action_id is None:
            return
        if row is None:
            await self._act(action_id)
        else:
            await self._act_on(action_id, row)

    async def copy_id(self) -> None:
        """Copy the offer id."""
        row = self._browse.current
        if row is not None:
            self._app.veil.learn_offer(row.offer)
            await copy_and_show(self._app, self._session.clipboard, str(row.offer.id))

    async def copy_as(self) -> None:
        """Copy the offer or its search as a command."""
        row = self._browse.current
        if row is None:
            return
        self._app.veil.learn_offer(row.offer)
        _, full = self._browse.queries(context(self._screen).gpu_names)
        texts = copy_options(
            row.offer, full.body(), self._session.address,
            self._browse.choice.usage.disk, self._browse.choice.rental,
        )  # fmt: skip
        options = [CopyOption(one.label, one.text) for one in texts]
        chosen = await self._app.push_screen_wait(CopyAsModal(options))
        if chosen is not None:
            await copy_and_show(self._app, self._session.clipboard, chosen.text)

    async def views(self) -> None:
        """Open or delete saved views."""
        store, key = self._session.views, self._app.keymap.spelled("list.save")
        while True:
            choice = await self._app.push_screen_wait(ViewsModal(store.all(), key))
            if choice is None:
                return
            if not choice.delete:
                self.open(choice.view)
                return
            store.delete(choice.view.name)
            self._screen.show_switches()

    async def save_view(self) -> None:
        """Save filter, switches, order and columns under a name."""
        store, screen = self._session.views, self._screen
        name: str | None = self._browse.view or screen.bar.text
        while True:
            there = {view.name: view for view in store.all()}
            name = await self._app.push_screen_wait(NameModal("Save this view", name or "", there))
            if not name:
                return
            view = self._browse.as_view(name, screen.chosen)
            if name not in there or await self._may_replace(there[name], view):
                break
        store.save(view)
        self._browse.view = name
        screen.show_switches()
        self._app.notify(f"Saved as the view “{name}”: {view_words(view)}.", markup=False)

    async def _may_replace(self, old: View, new: View) -> bool:
        text = (
            f"There is a view “{old.name}”: {view_words(old)}.\n\n"
            f"Replace it with: {view_words(new)}?"
        )
        return await self._app.push_screen_wait(ConfirmModal("Replace view", text, "Replace"))

    def open(self, view: View) -> None:
        """Show the offers as this view keeps them."""
        screen = self._screen
        self._browse.view = view.name
        self._browse.set_sort(tuple(view.sort))
        if view.columns:
            screen.choose_columns(tuple(view.columns))
        screen.bar.set_text(view.text)
        screen.choice_made(view.choice)
