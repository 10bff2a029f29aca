"""The rent form for another instance like one that there is."""

from __future__ import annotations

import shlex

from vasttui.models.instance import Instance
from vasttui.models.remake import LaunchSettings
from vasttui.models.rent import Launch
from vasttui.models.self_stop import hours_in, without_stop
from vasttui.ui.format import plain_number
from vasttui.ui.rent.typed import BID, DIRECT, ON_DEMAND, PROXY, Typed


def as_it_was(instance: Instance, settings: LaunchSettings) -> Typed:
    """The form with all that is known of how it was rented; what could not be read stays empty."""
    runtype = instance.image_runtype or ""
    launch = Launch.JUPYTER if "jupyter" in runtype else Launch.SSH
    if runtype == "args":
        launch = Launch.ARGS
    onstart = settings.onstart or ""
    stop = hours_in(onstart)
    is_bid = instance.is_bid is True
    return Typed(
        image=settings.image or "",
        disk=plain_number(instance.disk_space or 10.0),
        launch=launch.name,
        way=DIRECT if "direc" in runtype or not runtype else PROXY,
        args=shlex.join(settings.args or ()),
        rental=BID if is_bid else ON_DEMAND,
        bid=plain_number(instance.dph_base) if is_bid and instance.dph_base else "",
        label=instance.title,
        ports=" ".join(_ports(settings)),
        env=" ".join(shlex.quote(f"{name}={value}") for name, value in settings.variables.items()),
        onstart=without_stop(onstart).strip("\n"),
        self_stop="" if stop is None else plain_number(stop),
    )


def not_known(instance: Instance, settings: LaunchSettings) -> list[str]:
    """What the form cannot have from it, in sentences."""
    unread = [
        word
        for word, value in (
            ("image", settings.image), ("arguments", settings.args), ("variables", settings.env),
            ("on-start script", settings.onstart),
        )
        if value is None
    ]  # fmt: skip
    found = [f"Could not be read: its {', '.join(unread)}."] if unread else []
    others = [name for name in settings.kept if not name.startswith("-p ") and name[:1] == "-"]
    if others:
        found.append(f"Not in the form: {' '.join(others)}.")
    if instance.volume_info:
        names = ", ".join(one.name for one in instance.volume_info)
        found.append(f"Stays on its machine: {names}.")
    return found


def _ports(settings: LaunchSettings) -> list[str]:
    """`8080` for `-p 8080:8080`."""
    found = []
    for name in settings.env or {}:
        flag, _, port = name.partition(" ")
        if flag == "-p":
            number, slash, protocol = port.partition("/")
            outside, _, inside = number.partition(":")
            found.append(f"{outside if outside == inside else number}{slash}{protocol}")
    return found
