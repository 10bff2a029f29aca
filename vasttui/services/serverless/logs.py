"""Logs of endpoints and worker groups (docs: "get endpoint logs")."""

from __future__ import annotations

from vasttui.models.serverless_log import LEVELS, TAIL, ServerlessLog
from vasttui.services.serverless.client import LiveService

EVERY = 15.0
"""Seconds between two readings while a log is followed."""


class ServerlessLogs:
    """The log of one endpoint or, with `group`, of one of its groups. A Feed reads it."""

    def __init__(self, live: LiveService, number: int, *, group: bool = False) -> None:
        self._live, self._number, self._group = live, number, group

    async def read(self) -> tuple[ServerlessLog]:
        """The last lines of every level. Raises VastError."""
        ask = self._live.group_log if self._group else self._live.endpoint_log
        return (await ask(self._number, TAIL),)


def log_lines(log: ServerlessLog, level: str) -> tuple[str, ...]:
    """The lines to show for a level, or a sentence on why there are none."""
    if log.said:
        return (f"The service says: “{log.said}”.",)
    lines = log.at(level)
    if lines is None:
        return (f"The service sent no log of the level {LEVELS.get(level, level)}.",)
    return lines or ("Nothing was logged.",)
