"""Which requests are retried, and when."""

from __future__ import annotations

import random

from vasttui.api.operations import Operation
from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import AnswerTooLarge, RateLimited, Redirected, SearchQuotaExceeded, TlsError

TRIES = 3
LONGEST_WAIT = 5.0
"""Seconds: if the service asks for a longer wait, the user is told instead."""

_FIRST, _FIRST_THROTTLED, _CAP = 0.25, 1.0, 8.0
_POINTLESS = TlsError | Redirected | AnswerTooLarge | SearchQuotaExceeded


def may_repeat(operation: Operation, outcome: Outcome) -> bool:
    """Whether an automatic retry can help and cannot harm: never after a refusal, a bad certificate
    or an exhausted quota, and otherwise only if the table allows it."""
    if not operation.repeat or isinstance(outcome.error, _POINTLESS):
        return False
    if outcome.fate is Fate.THROTTLED:
        return _asked_for(outcome) <= LONGEST_WAIT
    return outcome.fate in (Fate.NOT_SENT, Fate.UNKNOWN)


def pause(tries: int, outcome: Outcome, rng: random.Random) -> float:
    """Seconds before the next try, after `tries` that failed. Full jitter under a bound that
    doubles with every try; at least what the service asked for."""
    first = _FIRST_THROTTLED if outcome.fate is Fate.THROTTLED else _FIRST
    jitter = rng.uniform(0.0, min(_CAP, first * 2.0 ** (tries - 1)))
    return max(jitter, _asked_for(outcome))


def _asked_for(outcome: Outcome) -> float:
    error = outcome.error
    return (error.retry_after or 0.0) if isinstance(error, RateLimited) else 0.0


class RetryBudget:
    """Limits the retries of all requests together, to spare a struggling service."""

    def __init__(self, tokens: float = 10.0, refund: float = 0.1) -> None:
        self.tokens = tokens
        self._most = tokens
        self._refund = refund

    def spend(self) -> bool:
        """Take one token; False if none is left."""
        if self.tokens < 1.0:
            return False
        self.tokens -= 1.0
        return True

    def succeeded(self) -> None:
        """Give back `refund` tokens."""
        self.tokens = min(self._most, self.tokens + self._refund)
