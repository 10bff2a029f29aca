"""Who may be sent again, and when."""

from __future__ import annotations

import random

from vasttui.api.operations import Operation
from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import AnswerTooLarge, RateLimited, Redirected, SearchQuotaExceeded, TlsError

TRIES = 3
LONGEST_WAIT = 5.0
"""Seconds: a longer wait that the service asks for is told to the user instead of sat out."""

_FIRST, _FIRST_THROTTLED, _CAP = 0.25, 1.0, 8.0
_POINTLESS = TlsError | Redirected | AnswerTooLarge | SearchQuotaExceeded


def may_repeat(operation: Operation, outcome: Outcome) -> bool:
    """Whether sending the same request again by itself can help and cannot harm.

    A refusal stays a refusal, a wrong certificate stays wrong, a used-up quota stays used up.
    Whatever else failed may go again only if the table says that it is harmless.
    """
    if not operation.repeat or isinstance(outcome.error, _POINTLESS):
        return False
    if outcome.fate is Fate.THROTTLED:
        return _asked_for(outcome) <= LONGEST_WAIT
    return outcome.fate in (Fate.NOT_SENT, Fate.UNKNOWN)


def pause(tries: int, outcome: Outcome, rng: random.Random) -> float:
    """Seconds before the next try, after `tries` that failed.

    Full jitter: anything from nothing to a bound that doubles with every try, so that many
    clients do not come back together; never less than what the service asked for.
    """
    first = _FIRST_THROTTLED if outcome.fate is Fate.THROTTLED else _FIRST
    jitter = rng.uniform(0.0, min(_CAP, first * 2.0 ** (tries - 1)))
    return max(jitter, _asked_for(outcome))


def _asked_for(outcome: Outcome) -> float:
    error = outcome.error
    return (error.retry_after or 0.0) if isinstance(error, RateLimited) else 0.0


class RetryBudget:
    """Retries of all requests together: a service in trouble is not hammered."""

    def __init__(self, tokens: float = 10.0, refund: float = 0.1) -> None:
        self.tokens = tokens
        self._most = tokens
        self._refund = refund

    def spend(self) -> bool:
        """Take one token; False when there is none left."""
        if self.tokens < 1.0:
            return False
        self.tokens -= 1.0
        return True

    def succeeded(self) -> None:
        """A tenth of a token comes back for each success."""
        self.tokens = min(self._most, self.tokens + self._refund)
