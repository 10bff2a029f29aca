"""What is typed into the rent dialog, and the rental that it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from vasttui.models.money import RentalType, Usage, cost
from vasttui.models.offer import Offer
from vasttui.models.rent import Agreed, Launch, RentOrder, RentRequest, VolumeRequest
from vasttui.models.rent_checks import parse_args, parse_env, parse_ports, problems
from vasttui.models.ssh_key import SshKey
from vasttui.models.template import Template
from vasttui.units import HOUR

ON_DEMAND, BID = "on-demand", "bid"
DIRECT, PROXY = "direct", "proxy"

DEFAULT_IMAGE = "vastai/pytorch:@vastai-automatic-tag"
"""The service puts the newest tag that the host's driver can run (docs: "creating instances")."""

_SELF_STOP = (
    "(sleep {seconds}; curl -fsS --retry 9 --retry-delay 60 -X PUT "
    '-H "Authorization: Bearer $CONTAINER_API_KEY" -H "Content-Type: application/json" '
    """-d '{{"state":"stopped"}}' """
    '"https://console.vast.ai/api/v0/instances/${{CONTAINER_ID:-${{VAST_CONTAINERLABEL#C.}}}}/") '
    ">/dev/null 2>&1 &"
)
"""Stops the instance from inside, with the key that each container gets for itself alone (docs:
"instances: API key of a container")."""

_MOST_HOURS = 8760.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The fields of the dialog as they stand; `template` is a hash id, empty for none."""

    template: str = ""
    image: str = DEFAULT_IMAGE
    disk: str = "10"
    launch: str = Launch.SSH.name
    way: str = DIRECT
    args: str = ""
    rental: str = ON_DEMAND
    bid: str = ""
    label: str = ""
    ports: str = ""
    env: str = ""
    onstart: str = ""
    login: str = ""
    volume: str = ""
    remind: str = ""
    self_stop: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The order that the form stands for; None when `wrong` has sentences, by field."""

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
) -> Reading:
    """The rental that the form stands for. `script` is what the on-start file holds, None where
    on-start is the commands themselves."""
    wrong: dict[str, str] = {}
    env, env_wrong = parse_env(typed.env)
    ports, ports_wrong = parse_ports(typed.ports)
    args, args_wrong = parse_args(typed.args if typed.launch == Launch.ARGS.name else "")
    for name, problem in (("env", env_wrong), ("ports", ports_wrong), ("args", args_wrong)):
        if problem:
            wrong[name] = problem
    disk = _number(typed.disk, "disk", wrong)
    bid = _number(typed.bid, "bid", wrong) if typed.rental == BID else None
    remind = _hours(typed.remind, "remind", wrong)
    self_stop = _hours(typed.self_stop, "self_stop", wrong)
    volume = _volume(typed.volume, wrong)
    request = RentRequest(
        ask=offer.id,
        machine=offer.machine_id,
        image=typed.image.strip(),
        template=typed.template or None,
        disk=nan if disk is None else disk,
        launch=None if _as_meant(typed, template) else Launch[typed.launch],
        direct=typed.way == DIRECT,
        bid=bid,
        label=typed.label.strip(),
        env=env,
        ports=ports,
        onstart=with_self_stop(typed.onstart if script is None else script, self_stop),
        args=args,
        login=typed.login.strip(),
        volume=volume,
    )
    for found in problems(request, offer, credit):
        wrong.setdefault(found.field, found.sentence)
    if wrong:
        return Reading(None, wrong)
    return Reading(RentOrder(request, agreed(request, offer), tuple(keys), remind), {})


def agreed(request: RentRequest, offer: Offer) -> Agreed:
    """What the user will be owed for their agreement."""
    return Agreed(
        price=price(offer, request.disk, request.bid),
        gpu_name=offer.gpu_name,
        num_gpus=offer.num_gpus,
        disk=request.disk,
        is_bid=request.bid is not None,
        machine=offer.machine_id,
        gpu_ram=offer.gpu_ram,
        cuda=offer.cuda_max_good,
    )


def price(offer: Offer, disk: float, bid: float | None) -> float:
    """$/h while running, disk included."""
    rental: RentalType = "on-demand" if bid is None else "bid"
    priced = cost(offer, Usage(disk=disk), rental)
    return (priced.gpu if bid is None else bid) + priced.disk


def with_template(typed: Typed, template: Template | None, before: Template | None) -> Typed:
    """The form after another template was chosen: what the old one had filled in goes with it."""
    fields = {name: getattr(typed, name) for name in Typed.__slots__}
    if template is None:
        fields["template"] = ""
        if before is not None and typed.image == image_of(before):
            fields["image"] = ""
        return Typed(**fields)
    fields.update(template=template.hash_id, image=image_of(template), launch=launch_of(template))
    fields["way"] = DIRECT if "direc" in template.runtype else typed.way
    if template.disk is not None:
        fields["disk"] = f"{max(template.disk, _known(typed.disk)):g}"
    return Typed(**fields)


def image_of(template: Template) -> str:
    """The image of a template with its tag."""
    return f"{template.image}:{template.tag}" if template.tag else template.image


def launch_of(template: Template) -> str:
    """The launch mode that a template was made for."""
    if "jupyter" in template.runtype:
        return Launch.JUPYTER.name
    return Launch.ARGS.name if template.runtype == "args" else Launch.SSH.name


def _as_meant(typed: Typed, template: Template | None) -> bool:
    """Whether it is started as its template says."""
    if template is None or not template.runtype:
        return False
    direct = (typed.way == DIRECT) == ("direc" in template.runtype)
    return direct and typed.launch == launch_of(template)


def with_self_stop(onstart: str, hours: float | None) -> str:
    """The on-start script with a timer that stops the instance after so many hours."""
    if hours is None:
        return onstart
    timer = _SELF_STOP.format(seconds=round(hours * HOUR))
    return f"{timer}\n{onstart}" if onstart.strip() else timer


def script_file(onstart: str) -> str | None:
    """The path in `@~/start.sh`; None where the commands themselves were typed."""
    text = onstart.strip()
    return text[1:].strip() if text.startswith("@") else None


def _number(text: str, field: str, wrong: dict[str, str]) -> float | None:
    try:
        return float(text)
    except ValueError:
        wrong[field] = "Needs a number, such as 0.25." if field == "bid" else "Needs a number."
        return None


def _known(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _hours(text: str, field: str, wrong: dict[str, str]) -> float | None:
    if not text.strip():
        return None
    hours = _number(text, field, wrong)
    if hours is not None and not 0 < hours <= _MOST_HOURS:
        wrong[field] = "Needs hours: more than 0, at most a year (8760)."
        return None
    return hours


def _volume(text: str, wrong: dict[str, str]) -> VolumeRequest | None:
    """`881:/data`: an own volume on the same machine, and where it is mounted."""
    if not text.strip():
        return None
    number, colon, path = text.strip().removeprefix("V.").partition(":")
    if not colon or not number.isdecimal() or not path.startswith("/"):
        wrong["volume"] = "Write the volume's number and where to mount it, such as 881:/data."
        return None
    return VolumeRequest(id=int(number), path=path)
