"""The live GPU view: it reads over SSH while it is shown, and only then."""

from __future__ import annotations

from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.worker import Worker

from vasttui.models.ssh_address import no_address_reason, ssh_addresses
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.ssh.gpu_watch import GpuWatch
from vasttui.ui.context import context
from vasttui.ui.instances.detail import GONE
from vasttui.ui.instances.gpu_lines import gpu_lines
from vasttui.ui.instances.login_seen import login_worked

GPU_TAB = "GPU"


class GpuKeys(Screen[None]):
    """Watches the GPUs of `row` while `tab` is the live view."""

    row: FleetRow
    tab: str
    gpu_watch: GpuWatch | None = None
    _watching: Worker[None] | None = None

    def show_gpus(self) -> None:
        """Draw the view again."""
        raise NotImplementedError

    def watch_gpus(self) -> None:
        """Connect, unless it is connected."""
        app = context(self)
        ssh, row = app.session.ssh, self.row
        addresses = ssh_addresses(row.instance, ssh.ways.of(row.id))
        running = row.is_running and bool(addresses) and not app.session.demo
        if not running or (self.gpu_watch is not None and not self.gpu_watch.over):
            return
        self.gpu_watch = watch = GpuWatch(addresses[0])

        def changed() -> None:
            if watch.as_of is not None and len(watch.readings) == 1:
                login_worked(app, row.id, watch.address, app.session.clock.now())
            if self.gpu_watch is watch:
                self.show_gpus()

        self._watching = self.run_worker(
            watch.run(row.id, ssh.known_hosts, app.session.clock, changed),
            group="gpu", exclusive=True, description="",
        )  # fmt: skip

    def forget_gpus(self) -> None:
        """End ssh and what runs there."""
        if self._watching is not None:
            self._watching.cancel()
        self.gpu_watch = self._watching = None

    def on_screen_suspend(self) -> None:
        """Another screen is shown; a dialog lets the view through."""
        if not isinstance(self.app.screen, ModalScreen):
            self.forget_gpus()

    def on_screen_resume(self) -> None:
        if self.tab == GPU_TAB and self.gpu_watch is None:
            self.watch_gpus()
            self.show_gpus()

    def gpu_view(self, width: int) -> list[Content]:
        """The lines of the view."""
        app, row = context(self), self.row
        if self.gpu_watch is not None:
            now, key = app.session.clock.monotonic(), app.keymap.spelled("instance.gpu")
            return gpu_lines(self.gpu_watch, now, width, key)
        text = GONE if row.gone else no_address_reason(row.instance, row.phase)
        if app.session.demo:
            text = "Not in the demo: it connects to nothing."
        return [Content.styled(text, "$text-muted")]
