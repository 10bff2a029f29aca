"""What the account has rented at the start: a dozen typical situations, then random instances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from vasttui.simulator.account.contract import AttachedKey, Change, Contract, State
from vasttui.simulator.account.contracts import usual_flow
from vasttui.simulator.account.lifecycle import BECOME, become, launched, pull, queued
from vasttui.simulator.account.meter import Meter
from vasttui.simulator.market.machines import Chunk, MachineMaker
from vasttui.units import DAY, HOUR, MINUTE

_MOST_TRIES = 600
_DIRECT, _PROXY = "ssh_direc ssh_proxy", "ssh_proxy"
_JUPYTER = "jupyter_direc ssh_direc ssh_proxy"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """One of the initial instances.

    `ago` is seconds since it was rented, `since` seconds in its state, `ends` seconds until the
    contract ends, `bid` a multiple of the host's usual bid, `free` seconds until its GPU is free.
    """

    label: str | None
    gpu: str
    count: int = 1
    became: str = "running"
    ago: float = 8 * HOUR
    since: float = 8 * HOUR - 100
    ends: float = 40 * DAY
    disk: float = 60.0
    full: float = 0.55
    load: str = "training"
    runtype: str = _DIRECT
    bid: float = 0.0
    free: float = 0.0
    env: dict[str, str] = field(default_factory=dict)
    image: str = "vastai/pytorch:2.8.0-cuda-12.9.1-py312-24.04"


_STORIES = (
    _Story(label="train-a", gpu="RTX 4090", env={"-p 6006:6006": "1", "HF_HOME": "/workspace/hf"}),
    _Story(label="eval-b", gpu="RTX A5000", became="loading", ago=6.5 * MINUTE, ends=21 * DAY,
           since=6 * MINUTE, disk=40.0, image="nvcr.io/nvidia/pytorch:25.09-py3"),
    _Story(label="old-c", gpu="RTX 3090", count=2, became="stopped", ago=19 * DAY, load="serving",
           since=11 * DAY, ends=2 * DAY + HOUR, disk=120.0, full=0.93),
    _Story(label="cheap-d", gpu="RTX 3080", became="offline", ago=2 * DAY, since=41 * MINUTE,
           ends=9 * DAY, disk=30.0, full=0.3, load="serving"),
    _Story(label="spot-e", gpu="RTX 4090", became="outbid", bid=1.1, ago=30 * HOUR,
           since=3 * HOUR, ends=33 * DAY),
    _Story(label="notebook", gpu="RTX 5090", runtype=_JUPYTER,
           env={"-p 1111:1111": "1", "-p 8188:8188": "1", "-p 6100:6100/udp": "1"},
           ago=2 * HOUR, since=2 * HOUR - 90, load="serving"),
    _Story(label="crashed", gpu="RTX 3090", became="exited", ago=5 * HOUR, since=52 * MINUTE),
    _Story(label="typo-image", gpu="RTX 3060", became="failed", ago=14 * MINUTE,
           since=13 * MINUTE, image="pytorch/pytroch:latest"),
    _Story(label=None, gpu="RTX 4070S Ti", runtype=_PROXY, load="idle", ago=26 * HOUR,
           since=26 * HOUR - 200, ends=4 * DAY),
    _Story(label="slow-net", gpu="RTX 3090", became="stuck", ago=48 * MINUTE,
           since=47 * MINUTE),
    _Story(label="waits", gpu="RTX 4090", became="scheduling", ago=3 * DAY, since=9 * MINUTE,
           free=25 * MINUTE),
    _Story(label="back-soon", gpu="RTX A4000", became="rebooting", ago=DAY, since=5.0),
)  # fmt: skip
_IMAGES = (
    "vastai/pytorch:2.8.0-cuda-12.9.1-py312-24.04", "pytorch/pytorch:2.4.0-cuda12.4-cudnn9-runtime",
    "nvidia/cuda:12.4.1-devel-ubuntu22.04", "vllm/vllm-openai:v0.11.0", "vastai/comfy:v0.3.62",
)  # fmt: skip


class _Machines:
    """The market's machines, each rented once."""

    def __init__(self, seed: int) -> None:
        self._maker = MachineMaker(seed)
        self._seen: list[tuple[Chunk, ...]] = []

    def find(self, gpu: str, size: int) -> Chunk:
        """A machine that offers that many GPUs of that model, or else the next one."""
        at = 0
        while at < _MOST_TRIES:
            if at == len(self._seen):
                self._seen.append(self._maker.gpu_machine())
            for chunk in self._seen[at]:
                model = chunk.machine.gpu
                if model is not None and model.name == gpu and chunk.size == size:
                    del self._seen[at]
                    return chunk
            at += 1
        return self.any(Random(size))

    def any(self, random: Random) -> Chunk:
        """The next machine not rented yet."""
        return random.choice(self._seen.pop(0) if self._seen else self._maker.gpu_machine())


def first_fleet(
    count: int, seed: int, now: float, key: str, *, traffic: bool = False
) -> Iterator[Contract]:
    """That many contracts as of `now`, with `traffic` or without. Most have the public `key`."""
    machines, random = _Machines(seed), Random(seed)
    number = 54_548_215 + seed
    for at in range(count):
        number += random.randrange(3, 900)
        if at < len(_STORIES):
            story = _STORIES[at]
            chunk = machines.find(story.gpu, story.count)
        else:
            chunk = machines.any(random)
            story = _any_story(at, chunk, random)
        yield _contract(story, number, chunk, now, key, traffic=traffic)


def _any_story(at: int, chunk: Chunk, random: Random) -> _Story:
    gpu = chunk.machine.gpu
    ago = random.uniform(0.5, 400) * HOUR
    became = random.choices(("running", "stopped", *BECOME), (700, 90, *(6,) * len(BECOME)))[0]
    if became in ("loading", "failed", "stuck", "provisioning"):
        ago = random.uniform(2, 14) * MINUTE
    since = ago * random.uniform(0.1, 0.9)
    if became in ("rebooting", "recycling"):
        since = random.uniform(0, 30)
    return _Story(
        label=random.choices((f"job-{at:04}", "sweep", None), (80, 12, 8))[0],
        gpu=gpu.name if gpu else "",
        count=chunk.size,
        became=became,
        ago=ago,
        since=since,
        ends=random.uniform(2, 120) * DAY,
        disk=float(random.choice((10, 20, 40, 60, 100, 200))),
        full=random.uniform(0.1, 0.95),
        load=random.choice(("training", "training", "serving", "idle")),
        runtype=random.choices((_DIRECT, _PROXY, _JUPYTER), (75, 15, 10))[0],
        bid=1.1 if became == "outbid" or random.random() < 0.15 else 0.0,
        env={"-p 8000:8000": "1"} if random.random() < 0.4 else {},
        image=random.choice(_IMAGES),
    )


def _contract(
    story: _Story, number: int, chunk: Chunk, now: float, key: str, *, traffic: bool
) -> Contract:
    started, turned = now - story.ago, now - story.since
    contract = Contract(
        id=number,
        chunk=chunk,
        disk=story.disk,
        price=_price(chunk, story.bid),
        start_date=started + 0.25,
        end_date=now + story.ends,
        state=State(None),
        label=story.label,
        image=story.image,
        runtype=story.runtype,
        env=dict(story.env),
        onstart="echo ready" if story.load == "serving" else None,
        is_bid=story.bid > 0,
        load=story.load,
        full=story.full,
        meter=Meter(started),
    )
    if traffic:
        contract.flow = usual_flow(contract)
    if number % 5:
        contract.keys.append(AttachedKey(900_000, key, started))
    contract.follow(_past(contract, story, started))
    contract.settle(turned)
    if story.became == "loading":
        contract.follow(pull(contract, turned, 15 * MINUTE))
    elif story.became != "running":
        become(contract, story.became, turned)
    if story.free:
        contract.gpu_free_at = now + story.free
        contract.follow(queued(contract, now))
    contract.settle(now)
    return contract


def _price(chunk: Chunk, bid: float) -> float:
    """The GPU price in $/h, or the bid if there is one."""
    listing = chunk.machine.listing
    price = chunk.size * listing.mills / 1000 / listing.share
    return round(price * listing.bid_share * bid, 7) if bid else price


def _past(contract: Contract, story: _Story, started: float) -> list[Change]:
    """How it got to running, without the download progress; some never got that far."""
    past = [Change(started, State(None)), Change(started + 4, State("created"))]
    if story.became in ("loading", "failed", "stuck", "provisioning"):
        return past
    return [*past, Change(started + min(100.0, story.ago / 20), launched(contract))]
