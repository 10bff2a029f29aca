"""How the service reads a rental request, and which it refuses."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from vasttui.simulator.account.templates import Templates
from vasttui.simulator.http.wire import Reply, error_reply
from vasttui.simulator.market.market import Ask
from vasttui.simulator.market.offers import disk_space

LEAST_DISK, DEFAULT_DISK = 8.0, 8.0
MOST_ENV = 32 * 1024
MOST_SCRIPT = 4096
MOST_LABEL = 256
LEAST_PRICE, MOST_PRICE = 0.001, 128.0
_NO_CREDIT = "Your account lacks credit; see the billing page."
_RUNTYPES = {
    "ssh": "ssh_proxy",
    "ssh_direct": "ssh_direc ssh_proxy",
    "jupyter": "jupyter_proxy ssh_proxy",
    "jupyter_proxy": "jupyter_proxy ssh_proxy",
    "jupyter_direct": "jupyter_direc ssh_direc ssh_proxy",
}
_KNOWN = {
    "ssh_proxy", "ssh_direc ssh_proxy", "jupyter_proxy ssh_proxy", "args",
    "jupyter_direc ssh_direc ssh_proxy",
}  # fmt: skip
_AUTOMATIC = ":@vastai-automatic-tag"


@dataclass(frozen=True, slots=True)
class RentRequest:
    """A parsed rental request. `price` is the bid in $/h; `defect` is the error the host will
    report instead of starting the container."""

    image: str
    disk: float
    price: float | None
    label: str | None
    runtype: str
    env: Mapping[str, str] = field(default_factory=dict)
    onstart: str | None = None
    target: str = "running"
    template_id: int | None = None
    template_hash: str | None = None
    template_name: str | None = None
    defect: str | None = None


def read_request(
    body: Mapping[str, object], templates: Templates
) -> tuple[Reply | None, RentRequest | None]:
    """The parsed request, or the refusal of an invalid one."""
    template = templates.find(body.get("template_hash_id"), body.get("template_id"))
    if template is None and (body.get("template_hash_id") or body.get("template_id")):
        return _invalid("invalid template_hash_id"), None
    image = _text(body, "image") or (template.whole_image if template is not None else "")
    env = body.get("env") or {}
    if not image:
        return _invalid("Invalid args: 'image' or a template is required"), None
    if not isinstance(env, dict):
        env = {}  # a string of flags is accepted but ignored
    whole = {**(template.variables if template is not None else {}), **env}
    if len(str(whole).encode()) > MOST_ENV:
        return _invalid("invalid env arguments, total length > 32KB"), None
    label, price = body.get("label"), body.get("price")
    if label is not None and (not isinstance(label, str) or len(label) > MOST_LABEL):
        return _invalid("Invalid args: 'label' must be a string of at most 256 characters"), None
    if price is not None and not _is_price(price):
        text = "Please set a bid price >= 0.001."
        return error_reply(400, "invalid_price", text), None
    disk = body.get("disk", DEFAULT_DISK)
    if isinstance(disk, bool) or not isinstance(disk, int | float) or not math.isfinite(disk):
        return _invalid("Invalid args: 'disk' must be a number"), None
    script = _text(body, "onstart") or (template.onstart if template is not None else "")
    arguments = body.get("args") or []
    length = len(script) + len(_text(body, "args_str")) + len(str(arguments))
    if length > MOST_SCRIPT:
        return _invalid("Invalid args: onstart and args are too long"), None
    runtype = _text(body, "runtype") or (template.runtype if template is not None else "")
    whole_runtype = _RUNTYPES.get(runtype or "ssh", runtype)
    if whole_runtype not in _KNOWN:
        return _invalid(f"Invalid args: runtype {runtype} is unknown"), None
    return None, RentRequest(
        image=image.replace(_AUTOMATIC, ":2.8.0-cuda-12.4.1-py312-24.04"),
        disk=max(float(disk), LEAST_DISK),
        price=None if price is None else float(str(price)),
        label=label or None,
        runtype=whole_runtype,
        env={str(key): str(value) for key, value in whole.items()},
        onstart=script or None,
        target="stopped" if body.get("target_state") == "stopped" else "running",
        template_id=template.id if template is not None else None,
        template_hash=template.hash_id if template is not None else None,
        template_name=template.name if template is not None else None,
        defect=defect_of(image),
    )


def refusal(request: RentRequest, ask: Ask, credit: float) -> Reply | None:
    """The refusal of a valid request for this offer; None if it is accepted."""
    if credit <= 0:
        return error_reply(400, "insufficient_credit", _NO_CREDIT)
    if request.runtype.startswith("vm") and not ask.chunk.machine:
        return error_reply(400, "no_ssh_key_for_vm", "A VM needs an SSH key.")
    if ":" not in request.image and "/" not in request.image:
        return error_reply(500, "server_error", "Something went wrong on the server")
    if request.disk > 4 * max(1.0, disk_space(ask)):
        return _invalid("Invalid args: 'disk' is larger than the machine's")
    return None


def defect_of(image: str) -> str | None:
    """The error the host reports instead of starting this image; None if it starts."""
    name = image.partition(":")[0]
    if "pytroch" in name or "nosuch" in name:
        return f"Error response from daemon: manifest for {image} not found: manifest unknown"
    return None


def _is_price(price: object) -> bool:
    number = isinstance(price, int | float) and not isinstance(price, bool)
    return number and LEAST_PRICE <= float(str(price)) <= MOST_PRICE


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _invalid(text: str) -> Reply:
    return error_reply(400, "invalid_args", text)
