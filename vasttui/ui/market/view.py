"""The market by GPU model: its rows, how far they are known, and the details."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from textual.content import Content
from textual.widget import Widget

from vasttui.lists.market_grouping import Grouping
from vasttui.lists.market_rows import MarketBrowse, ModelRow, market_rows, summary
from vasttui.lists.resource import Fact, Resource
from vasttui.models.search import SearchOptions
from vasttui.query.offer_fields import OFFERS
from vasttui.services.market.state import MarketState
from vasttui.services.market.walk import Market
from vasttui.services.overview.book import Wanted
from vasttui.services.overview.feed import Overview, OverviewFeed
from vasttui.services.snapshot import Snapshot
from vasttui.ui.context import context
from vasttui.ui.format import age
from vasttui.ui.lines import clickable, sort_words
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.market import words
from vasttui.ui.market.columns import MarketCells
from vasttui.ui.market.mine import mine_lines, rentals_of, you
from vasttui.ui.offers.screen import OffersScreen
from vasttui.ui.offers.switches import Switches, short_words
from vasttui.ui.widgets.line import TextLine

_SHOWN = ("gpu", "vram", "offers", "gpus", "low", "median", "spot", "value", "rel", "band", "seen")
_AT_ONCE = 2_000
"""Offers that are gone through at once: more take longer than a frame."""
_UNIT = "$/h per GPU, all-in"


class MarketView(ResourceScreen[ModelRow]):
    """One row per model, as far as its offers are known; what is missing is asked for."""

    SCOPE = "market"
    browse: MarketBrowse
    _shown: Sequence[ModelRow] = ()
    _chosen_grouping: Grouping | None = None
    _moved = False  # rows become known one by one: until then the cursor is on the first

    def make_resource(self) -> Resource[ModelRow]:
        app = context(self)
        self.cells = MarketCells(
            app.session.clock.monotonic, lambda: words.asking_words(self.state),
            plain=app.session.ascii_only,
        )  # fmt: skip
        return Resource(
            name="market",
            noun="model",
            id=lambda row: row.id,
            columns=self.cells.columns(),
            fields=OFFERS,
            sort=(("median", False),),
            place=lambda row: 0,
            group=lambda row: row.group,
            heading=lambda row: row.heading,
            shown=_SHOWN,
            summary=summary,
            details={"Prices": self._prices, "Where": self._where, "Mine": self._mine},
            private=self._ids,
            hints=("type to filter: gpu:4090 n=1 rel>=.98 -cc:CN",),
        )

    def _make_browse(self) -> MarketBrowse:
        self.browse = MarketBrowse(
            self.make_resource(), context(self).session.clock.now,
            lambda: self.offers.browse.list.seen_values(), self._asked_anew,
        )  # fmt: skip
        return self.browse

    def _begin(self) -> None:
        super()._begin()
        clock = context(self).session.clock
        self.overview = Overview(self._searches, clock)
        self.feed = self.asker = OverviewFeed(
            self.overview, self._order_to_ask, self._answered, clock=clock,
            rng=context(self).session.rng, on_force=self.forced,
        )  # fmt: skip

    def _searches(self) -> Market | None:
        live = context(self).live
        return None if live is None else live.searches

    def forced(self) -> None:
        if (api := context(self).api) is not None:
            api.force()

    def _watch(self) -> None:
        app = context(self)
        self.feed.on_screen = self.is_current and app.app_focus and app.api is not None
        self.run_worker(self.feed.run(), group="feed", exclusive=True, description="")

    @property
    def offers(self) -> OffersScreen:
        """The offer browser, whose switches are those of this list too."""
        return cast(OffersScreen, self.app.get_screen("offers"))

    @property
    def choice(self) -> SearchOptions:
        """The switches."""
        return self.offers.browse.choice

    @property
    def grouping(self) -> Grouping:
        """What the rows are grouped by: where there is little room, nothing, unless chosen."""
        narrow = self.has_class("-narrow")
        return self._chosen_grouping or (Grouping.NONE if narrow else Grouping.MEMORY)

    def mounted(self) -> None:
        context(self).market_changed.subscribe(self, self._market_changed)
        super().mounted()

    def app_changed(self, what: str) -> None:
        """The market is the same for every account."""
        app = context(self)
        if what in ("client", "gpu names"):
            self.browse.know_gpu_names(app.gpu_names)
        if what in ("client", "focus"):
            self.feed.on_screen = self.is_current and app.app_focus and app.api is not None
        if what in ("memory", "privacy"):
            self.learn_ids(self._shown)
        if self.is_current:
            self._asked_anew()
            self.show_everything()

    def on_screen_resume(self) -> None:
        self.browse.know_gpu_names(context(self).gpu_names)
        super().on_screen_resume()

    def _market_changed(self, state: MarketState) -> None:
        """The offer browser has others."""
        if self.is_current:
            self.list_models()
            self.show_rows()
            self.tick()

    def _answered(self, snapshot: Snapshot[ModelRow]) -> None:
        """A search of this list began or ended."""
        if self.is_current and self.query("#rows"):  # otherwise the program is closing
            self.list_models()
            self.show_rows()
            self.show_hint()
            self.tick()

    def filter_typed(self, text: str) -> None:
        super().filter_typed(text)
        self.show_switches()

    def _asked_anew(self) -> None:
        """The filter or the switches changed."""
        if self.is_mounted:
            self.list_models()

    def list_models(self) -> None:
        """What is known now, for this filter and these switches."""
        app, book = context(self), self.overview.book
        avoided = app.session.preferences.current.avoided
        book.want(Wanted(self.browse.query, self.choice, avoided, app.gpu_names))
        book.take_market(app.market)
        if book.to_work_out > _AT_ONCE:
            self.run_worker(self._work_out(), group="figures", exclusive=True, description="")
        else:
            self._list()

    async def _work_out(self) -> None:
        """Work out the figures model by model, so that keys are answered in between."""
        book = self.overview.book
        for model in book.models:
            book.known(model)
            await asyncio.sleep(0)
        self._list()
        if self.is_current:
            self.show_rows()
            self.tick()

    def _list(self) -> None:
        book = self.overview.book
        found = market_rows(book, self.grouping)
        if found != self._shown:
            self._shown = found
            self.learn_ids(found)
            self.browse.list.set_rows(found)
            self.browse.list.dismiss_gone()
            first = next((row.id for row in self.browse.rows if row.model), None)
            if not self._moved and first is not None:
                self.browse.list.put_cursor(first)

    def cursor_moved(self, index: int) -> None:
        self._moved = True
        super().cursor_moved(index)

    def _order_to_ask(self) -> Sequence[str]:
        """What the user looks at: the model under the cursor, those in view, then the others of the
        same group."""
        rows, top, current = self.browse.rows, self.table.top, self.browse.shown
        group = "" if current is None else current.group
        near = rows[top : top + self.table.page]
        order = [*([] if current is None else [current]), *near]
        order += [row for row in rows if row.group == group]
        return list(dict.fromkeys(row.model for row in order if row.model))

    @property
    def snapshot(self) -> Snapshot[ModelRow]:
        """As fresh as the newest of the rows."""
        known = [row.known.as_of for row in self._shown if row.known is not None]
        return replace(self.feed.snapshot, as_of=max(known, default=None))

    @property
    def state(self) -> words.State:
        """How far the models are known."""
        rows = [row for row in self._shown if row.model]
        known = [row.known.as_of for row in rows if row.known is not None]
        overview, asked = self.overview, self.feed.snapshot
        wait = overview.wait
        if asked.error is not None:
            wait = math.inf if asked.next_try is None else asked.next_try - self._now
        return words.State(
            known=len(known), models=len(rows), oldest=self._now - min(known, default=self._now),
            next=self.asker.next or "", wait=wait, every=overview.spacing,
            slow=overview.is_slow, asking=overview.asking,
            held=self.paused or not self.feed.on_screen or math.isinf(wait),
        )  # fmt: skip

    def read_count(self) -> str:
        """The strip counts no models."""
        return ""

    def compose_switches(self) -> Iterator[Widget]:
        yield TextLine(id="switches")

    def show_everything(self) -> None:
        self.list_models()
        self.show_switches()
        super().show_everything()

    def sorted(self) -> None:
        super().sorted()
        self.show_switches()

    def show_switches(self) -> None:
        """The switches that the offers have too, the grouping, the unit, the order."""
        grouping = clickable(f"[{self.grouping.value}]", "screen.group", "$text-accent")
        switches = Switches(
            choice=self.choice, query=self.browse.query, sort=self.browse.sort, titles=self.titles
        )
        room = self.size.width - grouping.cell_length - len(_UNIT) - 4
        left, order = switches.line(room)
        right = Content.styled(f"{_UNIT} · {order.plain}", "$text-muted")
        self.query_one("#switches", TextLine).show(Content.assemble(left, " ", grouping), right)

    def show_counts(self) -> None:
        if not self.has_class("-narrow"):
            super().show_counts()
            return
        state, sort = self.state, sort_words(self.browse.sort[:1], self.titles)
        parts = (
            f"{len(self.browse.marks)}✓" if self.browse.marks else "",
            short_words(self.browse.query, self.choice), f"{state.known}/{state.models}",
            sort.removeprefix("sort "),
        )  # fmt: skip
        counts = " ".join(filter(None, parts))
        self.bar.show_counts(counts)
        self.bar.counts.styles.width = len(counts) + 2

    def status_line(self) -> tuple[Content, Content]:
        spell, snapshot, width = context(self).keymap.spelled, self.snapshot, self.size.width
        if snapshot.error is not None:
            wait = None if snapshot.next_try is None else snapshot.next_try - self._now
            every, busy = self.overview.spacing, snapshot.busy
            said = words.failed(snapshot.error, wait, every, spell, busy=busy)
            return Content.styled(f" {said}", "$text-error"), Content("")
        if not self._shown:
            return Content(" "), Content("")
        looks = self.feed.on_screen
        line = words.state_line(self.state, width, spell, paused=self.paused, on_screen=looks)
        return line, Content("")

    def tick(self) -> None:
        super().tick()
        if self.is_current:  # the rows tell their age
            self.table.update_rows(self.browse.rows, self.browse.list.cursor_index or 0)

    def nothing(self) -> tuple[str, str] | None:
        spell, book = context(self).keymap.spelled, self.overview.book
        if book.models:
            return "No model has an offer", (
                f"None for these switches and this filter. {spell('market.trust')} widens the "
                f"hosts, {spell('market.rental')} changes the type of rental, "
                f"{spell('list.escape')} clears the filter."
            )
        if context(self).gpu_names or context(self).market.was_read:
            return "No model matches", f"{spell('list.escape')} clears the filter."
        waited = self._now - self._opened
        return "Loading", f"Asking for the models… {age(waited)}"

    def detail_title(self, row: ModelRow) -> Content:
        width = self.detail.size.width - 2
        return Content(words.title(row.model, row.vram, row.figures, width))

    def _prices(self, row: ModelRow) -> Sequence[Fact]:
        figures, width = row.figures, self.detail.size.width
        if figures is None or not figures.offers:
            return self._told(row)
        found = words.prices_lines(figures, self.choice.rental, width)
        known, machines = context(self).machines, self.overview.book.machines(row.model)
        if mine := you(row.model, known, machines):
            found.append(("You", mine))
        return [Fact(*pair) for pair in found]

    def _mine(self, row: ModelRow) -> Sequence[Fact]:
        return [Fact(*pair) for pair in mine_lines(row.model, context(self).machines)]

    def _ids(self, row: ModelRow) -> Sequence[int | None]:
        """Machines that the details name."""
        return [one.machine for one in rentals_of(row.model, context(self).machines)]

    def _where(self, row: ModelRow) -> Sequence[Fact]:
        if row.figures is None or not row.figures.offers:
            return self._told(row)
        return [Fact(*pair) for pair in words.where_lines(row.figures)]

    def _told(self, row: ModelRow) -> Sequence[Fact]:
        """What is said instead of figures that are not there."""
        spell = context(self).keymap.spelled
        seen = row.figures is not None
        return [Fact("Now", words.none_there(spell) if seen else words.not_known(row.model, spell))]
