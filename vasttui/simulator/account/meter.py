"""What a contract was charged, and when (docs: "billing": per second, at the price then; traffic by
the GB)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from vasttui.units import HOUR


@dataclass(frozen=True, slots=True)
class Flow:
    """Traffic of a container: GB/h down and up, and what a GB costs in $."""

    down: float = 0.0
    up: float = 0.0
    down_cost: float = 0.0
    up_cost: float = 0.0

    @property
    def hourly(self) -> float:
        """What it is charged, in $/h."""
        return self.down * self.down_cost + self.up * self.up_cost


NO_FLOW = Flow()


@dataclass(frozen=True, slots=True)
class Span:
    """A period at one price: epoch seconds, and $/h for the GPUs and for the disk. A `fee` in $
    is due at its end, with the GPUs."""

    start: float
    end: float
    gpu_price: float
    disk_price: float
    fee: float = 0.0
    flow: Flow = NO_FLOW

    @property
    def prices(self) -> tuple[float, float, Flow]:
        """What is charged as long as it lasts."""
        return self.gpu_price, self.disk_price, self.flow

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
class Total:
    """What was charged up to a time: $ for each part, the hours charged, and GB."""

    gpu: float = 0.0
    disk: float = 0.0
    down: float = 0.0
    up: float = 0.0
    gpu_hours: float = 0.0
    disk_hours: float = 0.0
    gb_down: float = 0.0
    gb_up: float = 0.0

    @property
    def dollars(self) -> float:
        """All parts, in $."""
        return self.gpu + self.disk + self.down + self.up

    def add(self, span: Span) -> None:
        """Add what was charged in a period."""
        hours, flow = span.hours, span.flow
        self.gpu += span.gpu
        self.disk += span.disk
        self.gb_down += flow.down * hours
        self.gb_up += flow.up * hours
        self.down += flow.down * hours * flow.down_cost
        self.up += flow.up * hours * flow.up_cost
        self.gpu_hours += hours if span.gpu_price else 0.0
        self.disk_hours += hours if span.disk_price else 0.0


@dataclass(slots=True)
class Meter:
    """Adds up charges to `until` (epoch seconds). `charged` is in $."""

    until: float = 0.0
    charged: float = 0.0
    _spans: list[Span] = field(default_factory=list)

    def charge(
        self, until: float, gpu_price: float, disk_price: float, flow: Flow = NO_FLOW
    ) -> None:
        """Charge these prices ($/h) and this traffic for the time since the last charge."""
        if until <= self.until:
            return
        span = Span(self.until, until, gpu_price, disk_price, flow=flow)
        self.until = until
        self.charged += span.gpu + span.disk + span.hours * flow.hourly
        last = self._spans[-1] if self._spans else None
        if last is not None and not last.fee and last.prices == span.prices:
            self._spans[-1] = Span(last.start, until, gpu_price, disk_price, flow=flow)
        else:
            self._spans.append(span)

    def fee(self, dollars: float) -> None:
        """Charge an amount in $, now."""
        self.charged += dollars
        last = self._spans[-1] if self._spans else Span(self.until, self.until, 0.0, 0.0)
        self._spans[-1:] = [replace(last, fee=last.fee + dollars)]

    def close(self) -> None:
        """Nothing is charged any more: the sum is rounded as the service shows it."""
        self.charged = round(self.charged, 3)

    def between(self, first: float, last: float) -> Iterator[Span]:
        """The charges in that period, oldest first."""
        for span in self._spans:
            start, end = max(first, span.start), min(last, span.end)
            if start < end or (span.fee and start == end == span.end):
                yield replace(span, start=start, end=end, fee=span.fee if end == span.end else 0.0)

    def total(self, until: float) -> Total:
        """Everything charged up to that time."""
        total = Total()
        for span in self.between(0.0, until):
            total.add(span)
        return total
