"""What is remembered is read once for the same question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs

from vasttui.clock import VirtualClock
from vasttui.errors import VastError
from vasttui.models.model_history import ModelHistory
from vasttui.models.money import RentalType, Usage
from vasttui.models.past_price import DayPrices
from vasttui.models.search import PricesFor
from vasttui.services.overview.past import ModelPast
from vasttui.units import DAY

FOR = PricesFor()
L4 = ("L4", 23)
DAYS = [DayPrices(1, 0.2, 0.3, 0.4, 0.5, 0.6, 10, 12, 2, None, None, whole=True)]


class Memory:
    """Remembers the same of every model."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int | None, RentalType, int]] = []
        self.broken, self.number = False, 0

    def recorded(self, gpu_name: str, rental: RentalType) -> int:
        return self.number

    async def only_sizes(self) -> Mapping[str, int]:
        if self.broken:
            raise VastError("No room.")
        return {"L4": 23}

    async def of_gpu(
        self, gpu_name: str, vram: int | None, wanted: PricesFor, days: int
    ) -> Sequence[DayPrices]:
        self.asked.append((gpu_name, vram, wanted.rental, days))
        if self.broken:
            raise VastError("No room.")
        return DAYS


async def test_it_is_read_again_for_other_switches_another_day_or_news() -> None:
    memory, clock = Memory(), VirtualClock()
    past = ModelPast(lambda: memory, clock)
    assert past.of(L4, FOR, 30) is None
    assert past.is_due(L4, FOR, 30)
    await past.read(L4, FOR, 30)
    today = int(clock.now() // DAY)
    assert past.of(L4, FOR, 30) == ModelHistory(tuple(DAYS), today, 30)
    assert not past.is_due(L4, FOR, 30)
    assert past.is_due(L4, FOR, 90)
    bid, longer = (
        structs.replace(FOR, rental="bid"),
        structs.replace(FOR, usage=Usage(hours=99.0)),
    )
    for other in (bid, longer, structs.replace(FOR, trust="any")):
        assert past.is_due(L4, other, 30)
        assert past.of(L4, other, 30) is None, "what was read for others is not theirs"
    assert await past.only_sizes() == {"L4": 23}
    memory.number += 1
    assert past.is_due(L4, FOR, 30)
    assert past.of(L4, FOR, 30) is not None, "what was read stays until then"
    memory.broken = True
    await past.read(L4, FOR, 30)
    assert past.of(L4, FOR, 30) == ModelHistory((), today, 30)
    assert await past.only_sizes() == {}
    clock.advance(DAY)
    assert past.is_due(L4, FOR, 30)
    assert memory.asked == [("L4", 23, "on-demand", 30)] * 2
