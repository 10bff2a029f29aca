"""The full view of an endpoint, and what the keys do there."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.widgets import Input

from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.key_table import BY_ID
from vasttui.ui.keys import actions_of, bindings
from vasttui.ui.lists.screen import ListScreen
from vasttui.ui.opening import open_dialog
from vasttui.ui.serverless import actions
from vasttui.ui.serverless.full_view import LOGS, VIEWS, FullView
from vasttui.ui.serverless.log import EndpointLog
from vasttui.ui.serverless.view import WORKERS
from vasttui.ui.serverless.worker_keys import WorkerKeys, go_to_instance


class FullScreen(FullView, WorkerKeys, inherit_bindings=False):
    """Keys of its workers, of its log, of its settings."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(
            "workers", "settings", "endpoint_log", "log", "endpoint", "list", "table", "filter"
        ),
        Binding("t,e", "of_endpoint", "Not of a worker", show=False),
        Binding("escape", "back", "Back", show=False),
        Binding("up,k", "scroll_whole(-1)", "Up", show=False),
        Binding("down,j", "scroll_whole(1)", "Down", show=False),
        Binding("pageup,ctrl+u", "scroll_whole(-10)", "Page up", show=False),
        Binding("pagedown,ctrl+d", "scroll_whole(10)", "Page down", show=False),
        Binding("home,g", "scroll_whole(-9999)", "Top", show=False),
        Binding("end,G", "scroll_whole(9999)", "End", show=False),
    ]

    def why_off(self, action_id: str) -> str:
        if action_id.startswith("workers.") or action_id == "list.details":
            return self.why_no_instance(action_id)
        if action_id == "endpoint.new" and self.is_gone:
            return f"{self.row.name} is no longer listed"
        if action_id == "list.mark" and not self.targets:
            return "no worker under the cursor"
        if action_id.startswith("settings.") and self.row.endpoint.api_key is None:
            return "the service sent no key of this endpoint"
        if action_id == "settings.reveal" and context(self).private:
            return "private mode hides it"
        return ""

    def action_of_endpoint(self) -> None:
        if self.view == WORKERS:
            super().action_of_endpoint()

    async def action_press(self, action_id: str) -> None:
        """A key of this screen, if it is one of this view."""
        action = BY_ID[action_id]
        if action not in actions_of(self.SCOPE):
            raise SkipAction
        if action.scope in ("workers", "list", "table", "filter"):
            await super().action_press(action_id)
        elif isinstance(self.focused, Input):
            raise SkipAction
        else:
            await self.app.run_action(action.action, self)

    def app_changed(self, what: str) -> None:
        super().app_changed(what)
        if what == "refresh" and self.view == LOGS:
            self.fetch()
        if what == "privacy":
            self.shows_key = False
            self.show_whole()

    def action_step_view(self, step: int) -> None:
        self.action_show_view(VIEWS[(VIEWS.index(self.view) + step) % len(VIEWS)])

    def action_show_view(self, name: str) -> None:
        if name in VIEWS:
            self.view = name
            self.show_view()

    async def action_new(self) -> None:
        """A new worker group of this endpoint."""
        if not self.refused(self.why_off("endpoint.new")):
            await self.change(self._new_group())

    async def _new_group(self) -> None:
        if self.serverless is not None:
            await actions.new_group(self._at(self.serverless), self.line)

    async def action_details(self) -> None:
        """The instance that the worker is, on its own list."""
        reason = self.why_no_instance("workers.instance")
        line = self.browse.current
        if not self.refused(reason) and line is not None and line.worker is not None:
            go_to_instance(context(self), line.worker.id)

    def action_reveal(self) -> None:
        """Show the key of the endpoint, or hide it."""
        if not self.refused(self.why_off("settings.reveal")):
            self.shows_key = not self.shows_key
            self.show_whole()

    async def action_copy_key(self) -> None:
        key = self.row.endpoint.api_key
        if not self.refused(self.why_off("settings.copy_key")) and key is not None:
            secret = f"The key of {self.row.name}"
            copying = copy_and_show(
                self.app, context(self).session.clipboard, key.reveal(), secret=secret
            )
            await open_dialog(self.app, copying)

    async def action_save(self) -> None:
        await (EndpointLog if self.view == LOGS else ListScreen).action_save(self)

    def action_scroll_whole(self, count: int) -> None:
        self.whole.scroll_to_line(self.whole.top + count)
        self.show_whole()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.action_scroll_whole(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.action_scroll_whole(-3)

    def action_escape(self) -> None:
        rows = self.browse
        if rows.list.gone is None and not (rows.text or rows.marks or self.has_class("-zoomed")):
            self.dismiss()
        else:
            super().action_escape()

    def action_back(self) -> None:
        """Esc leaves the search first, then the screen."""
        if self.view == LOGS and self.is_searched:
            self.action_clear_search()
        else:
            self.dismiss()
