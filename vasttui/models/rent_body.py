"""A rental as the request body, and as a command of the official client."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from vasttui.logs import MASK
from vasttui.models.instance import WITNESS
from vasttui.models.rent import Launch, RentRequest, VolumeRequest
from vasttui.text import LABEL_CAP

NONCE_LETTERS = 10
"""Length of a nonce."""

_NEW_VOLUME = 15.0
"""Default size of a new volume in GB (client 1.9.1 `api/instances.py`)."""

_RUNTYPES = {
    (Launch.SSH, True): "ssh_direc ssh_proxy",
    (Launch.SSH, False): "ssh_proxy",
    (Launch.JUPYTER, True): "jupyter_direc ssh_direc ssh_proxy",
    (Launch.JUPYTER, False): "jupyter_proxy ssh_proxy",
    (Launch.ARGS, True): "args",
    (Launch.ARGS, False): "args",
}
"""Run types of client 1.9.1 (`api/instances.py`); "direc" is its spelling."""


def nonce_suffix(nonce: str) -> str:
    """The nonce as the end of a label."""
    return f"vt-{nonce}"


def label_with(label: str, nonce: str) -> str:
    """The label a rental is found by; the user's part is shortened if needed."""
    suffix = nonce_suffix(nonce)
    room = LABEL_CAP - len(suffix) - 1
    return f"{label[:room].rstrip()} {suffix}".strip()


def env_of(request: RentRequest, nonce: str) -> dict[str, str]:
    """Variables and ports in the form of docker flags (client 1.9.1 `utils.py`)."""
    ports = {f"-p {port_mapping(port)}": "1" for port in request.ports}
    return {**request.env, **ports, WITNESS: nonce}


def port_mapping(port: str) -> str:
    """`8080` becomes `8080:8080`; `8080:80/udp` stays as it is."""
    number, slash, protocol = port.partition("/")
    both = number if ":" in number else f"{number}:{number}"
    return f"{both}{slash}{protocol}"


def rent_body(request: RentRequest, nonce: str) -> dict[str, object]:
    """The body of `PUT /asks/{id}/` (docs: "create instance").

    A `price` makes it interruptible, null does not. Without a `runtype` it is started as the
    template says.
    """
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
    if request.volume is not None:
        body["volume_info"] = _volume_info(request.volume)
    return body


def _volume_info(volume: VolumeRequest) -> dict[str, object]:
    wanted: dict[str, object] = {
        "mount_path": volume.path, "create_new": volume.create, "volume_id": volume.id,
    }  # fmt: skip
    if volume.create:
        wanted["size"] = _NEW_VOLUME if volume.size is None else volume.size
        if volume.name:
            wanted["name"] = volume.name
    return wanted


def rent_command(request: RentRequest) -> str:
    """The equivalent `vastai create instance` command (client 1.9.1 `cli/commands/instances.py`).

    Values that may be secret are masked: variables, the registry login, the on-start script.
    """
    named = (
        ("--image", request.image),
        ("--template_hash", request.template or ""),
        ("--label", request.label),
        ("--bid_price", "" if request.bid is None else _number(request.bid)),
        ("--env", " ".join(_docker_flags(request))),
        ("--login", MASK if request.login else ""),
        ("--onstart-cmd", MASK if request.onstart else ""),
    )
    words = ["vastai", "create", "instance", str(request.ask), "--disk", _number(request.disk)]
    words += [word for name, value in named if value for word in (name, value)]
    words += _volume_flags(request.volume)
    words += _launch_flags(request)
    words += ["--cancel-unavail"] if request.bid is None else []
    if request.args or request.launch is Launch.ARGS:
        words += ["--args", *request.args]  # takes the rest of the line
    return shlex.join(words)


def _number(value: float) -> str:
    return f"{value:.12g}"


def _docker_flags(request: RentRequest) -> Iterator[str]:
    yield from (f"-p {port_mapping(port)}" for port in request.ports)
    yield from (f"-e {name}={MASK}" for name in request.env)


def _volume_flags(volume: VolumeRequest | None) -> list[str]:
    if volume is None:
        return []
    flags = ["--create-volume" if volume.create else "--link-volume", str(volume.id)]
    flags += ["--mount-path", volume.path]
    if volume.create and volume.size is not None:
        flags += ["--volume-size", _number(volume.size)]
    if volume.create and volume.name:
        flags += ["--volume-label", volume.name]
    return flags


def _launch_flags(request: RentRequest) -> list[str]:
    flags = {Launch.SSH: ["--ssh"], Launch.JUPYTER: ["--jupyter"]}
    if request.launch not in flags:
        return []
    return flags[request.launch] + (["--direct"] if request.direct else [])
