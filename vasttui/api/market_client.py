"""The part of the client that searches the market; the rest is loaded after the first offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vasttui.api.early import EarlyConnection
from vasttui.api.line import Line
from vasttui.api.offers import OffersClient

if TYPE_CHECKING:
    from vasttui.api.client import VastClient


class MarketClient:
    """The market of the service at the end of a line."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.offers = OffersClient(line.engine)

    def prepare(self, early: EarlyConnection | None) -> None:
        """Make in advance what the first search needs. Blocks for 30 ms."""
        self._line.engine.transport.prepare(early)

    def force(self) -> None:
        """Make the next request even if the service was down, because the user asks."""
        self._line.force()

    def whole(self) -> VastClient:
        """The client over the same line, with every resource."""
        # start-up: the other resources take 40 ms to import, and no search needs them
        from vasttui.api.client import VastClient

        return VastClient(self._line)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._line.aclose()
