"""Deployments: what the SDK put on endpoints of their own, what it bills, start, stop, delete."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from msgspec import structs
from textual.binding import BindingType
from textual.content import Content

from vasttui.errors import VastError
from vasttui.lists.columns import Column
from vasttui.lists.deployment_rows import (
    FIELDS,
    DeploymentRow,
    Versions,
    bills,
    deployment_rows,
    overview,
    tone,
    versions_facts,
)
from vasttui.lists.resource import Fact, Resource, raw_facts
from vasttui.lists.serverless_rows import Line
from vasttui.models.serverless import Deployment, DeploymentList
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.serverless.reader import EVERY, LISTS_EVERY
from vasttui.services.serverless.states import after_state
from vasttui.services.serverless.words import cost_cell
from vasttui.services.snapshot import Snapshot
from vasttui.ui.context import context
from vasttui.ui.format import age, count, span
from vasttui.ui.keys import bindings
from vasttui.ui.lists import lines
from vasttui.ui.opening import open_dialog
from vasttui.ui.serverless.actions import At, logs
from vasttui.ui.serverless.beside import BesideScreen
from vasttui.ui.serverless.copying import choose_and_copy, deployment_texts
from vasttui.ui.serverless.details import dated
from vasttui.ui.serverless.known import instances_of
from vasttui.words import UNKNOWN

if TYPE_CHECKING:
    from vasttui.services.serverless.service import Serverless
    from vasttui.ui.client import Client

_VERSIONS = "Versions"


class DeploymentsScreen(BesideScreen[DeploymentRow]):
    """Start, stop and delete; each change is seen in the lists before it is believed."""

    SCOPE = "deployments"
    BINDINGS: ClassVar[list[BindingType]] = bindings("deployments")

    _listed = DeploymentList()
    _listed_at: float | None = None
    _asked = False
    _unread: VastError | None = None
    _shown: Sequence[DeploymentRow] = ()

    def make_resource(self) -> Resource[DeploymentRow]:
        now = context(self).session.clock.now
        return Resource(
            name="deployments",
            noun="deployment",
            id=lambda row: row.deployment.id,
            private=lambda row: (row.deployment.id, row.deployment.endpoint_id),
            columns=_columns(now),
            fields=FIELDS,
            sort=(("name", False),),
            details={
                "Overview": lambda row: overview(row, now(), self._versions_of_kept(row)),
                _VERSIONS: self._versions_of,
                "Raw": lambda row: dated(raw_facts(row.deployment)),
            },
            read=self._read,
            every=EVERY,
            empty="The SDK of Vast.ai makes them: code that it puts on an endpoint of its own.",
            hints=("type to filter: active", "workers>0", "tag:staging"),
        )

    def _begin(self) -> None:
        super()._begin()
        self._listed, self._listed_at, self._unread = DeploymentList(), None, None
        self._read_versions: dict[int, tuple[Deployment, Versions]] = {}

    @property
    def _serverless(self) -> Serverless:
        live = context(self).live
        assert live is not None
        return live.serverless

    async def _read(self, api: Client) -> Sequence[DeploymentRow]:
        """The list when it is due, the versions of the one under the cursor, and the next part of
        what is due of the endpoints, which tell what is billed."""
        started = self._now
        if self._asked or self._listed_at is None or started - self._listed_at >= LISTS_EVERY - 1:
            self._asked = False
            self._listed = _with_kept(await api.deployments.list(), self._listed)
            self._listed_at = started
        await self._read_chosen(api)
        reader = self._serverless.reader
        reader.wake = self._go_on
        try:
            await reader.read()
            self._unread = None
        except VastError as error:
            self._unread = error
        return self._rows()

    async def _read_chosen(self, api: Client) -> None:
        row = self.browse.shown
        if row is None or self.tab != _VERSIONS or self._versions_of_kept(row) is not None:
            return
        found: Versions
        try:
            found = await api.deployments.versions(row.deployment.id)
        except VastError as error:
            found = error
        self._read_versions[row.deployment.id] = row.deployment, found

    def _versions_of_kept(self, row: DeploymentRow) -> Versions | None:
        """Its versions as they were read of it as it is listed."""
        before, found = self._read_versions.get(row.deployment.id, (None, None))
        return found if before == row.deployment else None

    def _versions_of(self, row: DeploymentRow) -> Sequence[Fact]:
        found = self._versions_of_kept(row)
        if found is None:
            self._go_on()
        return versions_facts(found, row)

    def _go_on(self) -> None:
        """Read what else is due, while it is on screen."""
        if self.feed.on_screen and not self.paused:
            self.feed.wake()

    def _rows(self) -> Sequence[DeploymentRow]:
        app = context(self)
        rows = () if app.live is None else self._serverless.reader.rows
        return deployment_rows(self._listed.deployments, rows, instances_of(app.fleet))

    @property
    def snapshot(self) -> Snapshot[DeploymentRow]:
        """As of the last reading of the list: what is billed is read more often."""
        snapshot = self.feed.snapshot
        return structs.replace(snapshot, as_of=None if snapshot.as_of is None else self._listed_at)

    def rows_of(self, snapshot: Snapshot[DeploymentRow]) -> Sequence[DeploymentRow]:
        """As they are known now; unchanged, they are the same object, so that nothing is drawn
        again."""
        found = self._rows()
        if found != self._shown:
            self._shown = found
        return self._shown

    def rows_arrived(self, snapshot: Snapshot[DeploymentRow]) -> None:
        super().rows_arrived(self.snapshot)

    def forced(self) -> None:
        super().forced()
        self._all_due()

    def _all_due(self) -> None:
        """Everything is read again at the next reading."""
        self._asked = True
        self._read_versions.clear()
        self._serverless.reader.refresh()

    def mounted(self) -> None:
        super().mounted()
        context(self).fleet_changed.subscribe(self, self._fleet_changed)

    def _fleet_changed(self, fleet: Fleet) -> None:
        if self.is_current and self.snapshot.as_of is not None:
            self.rows_arrived(self.feed.snapshot)

    def show_rows(self, *, after_key: bool = False) -> None:
        super().show_rows(after_key=after_key)
        self._choose()

    def cursor_moved(self, index: int) -> None:
        super().cursor_moved(index)
        self._choose()

    def _choose(self) -> None:
        """The workers of the endpoint under the cursor are read more often."""
        row = self.browse.shown
        if context(self).live is not None:
            chosen = None if row is None else row.deployment.endpoint_id
            self._serverless.reader.chosen = chosen

    def notice(self) -> Content | None:
        """What cannot be read, unless the list itself is in trouble."""
        found = super().notice()
        if found is not None:
            return found
        if self._unread is not None:
            text = f" ! What they bill is not known, or old: {self._unread}"
            return Content.styled(text, "bold $text-error")
        instances = instances_of(context(self).fleet).values()
        said = [*self._serverless.left.sentences(list(instances)), *self._listed.reasons]
        return Content.styled(f" ! {said[0]}", "$text-warning") if said else None

    def status_line(self) -> tuple[Content, Content]:
        snapshot, spell = self.snapshot, context(self).keymap.spelled
        about = ""
        if snapshot.as_of is not None:
            pauses = f"workers every {EVERY:.0f} s ({spell('app.pause')} pauses)"
            about = f"✓ deployments {age(self._now - snapshot.as_of)} ago; {pauses}"
        words = lines.status(snapshot, self._now, about=about, paused=self.paused, spell=spell)
        return self.status(words), self.order

    def detail_title(self, row: DeploymentRow) -> Content:
        return Content(f"{row.deployment.title} · deployment {row.deployment.id}")

    def why_off(self, action_id: str) -> str:
        row = self.browse.current
        has_none = row is not None and row.deployment.endpoint_id is None
        if action_id == "deployments.toggle" and has_none:
            return "it has no endpoint to start or stop"
        if action_id == "deployments.logs" and row is not None and row.endpoint is None:
            return "its endpoint is not listed"
        return super().why_off(action_id)

    async def action_start_or_stop(self) -> None:
        row = self.browse.current
        if row is not None and not self.refused(self.why_off("deployments.toggle")):
            await self.change(self._start_or_stop(row))

    async def _start_or_stop(self, row: DeploymentRow) -> None:
        one = row.deployment
        either = row.is_active is None or row.is_suspended
        starts = await self._asked_which(row) if either else not row.is_active
        if starts is None:
            return
        changes = self._serverless.deployments
        if starts:
            # start-up: the dialogs and their widgets take 25 ms to import
            from vasttui.ui.serverless.start_dialog import StartModal

            shown = await self.app.push_screen_wait(StartModal(row, self._serverless))
            if shown is not None:
                what, done = f"Starting {one.title}", f"{one.title} is active."
                await self.report(self._done(what, changes.start(shown)), done, what=what)
            return
        when = ", as they are now" if row.is_suspended else " from then on"
        text = f"Requests are refused{when}.\n{after_state('stopped', row.cost, row.endpoint)}"
        if await self.sure(f"Stop {one.title}", text, "Stop"):
            what, done = f"Stopping {one.title}", f"{one.title} is stopped."
            await self.report(self._done(what, changes.stop(one)), done, what=what)

    async def _asked_which(self, row: DeploymentRow) -> bool | None:
        """Whether to start or to stop one that can be either, or whose state is not known."""
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.modals.choose import ChooseModal, MenuItem

        choices = [
            MenuItem(Content("Start"), Content("requests are served, workers come and go")),
            MenuItem(Content("Stop"), Content("requests are refused, workers go inactive")),
        ]
        now = "it is suspended" if row.is_suspended else "its state is not known"
        title = f"{row.deployment.title}: {now}"
        at = await self.app.push_screen_wait(ChooseModal(title, choices))
        return None if at is None else at == 0

    async def action_logs(self) -> None:
        """The log of its endpoint."""
        row = self.browse.current
        if row is None or self.refused(self.why_off("deployments.logs")):
            return
        assert row.endpoint is not None
        at = At(context(self), self._serverless, self.report, self.feed.wake)
        await open_dialog(self.app, logs(at, Line(endpoint=row.endpoint)))

    async def action_delete(self) -> None:
        if self.browse.current is not None:
            await self.change(self._delete(self.browse.current))

    async def _delete(self, row: DeploymentRow) -> None:
        one = row.deployment
        text = "Its code and its versions are lost. It has no endpoint."
        if one.endpoint_id is not None:
            text = (
                "Its code and its versions are lost; its endpoint and its workers should go with "
                f"it.\nIt bills {bills(row)}.\nThe inbox tells of what stays."
            )
        if await self.typed("Delete a deployment", text, one.title, "Delete"):
            rowless = () if row.cost is None else row.cost.rowless
            deletion = self._serverless.delete_deployment(one, row.endpoint, rowless)
            what, done = f"Deleting {one.title}", f"{one.title} is deleted."
            await self.report(self._done(what, deletion), done, removes=one.id, what=what)

    async def _done(self, what: str, change: Awaitable[None]) -> None:
        """A change, after which all is read again, whatever came of it."""
        try:
            await self._serverless.told(what, change)
        finally:
            self._all_due()

    async def action_copy(self) -> None:
        if self.targets:
            await self.copy("\n".join(row.deployment.title for row in self.targets))

    async def action_copy_as(self) -> None:
        row = self.browse.current
        if row is not None:
            flow = choose_and_copy(context(self), deployment_texts(row.deployment))
            await open_dialog(self.app, flow)


def _columns(now: Callable[[], float]) -> Sequence[Column[DeploymentRow]]:
    return (
        Column("name", "Deployment", 16, lambda r: (r.deployment.title, ""),
               "name, and tag", 0, left=True, grows=True,
               value=lambda r: r.deployment.title.casefold()),
        Column("state", "State", 11, lambda r: (r.state_words, tone(r)),
               "state of its endpoint", 1, left=True, most=16, value=lambda r: r.state),
        Column("workers", "Workers", 7, lambda r: (count(r.workers), ""),
               "workers of its endpoint", 3, value=lambda r: r.workers, best_first=True),
        Column("now", "$/h now", 7, lambda r: (cost_cell(r.cost), ""),
               "cost now, $/h; +? where some prices are not known", 2,
               most=12, value=lambda r: r.now, best_first=True),
        Column("version", "Version", 12, lambda r: (
               r.version_cell, "warn" if r.is_healthy is False else ""),
               "current version, and the one that was healthy last (✓)", 4, left=True, most=30,
               value=lambda r: r.deployment.current_version_id),
        Column("heard", "Client", 6, lambda r: (_since(
               now(), r.deployment.last_client_heartbeat), "dim"),
               "time since its program was heard of", 5,
               value=lambda r: r.deployment.last_client_heartbeat, best_first=True),
        Column("ttl", "TTL", 4, lambda r: (
               "-" if r.deployment.ttl is None else span(r.deployment.ttl), "dim"),
               "time without its program until it is stopped", 7,
               value=lambda r: r.deployment.ttl),
        Column("image", "Image", 24, lambda r: (r.deployment.image or UNKNOWN, "dim"),
               "its image", 6, left=True, value=lambda r: r.deployment.image),
    )  # fmt: skip


def _with_kept(listed: DeploymentList, before: DeploymentList) -> DeploymentList:
    """The list with those of before that may be rows that cannot be read."""
    ids = {one.id for one in listed.deployments}
    kept = [one for one in before.deployments if listed.bad and one.id not in ids]
    return replace(listed, deployments=(*listed.deployments, *kept))


def _since(now: float, at: float | None) -> str:
    return UNKNOWN if at is None else span(now - at)
