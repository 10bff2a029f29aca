"""The rate that all requests share (recorded answer: HTTP 429 with `limit: 5.0`; see limits.py)."""

from __future__ import annotations

from collections import deque

from msgspec import Struct

from vasttui.clock import Clock

WINDOW = 11.0
"""Seconds. The service was seen to allow about 5 requests of all kinds in 10 s; one more, because
they take different times to get there, and a poll comes again when the one before is over."""

MOST, MOST_PATIENT = 5, 4
"""Patient requests in a window: none beyond `MOST` of all kinds, nor beyond `MOST_PATIENT`."""

LEAST_PATIENT = 2
"""Patient requests that a window has room for whatever else is sent."""


class _Sent(Struct, frozen=True):
    at: float
    patient: bool


class SharedRate:
    """Counts every request, and lets only the patient ones wait, so that they delay no other."""

    def __init__(self, clock: Clock, *, documented: bool = True) -> None:
        """Without the `documented` rate (a simulator) only `close` slows it down."""
        self._clock, self._documented = clock, documented
        self._sent: deque[_Sent] = deque()
        self._waiting: set[int] = set()
        self._tickets = 0
        self._closed_until = 0.0

    def ticket(self) -> int:
        """A number for a request that begins to wait."""
        self._tickets += 1
        return self._tickets

    async def turn(self, ticket: int) -> None:
        """Return when a patient request may be sent. The newest goes first: the user looks at what
        was asked for last."""
        self._waiting.add(ticket)
        try:
            while (seconds := self._wait(sum(other > ticket for other in self._waiting))) > 0:
                await self._clock.sleep(seconds)
        finally:
            self._waiting.remove(ticket)

    def sent(self, *, patient: bool) -> None:
        """Count a request."""
        self._sent.append(_Sent(self._clock.monotonic(), patient))

    def close(self, seconds: float) -> None:
        """The service refused a request without naming its kind: patient ones pause so long, and
        no longer than a window."""
        until = self._clock.monotonic() + min(seconds, WINDOW)
        self._closed_until = max(self._closed_until, until)

    def _wait(self, ahead: int) -> float:
        """Seconds until there is room for `ahead` patient requests and one more."""
        now = self._clock.monotonic()
        pause = max(0.0, self._closed_until - now)
        if not self._documented:
            return pause
        while self._sent and self._sent[0].at <= now - WINDOW:
            self._sent.popleft()
        everything = [one.at for one in self._sent]
        patient = [one.at for one in self._sent if one.patient]
        room = max(
            _free_at(patient, MOST_PATIENT, ahead, now),
            min(
                _free_at(everything, MOST, ahead, now),
                _free_at(patient, LEAST_PATIENT, ahead, now),
            ),
        )
        return max(pause, room - now)


def _free_at(sent: list[float], most: int, ahead: int, now: float) -> float:
    """When so many more than `ahead` may be sent, if a window has room for `most`."""
    over = len(sent) + ahead + 1 - most
    if over <= 0:
        return now
    return (sent[over - 1] if over <= len(sent) else now) + WINDOW
