"""What becomes of a contract after each thing that is done to it (docs: "manage instances")."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from vasttui.simulator.contracts import Change, Contract, State, with_message

TAKEN = "Required resources are currently unavailable, state change queued."

_LAYERS = 9
_STOPPED = State("exited", cur="stopped", next="stopped", intended="stopped")
_STOP_LAG = 8.0
_RELAUNCH_LAG = 25.0
_REBOOT_SECONDS, _RECYCLE_SECONDS = 40.0, 75.0


def launch(contract: Contract, now: float, seconds: float) -> list[Change]:
    """From the moment it is rented until it runs, after that many seconds of loading."""
    created = State("created", message=None)
    changes = [Change(now, State(None)), Change(now + 4, created)]
    changes += pull(contract, now + 8, seconds)
    changes.append(Change(now + 8 + seconds, running(contract)))
    return changes


def pull(contract: Contract, start: float, seconds: float) -> Iterator[Change]:
    """Progress of a download, as the host reports it."""
    random = Random(contract.id)
    layers = [f"{random.getrandbits(48):012x}" for _ in range(_LAYERS)]
    steps = ("Pulling fs layer", "Downloading", "Download complete", "Pull complete")
    total = len(layers) * len(steps)
    loading = State("loading")
    for number in range(total):
        layer, step = layers[number // len(steps)], steps[number % len(steps)]
        at = start + seconds * number / total
        yield Change(at, with_message(loading, f"{layer}: {step}"))


def running(contract: Contract) -> State:
    """It runs; the message names image and way of launching."""
    image = contract.image.replace(":", "_")
    return State("running", message=f"success, running {image}/ssh")


def stop(contract: Contract, now: float) -> list[Change]:
    """The stop is noted at once; the container ends a little later."""
    state = contract.state
    asked = State(state.actual, state.cur, "stopped", "stopped", state.message)
    ended = with_message(_STOPPED, state.message)
    return [Change(now, asked), Change(now + _STOP_LAG, ended)]


def start(contract: Contract, now: float) -> list[Change]:
    """The start is noted at once; the container comes back a good deal later."""
    asked = State("exited", "running", "running", "running", contract.state.message)
    loading = State("loading", message="Starting container")
    return [
        Change(now, asked),
        Change(now + _RELAUNCH_LAG, loading),
        Change(now + 2 * _RELAUNCH_LAG, running(contract)),
    ]


def queued(contract: Contract, now: float) -> list[Change]:
    """The GPU is taken: it shall run, and does not."""
    return [Change(now, State("exited", "stopped", "running", "running", contract.state.message))]


def reboot(contract: Contract, now: float) -> list[Change]:
    """The container restarts on the same GPU."""
    return [
        Change(now, State("rebooting", message=contract.state.message)),
        Change(now + _REBOOT_SECONDS, running(contract)),
    ]


def recycle(contract: Contract, now: float) -> list[Change]:
    """The container is made anew from its image."""
    return [
        Change(now, State("recycling", message=contract.state.message)),
        Change(now + _RECYCLE_SECONDS / 2, State("loading", message="Extracting")),
        Change(now + _RECYCLE_SECONDS, running(contract)),
    ]


def outbid(contract: Contract, now: float) -> list[Change]:
    """Somebody bids more."""
    return [Change(now, with_message(_STOPPED, contract.state.message))]


def become(contract: Contract, what: str, now: float) -> list[Change] | None:
    """The future in which it is that, from now on; None for a word that means nothing."""
    message = contract.state.message
    match what:
        case "running":
            return [Change(now, running(contract))]
        case "stopped" | "outbid":
            return [Change(now, with_message(_STOPPED, message))]
        case "offline" | "unknown" | "frozen" | "rebooting" | "recycling":
            return [Change(now, State(what, message=message))]
        case "exited":
            text = "Error: container exited with code 137"
            return [Change(now, State("exited", message=text))]
        case "failed":
            text = (
                "Error response from daemon: manifest for "
                f"{contract.image} not found: manifest unknown"
            )
            return [Change(now, State("created", message=text))]
        case "stuck":
            return [Change(now, State("loading", message="4c7d45f7c63c: Download complete"))]
        case "loading":
            return [*pull(contract, now, 300.0), Change(now + 300.0, running(contract))]
        case "provisioning":
            return [Change(now, State(None))]
        case "scheduling":
            return queued(contract, now)
    return None
