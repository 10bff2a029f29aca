"""Makes a change and confirms it by reading the list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from msgspec import Struct

from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import Clock
from vasttui.errors import CONFLICT, RateLimited, TlsError, Unconfirmed, VastError

UNNAMED_WAIT = 12.0
"""Seconds to wait after HTTP 429 if the service does not say how long."""

LONGEST_WAIT = 30.0

_BETWEEN = 2.0


class ConfirmedWrite(Struct, frozen=True):
    """One change. It may be sent twice where the second request has no further effect; where it
    has one, `sends` is 1.

    `is_done` reads whether the list shows it and may raise VastError; `unseen` is the error if the
    service accepted it but the list does not show it; `tries` is how often to try to connect.
    After an unknown outcome the list is read `readings` times, `between` s apart.
    """

    send: Callable[[], Awaitable[Outcome]]
    is_done: Callable[[], Awaitable[bool]]
    unseen: VastError
    tries: int = 1
    sends: int = 2
    readings: int = 3
    between: float = 2.0

    async def make(self, clock: Clock) -> bool:
        """Send it and confirm it; whether it changed anything, as far as is known. Raises VastError
        if that fails, Unconfirmed if nobody can say whether it was done."""
        for number in range(self.sends):
            is_last = number == self.sends - 1
            outcome = await self._reach(clock)
            if outcome.fate is Fate.THROTTLED:
                await self._wait_out(outcome, clock, is_last)
                continue
            if outcome.fate is Fate.NOT_SENT:
                outcome.unwrap()
            if await self._shows(outcome, clock):
                return outcome.fate is not Fate.REJECTED or number > 0
            if outcome.fate is Fate.OK:
                raise self.unseen
            if is_last and outcome.fate is Fate.UNKNOWN:
                raise Unconfirmed(f"{outcome.error}") from outcome.error
            if is_last or (outcome.fate is Fate.REJECTED and outcome.status != CONFLICT):
                outcome.unwrap()
        raise self.unseen

    async def _reach(self, clock: Clock) -> Outcome:
        for _ in range(self.tries - 1):
            outcome = await self.send()
            if outcome.fate is not Fate.NOT_SENT or isinstance(outcome.error, TlsError):
                return outcome
            await clock.sleep(_BETWEEN)
        return await self.send()

    async def _wait_out(self, outcome: Outcome, clock: Clock, is_last: bool) -> None:
        error = outcome.error
        named = error.retry_after if isinstance(error, RateLimited) else None
        wait = UNNAMED_WAIT if named is None else named
        if is_last or wait > LONGEST_WAIT:
            outcome.unwrap()
        await clock.sleep(wait)

    async def _shows(self, outcome: Outcome, clock: Clock) -> bool:
        """Whether the list shows it, read once or more. Raises if the last reading fails."""
        readings = 1 if outcome.fate is Fate.REJECTED else self.readings
        for turn in range(readings):
            if turn:
                await clock.sleep(self.between)
            try:
                if await self.is_done():
                    return True
            except VastError as error:
                if turn == readings - 1:
                    raise self._unread(outcome, error) from error
        return False

    @staticmethod
    def _unread(outcome: Outcome, error: VastError) -> VastError:
        if outcome.fate is Fate.REJECTED and outcome.error is not None:
            return outcome.error
        return VastError(
            f"It was sent, but the list could not be read: {error}",
            hint="Check the list before you send it again.",
        )
