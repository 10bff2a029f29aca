"""Who may be sent again, and when."""

from __future__ import annotations

import random

from vasttui.api.operations import Operation
from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import (
    AnswerTooLarge,
    RateLimited,
    Redirected,
    SearchQuotaExceeded,
    TlsError,
)

TRIES = 3
_FIRST, _CAP = 0.25, 8.0


def may_repeat(operation: Operation, outcome: Outcome) -> bool:
    """Whether sending the same request again can help and cannot harm.

    A refusal stays a refusal, a wrong certificate stays wrong, a used-up quota stays used up.
    A request that never left may always go again; one whose fate is unknown only if the table
    says that it is harmless.
    """
    if isinstance(outcome.error, TlsError | Redirected | AnswerTooLarge | SearchQuotaExceeded):
        return False
    if outcome.fate is Fate.NOT_SENT:
        return operation.reads or operation.repeat
    return outcome.fate in (Fate.UNKNOWN, Fate.THROTTLED) and operation.repeat


def pause(tries: int, outcome: Outcome, rng: random.Random) -> float:
    """Seconds before the next try: full jitter, or what the service asked for if that is longer."""
    jitter = rng.uniform(0.0, min(_CAP, _FIRST * 2.0**tries))
    error = outcome.error
    if isinstance(error, RateLimited) and error.retry_after is not None:
        return max(jitter, error.retry_after)
    return jitter


class RetryBudget:
    """Retries of all requests together: a service in trouble is not hammered."""

    def __init__(self, tokens: float = 10.0) -> None:
        self._most = tokens
        self._tokens = tokens

    def spend(self) -> bool:
        """Take one token; False when there is none left."""
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    def succeeded(self) -> None:
        """A tenth of a token comes back for each success."""
        self._tokens = min(self._most, self._tokens + 0.1)
