"""Market: what the keys do to the models."""

from __future__ import annotations

import json
from typing import ClassVar

from textual.binding import BindingType

from vasttui.lists.market_rows import ModelRow
from vasttui.models.search import SearchOptions
from vasttui.query.defaults import with_defaults
from vasttui.query.edit import set_rule
from vasttui.query.gpu_names import gpu_matches
from vasttui.query.match import compile_query
from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.key_table import BY_ID
from vasttui.ui.keys import bindings
from vasttui.ui.market.view import MarketView
from vasttui.ui.opening import open_dialog

_ALWAYS = ("market.group", "market.rental", "market.trust", "market.form")
"""Keys that need no row."""


class MarketScreen(MarketView):
    """The offers of a model, another grouping, the switches, the form, comparing."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("market", "range")

    def why_off(self, action_id: str) -> str:
        if action_id in _ALWAYS:
            return ""
        if action_id.startswith("range."):
            if self.tab != "Prices":
                return "only the prices have a range of days"
            hidden = self.has_class("-low") and not self.has_class("-zoomed")
            return "the details are hidden" if hidden else ""
        if action_id == "market.compare" and len(self.browse.marked) < 2:
            return "mark two models first"
        return super().why_off(action_id)

    def table_keys(self) -> list[tuple[str, str, str]]:
        details = BY_ID["list.details"].click
        return [
            (key, "offers" if action == details else label, action)
            for key, label, action in super().table_keys()
        ]

    async def action_details(self) -> None:
        """The row in full is its offers."""
        self.action_offers()

    def action_offers(self) -> None:
        """The offers of the model, by the filter of this list with the model in it."""
        row = self.browse.current
        if row is not None and not self.refused(self.why_off("market.offers")):
            context(self).show_offers(self._filter_for(row), back=self.SCOPE)

    def _filter_for(self, row: ModelRow) -> str:
        """The filter of this list with the model in it: its whole name where others begin so, and
        its VRAM where there are other sizes."""
        alike = [one for one in self.overview.book.every if gpu_matches(row.model, one)]
        rule = f'gpu:"{row.model}"' if len(alike) < 2 else f'gpu_name="{row.model}"'
        text = set_rule(self.bar.text, "gpu", rule)
        return text if row.size is None else set_rule(text, "vram", f"vram={row.size}")

    async def action_watch(self) -> None:
        row = self.browse.current
        if row is not None and not self.refused(self.why_off("market.watch")):
            await open_dialog(self.app, self._watch_model(row))

    async def _watch_model(self, row: ModelRow) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.watches.dialog import Matches

        # start-up: as above
        from vasttui.ui.watches.flows import WatchFlows

        rows = self.overview.book.rows(row.model, row.size)
        text, whole = self._filter_for(row), row.figures is not None and row.figures.whole
        await WatchFlows(context(self)).new(text, self.choice, Matches(rows, whole), of=row.name)

    def action_longer(self) -> None:
        self._step_range(1)

    def action_shorter(self) -> None:
        self._step_range(-1)

    def _step_range(self, by: int) -> None:
        """A longer or a shorter time of the prices in the details."""
        if not self.refused(self.why_off("range.longer")):
            self.past.step(by)
            self.show_everything()

    def action_group(self) -> None:
        self._chosen_grouping = self.grouping.next
        self.show_everything()

    def choice_made(self, choice: SearchOptions) -> None:
        """The switches changed, here and for the offers."""
        self.offers.choice_made(choice)
        self.show_everything()

    def action_rental(self) -> None:
        self.choice_made(self.offers.browse.next_rental())

    def action_trust(self) -> None:
        self.choice_made(self.offers.browse.next_trust())

    async def action_form(self) -> None:
        await open_dialog(self.app, self._form())

    async def _form(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.offers.filter_form import FilterForm

        seen = self.offers.browse.list.seen_values()
        names = context(self).gpu_names or seen.get("gpu_name", ())
        places = seen.get("geolocation", ())
        form = FilterForm(self.bar.text, self.choice, names, places, None)
        result = await self.app.push_screen_wait(form)
        if result is not None:
            self.bar.set_text(result.text)
            self.choice_made(result.choice)

    def left(self, text: str) -> str:
        """How many models another filter would leave offers of, among those the offers have."""
        rules = with_defaults(self.browse.meaning_of(text), self.choice)
        now = context(self).session.clock.now()
        rows = compile_query(rules, now)(self.offers.browse.list.loaded)
        more = "" if context(self).market.complete else "+"
        return f"{len({row.offer.gpu_name for row in rows}):,}{more}"

    async def action_compare(self) -> None:
        if not self.refused(self.why_off("market.compare")):
            await open_dialog(self.app, self._compare())

    async def _compare(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.market.compare import CompareModelsModal

        rows = self.browse.marked
        if len(rows) > 4:
            text = f"Mark two to four models to compare; {len(rows)} are marked."
            context(self).say_while(lambda: self.browse.marked == rows, text)
            return
        await self.app.push_screen_wait(CompareModelsModal(rows, self.cells))

    async def action_copy(self) -> None:
        if self.targets:
            await self.copy("\n".join(map(self._text, self.targets)))

    async def action_copy_as(self) -> None:
        if self.targets:
            await open_dialog(self.app, self._copy_as())

    async def _copy_as(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.modals.copy_as import CopyAsModal, CopyOption

        rows = self.targets
        options = (
            CopyOption("Text", "\n".join(map(self._text, rows))),
            CopyOption("JSON", json.dumps([self._record(row) for row in rows], indent=2)),
        )
        chosen = await self.app.push_screen_wait(CopyAsModal(options))
        if chosen is not None:
            await copy_and_show(self.app, context(self).session.clipboard, chosen.text)

    def _text(self, row: ModelRow) -> str:
        cells = (column.cell(row)[0] for column in self.resource.choose(self.chosen))
        return "  ".join(cells)

    def _record(self, row: ModelRow) -> dict[str, str]:
        columns = self.resource.choose(self.chosen)
        return {column.key: column.cell(row)[0].strip() for column in columns}
