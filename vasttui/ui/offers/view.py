"""The drawing of the offer browser."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from vasttui.lists.offer_browse import OfferBrowse
from vasttui.models.money import PricedOffer
from vasttui.models.search import PricesFor, SearchOptions
from vasttui.query.defaults import prices_for
from vasttui.services.market.state import MarketState
from vasttui.ui.context import context
from vasttui.ui.lines import clickable, first_fit, sort_forms, sort_words
from vasttui.ui.lists.facts import in_room
from vasttui.ui.offers import lines as offer_lines
from vasttui.ui.offers.columns import OfferCells, offers_resource
from vasttui.ui.offers.detail import TABS, OfferDetail
from vasttui.ui.offers.machine_view import MachineView
from vasttui.ui.offers.past import PastPricesOf
from vasttui.ui.offers.switches import Switches, short_words
from vasttui.ui.privacy import covered
from vasttui.ui.rent.news import rent_words
from vasttui.ui.widgets.line import TextLine
from vasttui.words import plural

if TYPE_CHECKING:
    from vasttui.services.market.feed import MarketFeed

_WIDE = 120
"""Cells of a screen that has room for what is hidden, beside the status."""

_ROOM, _LEAST, _MOST = 44, 27, 36
_OF_GPUS = ("gpu", "text")
"""Cells for the counts; on a narrow screen: alone, and with what the prices are for, where half of
the line is less."""


class OffersView(MachineView):
    """Switches and prices."""

    SCOPE = "offers"
    TABS = TABS

    def __init__(self) -> None:
        app = context(self)
        session = app.session
        choice = session.choice_now
        self.cells = OfferCells(session.clock.now)
        resource = offers_resource(self.cells)
        self.book = session.price_book
        super().__init__(OfferBrowse(resource, choice, session.clock.now, self.book))
        self.details = OfferDetail(self.cells)
        self._watching = ""
        self._sought: int | None = None
        """The offer that the cursor goes to once it is listed."""
        self.details.about_machine = self.about_machine
        self.details.spell = context(self).keymap.spelled
        self.details.figures = lambda: app.live.figures if app.live is not None else None
        self.details.demo = session.past_offers is not None
        self.details.plain = session.ascii_only
        self.past = PastPricesOf(self, self.show_detail)
        self.details.past = lambda row: self.past.of(row.offer, self.prices_for)

    @property
    def reader(self) -> MarketFeed | None:
        return context(self).market_feed

    def read_count(self) -> str:
        state = self.snapshot
        more = "+" if state.has_more else ""
        return "" if state.as_of is None else f"{self.browse.list.fetched:,}{more}"

    def left(self, text: str) -> str:
        return super().left(text) + ("+" if self.snapshot.has_more else "")

    def compose_switches(self) -> Iterator[Widget]:
        yield TextLine(id="switches")

    def mounted(self) -> None:
        app = context(self)
        app.market_changed.subscribe(self, self.market_changed)
        self.apply_lists()
        self.details.know(self.browse.choice)
        if app.session.query:
            self.bar.set_text(app.session.query)
        self.browse.set_market(app.market)
        self.show_everything()

    def filter_typed(self, text: str) -> None:
        super().filter_typed(text)
        self.compare_prices()
        self.ask_market()

    def cursor_moved(self, index: int) -> None:
        drawn = self.table.rows
        if drawn is self.browse.rows:
            super().cursor_moved(index)
        else:  # more were taken that are not drawn yet
            self.browse.list.put_cursor(drawn[index].offer.id)
            self.after_frame(self.show_detail, self.show_keys)
        self._sought = None
        if self.has_class("-low"):
            self.show_status()

    def choice_made(self, choice: SearchOptions) -> None:
        """The switches changed: price the rows for them and ask for what is missing."""
        self.browse.set_choice(choice)
        self.details.know(choice)
        self.compare_prices()
        self.show_everything()
        self.ask_market()
        self.remember()

    async def market_changed(self, state: MarketState) -> None:
        """New rows, or news about the rows there are. What comes while the market is searched is
        drawn as after a key: the rows first."""
        for _ in self.browse.taking(state):
            await asyncio.sleep(0)
        if self.query_one_optional("#rows") is None:  # as while the program is closing
            return
        self._go_to_sought()
        self.show_rows(after_key=state.busy)
        self.after_frame(self.show_hint, self.pass_time)

    def look_for(self, offer: int | None) -> None:
        """Put the cursor on this offer, now or once it is listed."""
        self._sought = offer
        self._go_to_sought()
        self.show_rows()

    def _go_to_sought(self) -> None:
        if self._sought is not None and self.browse.list.put_cursor(self._sought):
            self._sought = None

    def app_changed(self, what: str) -> None:
        if what == "client":
            self.compare_prices()
        if what in ("searching", "client", "gpu names"):
            self.browse.know_gpu_names(context(self).gpu_names)
            self.show_rows()
            self.ask_market()
        elif what in ("pause", "focus"):
            self.tick()
            if what == "focus" and (live := context(self).live) is not None:
                live.machines.look_again()
        elif what in ("machines", "memory"):
            self.machines_changed()
        elif what == "watches" and self._watching != self._watch_words:
            self.show_counts()
        elif what == "prices":
            self.prices_changed()
        elif what == "privacy":
            self.cells.private = context(self).private
            self.table.redraw()
            self.show_detail()
            self.tick()

    @property
    def columns_on(self) -> tuple[str, ...]:
        off = () if self.book.medians else ("cheap",)
        return tuple(key for key in self.chosen if key not in off)

    @property
    def prices_for(self) -> PricesFor:
        """What the prices are for."""
        return prices_for(self.browse.query, self.browse.choice)

    def compare_prices(self) -> None:
        """Have the book for the prices that are shown."""
        if (live := context(self).live) is not None:
            live.prices.compare(self.prices_for)

    def prices_changed(self) -> None:
        """Other prices are remembered."""
        self.past.forget()
        self.browse.list.prices_changed(frozenset({"cheap"}))
        self.table.set_columns(self.resource.choose(self.columns_on))
        self.table.redraw()
        self.show_rows()

    def ask_market(self) -> None:
        """Search the market, if the loaded rows cannot answer the filter. A filter that may name a
        GPU waits for the names there are: without them all models would be asked for."""
        app = context(self)
        if app.asks_gpu_names and any(rule.field in _OF_GPUS for rule in self.browse.query.rules):
            return
        if app.market_feed is not None:
            app.market_feed.request(*self.browse.queries(app.gpu_names))

    def show_counts(self) -> None:
        rows, state = self.browse.list, self.snapshot
        chip = "PART" if offer_lines.is_part(state) else ""
        counts = offer_lines.Counts(
            len(self.browse.rows), rows.fetched, state.as_of is not None and state.has_more,
            rows.left_out.count, len(rows.marks), rows.hidden_marks,
        )  # fmt: skip
        room, narrow = _ROOM, self.has_class("-narrow")
        if narrow:
            most = max(_MOST, self.size.width // 2)
            room = min(most, _LEAST + len(short_words(self.browse.query, self.browse.choice)))
        self.bar.counts.styles.width = room
        most = room - 2 - (len(chip) + 3 if chip else 0)
        line = self._narrow_counts(counts, most) if narrow else counts.line(most)
        self.bar.show_counts(line, chip)
        self.show_switches()

    def _narrow_counts(self, counts: offer_lines.Counts, most: int) -> Content:
        """The counts, and what has no line of its own here: what the prices are for stays
        longest."""
        watch = Content.styled("◉ " if self._watch_words else "", "$text-accent")
        words = short_words(self.browse.query, self.browse.choice)
        prices = clickable(f"{words} " if words else "", "screen.form", "$text-accent")
        least = watch.cell_length + prices.cell_length + counts.line(0).cell_length
        before = Content.assemble(watch, prices, self.chosen_in(most - least))
        room = most - before.cell_length
        forms = (
            *sort_forms(self.browse.sort, self.titles),
            sort_words(self.browse.sort[:1], self.titles),
        )
        order = next((f" {form}" for form in forms if counts.brief + len(form) < room), "")
        line = Content.assemble(before, counts.line(room - len(order)), order)
        return first_fit(most, line, before, prices)

    def detail_title(self, row: PricedOffer) -> Content:
        return self.details.title(row, self.detail.size.width - 2)

    def detail_lines(self, row: PricedOffer, width: int) -> list[Content]:
        wide = self.has_class("-wide")
        details = self.details
        height = self.detail.size.height
        details.room = 0 if wide else height
        lines = (
            details.everything(row, width, height) if wide else details.lines(self.tab, row, width)
        )
        return in_room([covered(line, self) for line in lines], width, height)

    def tab_line(self) -> Content:
        return Content("") if self.has_class("-wide") else super().tab_line()

    def chosen_in(self, room: int) -> Content:
        """The template to rent with, in so many cells; empty without one, or without room."""
        return Content("")

    @property
    def template_name(self) -> str:
        """The template to rent with, in few letters; empty without one."""
        return ""

    def show_switches(self) -> None:
        """The switches, and the order of the rows."""
        browse = self.browse
        self._watching = self._watch_words
        views = context(self).session.views.all()
        view = next((view for view in views if view.name == browse.view), None)
        switches = Switches(
            choice=browse.choice, query=browse.query, unfit=browse.list.unfit_count,
            view=view.name if view else "",
            changed=view is not None and browse.differs(view, self.chosen),
            watch=self._watching, template=self.template_name, sort=browse.sort,
            titles=self.titles,
        )  # fmt: skip
        self.query_one("#switches", TextLine).show(*switches.line(self.size.width))

    @property
    def _watch_words(self) -> str:
        """That the filter in force is watched, or how many others are."""
        live = context(self).live
        awake = [] if live is None else live.watches.awake
        here = " ".join(self.browse.text.split()), self.browse.choice
        if any((watch.text, watch.options) == here for watch in awake):
            return "◉ watching"
        return f"◉ {plural(len(awake), 'watch', 'watches')}" if awake else ""

    def under_way(self) -> Content | None:
        return rent_words(context(self))

    def status_line(self) -> tuple[Content, Content]:
        """The last search, or the offer under the cursor where there is no room for details."""
        app, row = context(self), self.browse.current
        if self.has_class("-low") and row is not None:
            facts = offer_lines.key_facts(row, self.browse.choice.usage, self.size.width)
            return facts, Content("")
        now = app.session.clock.monotonic()
        resting = self.reader is not None and not self.reader.looked_at
        words = offer_lines.status(
            self.snapshot, now, self.paused, app.keymap.spelled, resting=resting,
            width=self.size.width,
        )  # fmt: skip
        rows, wide = self.browse.list, self.size.width >= _WIDE
        hidden = (
            offer_lines.hidden(rows.left_out.machine_count, rows.left_out.count) if wide else ""
        )
        return words, Content.styled(hidden, "$text-muted")

    def remember(self) -> None:
        super().remember()
        context(self).session.preferences.change(choice=self.browse.choice)

    def sorted(self) -> None:
        super().sorted()
        self.show_switches()
        self.ask_market()
        self.call_after_refresh(self.browse.list.tidy)

    def choose_columns(self, keys: tuple[str, ...]) -> None:
        super().choose_columns(keys)
        self.show_switches()
