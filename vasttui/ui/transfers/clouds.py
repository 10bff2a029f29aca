"""The account's connections to clouds, read when one is wanted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from vasttui.errors import VastError
from vasttui.models.account import Connection

_NONE = "There is no connection: they are made on the web, under Settings."


class Clouds:
    """The connections as they were read last. `problem` says why there is none."""

    def __init__(
        self,
        read: Callable[[], Awaitable[Sequence[Connection]]],
        before: Sequence[Connection] = (),
    ) -> None:
        """`before` are those of an earlier reading: their names are known at once."""
        self._read = read
        self.all = before
        self.problem = "The connections are being read…"
        self.is_wanted = True

    async def read(self) -> None:
        """Read them, once until it has failed."""
        self.is_wanted = False
        try:
            self.all = await self._read()
        except VastError as error:
            self.problem, self.is_wanted = f"{error}", False
        else:
            self.problem = "" if self.all else _NONE
