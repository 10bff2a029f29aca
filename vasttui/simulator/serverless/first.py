"""What the account has at the start: its contracts, two endpoints, and their workers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from vasttui.simulator.account.contract import Change, Contract, State
from vasttui.simulator.account.contracts import Contracts, usual_flow
from vasttui.simulator.account.first_fleet import first_fleet
from vasttui.simulator.account.first_volumes import first_volumes
from vasttui.simulator.account.former import ENDPOINT, GROUPS, chunk_of, former
from vasttui.simulator.account.meter import Meter
from vasttui.simulator.market.machines import MachineMaker
from vasttui.simulator.serverless.book import (
    DEFAULTS,
    Book,
    Deployment,
    Endpoint,
    Group,
    Limit,
    Version,
)
from vasttui.simulator.serverless.hiring import DISK, parsed
from vasttui.simulator.serverless.workers import OFF, READY, go, state
from vasttui.units import DAY, HOUR, MINUTE

_SECOND = ENDPOINT + 38
_OPEN = 4_512
_FIRST_WORKER = 56_204_801
_VLLM = ("0bd5a1f2c3e44b6f8d7a9e0c1b2d3f45", 63114)
_OLD_HASH = "3f2e1d0c9b8a79685746352413021f0e"
_WHISPER = ("e5f60718293a4b5c6d7e8f90a1b2c3d4", 63305)
_FLAGS = " verified=True rentable=True rented=False"


class Past(NamedTuple):
    """What there is at the start: so many instances, volumes and endpoints (at most two); with a
    `past` what is gone by then, with `traffic` what the containers have of it."""

    instances: int
    volumes: int
    endpoints: int
    seed: int
    credit: float
    traffic: bool
    past: bool


@dataclass(frozen=True, slots=True)
class _Story:
    """A worker that was made `ago` seconds ago and has been in its state for `since` seconds."""

    gpu: str
    group: int
    state: str
    ago: float
    since: float
    disk: float = DISK
    most: float = 0.45
    is_old: bool = False


_STORIES = (
    _Story("RTX 5090", GROUPS[0], READY, 3 * DAY, 5.2 * HOUR),
    _Story("RTX 4090", GROUPS[1], READY, 2 * DAY, 2.03 * HOUR, most=0.35),
    _Story("RTX 5090", GROUPS[0], "model_loading", 5 * MINUTE, 4 * MINUTE),
    _Story("RTX 5090", GROUPS[0], OFF, 3 * DAY, DAY, is_old=True),
    _Story("RTX 5090", GROUPS[0], OFF, 4 * DAY, 2 * DAY, is_old=True),
)


def contracts_at_start(past: Past, key: str, now: float) -> Contracts:
    """What the account has rented by `now` (epoch seconds); most of it has the public `key`."""

    def rented() -> Iterator[Contract]:
        yield from first_fleet(past.instances, past.seed, now, key, traffic=past.traffic)
        if past.endpoints:
            yield from _first_workers(past, now)

    return Contracts(
        rented, credit=past.credit, start=now,
        first_volumes=lambda made: first_volumes(past.volumes, past.seed, now, made),
        former=lambda: former(past.seed, now) if past.past else (), traffic=past.traffic,
    )  # fmt: skip


def first_book(count: int, now: float) -> Book:
    """At most that many endpoints, with their groups: one that is used, one that is suspended and
    takes any price."""
    book = Book(now)
    if not count:
        return book
    book.endpoints.append(_endpoint(ENDPOINT, "llama-70b", now - 14 * DAY, "active"))
    for number, gpu, most in ((GROUPS[0], "RTX_5090", 0.45), (GROUPS[1], "RTX_4090", 0.35)):
        search = f"gpu_name={gpu} num_gpus=1 dph_total<={most}{_FLAGS}"
        book.groups.append(_group(number, ENDPOINT, search, _VLLM, now - 14 * DAY))
    book.stubborn.add(_FIRST_WORKER + 41 * 4)
    if count > 1:
        book.endpoints.append(_endpoint(_SECOND, "whisper", now - 9 * DAY, "suspended"))
        search = f"gpu_ram>=16{_FLAGS}"
        book.groups.append(_group(_OPEN, _SECOND, search, _WHISPER, now - 9 * DAY))
        book.deployments += _deployments(now)
    return book


def _endpoint(number: int, name: str, made: float, state: str) -> Endpoint:
    limits: dict[str, Limit] = {
        **DEFAULTS, "min_load": 0.0, "cold_workers": 2, "max_workers": 16,
        "inactivity_timeout": 900,
    }  # fmt: skip
    return Endpoint(number, name, made, made, limits, state, asked_at=made)


def _group(
    number: int, endpoint: int, search: str, template: tuple[str, int], made: float
) -> Group:
    text, query = parsed(search)
    return Group(
        number, endpoint, made, made, text, query, template_hash=template[0],
        template_id=template[1],
    )  # fmt: skip


def _deployments(now: float) -> list[Deployment]:
    """One that owns an endpoint, and whose latest version never was healthy; one that has none."""
    made = now - 9 * DAY
    versions = [
        Version(8_805, "9c1185a5c5e9fc54612808977ee8f548", "first", "healthy", made),
        Version(8_812, "b14a7b8059d9c055954c92674ce60032", None, "failed", now - 2 * DAY),
    ]
    older = [Version(8_640, "6f5902ac237024bdd0c176cb93063dc4", None, "healthy", now - 40 * DAY)]
    image = "vastai/base-image:cuda-12.9.1-cudnn-devel-ubuntu24.04-py312"
    return [
        Deployment(
            644, "transcribe", "default", image, _SECOND, versions, made, now - 2 * DAY,
            env="-p 3000:3000", search_params=f"gpu_ram>=16{_FLAGS}", ttl=3_600.0,
            heartbeat=now - 5 * HOUR,
        ),
        Deployment(611, "square", "staging", image, None, older, now - 40 * DAY, now - 40 * DAY),
    ]  # fmt: skip


def _first_workers(past: Past, now: float) -> Iterator[Contract]:
    maker = MachineMaker(past.seed + 2)
    for place, story in enumerate(_STORIES):
        chunk = chunk_of(maker, story.gpu)
        listing, started = chunk.machine.listing, now - story.ago
        price = listing.mills / 1000 / listing.share * chunk.size
        worker = Contract(
            id=_FIRST_WORKER + 41 * place, chunk=chunk, disk=story.disk,
            price=min(price, story.most - 0.01), start_date=started, end_date=now + 30 * DAY,
            state=State(None), image="vastai/vllm:v0.11.0-cuda-12.8.1-pytorch-2.8.0-py312",
            load="serving", meter=Meter(started), endpoint_id=ENDPOINT,
            workergroup_id=story.group, env={"-p 3000:3000": "1"}, template_name="vLLM",
            template_hash=_OLD_HASH if story.is_old else _VLLM[0], template_id=_VLLM[1],
        )  # fmt: skip
        if past.traffic:
            worker.flow = usual_flow(worker)
        go(worker, _life(story, now), now)
        yield worker


def _life(story: _Story, now: float) -> Iterator[Change]:
    """Made, used for a while, then in its state."""
    started, since = now - story.ago, now - story.since
    yield Change(started, state("creating"))
    yield Change(started + 20, state("loading"))
    if story.state == OFF:
        yield Change(started + 140, state(READY))
    elif story.state == READY:
        yield Change(started + 140, state(OFF))
    yield Change(since, state(story.state))
    if story.state == "model_loading":
        yield Change(now + 100, state(READY))
