"""How long to wait after a failed read."""

from __future__ import annotations

import random

from vasttui.errors import (
    AuthRejected,
    HeldBack,
    RateLimited,
    SearchQuotaExceeded,
    TwoFactorRequired,
    VastError,
)
from vasttui.units import HOUR

_SHORTEST, _FIRST, _CAP = 1.0, 4.0, 60.0
_UNKNOWN_RESET = HOUR


def retry_in(error: VastError, failures: int, rng: random.Random, wall_time: float) -> float | None:
    """Seconds to wait after `failures` in a row; None (the key was refused) waits for the user.
    Full jitter over a span that doubles up to a minute, or what the service asks for if longer."""
    if isinstance(error, AuthRejected | TwoFactorRequired):
        return None
    if isinstance(error, HeldBack):
        return max(_SHORTEST, error.seconds)
    if isinstance(error, SearchQuotaExceeded):
        reset = wall_time + _UNKNOWN_RESET if error.resets_at is None else error.resets_at
        return max(_SHORTEST, reset - wall_time)
    span = min(_CAP, _FIRST * 2.0 ** min(failures - 1, 10))
    wait = max(_SHORTEST, rng.uniform(0.0, span))
    if isinstance(error, RateLimited) and error.retry_after is not None:
        return max(wait, error.retry_after)
    return wait


def stops_everything(error: VastError | None) -> bool:
    """Whether any other search would fail too."""
    return isinstance(error, AuthRejected | RateLimited)
