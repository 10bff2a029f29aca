"""What to know before data is copied: what stands in the way, and what is worth a thought (docs:
"data movement")."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from vasttui.models.data_transfer import End, Kind, is_cloud, is_silent, is_sync
from vasttui.models.instance import Instance
from vasttui.models.status import Phase
from vasttui.words import per_gb

_HOME = "/root"
_MADE = ("/", "/workspace", _HOME)
"""Folders that are there on every instance."""

MOST_PATH = 1_000
BUSY = "A copy between these two is under way: a second one would mix with it."
HERE = "this computer"
PATTERNS = "*?["
"""What rsync reads in a path there, and no option tells it not to where it writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is known of where an end is. `state` is empty for what does not run, `kept` says that
    there is data in it; sizes are GB, `up` and `down` $/GB. `size` is that of a volume. `held` says
    what it holds if that is not its disk; what is `used` may be a `part` of that."""

    name: str
    state: str = ""
    kept: bool = True
    away: bool = False
    spot: bool = False
    vm: bool = False
    machine: int | None = None
    country: str = ""
    size: float | None = None
    used: float | None = None
    held: str = ""
    part: bool = False
    free: float | None = None
    up: float | None = None
    down: float | None = None
    closed: str = ""
    """Why there is no way in by ssh."""


@dataclass(frozen=True, slots=True)
class Check:
    """A sentence; one that `stops` is in the way."""

    text: str
    stops: bool = False


RUNNING = "running"
"""The state of what can be written into."""


def here(missing: str = "") -> Place:
    """This computer; `missing` says what it lacks."""
    return Place(name=HERE, closed=missing)


def place_of(instance: Instance, phase: Phase, closed: str = "") -> Place:
    """An instance in this phase; `closed` says why there is no way in by ssh."""
    size, used = instance.disk_space, instance.disk_used
    return Place(
        name=instance.name, state=phase.value, kept=not phase.traits.is_new,
        away=phase in (Phase.OFFLINE, Phase.NO_SIGNAL), spot=instance.is_bid is True,
        vm="vastai/kvm" in (instance.image_uuid or ""), machine=instance.machine_id,
        country=instance.country, used=used,
        free=None if size is None or used is None else max(0.0, size - used),
        up=instance.inet_up_cost, down=instance.inet_down_cost,
        closed=closed,
    )  # fmt: skip


def wrong_path(path: str, kind: Kind = "instance") -> str:
    """What is wrong with a path; empty if nothing is."""
    if kind == "here" and path.startswith("~"):
        path = f"/{path}"
    if kind == "cloud" and not path:
        return "A path in the cloud, such as my-bucket/data."
    if kind != "cloud" and not path.startswith("/"):
        return "A path begins with /, such as /workspace/."
    if len(path) > MOST_PATH:
        return f"At most {MOST_PATH} characters."
    return "" if path.isprintable() else "A path is one line, without control characters."


def checks(
    source: End, target: End, from_place: Place, to_place: Place, into: int = 0
) -> list[Check]:
    """All that is to be said; `into` copies into that target are under way."""
    return [
        *_in_the_way(source, target, from_place, to_place),
        *_worth_a_thought(source, target, from_place, to_place),
        *(
            _own_traffic(source, target, from_place, to_place)
            if {source.kind, target.kind} & {"here", "cloud"}
            else _traffic(from_place, to_place)
        ),
        *(
            [Check(f"{_beside(source, target, to_place)} is under way: stopping one stops both.")]
            if into
            else []
        ),
    ]


def _beside(source: End, target: End, to: Place) -> str:
    return "A cloud copy of it" if is_sync(source, target) else f"A copy into {to.name}"


def _way_to_cloud(source: End, target: End, out: Place, to: Place) -> Iterator[Check]:
    """A copy to or from a cloud, whose other end has to be an instance or a volume."""
    there, end, cloud, place = (
        (target, source, out, to) if source.kind == "cloud" else (source, target, to, out)
    )
    if there.kind not in ("instance", "volume"):
        yield Check("Between a cloud and an instance or a volume only.", stops=True)
        return
    if there.kind == "volume" and not end.cloud_type:
        yield Check(f"What kind of cloud {cloud.name} is, is not known.", stops=True)
    yield Check(
        f"The keys of the connection {cloud.name} are put on the host of {place.name} for this. "
        "Mind the host."
    )
    yield Check("S3 and Hugging Face take the bucket first: my-bucket/data.")


def _way_here(source: End, target: End, out: Place, to: Place) -> Iterator[Check]:
    """What keeps rsync from running here; the end of it that is not here has to be an instance."""
    if source.kind == target.kind == "here":
        yield Check("Both ends are this computer.", stops=True)
        return
    there, place = (target, to) if source.kind == "here" else (source, out)
    if there.kind != "instance":
        yield Check(
            f"A {there.kind} has no way to or from here: copy by way of an instance.", stops=True
        )
        return
    for one in (out, to):
        if one.closed:
            yield Check(one.closed, stops=True)
    if there is target and set(target.path) & set(PATTERNS):
        yield Check("rsync takes *, ? and [ in a destination there for patterns.", stops=True)
    if place.vm:
        yield Check(f"{place.name} is a virtual machine: its folders are copied, not its disk.")


def _in_the_way(source: End, target: End, out: Place, to: Place) -> Iterator[Check]:
    if "here" in (source.kind, target.kind):
        yield from _way_here(source, target, out, to)
    if is_cloud(source, target):
        yield from _way_to_cloud(source, target, out, to)
    path = normal(target.path)
    if target.kind == "instance" and (path == "/" or f"{path}/".startswith(f"{_HOME}/")):
        yield Check(
            "/root and / are never a destination: it breaks the permissions of the SSH keys "
            "there. Take /workspace/in/.",
            stops=True,
        )
    if "here" in (source.kind, target.kind):
        return
    if source.place == target.place and path == normal(source.path):
        yield Check("Both ends are the same.", stops=True)
    elif source.place == target.place and _is_inside(path, normal(source.path)):
        yield Check("The destination is inside of what is copied.", stops=True)
    if to.state not in ("", RUNNING) and not to.away:
        can = "it can be read from, not written into" if to.kept else "it has no disk yet"
        yield Check(f"{to.name} is {to.state}: {can}.", stops=True)
    if not out.kept:
        yield Check(f"{out.name} is {out.state}: there is nothing in it yet.", stops=True)
    for place in (out, to):
        if place.away:
            yield Check(f"The host of {place.name} does not respond.", stops=True)
        if place.vm:
            yield Check(
                f"{place.name} is a virtual machine: the service copies its whole disk only.",
                stops=True,
            )


def _worth_a_thought(source: End, target: End, out: Place, to: Place) -> Iterator[Check]:
    if is_sync(source, target):
        return
    folder, local = normal(target.path), "here" in (source.kind, target.kind)
    parent = posixpath.dirname(folder)
    if target.kind not in ("here", "cloud") and parent not in (
        _MADE if target.kind == "instance" else ("/",)
    ):
        who = "" if local else " by the service"
        yield Check(
            f"Only the last folder is made{who}: {parent} must be there for {folder} to work."
        )
    if local:
        yield Check(
            "It runs in vasttui: closing vasttui stops it. It goes on where it was, also after a "
            "restart."
        )
        if to.free is not None:
            yield Check(f"{to.name}'s disk has {int(to.free)} GB free.")
        return
    yield from _room(out, to)
    if out.state not in ("", RUNNING) and out.kept and not out.away:
        spot = " A host may take a stopped spot disk after 30 min." if out.spot else ""
        yield Check(f"{out.name} is {out.state}: it can be read from, not written into.{spot}")
    if is_silent(source, target):
        who = "Neither a volume nor a cloud reports anything"
        who = who if is_cloud(source, target) else "A volume reports nothing"
        yield Check(f"{who}: the end of this copy cannot be seen from here.")


def _room(out: Place, to: Place) -> Iterator[Check]:
    """What may not do; of a volume it is not known how much is free."""
    holds = "" if out.used is None else f"; the disk of {out.name} holds {out.used:.0f} GB"
    holds = f"; {out.held}" if out.held else holds
    if to.free is not None and (out.used is None or out.part or out.used > to.free):
        yield Check(f"{to.name}'s disk has {int(to.free)} GB free{holds}.")
    elif to.size is not None and out.used is not None and out.used > to.size:
        yield Check(f"{to.name} is {to.size:g} GB large{holds}.")


def _own_traffic(source: End, target: End, out: Place, to: Place) -> Iterator[Check]:
    place, price = (to, to.down) if source.kind in ("here", "cloud") else (out, out.up)
    cloud = " What the cloud itself asks is not in it." if is_cloud(source, target) else ""
    if price is None:
        yield Check(f"What {place.name} asks for traffic is not known.{cloud}")
    else:
        bill = f"is billed: {per_gb(price)} per GB, once" if price else "costs nothing"
        yield Check(f"The traffic of {place.name} {bill}.{cloud}")


def _traffic(out: Place, to: Place) -> Iterator[Check]:
    if out.machine is not None and out.machine == to.machine:
        return
    way = f"{out.country or '?'} → {to.country or '?'}"
    if out.up is None or to.down is None:
        yield Check(f"{way}: what the traffic costs is not known. Within one machine it is free.")
    elif out.up or to.down:
        yield Check(
            f"{way} is billed: ↑ {per_gb(out.up)} + ↓ {per_gb(to.down)} per GB, once. The same "
            "machine or network is free."
        )


def _is_inside(path: str, folder: str) -> bool:
    return path.startswith(f"{folder.rstrip('/')}/")


def normal(path: str) -> str:
    """The path without `..`, double and final slashes."""
    return posixpath.normpath("/" + path.lstrip("/"))
