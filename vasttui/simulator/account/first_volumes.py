"""The volumes that the account has at the start: in use, free, and on a stopped instance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vasttui.simulator.account.contract import Contract
from vasttui.simulator.account.meter import Meter
from vasttui.simulator.account.shelf import Mount, StoredVolume
from vasttui.simulator.market.machines import Chunk, MachineMaker
from vasttui.simulator.market.market import moment_of
from vasttui.units import DAY

_FIRST_ID = 20_118_481
_MOST_TRIES = 200
_ROOM = 300.0  # GB


@dataclass(frozen=True, slots=True)
class _Story:
    """A volume of `size` GB, made `ago` seconds ago; the instance with the label `holder` has it,
    None: it is free."""

    name: str
    size: float
    ago: float
    holder: str | None


_STORIES = (
    _Story("datasets", 200.0, 30 * DAY, "train-a"),
    _Story("models", 100.0, 13 * DAY, None),
    _Story("old_ck", 50.0, 19 * DAY, "old-c"),
)


def first_volumes(
    count: int, seed: int, now: float, contracts: Iterable[Contract]
) -> Iterator[StoredVolume]:
    """At most that many volumes as of `now`; those that belong to `contracts` are mounted there."""
    by_label = {contract.label: contract for contract in contracts}
    rented = {contract.chunk.machine.machine_id for contract in by_label.values()}
    for at, story in enumerate(_STORIES[:count]):
        holder = by_label.get(story.holder) if story.holder else None
        if holder is None and story.holder is not None:
            continue
        chunk = holder.chunk if holder is not None else _with_room(seed, rented, now)
        started = now - story.ago
        listed_until = moment_of(chunk.machine, now).end_date
        volume = StoredVolume(
            id=_FIRST_ID + 21 * at, chunk=chunk, size=story.size, label=story.name,
            start_date=started, end_date=listed_until if holder is None else holder.end_date,
            created_from=chunk.first_id + 1, meter=Meter(started),
        )  # fmt: skip
        if holder is not None:
            volume.holder = holder.id
            mount = Mount(volume.id, volume.label, volume.size, "/data", started)
            holder.mounts.append(mount)
            holder.env[f"-v {volume.label}:/data"] = "1"
        volume.meter.charge(now, 0.0, volume.hourly)
        yield volume


def _with_room(seed: int, rented: set[int], now: float) -> Chunk:
    """The first verified machine with room for volumes whose GPUs are all free."""
    maker = MachineMaker(seed)
    for _ in range(_MOST_TRIES):
        chunk = maker.gpu_machine()[0]
        machine = chunk.machine
        roomy = (machine.listing.volume_size or 0.0) >= _ROOM
        idle = machine.machine_id not in rented and not moment_of(machine, now).busy
        if roomy and idle and machine.listing.verification == "verified":
            break
    return chunk
