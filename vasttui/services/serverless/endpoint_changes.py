"""Makes, changes and deletes endpoints; each change is confirmed by reading the list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.endpoint_settings import EndpointSettings, settings_of
from vasttui.models.serverless import Endpoint, LeftWorkers, wrong_endpoint_name
from vasttui.services.confirmed_write import ConfirmedWrite
from vasttui.services.serverless.change_rows import ChangeRows
from vasttui.services.serverless.client import EndpointService
from vasttui.services.serverless.deletion import StillListed, delete, found_in
from vasttui.services.serverless.making import Making
from vasttui.services.serverless.orders import EndpointOrder, endpoint_order_from
from vasttui.store.journal import Journal

_UNREAD = VastError(
    "A field of it could not be read, and every change sends all fields.",
    hint="Change it in the Vast.ai console.",
)


class EndpointChanges:
    """Changes of endpoints. `made` is told of a new one before it is listed."""

    def __init__(
        self, api: EndpointService, clock: Clock, journal: Journal,
        rows: ChangeRows, made: Callable[[Endpoint], None],
    ) -> None:  # fmt: skip
        self._api, self._clock, self._rows, self._made = api, clock, rows, made
        self.making = Making("endpoint", journal, clock, self._listing, endpoint_order_from)

    async def _listing(self) -> tuple[Sequence[Endpoint], int]:
        listed = await self._api.list()
        return listed.endpoints, listed.bad

    async def create(self, settings: EndpointSettings) -> Endpoint:
        """Make an endpoint, once, and return it as it is listed. Raises VastError, also for a name
        that there is; Unconfirmed if nobody can say whether it was made."""
        name = settings.endpoint_name
        if wrong := wrong_endpoint_name(name):
            raise VastError(wrong)
        return await self.making.make(
            EndpointOrder(settings), partial(_check_name, name),
            lambda: self._api.create(settings),
            lambda number: self._made(_as_sent(number, settings)),
        )  # fmt: skip

    async def change(self, shown: Endpoint, settings: EndpointSettings) -> Endpoint:
        """Set an endpoint, if it is still as it was shown, to these settings; returns it as it is
        listed. Raises VastError, also for a name that another one has."""
        before = settings_of(shown)
        if before is None:
            raise _UNREAD
        now = await self._find(shown.id)
        if now is None:
            raise VastError(f"{shown.name} is gone.")
        if settings_of(now) != before:
            raise VastError(f"{shown.name} was changed elsewhere.", hint="Look at it again.")
        if settings.endpoint_name != shown.endpoint_name:
            if wrong := wrong_endpoint_name(settings.endpoint_name):
                raise VastError(wrong)
            _check_name(settings.endpoint_name, (await self._api.list()).endpoints)
        listed: list[Endpoint] = []

        async def is_set() -> bool:
            one = await self._find(shown.id)
            listed[:] = [] if one is None else [one]
            return one is not None and not settings.differs(one)

        write = ConfirmedWrite(
            lambda: self._api.update(shown.id, settings), is_set, VastError("not seen")
        )
        what, can_cost = f"Changing {shown.name} ({shown.id})", settings.can_cost_more(before)
        of, target = (shown.id, shown.name), f"endpoint {shown.id}"
        async with self._rows.row(what, target, can_cost=can_cost, of=of):
            try:
                await write.make(self._clock)
            except VastError as error:
                raise self._unseen(error, write, listed, settings) from None
        return listed[0]

    async def set_state(self, shown: Endpoint, state: str) -> Endpoint:
        """Set an endpoint to `active`, `suspended` or `stopped`; see `change`."""
        settings = settings_of(shown)
        if settings is None:
            raise _UNREAD
        return await self.change(shown, replace(settings, endpoint_state=state))

    async def delete(self, shown: Endpoint) -> LeftWorkers:
        """Delete an endpoint with its groups and workers, if it has the name that was shown, and
        look until it is gone; what the service says of its workers. Raises VastError."""
        now = await self._find(shown.id)
        if now is None:
            return LeftWorkers()
        if now.endpoint_name != shown.endpoint_name:
            raise VastError(f"{shown.name} is called {now.name} now.", hint="Look at it again.")

        async def is_gone() -> bool:
            return await self._find(shown.id) is None

        request = partial(self._api.delete, shown.id)
        unseen = StillListed(shown.name, "Its workers bill until they are gone: look again.")
        what, target = f"Deleting {shown.name} ({shown.id})", f"delete endpoint {shown.id}"
        async with self._rows.row(what, target, can_cost=False, of=(shown.id, shown.name)):
            return await delete(request, is_gone, unseen, self._clock)

    async def _find(self, number: int) -> Endpoint | None:
        listed = await self._api.list()
        return found_in(listed.endpoints, number, listed.bad)

    @staticmethod
    def _unseen(
        error: VastError, write: ConfirmedWrite, listed: list[Endpoint], settings: EndpointSettings
    ) -> VastError:
        """What is listed otherwise, if the service accepted the change."""
        if error is not write.unseen:
            return error
        if not listed:
            return VastError("The service accepted the change, but does not list it any more.")
        names = ", ".join(name.replace("_", " ") for name in settings.differs(listed[0]))
        return VastError(
            f"The service accepted the change, but lists another {names}.", hint="Look again."
        )


def _check_name(name: str, listed: Iterable[Endpoint]) -> None:
    """Raises VastError if one of these has this name."""
    if any(one.endpoint_name == name for one in listed):
        raise VastError(f"There is an endpoint {name} already; two with one name both bill.")


def _as_sent(number: int, settings: EndpointSettings) -> Endpoint:
    """A new endpoint as it was asked for."""
    return Endpoint(
        id=number, endpoint_name=settings.endpoint_name, max_workers=settings.max_workers,
        cold_workers=settings.cold_workers, target_util=settings.target_util,
    )  # fmt: skip
