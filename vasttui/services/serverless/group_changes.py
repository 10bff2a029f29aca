"""Makes, changes, deletes and updates worker groups; each change is confirmed by reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial

from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import Clock
from vasttui.errors import Unconfirmed, VastError
from vasttui.models.endpoint_settings import GroupSettings, group_settings_of
from vasttui.models.serverless import LeftWorkers, Worker, WorkerGroup
from vasttui.services.confirmed_write import ConfirmedWrite
from vasttui.services.serverless.change_rows import ChangeRows
from vasttui.services.serverless.client import EndpointService, GroupService, LiveService
from vasttui.services.serverless.deletion import BETWEEN, UNTIL_GONE, StillListed, delete, found_in
from vasttui.services.serverless.making import Making
from vasttui.services.serverless.orders import GroupOrder, group_order_from
from vasttui.store.journal import Journal
from vasttui.words import plural

UPDATING = "updating"
"""The state of a worker that is being updated."""


class GroupChanges:
    """Changes of worker groups."""

    def __init__(
        self, api: GroupService, endpoints: EndpointService, live: LiveService, clock: Clock,
        journal: Journal, rows: ChangeRows,
    ) -> None:  # fmt: skip
        self._api, self._live, self._clock, self._rows = api, live, clock, rows
        self._endpoints = endpoints
        self.making = Making("group", journal, clock, self._listing, group_order_from, self._most)

    async def _listing(self) -> tuple[Sequence[WorkerGroup], int]:
        listed = await self._api.list()
        return listed.groups, listed.bad

    async def _most(self, group: WorkerGroup) -> int | None:
        """How many workers its endpoint may have; None if that is not known."""
        with suppress(VastError):
            for one in (await self._endpoints.list()).endpoints:
                if one.id == group.endpoint_id:
                    return one.max_workers
        return None

    async def create(self, settings: GroupSettings) -> WorkerGroup:
        """Make a group, once, and return it as it is listed. Raises VastError; Unconfirmed if
        nobody can say whether it was made."""
        return await self.making.make(
            GroupOrder(settings), lambda listed: None, lambda: self._api.create(settings)
        )

    async def change(self, shown: WorkerGroup, settings: GroupSettings) -> WorkerGroup:
        """Set a group, if it is still as it was shown, to these settings; returns it as it is
        listed. Its workers stay as they are until they are updated. Raises VastError."""
        before = group_settings_of(shown)
        if before is None:
            raise VastError(
                "A field of it could not be read, and every change sends all fields.",
                hint="Change it in the Vast.ai console.",
            )
        now = await self._find(shown.id)
        if now is None:
            raise VastError(f"Group {shown.id} is gone.")
        if group_settings_of(now) != before:
            raise VastError(f"Group {shown.id} was changed elsewhere.", hint="Look at it again.")
        listed: list[WorkerGroup] = []

        async def is_set() -> bool:
            one = await self._find(shown.id)
            listed[:] = [] if one is None else [one]
            return one is not None and settings.is_set_on(one)

        unseen = VastError(
            f"The service accepted the change, but lists group {shown.id} otherwise.",
            hint="Look at it again: its search decides what it may cost.",
        )
        write = ConfirmedWrite(lambda: self._api.update(shown.id, settings), is_set, unseen)
        what, can_cost = f"Changing group {shown.id}", settings.can_cost_more(before)
        async with self._rows.row(what, f"group {shown.id}", can_cost=can_cost):
            await write.make(self._clock)
        return listed[0]

    async def delete(self, shown: WorkerGroup) -> LeftWorkers:
        """Delete a group, and look until it is gone; what the service says of its workers, which
        may stay and bill. Raises VastError."""

        async def is_gone() -> bool:
            return await self._find(shown.id) is None

        request = partial(self._api.delete, shown.id)
        hint = "Its workers bill until they are gone: look again."
        unseen = StillListed(f"Group {shown.id}", hint)
        what = f"Deleting group {shown.id}"
        async with self._rows.row(what, f"delete group {shown.id}", can_cost=False):
            return await delete(request, is_gone, unseen, self._clock)

    async def update_workers(self, group_id: int) -> int | None:
        """Make the workers of a group anew from its template, one after the other, once; how many
        there are to do, None if that is not known. Raises VastError; Unconfirmed if nobody can say
        whether it was begun."""
        answers: list[Outcome] = []

        async def send() -> Outcome:
            answers.append(await self._live.update_workers(group_id))
            return answers[-1]

        async def is_under_way() -> bool:
            if answers[-1].fate is not Fate.UNKNOWN:
                return answers[-1].fate is Fate.OK
            found = await self._live.group_workers(group_id)
            return any(one.state.words == UPDATING for one in found.workers)

        unseen = VastError(f"Group {group_id} does not update its workers.")
        write = ConfirmedWrite(
            send, is_under_way, unseen, sends=1, readings=UNTIL_GONE, between=BETWEEN
        )
        what = f"Updating the workers of group {group_id}"
        # Inactive workers may be started for it.
        async with self._rows.row(what, f"update {group_id}", can_cost=True):
            await write.make(self._clock)
        number = answers[-1].data
        return number if isinstance(number, int) else None

    async def cancel_update(self, group_id: int) -> None:
        """End an update of the workers of a group, once. Raises VastError; Unconfirmed without an
        answer, as no list tells: between two workers none is updated."""
        what = f"Cancelling the update of group {group_id}"
        async with self._rows.row(what, f"cancel {group_id}", can_cost=False):
            outcome = await self._live.update_workers(group_id, cancel=True)
        if outcome.fate is Fate.UNKNOWN:
            raise Unconfirmed(f"{outcome.error}") from outcome.error
        outcome.unwrap()

    async def _find(self, number: int) -> WorkerGroup | None:
        listed = await self._api.list()
        return found_in(listed.groups, number, listed.bad)


class UpdateProgress:
    """How far an update of workers is, by what is seen of it. `total` is None if not known."""

    def __init__(self, total: int | None) -> None:
        self.total = total
        self._seen: set[int] = set()
        self._now: set[int] = set()
        self._missing: set[int] = set()
        """Seen to be updated, and not listed now: nobody knows how far they are."""

    def see(self, workers: Iterable[Worker]) -> None:
        """The workers of the group as they are now."""
        listed = list(workers)
        self._now = {one.id for one in listed if one.state.words == UPDATING}
        self._seen |= self._now
        self._missing = self._seen - {one.id for one in listed}

    @property
    def is_over(self) -> bool:
        """Whether all of them were seen to be updated."""
        return self.total is not None and self._done >= self.total

    @property
    def _done(self) -> int:
        return len(self._seen - self._now - self._missing)

    @property
    def words(self) -> str:
        """`updating 5 workers one after the other: 2 seen done, 1 under way`."""
        done = self._done
        if self.is_over:
            return "1 worker was updated" if done == 1 else f"all {done} workers were updated"
        what = "the workers" if self.total is None else plural(self.total, "worker")
        missing = f", {len(self._missing)} not listed" if self._missing else ""
        under_way = f"{len(self._now)} under way{missing}"
        return f"updating {what} one after the other: {done} seen done, {under_way}"
