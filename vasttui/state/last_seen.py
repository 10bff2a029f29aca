"""What was seen last of the service: the market and the instances of the account."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from vasttui.state.kept_fleet import KeptFleet
from vasttui.state.kept_market import KeptMarket


def _do_not_write(job: Callable[[], None]) -> None:
    """Nothing is kept."""


class LastSeen(Struct, frozen=True):
    """The copies in the state folder; by default none. `identity` makes a digest of the service's
    address and the key at the start; it is empty without a key."""

    market: KeptMarket = field(default_factory=lambda: KeptMarket(None, _do_not_write, ""))
    fleet: KeptFleet = field(default_factory=lambda: KeptFleet(None, _do_not_write))
    identity: Callable[[], str] = lambda: ""

    def save(self) -> None:
        """Keep what was read last, before the program ends."""
        self.market.save()
        self.fleet.save()
