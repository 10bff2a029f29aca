"""Workers: instances that an endpoint starts and stops, and the states they go through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vasttui.simulator.account.contract import Change, Contract, State, halted
from vasttui.simulator.account.lifecycle import TAKEN
from vasttui.simulator.account.worker_states import UNKNOWN
from vasttui.simulator.market.offers import dlperf

READY, OFF = "idle", "stopped"
COMING = ("starting", "model_loading", "loading", "creating", "created", "pending")
_PER_DLPERF = 1.7
_BROKEN = "Error response from daemon: failed to create task: no NVIDIA device found"
_ACTUAL = {"running": READY, "exited": OFF, None: "creating"}


def status(contract: Contract) -> str:
    """Its state as a worker; one that was stopped or started as an instance has one, too."""
    actual = contract.state.actual
    known = actual if actual in ("created", "loading", "rebooting") else "unavail"
    return contract.state.worker or _ACTUAL.get(actual, known)


def capacity(contract: Contract) -> float:
    """What it can do, in performance units per second."""
    return round(_PER_DLPERF * dlperf(contract.chunk) * (0.97 + contract.id % 7 / 100), 1)


def total(workers: Iterable[Contract]) -> float:
    """What these can do together."""
    return sum(capacity(one) for one in workers)


def state(word: str) -> State:
    """The state of an instance whose worker is in that state."""
    if word in ("pending", "creating"):
        return State(None, worker=word)
    if word == "created":
        return State("created", worker=word)
    if word == "error":
        return State("created", message=_BROKEN, worker=word)
    if word in (OFF, "destroying"):
        off = halted(None)
        return State("exited", off.cur, off.next, off.intended, None, word)
    if word == "unavail":
        return State("exited", "stopped", "running", "running", TAKEN, word)
    actual = "rebooting" if word in ("rebooting", "update_rebooting") else "running"
    return State(actual, message="success, running", worker=word)


def _steps(now: float, *steps: tuple[float, str]) -> Iterator[Change]:
    return (Change(now + after, state(word)) for after, word in steps)


def born(contract: Contract, now: float) -> Iterator[Change]:
    """A new one. Now and then a machine cannot start it, and it is given up."""
    first = ((0.0, "pending"), (3.0, "creating"), (18.0, "created"), (25.0, "loading"))
    if contract.id % 11 == 3:
        return _steps(now, *first, (70.0, "error"), (670.0, "destroying"))
    return _steps(now, *first, (85.0, "model_loading"), (145.0, READY))


def woken(contract: Contract, now: float) -> Iterator[Change]:
    """An inactive one that is started. Now and then others have its GPU at that time."""
    busy = 180.0 if contract.id % 9 == 4 else 0.0
    steps = ((busy + 2.0, "starting"), (busy + 25.0, "model_loading"), (busy + 60.0, READY))
    return _steps(now, (0.0, "unavail" if busy else "starting"), *steps)


def put_off(contract: Contract, now: float) -> Iterator[Change]:
    """One that becomes inactive; some say so with a word of their own."""
    word = UNKNOWN if contract.id % 5 == 0 else "stopping"
    return _steps(now, (0.0, "stopping"), (8.0, word), (20.0, OFF))


def updated(contract: Contract, now: float) -> Iterator[Change]:
    """One that gets another template, and is then as before."""
    before = status(contract)
    return _steps(
        now, (0.0, "update_ready"), (15.0, "update_rebooting"), (45.0, "update_starting"),
        (75.0, before),
    )  # fmt: skip


def go(contract: Contract, changes: Iterable[Change], now: float) -> None:
    """Let it go through these states."""
    contract.follow(changes)
    contract.settle(now)


def is_updating(contract: Contract) -> bool:
    """Whether it is getting another template."""
    return status(contract).startswith("update_")
