"""What screens and modals may use of the application, without importing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, cast

from textual.dom import DOMNode
from textual.signal import Signal

from vasttui.services.fleet import Fleet, FleetRow
from vasttui.services.market_state import MarketState
from vasttui.services.offer_watch import OfferWatch
from vasttui.ui.keys import Keymap
from vasttui.ui.session import Session

if TYPE_CHECKING:
    from vasttui.services.actions import Action, ActionState
    from vasttui.services.log_watch import Log
    from vasttui.services.renting.rental import RentState
    from vasttui.ui.live import Live
    from vasttui.ui.modals.rent_form import RentOrder


class AppContext(Protocol):
    """The application, as its screens see it.

    `doing` holds the actions that are under way, by instance, `renting` the rentals that are under
    way or went wrong. `newest_instance` was just rented: the cursor is to go there once.
    `app_changed` tells of what has no signal of its own: "client", "gpu names", "pause", "privacy".
    """

    session: Session
    keymap: Keymap
    private: bool
    gpu_names: tuple[str, ...]
    offer_watch: OfferWatch | None
    market: MarketState | None
    signed_in: bool
    fleet: Fleet
    doing: dict[int, ActionState]
    live: Live | None
    market_changed: Signal[MarketState]
    fleet_changed: Signal[Fleet]
    action_changed: Signal[ActionState]
    log_changed: Signal[Log]
    rent_changed: Signal[RentState]
    renting: dict[int, RentState]
    newest_instance: int | None
    app_changed: Signal[str]

    def rent(self, order: RentOrder) -> None:
        """Rent this; it goes on whatever screen is shown."""

    def give_up(self, intent: int) -> None:
        """End a countdown to a rental, or stop looking for one that was not found."""

    def act(self, action: Action, targets: Sequence[FleetRow]) -> None:
        """Do something to these instances; it goes on whatever screen is shown."""


def context(node: DOMNode) -> AppContext:
    """The application that this node belongs to."""
    return cast(AppContext, node.app)
