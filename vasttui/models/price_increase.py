"""A pending price increase, which waits for the user's answer."""

from __future__ import annotations

from msgspec import Struct

from vasttui.units import HOUR


class PriceIncrease(Struct, frozen=True, kw_only=True):
    """A pending increase (client 1.9.1 `api/price_increase.py`).

    GPU prices are $/s on the wire, as are `*_disk_ram_costpersec` ($/GB/s).
    """

    pending_price_increase_id: int
    contract_id: int
    new_gpu_costpersec: float | None = None
    old_gpu_costpersec: float | None = None
    new_disk_ram_costpersec: float | None = None
    old_disk_ram_costpersec: float | None = None

    @property
    def old_hourly(self) -> float | None:
        """The current GPU price in $/h."""
        return None if self.old_gpu_costpersec is None else self.old_gpu_costpersec * HOUR

    @property
    def new_hourly(self) -> float | None:
        """The requested GPU price in $/h."""
        return None if self.new_gpu_costpersec is None else self.new_gpu_costpersec * HOUR
