"""The least bid that keeps interruptible GPUs: a step function of time (docs: "rental types")."""

from __future__ import annotations

import math

_TURN = 900.0  # seconds for which it stays the same
_SWING = 0.08


def least_bid(usual: float, salt: int, now: float) -> float:
    """$/h that wins at that time (epoch seconds); never more than the `usual` price."""
    return _at_turn(usual, salt, _turn(salt, now))


def lost_at(bid: float, usual: float, salt: int, since: float, until: float) -> float | None:
    """The first time from `since` to `until` at which a bid is too low; None when it never is."""
    if bid >= round(usual, 7):
        return None
    for turn in range(_turn(salt, since), _turn(salt, until) + 1):
        if bid < _at_turn(usual, salt, turn):
            return max(since, turn * _TURN - _shift(salt))
    return None


def _turn(salt: int, now: float) -> int:
    return int((now + _shift(salt)) // _TURN)


def _shift(salt: int) -> float:
    return float(salt % int(_TURN))


def _at_turn(usual: float, salt: int, turn: int) -> float:
    return round(usual * (1 - _SWING * (0.5 + 0.5 * math.sin(0.8 * turn + salt))), 7)
