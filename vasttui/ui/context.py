"""What screens and modals may use of the application, without importing it."""

from __future__ import annotations

from typing import Protocol, cast

from textual.dom import DOMNode
from textual.signal import Signal

from vasttui.models.account import Account
from vasttui.services.market_state import MarketState
from vasttui.services.offer_watch import OfferWatch
from vasttui.ui.keys import Keymap
from vasttui.ui.session import Session


class AppContext(Protocol):
    """The application, as its screens see it."""

    session: Session
    keymap: Keymap
    private: bool
    account: Account | None
    gpu_names: tuple[str, ...]
    offer_watch: OfferWatch | None
    market: MarketState | None
    market_changed: Signal[MarketState]
    account_changed: Signal[Account | None]


def context(node: DOMNode) -> AppContext:
    """The application that this node belongs to."""
    return cast(AppContext, node.app)
