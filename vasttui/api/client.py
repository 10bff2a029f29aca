"""The client: one object for each resource of the service, over one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

from vasttui.api.account import AccountClient
from vasttui.api.api_keys import ApiKeysClient
from vasttui.api.backups import BackupsClient
from vasttui.api.billing import BillingClient
from vasttui.api.deposits import DepositsClient
from vasttui.api.instances import InstancesClient
from vasttui.api.line import Line, open_line
from vasttui.api.live import LiveClient
from vasttui.api.machines import MachinesClient
from vasttui.api.metrics import MetricsClient
from vasttui.api.offers import OffersClient
from vasttui.api.price_increases import PriceIncreasesClient
from vasttui.api.result_files import ResultFiles
from vasttui.api.scheduled_jobs import ScheduledJobsClient
from vasttui.api.serverless import DeploymentsClient, EndpointsClient, WorkerGroupsClient
from vasttui.api.ssh_keys import SshKeysClient
from vasttui.api.templates import TemplatesClient
from vasttui.api.transfers import TransfersClient
from vasttui.api.variables import VariablesClient
from vasttui.api.volumes import VolumesClient
from vasttui.api.worker_calls import WorkerCalls
from vasttui.models.exchange import Exchange

_Asked = ParamSpec("_Asked")


class VastClient:
    """The API by resource."""

    def __init__(self, line: Line) -> None:
        self._line = line
        engine, clock = line.engine, line.engine.clock
        self._files = ResultFiles(line.origin, clock, inner=line.inner)
        self.workers = WorkerCalls(
            line.origin, clock, on_exchange=line.exchanges.add, inner=line.inner,
            read_only=line.read_only,
        )  # fmt: skip
        self.identity = line.identity
        self.account = AccountClient(engine)
        self.api_keys = ApiKeysClient(engine)
        self.backups = BackupsClient(engine)
        self.billing = BillingClient(engine)
        self.deployments = DeploymentsClient(engine)
        self.deposits = DepositsClient(engine)
        self.endpoints = EndpointsClient(engine)
        self.instances = InstancesClient(engine, self._files)
        self.live = LiveClient(line.live)
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

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The last 100 reads and the last 100 changes, oldest first, without the key."""
        return self._line.exchanges.all

    def force(self) -> None:
        """Make the next request even if the service was down, because the user asks."""
        self._line.force()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._line.aclose()
        await self._files.aclose()
        await self.workers.aclose()


def _over(opened: Callable[_Asked, Line]) -> Callable[_Asked, VastClient]:
    def opened_client(*args: _Asked.args, **options: _Asked.kwargs) -> VastClient:
        return VastClient(opened(*args, **options))

    return opened_client


open_client = _over(open_line)
"""A client over a new line: what it takes and raises is said there."""
