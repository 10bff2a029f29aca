"""Screen 4: endpoints with their worker groups, and what can be done to them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType

from vasttui.lists.serverless_rows import Line
from vasttui.ui.context import context
from vasttui.ui.key_table import BY_ID
from vasttui.ui.keys import bindings
from vasttui.ui.opening import open_dialog
from vasttui.ui.serverless import actions
from vasttui.ui.serverless.actions import At
from vasttui.ui.serverless.view import EndpointsView

if TYPE_CHECKING:
    from vasttui.services.serverless.service import Serverless

    _Flow = Callable[[At, Line], Coroutine[Any, Any, None]]

_OF_ENDPOINTS = ("endpoints.edit", "endpoints.toggle", "endpoints.update")


class EndpointsScreen(EndpointsView):
    """New, scale, states, test request, logs, update, delete; all workers in one list."""

    SCOPE = "endpoints"
    BINDINGS: ClassVar[list[BindingType]] = bindings("endpoints")
    ENTER_CLOSES = False

    def why_off(self, action_id: str) -> str:
        if action_id == "endpoints.group":
            return ""
        if action_id == "list.mark":
            return "each key here is for one row at a time: there are no marks"
        row = self.browse.current
        if action_id == "endpoints.offers" and row is not None and row.group is None:
            return "only a worker group searches offers"
        if row is not None and row.worker is not None and action_id in _OF_ENDPOINTS:
            return "workers are started and stopped by their endpoint"
        if action_id == "endpoints.update" and row is not None and (off := self._why_as_is(row)):
            return off
        return super().why_off(action_id)

    def _why_as_is(self, row: Line) -> str:
        """Why there is nothing to update, nor an update to cancel; empty if there is."""
        groups = row.endpoint.groups if row.group is None else (row.group,)
        if not groups:
            return "it has no worker group"
        updates = None if self.serverless is None else self.serverless.updates
        goes_on = updates is not None and any(updates.goes_on(one) for one in groups)
        return "" if goes_on or row.workers != () else "it has no worker to update"

    def table_keys(self) -> list[tuple[str, str, str]]:
        row, called = self.browse.current, {}
        called[BY_ID["list.details"].label] = "instance" if self.by_worker else "in full"
        if row is not None and row.group is not None:
            called[BY_ID["endpoints.edit"].label] = "edit"
        if row is not None and row.worker is not None:
            called[BY_ID["endpoints.delete"].label] = "destroy worker"
        return [
            (key, called.get(label, label), action) for key, label, action in super().table_keys()
        ]

    def action_mark(self) -> None:
        if not self.refused(self.why_off("list.mark")):
            super().action_mark()

    def action_group(self) -> None:
        """All workers in one list, or endpoints and their groups."""
        self.by_worker = not self.by_worker
        self.list_anew()
        self.TABS = tuple(self.resource.details)
        self.tab = self.TABS[0]
        self._shown = self._lines()
        self.browse.list.set_rows(self._shown)
        self.show_everything()

    async def run_at(self, flow: _Flow) -> None:
        """Do this to the row under the cursor."""
        await self.open(self.do(flow))

    async def do(self, flow: _Flow) -> None:
        """A flow for the row under the cursor."""
        line = self.browse.current
        if line is not None and self.serverless is not None:
            await flow(self._at(self.serverless), line)

    def _at(self, serverless: Serverless) -> At:
        return At(context(self), serverless, self.report, self.feed.wake)

    async def _make_new(self) -> None:
        if self.serverless is not None:
            await actions.new(self._at(self.serverless), self.browse.current)

    async def action_new(self) -> None:
        await self.change(self._make_new())

    async def action_edit(self) -> None:
        if not self.refused(self.why_off("endpoints.edit")):
            await self.change(self.do(actions.edit))

    async def action_state(self) -> None:
        if not self.refused(self.why_off("endpoints.toggle")):
            await self.change(self.do(actions.state))

    async def action_update(self) -> None:
        if not self.refused(self.why_off("endpoints.update")):
            await self.change(self.do(actions.update))

    async def action_delete(self) -> None:
        if not self.refused(self.why_off("endpoints.delete")):
            await self.change(self.do(actions.delete))

    async def open(self, flow: Coroutine[Any, Any, None]) -> None:
        """Start a flow of dialogs."""
        await open_dialog(self.app, flow)

    async def action_test(self) -> None:
        await self.change(self.do(actions.test))

    async def action_copy_as(self) -> None:
        await self.run_at(actions.copy_as)

    async def action_details(self) -> None:
        """The endpoint, the group or the worker in full."""
        await self.run_at(actions.full)

    async def action_logs(self) -> None:
        await self.run_at(actions.logs)

    async def action_offers(self) -> None:
        if not self.refused(self.why_off("endpoints.offers")):
            await self.run_at(actions.offers)

    async def action_open(self) -> None:
        await self.run_at(actions.open_web)

    async def action_copy(self) -> None:
        await self.run_at(actions.copy)
