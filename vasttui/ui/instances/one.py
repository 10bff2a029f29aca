"""One instance on the whole screen: overview, logs, ports, raw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.console import RenderableType
from textual import events, getters
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from vasttui.services.actions.state import ActionState
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.services.log_watch import FOLLOW_EVERY, Log
from vasttui.ui.context import context
from vasttui.ui.header import freshness, header
from vasttui.ui.instances import lines as instance_lines
from vasttui.ui.instances.actions import InstanceKeys
from vasttui.ui.instances.detail import TABS, InstanceDetail, timeline_lines
from vasttui.ui.instances.fitting_keys import unfit_now
from vasttui.ui.instances.gpu import GPU_TAB, GpuKeys
from vasttui.ui.instances.log import LogKeys
from vasttui.ui.key_table import BY_ID
from vasttui.ui.keys import bindings
from vasttui.ui.lines import clickable, first_fit, key_entries, tabs, too_small
from vasttui.ui.lists.detail_pane import DetailPane
from vasttui.ui.lists.facts import hanging
from vasttui.ui.lists.lines import banner, told
from vasttui.ui.news import News
from vasttui.ui.privacy import covered
from vasttui.ui.rent.news import rent_words
from vasttui.ui.resizing import CurrentSize
from vasttui.ui.searched_log import FINDING
from vasttui.ui.widgets.key_bar import KeyBar
from vasttui.ui.widgets.line import TextLine
from vasttui.ui.widgets.log_view import LogView
from vasttui.ui.widgets.top_line import TopLine


class InstanceScreen(LogKeys, GpuKeys, InstanceKeys, CurrentSize[None]):
    """Follows one instance, whatever becomes of it."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("log", "instance", "instances", "machine"),
        Binding("up,k", "scroll_pane(-1)", "Up", show=False),
        Binding("down,j", "scroll_pane(1)", "Down", show=False),
        Binding("pageup,ctrl+u", "scroll_pane(-10)", "Page up", show=False),
        Binding("pagedown,ctrl+d", "scroll_pane(10)", "Page down", show=False),
        Binding("home,g", "scroll_pane(-9999)", "Top", show=False),
        Binding("end,G", "scroll_pane(9999)", "End", show=False),
    ]

    pane = getters.query_one("#pane", DetailPane)

    def __init__(self, row: FleetRow, tab: str) -> None:
        super().__init__()
        self.row = row
        self.tab = tab
        self.details = InstanceDetail(context(self))

    def compose(self) -> ComposeResult:
        yield TopLine()
        yield TextLine(id="title")
        yield TextLine(id="hint")
        yield DetailPane(id="pane")
        yield from self.log_frame()
        yield TextLine(id="status")
        yield KeyBar()

    def render(self) -> RenderableType:
        if self.has_class("-tiny") or self.has_class("-flat"):  # its widgets are hidden
            return too_small(self.size, context(self).keymap)
        return super().render()

    def on_mount(self) -> None:
        app = context(self)
        app.fleet_changed.subscribe(self, self._fleet_changed)
        app.action_changed.subscribe(self, self._action_changed)
        app.log_changed.subscribe(self, self._log_changed)
        app.app_changed.subscribe(self, self._app_changed)
        app.news_changed.subscribe(self, self._news_changed)
        self.show_tab()
        self.set_interval(1.0, self.tick)

    @property
    def SCOPE(self) -> str:
        """The scope of its own keys."""
        return "log" if self.tab == "Logs" else "instance"

    @property
    def targets(self) -> Sequence[FleetRow]:
        return [] if self.row.gone or context(self).fleet.is_kept else [self.row]

    @property
    def gone(self) -> FleetRow | None:
        return self.row if self.row.gone else None

    @property
    def machine(self) -> int | None:
        return self.row.instance.machine_id

    async def action_press(self, action_id: str) -> None:
        """A key of this screen. The log takes its keys only while it is shown."""
        action = BY_ID[action_id]
        if isinstance(self.focused, Input) or (action.scope == "log" and self.tab != "Logs"):
            raise SkipAction
        await self.app.run_action(action.action, self)

    def _fleet_changed(self, fleet: Fleet) -> None:
        row = fleet.row(self.row.id)
        if row is not None and row.instance.same_contract(self.row.instance):
            self.row = row
        elif fleet.number and not self.row.gone:
            self.row = self.row.ended(context(self).session.clock.now())
        self._show_keys()
        if self.log_text is not None and not self.log_text.lines:
            self.show_log()  # what has happened since is told there
        self.tick()

    def _action_changed(self, state: ActionState) -> None:
        self.tick()

    def _log_changed(self, log: Log) -> None:
        if log.instance_id == self.row.id:
            self.show_log()

    def _news_changed(self, news: News) -> None:
        self._show_status()

    def _app_changed(self, what: str) -> None:
        if what == "refresh" and self.tab == "Logs":
            self.fetch()
        self.query("*").refresh()
        self.tick()

    def show_tab(self) -> None:
        """The body of the tab, its keys and its focus."""
        logs, log = self.tab == "Logs", self.log_text
        self.set_class(logs, "-logs")
        self.set_focus(self.query_one(LogView) if logs else None)
        if logs and (log is None or (log.as_of is None and not log.fetching)):
            self.fetch()
        if self.tab == GPU_TAB:
            self.watch_gpus()
        else:
            self.forget_gpus()
        self.pane.scroll_to_line(0)
        self.show_log()
        self.tick()
        self._show_keys()

    def on_descendant_focus(self) -> None:
        self._show_keys()

    def _show_keys(self) -> None:
        """The keys that fit the instance as it is, or those of the search while it is typed."""
        app = context(self)
        keys = key_entries(app.keymap, self.SCOPE, self._unfit, read_only=app.session.read_only)
        self.query_one(KeyBar).show(FINDING if isinstance(self.focused, Input) else keys)

    def _unfit(self, action_id: str) -> str:
        return unfit_now(context(self), action_id, self.targets)

    def _show_pane(self) -> None:
        row, width = self.row, max(20, self.size.width - 4)
        title = self.details.title(row, width - 2)
        if self.tab == "Overview":
            live = context(self).live
            events = live.timeline.of(row.id) if live is not None else ()
            about = self.details.overview(row, width, whole=True)
            lines = [
                *(part for line in about for part in hanging(covered(line, self), width)),
                Content(""), *timeline_lines(events), Content(""),
                Content.styled("Ports", "bold $text-accent"), *self.details.ports(row),
            ]  # fmt: skip
        elif self.tab == "Logs":
            lines = [self.details.load(row, width)]
        elif self.tab == GPU_TAB:
            lines = self.gpu_view(width)
        else:
            about = self.details.lines(self.tab, row, width)
            lines = [part for line in about for part in hanging(covered(line, self), width)]
        self.pane.show(title, self._tab_line(), lines)
        if self.pane.hidden and self.pane.size.height:
            last = min(len(lines), self.pane.top + self.pane.size.height)
            seen = f" {self.pane.top + 1}–{last} of {len(lines)} ↑↓ "
            self.pane.show(title, self._tab_line(seen), lines)

    def _tab_line(self, seen: str = "") -> Content:
        """How much of it is seen, the tabs that the keys walk, and the key of the live view."""
        spell = context(self).keymap.spelled
        keys = f"{spell('instance.previous_tab')} {spell('instance.next_tab')}"
        names = (*TABS, GPU_TAB) if self.tab == GPU_TAB else TABS
        found = Content.assemble((seen, "$text-muted"), tabs(names, self.tab, keys))
        if self.tab == GPU_TAB or self._unfit("instance.gpu"):
            return found
        key = clickable(f"{spell('instance.gpu')} {GPU_TAB}", "screen.gpu")
        return first_fit(self.size.width - 6, Content.assemble(found, key), found)

    def show_gpus(self) -> None:
        self._show_pane()

    def _show_title(self) -> None:
        self.query_one("#title", TextLine).show(self.details.heading(self.row))

    def tick(self) -> None:
        """Once a second: the ages and the clocks."""
        app, fleet = context(self), context(self).fleet
        now = app.session.clock.monotonic()
        self._show_title()
        fresh = freshness(
            fleet.as_of, now, busy=fleet.busy, failed=fleet.error is not None,
            retries=fleet.busy or fleet.next_try is not None,
        )  # fmt: skip
        line = header(app, "instances", fresh, self.size.width)
        self.query_one(TopLine).show(*line, fresh)
        notice = banner(fleet, now, app.keymap.spelled, self.size.width)
        self.query_one("#hint", TextLine).show(notice or Content("─" * self.size.width))
        if self.tab == "Logs":
            self.show_log_title()
        self._show_pane()
        self._show_status()

    def on_screen_resume(self) -> None:
        self._show_status()

    def _show_status(self) -> None:
        if not self.is_current:
            return
        app, line = context(self), self.query_one("#status", TextLine)
        news = told(app, self._under_way)
        said = app.news.standing(app.session.clock.monotonic(), covered=True)
        if self.row.gone and (said is None or said.severity != "error"):
            key = app.keymap.spelled("instance.back")
            text = f" This instance is no longer listed. {key} goes back."
            line.show(Content.styled(text, "$text-warning"))
        elif news is not None:
            line.show(news)
        elif self.tab == "Logs":
            text = " Logs are fetched on request, not streamed."
            if self.follows:
                text = f" Fetched again every {FOLLOW_EVERY:.0f} s: the service streams no logs."
            line.show(Content.styled(text, "$text-muted"))
        else:
            line.show(Content(""))

    def _under_way(self) -> Content | None:
        app = context(self)
        return rent_words(app) or instance_lines.actions_line(tuple(app.running_actions.values()))

    def on_resize(self) -> None:
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        self.tick()

    def action_tab(self, step: int) -> None:
        # The live view has a key of its own: walking past it connects to nothing.
        at = TABS.index(self.tab) if self.tab in TABS else min(0, -step)
        self.tab = TABS[(at + step) % len(TABS)]
        self.show_tab()

    def action_gpu(self) -> None:
        """Show the GPUs live; where they are shown already, connect again if need be."""
        self.action_show_tab(GPU_TAB)

    def action_show_tab(self, tab: str) -> None:
        if tab in (*TABS, GPU_TAB):
            self.tab = tab
            self.show_tab()

    def action_logs(self) -> None:
        """Show the log; where it is shown already, fetch it again."""
        if self.tab == "Logs":
            self.fetch()
        else:
            self.action_show_tab("Logs")

    def action_scroll_pane(self, lines: int) -> None:
        self.pane.scroll_to_line(self.pane.top + lines)
        self._show_pane()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.action_scroll_pane(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.action_scroll_pane(-3)

    def action_back(self) -> None:
        """Esc leaves the search first, then the screen."""
        if self.tab == "Logs" and self.is_searched:
            self.action_clear_search()
        else:
            self.dismiss()
