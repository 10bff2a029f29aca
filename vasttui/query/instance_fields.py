"""The fields of an instance: their names, units, and where their values come from.

Names shared with offers have the same meaning.
"""

from __future__ import annotations

from typing import Any

from vasttui.models.bill import Bill
from vasttui.models.instance import Instance
from vasttui.models.status import Phase
from vasttui.query.fields import Field, FieldSet, Kind, Unit
from vasttui.query.shown import COUNTRIES, GIGABYTES, Memo
from vasttui.query.values import driver_number
from vasttui.units import DAY

IDLE_BELOW = 5.0
"""GPU utilization in % below which a running instance counts as idle."""


def searched_words(instance: Instance, phase: Phase) -> str:
    """The lower-case text that bare words are searched in, one value per line."""
    words = (
        phase.value,
        instance.label or "",
        instance.gpu_name or "",
        instance.image_uuid or "",
        instance.geolocation or "",
        f"m:{instance.machine_id}" if instance.machine_id is not None else "",
        f"h:{instance.host_id}" if instance.host_id is not None else "",
        str(instance.id),
    )
    return "\n".join(words).lower()


def disk_percent(instance: Instance) -> float | None:
    """Disk usage from 0 to 100 %; None if unknown or uncertain."""
    shares = instance.disk_shares
    return 100 * shares[0] if len(shares) == 1 else None


def is_idle(instance: Instance, phase: Phase) -> bool | None:
    """Whether it is running with hardly any GPU utilization; None if that was not measured."""
    if phase is not Phase.RUNNING:
        return False
    return None if instance.gpu_util is None else instance.gpu_util < IDLE_BELOW


def _open_ports(instance: Instance) -> frozenset[int]:
    return frozenset(number for port in instance.ports for number in (port.inside, port.outside))


def _hourly(row: Any) -> float:
    bill: Bill = row.bill
    return float("inf") if bill.hourly is None else bill.hourly


def _number(
    name: str, help: str, *aliases: str, expr: str, example: str,
    unit: Unit = "", scale: float = 1.0, cost: int = 1, known: bool = False, many: bool = False,
) -> Field:  # fmt: skip
    return Field(
        name=name, kind="number", help=help, aliases=aliases, expr=expr, example=example,
        unit=unit, scale=scale, cost=cost, known=known, many=many,
    )  # fmt: skip


def _words(
    name: str, help: str, *aliases: str, expr: str, example: str, kind: Kind = "text",
    choices: tuple[str, ...] = (), cost: int = 0, known: bool = False, wire: str = "",
) -> Field:  # fmt: skip
    return Field(
        name=name, kind=kind, help=help, aliases=aliases, expr=expr, example=example,
        choices=choices, cost=cost, known=known, wire=wire,
    )  # fmt: skip


def _flag(name: str, help: str, *aliases: str, expr: str, known: bool = False) -> Field:
    return Field(
        name=name, kind="bool", help=help, aliases=aliases, expr=expr, example="=true",
        known=known, cost=1, bare=True,
    )  # fmt: skip


_STATES = tuple(phase.value for phase in Phase)
_FIELDS = (
    _words("state", "state, or the start of its name", kind="choice", choices=_STATES,
           expr="r.phase.value", example=":running", known=True),
    _words("label", "label", "name", expr="o.label", example=":train"),
    _words("gpu", "GPU model, any part of its name", kind="gpu", expr="o.gpu_name",
           wire="gpu_name", example=":4090"),
    _number("n", "number of GPUs", "num_gpus", "gpus", expr="o.num_gpus", example="=1", cost=0),
    _number("vram", "VRAM per GPU, GB", unit="memory", expr="gb[o.gpu_ram]", example=">=24"),
    _number("util", "GPU utilization, %", unit="percent", expr="o.gpu_util", example="<10",
            cost=0),
    _flag("idle", f"running with GPU utilization under {IDLE_BELOW:g} %", expr="idle(o, r.phase)"),
    _number("temp", "GPU temperature, °C", expr="o.gpu_temp", example=">80", cost=0),
    _number("disk", "disk size, GB", "disk_space", unit="disk", expr="o.disk_space",
            example=">=100", cost=0),
    _number("used", "disk usage, %", unit="percent", expr="used(o)", example=">90"),
    _number("price", "current cost, $/h", "dph", expr="r.bill.hourly", example="<0.50"),
    _number("spent", "cost so far, $", expr="(r.spent and r.spent.by(now))",
            example=">10"),
    _number("since", "time in its current state, days", expr="(now - r.since)", scale=DAY,
            unit="days", example=">30min", known=True),
    _number("age", "time since rented, days", scale=DAY, unit="days",
            expr="(None if o.start_date is None else now - o.start_date)", example=">2d"),
    _number("ends", "time until the contract ends, days", scale=DAY, unit="days",
            expr="(None if o.end_date is None else o.end_date - now)", example="<3d"),
    _words("type", "interruptible or on-demand", kind="choice",
           choices=("interruptible", "on-demand"),
           expr="(None if o.is_bid is None else 'interruptible' if o.is_bid else 'on-demand')",
           example=":interruptible", cost=1),
    _flag("worker", "a worker of a serverless endpoint", expr="(r.worker_of != '')",
          known=True),
    _words("image", "image", expr="o.image_uuid", example=":pytorch"),
    _words("template", "template", expr="o.template_name", example=":comfy"),
    _number("port", "open port, inside or outside", "ports", expr="ports(o)",
            example="=8080", known=True, many=True),
    _words("ip", "IP address", "public_ipaddr", expr="o.public_ipaddr", example=":65.130"),
    _words("cc", "country, two-letter code", "country", kind="place", expr="cc[o.geolocation]",
           example=":DE,NL"),
    _words("place", "location, any part of its name", "region", "geolocation",
           expr="o.geolocation", example=":bavaria"),
    _number("id", "instance id", expr="o.id", example="=26712204", cost=0, known=True),
    _number("mach", "machine id", "machine", "m", "machine_id", expr="o.machine_id",
            example=":25991", cost=0),
    _number("host", "host id", "h", "host_id", expr="o.host_id", example=":81204", cost=0),
    _number("rel", "reliability, 0 to 1 or in %", "reliability", unit="share",
            expr="o.reliability2", example=">=.98", cost=0),
    _flag("dc", "in a datacenter", "datacenter",
          expr="(None if o.hosting_type is None else o.hosting_type == 1)"),
    _flag("verified", "machine verified by Vast.ai",
          expr="(None if o.verification is None else o.verification == 'verified')"),
    _words("driver", "driver version, e.g. 550 or 550.54.15", kind="version",
           expr="drivers[o.driver_version]", example=">=550"),
    _number("cuda", "highest CUDA version", "cuda_max_good", expr="o.cuda_max_good",
            example=">=12.4", cost=0),
    _words("message", "status message", "msg", expr="o.status_msg",
           example=":pulling"),
    _words("text", "text in state, label, GPU, image, location, machine or id", cost=2,
           expr="words(o, r.phase)", example=":train", known=True),
)  # fmt: skip

_SEEN = {
    "label": "o.label",
    "gpu_name": "o.gpu_name",
    "n": "o.num_gpus",
    "image": "o.image_uuid",
    "template": "o.template_name",
    "cc": "cc[o.geolocation]",
    "mach": "o.machine_id",
    "host": "o.host_id",
    "cuda": "o.cuda_max_good",
    "driver": "(o.driver_version if drivers[o.driver_version] else None)",
}

INSTANCES = FieldSet(
    fields=_FIELDS,
    record="r.instance",
    scope={
        "gb": GIGABYTES,
        "cc": COUNTRIES,
        "drivers": Memo(driver_number),
        "words": searched_words,
        "used": disk_percent,
        "idle": is_idle,
        "ports": _open_ports,
    },
    seen=_SEEN,
    price=_hourly,
    example="price<0.50",
)
"""Rented instances: rows have `instance`, `phase`, `since`, `bill` and `spent`; `now` is epoch
seconds."""
