"""Reads the rent form: the order that it stands for, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from vasttui.models.offer import Offer
from vasttui.models.rent import Launch, RentOrder, RentRequest, VolumeRequest
from vasttui.models.rent_checks import parse_args, parse_env, parse_ports, problems
from vasttui.models.rent_terms import agreed_to, is_direct
from vasttui.models.self_stop import with_stop
from vasttui.models.ssh_key import SshKey
from vasttui.models.template import Template
from vasttui.models.timer_time import refusal
from vasttui.ui.rent.from_template import starts_as_template
from vasttui.ui.rent.typed import BID, DIRECT, Typed
from vasttui.ui.timers.when import read_time

_MOST_HOURS = 8760.0
_NO_VOLUME = "Needs the volume's id and a mount point, such as 881:/data."


@dataclass(frozen=True, slots=True)
class Reading:
    """The order, or None with the problems by field. Fields are those of `Typed`; "money" is the
    credit, "gpu" the offer itself."""

    order: RentOrder | None
    wrong: dict[str, str]


def read(
    typed: Typed,
    offer: Offer,
    template: Template | None = None,
    *,
    script: str | None = None,
    keys: Sequence[SshKey] = (),
    credit: float | None = None,
    now: float = 0.0,
) -> Reading:
    """Read the form for this offer. `script` is the text of the on-start file, None where commands
    were typed; `credit` is in $, None when unknown; `now` is epoch seconds."""
    wrong: dict[str, str] = {}
    env, env_wrong = parse_env(typed.env)
    ports, ports_wrong = parse_ports(typed.ports)
    args, args_wrong = parse_args(typed.args if typed.is_entrypoint else "")
    for name, problem in (("env", env_wrong), ("ports", ports_wrong), ("args", args_wrong)):
        if problem:
            wrong[name] = problem
    disk = _number(typed.disk, "disk", wrong)
    bid = _number(typed.bid, "bid", wrong) if typed.rental == BID else None
    remind = hours_of(typed.remind, "remind", wrong)
    # With an entrypoint, the script that stops it would be started in place of the image's.
    self_stop = None if typed.is_entrypoint else hours_of(typed.self_stop, "self_stop", wrong)
    stop_at = _stop_at(typed.stop_at, offer, now, wrong)
    volume = volume_of(typed.volume, offer)
    if volume is None and typed.volume.strip():
        wrong["volume"] = _NO_VOLUME
    request = RentRequest(
        ask=offer.id,
        machine=offer.machine_id,
        image=typed.image.strip(),
        template=typed.template or None,
        disk=nan if disk is None else disk,
        launch=None if starts_as_template(typed, template) else Launch[typed.launch],
        direct=typed.way == DIRECT,
        bid=bid,
        label=typed.label.strip(),
        env=env,
        ports=ports,
        onstart=with_stop(typed.onstart if script is None else script, self_stop),
        args=args,
        login=typed.login.strip(),
        volume=volume,
    )
    for found in problems(request, offer, credit):
        wrong.setdefault(found.field, found.sentence)
    if wrong:
        return Reading(None, wrong)
    agreed = agreed_to(offer, request.disk, bid, direct_of(typed, offer, template), volume)
    chosen = () if typed.is_entrypoint else tuple(keys)
    return Reading(RentOrder(request, agreed, chosen, remind, stop_at), {})


def direct_of(typed: Typed, offer: Offer, template: Template | None) -> bool | None:
    """Whether the host has the ports for the direct connection that was chosen; None: unknown, or
    another was."""
    if typed.way != DIRECT:
        return None
    return is_direct(offer, Launch[typed.launch], ports_of(typed, template))


def ports_of(typed: Typed, template: Template | None) -> tuple[str, ...]:
    """The ports that are asked for, those of the template included."""
    return (*parse_ports(typed.ports)[0], *(() if template is None else template.ports))


def _number(text: str, field: str, wrong: dict[str, str]) -> float | None:
    try:
        return float(text)
    except ValueError:
        wrong[field] = "Needs a number, such as 0.25." if field == "bid" else "Needs a number."
        return None


def hours_of(text: str, field: str, wrong: dict[str, str]) -> float | None:
    """The hours of a timer; None where the field is empty, or wrong, which is added to `wrong`."""
    if not text.strip():
        return None
    if ":" in text:
        wrong[field] = "Needs hours, such as 8: no time of day."
        return None
    hours = _number(text, field, wrong)
    if hours is not None and not 0 < hours <= _MOST_HOURS:
        wrong[field] = "Needs hours: more than 0, at most 8760 (a year)."
        return None
    return hours


def _stop_at(text: str, offer: Offer, now: float, wrong: dict[str, str]) -> float | None:
    """When Vast.ai is to stop it, epoch seconds."""
    if not text.strip():
        return None
    at, problem = read_time(text, now)
    if at is not None and (refused := refusal(at, now, offer.end_date)) is not None:
        problem = refused.text
    if problem:
        wrong["stop_at"] = problem
    return at


def volume_of(text: str, offer: Offer) -> VolumeRequest | None:
    """`881:/data`: a volume on the same machine, and its mount point; `new weights 200:/data`: a
    new one of 200 GB in the room of this offer. None for anything else."""
    what, colon, path = text.strip().removeprefix("V.").partition(":")
    if not colon or not path.startswith("/"):
        return None
    if what.isascii() and what.isdecimal():
        return VolumeRequest(id=int(what), path=path)
    word, name, size = [*what.split(), "", "", ""][:3]
    if word != "new" or not size.isascii() or not size.isdecimal():
        return None
    number = offer.avail_vol_ask_id or 0
    return VolumeRequest(id=number, path=path, create=True, size=float(size), name=name)
