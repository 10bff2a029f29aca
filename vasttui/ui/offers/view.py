"""How the offer browser is laid out and drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import getters
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.timer import Timer

from vasttui.lists.offer_browse import Browse
from vasttui.models.money import PricedOffer
from vasttui.models.search import SearchOptions
from vasttui.query.rules import Rule
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.market.state import MarketState
from vasttui.services.renting.rental import RentState
from vasttui.ui.context import context
from vasttui.ui.header import freshness, header
from vasttui.ui.lines import sort_words, tabs
from vasttui.ui.lists.detail_pane import DetailPane
from vasttui.ui.lists.filter_bar import FilterBar
from vasttui.ui.lists.screen import ListScreen
from vasttui.ui.lists.table import VirtualTable
from vasttui.ui.offers import lines as offer_lines
from vasttui.ui.offers.alert import OfferAlert
from vasttui.ui.offers.columns import DEFAULT_COLUMNS, OfferCells, choose, offer_columns
from vasttui.ui.offers.detail import TABS, OfferDetail
from vasttui.ui.rent.news import rent_words
from vasttui.ui.widgets.key_bar import KeyBar
from vasttui.ui.widgets.line import TextLine
from vasttui.ui.widgets.top_line import TopLine

if TYPE_CHECKING:
    from vasttui.ui.offers.no_match import NoMatch

_EXPLAIN_AFTER = 0.1

_HINTS = ("type to filter: gpu:4090", "n=1", "eff<0.60", "-cc:CN", "  (? explains)")


class OffersView(ListScreen):
    """Filter line, switches, table, details, status and keys."""

    SCOPE = "offers"
    AUTO_FOCUS = "#offers"
    default_columns = DEFAULT_COLUMNS

    detail = getters.query_one(DetailPane)

    def __init__(self) -> None:
        super().__init__()
        session = context(self).session
        remembered = session.preferences.current
        self.cells = OfferCells(session.clock.now)
        self.columns = offer_columns(self.cells)
        self.browse = Browse(remembered.choice or session.choice, session.clock.now)
        if remembered.sort:
            self.browse.set_sort(remembered.sort)
        self.details = OfferDetail(self.cells)
        self.chosen = tuple(remembered.columns or DEFAULT_COLUMNS)
        self.tab = TABS[0]
        self.zoomed = False
        self.watched: OfferAlert | None = None
        self.blamed: list[Rule] = []
        self._no_match: NoMatch | None = None
        self._explaining: Timer | None = None

    @property
    def browsing(self) -> Browse:
        return self.browse

    def compose(self) -> ComposeResult:
        yield TopLine()
        yield FilterBar("", _HINTS)
        yield TextLine(id="switches")
        yield TextLine(id="hint")
        with Container(id="main"):
            table: VirtualTable[PricedOffer] = VirtualTable(
                choose(self.columns, self.chosen), lambda row: row.offer.id, id="offers"
            )
            yield table
            yield DetailPane()
        yield TextLine(id="status")
        yield KeyBar()
        yield TextLine(id="small")

    def on_mount(self) -> None:
        app = context(self)
        app.market_changed.subscribe(self, self.market_changed)
        app.fleet_changed.subscribe(self, self.fleet_changed)
        app.app_changed.subscribe(self, self.app_changed)
        app.rent_changed.subscribe(self, self.rent_changed)
        self.bar.input.on_text = self.filter_typed
        self.table.on_move = self.cursor_moved
        self.apply_lists()
        self.details.usage = self.browse.choice.usage
        self.details.rental = self.browse.choice.rental
        if app.session.query:
            self.bar.set_text(app.session.query)
        if app.market is not None:
            self.market_changed(app.market)
        self.show_everything()
        self.set_interval(1.0, self.tick)

    # What changes the rows

    def filter_typed(self, text: str) -> None:
        """Called by the input at every key, before it is drawn: rows and input share a frame."""
        self.browse.set_text(text)
        self.bar.set_spots(self.browse.problems, self.browse.warnings)
        self.show_rows()
        self.show_hint()
        self.ask_market()

    def cursor_moved(self, index: int) -> None:
        """The user moved the cursor of the table."""
        self.browse.offers.move_cursor(index)
        self.show_detail()
        if self.has_class("-low"):
            self.show_status()

    def choice_made(self, choice: SearchOptions) -> None:
        """The switches changed: price the rows anew and ask for what is missing."""
        self.browse.set_choice(choice)
        self.details.usage, self.details.rental = choice.usage, choice.rental
        self.show_everything()
        self.ask_market()
        self.remember()

    def market_changed(self, state: MarketState) -> None:
        """New rows, or news about the rows there are."""
        self.browse.set_market(state)
        self.show_rows()
        self.show_hint()
        self.tick()
        self.ring_for_new()

    def fleet_changed(self, fleet: Fleet) -> None:
        if self.is_current:
            self.show_top()

    def rent_changed(self, state: RentState) -> None:
        if self.is_current:
            self.show_status()

    def app_changed(self, what: str) -> None:
        """Something of the application changed that this screen shows."""
        if what in ("client", "gpu names"):
            self.ask_market()
        elif what == "pause":
            self.tick()
        elif what == "privacy":
            self.privacy_changed()

    def ask_market(self) -> None:
        """Have the market searched, if the rows in hand cannot answer the filter."""
        app = context(self)
        self.browse.gpu_names = app.gpu_names
        if app.market_feed is not None:
            app.market_feed.want(*self.browse.wanted(app.gpu_names))

    # What is drawn

    def show_everything(self) -> None:
        self.show_rows()
        self.show_top()
        self.show_switches()
        self.show_hint()
        self.show_keys()
        self.tick()

    def show_rows(self) -> None:
        """Table or its stand-in, details and counts."""
        rows = self.browse.rows
        cursor = self.browse.offers.cursor_index
        self.table.show_rows(rows, cursor if cursor is not None else 0)
        self.table.set_marked(frozenset(self.browse.offers.marks))
        self.show_counts()
        if self._explaining is not None:
            self._explaining.stop()
        if not rows and not offer_lines.still_coming(context(self).market):
            # Not at every key: to find the rule to blame takes longer than a frame.
            self._explaining = self.set_timer(_EXPLAIN_AFTER, self.show_no_match)
        elif self.has_class("-empty"):
            self.stand_in(False)
        self.show_detail()

    @property
    def no_match(self) -> NoMatch:
        """What stands in for an empty table; made when it is needed for the first time."""
        if self._no_match is None:
            # start-up: its list takes 15 ms to import and to mount
            from vasttui.ui.offers.no_match import NoMatch

            self._no_match = NoMatch()
            self.query_one("#main").mount(self._no_match, after=self.table)
        return self._no_match

    def show_counts(self) -> None:
        state = context(self).market
        offers = self.browse.offers
        shown, total = len(self.browse.rows), offers.fetched
        text = offer_lines.counts(shown, total, offers.avoided_count, state)
        if self.has_class("-narrow"):
            first = self.browse.sort[:1]
            text = f"{shown}/{total} {sort_words(first, self.titles)}"
        self.bar.show_counts(text)

    def stand_in(self, empty: bool) -> None:
        """Put the explanation in the place of the table, or the table back."""
        if self.has_class("-empty") is not empty:
            self.no_match.display = empty
            self.table.display = not empty
            self.set_class(empty, "-empty")
            if not self.bar.input.has_focus:  # what was hidden has lost the focus
                self.set_focus(self.no_match.suspects if empty else self.table)

    def show_no_match(self) -> None:
        """Say why there is no row."""
        self.stand_in(True)
        offers, app = self.browse.offers, context(self)
        state = app.market
        if not offers.all_rows:
            title, text = offer_lines.nothing_yet(state, app.session.place, offers.fetched)
            self.no_match.say(title, text)
            return
        explanation = self.browse.explain()
        self.blamed = [one.rule for one in explanation.blames]
        have = state.query if state is not None and state.complete else None

        def in_hand(rule: Rule) -> bool:
            return self.browse.in_hand_without(rule, have, app.gpu_names)

        self.no_match.explain(*offer_lines.blame(explanation, in_hand))

    def show_detail(self) -> None:
        row = self.browse.current
        if row is None or not self.detail.is_mounted:
            self.detail.show(Content("no offer"), Content(""), [])
            return
        width = max(20, self.detail.size.width)
        keymap = context(self).keymap
        keys = f"{keymap.spelled('list.previous_tab')} {keymap.spelled('list.next_tab')}"
        line = tabs(TABS, self.tab, keys)
        if self.has_class("-wide"):
            everything = self.details.everything(row, width)
            self.detail.show(self.details.title(row), Content(""), everything)
            return
        self.detail.show(self.details.title(row), line, self.details.lines(self.tab, row, width))

    def show_top(self) -> None:
        app, state = context(self), context(self).market
        fresh = freshness(
            state.as_of if state is not None else None,
            app.session.clock.monotonic(),
            busy=state is not None and state.searching,
            failed=state is not None and state.error is not None,
        )
        line = header(app, "offers", fresh, self.size.width)
        self.query_one(TopLine).show(*line, fresh)

    def show_switches(self) -> None:
        words = sort_words(self.browse.sort, self.titles)
        line = offer_lines.switches(self.browse.choice, self.browse.view, words)
        self.query_one("#switches", TextLine).show(*line)
        self.table.set_sort(self.browse.sort)

    def show_notice(self) -> bool:
        app = context(self)
        stale = offer_lines.banner(app.market, app.session.clock.monotonic())
        if stale is not None:
            self.query_one("#hint", TextLine).show(stale)
        return stale is not None

    def show_status(self) -> None:
        """The last search, or the offer under the cursor where there is no room for details."""
        app, row = context(self), self.browse.current
        line = self.query_one("#status", TextLine)
        news = rent_words(tuple(app.renting.values())) if app.renting else None
        if news is not None:
            line.show(news)
            return
        if self.has_class("-low") and row is not None:
            line.show(offer_lines.key_facts(row, self.browse.choice.usage))
            return
        paused = app.market_feed is not None and app.market_feed.paused
        now = app.session.clock.monotonic()
        line.show(offer_lines.status(app.market, now, paused))

    def tick(self) -> None:
        """Once a second: the ages."""
        if not self.is_current:
            return
        app = context(self)
        self.show_status()
        self.show_top()
        if app.market is not None and app.market.error is not None:
            self.show_hint()

    # What stays

    def remember(self) -> None:
        """Keep columns, order and switches for the next start."""
        context(self).session.preferences.change(
            columns=self.chosen, sort=self.browse.sort, choice=self.browse.choice
        )

    def sorted(self) -> None:
        """The order changed."""
        self.show_rows()
        self.show_switches()
        self.remember()
        self.call_after_refresh(self.browse.offers.tidy)

    def choose_columns(self, keys: tuple[str, ...]) -> None:
        self.chosen = keys
        self.table.set_columns(choose(self.columns, keys))
        self.remember()

    def apply_lists(self) -> None:
        """Use the user's lists of machines."""
        preferences = context(self).session.preferences.current
        self.cells.starred, self.cells.avoided = preferences.starred, preferences.avoided
        self.browse.offers.set_avoided(preferences.avoided)
        self.table.redraw()

    def privacy_changed(self) -> None:
        """Ids and addresses are hidden, or shown again."""
        self.cells.private = context(self).private
        self.table.redraw()
        self.show_detail()
        self.show_top()

    def ring_for_new(self) -> None:
        """Ring when an offer came that the watched filter did not show before."""
        fresh = self.watched.fresh(self.browse.rows) if self.watched is not None else 0
        if fresh:
            self.app.bell()
            word = "offer matches" if fresh == 1 else "offers match"
            self.app.notify(f"{fresh} new {word} your filter.", markup=False)
