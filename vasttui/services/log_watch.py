"""Fetches logs, which the service sends on request, not as a stream."""

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
    """One log as last fetched.

    `as_of` (monotonic seconds) is when it was requested, None before the first answer. An `error`
    leaves the lines alone; what failed was requested at `failed_at`. `cut`: older lines are
    missing. `wanted` is the request that the lines answer, or the first one.
    """

    instance_id: int
    wanted: LogRequest
    lines: tuple[str, ...] = ()
    cut: bool = False
    as_of: float | None = None
    fetching: bool = False
    error: VastError | None = None
    failed_at: float | None = None


class LogSource(Protocol):
    """The part of the client that logs use."""

    async def logs(self, instance_id: int, request: LogRequest) -> TextAnswer:
        """The end of a log. Raises VastError."""


class LogWatch:
    """Fetches logs, keeps the last of each instance and publishes every change."""

    def __init__(self, api: LogSource, clock: Clock, publish: Callable[[Log], None]) -> None:
        self._api, self._clock, self._publish = api, clock, publish
        self._logs: dict[tuple[int, bool], Log] = {}

    def get(self, instance_id: int, *, daemon: bool) -> Log | None:
        """The container's log, or with `daemon` the host's, as last fetched."""
        return self._logs.get((instance_id, daemon))

    async def fetch(self, instance_id: int, wanted: LogRequest) -> None:
        """Fetch a log, unless that is under way."""
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
            log = replace(known, error=error, failed_at=asked_at)
        finally:
            self._keep(key, replace(log, fetching=False))

    async def follow(self, instance_id: int, wanted: LogRequest) -> None:
        """Fetch a log every 15 s until cancelled."""
        while True:
            await self.fetch(instance_id, wanted)
            await self._clock.sleep(FOLLOW_EVERY)

    def _keep(self, key: tuple[int, bool], log: Log) -> None:
        self._logs.pop(key, None)
        self._logs[key] = log
        for old in list(self._logs)[:-_KEPT]:
            del self._logs[old]
        self._publish(log)
