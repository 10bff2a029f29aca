"""The service, or the simulated one, for a command that draws no screen."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from vasttui.api.client import VastClient, open_client
from vasttui.api.origin import OFFICIAL
from vasttui.cli.options import world_options
from vasttui.clock import Clock, ServiceClock, SystemClock
from vasttui.endpoint import Service, check_surroundings, find_service
from vasttui.errors import NotSignedIn
from vasttui.paths import Paths, user_paths
from vasttui.services.system.credentials import forget_environment
from vasttui.settings import Settings, load_settings
from vasttui.streams import tell

_DEMO_ADDRESS = "http://127.0.0.1"
_DEMO_KEY = "the-demo-needs-no-key"
_UNLIMITED, _ALLOWED = 600.0, 10.0
"""Searches per minute, of a service on this computer and of any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What a command works with. `paths` is None in the demo, which uses no files."""

    client: VastClient
    clock: Clock
    rng: random.Random
    settings: Settings
    paths: Paths | None
    has_key: bool
    searches_per_minute: float

    @property
    def demo(self) -> bool:
        """Whether there is nothing behind it."""
        return self.paths is None

    def need_key(self) -> None:
        """Raises NotSignedIn without a key."""
        if not self.has_key:
            error = NotSignedIn()
            error.hint = "Set VAST_API_KEY, name a file with --key-file, or press K in vasttui."
            raise error


def with_service(options: argparse.Namespace, task: Callable[[Connection], Awaitable[int]]) -> int:
    """Do the work of a command and return its exit code. Raises VastError."""
    connection = _simulated(options) if options.demo else _real(options)

    async def until_done() -> int:
        try:
            return await task(connection)
        finally:
            await connection.client.aclose()

    return asyncio.run(until_done())


def _real(options: argparse.Namespace) -> Connection:
    service = find_service(os.environ, Path.home(), options.key_file)
    check_surroundings(service)
    paths = user_paths()
    settings = load_settings(paths.settings_file)
    forget_environment(os.environ)
    _warn(service)
    clock, rng = ServiceClock(SystemClock()), _spread()
    key = service.credential.key if service.credential else None
    client = open_client(
        str(service.origin), key, clock=clock, rng=rng, read_only=options.read_only
    )
    return Connection(
        client=client, clock=clock, rng=rng, settings=settings, paths=paths,
        has_key=key is not None,
        searches_per_minute=_UNLIMITED if service.origin.is_loopback else _ALLOWED,
    )  # fmt: skip


def _warn(service: Service) -> None:
    if service.credential is not None and service.credential.warning:
        tell(f"vasttui: {service.credential.warning}")
    if str(service.origin) != OFFICIAL:
        tell(f"vasttui: this is not Vast.ai: {service.origin}, set by {service.address_source}")


def _simulated(options: argparse.Namespace) -> Connection:
    # Start-up: the simulator takes 40 ms to import.
    from vasttui.simulator.inprocess import SimulatorTransport
    from vasttui.simulator.world import World, WorldConfig

    clock, rng = ServiceClock(SystemClock()), _spread()
    transport = SimulatorTransport(World(WorldConfig(**world_options(options)), clock))
    client = open_client(
        _DEMO_ADDRESS, _DEMO_KEY, clock=clock, rng=rng, transport=transport,
        read_only=options.read_only,
    )  # fmt: skip
    return Connection(
        client=client, clock=clock, rng=rng, settings=Settings(), paths=None, has_key=True,
        searches_per_minute=_UNLIMITED,
    )  # fmt: skip


def _spread() -> random.Random:
    return random.Random()  # noqa: S311 - spreads requests over time
