"""Waits until an instance is in a state, or cannot get there by itself."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum
from typing import Literal

from vasttui.clock import Clock
from vasttui.errors import BrokenAnswer, NetworkError, NoSuchInstance, RateLimited, VastError
from vasttui.models.instance import Instance, InstanceList
from vasttui.models.status import Phase, phase_of
from vasttui.services.backoff import retry_in
from vasttui.services.fleet.client import InstanceReadings
from vasttui.services.fleet.find import find_instance

Goal = Literal["running", "stopped", "gone", "login"]
"""What is waited for; `login` is running, and ssh gets in."""

SETTLING, STEADY = 5.0, 15.0
"""Seconds between readings: while it changes, and else."""

DOUBT = 20.0
"""Seconds for which it must be seen halted at first: right after a start was accepted it looks the
same, and a new one may not be listed yet."""

PATIENCE = 300.0
"""Seconds without an answer of the service after which it is given up."""

_HALTED = frozenset({Phase.STOPPED, Phase.EXITED, Phase.FAILED, Phase.FROZEN})
_DEAD_ENDS: Mapping[Goal, frozenset[Phase]] = {
    "running": _HALTED,
    "login": _HALTED,
    "stopped": frozenset({Phase.EXITED, Phase.FAILED}),
    "gone": frozenset(),
}
"""Where it does not go on to the goal by itself. Outbid, it runs again when the price falls."""


class Arrival(Enum):
    """How the wait ended."""

    REACHED = "reached"
    NEVER = "never"
    TIMED_OUT = "timed out"


class CannotLogIn(VastError):
    """It takes no logins at all."""


LogIn = Callable[[Instance], Awaitable[str]]
"""Tries to log in; why it failed, empty if it worked. Raises CannotLogIn."""

_Look = tuple[Arrival | None, float]
"""How it ended, if it has, and else in how many seconds to look again."""


class Wait:
    """Waits for one instance; `tell` gets a line whenever there is news."""

    def __init__(
        self,
        api: InstanceReadings,
        called: str,
        goal: Goal,
        *,
        clock: Clock,
        rng: random.Random,
        tell: Callable[[str], None],
        log_in: LogIn,
    ) -> None:
        self._api, self._called, self._goal = api, called, goal
        self._clock, self._rng, self._tell, self._log_in = clock, rng, tell, log_in
        self._id: int | None = None
        self._name = called
        self._phase: Phase | None = None
        self._absent: NoSuchInstance | None = None
        self._doubted_at: float | None = None
        self._went_on = False
        self._told = ""
        self._failures, self._failing_since = 0, 0.0

    async def until(self, seconds: float | None) -> Arrival:
        """Wait that long at most. Raises VastError: the key is refused, no such instance, no answer
        of the service for long or at the end."""
        started = self._clock.monotonic()
        while True:
            failed: VastError | None = None
            arrival: Arrival | None = None
            try:
                arrival, pause = await self._look()
            except VastError as error:
                pause, failed = self._after(error), error
            if arrival is not None:
                return arrival
            if seconds is not None:
                left = seconds - (self._clock.monotonic() - started)
                if left <= 0:
                    return self._time_is_up(failed)
                pause = min(pause, left)
            await self._clock.sleep(pause)

    def _time_is_up(self, failed: VastError | None) -> Arrival:
        error = failed or self._absent
        if error is not None:
            raise error
        return Arrival.TIMED_OUT

    async def _look(self) -> _Look:
        listed = await self._api.list()
        self._failures = 0
        instance = self._find(listed)
        if instance is None:
            return self._missing(listed)
        self._id, self._name = instance.id, instance.name
        phase = self._phase = phase_of(instance, self._phase)
        words = f"{self._name} {phase.clause}"
        if phase in _DEAD_ENDS[self._goal]:
            if self._went_on or self._doubt_is_over():
                return self._end(Arrival.NEVER, f"{words}: it does not go on by itself")
            return self._go_on(words, SETTLING)
        self._doubted_at, self._went_on = None, True
        if self._goal == phase.value:
            return self._end(Arrival.REACHED, words)
        if self._goal == "login" and phase is Phase.RUNNING:
            return await self._try_login(instance, words)
        return self._go_on(words, SETTLING if phase.traits.settles else STEADY)

    async def _try_login(self, instance: Instance, words: str) -> _Look:
        try:
            why = await self._log_in(instance)
        except CannotLogIn as error:
            return self._end(Arrival.NEVER, str(error))
        if why:
            return self._go_on(f"{words}. No login yet: {why}", SETTLING)
        return self._end(Arrival.REACHED, f"{words}, and ssh gets in")

    def _find(self, listed: InstanceList) -> Instance | None:
        if self._id is not None:
            return next((one for one in listed.instances if one.id == self._id), None)
        try:
            self._absent, found = None, find_instance(listed, self._called)
        except NoSuchInstance as error:
            is_id = self._called.isdecimal()
            may_come = is_id and (self._goal == "gone" or not self._doubt_is_over())
            if not may_come:
                raise
            self._absent = error
            return None
        return found

    def _missing(self, listed: InstanceList) -> _Look:
        """It is not in the list, which tells that it is gone only if all of it could be read."""
        if listed.bad:
            return self._go_on(f"{self._name} may be one of those that cannot be read", STEADY)
        if self._goal == "gone":
            return self._end(Arrival.REACHED, f"{self._name} is gone")
        if self._id is not None:
            return self._end(Arrival.NEVER, f"{self._name} is gone")
        return self._go_on(f"{self._name} is not listed yet", SETTLING)

    def _doubt_is_over(self) -> bool:
        now = self._clock.monotonic()
        if self._doubted_at is None:
            self._doubted_at = now
        return now - self._doubted_at >= DOUBT

    def _end(self, arrival: Arrival, words: str) -> _Look:
        self._say(words)
        return arrival, 0.0

    def _go_on(self, words: str, pause: float) -> _Look:
        self._say(words)
        return None, pause

    def _say(self, words: str) -> None:
        if words != self._told:
            self._told = words
            self._tell(words)

    def _after(self, error: VastError) -> float:
        """Seconds until the next try. Raises the error if there is none."""
        now = self._clock.monotonic()
        self._failing_since = self._failing_since if self._failures else now
        self._failures += 1
        pause = retry_in(error, self._failures, self._rng, self._clock.now())
        passes = isinstance(error, NetworkError | BrokenAnswer | RateLimited)
        if not passes or pause is None or now - self._failing_since > PATIENCE:
            raise error
        self._say(f"{error} It is tried again.")
        return pause
