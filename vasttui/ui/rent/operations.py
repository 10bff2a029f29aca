"""What the rent dialog asks of the program."""

from __future__ import annotations

from typing import Protocol

from vasttui.models.money import PricedOffer, Usage
from vasttui.models.offer import Offer
from vasttui.models.rent import RentOrder
from vasttui.models.template import Template
from vasttui.services.ssh.key_ring import KeyRing
from vasttui.ui.rent.lines import Wallet
from vasttui.ui.rent.typed import Typed


class RentOperations(Protocol):
    """What the dialog asks of the program; `usage` is what costs are shown for."""

    usage: Usage

    def wallet(self) -> Wallet:
        """The account's money as it was read last."""

    def nearest(self, gone: Offer, price: float) -> list[PricedOffer]:
        """Offers like one that is gone, near that price in $/h."""

    def remembered(self, hash_id: str) -> Typed | None:
        """The form as it was last sent with this template."""

    async def recheck(self, ask: int, disk: float, bid: bool) -> Offer | None:
        """The offer as it is now, None when it is gone. Raises VastError."""

    async def templates(self, words: str) -> tuple[Template, ...]:
        """Templates by words, the recommended ones without. Raises VastError."""

    async def keys(self) -> KeyRing:
        """The SSH keys of the account and of this computer."""

    async def show_command(self, order: RentOrder) -> None:
        """Show the equivalent command."""

    def rent(self, order: RentOrder, typed: Typed, template: Template | None) -> None:
        """Send the request, and remember the form. `AppContext.rent_changed` tells of it."""
