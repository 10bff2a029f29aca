"""What the account had rented and destroyed before the start: it is still among the charges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from vasttui.simulator.account.contract import Contract, halted
from vasttui.simulator.account.contracts import usual_flow
from vasttui.simulator.account.meter import NO_FLOW, Meter
from vasttui.simulator.market.machines import Chunk, MachineMaker
from vasttui.units import DAY, HOUR

_FIRST_ID = 54_288_091
_MOST_TRIES = 300
ENDPOINT, GROUPS = 19_392, (4_471, 4_490)


@dataclass(frozen=True, slots=True)
class _Story:
    """An instance that ran from `ago` to `until` days before the start, `share` of the time; a
    worker if it has a group."""

    label: str | None
    gpu: str
    ago: float
    until: float
    disk: float = 60.0
    load: str = "training"
    share: float = 1.0
    group: int | None = None


_STORIES = (
    _Story("sd-batch", "RTX 4090", 29.4, 20.7),
    _Story("gguf", "RTX 5090", 22.9, 20.1, disk=200.0, load="serving"),
    _Story("night-run", "RTX 3090", 17.0, 9.0, share=0.4),
    _Story("eval-old", "RTX A5000", 11.6, 9.9),
    _Story(None, "RTX 3060", 6.3, 6.1, disk=16.0),
    _Story(None, "RTX 4090", 14.2, 1.8, load="serving", share=0.8, group=GROUPS[0]),
    _Story(None, "RTX 4090", 13.7, 0.9, load="serving", share=0.5, group=GROUPS[1]),
)


def former(seed: int, now: float) -> Iterator[Contract]:
    """Contracts that were gone by `now` (epoch seconds)."""
    maker, random = MachineMaker(seed + 1), Random(seed)
    for place, story in enumerate(_STORIES):
        chunk = chunk_of(maker, story.gpu)
        listing = chunk.machine.listing
        started, ended = now - story.ago * DAY, now - story.until * DAY
        contract = Contract(
            id=_FIRST_ID + 31 * place, chunk=chunk, disk=story.disk,
            price=chunk.size * listing.mills / 1000 / listing.share, start_date=started,
            end_date=ended + 30 * DAY, state=halted(None), label=story.label, load=story.load,
            meter=Meter(started), workergroup_id=story.group,
            endpoint_id=ENDPOINT if story.group else None,
        )  # fmt: skip
        contract.flow = usual_flow(contract)
        _run(contract, ended, story.share, random)
        contract.meter.close()
        yield contract


def chunk_of(maker: MachineMaker, gpu: str) -> Chunk:
    """One GPU of that model, or of another if none is found."""
    for _ in range(_MOST_TRIES):
        found = maker.gpu_machine()
        for chunk in found:
            model = chunk.machine.gpu
            if model is not None and model.name == gpu and chunk.size == 1:
                return chunk
    return found[0]


def _run(contract: Contract, until: float, share: float, random: Random) -> None:
    """Charge it: running for that share of the time, stopped in between."""
    meter = contract.meter
    while meter.until < until:
        ran = random.uniform(4, 30) * HOUR if share < 1 else until - meter.until
        meter.charge(
            min(until, meter.until + ran), contract.price, contract.disk_price, contract.flow
        )
        pause = min(until, meter.until + ran * (1 / share - 1))
        meter.charge(pause, 0.0, contract.disk_price, NO_FLOW)
