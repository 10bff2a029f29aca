"""The client as the screens know it: what the services ask of each resource, and a little more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vasttui.models.audit import AuditEntry
from vasttui.models.backup import Backup, BackupFiles
from vasttui.models.billing import DayCharges, Earnings
from vasttui.models.exchange import Exchange
from vasttui.models.invoice import Invoice
from vasttui.models.log import TextAnswer
from vasttui.models.offer import Offer
from vasttui.models.remake import LaunchSettings
from vasttui.services.account.changes import AccountService, TransferReadings
from vasttui.services.account.profile import ProfileReadings
from vasttui.services.account.second_factor import LoginService
from vasttui.services.actions.context import IncreaseAnswers, InstanceActions
from vasttui.services.api_keys import ApiKeyService
from vasttui.services.fleet.client import (
    AccountReadings,
    ChargeReadings,
    IncreaseReadings,
    InstanceReadings,
)
from vasttui.services.log_watch import LogSource
from vasttui.services.market.walk import OfferSearch
from vasttui.services.memory.market_figures import FiguresService
from vasttui.services.memory.told import MachineService
from vasttui.services.renting.context import OfferLookup, RentedInstances
from vasttui.services.reserving.terms import DepositService
from vasttui.services.serverless.client import ServerlessClient
from vasttui.services.ssh.fixes import KeyService
from vasttui.services.templates import TemplateService
from vasttui.services.timers.jobs import JobService
from vasttui.services.transfers import CopyService
from vasttui.services.variables import VariableService
from vasttui.services.volumes import VolumeService


class Accounts(AccountReadings, AccountService, ProfileReadings, LoginService, Protocol):
    """The account behind the key."""

    async def audit_log(self) -> Sequence[AuditEntry]:
        """What was done with its keys. Raises VastError."""


class Billing(ChargeReadings, TransferReadings, Protocol):
    """Charges, invoices and earnings."""

    async def day(self, day: int) -> DayCharges:
        """Everything charged on one UTC day (days since 1970-01-01). Raises VastError."""

    async def invoices(self, since: float, until: float) -> tuple[Invoice, ...]:
        """What was paid between two times (epoch seconds), newest first. Raises VastError."""

    async def earnings(self, first: int, last: int) -> Earnings:
        """What the account's machines earned from the first to the last UTC day. Raises
        VastError."""


class Instances(InstanceReadings, InstanceActions, RentedInstances, LogSource, Protocol):
    """The account's instances."""

    async def execute(self, instance_id: int, command: str) -> TextAnswer:
        """Run a command once and return what it printed. Raises VastError."""

    async def settings(self, instance_id: int) -> LaunchSettings | None:
        """What an instance is started with, None if it does not exist. Raises VastError."""


class Offers(OfferSearch, OfferLookup, Protocol):
    """The market."""

    async def gpu_names(self) -> tuple[str, ...]:
        """The name of every GPU, sorted. Raises VastError."""

    async def on_machine(
        self, machine_id: int, num_gpus: int, *, disk: float, bid: bool
    ) -> tuple[Offer, ...]:
        """The available offers of so many GPUs of a machine. Raises VastError."""


class PriceIncreases(IncreaseReadings, IncreaseAnswers, Protocol):
    """Increases that wait for an answer."""


class Backups(Protocol):
    """Backups made by Vast.ai."""

    async def list(self) -> tuple[Backup, ...]:
        """All of the account. Raises VastError."""

    async def files(self, contract_id: int) -> BackupFiles:
        """The stored files of an instance or volume. Raises VastError."""


class Searcher(Protocol):
    """What searching the market needs."""

    @property
    def offers(self) -> Offers:
        """The market."""

    def force(self) -> None:
        """The user wants an answer now: do not wait for a service that was down."""

    async def aclose(self) -> None:
        """Close all connections."""


class MarketClient(Searcher, Protocol):
    """The first part of a client."""

    def whole(self) -> Client:
        """The client, over the same connections."""


class Client(ServerlessClient, Searcher, Protocol):
    """The service, resource by resource."""

    @property
    def account(self) -> Accounts:
        """The account and its balance."""

    @property
    def api_keys(self) -> ApiKeyService:
        """API keys of the account."""

    @property
    def billing(self) -> Billing:
        """What was charged."""

    @property
    def deposits(self) -> DepositService:
        """What is paid ahead for instances."""

    @property
    def instances(self) -> Instances:
        """The account's instances."""

    @property
    def machines(self) -> MachineService:
        """Machines as others know them."""

    @property
    def metrics(self) -> FiguresService:
        """Vast.ai's own figures of the market, for hosts."""

    @property
    def price_increases(self) -> PriceIncreases:
        """Pending price increases."""

    @property
    def scheduled_jobs(self) -> JobService:
        """Jobs of Vast.ai's scheduler."""

    @property
    def ssh_keys(self) -> KeyService:
        """SSH keys of the account and of instances."""

    @property
    def templates(self) -> TemplateService:
        """Templates to rent with."""

    @property
    def transfers(self) -> CopyService:
        """Copies between instances and volumes."""

    @property
    def variables(self) -> VariableService:
        """Environment variables of the account."""

    @property
    def volumes(self) -> VolumeService:
        """Volumes of the account, and room for new ones."""

    @property
    def backups(self) -> Backups:
        """Backups made by Vast.ai."""

    @property
    def identity(self) -> str:
        """A digest of the service's address and the key; empty without a key."""

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """The last requests, oldest first, without the key."""
