"""What to know when leaving: what keeps billing, and what is unfinished."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vasttui.models.bill import Burn, burn_of, with_volumes
from vasttui.models.scheduled_job import Act
from vasttui.models.timer import Checked, Doer
from vasttui.services.account.changes import words
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.serverless.rows import EndpointRow
from vasttui.ui.context import AppContext
from vasttui.ui.rent.news import rent_lines
from vasttui.ui.reserve.words import deposits_pay
from vasttui.words import at_least, plural

if TYPE_CHECKING:
    from vasttui.ui.live import Live

_ACTS = {
    Act.STOP: "stops", Act.DESTROY: "is destroyed", Act.START: "starts", Act.REBOOT: "is rebooted",
    Act.BID: "gets another bid", Act.OTHER: "is changed",
}  # fmt: skip
_READ = (Checked.SAME, Checked.THEIRS)


def unfinished(app: AppContext) -> list[str]:
    """Unfinished actions, rentals, volumes and transfers, a sentence each."""
    live = app.live
    if live is None:
        return []
    lines: list[str] = []
    if live.has("renter"):
        lines += [
            f"Renting {state.name}: {' '.join(rent_lines(state, app.keymap))}"
            for state in live.renter.unfinished
        ]
    if live.has("transfers") and (sent := live.transfers.under_way) is not None:
        lines.append(
            f"Transferring {words(sent)}: not seen yet; if you leave, look at the invoices"
        )
    if live.has("reserver"):
        lines += [f"{one.title}: {one.sentence}" for one in live.reserver.unfinished]
    if live.has("actions"):
        running = live.actions.unfinished
        lines += [f"{state.what} {state.name}: {state.sentence}" for state in running]
    lines += _unfinished_made(live)
    if live.has("local"):
        lines += [
            f"Copying {one.source.path} → {one.target.path}: rsync runs here and stops"
            f"{one.so_far}; Transfers shows it at the next start, and it goes on where it was"
            for one in live.local.under_way
        ]
    return lines + [
        f"{name}: a job was sent to Vast.ai, and not read back yet" for name in live.jobs_sent
    ]


def _unfinished_made(live: Live) -> list[str]:
    """Volumes and endpoints that may still come."""
    volumes = live.volumes.unfinished if live.has("volumes") else []
    return [*volumes, *(live.serverless.unfinished if live.has("serverless") else [])]


def exit_summary(app: AppContext) -> str:
    """The summary printed after quitting; may be empty."""
    lines = []
    if not app.session.demo and app.fleet.number:
        lines += _billing(app.fleet)
    rents = [state for state in app.renting.values() if not state.is_over]
    for state in rents:
        how = "unconfirmed" if state.instance_id is None else "not ready yet"
        lines.append(f"Renting {state.name} is {how}; vasttui continues it at its next start.")
        if app.live is not None and state.ask in app.live.stops_to_set:
            lines.append("Its stop by Vast.ai is not set, and will not be: set it then.")
        if state.ask in app.reminders_to_set:
            lines.append("Its reminder is not set, and will not be: set it then.")
    if app.live is not None:
        lines += _open_ends(app.live)
        if app.live.has("serverless") and not app.session.demo:
            lines += _endpoints(app.live.serverless.reader.rows)
    lines += _timers(app)
    going = len(app.live.copies.under_way) if app.live is not None and app.live.has("copies") else 0
    if going:
        noun = plural(going, "copy goes", "copies go")
        lines.append(f"{noun} on without vasttui; it looks for the end at its next start.")
    return app.discreet("\n".join(lines))


def _open_ends(live: Live) -> list[str]:
    """What was paid, transferred or made, and is not confirmed."""
    lines = []
    lost = live.transfers.unknown if live.has("transfers") else None
    if lost is not None:
        lines.append(
            f"It is not known whether {words(lost)} was transferred; look at the invoices."
        )
    for payment in live.reserver.unfinished if live.has("reserver") else ():
        lines.append(
            f"{payment.title}: not confirmed. Do not pay again; vasttui looks for it at its next "
            "start."
        )
    return lines + _unfinished_made(live)


def _endpoints(rows: Sequence[EndpointRow]) -> list[str]:
    """The endpoints that may start workers while nobody looks, as far as they were read."""
    active = sum(row.endpoint.endpoint_state == "active" and bool(row.groups) for row in rows)
    own = "itself" if active == 1 else "themselves"
    return [f"{plural(active, 'active endpoint')} may start workers by {own}."] if active else []


def _billing(fleet: Fleet) -> list[str]:
    """What goes on taking from the credit, as the first line counts it, and what deposits pay."""
    rows = [row for row in fleet.rows if not row.bill.prepaid and row.bill.hourly != 0]
    volumes = [one for one in fleet.volumes or () if one.machine_id not in fleet.away]
    lines = []
    for number, what, burn in (
        (len(rows), "instance", burn_of(row.bill for row in rows)),
        (len(volumes), "volume", with_volumes(Burn(), volumes, ())),
    ):
        if burn.total or burn.unknown:
            noun = plural(number, f"{what} keeps", f"{what}s keep")
            price = at_least(burn.total, "+?" if burn.unknown else "")
            lines.append(f"{noun} billing {price}.")
    return [*lines, *filter(None, [deposits_pay(row.bill for row in fleet.rows)])]


def _timers(app: AppContext) -> list[str]:
    """What stops or ends without vasttui, and what does not come while it is closed."""
    # start-up: nothing has ended before the first frame
    from vasttui.ui.timers.known import rows_of
    from vasttui.ui.timers.resource import when

    now = app.session.clock.now()
    rows = [one for one in rows_of(app) if one.row is not None and not one.off]
    lines = [
        f"{one.name} {_ACTS[one.timer.act]} {when(one.timer, now)} by Vast.ai's job {one.job_id}."
        for one in rows if one.timer.job is not None and one.timer.checked in _READ
    ]  # fmt: skip
    told = sum(one.timer.doer is Doer.VASTTUI for one in rows)
    if told:
        does = "reminder does not come" if told == 1 else "reminders do not come"
        lines.append(f"{told} {does} while vasttui is closed.")
    return lines
