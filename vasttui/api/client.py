"""The client: one object for each resource of the service, over one engine."""

from __future__ import annotations

import random
from collections import deque

import httpx

from vasttui.api.account import AccountClient
from vasttui.api.api_keys import ApiKeysClient
from vasttui.api.backups import BackupsClient
from vasttui.api.billing import BillingClient
from vasttui.api.deposits import DepositsClient
from vasttui.api.engine import Engine
from vasttui.api.instances import InstancesClient
from vasttui.api.live import LiveClient
from vasttui.api.machines import MachinesClient
from vasttui.api.metrics import MetricsClient
from vasttui.api.offers import OffersClient
from vasttui.api.origin import identity_of, parse_origin
from vasttui.api.price_increases import PriceIncreasesClient
from vasttui.api.result_files import ResultFiles
from vasttui.api.scheduled_jobs import ScheduledJobsClient
from vasttui.api.serverless import DeploymentsClient, EndpointsClient, WorkerGroupsClient
from vasttui.api.ssh_keys import SshKeysClient
from vasttui.api.templates import TemplatesClient
from vasttui.api.transfers import TransfersClient
from vasttui.api.transport import OnAnswer, Transport
from vasttui.api.variables import VariablesClient
from vasttui.api.volumes import VolumesClient
from vasttui.api.worker_calls import WorkerCalls
from vasttui.clock import Clock
from vasttui.errors import KeyFileError
from vasttui.models.exchange import Exchange
from vasttui.models.secret import is_api_key

_REMEMBERED = 100


class Exchanges:
    """The last requests. Reads are many: they push out no change."""

    def __init__(self) -> None:
        self._number = 0
        self._kept: dict[bool, deque[tuple[int, Exchange]]] = {
            reads: deque(maxlen=_REMEMBERED) for reads in (True, False)
        }

    def add(self, exchange: Exchange) -> None:
        """Keep it."""
        self._number += 1
        self._kept[exchange.reads].append((self._number, exchange))

    @property
    def all(self) -> tuple[Exchange, ...]:
        """All that are kept, oldest first."""
        kept = sorted((*self._kept[True], *self._kept[False]), key=lambda one: one[0])
        return tuple(exchange for _, exchange in kept)


class VastClient:
    """The API by resource."""

    def __init__(
        self,
        engine: Engine,
        live: Engine,
        files: ResultFiles,
        workers: WorkerCalls,
        exchanges: Exchanges,
        identity: str,
    ) -> None:
        """`live` asks the live side of serverless. `identity` is a digest of the service's address
        and the key, empty without a key."""
        self.identity = identity
        self.account = AccountClient(engine)
        self.api_keys = ApiKeysClient(engine)
        self.backups = BackupsClient(engine)
        self.billing = BillingClient(engine)
        self.deployments = DeploymentsClient(engine)
        self.deposits = DepositsClient(engine)
        self.endpoints = EndpointsClient(engine)
        self.instances = InstancesClient(engine, files)
        self.live = LiveClient(live)
        self.machines = MachinesClient(engine)
        self.metrics = MetricsClient(engine)
        self.offers = OffersClient(engine)
        self.price_increases = PriceIncreasesClient(engine)
        self.scheduled_jobs = ScheduledJobsClient(engine)
        self.ssh_keys = SshKeysClient(engine)
        self.templates = TemplatesClient(engine)
        self.transfers = TransfersClient(engine)
        self.variables = VariablesClient(engine)
        self.volumes = VolumesClient(engine)
        self.worker_groups = WorkerGroupsClient(engine)
        self.workers = workers
        self._engine, self._live, self._files, self._exchanges = engine, live, files, exchanges

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The last 100 reads and the last 100 changes, oldest first, without the key."""
        return self._exchanges.all

    def force(self) -> None:
        """Make the next request even if the service was down, because the user asks."""
        self._engine.breaker.force()
        self._live.breaker.force()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._engine.transport.aclose()
        await self._live.transport.aclose()
        await self._files.aclose()
        await self.workers.aclose()


def open_client(
    address: str,
    key: str | None,
    *,
    clock: Clock,
    rng: random.Random,
    transport: httpx.AsyncBaseTransport | None = None,
    read_only: bool = False,
    documented_limits: bool | None = None,
    on_answer: OnAnswer | None = None,
) -> VastClient:
    """A client of the service at `address`; `transport` replaces the network, `on_answer` sees the
    body of every answer.

    `documented_limits` keeps the documented intervals between requests; None does so unless the
    service is local. Raises SettingsError for an unsafe address, KeyFileError for an invalid key.
    """
    if key is not None and not is_api_key(key):
        raise KeyFileError("That is not a valid API key.")
    exchanges = Exchanges()
    origin = parse_origin(address)
    wire, live = (
        Transport(
            one,
            key,
            clock=clock,
            on_exchange=exchanges.add,
            on_answer=on_answer,
            inner=transport,
            read_only=read_only,
        )
        for one in (origin, origin.live)
    )
    local = origin.is_loopback or transport is not None
    limits = not local if documented_limits is None else documented_limits
    engine = Engine(wire, clock, rng, documented_limits=limits)
    files = ResultFiles(origin, clock, inner=transport)
    workers = WorkerCalls(
        origin, clock, on_exchange=exchanges.add, inner=transport, read_only=read_only
    )
    return VastClient(
        engine, engine.beside(live), files, workers, exchanges, identity_of(f"{origin}", key)
    )
