"""The logs that were fetched: the service hands them out on request, not as a stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.log import LogRequest, TextAnswer

FOLLOW_EVERY = 15.0
"""Seconds between two fetches while a log is followed."""

_KEPT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One log as it was last fetched.

    `as_of` (monotonic seconds) is when that was asked for, None before the first answer. An
    `error` leaves the lines as they were. `cut` says that older lines were dropped. `wanted` is
    what the lines are an answer to, or what was asked for, while there are none.
    """

    instance_id: int
    wanted: LogRequest
    lines: tuple[str, ...] = ()
    cut: bool = False
    as_of: float | None = None
    fetching: bool = False
    error: VastError | None = None


class LogSource(Protocol):
    """What is asked of the service."""

    async def logs(self, instance_id: int, request: LogRequest) -> TextAnswer:
        """The end of a log. Raises VastError."""


class LogWatch:
    """Fetches logs, keeps the last of each instance and tells of every change."""

    def __init__(self, api: LogSource, clock: Clock, publish: Callable[[Log], None]) -> None:
        self._api, self._clock, self._publish = api, clock, publish
        self._logs: dict[tuple[int, bool], Log] = {}

    def get(self, instance_id: int, *, daemon: bool) -> Log | None:
        """The container's log, or with `daemon` the host's, as it was last fetched."""
        return self._logs.get((instance_id, daemon))

    async def fetch(self, instance_id: int, wanted: LogRequest) -> None:
        """Fetch a log once; while it is being fetched already, nothing is sent."""
        key = instance_id, wanted.daemon
        known = self._logs.get(key) or Log(instance_id=instance_id, wanted=wanted)
        if known.fetching:
            return
        self._keep(key, replace(known, fetching=True))
        asked_at = self._clock.monotonic()
        log = known
        try:
            answer = await self._api.logs(instance_id, wanted)
            log = Log(
                instance_id=instance_id, wanted=wanted, lines=answer.lines, cut=answer.cut,
                as_of=asked_at,
            )  # fmt: skip
        except VastError as error:
            log = replace(known, error=error)
        finally:
            self._keep(key, replace(log, fetching=False))

    async def follow(self, instance_id: int, wanted: LogRequest) -> None:
        """Fetch a log again and again, until cancelled."""
        while True:
            await self.fetch(instance_id, wanted)
            await self._clock.sleep(FOLLOW_EVERY)

    def _keep(self, key: tuple[int, bool], log: Log) -> None:
        self._logs.pop(key, None)
        self._logs[key] = log
        for old in list(self._logs)[:-_KEPT]:
            del self._logs[old]
        self._publish(log)
