"""The facts of a volume, and of room for one."""

from __future__ import annotations

import time
from collections.abc import Sequence

from vasttui.lists.resource import Fact
from vasttui.lists.volume_rows import FREE, FREEING, OFFLINE, VolumeRow
from vasttui.models.offer import ENDS_SOON, Offer
from vasttui.models.volume import Space
from vasttui.ui.context import AppContext
from vasttui.ui.format import percent, span, speed, whole
from vasttui.ui.keys import Keymap
from vasttui.ui.lists.machine_words import machine_brief
from vasttui.ui.volumes.cells import attached_cell
from vasttui.units import HOURS_PER_MONTH
from vasttui.words import UNKNOWN, factor, money, per_gb, per_hour, plural


def overview(
    row: VolumeRow, now: float, offers: Sequence[Offer] | None, app: AppContext
) -> Sequence[Fact]:
    """The facts of a volume at `now` (epoch seconds); `offers` are those in hand on its machine."""
    clone = app.hint("volumes.transfer", "clones it")
    return [
        Fact("Cost", _cost(row), "warn" if row.volume.storage_total_cost is None else ""),
        Fact("Attached", _attached(row)),
        Fact("Ends", _ends(row.volume.end_date, now, clone), _soon(row.volume.end_date, now)),
        Fact("Rent", _rent(row, offers, app.keymap)),
        Fact("Where", _where(row, machine_brief(
            app.machines, row.volume.machine_id, private=app.private))),
    ]  # fmt: skip


def _cost(row: VolumeRow) -> str:
    volume = row.volume
    if volume.storage_total_cost is None or volume.monthly is None:
        return "unknown: the service sent no price that can be read"
    price = f"{money(volume.monthly)}/month = {per_hour(volume.storage_total_cost)}"
    if volume.disk_space:
        each = volume.monthly / volume.disk_space
        shown = factor(each, volume.disk_space, per_gb(each), money(volume.monthly))
        price = f"{whole(volume.disk_space)} GB × {shown}/GB/month = {price}"
    if row.state == OFFLINE:
        return f"{price}, but nothing now: its machine is offline"
    return f"{price}, attached or not (free while the machine is offline)"


def _where(row: VolumeRow, known: str) -> str:
    volume = row.volume
    net = f"↓ {speed(volume.inet_down)} ↑ {speed(volume.inet_up)} Mb/s"
    parts = [
        f"machine {volume.machine_id or UNKNOWN}", volume.geolocation or "place unknown",
        volume.disk_name or "disk unknown", net, f"{percent(volume.reliability2)} % reliable",
        known,
    ]  # fmt: skip
    return " · ".join(filter(None, parts))


def _attached(row: VolumeRow) -> str:
    if not row.volume.is_local:
        return "A network volume: Vast.ai has withdrawn the kind. Shown, not changed."
    if row.state == FREEING:
        names = ", ".join(one.name for one in row.holders)
        return f"{names} is gone; a volume stays in use for about 30 s after that"
    rule = "one instance at a time, on this machine only, from its rent on"
    if row.state == FREE:
        return f"to none · {rule}"
    where = f", at {row.path}" if row.path is not None else ""
    who = attached_cell(row)[0]
    return f"{'who has it is unknown' if who == UNKNOWN else who}{where} · {rule}"


def _soon(end: float | None, now: float) -> str:
    return "warn" if end is not None and end - now < ENDS_SOON else ""


def _ends(end: float | None, now: float, clone: str) -> str:
    if end is None:
        return "unknown: the service sent no date that can be read"
    day = time.strftime("%Y-%m-%d", time.localtime(end))
    more = f" · {clone}" if clone else ""
    return f"{day} ({span(end - now)}), with the host's listing: the data is deleted then{more}"


def _rent(row: VolumeRow, offers: Sequence[Offer] | None, keymap: Keymap) -> str:
    found = offers_words(offers)
    if row.state == OFFLINE:
        return "Its machine is not connected: nothing can be rented or copied there."
    join = "it can join what is rented there" if row.state == FREE else ""
    wait = "" if row.state == FREE else f"{row.volume.name} can join once it is free"
    return f"{found} ({keymap.spelled('machine.offers')}); {join or wait}"


def offers_words(offers: Sequence[Offer] | None) -> str:
    """The offers in hand on a machine, with the cheapest; None if none was ever read."""
    if offers is None:
        return "offers not read yet"
    if not offers:
        return "none of the offers in hand is on this machine"
    best = min(offers, key=lambda one: one.dph_total)
    gpus = f"{best.num_gpus}× {best.gpu_name}"
    count = plural(len(offers), "offer")
    return f"{count} on this machine, from {per_hour(best.dph_total)} with {gpus}"


def space_overview(
    space: Space, size: int, now: float, offers: Sequence[Offer] | None, mine: str, app: AppContext
) -> Sequence[Fact]:
    """The facts of room for `size` GB; `mine` says what of yours is on that machine."""
    disk = f"{space.disk_name or 'disk unknown'} · {whole(space.disk_space)} GB free"
    yours = f" · yours here: {mine}" if mine else ""
    known = machine_brief(app.machines, space.machine_id, private=app.private)
    return [
        Fact("Cost", f"{cost_words(space, size)}, from the moment it is made, attached or not"),
        Fact("Disk", f"{disk} · {speed(space.disk_bw)} MB/s"),
        Fact("GPUs", f"{offers_words(offers)}{yours}"),
        Fact("Ends", _space_ends(space, now), _soon(space.end_date, now)),
        *([Fact("Machine", known)] if known else []),
    ]


def cost_words(space: Space, size: int) -> str:
    """What a volume of `size` GB costs there."""
    month, hour = money(space.monthly(size)), per_hour(space.monthly(size) / HOURS_PER_MONTH)
    each = factor(space.storage_cost, size, per_gb(space.storage_cost), month)
    return f"{size} GB × {each}/GB/month = {month}/month = {hour}"


def _space_ends(space: Space, now: float) -> str:
    if space.end_date is None:
        return "unknown"
    day = time.strftime("%Y-%m-%d", time.localtime(space.end_date))
    return f"{day} ({span(space.end_date - now)}): the volume ends with it, its data too"
