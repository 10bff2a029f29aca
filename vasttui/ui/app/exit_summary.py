"""What to know when leaving: what keeps billing, and what is unfinished."""

from __future__ import annotations

from collections.abc import Sequence

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
    rents = [
        f"Renting {state.name}: {' '.join(rent_lines(state, app.keymap))}"
        for state in live.renter.unfinished
    ]
    transfer = live.transfers.under_way
    credit = (
        []
        if transfer is None
        else [f"Transferring {words(transfer)}: not seen yet; if you leave, look at the invoices"]
    )
    payments = [f"{one.title}: {one.sentence}" for one in live.reserver.unfinished]
    running_actions = live.actions.unfinished
    actions = [f"{state.what} {state.name}: {state.sentence}" for state in running_actions]
    copies = [
        f"Copying {one.source.path} → {one.target.path}: rsync runs here and stops{one.so_far}; "
        "Transfers shows it at the next start, and it goes on where it was"
        for one in live.local.under_way
    ]
    timers = [
        f"{name}: a job was sent to Vast.ai, and not read back yet" for name in live.jobs_sent
    ]
    made = live.volumes.unfinished + live.serverless.unfinished
    return rents + credit + payments + actions + made + copies + timers


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
    lost = app.live.transfers.unknown if app.live is not None else None
    if lost is not None:
        lines.append(
            f"It is not known whether {words(lost)} was transferred; look at the invoices."
        )
    for payment in app.live.reserver.unfinished if app.live is not None else ():
        lines.append(
            f"{payment.title}: not confirmed. Do not pay again; vasttui looks for it at its next "
            "start."
        )
    if app.live is not None:
        lines += app.live.volumes.unfinished + app.live.serverless.unfinished
        if not app.session.demo:
            lines += _endpoints(app.live.serverless.reader.rows)
    lines += _timers(app)
    going = len(app.live.copies.under_way) if app.live is not None else 0
    if going:
        noun = plural(going, "copy goes", "copies go")
        lines.append(f"{noun} on without vasttui; it looks for the end at its next start.")
    return app.discreet("\n".join(lines))


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
        (len(rows), "instance", burn_of((row.phase, row.bill) for row in rows)),
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
