"""The market by GPU model: what is known, what is asked for, what is remembered."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

from msgspec.structs import replace

from vasttui.errors import NetworkError, ServiceDown
from vasttui.lists.market_grouping import Grouping
from vasttui.lists.market_rows import MarketBrowse, ModelRow, market_rows
from vasttui.models.search import PricesFor, SearchOptions
from vasttui.query.defaults import prices_for
from vasttui.services.market.state import MarketState
from vasttui.services.market.walk import Market
from vasttui.services.overview.book import Answer, Wanted
from vasttui.services.overview.feed import Overview, OverviewFeed
from vasttui.services.snapshot import Snapshot
from vasttui.ui.context import context
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.market import words
from vasttui.ui.market.past import ModelsPast
from vasttui.ui.offers.screen import OffersScreen

_AT_ONCE = 2_000
"""Offers that are gone through at once: more take longer than a frame."""


class MarketReading(ResourceScreen[ModelRow]):
    """One row per model, as far as its offers are known; what is missing is asked for."""

    browse: MarketBrowse
    _shown: Sequence[ModelRow] = ()
    _chosen_grouping: Grouping | None = None
    _working = False
    _moved = False  # rows become known one by one: until then the cursor is on the first

    def _make_browse(self) -> MarketBrowse:
        self.browse = MarketBrowse(
            self.make_resource(), context(self).session.clock.now,
            lambda: self.offers.browse.list.seen_values(), self._asked_anew,
        )  # fmt: skip
        return self.browse

    def _begin(self) -> None:
        super()._begin()
        clock = context(self).session.clock
        self.overview = Overview(self._searches, clock, self._search_ended)
        self.past = ModelsPast(self, self._remembered, self._sized)
        self.feed = self.asker = OverviewFeed(
            self.overview, self._order_to_ask, self._answered, clock=clock,
            rng=context(self).session.rng, on_force=self.forced,
        )  # fmt: skip

    def _searches(self) -> Market | None:
        live = context(self).live
        return None if live is None else live.searches

    def _search_ended(self, answer: Answer) -> None:
        """Its prices are remembered."""
        if (live := context(self).live) is not None:
            live.search_ended(answer.query, answer.offers, answer.whole)

    def ask_own_figures(self) -> None:
        """Ask for Vast.ai's own figures while somebody looks; no more, once that was refused."""
        app = context(self)
        looks = self.is_current and app.app_focus and app.signed_in and not self.paused
        if not looks or app.live is None:
            return
        figures = app.live.figures
        if figures.is_due:
            self.run_worker(figures.ask_current(), group="own figures", description="")
        elif self.tab == "Where" and figures.places_are_due:
            self.run_worker(figures.ask_places(), group="own figures", description="")

    def _remembered(self) -> None:
        """What is remembered of models was read."""
        if self._is_drawn:
            self._list()
            if self.is_current:
                self.show_rows()

    def _sized(self, sizes: Mapping[str, int]) -> None:
        if self.overview.book.remember(sizes):
            self._remembered()

    @property
    def _is_drawn(self) -> bool:
        """Whether its parts are there; they are not while the program closes."""
        return bool(self.query("#rows")) and bool(self.query("#detail"))

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
    def prices_for(self) -> PricesFor:
        """What the prices are for."""
        return prices_for(self.browse.query, self.choice)

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
        if what in ("memory", "machines"):
            self.overview.book.machines_changed()
        if self.is_current:
            self._asked_anew()
            self.show_everything()

    def on_screen_resume(self) -> None:
        self.browse.know_gpu_names(context(self).gpu_names)
        super().on_screen_resume()

    def _market_changed(self, state: MarketState) -> None:
        """The offer browser has others."""
        if self.is_current and self._is_drawn:
            self.list_models()
            self.show_rows()
            self.tick()

    def _answered(self, snapshot: Snapshot[ModelRow]) -> None:
        """A search of this list began or ended."""
        if self.is_current and self._is_drawn:
            self.list_models()
            self.show_rows()
            self.show_hint()
            self.tick()

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
        if self._working or book.to_work_out > _AT_ONCE:
            if not self._working:
                self._working = True
                self.run_worker(self._work_out(), group="figures", description="")
        else:
            self._list()

    async def _work_out(self) -> None:
        """Work out the figures little by little, so that keys are answered in between."""
        book = self.overview.book
        try:
            while book.to_work_out:
                for _ in book.work_out():
                    await asyncio.sleep(0)
        finally:
            self._working = False
        self._list()
        if self.is_current and self._is_drawn:
            self.show_rows()
            self.tick()

    def _list(self) -> None:
        book, wanted = self.overview.book, self.prices_for
        found = market_rows(book, self.grouping, lambda model: self.past.of(model, wanted))
        if found != self._shown:
            self._shown, before = found, self.browse.current
            self.learn_ids(found)
            self.browse.list.set_rows(found)
            self.browse.list.dismiss_gone()
            self._put_cursor(before)
        self._look_back()

    def _put_cursor(self, before: ModelRow | None) -> None:
        """On the first row until it was moved; then on the same model, if now with another size."""
        rows = [row for row in self.browse.rows if row.model]
        if self._moved and before is not None:
            alike = [row for row in rows if row.model == before.model]
            rows = [] if any(row.id == before.id for row in alike) else alike
        if rows:
            self.browse.list.put_cursor(rows[0].id)

    def _look_back(self) -> None:
        """Read what is remembered of the models, and of the one in the details."""
        gpus, shown = [row.gpu for row in self._shown if row.model], self.browse.shown
        one = None if shown is None or shown.heading else shown.gpu
        self.past.look(gpus, one, self.prices_for)

    def cursor_moved(self, index: int) -> None:
        self._moved = True
        super().cursor_moved(index)
        self._look_back()

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
        return replace(self.feed.snapshot, as_of=max(known, default=None), **self._not_reached())

    def _not_reached(self) -> dict[str, Any]:
        """What others found since the last own search, which may be long ago: that the service is
        not reached, or its search is down."""
        app, own = context(self), self.feed.snapshot
        if own.error is not None:
            return {}
        searches, every = (own, app.market), (own, app.market, app.fleet)
        for one, kind, alike in (
            (app.market, ServiceDown, searches), (app.market, NetworkError, every),
            (app.fleet, NetworkError, every),
        ):  # fmt: skip
            since, reached = one.failing_since, max(like.as_of_wall or 0.0 for like in alike)
            if isinstance(one.error, kind) and since is not None and reached < since:
                return {"error": one.error, "failures": one.failures, "failing_since": since,
                        "next_try": None}  # fmt: skip
        return {}

    @property
    def state(self) -> words.State:
        """How far the models are known."""
        models = {row.model for row in self._shown if row.model}
        known = {row.model: row.known.as_of for row in self._shown if row.known is not None}
        overview, asked = self.overview, self.feed.snapshot
        wait = overview.wait
        if asked.error is not None:
            wait = math.inf if asked.next_try is None else asked.next_try - self._now
        return words.State(
            known=len(known), models=len(models),
            oldest=self._now - min(known.values(), default=self._now),
            next=self.asker.next or "", wait=wait, every=overview.spacing,
            slow=overview.is_slow, asking=self.asker.asking,
            held=self.paused or not self.feed.on_screen or math.isinf(wait),
        )  # fmt: skip
