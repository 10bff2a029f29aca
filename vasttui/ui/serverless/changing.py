"""What is done with the answers of the dialogs of Serverless: each change is sent, reported, and
all is read again."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.content import Content

from vasttui.errors import Rejected, Unconfirmed, VastError
from vasttui.lists.serverless_rows import Line
from vasttui.models.endpoint_settings import group_settings_of, settings_of
from vasttui.services.serverless.costs import Cost
from vasttui.services.serverless.rows import EndpointRow, GroupRow
from vasttui.services.serverless.states import after_state
from vasttui.services.serverless.words import (
    deleted_words,
    most_words,
)
from vasttui.ui.instances.flows import InstanceFlows
from vasttui.ui.modals.choose import ChooseModal, MenuItem
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.serverless.delete_dialog import DeleteServerlessModal
from vasttui.ui.serverless.group_dialog import GroupModal
from vasttui.ui.serverless.known import cost
from vasttui.ui.serverless.new_endpoint import NewEndpoint, NewEndpointModal
from vasttui.ui.serverless.scale import ScaleModal
from vasttui.ui.serverless.state_dialog import StateModal
from vasttui.words import per_hour, plural

if TYPE_CHECKING:
    from vasttui.ui.serverless.actions import At

_UNREAD = "{name}: a field of it could not be read, and every change sends all. Use the console."


async def new(at: At, line: Line | None) -> None:
    """A new endpoint; on a group, or an endpoint without one, a new group."""
    row = None if line is None else line.endpoint
    if row is None or line is None or (line.group is None and row.groups):
        await new_endpoint(at)
        return
    if line.group is None:
        none = ", which has none" if row.lacks_group else ""
        items = [
            MenuItem(Content("worker group"), Content(f"of {row.name}{none}")),
            MenuItem(Content("endpoint"), Content("another one")),
        ]
        chosen = await at.app.push_screen_wait(ChooseModal("New", items))
        if chosen is None:
            return
        if chosen:
            await new_endpoint(at)
            return
    await new_group(at, row)


async def new_endpoint(at: At) -> None:
    """Ask, then make an endpoint and its first group."""
    order = await at.app.push_screen_wait(NewEndpointModal(at.serverless))
    if order is not None:
        await make_endpoint(at, order)


async def make_endpoint(at: At, order: NewEndpoint) -> None:
    """Make an endpoint and its first group, and say what came of it."""
    name = order.settings.endpoint_name
    at.app.notify(f"Making {name}: asked for once, then looked for by its name for 60 s.",
                  markup=False)  # fmt: skip
    await _send(at, f"Making {name} and its worker group", _make(at, order))


async def _make(at: At, order: NewEndpoint) -> str:
    name = order.settings.endpoint_name
    made = await at.serverless.endpoints.create(order.settings)
    at.serverless.drafts.endpoint_made(made.id)
    at.serverless.reader.refresh()
    at.wake()
    settings = replace(order.group, endpoint_id=made.id, endpoint_name=made.endpoint_name)
    try:
        group = await at.serverless.groups.create(settings)
    except VastError as error:
        if isinstance(error, Unconfirmed):
            known, hint = "may not be", "It is looked for: do not make another."
        else:
            makes = at.app.hint("endpoints.new", "on it makes one.")
            known, hint = "is not", f"Without a group it starts no worker. {makes}".strip()
        raise VastError(
            f"{name} is made, but its worker group {known}: {error}", hint=hint
        ) from None
    at.serverless.drafts.group_made(made.id)
    worst = most_words(GroupRow(group=group, max_workers=made.max_workers), Cost())
    return f"{name} is made with group {group.id}: {worst}. Its workers start with the load."


async def new_group(at: At, row: EndpointRow) -> None:
    """Ask, then make a group of an endpoint."""
    modal = GroupModal(row, None, _cost(at, row), at.serverless)
    order = await at.app.push_screen_wait(modal)
    if order is None:
        return
    settings = order[1]
    at.app.notify(f"Making a worker group of {row.name}: asked for once, then looked for.",
                  markup=False)  # fmt: skip

    async def make() -> str:
        group = await at.serverless.groups.create(settings)
        at.serverless.drafts.group_made(row.id)
        worst = most_words(GroupRow(group=group, max_workers=row.endpoint.max_workers), Cost())
        return f"Group {group.id} of {row.name} is made: {worst}."

    await _send(at, f"Making a worker group of {row.name}", make())


def _cost(at: At, row: EndpointRow, group: GroupRow | None = None) -> Cost | None:
    return cost(at.app.fleet, at.serverless.reader.rows, row, group)


async def edit(at: At, line: Line) -> None:
    """Scale an endpoint, or change a group."""
    row, group = line.endpoint, line.group
    spent = _cost(at, row)
    readable = settings_of(row.endpoint) if group is None else group_settings_of(group.group)
    if readable is None:
        name = row.name if group is None else f"Group {group.id}"
        at.app.notify(_UNREAD.format(name=name), severity="warning", markup=False)
    elif group is None:
        await _scale(at, row)
    else:
        modal = GroupModal(row, group.group, spent, at.serverless)
        order = await at.app.push_screen_wait(modal)
        if order is None:
            return
        shown, settings = order

        async def change() -> str:
            assert shown is not None
            made = await at.serverless.groups.change(shown, settings)
            worst = most_words(replace(group, group=made), _cost(at, row, group))
            renews = at.app.hint("endpoints.update", "on it makes them anew.")
            return f"Group {made.id} is changed: {worst}. Its workers stay. {renews}".strip()

        await _send(at, f"Changing group {group.id}", change())


async def _scale(at: At, row: EndpointRow) -> None:
    spent = _cost(at, row)
    order = await at.app.push_screen_wait(ScaleModal(row, spent, at.serverless))
    if order is None:
        return
    shown, settings = order

    async def change() -> str:
        made = await at.serverless.endpoints.change(shown.endpoint, settings)
        now = "" if spent is None or spent.mark else f"; now {per_hour(spent.known)} goes on"
        return f"{made.name} is scaled: {most_words(replace(shown, endpoint=made), spent)}{now}."

    await _send(at, f"Scaling {row.name}", change())


async def state(at: At, line: Line) -> None:
    """Set an endpoint active, suspended or stopped."""
    row = line.endpoint
    if settings_of(row.endpoint) is None:
        at.app.notify(_UNREAD.format(name=row.name), severity="warning", markup=False)
        return
    spent = _cost(at, row)
    order = await at.app.push_screen_wait(StateModal(row, spent, at.serverless))
    if order is None:
        return
    shown, wanted = order

    async def change() -> str:
        await at.serverless.endpoints.set_state(shown.endpoint, wanted)
        return f"{row.name}: {after_state(wanted, spent, shown)}"

    await _send(at, f"Setting {row.name} {wanted}", change())


async def delete(at: At, line: Line) -> None:
    """Delete an endpoint, a group, or a worker."""
    if line.worker is not None:
        await delete_worker(at, line)
        return
    row, group = line.endpoint, line.group
    spent = _cost(at, row, group)
    modal = DeleteServerlessModal(row, group, spent, at.app.hide_words)
    if await at.app.push_screen_wait(modal) != modal.VERB:
        return

    async def remove() -> str:
        rowless = () if spent is None else spent.rowless
        if group is None:
            name, left = row.name, await at.serverless.delete_endpoint(row, rowless)
        else:
            name, left = f"Group {group.id}", await at.serverless.delete_group(group, rowless)
        helps = at.app.hint("instances.destroy", "on it, on 2.") if left.failed else ""
        return f"{deleted_words(name, left)} {helps}".strip()

    what = row.name if group is None else f"group {group.id}"
    await _send(at, f"Deleting {what}", remove(), removes=line.id)


async def delete_worker(at: At, line: Line) -> None:
    """Destroy the instance that a worker is."""
    assert line.worker is not None
    row = at.app.fleet.row(line.worker.id)
    if row is None or row.gone:
        words = f"Worker {line.worker.id} is not among your instances: it cannot be destroyed here."
        at.app.notify(words, severity="warning", markup=False)
        return
    await InstanceFlows(at.app).destroy([row])


async def update(at: At, line: Line) -> None:
    """Update the workers of a group, or cancel that."""
    group = line.group or await _which(at, line.endpoint)
    if group is None:
        return
    updates, name = at.serverless.updates, f"group {group.id}"
    if updates.goes_on(group):
        text = "Workers that were updated stay as they are now; the others keep what they run."
        verb = "Cancel the update"
        modal = ConfirmModal(f"{verb} of {name}", text, verb, cancel="Close")
        if await at.app.push_screen_wait(modal):
            await _send(at, f"Cancelling the update of {name}", _cancel(at, group))
        return
    if group.workers == ():
        at.app.notify(f"{name[:1].upper()}{name[1:]} has no worker to update.", markup=False)
        return
    many = "its workers" if group.workers is None else plural(len(group.workers), "worker")
    worst = most_words(group, _cost(at, line.endpoint, group))
    again = at.app.hint("endpoints.update", "again cancels it while it goes on.")
    text = (
        f"{many[:1].upper()}{many[1:]} of {name} are made anew from its template, one after the "
        "other: each is not ready meanwhile, and bills; an inactive one may bill its GPU, too, "
        "until it is done. What they wrote to their disks may be lost.\n\nworst case, as before: "
        f"{worst}\n\nWritten in a journal, sent once, never again by itself. {again}"
    )
    modal = ConfirmModal(f"Update the workers of {name}", text, "Update")
    if await at.app.push_screen_wait(modal):
        await _send(at, f"Updating the workers of {name}", _update(at, group))


async def _which(at: At, row: EndpointRow) -> GroupRow | None:
    """Which group of an endpoint: the only one, or the one that is chosen."""
    if len(row.groups) < 2:
        return next(iter(row.groups), None)
    items = [MenuItem(Content(f"{one.id}"), Content(one.group.search)) for one in row.groups]
    chosen = await at.app.push_screen_wait(ChooseModal(f"Update workers of {row.name}", items))
    return None if chosen is None else row.groups[chosen]


async def _update(at: At, group: GroupRow) -> str:
    total = await at.serverless.groups.update_workers(group.id)
    at.serverless.updates.begin(group.id, total)
    if total == 0:
        return f"Group {group.id} has no worker to update."
    many = "its workers" if total is None else plural(total, "worker")
    cancels = at.app.hint("endpoints.update", "cancels.")
    return f"Group {group.id}: the service updates {many}, one after the other. {cancels}".strip()


async def _cancel(at: At, group: GroupRow) -> str:
    try:
        await at.serverless.groups.cancel_update(group.id)
    except VastError as error:
        if type(error) is Rejected:  # none is under way: there may be another
            at.serverless.updates.end(group.id)
        raise
    at.serverless.updates.end(group.id)
    return f"Group {group.id}: the update of its workers is cancelled."


async def _send(at: At, what: str, work: Awaitable[str], *, removes: str | None = None) -> None:
    """Do it, say what came of it, and read all again."""

    async def done() -> str:
        try:
            return await at.serverless.told(what, work)
        finally:
            at.serverless.reader.refresh()

    await at.report(done(), removes=removes, what=what)
