"""Stops that wait inside an instance: started and ended over the login that SSH uses."""

from __future__ import annotations

from vasttui.errors import VastError
from vasttui.models.ssh_address import ssh_addresses
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.system.programs import Run, run_program
from vasttui.services.timers.inside import InsideStops, inside_words
from vasttui.ui.context import AppContext
from vasttui.ui.live import Live

DEMO = "Not in the demo: it connects to nothing."
_NO_WAY = "There is no way in over SSH now."


def _way_in(app: AppContext, row: FleetRow | None, run: Run) -> InsideStops:
    """Raises VastError where there is none."""
    ssh = app.session.ssh
    addresses = () if row is None else ssh_addresses(row.instance, ssh.ways.of(row.id))
    if app.session.demo:
        raise VastError(DEMO)
    if row is None or not row.can_log_in or not addresses:
        raise VastError(_NO_WAY)
    return InsideStops(addresses[0], ssh.known_hosts, app.session.clock, run)


async def start_inside(
    app: AppContext, live: Live, row: FleetRow, at: float, run: Run = run_program
) -> str:
    """Let the instance stop itself at `at` (epoch seconds), in the place of what waits there; what
    to say of it. Raises VastError."""
    way = _way_in(app, row, run)
    before = live.timers.stops.of(row.id)
    if before is not None:
        await way.take_back(before)
        live.timers.stops.forget(row.id)
    stop = await way.set(row.id, at)
    live.timers.stops.remember(stop)
    return inside_words(stop)


async def end_inside(app: AppContext, live: Live, instance_id: int, run: Run = run_program) -> str:
    """End what waits inside; what to say of it. Raises VastError."""
    stop, row = live.timers.stops.of(instance_id), app.fleet.row(instance_id)
    if stop is None:
        return ""
    if row is None or not row.is_running:
        live.timers.stops.forget(instance_id)  # it ended with the container
        return "It does not run: what waited inside ended with it."
    was_there = await _way_in(app, row, run).take_back(stop)
    live.timers.stops.forget(instance_id)
    return "It is ended." if was_there else "It was not there any more."
