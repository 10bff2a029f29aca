"""Timers of instances, and who keeps them: vasttui, the instance itself, or Vast.ai's scheduler."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from vasttui.models.scheduled_job import Act, ScheduledJob


class Doer(Enum):
    """Who does it."""

    VASTTUI = "vasttui"
    INSTANCE = "the instance"
    VAST = "Vast.ai"

    @property
    def guarantee(self) -> str:
        """What it does and does not promise."""
        return _GUARANTEES[self]


_GUARANTEES = {
    Doer.VASTTUI: "vasttui tells you, while it is open. Nothing is stopped.",
    Doer.INSTANCE: (
        "The instance stops itself from inside, N hours after its container starts, with a key "
        "that works for this one alone. It does not if the container crashes, is stopped or "
        "restarted, has no network, or if its program ends everything else."
    ),
    Doer.VAST: (
        "Vast.ai's own scheduler does it at about a full hour. It works with vasttui and this "
        "computer off. It is not known to be punctual, and can come early. vasttui reads it back "
        "after setting it and takes it back when it has run."
    ),
}


class Checked(Enum):
    """What is known of a timer from reading it again."""

    HERE = "kept on this computer: nothing to read"
    SAME = "read back, as set"
    DIFFERS = "read back, and not as set"
    MISSING = "not found"
    UNREAD = "not read back yet"
    REPLACED = "being replaced, not read back yet"
    THEIRS = "read; not set here, so what was sent is not known"
    UNSEEN = "only the container knows"


class Idle(Struct, frozen=True):
    """A GPU is idle after `minutes` under `percent`."""

    percent: float = 5.0
    minutes: float = 20.0


class Timer(Struct, frozen=True, kw_only=True):
    """One timer of an instance.

    `at` is the next time, epoch seconds; None if it is unknown, or if it has none: a self-stop
    that counts `after_start` hours from each start of the container, a notice about an `idle` GPU.
    A timer of Vast.ai has its `job`; `differing` names what of it is not as it was set,
    `checked_at` (epoch seconds) when it was read last. `stray`: its instance is gone.
    `set_here`: it was set on this computer; others' jobs may repeat.
    """

    doer: Doer
    act: Act
    instance_id: int | None
    at: float | None = None
    after_start: float | None = None
    idle: Idle | None = None
    job: ScheduledJob | None = None
    checked: Checked = Checked.HERE
    checked_at: float | None = None
    differing: tuple[str, ...] = ()
    stray: bool = False
    set_here: bool = True

    @property
    def key(self) -> str:
        """Identifies it among all timers."""
        if self.job is not None:
            return f"job-{self.job.id}"
        kind = "idle" if self.idle is not None else self.act.value
        kind = kind if self.after_start is None else "on-start"
        return f"{kind}-{self.doer.name.lower()}-{self.instance_id}"

    @property
    def repeats(self) -> bool:
        """Whether it comes again after its next time, as far as is known."""
        return self.job is not None and not self.job.is_once
