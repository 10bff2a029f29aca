"""What one looks for in the market besides the filter text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from vasttui.models.money import RentalType, Usage

Trust = Literal["verified", "datacenter", "any"]
"""Whose machines: verified hosts, verified hosts in datacenters, or everybody's."""


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """The switches above the offer table."""

    rental: RentalType = "on-demand"
    trust: Trust = "verified"
    usage: Usage = field(default_factory=Usage)
