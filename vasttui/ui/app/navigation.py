"""Moves between places, and handles the keys that work everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

from msgspec import Struct
from textual.actions import SkipAction
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from vasttui.ui import places
from vasttui.ui.app.notices import Notices
from vasttui.ui.key_table import BY_ID
from vasttui.ui.lists.screen import ListScreen
from vasttui.ui.offers.screen import OffersScreen
from vasttui.ui.places import Place

if TYPE_CHECKING:
    from vasttui.lists.offer_browse import OfferBrowse
    from vasttui.models.template import Template
    from vasttui.services.watches.watch import Watch
    from vasttui.ui.volumes.space import SpaceScreen


def _instances() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.instances.screen import InstancesScreen

    return InstancesScreen()


def _templates() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.templates.screen import TemplatesScreen

    return TemplatesScreen()


def _market() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.market.screen import MarketScreen

    return MarketScreen()


def _watches() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.watches.screen import WatchesScreen

    return WatchesScreen()


def _timers() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.timers.screen import TimersScreen

    return TimersScreen()


def _transfers() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.transfers.screen import TransfersScreen

    return TransfersScreen()


def _ssh_keys() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.account.ssh_keys import SshKeysScreen

    return SshKeysScreen()


def _variables() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.account.variables import VariablesScreen

    return VariablesScreen()


def _api_keys() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.account.api_keys import ApiKeysScreen

    return ApiKeysScreen()


def _audit() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.account.audit import AuditScreen

    return AuditScreen()


def _charges() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.billing.charges import ChargesScreen

    return ChargesScreen()


def _invoices() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.billing.invoices import InvoicesScreen

    return InvoicesScreen()


def _credit() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.billing.credit import CreditScreen

    return CreditScreen()


def _earnings() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.billing.earnings import EarningsScreen

    return EarningsScreen()


def _profile() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.account.profile import ProfileScreen

    return ProfileScreen()


def _volumes() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.volumes.screen import VolumesScreen

    return VolumesScreen()


def _space() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.volumes.space import SpaceScreen

    return SpaceScreen()


def _backups() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.volumes.backups import BackupsScreen

    return BackupsScreen()


def _endpoints() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.serverless.screen import EndpointsScreen

    return EndpointsScreen()


def _deployments() -> Screen[Any]:
    # start-up: it is not needed for the first frame
    from vasttui.ui.serverless.deployments import DeploymentsScreen

    return DeploymentsScreen()


SECTION_SCREENS: Mapping[str, Callable[[], Screen[Any]]] = {
    "offers": OffersScreen,
    "market": _market,
    "templates": _templates,
    "watches": _watches,
    "instances": _instances,
    "timers": _timers,
    "transfers": _transfers,
    "volumes": _volumes,
    "space": _space,
    "backups": _backups,
    "endpoints": _endpoints,
    "deployments": _deployments,
    "charges": _charges,
    "invoices": _invoices,
    "credit": _credit,
    "earnings": _earnings,
    "ssh_keys": _ssh_keys,
    "variables": _variables,
    "api_keys": _api_keys,
    "audit": _audit,
    "profile": _profile,
}
"""Makes the screen of each section when it is first shown."""


_ALWAYS = ("app.quit", "app.interrupt", "app.suspend", "app.redraw")
"""Keys that also work while typing and under a dialog."""


class Drill(Struct, frozen=True):
    """The offers were opened from a row of this section: with which filter, and which one they had
    `before`."""

    section: str
    query: str
    before: str


class Navigation(Notices):
    """Each section is a mode, so that it keeps its cursor, filter, order and columns."""

    SCREENS: ClassVar[dict[str, Any]] = dict(SECTION_SCREENS)
    MODES: ClassVar[dict[str, Any]] = {name: name for name in SECTION_SCREENS}
    DEFAULT_MODE = "offers"

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, Callable[[], str]] = {}
        self._left_in: dict[str, str] = {}
        self._back: Drill | None = None

    @property
    def offers(self) -> OffersScreen:
        """The offer browser."""
        return cast(OffersScreen, self.get_screen("offers"))

    @property
    def _list(self) -> ListScreen[Any]:
        """The list that is shown, or the one below what is."""
        return next(one for one in reversed(self.screen_stack) if isinstance(one, ListScreen))

    @property
    def place(self) -> Place:
        """The current screen."""
        place = places.place_of(self.current_mode)
        assert place is not None
        return place

    @property
    def current_scope(self) -> str:
        shown = [screen for screen in self.screen_stack if not isinstance(screen, ModalScreen)]
        return str(getattr(shown[-1], "SCOPE", self.current_mode))

    async def action_press(self, action_id: str) -> None:
        """A key that works everywhere, except while typing or under a dialog."""
        action = BY_ID[action_id]
        always = action_id in _ALWAYS
        busy = isinstance(self.focused, Input) or isinstance(self.screen, ModalScreen)
        elsewhere = action.scope == "screen" and len(self.screen_stack) > 1
        if elsewhere or (busy and not always):
            raise SkipAction
        await self.run_action(action.action, self)

    def go(self, section: str) -> None:
        place = places.place_of(section)
        assert place is not None
        self._left_in[place.name] = section
        self._back = None
        self.switch_mode(section)
        self.sync_readers()

    def delay_update(self, delay: float = 0.05) -> None:
        """Draw at once: what is drawn during Textual's delay is lost, and the first frame after it
        has only the parts that changed since, over another section."""

    def rent_with(self, template: Template) -> None:
        self.go("offers")
        self.offers.use_template(template)

    def show_offers(self, query: str, *, back: str = "") -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()
        before = self.offers.bar.text
        self.go("offers")
        self._back = Drill(back, query, before) if back else None
        self.offers.bar.set_text(query)

    @property
    def way_back(self) -> str:
        section = places.section_named(self._back.section) if self._back is not None else None
        key = self.keymap.spelled("app.back")
        return f"{key} back to {section.title}" if section is not None else ""

    def go_back(self) -> bool:
        back = self._back
        if back is None:
            return False
        if self.offers.bar.text in (back.query, ""):
            self.offers.bar.set_text(back.before)
        self.go(back.section)
        return True

    def show_watched(self, watch: Watch, offer: int | None = None) -> None:
        back = self.current_mode if self.current_mode == "watches" else ""
        self.show_offers(watch.text, back=back)
        self.offers.choice_made(watch.options)
        self.offers.look_for(offer)

    @property
    def offer_browse(self) -> OfferBrowse:
        return self.offers.browse

    def show_space(self, machine: int) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()
        cast("SpaceScreen", self.get_screen("space")).limit_to(machine)
        self.go("space")

    def action_go(self, section: str) -> None:
        self.go(section)

    def action_place(self, name: str) -> None:
        """A digit: the screen at the section last shown; pressed again, its first section."""
        place = next(one for one in places.PLACES if one.name == name)
        first = place.sections[0].name
        if place is not self.place:
            self.go(self._left_in.get(name, first))
            return
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.go(first)

    def action_step_section(self, step: int) -> None:
        shown = self.place.shown(self.current_mode, hosts=self.hosts)
        names = [section.name for section in shown]
        self.go(names[(names.index(self.current_mode) + step) % len(names)])

    def sync_readers(self) -> None:
        """Tell what reads the offers and the instances whether anybody looks at them."""
        if self.market_feed is not None:
            self.market_feed.looked_at = self.current_mode == "offers" and self.app_focus
        if self.live is not None:
            poller = self.live.poller
            poller.on_screen, poller.focused = self.place.name == "instances", self.app_focus

    def on_app_focus(self) -> None:
        self.call_next(self._focus_changed)  # when Textual knows of it as well

    on_app_blur = on_app_focus

    def _focus_changed(self) -> None:
        self.sync_readers()
        self.app_changed.publish("focus")

    def action_redraw(self) -> None:
        self.refresh(layout=True)

    def action_refresh(self) -> None:
        """Read again what is shown: the rows, and the log over them."""
        self.app_changed.publish("refresh")
        if (reader := self._list.reader) is not None:
            reader.refresh()

    def action_pause(self) -> None:
        if (reader := self._list.reader) is not None:
            reader.paused = not reader.paused
        self.app_changed.publish("pause")

    async def action_leave(self) -> None:
        """q: back, or quit at the top."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        elif not self.go_back():
            await self.action_quit()

    def action_interrupt(self) -> None:
        """Ctrl-C: copies in or leaves an input, closes a dialog, else quits."""
        focused = self.focused
        if isinstance(focused, Input) and not focused.selection.is_empty:
            focused.action_copy()
        elif isinstance(self.screen, ModalScreen):
            self.screen.dismiss(None)
        elif isinstance(focused, Input) and isinstance(self.screen, ListScreen):
            self.screen.leave_filter()
        else:
            self.exit()
