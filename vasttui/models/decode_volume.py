"""Decodes volumes and room for them from the service's JSON.

Of a volume only the id is essential: one that is missing from the list looks deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from vasttui.models.decode_fields import PRICE, Check, RowDecoder, reason, whole
from vasttui.models.volume import Space, Volume, VolumeList

_REASONS = 5
_ID = whole(1)


def volumes_from(rows: Sequence[object]) -> VolumeList:
    """The volumes in these rows (docs: "list volumes"); a bad row does not affect the others."""
    found: dict[int, Volume] = {}
    reasons: list[str] = []
    for row in rows:
        volume, wrong = _volume.decode(row)
        if volume is None:
            reasons.append(reason("A volume cannot be shown", row, wrong or ("id",)))
        else:
            found.setdefault(volume.id, replace(volume, unread=wrong) if wrong else volume)
    return VolumeList(tuple(found.values()), len(reasons), tuple(reasons[:_REASONS]))


def spaces_from(rows: Iterable[object]) -> tuple[Space, ...]:
    """The room in these rows (docs: "search volumes"), those with a readable id and price."""
    found = map(_space.readable, rows)
    return tuple({space.id: space for space in found if space is not None}.values())


def _instances(value: object) -> tuple[int, ...]:
    """Ids of instances, which come as numbers or as objects."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError("not a list of instances")
    return tuple(_instance(row.get("id") if isinstance(row, dict) else row) for row in value)


def _instance(number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise ValueError("not an instance")
    return number


_COMMON: Mapping[str, Check] = {
    "id": _ID,
    **dict.fromkeys(("machine_id", "host_id"), _ID),
    **dict.fromkeys(("disk_space", "storage_total_cost", "storage_cost", "start_date", "end_date"),
                    PRICE),
}  # fmt: skip
_volume = RowDecoder(Volume, {**_COMMON, "instances": _instances}, ours={"unread"})
_space = RowDecoder(Space, _COMMON)
