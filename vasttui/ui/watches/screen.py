"""All watches: what they look for, what they found, and how the looks go."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from vasttui.lists.resource import Resource
from vasttui.services.snapshot import Snapshot
from vasttui.services.watches.watch import State, price_words
from vasttui.ui.context import context
from vasttui.ui.format import age
from vasttui.ui.header import freshness
from vasttui.ui.keys import bindings
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.opening import open_dialog
from vasttui.ui.watches import resource
from vasttui.ui.watches.resource import WatchRow

if TYPE_CHECKING:
    from vasttui.services.watches.looker import Looker
    from vasttui.ui.client import Client
    from vasttui.ui.watches.flows import WatchFlows

_EVERY = 1.0


class WatchesScreen(ResourceScreen[WatchRow]):
    """New, edit, asleep or awake, delete, copy, its offers."""

    SCOPE = "watches"
    NEEDS_KEY = False
    BINDINGS: ClassVar[list[BindingType]] = bindings("watches")

    def make_resource(self) -> Resource[WatchRow]:
        app = context(self)
        now = app.session.clock.now
        return Resource(
            name="watches",
            noun="watch",
            nouns="watches",
            id=lambda row: row.watch.id,
            private=lambda row: [
                number for hit in row.seen.hits for number in (hit.offer_id, hit.machine)
            ],
            columns=resource.columns(now),
            shown=resource.FIRST_COLUMNS,
            fields=resource.FIELDS,
            sort=(("state", True), ("name", False)),
            summary=resource.summary,
            details={"Hits": resource.hit_facts, "Raw": resource.raw},
            read=self._read,
            every=_EVERY,
            empty=f"{app.keymap.spelled('offers.watch')} on the offers watches their filter: it "
            "rings when one appears for at most a price of yours.",
            hints=("type to filter: watching", "asleep", "hits>0"),
        )

    async def read(self) -> Sequence[WatchRow]:
        """Nothing is requested: they are kept on this computer."""
        return self.rows_of(self.snapshot)

    async def _read(self, api: Client) -> Sequence[WatchRow]:
        return self.rows_of(self.snapshot)

    def rows_of(self, snapshot: Snapshot[WatchRow]) -> Sequence[WatchRow]:
        """The watches as they are known now."""
        looker, book = self._looker, context(self).session.watches
        if looker is None:
            return []
        return [
            WatchRow(watch, looker.seen(watch), looker.state(watch), looker.every(watch))
            for watch in book.watches
        ]

    @property
    def _looker(self) -> Looker | None:
        live = context(self).live
        return None if live is None else live.watches

    def forced(self) -> None:
        """Look for the watch under the cursor as soon as the rate allows."""
        row, looker, api = self.browse.current, self._looker, context(self).api
        if row is not None and looker is not None and api is not None:
            api.force()
            looker.refresh(row.watch.id)

    def app_changed(self, what: str) -> None:
        if what == "watches":
            self.browse.list.leaving.update(row.watch.id for row in self.browse.list.all_rows)
            self.feed.wake()
        super().app_changed(what)

    @property
    def _flows(self) -> WatchFlows:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.watches.flows import WatchFlows

        return WatchFlows(context(self))

    async def _open(self, how: Callable[[WatchFlows, WatchRow], Coroutine[Any, Any, None]]) -> None:
        """Do this to the watch under the cursor."""
        if (row := self.browse.current) is not None:
            await open_dialog(self.app, how(self._flows, row))

    async def action_new(self) -> None:
        offers = context(self).offer_browse
        await open_dialog(self.app, self._make(offers.text, offers.choice))

    async def _make(self, text: str, choice: Any) -> None:
        # start-up: as above
        from vasttui.ui.watches.dialog import matches_of

        matches = matches_of(context(self))
        self._new = await self._flows.new(text, choice, matches, edits=False)

    async def action_edit(self) -> None:
        async def edit(flows: WatchFlows, row: WatchRow) -> None:
            await flows.edit(row.watch)

        await self._open(edit)

    def action_sleep_or_wake(self) -> None:
        live = context(self).live
        if live is not None:
            self._flows.toggle(live, [row.watch for row in self.targets])

    async def action_delete(self) -> None:
        if self.targets:
            watches = [row.watch for row in self.targets]
            await open_dialog(self.app, self._flows.delete(watches))

    async def action_copy(self) -> None:
        await self._open(lambda flows, row: flows.copy(row.watch))

    async def action_copy_as(self) -> None:
        await self._open(lambda flows, row: flows.copy_as(row.watch))

    def action_offers(self) -> None:
        if (row := self.browse.current) is not None:
            context(self).show_watched(row.watch)

    def detail_title(self, row: WatchRow) -> Content:
        return Content(resource.title(row, context(self).session.clock.now()))

    def fresh(self) -> Content:
        """How old the last look is that succeeded; empty while none of them looks."""
        looker, rows = self._looker, self.browse.list.all_rows
        awake = [row for row in rows if row.state is State.WATCHING]
        if looker is None or not awake:
            return Content("")
        clock = context(self).session.clock
        looks = [row.seen.looked for row in awake if row.seen.looked is not None]
        now, monotonic = clock.now(), clock.monotonic()
        return freshness(
            monotonic - max(0.0, now - max(looks)) if looks else None, monotonic,
            busy=looker.busy is not None, failed=any(row.seen.problem for row in awake),
            retries=looker.error is None or looker.next_try is not None,
        )  # fmt: skip

    def status_line(self) -> tuple[Content, Content]:
        return self._looks(), self.order

    def _looks(self) -> Content:
        """How the looks go, and what the one of the watch under the cursor found."""
        app, looker, row = context(self), self._looker, self.browse.current
        problem = app.session.watches.problem
        if problem:
            return Content.styled(f" ! {problem}", "$text-warning")
        if looker is None or row is None:
            return Content("")
        if row.state is not State.WATCHING:
            key = app.keymap.spelled("watches.toggle")
            return Content.styled(f" {row.watch.name} is {row.state.value}: {key} wakes it.",
                                  "$text-muted")  # fmt: skip
        now, seen = app.session.clock.now(), row.seen
        if (until := looker.quota_resets_at) is not None:
            return Content.styled(f" ✖ {quota_words(until)}", "$text-warning")
        found = "not looked yet" if seen.looked is None else self._found(row, now - seen.looked)
        if seen.problem:
            clock, at = app.session.clock.monotonic(), looker.next_try
            again = "" if at is None else f" Next try in {age(max(0.0, at - clock))}."
            return Content.assemble(
                (f" ✖ {seen.problem}{again}", "$text-error"), (f"  {found}", "$text-muted")
            )
        if looker.busy == row.watch.id:
            return Content.styled(f" ◌ looking; {found}", "$text-muted")
        other = "" if looker.looks_here else "another window of vasttui looks; "
        return Content.styled(f" ✓ {other}{found}", "$text-muted")

    def _found(self, row: WatchRow, old: float) -> str:
        seen = row.seen
        more = "+" if seen.is_partial else ""
        lowest = "" if seen.lowest is None else f", the lowest is {price_words(seen.lowest)}"
        return f"looked {age(old)} ago: {seen.count:,}{more} match{lowest}"


def quota_words(until: float) -> str:
    """`The search quota of today is used up: watches rest until 00:00 UTC (02:00 here).`"""
    utc, here = (time.strftime("%H:%M", of(until)) for of in (time.gmtime, time.localtime))
    return f"The search quota of today is used up: watches rest until {utc} UTC ({here} here)."
