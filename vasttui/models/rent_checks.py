"""Checks of a rental request before it is sent, with a sentence for each field."""

from __future__ import annotations

import json
import math
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vasttui.models.instance import WITNESS
from vasttui.models.known_variables import key_problem
from vasttui.models.money import Usage, cost
from vasttui.models.offer import Offer
from vasttui.models.private_key import SENTENCE, holds_private_key
from vasttui.models.rent import Launch, RentRequest, VolumeRequest
from vasttui.models.rent_body import NONCE_LETTERS, env_of, nonce_suffix
from vasttui.text import LABEL_CAP
from vasttui.words import money, per_hour, plural

LEAST_DISK = 8.0
"""GB (docs: "create instance")."""

LEAST_BID, MOST_BID = 0.001, 128.0
"""$/h of a bid for a whole offer (docs: "create instance")."""

MOST_BID_PER_GPU = 32.0
"""$/h for each GPU when a bid is changed (docs: "change bid")."""

MOST_PORTS = 64
FIRST_IDENTITY_PORT = 70_000
MOST_ENV = 32 * 1024
MOST_SCRIPT = 4096
"""Bytes of the on-start script and the arguments together (docs: "create instance")."""

MOST_IMAGE = 1024
MOST_LABEL = LABEL_CAP - len(nonce_suffix("")) - NONCE_LETTERS - 1
"""Characters of a label, without the mark that identifies the rental."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PORT = re.compile(r"([0-9]{1,6})(?::([0-9]{1,6}))?(?:/(tcp|udp))?")
_LOGIN = re.compile(r"\s*-u\s+\S+\s+-p\s+\S+\s+\S+\s*")
_VOLUME_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")
_IMAGE = re.compile(
    r"(?:(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]+)?|[A-Za-z0-9-]+:[0-9]+)/)?"
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
    r"(?::@?[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
)
"""Registry, repository, tag (the service has one that starts with @) and digest."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem with a field; `field` is its name in `RentRequest`, or `money` or `gpu`."""

    field: str
    sentence: str


def problems(
    request: RentRequest, offer: Offer, credit: float | None = None
) -> tuple[Problem, ...]:
    """All problems with renting this offer; `credit` is in $, None if unknown."""
    return tuple(_problems(request, offer, credit))


def _problems(request: RentRequest, offer: Offer, credit: float | None) -> Iterator[Problem]:
    if offer.num_gpus < 1:
        yield Problem("gpu", "This offer has no GPU.")
    yield from start_problems(request)
    yield from _disk(request, offer)
    yield from _bid(request, offer)
    yield from _money(request, offer, credit)
    yield from _label(request)
    yield from _ports(request, offer)
    if request.volume is not None:
        yield from _volume(request.volume, offer)


def start_problems(request: RentRequest) -> Iterator[Problem]:
    """The problems with what is started, whichever offer it is."""
    yield from _secrets(request)
    yield from _image(request)
    yield from _env(request)
    yield from _script(request)
    if request.login and not (_LOGIN.fullmatch(request.login) and _is_text(request.login)):
        yield Problem("login", "Format: -u name -p token registry (such as docker.io).")


def _secrets(request: RentRequest) -> Iterator[Problem]:
    texts = {
        "image": request.image, "label": request.label, "onstart": request.onstart,
        "env": "\n".join(request.env.values()), "args": " ".join(request.args),
        "login": request.login,
    }  # fmt: skip
    yield from (Problem(name, SENTENCE) for name, text in texts.items() if holds_private_key(text))


def _image(request: RentRequest) -> Iterator[Problem]:
    image = request.image
    if not image:
        if request.template is None:
            yield Problem("image", "Enter an image, such as vastai/pytorch, or choose a template.")
    elif len(image) > MOST_IMAGE or not _IMAGE.fullmatch(image):
        yield Problem("image", "Format: repository/name:tag, in lowercase before the tag.")


def _disk(request: RentRequest, offer: Offer) -> Iterator[Problem]:
    disk = request.disk
    if not math.isfinite(disk) or disk < LEAST_DISK:
        yield Problem("disk", f"At least {LEAST_DISK:g} GB.")
    elif offer.disk_space is not None and disk > offer.disk_space:
        left = math.floor(offer.disk_space)
        yield Problem("disk", f"This host has only {left} GB left.")


def _bid(request: RentRequest, offer: Offer) -> Iterator[Problem]:
    bid = request.bid
    if bid is None:
        return
    if not math.isfinite(bid) or not LEAST_BID <= bid <= MOST_BID:
        yield Problem("bid", f"A bid must be from ${LEAST_BID} to ${MOST_BID:g} per hour.")
    elif offer.min_bid is not None and bid < offer.min_bid:
        least = per_hour(offer.min_bid, up=True)
        yield Problem("bid", f"Below the minimum bid, {least}: it would not run.")


def _money(request: RentRequest, offer: Offer, credit: float | None) -> Iterator[Problem]:
    if credit is not None and credit <= 0:
        yield Problem("money", "No credit: add some on the billing page first.")
    elif credit is not None:
        priced = cost(offer, Usage(disk=request.disk), "on-demand")
        hourly = priced.disk + (priced.gpu if request.bid is None else request.bid)
        if credit < hourly:
            yield Problem("money", f"Your credit of {money(credit)} lasts less than an hour.")


def _label(request: RentRequest) -> Iterator[Problem]:
    if len(request.label) > MOST_LABEL:
        yield Problem("label", f"At most {MOST_LABEL} characters.")
    elif not _is_text(request.label):
        yield Problem("label", "It contains a character that cannot be sent: retype it.")


def _ports(request: RentRequest, offer: Offer) -> Iterator[Problem]:
    wrong, most = _wrong_ports(request.ports), offer.direct_port_count
    if wrong:
        yield Problem("ports", wrong)
    elif most is not None and len(request.ports) > most:
        can = f"can open only {plural(most, 'port')}" if most > 0 else "opens no ports"
        yield Problem("ports", f"This host {can}.")


def _env(request: RentRequest) -> Iterator[Problem]:
    for name, value in request.env.items():
        wrong = _wrong_variable(name, value)
        if wrong:
            yield Problem("env", wrong)
            return
    if len(json.dumps(env_of(request, "0" * NONCE_LETTERS))) > MOST_ENV:
        yield Problem("env", "Variables and ports are over 32 KB together: shorten them.")


def _script(request: RentRequest) -> Iterator[Problem]:
    texts = (request.onstart, *request.args)
    size = sum(len(text.encode(errors="replace")) + 1 for text in texts) - 1
    if size > MOST_SCRIPT:
        yield Problem("onstart", f"At most {MOST_SCRIPT} bytes: download longer scripts.")
    if not _is_text(request.onstart):
        yield Problem("onstart", "It contains invalid characters: is it a text file?")
    if request.args and request.launch in (Launch.SSH, Launch.JUPYTER):
        yield Problem("args", "Arguments need the entrypoint launch mode.")
    elif not all(map(_is_text, request.args)):
        yield Problem("args", "It contains a character that cannot be sent: retype it.")


def _volume(volume: VolumeRequest, offer: Offer) -> Iterator[Problem]:
    path, room = volume.path, offer.avail_vol_size
    if not path.startswith("/") or not path.strip("/") or not _is_text(path):
        yield Problem("volume", "The mount path must be absolute, such as /data.")
    elif volume.size is not None and not (math.isfinite(volume.size) and volume.size >= 1):
        yield Problem("volume", "A new volume needs at least 1 GB.")
    elif volume.name and not _VOLUME_NAME.fullmatch(volume.name):
        yield Problem("volume", "A volume name has at most 64 letters, digits or _.")
    elif volume.create and (offer.avail_vol_ask_id is None or room is None):
        yield Problem("volume", "This machine has no room for a new volume.")
    elif volume.create and offer.avail_vol_dph is None:
        yield Problem("volume", "What a new volume costs on this machine is unknown.")
    elif volume.create and room is not None and (volume.size or 0.0) > room:
        yield Problem("volume", f"This machine has {int(room)} GB for volumes.")


def _is_text(text: str) -> bool:
    """Whether it can be passed to a program: no NUL, no lone surrogate."""
    return not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text)


def parse_env(text: str) -> tuple[Mapping[str, str], str]:
    """`KEY=value export KEY2="two words"` as variables, and a sentence on what is wrong, or ""."""
    try:
        words = [word for word in shlex.split(text) if word != "export"]
    except ValueError:
        return {}, "A quote is not closed."
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            return {}, "Write variables as NAME=value, with quotes around spaces."
        wrong = f"{name} is set twice." if name in found else _wrong_variable(name, value)
        if wrong:
            return {}, wrong
        found[name] = value
    return found, ""


def _wrong_variable(name: str, value: str) -> str:
    if not _NAME.fullmatch(name):
        return "A variable name has only letters, digits and _, and no digit first."
    if name == WITNESS:
        return f"{WITNESS} is set by vasttui: choose another name."
    if key := key_problem(name):
        return f"{key}."
    return "" if _is_text(value) else f"{name} contains a character that cannot be sent."


def parse_ports(text: str) -> tuple[tuple[str, ...], str]:
    """`8080 6100/udp 70000 8080:80` as port entries, and a sentence on what is wrong, or ""."""
    found = tuple(text.replace(",", " ").split())
    wrong = _wrong_ports(found)
    return ((), wrong) if wrong else (found, "")


def _wrong_ports(ports: tuple[str, ...]) -> str:
    seen: set[tuple[int, str]] = set()
    for port in ports:
        match = _PORT.fullmatch(port)
        if match is None and "-" in port:
            return "Port ranges are not supported: list each port."
        if match is None:
            return "Write ports as 8080, 8080:80 or 6100/udp."
        outside = int(match[1])
        inside = int(match[2] or outside)
        for number in (outside, inside):
            if not (1 <= number <= 65_535 or number >= FIRST_IDENTITY_PORT):
                return f"{number} is not a port: use 1 to 65535, or {FIRST_IDENTITY_PORT} and up."
        if outside != inside and max(outside, inside) >= FIRST_IDENTITY_PORT:
            return (
                f"Ports from {FIRST_IDENTITY_PORT} up are the same on both sides: write one number."
            )
        if (outside, match[3] or "tcp") in seen:
            return f"{port} is listed twice."
        seen.add((outside, match[3] or "tcp"))
    return f"At most {MOST_PORTS} ports." if len(ports) > MOST_PORTS else ""


def parse_args(text: str) -> tuple[tuple[str, ...], str]:
    """A command line as arguments, and a sentence on what is wrong, or ""."""
    try:
        return tuple(shlex.split(text)), ""
    except ValueError:
        return (), "A quote is not closed."
