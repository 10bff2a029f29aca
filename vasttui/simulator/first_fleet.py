"""What the account has rented at the start: first a few that tell a story, then any number more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from vasttui.simulator.contracts import AttachedKey, Change, Contract, State
from vasttui.simulator.lifecycle import become, launch
from vasttui.simulator.machines import Chunk, MachineMaker

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0
_MOST_TRIES = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """An instance to begin with. `ago` is seconds since it was rented, `since` in its state."""

    label: str | None
    gpu: str
    count: int = 1
    became: str = "running"
    ago: float = 8 * _HOUR
    since: float = 8 * _HOUR - 100
    ends: float = 40 * _DAY
    disk: float = 60.0
    full: float = 0.55
    load: str = "training"
    runtype: str = "ssh_direc ssh_proxy"
    bid: bool = False
    env: dict[str, str] = field(default_factory=dict)
    image: str = "vastai/pytorch:2.8.0-cuda-12.9.1-py312-24.04"


_STORIES = (
    _Story(label="train-a", gpu="RTX 4090", env={"-p 6006:6006": "1", "HF_HOME": "/workspace/hf"}),
    _Story(label="eval-b", gpu="RTX A5000", became="loading", ago=6.5 * _MINUTE, ends=21 * _DAY,
           since=6 * _MINUTE, disk=40.0, image="nvcr.io/nvidia/pytorch:25.09-py3"),
    _Story(label="old-c", gpu="RTX 3090", count=2, became="stopped", ago=19 * _DAY,
           since=11 * _DAY, ends=2 * _DAY + _HOUR, disk=120.0, full=0.93),
    _Story(label="cheap-d", gpu="RTX 3080", became="offline", ago=2 * _DAY, since=41 * _MINUTE,
           ends=9 * _DAY, disk=30.0, full=0.3),
    _Story(label="spot-e", gpu="RTX 4090", became="outbid", bid=True, ago=30 * _HOUR,
           since=3 * _HOUR, ends=33 * _DAY),
    _Story(label="notebook", gpu="RTX 5090", runtype="jupyter_direc ssh_direc ssh_proxy",
           env={"-p 1111:1111": "1", "-p 8188:8188": "1", "-p 6100:6100/udp": "1"},
           ago=2 * _HOUR, since=2 * _HOUR - 90, load="serving"),
    _Story(label="crashed", gpu="RTX 3090", became="exited", ago=5 * _HOUR, since=52 * _MINUTE),
    _Story(label="typo-image", gpu="RTX 3060", became="failed", ago=14 * _MINUTE,
           since=13 * _MINUTE, image="pytorch/pytroch:latest"),
    _Story(label=None, gpu="RTX 4070S Ti", runtype="ssh_proxy", load="idle", ago=26 * _HOUR,
           since=26 * _HOUR - 200, ends=4 * _DAY),
    _Story(label="slow-net", gpu="RTX 3090", became="stuck", ago=48 * _MINUTE,
           since=47 * _MINUTE),
    _Story(label="waits", gpu="RTX 4090", became="scheduling", ago=3 * _DAY, since=9 * _MINUTE),
    _Story(label="back-soon", gpu="RTX A4000", became="rebooting", ago=_DAY, since=5.0),
)  # fmt: skip


def first_fleet(count: int, seed: int, now: float, key: str) -> Iterator[Contract]:
    """That many contracts, as they are at `now`. Most of them have the public `key`."""
    maker, random = MachineMaker(seed + 7_919), Random(seed)
    number = 54_548_215 + seed
    for story in _STORIES[:count]:
        number += random.randrange(3, 900)
        yield _contract(story, number, _find(maker, story.gpu, story.count), now, key)
    for at in range(len(_STORIES), count):
        number += random.randrange(3, 900)
        chunk = random.choice(maker.gpu_machine())
        story = _any_story(at, chunk, random)
        yield _contract(story, number, chunk, now, key)


def _any_story(at: int, chunk: Chunk, random: Random) -> _Story:
    gpu = chunk.machine.gpu
    roll = random.random()
    became = "running" if roll < 0.82 else "stopped" if roll < 0.92 else "loading"
    ago = random.uniform(0.5, 400) * _HOUR
    return _Story(
        label=f"job-{at:04}",
        gpu=gpu.name if gpu else "",
        count=chunk.size,
        became=became,
        ago=ago,
        since=ago * random.uniform(0.1, 0.9),
        ends=random.uniform(2, 120) * _DAY,
        disk=float(random.choice((10, 20, 40, 60, 100, 200))),
        full=random.uniform(0.1, 0.95),
        load=random.choice(("training", "training", "serving", "idle")),
    )


def _find(maker: MachineMaker, gpu: str, size: int) -> Chunk:
    """A machine with that model, else any."""
    best: Chunk | None = None
    for _ in range(_MOST_TRIES):
        for chunk in maker.gpu_machine():
            model = chunk.machine.gpu
            if model is not None and model.name == gpu and chunk.size == size:
                return chunk
            best = best or chunk
    assert best is not None
    return best


def _contract(story: _Story, number: int, chunk: Chunk, now: float, key: str) -> Contract:
    started = now - story.ago
    listing = chunk.machine.listing
    price = chunk.size * listing.mills / 1000 / listing.share
    contract = Contract(
        id=number,
        chunk=chunk,
        disk=story.disk,
        price=round(price * listing.bid_share * 0.9, 7) if story.bid else price,
        start_date=started + 0.25,
        end_date=now + story.ends,
        state=State(None),
        label=story.label,
        image=story.image,
        runtype=story.runtype,
        env=dict(story.env),
        onstart="echo ready" if story.load == "serving" else None,
        is_bid=story.bid,
        load=story.load,
        full=story.full,
        charged_until=started,
    )
    if number % 5:
        contract.keys.append(AttachedKey(900_000, key, started))
    past = launch(contract, started, min(100.0, story.ago / 2))
    if story.became in ("loading", "failed", "stuck"):
        past = [Change(started, State(None)), Change(started + 4, State("created"))]
    turned = now - story.since
    if story.became == "loading":
        past += _slowly(contract, turned)
    elif story.became != "running":
        past = [change for change in past if change.at < turned]
        past += become(contract, story.became, turned) or []
    contract.follow(past)
    contract.settle(now)
    return contract


def _slowly(contract: Contract, since: float) -> list[Change]:
    """A download that takes a quarter of an hour."""
    whole = launch(contract, since - 8, 15 * _MINUTE)
    return [change for change in whole if change.at >= since]
