"""The services of a client that wait for the user: not loaded until they are needed.

They take 3 MB, and most runs of the program need none of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    import random

    from vasttui.clock import Clock
    from vasttui.models.data_transfer import Transfer
    from vasttui.services.account.changes import Transfers
    from vasttui.services.actions.runner import ActionRunner
    from vasttui.services.actions.state import ActionState
    from vasttui.services.fleet.alerts import Alert
    from vasttui.services.fleet.poller import Poller
    from vasttui.services.fleet.snapshot import Fleet
    from vasttui.services.fleet.store import FleetStore
    from vasttui.services.log_watch import Log, LogWatch
    from vasttui.services.memory.machines import Lists, Machines
    from vasttui.services.memory.market_figures import FiguresOfMarket
    from vasttui.services.renting.rental import RentState
    from vasttui.services.renting.renter import Renter
    from vasttui.services.reserving.payment import Payment
    from vasttui.services.reserving.reserver import Reserver
    from vasttui.services.rsync import LocalCopies
    from vasttui.services.serverless.service import Serverless
    from vasttui.services.templates import TemplateShelf
    from vasttui.services.transfers import Copies
    from vasttui.services.volumes import VolumeKeeper
    from vasttui.services.watches.looker import WatchListener
    from vasttui.store.journal import Journal
    from vasttui.ui.client import Client


Service = Literal[
    "figures", "logs", "actions", "renter", "reserver", "volumes", "copies", "local", "transfers",
    "templates", "serverless",
]  # fmt: skip
_ENDED: tuple[Service, ...] = (
    "actions", "renter", "copies", "local", "reserver", "serverless",
)  # fmt: skip


class Listeners(Struct, frozen=True, kw_only=True):
    """Who hears of news: all but `alert` and `tell` get every update. `machines` gets the lists of
    starred and avoided ones, None where something else is known of one. `tell` gets what else is to
    be said, and whether it is good; `prices`
    hears that others are in the session's book."""

    fleet: Callable[[Fleet], None]
    alert: Callable[[Sequence[Alert]], None]
    action: Callable[[ActionState], None]
    log: Callable[[Log], None]
    rent: Callable[[RentState], None]
    transfer: Callable[[Transfer], None]
    payment: Callable[[Payment], None]
    machines: Callable[[Lists | None], None]
    tell: Callable[[str, bool], None]
    watches: WatchListener
    prices: Callable[[], None]


class OnDemand:
    """Each is made when it is first asked for."""

    api: Client
    journal: Journal
    poller: Poller
    store: FleetStore
    machines: Machines

    def __init__(self, clock: Clock, rng: random.Random, hear: Listeners) -> None:
        self._clock, self._rng, self._hear = clock, rng, hear

    def has(self, name: Service) -> bool:
        """Whether the service of this name was needed so far: if not, it has nothing to say."""
        return name in vars(self)

    @cached_property
    def figures(self) -> FiguresOfMarket:
        """Vast.ai's own figures of the market."""
        # start-up: they are asked for with the prices of a model
        from vasttui.services.memory.market_figures import FiguresOfMarket

        return FiguresOfMarket(self.api.metrics, self._clock, self._hear.prices)

    @cached_property
    def logs(self) -> LogWatch:
        """Logs of instances."""
        # start-up: they are read where an instance is looked at
        from vasttui.services.log_watch import LogWatch

        return LogWatch(self.api.instances, self._clock, self._hear.log)

    @cached_property
    def actions(self) -> ActionRunner:
        """Start, stop, destroy, and all else that is done to instances."""
        # start-up: nothing is done to them yet
        from vasttui.services.actions.context import ActionContext
        from vasttui.services.actions.runner import ActionRunner

        shared = self.api, self.poller, self.journal, self._clock
        return ActionRunner(ActionContext(*shared, self._hear.action, self._fleet))

    @cached_property
    def renter(self) -> Renter:
        """Rentals."""
        # start-up: nothing is rented yet
        from vasttui.services.renting.context import RentContext
        from vasttui.services.renting.renter import Renter

        shared = self.api, self.poller, self.journal, self._clock
        return Renter(RentContext(*shared, self._fleet), self._rent_arrived)

    @cached_property
    def reserver(self) -> Reserver:
        """What is paid ahead."""
        # start-up: nothing is paid yet
        from vasttui.services.reserving.reserver import Reserver

        shared = self.api, self.poller, self.journal, self._clock
        return Reserver(*shared, self._hear.payment, self._fleet)

    @cached_property
    def volumes(self) -> VolumeKeeper:
        """Volumes that are made, changed and deleted."""
        # start-up: none is yet
        from vasttui.services.volumes import VolumeKeeper

        return VolumeKeeper(self.api.volumes, self._clock, self.journal)

    @cached_property
    def copies(self) -> Copies:
        """Copies between instances, volumes and clouds."""
        # start-up: nothing is copied yet
        from vasttui.services.transfers import Copies

        return Copies(
            self.api.transfers, self.journal, self._clock, self._fleet, self._hear.transfer
        )

    @cached_property
    def local(self) -> LocalCopies:
        """Copies from and to this computer."""
        # start-up: nothing is copied yet
        from vasttui.services.rsync import LocalCopies

        return LocalCopies(self._clock, self._hear.transfer, self.journal)

    @cached_property
    def transfers(self) -> Transfers:
        """Transfers of credit."""
        # start-up: none is sent yet
        from vasttui.services.account.changes import Transfers

        return Transfers(self.api.account, self.api.billing, self._clock)

    @cached_property
    def templates(self) -> TemplateShelf:
        """Templates to rent with."""
        # start-up: nothing is rented yet
        from vasttui.services.templates import TemplateShelf

        return TemplateShelf(self.api.templates, self.api.account, self._clock)

    @cached_property
    def serverless(self) -> Serverless:
        """Endpoints, their groups and workers."""
        # start-up: they are read when their screen is opened
        from vasttui.services.serverless.service import Serverless

        return Serverless(self.api, self._clock, self._rng, self.journal, self.store.workers_read)

    async def end_services(self) -> None:
        """Stop, after a moment for requests; what is open stays in the journal."""
        begun = [getattr(self, name) for name in _ENDED if self.has(name)]
        await asyncio.gather(*(service.aclose() for service in begun))

    def _fleet(self) -> Fleet:
        return self.store.fleet

    def _rent_arrived(self, state: RentState) -> None:
        # start-up: nothing is rented yet
        from vasttui.services.renting.rental import RentStep

        came = state.instance_id
        if came is not None and state.step in (RentStep.DONE, RentStep.HALTED):
            self.machines.rented(came, self.api.identity, as_asked=not state.differences)
        if state.step is RentStep.GONE and came is not None and state.agreed is not None:
            ids = (came, *state.duplicates)
            self.machines.gone(ids, state.agreed, state.opened_at, self.api.identity)
        self._hear.rent(state)
