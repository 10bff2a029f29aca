"""What the answer to an action means, and whether the request may be sent again at once."""

from __future__ import annotations

import random
from dataclasses import dataclass

from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import CONFLICT, NotFound, RateLimited, ReadOnlyRefused, Rejected, TlsError
from vasttui.services.actions.kinds import Action
from vasttui.services.actions.state import Step

SENDS = 2
"""Requests of an absolute action that reach the service, at most."""

TRIES = 3
"""Tries to reach the service."""

_LONGEST_THROTTLE = 60.0
_UNKNOWN_THROTTLE = 12.0
_FIRST_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What follows from an answer: `CHECKING` goes on, any other `step` is the end.

    `fate` is that of the whole action: UNKNOWN while an earlier request may have taken effect.
    `refusal` is what to say if it did not take effect; `missing`: the service cannot find the
    instance.
    """

    step: Step
    sentence: str
    fate: Fate
    refusal: str = ""
    missing: bool = False


def interpret(outcome: Outcome, action: Action, *, doubted: bool) -> Answer:
    """What an answer means; `doubted`: an earlier request had no clear answer."""
    fate, error = outcome.fate, outcome.error
    words = error.sentence if error is not None else ""
    about_it = action.aspect != "increase"
    if fate is Fate.OK:
        return Answer(Step.CHECKING, "accepted; waiting for it to take effect", fate)
    if fate is Fate.UNKNOWN and action.absolute:
        return Answer(Step.CHECKING, "no clear answer; checking whether it took effect", fate)
    if fate is Fate.UNKNOWN:
        text = "unconfirmed: watching its state. It is not sent again"
        return Answer(Step.CHECKING, text, fate)
    if about_it and isinstance(error, NotFound):
        text = "Vast.ai cannot find it; checking the list"
        return Answer(Step.CHECKING, text, fate, missing=True)
    if about_it and isinstance(error, Rejected) and error.status == CONFLICT:
        text = f"{words} Checking whether it took effect"
        return Answer(Step.CHECKING, text, Fate.UNKNOWN, refusal=words)
    if fate in (Fate.NOT_SENT, Fate.THROTTLED) and doubted:
        text = f"{words} Checking whether the first request took effect"
        return Answer(Step.CHECKING, text, Fate.UNKNOWN)
    if fate is Fate.NOT_SENT:
        words = f"not sent, nothing was changed: {words}"
    elif fate is Fate.THROTTLED:
        words = f"nothing was changed: {words} Try again later."
    return Answer(Step.REFUSED, words, fate)


def resend_pause(
    outcome: Outcome, action: Action, sends: int, tries: int, rng: random.Random
) -> float | None:
    """Seconds until it is sent again, if certainly nothing was done; None if it is not. `sends`
    requests have reached the service, after `tries` in a row."""
    error = outcome.error
    if outcome.fate is Fate.THROTTLED and sends < SENDS:
        named = error.retry_after if isinstance(error, RateLimited) else None
        seconds = _UNKNOWN_THROTTLE if named is None else named
        return seconds if seconds <= _LONGEST_THROTTLE else None
    if outcome.fate is not Fate.NOT_SENT or isinstance(error, TlsError | ReadOnlyRefused):
        return None
    if not action.persists or tries >= TRIES:
        return None
    return rng.uniform(_FIRST_PAUSE, _FIRST_PAUSE * 2.0**tries)
