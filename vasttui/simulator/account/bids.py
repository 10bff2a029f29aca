"""The lowest winning bid: a step function of time (docs: "rental types")."""

from __future__ import annotations

import math

_STEP = 900.0  # seconds at one price
_SWING = 0.08


def least_bid(usual: float, salt: int, now: float) -> float:
    """The lowest winning bid in $/h at `now` (epoch seconds); never above the `usual` price."""
    return _at_step(usual, salt, _step(salt, now))


def lost_at(bid: float, usual: float, salt: int, since: float, until: float) -> float | None:
    """When a bid first becomes too low between `since` and `until`; None if it never does."""
    if bid >= round(usual, 7):
        return None
    for step in range(_step(salt, since), _step(salt, until) + 1):
        if bid < _at_step(usual, salt, step):
            return max(since, step * _STEP - _shift(salt))
    return None


def _step(salt: int, now: float) -> int:
    return int((now + _shift(salt)) // _STEP)


def _shift(salt: int) -> float:
    return float(salt % int(_STEP))


def _at_step(usual: float, salt: int, step: int) -> float:
    return round(usual * (1 - _SWING * (0.5 + 0.5 * math.sin(0.8 * step + salt))), 7)
