"""What the prices of offers are compared with: those that were seen before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct, field

from vasttui.models.offer import Offer, vram_gb

ENOUGH_DAYS = 5
"""Days with prices before a price is compared with their median."""


class Kind(NamedTuple):
    """What is compared: a GPU model with its memory in GB (0: unknown), and how many of it. With
    `gpus` 0 it is any number, and prices are per GPU."""

    gpu: str
    vram: int
    gpus: int

    @property
    def each(self) -> Kind:
        """The same GPU, any number of it."""
        return self._replace(gpus=0)


def kind_of(offer: Offer) -> Kind:
    """The kind of this offer."""
    vram = 0 if offer.gpu_ram is None else vram_gb(offer.gpu_ram)
    return Kind(offer.gpu_name, vram, offer.num_gpus)


class PriceBook(Struct, eq=False):
    """What the rows of the offers are compared with, for one type of rental and one usage; replaced
    in place as prices are recorded.

    `medians` are those of the last 30 days, by kind, of kinds with enough days. `first_seen` is
    epoch seconds by machine. `moves` are changes of the price in %, noticed a short time ago, by
    machine and kind.
    """

    medians: Mapping[Kind, float] = field(default_factory=dict)
    first_seen: Mapping[int, float] = field(default_factory=dict)
    moves: Mapping[tuple[int, Kind], float] = field(default_factory=dict)

    def cheap(self, offer: Offer, eff: float | None) -> float | None:
        """By how many % an all-in price in $/h is above (or, negative, below) the median."""
        median = self.medians.get(kind_of(offer)) if self.medians else None
        return None if not median or eff is None else (eff / median - 1) * 100

    def first(self, offer: Offer) -> float | None:
        """When the machine was first seen, epoch seconds."""
        return None if offer.machine_id is None else self.first_seen.get(offer.machine_id)

    def moved(self, offer: Offer) -> float | None:
        """By how many % the price moved since the offer was last seen."""
        if not self.moves or offer.machine_id is None:
            return None
        return self.moves.get((offer.machine_id, kind_of(offer)))


NO_PRICES = PriceBook()
"""Where nothing is remembered."""
