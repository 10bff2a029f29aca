"""The application as screens and dialogs use it, without importing it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, cast

from textual.dom import DOMNode
from textual.signal import Signal

from vasttui.lists.offer_browse import OfferBrowse
from vasttui.models.machine_memory import MachinesKnown
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.services.market.state import MarketState
from vasttui.ui.key_table import BY_ID
from vasttui.ui.keys import Keymap
from vasttui.ui.news import News, NewsDesk
from vasttui.ui.parts import AppPart
from vasttui.ui.privacy import Veil
from vasttui.ui.session import KeptKey, Session, SignedIn

if TYPE_CHECKING:
    from vasttui.models.rent import RentOrder
    from vasttui.models.template import Template
    from vasttui.services.actions.kinds import Action
    from vasttui.services.actions.state import ActionState
    from vasttui.services.fleet.alerts import Alert
    from vasttui.services.log_watch import Log
    from vasttui.services.market.feed import MarketFeed
    from vasttui.services.renting.rental import RentState
    from vasttui.services.watches.watch import Watch
    from vasttui.ui.client import Client
    from vasttui.ui.live import Live
    from vasttui.ui.searching import Searching

IN_READ_ONLY = "read-only mode"
"""Why an action is off that read-only mode refuses."""


class AppContext(AppPart):
    """What the application offers to screens and dialogs.

    `running_actions` holds the actions under way, by instance; `renting` the rentals under way or
    gone wrong. `newest_instance` was just rented, or chosen elsewhere: the cursor goes there once.
    `reminders_to_set` are the hours until the reminder of what is being rented, by the offer.
    `counts` says of the sections that were shown how many rows they have: "640+" where there may be
    more, empty before the first reading.
    `gpu_names` are those of the market; `asks_gpu_names` says that they may come soon.
    `terminal_user` lent the terminal to another program and gives it back when cancelled.
    `veil` knows what is hidden while `private`.
    `news` is what `notify` said: Textual's toasts are left to `toast`.
    `app_changed` tells of what has no signal of its own: "client", "gpu names", "focus" (the
    terminal has it or lost it), "machines" (starred, avoided), "memory" (something else of a
    machine is known), "pause", "payments" (one changed), "prices" (others are remembered),
    "privacy", "refresh" (the user wants what is shown to be read again), "searching" (the market
    can be searched), "templates" (saved, deleted), "transfers" (one changed), "volumes" (one was
    made), "watches" (one changed, or a look began or ended).
    """

    session: Session
    keymap: Keymap
    private: bool
    veil: Veil
    gpu_names: tuple[str, ...]
    asks_gpu_names: bool
    market: MarketState
    signed_in: bool
    fleet: Fleet
    running_actions: dict[int, ActionState]
    searching: Searching | None
    live: Live | None
    market_changed: Signal[MarketState]
    fleet_changed: Signal[Fleet]
    action_changed: Signal[ActionState]
    log_changed: Signal[Log]
    rent_changed: Signal[RentState]
    renting: dict[int, RentState]
    newest_instance: int | None
    reminders_to_set: dict[int, float]
    counts: dict[str, Callable[[], str]]
    news: NewsDesk
    news_changed: Signal[News]
    app_changed: Signal[str]
    sign_in_message: str
    terminal_user: asyncio.Task[object] | None

    def discreet(self, text: str) -> str:
        """The text as it may be shown now, outside of the screen too."""
        return self.veil.hide(text) if self.private else text

    @property
    def hide_words(self) -> Callable[[str], str] | None:
        """What hides words in private mode; None while nothing is hidden."""
        return self.veil.hide if self.private else None

    @property
    def api(self) -> Client | None:
        """The client in use."""
        return self.live.api if self.live is not None else None

    async def connected_soon(self) -> bool:
        """Wait for the client, for as long as a key may hold back others; whether it is there."""
        raise NotImplementedError

    def refuses(self, action_id: str) -> bool:
        """Whether it changes something, in read-only mode."""
        return self.session.read_only and BY_ID[action_id].writes

    def offered(self, action_id: str) -> str:
        """The key of an action; empty where read-only mode refuses it."""
        return "" if self.refuses(action_id) else self.keymap.spelled(action_id)

    def hint(self, action_id: str, does: str) -> str:
        """`n makes one`: what a key does; empty without one that is offered."""
        key = self.offered(action_id)
        return f"{key} {does}" if key else ""

    @property
    def hosts(self) -> bool:
        """Whether the account is known to host machines."""
        account = self.fleet.account
        return account is not None and account.host_agreement_accepted is True

    @property
    def market_feed(self) -> MarketFeed | None:
        """Keeps the offers fresh."""
        return self.searching.feed if self.searching is not None else None

    @property
    def machines(self) -> MachinesKnown:
        """What this computer remembers of machines; nothing before that was read."""
        return self.live.machines.known if self.live is not None else MachinesKnown()

    @property
    def current_scope(self) -> str:
        """The name of the screen whose keys are in force."""
        raise NotImplementedError

    def say(self, news: News) -> None:
        """Show it on the status line; what went wrong stays until it is read."""
        raise NotImplementedError

    def warn(self, sentences: Iterable[str]) -> None:
        """Say what is wrong with this run; the inbox keeps it until it is read."""
        raise NotImplementedError

    def say_while(self, holds: Callable[[], bool], text: str) -> None:
        """Say what is true only while this holds: then it goes."""
        raise NotImplementedError

    def alert(self, alerts: Sequence[Alert], *, bell: bool = True, desktop: bool = True) -> None:
        """Tell of changes, in the ways that the user's settings allow and these do."""
        raise NotImplementedError

    def toast(self, text: str, title: str) -> None:
        """Show what needs the user now, over everything."""
        raise NotImplementedError

    def go(self, section: str) -> None:
        """Show this section."""
        raise NotImplementedError

    def show_offers(self, query: str, *, back: str = "") -> None:
        """Show the offers that match this filter; `back` is the section that leaving them goes to,
        if it is not this one's own."""
        raise NotImplementedError

    @property
    def way_back(self) -> str:
        """`q back to Market`, where leaving goes to another section; else empty."""
        raise NotImplementedError

    def go_back(self) -> bool:
        """Go to the section that the offers were opened from; False if there is none."""
        raise NotImplementedError

    def show_watched(self, watch: Watch, offer: int | None = None) -> None:
        """Show the offers that a watch looks for, the cursor on this one once it is there."""
        raise NotImplementedError

    @property
    def offer_browse(self) -> OfferBrowse:
        """The offers, and the filter in force."""
        raise NotImplementedError

    def show_space(self, machine: int) -> None:
        """Show the room for volumes on this machine."""
        raise NotImplementedError

    def use_theme(self, name: str) -> None:
        """Draw everything in this theme, from now on and at the next start."""
        raise NotImplementedError

    def sync_readers(self) -> None:
        """Tell what reads the offers and the instances whether anybody looks at them."""
        raise NotImplementedError

    def rent(self, order: RentOrder) -> None:
        """Rent this; it goes on whatever screen is shown."""
        raise NotImplementedError

    def rent_again(self, intent: int) -> None:
        """Send the request of this rental again."""
        raise NotImplementedError

    def give_up(self, intent: int) -> None:
        """Cancel a countdown to a rental, or stop looking for one that was not found."""
        raise NotImplementedError

    def rent_with(self, template: Template) -> None:
        """Show the offers that fit this template, to rent with it."""
        raise NotImplementedError

    def act(self, action: Action, targets: Sequence[FleetRow]) -> None:
        """Do something to these instances; it goes on whatever screen is shown."""
        raise NotImplementedError

    async def acted(self, action: Action, targets: Sequence[FleetRow]) -> Sequence[ActionState]:
        """Do something to these instances, and wait for how it ends for each; it goes on if nobody
        waits any more."""
        raise NotImplementedError

    async def sign_in(self, signed: SignedIn | KeptKey) -> None:
        """Work with this key from now on, if it has a client."""
        raise NotImplementedError


def context(node: DOMNode) -> AppContext:
    """The application that this node belongs to."""
    return cast(AppContext, node.app)
