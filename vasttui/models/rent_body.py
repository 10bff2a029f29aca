"""A rental as the service wants to hear it, and as the official client would be told it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from vasttui.models.rent import Launch, RentRequest

LABEL_CAP = 256
"""Letters of a label at creation (docs: "create instance")."""

NONCE_LETTERS = 10
"""How long a nonce is."""

WITNESS = "VASTTUI_INTENT"
"""The variable that tells an instance apart, should its label be lost."""

MASK = "***"

_RUNTYPES = {
    (Launch.SSH, True): "ssh_direc ssh_proxy",
    (Launch.SSH, False): "ssh_proxy",
    (Launch.JUPYTER, True): "jupyter_direc ssh_direc ssh_proxy",
    (Launch.JUPYTER, False): "jupyter_proxy ssh_proxy",
    (Launch.ARGS, True): "args",
    (Launch.ARGS, False): "args",
}
"""The words of client 1.9.1 (`api/instances.py`); "direc" is its spelling."""


def nonce_suffix(nonce: str) -> str:
    """What a nonce looks like at the end of a label."""
    return f"vt-{nonce}"


def label_with(label: str, nonce: str) -> str:
    """The label that a rental is found by; what is too long goes from the user's part."""
    suffix = nonce_suffix(nonce)
    room = LABEL_CAP - len(suffix) - 1
    return f"{label[:room].rstrip()} {suffix}".strip()


def env_of(request: RentRequest, nonce: str) -> dict[str, str]:
    """Variables and ports, as the docker flags they stand for (client 1.9.1 `utils.py`)."""
    env = dict(request.env)
    env |= {f"-p {_mapping(port)}": "1" for port in request.ports}
    volume = request.volume
    if volume is not None and not volume.create:
        env[f"-v V.{volume.id}:{volume.path}"] = "1"
    env[WITNESS] = nonce
    return env


def _mapping(port: str) -> str:
    """`8080` opens 8080 inside; `8080:80/udp` is left as it is."""
    number, slash, protocol = port.partition("/")
    both = number if ":" in number else f"{number}:{number}"
    return f"{both}{slash}{protocol}"


def rent_body(request: RentRequest, nonce: str) -> dict[str, object]:
    """The body of `PUT /asks/{id}/` (docs: "create instance")."""
    body: dict[str, object] = {
        "client_id": "me",
        "disk": request.disk,
        "label": label_with(request.label, nonce),
        "env": env_of(request, nonce),
        "price": request.bid,
        "cancel_unavail": request.bid is None,
        "target_state": "running",
    }
    if request.launch is not None:
        body["runtype"] = _RUNTYPES[request.launch, request.direct]
    if request.image:
        body["image"] = request.image
    if request.template is not None:
        body["template_hash_id"] = request.template
    if request.onstart:
        body["onstart"] = request.onstart
    if request.args:
        body["args"] = list(request.args)
    if request.login:
        body["image_login"] = request.login
    if request.volume is not None and request.volume.create:
        body["volume_info"] = _new_volume(request)
    return body


def _new_volume(request: RentRequest) -> Mapping[str, object]:
    volume = request.volume
    assert volume is not None
    wanted: dict[str, object] = {
        "mount_path": volume.path, "create_new": True, "volume_id": volume.id,
    }  # fmt: skip
    if volume.name:
        wanted["name"] = volume.name
    if volume.size is not None:
        wanted["size"] = volume.size
    return wanted


def rent_command(request: RentRequest) -> str:
    """The equivalent `vastai create instance` command; values that may be secret are masked."""
    flags = {Launch.SSH: "--ssh", Launch.JUPYTER: "--jupyter"}
    launch = [flags[request.launch]] if request.launch in flags else []
    named = (
        ("--image", request.image),
        ("--template_hash", request.template or ""),
        ("--label", request.label),
        ("--bid_price", "" if request.bid is None else f"{request.bid:g}"),
        ("--env", " ".join(_docker_flags(request))),
        ("--login", MASK if request.login else ""),
        ("--onstart-cmd", MASK if request.onstart else ""),
    )
    words = ["vastai", "create", "instance", str(request.ask), "--disk", f"{request.disk:g}"]
    words += [word for name, value in named if value for word in (name, value)]
    words += [*launch, "--direct"] if launch and request.direct else launch
    words += ["--cancel-unavail"] if request.bid is None else []
    words += ["--args", *request.args] if request.args else []  # the rest of the line is theirs
    return shlex.join(words)


def _docker_flags(request: RentRequest) -> list[str]:
    flags = [f"-p {_mapping(port)}" for port in request.ports]
    flags += [f"-e {name}={MASK}" for name in request.env]
    if request.volume is not None and not request.volume.create:
        flags.append(f"-v V.{request.volume.id}:{request.volume.path}")
    return flags
