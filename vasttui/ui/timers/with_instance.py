"""What becomes of timers when their instance is stopped or destroyed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vasttui.models.timer import Doer, Timer
from vasttui.ui.timers.details import short

_MOST = 3


def when_destroyed(timers: Sequence[Timer], now: float) -> str:
    """Which timers go with their instance; empty if it has none. Vast.ai's jobs that were not set
    here are nobody's to take back."""
    left = [one for one in timers if one.doer is Doer.VAST and not one.set_here]
    go = [one for one in timers if one not in left]
    return _said(
        {"Timers that go, too": go, "Not set here, stays at Vast.ai and does nothing": left}, now
    )


def when_stopped(timers: Sequence[Timer], now: float) -> str:
    """Which timers stay when their instance stops; empty if it has none. What waits inside ends."""
    ended = [one for one in timers if one.doer is Doer.INSTANCE and one.after_start is None]
    stay = [one for one in timers if one not in ended]
    return _said({"Timers that stay": stay, "Ends with the container": ended}, now)


def _said(parts: Mapping[str, Sequence[Timer]], now: float) -> str:
    said = []
    for words, timers in parts.items():
        more = f" and {len(timers) - _MOST} more" if len(timers) > _MOST else ""
        names = ", ".join(short(one, now) for one in timers[:_MOST])
        said += [f"{words}: {names}{more}."] if timers else []
    return " ".join(said)
