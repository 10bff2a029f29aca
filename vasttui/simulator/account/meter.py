"""What a contract was charged, and when (docs: "billing": per second, at the price then)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from vasttui.units import HOUR


@dataclass(frozen=True, slots=True)
class Span:
    """A period at one price: epoch seconds, and $/h for the GPUs and for the disk. A `fee` in $
    is due at its end, with the GPUs."""

    start: float
    end: float
    gpu_price: float
    disk_price: float
    fee: float = 0.0

    @property
    def hours(self) -> float:
        """Its length in hours."""
        return (self.end - self.start) / HOUR

    @property
    def gpu(self) -> float:
        """GPU charges in $."""
        return self.hours * self.gpu_price + self.fee

    @property
    def disk(self) -> float:
        """Disk charges in $."""
        return self.hours * self.disk_price


@dataclass(slots=True)
class Meter:
    """Adds up charges to `until` (epoch seconds). `charged` is in $."""

    until: float = 0.0
    charged: float = 0.0
    _spans: list[Span] = field(default_factory=list)

    def charge(self, until: float, gpu_price: float, disk_price: float) -> None:
        """Charge these prices ($/h) for the time since the last charge."""
        if until <= self.until:
            return
        span = Span(self.until, until, gpu_price, disk_price)
        self.until = until
        self.charged += span.gpu + span.disk
        last = self._spans[-1] if self._spans else None
        same = last is not None and (last.gpu_price, last.disk_price) == (gpu_price, disk_price)
        if last is not None and same and not last.fee:
            self._spans[-1] = replace(last, end=until)
        else:
            self._spans.append(span)

    def fee(self, dollars: float) -> None:
        """Charge an amount in $, now."""
        self.charged += dollars
        last = self._spans[-1] if self._spans else Span(self.until, self.until, 0.0, 0.0)
        self._spans[-1:] = [replace(last, fee=last.fee + dollars)]

    def between(self, first: float, last: float) -> Iterator[Span]:
        """The charges in that period, oldest first."""
        for span in self._spans:
            start, end = max(first, span.start), min(last, span.end)
            if start < end:
                yield replace(span, start=start, end=end, fee=span.fee if end == span.end else 0.0)
