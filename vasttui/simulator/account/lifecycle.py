"""How the state of a contract changes after each action (docs: "manage instances")."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from math import inf
from random import Random

from vasttui.simulator.account.contract import AWAY, Change, Contract, State, halted

TAKEN = "Required resources are currently unavailable, state change queued."

_LAYERS = 9
_STEPS = ("Pulling fs layer", "Downloading", "Download complete", "Pull complete")
_PULL_SECONDS = 300.0
_RELAUNCH_LAG = 25.0
_REBOOT_SECONDS, _RECYCLE_SECONDS = 40.0, 75.0
_PULL_AGAIN = 60.0
_RIVAL, _SAFE = 1.12, 1.2  # times a bid: more than the lowest winning bid ever moves


def launch(contract: Contract, now: float, seconds: float) -> list[Change]:
    """From rented to running, with that many seconds of loading."""
    return [
        Change(now, State(None)),
        Change(now + 4, State("created")),
        *pull(contract, now + 8, seconds),
    ]


def pull(contract: Contract, start: float, seconds: float) -> Iterator[Change]:
    """A download that takes so many seconds, as the host reports it, and what comes of it."""
    random = Random(contract.id)
    layers = [f"{random.getrandbits(48):012x}" for _ in range(_LAYERS)]
    messages = [f"{layer}: {step}" for layer in layers for step in _STEPS]
    for number, message in enumerate(messages):
        at = start + seconds * number / len(messages)
        yield Change(at, State("loading", message=message))
    yield Change(start + seconds, launched(contract))


def launched(contract: Contract) -> State:
    """Running, or the host's error if the container cannot start."""
    if contract.defect is not None:
        return State("created", message=contract.defect)
    way = contract.runtype.partition(" ")[0].partition("_")[0]
    return State("running", message=f"success, running {contract.image.replace(':', '_')}/{way}")


def start(contract: Contract, now: float) -> list[Change]:
    """The start is recorded at once; the container comes up well after that."""
    contract.is_outbid = False
    asked = replace(contract.state, cur="running", next="running", intended="running")
    if asked.actual in AWAY or asked.actual == "running":
        return [Change(now, asked)]
    return [
        Change(now, asked),
        Change(now + _RELAUNCH_LAG, State("loading", message="Starting container")),
        Change(now + 2 * _RELAUNCH_LAG, launched(contract)),
    ]


def queued(contract: Contract, now: float) -> list[Change]:
    """The GPU is taken: the start waits until it is free."""
    asked = State("exited", "stopped", "running", "running", contract.state.message)
    free = contract.gpu_free_at
    if not contract.gpu_taken or not now < free < inf:
        return [Change(now, asked)]
    return [
        Change(now, asked),
        Change(free, State("loading", message="Starting container")),
        Change(free + _RELAUNCH_LAG, launched(contract)),
    ]


def reboot(contract: Contract, now: float) -> list[Change]:
    """The container restarts on the same GPU; no effect without a container."""
    if contract.state.cur != "running" or contract.state.actual not in ("running", "exited"):
        return contract.future
    return _rebooting(contract, now)


def recycle(contract: Contract, now: float) -> list[Change]:
    """The container is recreated from its image; no effect where the host cannot do that."""
    known = ("running", "exited", "loading", "created")
    if contract.state.cur != "running" or contract.state.actual not in known:
        return contract.future
    extracting = Change(now + _RECYCLE_SECONDS / 2, State("loading", message="Extracting"))
    return [*_recycling(contract, now), extracting]


def remake(contract: Contract, now: float) -> list[Change]:
    """The same with another image, which is pulled first; what does not run gets it when it
    starts."""
    future = recycle(contract, now)
    if future is contract.future:
        return future
    return [Change(now, future[0].state), *pull(contract, now + _RECYCLE_SECONDS / 3, _PULL_AGAIN)]


def become(contract: Contract, what: str, now: float) -> None:
    """Put the contract in that state. Raises ValueError for an unknown state."""
    change = _BECOME.get(what)
    if change is None:
        raise ValueError(f"Unknown state {what!r}. Known states: {', '.join(BECOME)}.")
    future = change(contract, now)
    if future is not None:
        contract.follow(future)
    contract.settle(now)


def _running(contract: Contract, now: float) -> list[Change]:
    """Running normally, with every obstacle removed."""
    contract.defect, contract.is_outbid, contract.rival = None, False, 0.0
    contract.gpu_taken = False
    if contract.is_bid and contract.price < contract.least_bid(now):
        contract.price = contract.least_bid(now) * _SAFE
    return [Change(now, launched(contract))]


def _outbid(contract: Contract, now: float) -> list[Change]:
    """Another renter bids more, so it must be interruptible."""
    contract.is_bid = contract.is_outbid = True
    contract.rival = contract.price * _RIVAL
    return [Change(now, halted(contract.state.message))]


def _scheduling(contract: Contract, now: float) -> list[Change]:
    contract.gpu_taken, contract.gpu_free_at = True, inf
    return queued(contract, now)


def _gpu_taken(contract: Contract, now: float) -> None:
    contract.gpu_taken, contract.gpu_free_at = True, inf


def _gpu_free(contract: Contract, now: float) -> list[Change] | None:
    contract.gpu_taken = False
    waits = contract.is_wanted and contract.state.cur == "stopped"
    return start(contract, now) if waits else None


def _failed(contract: Contract, now: float) -> list[Change]:
    contract.defect = (
        f"Error response from daemon: manifest for {contract.image} not found: manifest unknown"
    )
    return [Change(now, launched(contract))]


def _restarting(contract: Contract, now: float, actual: str, seconds: float) -> list[Change]:
    return [
        Change(now, State(actual, message=contract.state.message)),
        Change(now + seconds, launched(contract)),
    ]


_rebooting = partial(_restarting, actual="rebooting", seconds=_REBOOT_SECONDS)
_recycling = partial(_restarting, actual="recycling", seconds=_RECYCLE_SECONDS)


def _at_once(state: State) -> Callable[[Contract, float], list[Change]]:
    return lambda contract, now: [Change(now, state)]


def _reported(actual: str) -> Callable[[Contract, float], list[Change]]:
    """Only the reported status changes, and stays changed."""
    return lambda contract, now: [Change(now, replace(contract.state, actual=actual))]


_BECOME: Mapping[str, Callable[[Contract, float], list[Change] | None]] = {
    "running": _running,
    "stopped": lambda contract, now: [Change(now, halted(contract.state.message))],
    "outbid": _outbid,
    "scheduling": _scheduling,
    "gpu_taken": _gpu_taken,
    "gpu_free": _gpu_free,
    "exited": _at_once(State("exited", message="container exited with code 137")),
    "failed": _failed,
    "stuck": _at_once(State("loading", message="4c7d45f7c63c: Download complete")),
    "loading": lambda contract, now: list(pull(contract, now, _PULL_SECONDS)),
    "provisioning": _at_once(State(None)),
    "rebooting": _rebooting,
    "recycling": _recycling,
    "offline": _reported("offline"),
    "unknown": _reported("unknown"),
    "frozen": _reported("frozen"),
}
BECOME = tuple(_BECOME)
"""The states an instance can be put in."""
