"""Serverless of one account: what there is, changes to it, test requests."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.billing import DayCharges
from vasttui.models.inbox import InboxItem
from vasttui.models.instance import Instance
from vasttui.models.serverless import Deployment, Endpoint, LeftWorkers, WorkerGroup
from vasttui.services.serverless.change_rows import ChangeRows
from vasttui.services.serverless.client import ServerlessClient
from vasttui.services.serverless.deletion import MaybeDeleted, StillListed, found_in
from vasttui.services.serverless.deployment_changes import DeploymentChanges
from vasttui.services.serverless.drafts import Drafts
from vasttui.services.serverless.endpoint_changes import EndpointChanges
from vasttui.services.serverless.group_changes import GroupChanges
from vasttui.services.serverless.left_behind import Deleted, LeftBehind
from vasttui.services.serverless.logs import ServerlessLogs
from vasttui.services.serverless.making import Said
from vasttui.services.serverless.reader import LATE, ServerlessReader
from vasttui.services.serverless.rows import EndpointRow, GroupRow, WorkerRow
from vasttui.services.serverless.strays import strays
from vasttui.services.serverless.trial import Trials
from vasttui.services.serverless.trial_form import TypedTrial
from vasttui.services.serverless.updates import Updates
from vasttui.services.serverless.words import deletion_words
from vasttui.store.journal import Journal

Result = TypeVar("Result")
Left = TypeVar("Left", LeftWorkers, LeftWorkers | None)


class Serverless:
    """Everything that a screen needs; `reader` keeps what was read."""

    def __init__(
        self, api: ServerlessClient, clock: Clock, rng: random.Random, journal: Journal,
        learned: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        """`learned` is told whenever other workers, or other names of endpoints, may be known."""
        self._api = api
        self.reader = ServerlessReader(api.endpoints, api.worker_groups, api.live, clock, learned)
        rows = self._change_rows = ChangeRows(journal, clock)
        self.endpoints = EndpointChanges(api.endpoints, clock, journal, rows, self.reader.expect)
        self.groups = GroupChanges(api.worker_groups, api.endpoints, api.live, clock, journal, rows)
        self.deployments = DeploymentChanges(api.deployments, api.endpoints, clock, rows)
        self.trials = Trials(api.live, api.workers, clock, rng)
        self.typed_trials: dict[int, TypedTrial] = {}
        """What was last typed for a test request, by the endpoint; kept for this run only."""
        self.charged_days: dict[int, DayCharges] = {}
        """The UTC days of charges that were read in this run."""
        self.drafts = Drafts()
        self._changing: list[str] = []
        self._names: Mapping[str, str] | None = None
        self.left = LeftBehind(clock)
        self.updates = Updates(clock)
        self.reader.group_comes = lambda number: bool(self.groups.making.known(f"{number}"))
        self.reader.is_busy = lambda row: any(map(self.updates.goes_on, row.groups))

    @property
    def address(self) -> str:
        """Where the router is."""
        return self._api.live.address

    async def names(self) -> set[str | None]:
        """The names of all endpoints as they are listed now. Raises VastError."""
        return {one.endpoint_name for one in (await self._api.endpoints.list()).endpoints}

    async def as_is(self, row: EndpointRow) -> EndpointRow:
        """An endpoint and its groups as they are listed now, its workers as they were read last.
        Raises VastError, also if it is gone."""
        now = await self.listed(row.id, {group.id: group.workers for group in row.groups})
        if now is None:
            raise VastError(f"{row.name} is gone.")
        return replace(row, endpoint=now.endpoint, groups=now.groups, groups_known=now.groups_known)

    async def listed(
        self, number: int, workers: Mapping[int, tuple[WorkerRow, ...] | None]
    ) -> EndpointRow | None:
        """An endpoint and its groups with these `workers` as they are listed now; None if it is
        not. Raises VastError."""
        listed = await self._api.endpoints.list()
        endpoint = found_in(listed.endpoints, number, listed.bad)
        if endpoint is None:
            return None
        found = await self._api.worker_groups.list()
        groups = tuple(
            GroupRow(group=one, workers=workers.get(one.id), max_workers=endpoint.max_workers)
            for one in found.groups
            if one.endpoint_id == number
        )
        known = not found.bad and all(one.endpoint_id for one in found.groups)
        return EndpointRow(endpoint=endpoint, groups=groups, groups_known=known)

    async def deployment_as_is(self, shown: Deployment) -> Deployment:
        """A deployment as it is listed now. Raises VastError, also if it is gone."""
        listed = await self._api.deployments.list()
        now = found_in(listed.deployments, shown.id, listed.bad)
        if now is None:
            raise VastError(f"{shown.title} is gone.")
        return now

    async def delete_endpoint(self, row: EndpointRow, rowless: Iterable[int] = ()) -> LeftWorkers:
        """Delete an endpoint as it was shown; what it leaves is looked for, with its instances
        `rowless` that are not among its workers. Raises VastError."""
        ids = [*(one.id for one in row.workers or ()), *rowless]
        what = Deleted(name=row.name, endpoint=row.id, workers=ids)
        return await self._watched(self.endpoints.delete(row.endpoint), what)

    async def delete_group(self, row: GroupRow, rowless: Iterable[int] = ()) -> LeftWorkers:
        """Delete a group as it was shown; what it leaves is looked for. Raises VastError."""
        ids = [*(one.id for one in row.workers or ()), *rowless]
        what = Deleted(name=f"Group {row.id}", group=row.id, workers=ids)
        return await self._watched(self.groups.delete(row.group), what)

    async def delete_deployment(
        self, shown: Deployment, row: EndpointRow | None, rowless: Iterable[int] = ()
    ) -> None:
        """Delete a deployment as it was shown, on the endpoint `row` if that is listed; what it
        leaves is looked for, its endpoint, too. Raises VastError."""
        workers = () if row is None else row.workers or ()
        what = Deleted(
            name=shown.title, endpoint=shown.endpoint_id, deployment=shown.id,
            workers=[*(one.id for one in workers), *rowless],
        )  # fmt: skip

        async def delete() -> LeftWorkers | None:
            serves_another = await self.deployments.delete(shown)
            return None if serves_another else LeftWorkers()

        await self._watched(delete(), what)

    async def _watched(self, deletion: Awaitable[Left], what: Deleted) -> Left:
        """Delete something, and look for what it leaves from then on; None: nothing has to go."""
        try:
            left = await deletion
        except StillListed as error:
            self.left.add(what, error.left)
            raise
        except MaybeDeleted as error:
            self.left.add(what, error.left, sure=error.accepted)
            raise
        finally:
            self.reader.refresh()
        if left is not None:
            self.left.add(what, left)
        return left

    async def look(self) -> Said:
        """Look for what was asked for and not seen, and what deletions left, where that is due;
        what became known of the first, see `Making.look`, and what an ended run may have changed.
        Raises JournalUnwritable."""
        if self._names is None:
            self._names = await self._change_rows.names()
        said = [*await self.endpoints.making.look(), *await self.groups.making.look(),
                *await self._change_rows.look()]  # fmt: skip
        if said:
            self.reader.refresh()
        if self.left.is_due:
            api = self._api
            try:
                one, two = await api.endpoints.list(), await api.worker_groups.list()
                three = await api.deployments.list()
            except VastError:
                self.left.postpone()
            else:
                is_whole = not one.bad + two.bad + three.bad
                self.left.look(one.endpoints, two.groups, three.deployments, is_whole=is_whole)
        return said

    def standing(self, instances: Collection[Instance]) -> list[str]:
        """What stays of what was deleted, by the instances that are listed, and what nobody knows
        of whether it was made, in sentences."""
        doubts = [*self.endpoints.making.doubts, *self.groups.making.doubts]
        return [*self.left.sentences(instances), *self._strays(instances).values(), *doubts]

    def _strays(self, instances: Collection[Instance]) -> Mapping[int, str]:
        """What endpoints left that were not deleted in this run, by their ids; none as long as not
        all that is listed can be read."""
        reader = self.reader
        known = {row.id for row in reader.rows} | self.left.endpoints
        at, names = reader.lists_at - LATE, self._names or {}
        return {} if reader.reasons else strays(instances, known, at, names)

    @property
    def changing(self) -> Sequence[str]:
        """The changes that are being made, as they were told."""
        return tuple(self._changing)

    @property
    def unfinished(self) -> list[str]:
        """What may still come or be done, a sentence each."""
        made = [*self.endpoints.making.unfinished, *self.groups.making.unfinished]
        changing = (f"{what}: not seen yet; look whether it was done." for what in self._changing)
        return [*made, *changing]

    async def told(self, what: str, change: Awaitable[Result]) -> Result:
        """Make a change, `what` it is in words, such as `Deleting llama-70b`: it is unfinished
        until then."""
        self._changing.append(what)
        try:
            return await change
        finally:
            self._changing.remove(what)

    async def aclose(self) -> None:
        """Stop, after a moment for requests; what is open stays in the journal."""
        await asyncio.gather(self.endpoints.making.aclose(), self.groups.making.aclose())

    def items(self, instances: Collection[Instance]) -> list[InboxItem]:
        """What needs the user: endpoints that the service deletes, what nobody knows of whether it
        was made, and what stays of what was deleted, by the instances that are listed."""
        soon = [(row, deletion_words(row.endpoint)) for row in self.reader.rows]
        items = [
            InboxItem(f"endpoint_ends-{row.id}", "warn", words, name=row.name)
            for row, words in soon
            if words
        ]
        items += [*self.endpoints.making.items, *self.groups.making.items]
        left = {one: one for one in self.left.sentences(instances)}
        left |= {f"{number}": words for number, words in self._strays(instances).items()}
        return items + [
            InboxItem(f"left-{key}", "urgent", words, name="left") for key, words in left.items()
        ]

    def log_of(self, what: Endpoint | WorkerGroup) -> ServerlessLogs:
        """The log of an endpoint or a group."""
        return ServerlessLogs(self._api.live, what.id, group=isinstance(what, WorkerGroup))
