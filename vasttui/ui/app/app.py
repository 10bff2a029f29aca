"""The application: owns what screens share and work that outlives a screen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import work
from textual.app import App
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.signal import Signal

from vasttui.clock import ServiceClock
from vasttui.errors import AuthRejected, PermissionDenied, TwoFactorRequired, VastError
from vasttui.paths import styles_dir
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.market.state import MarketState
from vasttui.startup import GcFreezer, keep_little
from vasttui.ui.app.dialog_keys import DialogKeys
from vasttui.ui.app.navigation import Navigation
from vasttui.ui.app.theming import Theming
from vasttui.ui.app.under_way import UnderWay
from vasttui.ui.crash import CrashSafe
from vasttui.ui.inbox import clock_words, forget_what_is_over, remind
from vasttui.ui.key_order import KeysInOrder
from vasttui.ui.keys import Keymap, bindings, check_keymap
from vasttui.ui.privacy import MONEY_SECTIONS, Veil
from vasttui.ui.resizing import WholeResizes
from vasttui.ui.session import KeptKey, Session, SignedIn
from vasttui.ui.styling import StyledByTheme
from vasttui.ui.widgets.line_input import LineInput

if TYPE_CHECKING:
    from rich.console import RenderableType

    from vasttui.services.actions.state import ActionState
    from vasttui.services.log_watch import Log
    from vasttui.services.renting.rental import RentState
    from vasttui.ui.client import Client, MarketClient, Searcher
    from vasttui.ui.live import Live
    from vasttui.ui.searching import Searching

_NAMES_WITHIN = 2.0
"""Seconds that a filter waits for the names of GPUs."""

_KEY_WAITS = 1.0
"""Seconds that a key waits for the client."""


class VasttuiApp(
    CrashSafe, KeysInOrder, WholeResizes, StyledByTheme, Theming, UnderWay, DialogKeys, Navigation,
    App[None], inherit_bindings=False,
):  # fmt: skip
    """vasttui."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("app", "screen")

    TITLE = "vasttui"
    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = [styles_dir() / "app.tcss"]
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (100, "-normal"), (180, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (16, "-low"), (24, "-short"), (30, "-tall")]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.keymap = Keymap(session.keys)
        self.private = False
        self.veil = Veil(lambda: self.current_mode in MONEY_SECTIONS)
        self._plain: list[LineFilter] = _plain_lines() if session.ascii_only else []
        self.terminal_user: asyncio.Task[object] | None = None
        self.gpu_names: tuple[str, ...] = ()
        self.asks_gpu_names = True
        self.searching: Searching | None = None
        self.live: Live | None = None
        self._connected = asyncio.Event()
        self.market = session.last_seen.market.load(session.choice_now.rental, session.clock)
        self.fleet = session.kept_instances()
        self.market_changed: Signal[MarketState] = Signal(self, "market-changed")
        self.fleet_changed: Signal[Fleet] = Signal(self, "fleet-changed")
        self.action_changed: Signal[ActionState] = Signal(self, "action-changed")
        self.log_changed: Signal[Log] = Signal(self, "log-changed")
        self.rent_changed: Signal[RentState] = Signal(self, "rent-changed")
        self.running_actions: dict[int, ActionState] = {}
        self.renting: dict[int, RentState] = {}
        self.newest_instance: int | None = None
        self.reminders_to_set: dict[int, float] = {}
        self.app_changed: Signal[str] = Signal(self, "app-changed")
        self._garbage = GcFreezer()
        self.sign_in_message = (
            "Browsing needs no key. With a key, vasttui shows your instances and balance."
        )
        self.signed_in = session.key_source is not None or session.demo
        self.theme = self.theme_at_start(session)
        self.themed = True
        self.set_keymap(dict(self.keymap.changes))

    def on_line_input_refused(self, event: LineInput.Refused) -> None:
        self.notify(event.sentence, severity="warning", markup=False)

    def on_mount(self) -> None:
        # The shell drew on the terminal while the program was stopped.
        self.app_resume_signal.subscribe(self, lambda app: app.refresh(layout=True))
        self.call_after_refresh(self.start)

    def start(self) -> None:
        """After the first frame: connect to the service."""
        if isinstance(self.session.clock, ServiceClock):
            self.session.clock.on_wrong = self._clock_is_wrong
        keep_little()
        self.connect()
        problems = check_keymap(self.session.keys) if self.session.keys else []
        self.warn((*self.session.warnings, *problems))
        preferences = self.session.preferences
        first_run = not self.signed_in and not preferences.current.asked_for_key
        if first_run and self.session.sign_in is not None:
            preferences.change(asked_for_key=True)
            self.run_worker(self.dialogs.key(), group="dialog", description="")

    @work(group="connect", exclusive=True, description="")
    async def connect(self) -> None:
        """Search the market, then make the client and use it. What they need takes 70 and 120 ms to
        import: not on the event loop."""
        market = await asyncio.to_thread(self.session.connect)
        self.warn(self.session.lost())
        searching = self.search(market)
        await searching.answered_soon()
        self.use(await asyncio.to_thread(_whole, market), searching)

    def search(self, api: Searcher) -> Searching:
        """Search the market with this client from now on."""
        # start-up: nothing is searched before the first frame
        from vasttui.ui.searching import Searching

        kept = self.market if self.market.kept else MarketState()
        self.searching = Searching(api, self.session, self.market_arrived, kept)
        self.run_worker(self.searching.feed.run(), group="offers", exclusive=True, description="")
        self.sync_readers()
        self.app_changed.publish("searching")
        self._learn_gpu_names(api, self.searching)
        return self.searching

    def use(self, api: Client, searching: Searching) -> None:
        """Work with this client from now on."""
        # start-up: what watches instances and acts on them takes 80 ms to import
        from vasttui.ui.app.machine_news import machines_arrived
        from vasttui.ui.app.watch_news import WatchNews
        from vasttui.ui.live import Live
        from vasttui.ui.on_demand import Listeners

        hear = Listeners(
            fleet=self.fleet_arrived,
            alert=self.alert,
            action=lambda state: self.actions.arrived(state),
            log=lambda log: self.log_changed.publish(log),
            rent=lambda state: self.rentals.arrived(state),
            transfer=self.transfer_arrived,
            payment=self.payment_arrived,
            machines=partial(machines_arrived, self),
            tell=self._told,
            watches=WatchNews(self),
            prices=lambda: self.app_changed.publish("prices"),
        )
        fleet = self.fleet if self.fleet.is_kept else Fleet()
        self.live = Live(api, self.session, hear, searching, fleet)
        self.live.machines.see_market(self.market)
        searching.hear(self.live.search_ended)
        for group, loop in self.live.loops(signed_in=self.signed_in):
            self.run_worker(loop, group=group, exclusive=True, description="")
        self.counts.setdefault("watches", self._watch_count)
        self.sync_readers()
        self._connected.set()
        self.app_changed.publish("client")

    async def connected_soon(self) -> bool:
        try:
            async with asyncio.timeout(_KEY_WAITS):
                return await self._connected.wait()
        except TimeoutError:
            return False

    def _watch_count(self) -> str:
        return f"{len(self.session.watches.watches) or ''}"

    def _told(self, sentence: str, is_good: bool) -> None:
        self.notify(sentence, severity="information" if is_good else "error", markup=False)

    @work(group="gpu-names", exclusive=True, description="")
    async def _learn_gpu_names(self, api: Searcher, searching: Searching) -> None:
        if searching.feed.is_asked:  # the search goes first, unless it waits for the names
            await searching.answered_soon()
        asked = asyncio.ensure_future(api.offers.gpu_names())
        try:
            await asyncio.wait([asked], timeout=_NAMES_WITHIN)
            if not asked.done():
                self._gpu_names_arrived()
            self.gpu_names = await asked
        except VastError:
            pass  # the filter then works with the names seen in the market
        finally:
            asked.cancel()
        self._gpu_names_arrived()

    def _gpu_names_arrived(self) -> None:
        self.asks_gpu_names = False
        self.app_changed.publish("gpu names")

    async def on_unmount(self) -> None:
        self.session.last_seen.save()
        await self._close()

    async def _close(self) -> None:
        if (client := self.live or self.searching) is not None:
            await client.aclose()

    def market_arrived(self, state: MarketState) -> None:
        """The only way for new offers into the screens."""
        self.market = state
        self.market_changed.publish(state)
        if not state.busy:
            if state.error is None:
                self.session.last_seen.market.see(state, self.session.clock.monotonic())
            self.call_after_refresh(self._learn_market, state)

    async def _learn_market(self, state: MarketState) -> None:
        """What nobody waits for, once a search is drawn. With 20,000 offers it takes 5 ms, so each
        has its own turn of the loop."""
        if self.live is not None:
            self.live.machines.see_market(state)
        await asyncio.sleep(0)
        self._garbage.release(len(state.rows))

    def fleet_arrived(self, fleet: Fleet) -> None:
        """The only way for instance updates into the screens."""
        refused = fleet.account_error if fleet.account is None else None
        if refused is not None and refused is not self.fleet.account_error:
            self.report_auth_error(refused)
        before, self.fleet = self.fleet, fleet
        if fleet.as_of is not None and fleet.error is None and fleet.only_asks(before):
            return  # no screen tells that
        if fleet.rows is not before.rows or fleet.account is not before.account:
            self.veil.learn_fleet(fleet)
        self.fleet_changed.publish(fleet)
        if not fleet.is_kept:
            remind(self, fleet)
        forget_what_is_over(self)

    def _clock_is_wrong(self) -> None:
        if words := clock_words(self.session.clock):
            self.notify(words, severity="warning", timeout=12, markup=False)

    def report_auth_error(self, error: VastError) -> None:
        """Report why signing in failed."""
        refused = isinstance(error, AuthRejected | PermissionDenied)
        source, ends = self.session.key_source, self.session.key_ends
        which = f" Key from {source}, ending in {ends}." if refused and ends else ""
        self.sign_in_message = f"{error.sentence}{which}"
        if isinstance(error, AuthRejected | TwoFactorRequired):
            login = isinstance(error, TwoFactorRequired)
            self.toast(self.sign_in_message, "Login needed" if login else "API key rejected")
        else:
            self.notify(self.sign_in_message, severity="warning", markup=False)

    def action_privacy(self) -> None:
        self.private = not self.private
        self.app_changed.publish("privacy")
        for screen in self.screen_stack:
            screen.query("*").refresh()
        words = "Ids, addresses and your money are shown again."
        if self.private:
            key = self.keymap.spelled("app.privacy")
            words = f"Private: ids, addresses and your money are not shown. {key} shows them again."
        self.notify(words, markup=False)

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = super().get_line_filters()
        if self.private:
            filters = [*filters, self.veil]
        return [*filters, *self._plain]

    def exit(
        self, result: None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        if self.terminal_user is None:
            super().exit(result, return_code, message)
            return
        leave = partial(super().exit, result, return_code, message)
        self.terminal_user.add_done_callback(lambda _: leave())
        self.terminal_user.cancel()

    async def sign_in(self, signed: SignedIn | KeptKey) -> None:
        """Work with this key from now on."""
        if signed.api is None:
            return
        self.workers.cancel_group(self, "connect")
        self.signed_in = True
        self.clear_notifications()  # they may be about the key of before
        source = signed.stored_in.partition(";")[0]
        self.session = replace(self.session, key_source=source, key_ends=signed.ends)
        await self._close()
        # What is unfinished goes on if it is this account's: the journal has it.
        self.renting.clear()
        self.running_actions.clear()
        if self.fleet.is_kept:
            self.fleet = Fleet()  # of the account of before
        self.use(signed.api, self.search(signed.api))


def _plain_lines() -> list[LineFilter]:
    # start-up: few terminals need it
    from vasttui.ui.plain_lines import PlainGlyphs, draw_scrollbars

    draw_scrollbars()
    return [PlainGlyphs()]


def _whole(market: MarketClient) -> Client:
    # start-up: what works in the background takes 80 ms to import, and is needed with the client
    import vasttui.ui.live  # noqa: F401

    return market.whole()
