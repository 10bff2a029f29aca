"""Actions, rentals, copies, payments: they belong to no screen, so that leaving one stops none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.context import AppContext

if TYPE_CHECKING:
    from textual.worker import Worker

    from vasttui.models.data_transfer import Transfer
    from vasttui.models.rent import RentOrder
    from vasttui.services.actions.kinds import Action
    from vasttui.services.actions.state import ActionState
    from vasttui.services.reserving.payment import Payment
    from vasttui.ui.app.rentals import Rentals
    from vasttui.ui.app.running_actions import RunningActions


class UnderWay(AppContext):
    """Starts them; the parts of each follow it to its end."""

    def act(self, action: Action, targets: Sequence[FleetRow]) -> None:
        self._begin(action, targets)

    async def acted(self, action: Action, targets: Sequence[FleetRow]) -> Sequence[ActionState]:
        worker = self._begin(action, targets)
        return () if worker is None else await worker.wait()

    def _begin(
        self, action: Action, targets: Sequence[FleetRow]
    ) -> Worker[Sequence[ActionState]] | None:
        if self.live is None:
            return None
        job = self.actions.finish(self.live, action, tuple(targets))
        return self.run_worker(job, group="actions", description="")

    @cached_property
    def actions(self) -> RunningActions:
        """Actions under way, and how they end."""
        # start-up: nothing is done before the first frame
        from vasttui.ui.app.running_actions import RunningActions

        return RunningActions(self)

    @cached_property
    def rentals(self) -> Rentals:
        """Rentals under way or gone wrong."""
        # start-up: nothing is rented before the first frame
        from vasttui.ui.app.rentals import Rentals

        return Rentals(self)

    def transfer_arrived(self, transfer: Transfer) -> None:
        """A copy changed."""
        # start-up: nothing is copied before the first frame
        from vasttui.ui.app.transfer_news import transfer_arrived

        transfer_arrived(self, transfer)

    def payment_arrived(self, payment: Payment) -> None:
        """A payment ahead changed."""
        # start-up: nothing is paid before the first frame
        from vasttui.ui.app.payment_news import payment_arrived

        payment_arrived(self, payment)

    def rent(self, order: RentOrder) -> None:
        if self.live is not None:
            self.run_worker(self.rentals.rent(self.live, order), group="rent", description="")

    def give_up(self, intent: int) -> None:
        if self.live is not None:
            self.run_worker(self.rentals.give_up(self.live, intent), group="rent", description="")

    def rent_again(self, intent: int) -> None:
        if self.live is not None:
            self.run_worker(self.rentals.again(self.live, intent), group="rent", description="")
