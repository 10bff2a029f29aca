"""The client: one object for each resource of the service, over one line. Those that most runs of
the program do not ask for are loaded when they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, ParamSpec

from vasttui.api.account import AccountClient
from vasttui.api.billing import BillingClient
from vasttui.api.instances import InstancesClient
from vasttui.api.line import Line, open_line
from vasttui.api.machines import MachinesClient
from vasttui.api.offers import OffersClient
from vasttui.api.price_increases import PriceIncreasesClient
from vasttui.api.result_files import ResultFiles
from vasttui.api.scheduled_jobs import ScheduledJobsClient
from vasttui.models.exchange import Exchange

if TYPE_CHECKING:
    from vasttui.api.api_keys import ApiKeysClient
    from vasttui.api.backups import BackupsClient
    from vasttui.api.deposits import DepositsClient
    from vasttui.api.live import LiveClient
    from vasttui.api.metrics import MetricsClient
    from vasttui.api.serverless import DeploymentsClient, EndpointsClient, WorkerGroupsClient
    from vasttui.api.ssh_keys import SshKeysClient
    from vasttui.api.templates import TemplatesClient
    from vasttui.api.transfers import TransfersClient
    from vasttui.api.variables import VariablesClient
    from vasttui.api.volumes import VolumesClient
    from vasttui.api.worker_calls import WorkerCalls

_Asked = ParamSpec("_Asked")


class VastClient:
    """The API by resource."""

    def __init__(self, line: Line) -> None:
        self._line = line
        engine, clock = line.engine, line.engine.clock
        self._files = ResultFiles(line.origin, clock, inner=line.inner)
        self.identity = line.identity
        self.account = AccountClient(engine)
        self.billing = BillingClient(engine)
        self.instances = InstancesClient(engine, self._files)
        self.machines = MachinesClient(engine)
        self.offers = OffersClient(engine)
        self.price_increases = PriceIncreasesClient(engine)
        self.scheduled_jobs = ScheduledJobsClient(engine)

    @cached_property
    def api_keys(self) -> ApiKeysClient:
        """API keys of the account."""
        # start-up: not asked for yet
        from vasttui.api.api_keys import ApiKeysClient

        return ApiKeysClient(self._line.engine)

    @cached_property
    def backups(self) -> BackupsClient:
        """Backups made by Vast.ai."""
        # start-up: not asked for yet
        from vasttui.api.backups import BackupsClient

        return BackupsClient(self._line.engine)

    @cached_property
    def deployments(self) -> DeploymentsClient:
        """Serverless deployments."""
        # start-up: not asked for yet
        from vasttui.api.serverless import DeploymentsClient

        return DeploymentsClient(self._line.engine)

    @cached_property
    def deposits(self) -> DepositsClient:
        """What is paid ahead for instances."""
        # start-up: not asked for yet
        from vasttui.api.deposits import DepositsClient

        return DepositsClient(self._line.engine)

    @cached_property
    def endpoints(self) -> EndpointsClient:
        """Serverless endpoints."""
        # start-up: not asked for yet
        from vasttui.api.serverless import EndpointsClient

        return EndpointsClient(self._line.engine)

    @cached_property
    def live(self) -> LiveClient:
        """The router and the autoscaler of serverless endpoints."""
        # start-up: not asked for yet
        from vasttui.api.live import LiveClient

        return LiveClient(self._line.live)

    @cached_property
    def metrics(self) -> MetricsClient:
        """Vast.ai's own figures of the market, for hosts."""
        # start-up: not asked for yet
        from vasttui.api.metrics import MetricsClient

        return MetricsClient(self._line.engine)

    @cached_property
    def ssh_keys(self) -> SshKeysClient:
        """SSH keys of the account and of instances."""
        # start-up: not asked for yet
        from vasttui.api.ssh_keys import SshKeysClient

        return SshKeysClient(self._line.engine)

    @cached_property
    def templates(self) -> TemplatesClient:
        """Templates to rent with."""
        # start-up: not asked for yet
        from vasttui.api.templates import TemplatesClient

        return TemplatesClient(self._line.engine)

    @cached_property
    def transfers(self) -> TransfersClient:
        """Copies between instances and volumes."""
        # start-up: not asked for yet
        from vasttui.api.transfers import TransfersClient

        return TransfersClient(self._line.engine)

    @cached_property
    def variables(self) -> VariablesClient:
        """Environment variables of the account."""
        # start-up: not asked for yet
        from vasttui.api.variables import VariablesClient

        return VariablesClient(self._line.engine)

    @cached_property
    def volumes(self) -> VolumesClient:
        """Volumes of the account, and room for new ones."""
        # start-up: not asked for yet
        from vasttui.api.volumes import VolumesClient

        return VolumesClient(self._line.engine)

    @cached_property
    def worker_groups(self) -> WorkerGroupsClient:
        """Worker groups of serverless endpoints."""
        # start-up: not asked for yet
        from vasttui.api.serverless import WorkerGroupsClient

        return WorkerGroupsClient(self._line.engine)

    @cached_property
    def workers(self) -> WorkerCalls:
        """Requests to workers themselves."""
        # start-up: not asked for yet
        from vasttui.api.worker_calls import WorkerCalls

        line = self._line
        return WorkerCalls(
            line.origin, line.engine.clock, on_exchange=line.exchanges.add, inner=line.inner,
            read_only=line.read_only,
        )  # fmt: skip

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
        if "workers" in vars(self):
            await self.workers.aclose()


def _over(opened: Callable[_Asked, Line]) -> Callable[_Asked, VastClient]:
    def opened_client(*args: _Asked.args, **options: _Asked.kwargs) -> VastClient:
        return VastClient(opened(*args, **options))

    return opened_client


open_client = _over(open_line)
"""A client over a new line: what it takes and raises is said there."""
