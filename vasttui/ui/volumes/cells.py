"""The cells of a volume."""

from __future__ import annotations

from vasttui.lists.columns import Cell
from vasttui.lists.volume_rows import FREE, FREEING, IN_USE, OFFLINE, OTHER, VolumeRow
from vasttui.models.offer import ENDS_SOON
from vasttui.ui.format import HIDDEN, span, whole
from vasttui.words import UNKNOWN, hourly, money, plural, short_money

_MARKS = {
    IN_USE: ("●", "good"), FREE: ("○", ""), FREEING: ("◐", "warn"), OFFLINE: ("✖", "bad"),
    OTHER: ("?", "warn"),
}  # fmt: skip


def state_cell(row: VolumeRow) -> Cell:
    """Its state, with a mark."""
    mark, style = _MARKS[row.state]
    word = row.state
    if row.state == OTHER:
        word = "network" if not row.volume.is_local else row.volume.status or "unknown"
    return f"{mark} {word}", style


def size_cell(row: VolumeRow) -> Cell:
    """Its size."""
    size = row.volume.disk_space
    return (f"{whole(size)}G" if size is not None else UNKNOWN), ""


def price_cell(row: VolumeRow) -> Cell:
    """$/h that are billed now."""
    return hourly(row.price), "dim" if row.state == OFFLINE else ""


def month_cell(row: VolumeRow, *, private: bool) -> Cell:
    """$ a month, while its machine is online; hidden while others look on."""
    return (HIDDEN, "dim") if private else (short_money(row.volume.monthly), "")


def attached_cell(row: VolumeRow) -> Cell:
    """Who has it."""
    if row.holders:
        return ", ".join(one.words for one in row.holders), ""
    return (UNKNOWN, "warn") if row.volume.in_use or row.volume.instances is None else ("-", "dim")


def ends_cell(row: VolumeRow, now: float) -> Cell:
    """How long until it is deleted with the host's listing."""
    end = row.volume.end_date
    if end is None:
        return UNKNOWN, "dim"
    return span(end - now), "warn" if end - now < ENDS_SOON else ""


def age_cell(row: VolumeRow, now: float) -> Cell:
    """How long ago it was made."""
    start = row.volume.start_date
    return (UNKNOWN if start is None else span(now - start)), "dim"


def spent_cell(row: VolumeRow, now: float) -> Cell:
    """What it cost so far at most: it is free while its machine is offline."""
    spent = row.spent(now)
    return (UNKNOWN if spent is None else f"≤{money(spent, up=True)}"), ""


def note_cell(row: VolumeRow, now: float, here: int | None) -> Cell:
    """What is worth knowing; `here` is how many offers in hand are on its machine."""
    volume, notes = row.volume, []
    soon = volume.end_date is not None and volume.end_date - now < ENDS_SOON
    if soon:
        notes.append("the data ends too")
    if row.path is not None:
        notes.append(f"at {row.path}")
    if row.state == FREE:
        notes.append("bills on no instance")
    if row.state == OFFLINE:
        notes.append("not billed now")
    if row.state == FREEING:
        notes.append("its instance is gone")
    if here:
        notes.append(f"{plural(here, 'offer')} here")
    return " · ".join(notes), "warn" if soon else "dim"
