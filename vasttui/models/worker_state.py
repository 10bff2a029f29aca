"""What a worker of an endpoint does, and what it bills (docs: "worker states", serverless
"pricing"; client 1.9.1 `serverless/client/worker.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from vasttui.words import UNKNOWN


class Bills(Enum):
    """What is billed for a worker; the value is the word shown on screen."""

    ALL = "GPU + disk"
    DISK = "disk"
    NOTHING = "nothing"
    UNKNOWN = UNKNOWN


class Kind(Enum):
    """What a worker counts as in sums."""

    READY = "ready"
    STARTING = "starting"
    OFF = "inactive"
    BROKEN = "broken"
    GOING = "being destroyed"
    UNKNOWN = "unknown"

    @property
    def glyph(self) -> str:
        """Its sign, so that color is never the only one."""
        return _GLYPHS[self]


@dataclass(frozen=True, slots=True)
class WorkerState:
    """A state: its word on screen, what a worker in it counts as and bills; `settles`: it will
    change soon. `about` says in a sentence what goes on."""

    words: str
    kind: Kind
    bills: Bills
    about: str = ""

    @property
    def settles(self) -> bool:
        """Whether it will change soon, so that it is worth asking more often."""
        return self.kind in (Kind.STARTING, Kind.GOING) or self.words == "stopping"


_GLYPHS: Mapping[Kind, str] = {
    Kind.READY: "●", Kind.STARTING: "◐", Kind.OFF: "○", Kind.BROKEN: "✖", Kind.GOING: "◐",
    Kind.UNKNOWN: "?",
}  # fmt: skip

_READY = WorkerState("ready", Kind.READY, Bills.ALL, "it serves requests.")
_CREATED = WorkerState("created", Kind.STARTING, Bills.DISK, "its instance is being made.")
_LOADING = WorkerState("loading", Kind.STARTING, Bills.ALL, "its instance starts.")
_MODEL = WorkerState(
    "loading model", Kind.STARTING, Bills.ALL, "the container runs and reads the model."
)
_STARTING = WorkerState("starting", Kind.STARTING, Bills.ALL, "it comes back from inactive.")
_UPDATING = WorkerState(
    "updating", Kind.STARTING, Bills.ALL, "it is made anew from its group's template."
)
_INACTIVE = WorkerState("inactive", Kind.OFF, Bills.DISK, "it is kept with its data, to start.")
_UNAVAILABLE = WorkerState(
    "unavailable", Kind.BROKEN, Bills.UNKNOWN, "the service does not reach it."
)

_STATES: Mapping[str, WorkerState] = {
    "idle": _READY,
    "ready": _READY,
    "creating": _CREATED,
    "created": _CREATED,
    "pending": WorkerState("pending", Kind.STARTING, Bills.NOTHING, "it waits for a machine."),
    "loading": _LOADING,
    "model_loading": _MODEL,
    "starting": _STARTING,
    "rebooting": WorkerState("rebooting", Kind.STARTING, Bills.ALL, "its container starts anew."),
    "update_ready": _UPDATING,
    "update_rebooting": _UPDATING,
    "update_starting": _UPDATING,
    "updating": _UPDATING,
    "stopping": WorkerState("stopping", Kind.OFF, Bills.ALL, "it becomes inactive."),
    "stopped": _INACTIVE,
    "inactive": _INACTIVE,
    "destroying": WorkerState("destroying", Kind.GOING, Bills.NOTHING, "it is being deleted."),
    "error": WorkerState("error", Kind.BROKEN, Bills.NOTHING, "it failed; its log says why."),
    "unavail": _UNAVAILABLE,
    "unavailable": _UNAVAILABLE,
}


def worker_state(word: str | None) -> WorkerState:
    """The state for a word of the service, in upper or lower case; one that is not known stands as
    it was written, and what it bills is unknown."""
    plain = (word or "").strip().lower().replace(" ", "_").replace("-", "_")
    return _STATES.get(plain) or WorkerState(
        word or UNKNOWN, Kind.UNKNOWN, Bills.UNKNOWN,
        "the service uses a word that is not known here." if word else "no state was sent.",
    )  # fmt: skip
