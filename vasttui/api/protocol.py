"""What the rest of the program may ask of the service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from vasttui.api.exchange import Exchange
from vasttui.models.account import Account
from vasttui.models.offer import Offer


@dataclass(frozen=True, slots=True)
class OfferBatch:
    """Some rows of one answer, in wire order.

    `bad` counts rows that could not be read, `patched` rows with an unreadable detail shown as
    unknown; `reasons` says why in a few plain sentences.
    """

    offers: tuple[Offer, ...]
    bad: int = 0
    patched: int = 0
    reasons: tuple[str, ...] = ()


class VastAPI(Protocol):
    """The calls of this program. Each raises a `VastError` when it fails."""

    def search_offers(self, body: Mapping[str, object]) -> AsyncIterator[OfferBatch]:
        """`POST /bundles/` with that body; batches arrive as they are decoded."""

    async def gpu_names(self) -> tuple[str, ...]:
        """`GET /gpu_names/unique/`: every GPU name the market knows, sorted."""

    async def current_user(self) -> Account:
        """`GET /users/current`: the account behind the key."""

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """The last requests, oldest first, without the key."""

    def force(self) -> None:
        """The user wants an answer now: do not wait for a service that was down."""

    async def aclose(self) -> None:
        """Close all connections."""
