"""The application: owns what all screens share, and every piece of work that outlives a screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.actions import SkipAction
from textual.binding import BindingType
from textual.screen import ModalScreen, Screen
from textual.signal import Signal
from textual.widgets import Input

from vasttui.api.protocol import VastAPI
from vasttui.errors import AuthRejected, PermissionDenied, VastError
from vasttui.models.account import Account
from vasttui.paths import styles_dir
from vasttui.services.market import Market
from vasttui.services.market_state import MarketState
from vasttui.services.offer_watch import OfferWatch
from vasttui.services.pace import Pace
from vasttui.startup import Garbage
from vasttui.ui.copying import copy_and_show
from vasttui.ui.crash import CrashSafe
from vasttui.ui.keys import ACTIONS, BY_ID, Keymap, bindings, check_keymap
from vasttui.ui.opening import open_dialog
from vasttui.ui.screens.offers import OffersScreen
from vasttui.ui.session import Session
from vasttui.ui.themes import DARK, LIGHT, THEMES

if TYPE_CHECKING:
    from vasttui.ui.dialogs import AppDialogs


class VasttuiApp(CrashSafe, inherit_bindings=False):
    """vasttui."""

    TITLE = "vasttui"
    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = [styles_dir() / "app.tcss"]
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {"offers": OffersScreen}
    DEFAULT_MODE = "offers"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (100, "-normal"), (180, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (16, "-low"), (24, "-short"), (30, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = bindings("app")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.keymap = Keymap(session.keys)
        self.private = False
        self.account: Account | None = None
        self.gpu_names: tuple[str, ...] = ()
        self.api: VastAPI | None = None
        self.offer_watch: OfferWatch | None = None
        self.market: MarketState | None = None
        self.market_changed: Signal[MarketState] = Signal(self, "market-changed")
        self.account_changed: Signal[Account | None] = Signal(self, "account-changed")
        self._garbage = Garbage()
        self.key_news = (
            "Browsing needs no key. With one, vasttui shows your account and what money is left."
        )
        self.signed_in = session.key_source is not None or session.demo
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = session.preferences.current.theme or session.theme
        self.set_keymap(dict(self.keymap.changes))

    def on_mount(self) -> None:
        self.call_after_refresh(self.start)

    def start(self) -> None:
        """After the first frame: reach for the service."""
        self.connect()
        for sentence in (*self.session.warnings, *check_keymap(self.session.keys)):
            self.notify(sentence, severity="warning", timeout=12, markup=False)
        preferences = self.session.preferences
        first_run = not self.signed_in and not preferences.current.asked_for_key
        if first_run and self.session.sign_in is not None:
            preferences.change(asked_for_key=True)
            self.run_worker(self.ask_key(), group="dialog", description="")

    # The service

    @work(group="connect", exclusive=True, description="")
    async def connect(self) -> None:
        # Importing the HTTP and validation libraries takes 140 ms: not on the event loop.
        self.use(await asyncio.to_thread(self.session.connect))

    def use(self, api: VastAPI) -> None:
        """Work with this client from now on."""
        self.api = api
        session = self.session
        pace = Pace(session.clock, per_minute=session.searches_per_minute)
        self.offer_watch = OfferWatch(
            Market(api, pace),
            self.market_arrived,
            clock=session.clock,
            rng=session.rng,
            interval=session.refresh_seconds,
            max_pages=session.max_pages,
            on_force=api.force,
        )
        self.run_worker(self.offer_watch.run(), group="offers", exclusive=True, description="")
        self.offers.ask_market()
        self.learn_gpu_names(api)
        if self.signed_in:
            self.learn_account(api)

    @work(group="gpu-names", exclusive=True, description="")
    async def learn_gpu_names(self, api: VastAPI) -> None:
        try:
            self.gpu_names = await api.gpu_names()
        except VastError:
            return  # the filter then works with the names seen in the market
        self.offers.ask_market()

    @work(group="account", exclusive=True, description="")
    async def learn_account(self, api: VastAPI) -> None:
        try:
            self.account = await api.current_user()
        except VastError as error:
            refused = isinstance(error, AuthRejected | PermissionDenied)
            source, ends = self.session.key_source, self.session.key_ends
            which = f" The key is from {source}, ends …{ends}." if refused and ends else ""
            self.key_news = f"{error}{which} {error.hint}".strip()
            self.notify(
                self.key_news,
                title="The key was refused" if refused else "The account is not known yet",
                severity="error" if refused else "warning",
                markup=False,
            )
        self.account_changed.publish(self.account)

    async def on_unmount(self) -> None:
        if self.api is not None:
            await self.api.aclose()

    def market_arrived(self, state: MarketState) -> None:
        """The one way for new rows into the screens."""
        self.market = state
        self.market_changed.publish(state)
        if not state.searching:
            self._garbage.release(len(state.offers))

    # What works everywhere

    @property
    def offers(self) -> OffersScreen:
        """The offer browser, whatever lies on top of it."""
        screen = self.screen_stack[0]
        assert isinstance(screen, OffersScreen)
        return screen

    async def action_press(self, action_id: str) -> None:
        """A key that works everywhere, but neither while typing nor under a dialog."""
        always = action_id in ("app.quit", "app.interrupt")
        if not always and (isinstance(self.focused, Input) or isinstance(self.screen, ModalScreen)):
            raise SkipAction
        await self.run_action(BY_ID[action_id].action, self)

    def action_refresh(self) -> None:
        if self.offer_watch is not None:
            self.offer_watch.refresh()

    def action_pause(self) -> None:
        if self.offer_watch is not None:
            self.offer_watch.paused = not self.offer_watch.paused
            self.offers.tick()

    def action_theme(self) -> None:
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name
        self.session.preferences.change(theme=self.theme)

    def action_privacy(self) -> None:
        self.private = not self.private
        self.offers.privacy_changed()

    def action_leave(self) -> None:
        """q: back; at the top there is nothing to go back to."""
        self.exit()

    def action_interrupt(self) -> None:
        """Ctrl-C: copies in or leaves an input, closes a dialog, else quits."""
        focused = self.focused
        if isinstance(focused, Input) and not focused.selection.is_empty:
            focused.action_copy()
        elif isinstance(self.screen, ModalScreen):
            self.screen.dismiss(None)
        elif isinstance(focused, Input):
            self.offers.leave_filter()
        else:
            self.exit()

    # Dialogs

    @property
    def dialogs(self) -> AppDialogs:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.dialogs import AppDialogs

        return AppDialogs(self)

    async def action_help(self) -> None:
        await open_dialog(self, self.ask_help())

    async def ask_help(self) -> None:
        await self.dialogs.help(self.keymap)

    async def action_palette(self) -> None:
        await open_dialog(self, self.ask_palette())

    async def ask_palette(self) -> None:
        entries = [
            (
                action.id,
                action.about[:1].upper() + action.about[1:],
                self.keymap.spelled(action.id, 2),
                "Everywhere" if action.scope == "app" else "Offers",
                self.why_off(action.id),
            )
            for action in ACTIONS
            if action.scope != "table" and action.id != "app.palette"
        ]
        chosen = await self.dialogs.palette(entries)
        if chosen is not None:
            action = BY_ID[chosen]
            target = "app" if action.scope == "app" else "screen"
            await self.run_action(f"{target}.{action.action}")

    def why_off(self, action_id: str) -> str:
        """Why an action cannot be used now; empty when it can."""
        if action_id == "app.key" and self.session.sign_in is None:
            return "the demo needs no key"
        needs_row = {"details", "mark", "star", "avoid", "copy", "copy_as"}
        scope, _, name = action_id.partition(".")
        if scope == "offers" and name in needs_row and self.offers.browse.current is None:
            return "no offer under the cursor"
        if action_id == "offers.compare" and len(self.offers.browse.marked) < 2:
            return "mark two offers first"
        return ""

    async def action_sent(self) -> None:
        await open_dialog(self, self.ask_sent())

    async def ask_sent(self) -> None:
        exchanges = self.api.exchanges if self.api is not None else ()
        text = await self.dialogs.sent(exchanges, self.session.address)
        if text:
            await copy_and_show(self, self.session.clipboard, text)

    async def action_key(self) -> None:
        await open_dialog(self, self.ask_key())

    async def ask_key(self) -> None:
        session = self.session
        if session.sign_in is None:
            self.notify("The demo needs no key.", markup=False)
            return
        signed = await self.dialogs.key(session.sign_in, self.key_news, session.key_home)
        if signed is None:
            return
        self.signed_in = True
        self.account = signed.account
        self.notify(
            f"Signed in as {signed.account.name}. The key is in {signed.stored_in}.", markup=False
        )
        if self.api is not None:
            await self.api.aclose()
        self.use(signed.api)
