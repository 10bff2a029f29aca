"""Tells what watches ring for, in the ways that each of them is set to."""

from __future__ import annotations

from collections.abc import Sequence

from textual.screen import ModalScreen
from textual.widgets import Input

from vasttui.services.fleet.alerts import Alert
from vasttui.services.watches.command import run_command
from vasttui.services.watches.looker import Ring
from vasttui.services.watches.watch import Hit, Watch, gone_words, ring_words
from vasttui.ui.context import AppContext
from vasttui.ui.opening import open_dialog


class WatchNews:
    """Implements `WatchListener` for the application."""

    def __init__(self, app: AppContext) -> None:
        self._app = app
        self._told = ""

    def gpu_names(self) -> Sequence[str]:
        """The names of GPUs in the market, empty while they are not known."""
        return self._app.gpu_names

    def avoided(self) -> frozenset[int]:
        """The machines that the user avoids."""
        return self._app.session.preferences.current.avoided

    def changed(self) -> None:
        """A look began or ended, or another window changed the watches."""
        app = self._app
        app.warn(app.session.lost())
        problem = app.session.watches.problem
        said = (self._told, *(news.text for news in app.news.unread))
        if problem and problem not in said:
            app.warn((problem,))
        self._told = problem
        app.app_changed.publish("watches")

    def gone(self, watch: Watch, hit: Hit) -> None:
        """The offer it rang for last is gone."""
        text = f"{watch.name}: {gone_words(hit)}"
        self._app.notify(text, markup=False)

    def ring(self, ring: Ring) -> None:
        """Tell it: on the status line of every screen, and as the watch is set."""
        app, watch = self._app, ring.watch
        offers = (one.offer for one in ring.offers)
        app.veil.learn_ids(number for one in offers for number in (one.id, one.machine_id))
        text = f"{ring_words(ring.offers, ring.known)} {self._keys if watch.inbox else ''}".rstrip()
        app.alert([Alert("offers", watch.name, text)], bell=watch.bell, desktop=watch.desktop)
        if watch.command and not app.session.read_only:
            app.run_worker(self._run(ring), group="watch-command", description="")
        if watch.opens and self._is_free:
            # start-up: the dialog of a rental takes 45 ms to import
            from vasttui.ui.watches.flows import WatchFlows

            hit = self._app.session.watches.seen[watch.id].hits[0]
            dialog = open_dialog(app, WatchFlows(app).rent(watch, hit))
            app.run_worker(dialog, group="watch-rent", exclusive=True, description="")

    @property
    def _keys(self) -> str:
        """`!: n rents it, enter shows it.`"""
        app = self._app
        rents = app.hint("offers.rent", "rents it, ")
        return f"{app.keymap.spelled('app.inbox')}: {rents}enter shows it."

    @property
    def _is_free(self) -> bool:
        """Whether the user is in no dialog and not typing, and the terminal is this program's."""
        app = self._app
        busy = isinstance(app.screen, ModalScreen) or isinstance(app.focused, Input)
        return not busy and app.terminal_user is None and not app.session.read_only

    async def _run(self, ring: Ring) -> None:
        watch = ring.watch
        problem = await run_command(watch.command, ring.offers[0], watch.name)
        if problem:
            self._app.notify(problem, title=watch.name, severity="error", markup=False)
