"""The address of the router and the autoscaler, which is not that of the account (client 1.9.1
`api/endpoints.py`, `_get_autoscaler_base_url`)."""

from __future__ import annotations

from vasttui.clock import Clock
from vasttui.simulator.http.wire import Reply, Request, error_reply
from vasttui.simulator.world import World

HOST = "run.vast.ai"
"""Its name in the service."""


class LiveSide:
    """Answers what is not below `/api/`. The world answers all of it under its own address, too, as
    the official client asks a server that is not the service's."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def clock(self) -> Clock:
        """The world's."""
        return self._world.clock

    def handle(self, request: Request) -> Reply:
        """The answer to one request."""
        if request.path.startswith("/api/"):
            return error_reply(404, "not_found", "No such path.")
        return self._world.handle(request)
