"""What others say of a machine: reports by renters, and benchmarks that are stored of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Report:
    """A problem that a renter reported (docs: "show reports"); `at` is in epoch seconds, None if
    that is not known."""

    text: str
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A measurement of a machine (client 1.9.1 `api/offers.py`): the service names no unit, `what`
    is the image or the model, `gpu` the GPU model. `at` is in epoch seconds."""

    value: float
    what: str = ""
    num_gpus: int | None = None
    at: float | None = None
    gpu: str = field(default="", compare=False)

    @property
    def compared_by(self) -> tuple[str, str, int | None]:
        """What two have in common whose values can be compared."""
        return self.what, self.gpu, self.num_gpus
