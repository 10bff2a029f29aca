"""Options of a market search besides the filter text."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from vasttui.models.money import RentalType, Usage

Trust = Literal["verified", "datacenter", "any"]
"""Which machines: verified, verified in a datacenter, or any."""


class SearchOptions(Struct, frozen=True):
    """The switches above the offer table."""

    rental: RentalType = "on-demand"
    trust: Trust = "verified"
    usage: Usage = Usage()


class PricesFor(Struct, frozen=True):
    """What prices are for: a type of rental, whose machines (None: that is for the filter to say,
    and nothing is remembered of those), and a usage."""

    rental: RentalType = "on-demand"
    trust: Trust | None = "verified"
    usage: Usage = Usage()


class Scope(Struct, frozen=True):
    """What a search is limited to: whose machines, None where the switch has no word for them; the
    GPU models and the number of them, None: any. Not `only` these: by more rules."""

    trust: Trust | None = None
    gpus: tuple[str, ...] | None = None
    number: int | None = None
    only: bool = False
