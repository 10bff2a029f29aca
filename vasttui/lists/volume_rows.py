"""Volumes as they are listed: state, who has them, what they cost, and their filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vasttui.models.volume import Volume
from vasttui.query.fields import Field, FieldSet
from vasttui.query.shown import COUNTRIES
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.units import DAY, HOUR
from vasttui.words import UNKNOWN, money, plural

IN_USE, FREE, FREEING, OFFLINE, OTHER = "in use", "free", "freeing", "offline", "unknown"
STATES = (IN_USE, FREEING, FREE, OFFLINE, OTHER)


@dataclass(frozen=True, slots=True)
class Holder:
    """An instance that has a volume; without a row it is no longer listed, or not yet known."""

    id: int
    row: FleetRow | None

    @property
    def name(self) -> str:
        """What to call it."""
        return self.row.instance.name if self.row is not None else f"instance {self.id}"

    @property
    def words(self) -> str:
        """Its name, and its state where that is not running."""
        if self.row is None:
            return self.name
        phase = self.row.phase.value
        return self.name if phase == "running" else f"{self.name}, {phase}"


@dataclass(frozen=True, slots=True)
class VolumeRow:
    """A volume, its state in a word, who has it, and where it is mounted (None: unknown)."""

    volume: Volume
    state: str
    holders: tuple[Holder, ...] = ()
    path: str | None = None

    @property
    def price(self) -> float | None:
        """What it is billed now, in $/h; None if unknown."""
        return 0.0 if self.state == OFFLINE else self.volume.storage_total_cost

    @property
    def keeper(self) -> Holder | None:
        """The first instance that is listed and has it."""
        return next((one for one in self.holders if one.row is not None), None)

    def spent(self, now: float) -> float | None:
        """At most this many $ so far; None if unknown. `now` is epoch seconds."""
        price, start = self.volume.storage_total_cost, self.volume.start_date
        return None if price is None or start is None else price * max(0.0, now - start) / HOUR


def rows_of(volumes: Sequence[Volume], fleet: Fleet, as_of: float) -> tuple[VolumeRow, ...]:
    """The rows, read at `as_of` (monotonic seconds); `fleet` says what the instances are called.
    One that it does not list is gone only if it was read after that."""
    away = fleet.away
    newer = fleet.as_of is not None and fleet.as_of >= as_of
    return tuple(_row(volume, fleet, away, newer) for volume in volumes)


def _row(volume: Volume, fleet: Fleet, away: set[int], newer: bool) -> VolumeRow:
    holders = tuple(Holder(one, fleet.row(one)) for one in volume.instances or ())
    if not volume.is_local or volume.in_use is None:
        state = OTHER
    elif volume.machine_id in away:
        state = OFFLINE
    elif volume.in_use:
        gone = newer and bool(holders) and all(one.row is None for one in holders)
        state = FREEING if gone else IN_USE
    else:
        state = FREE
    paths = (_path(one.row, volume) for one in holders if one.row is not None)
    return VolumeRow(volume, state, holders, next(filter(None, paths), None))


def _path(row: FleetRow, volume: Volume) -> str | None:
    """Where an instance has it, by its docker flag `-v name:/path`."""
    start = f"-v {volume.label}:"
    flags = (name for name in row.instance.env_names if name.startswith(start))
    return next((flag.removeprefix(start) for flag in flags), None)


def summary(rows: Sequence[VolumeRow]) -> str:
    """`3 volumes, 350 GB: $49.50/month, 1 free`, with what is not known said so."""
    count = plural(len(rows), "volume")
    sizes = [row.volume.disk_space for row in rows]
    months = [row.volume.monthly for row in rows]
    size = _at_least(sizes, "{:.0f}".format)
    cost = _at_least(months, money)
    free = sum(row.state == FREE for row in rows)
    return f"{count}, {size} GB: {cost}/month" + (f", {free} free" if free else "")


def _at_least(values: Sequence[float | None], words: Callable[[float], str]) -> str:
    known = [value for value in values if value is not None]
    if values and not known:
        return UNKNOWN
    return f"{words(sum(known))}{'+?' if len(known) < len(values) else ''}"


def _words(row: VolumeRow) -> str:
    volume = row.volume
    names = (one.name for one in row.holders)
    machine = "" if volume.machine_id is None else f"m:{volume.machine_id}"
    return "\n".join(
        (volume.name, f"v.{volume.id}", machine, volume.geolocation or "", row.state, *names)
    ).lower()


FIELDS = FieldSet(
    fields=(
        Field(name="name", kind="text", help="its name", aliases=("label",), expr="o.name",
              example=":models", known=True),
        Field(name="state", kind="choice", help="state, or the start of its name", choices=STATES,
              expr="r.state", example=":free", known=True),
        Field(name="free", kind="bool", help="no instance has it", expr="(r.state == 'free')",
              example="=true", bare=True, known=True),
        Field(name="size", kind="number", help="size, GB", aliases=("disk",), unit="disk",
              expr="o.disk_space", example=">=100"),
        Field(name="price", kind="number", help="cost now, $/h", aliases=("dph",), expr="r.price",
              example="<0.05"),
        Field(name="month", kind="number", help="cost, $/month", expr="o.monthly", example=">10"),
        Field(name="on", kind="text", help="instance that has it", aliases=("attached",),
              expr="on(r)", example=":train", known=True, cost=1),
        Field(name="ends", kind="number", help="time until it ends, days", unit="days", scale=DAY,
              expr="(None if o.end_date is None else o.end_date - now)", example="<3d"),
        Field(name="age", kind="number", help="time since it was made, days", unit="days",
              scale=DAY, expr="(None if o.start_date is None else now - o.start_date)",
              example=">30d"),
        Field(name="cc", kind="place", help="country, two-letter code", aliases=("country",),
              expr="cc[o.geolocation]", example=":US"),
        Field(name="m", kind="number", help="machine id", aliases=("machine_id",),
              expr="o.machine_id", example=":2221"),
        Field(name="h", kind="number", help="host id", aliases=("host_id",), expr="o.host_id",
              example=":384122"),
        Field(name="id", kind="number", help="volume id", expr="o.id", example="=20118481",
              known=True),
        Field(name="text", kind="text", help="words anywhere", known=True, cost=2,
              expr="words(r)", example=":models"),
    ),
    record="r.volume",
    seen={"name": "o.name", "state": "r.state", "cc": "cc[o.geolocation]"},
    scope={
        "words": _words, "cc": COUNTRIES,
        "on": lambda row: "\n".join(one.name for one in row.holders).lower(),
    },
    price=lambda row: row.price or 0.0, example="size>=100",
)  # fmt: skip
