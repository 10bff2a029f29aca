"""What an instance has cost so far, as the service bills it."""

from __future__ import annotations

from msgspec import Struct


class Charge(Struct, frozen=True):
    """One row of the charges (docs: "show charges"): $ for one contract.

    `source` is e.g. `instance-12345678`.
    """

    source: str
    amount: float

    @property
    def instance_id(self) -> int | None:
        """The instance charged for; None for a volume or an endpoint."""
        kind, _, number = self.source.partition("-")
        return int(number) if kind == "instance" and number.isdecimal() else None
