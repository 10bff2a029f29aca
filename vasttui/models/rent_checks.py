"""What is wrong with a rental before it is asked for, a sentence for each field."""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vasttui.models.money import Usage, cost
from vasttui.models.offer import Offer
from vasttui.models.rent import Launch, RentRequest
from vasttui.models.rent_body import LABEL_CAP, NONCE_LETTERS, env_of, nonce_suffix

LEAST_DISK = 8.0
"""GB (docs: "create instance")."""

LEAST_BID, MOST_BID = 0.001, 128.0
MOST_PORTS = 64
FIRST_IDENTITY_PORT = 70_000
MOST_ENV = 32 * 1024
MOST_SCRIPT = 4048
MOST_IMAGE = 1024

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_PORT = re.compile(r"(\d{1,6})(?::(\d{1,6}))?(?:/(tcp|udp))?\Z")
_IMAGE = re.compile(r"[a-z0-9][a-z0-9._:/-]*(?::@?[A-Za-z0-9_][A-Za-z0-9._-]*)?"
                    r"(?:@sha256:[0-9a-f]{64})?\Z")  # fmt: skip
_LOGIN = re.compile(r"\s*-u\s+\S+\s+-p\s+\S+\s+\S+\s*\Z")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field; `field` is its name in `RentRequest`."""

    field: str
    sentence: str


def problems(
    request: RentRequest, offer: Offer, credit: float | None = None
) -> tuple[Problem, ...]:
    """Everything that is wrong with a rental of this offer; `credit` is $, None when unknown."""
    return tuple(_problems(request, offer, credit))


def _problems(request: RentRequest, offer: Offer, credit: float | None) -> Iterator[Problem]:
    yield from _image(request)
    yield from _disk(request, offer)
    yield from _bid(request, offer)
    yield from _money(request, offer, credit)
    yield from _ports(request, offer)
    most = LABEL_CAP - len(nonce_suffix("")) - NONCE_LETTERS - 1
    if len(request.label) > most:
        yield Problem("label", f"A label has at most {most} letters.")
    size = sum(len(f"{key}{value}".encode()) for key, value in env_of(request, "").items())
    if size > MOST_ENV:
        yield Problem("env", "Variables and ports together are longer than 32 KB.")
    script = len(request.onstart.encode()) + sum(len(arg.encode()) + 1 for arg in request.args)
    if script > MOST_SCRIPT:
        yield Problem(
            "onstart", f"At most {MOST_SCRIPT} bytes: fetch longer scripts from somewhere."
        )
    if request.login and not _LOGIN.match(request.login):
        yield Problem("login", "Write it as -u name -p token registry, such as docker.io.")
    if request.volume is not None and not request.volume.path.startswith("/"):
        yield Problem("volume", "A volume is mounted at an absolute path, such as /data.")
    if request.args and request.launch is not Launch.ARGS:
        yield Problem("args", "Arguments go to the entrypoint: choose that launch mode.")


def _image(request: RentRequest) -> Iterator[Problem]:
    image = request.image
    if not image:
        if request.template is None:
            yield Problem("image", "Name an image, such as vastai/pytorch, or choose a template.")
    elif len(image) > MOST_IMAGE or not _IMAGE.match(image):
        yield Problem("image", "An image is repository/name:tag, in small letters before the tag.")


def _disk(request: RentRequest, offer: Offer) -> Iterator[Problem]:
    disk = request.disk
    if not math.isfinite(disk) or disk < LEAST_DISK:
        yield Problem("disk", f"At least {LEAST_DISK:g} GB.")
    elif offer.disk_space is not None and disk > offer.disk_space:
        yield Problem("disk", f"This host has {offer.disk_space:g} GB left.")


def _bid(request: RentRequest, offer: Offer) -> Iterator[Problem]:
    bid = request.bid
    if bid is None:
        return
    if not math.isfinite(bid) or not LEAST_BID <= bid <= MOST_BID:
        yield Problem("bid", f"A bid is ${LEAST_BID} to ${MOST_BID:g} per hour.")
    elif offer.min_bid is not None and bid < offer.min_bid:
        yield Problem("bid", f"At least ${offer.min_bid:.4f}/h; below it the instance is stopped.")


def _money(request: RentRequest, offer: Offer, credit: float | None) -> Iterator[Problem]:
    if credit is not None and credit <= 0:
        yield Problem("money", "The account has no credit: add some on the billing page first.")
    elif credit is not None:
        priced = cost(offer, Usage(disk=request.disk), "on-demand")
        hourly = priced.disk + (priced.gpu if request.bid is None else request.bid)
        if credit < hourly:
            yield Problem("money", f"The credit of ${credit:.2f} lasts for less than an hour.")


def _ports(request: RentRequest, offer: Offer) -> Iterator[Problem]:
    if len(request.ports) > MOST_PORTS:
        yield Problem("ports", f"At most {MOST_PORTS} ports.")
    elif offer.direct_port_count is not None and len(request.ports) > offer.direct_port_count:
        yield Problem("ports", f"This host has {offer.direct_port_count} ports to open.")


def parse_env(text: str) -> tuple[Mapping[str, str], str]:
    """`KEY=value KEY2="two words"` as variables, and what is wrong with it, if anything is."""
    try:
        words = shlex.split(text)
    except ValueError:
        return {}, "A quotation mark is not closed."
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            return {}, "Write variables as NAME=value, with quotation marks around blanks."
        if not _NAME.match(name):
            return {}, "A variable's name has letters, digits and _ only, and no digit first."
        if name in found:
            return {}, f"{name} is there twice."
        found[name] = value
    return found, ""


def parse_ports(text: str) -> tuple[tuple[str, ...], str]:
    """`8080 6100/udp 70000 8080:80` as port entries, and what is wrong, if anything is."""
    found: list[str] = []
    for word in text.replace(",", " ").split():
        match = _PORT.match(word)
        if match is None:
            if "-" in word:
                return (), "Ranges of ports are not expanded by the service: write each one."
            return (), "Write ports as 8080, 8080:80 or 6100/udp."
        for number in (match[1], match[2]):
            if number is not None and not _is_port(int(number)):
                return (), f"{number} is no port: 1 to 65535, or from {FIRST_IDENTITY_PORT} on."
        if word in found:
            return (), f"{word} is there twice."
        found.append(word)
    if len(found) > MOST_PORTS:
        return (), f"At most {MOST_PORTS} ports."
    return tuple(found), ""


def parse_args(text: str) -> tuple[tuple[str, ...], str]:
    """A command line as arguments, and what is wrong with it, if anything is."""
    try:
        return tuple(shlex.split(text)), ""
    except ValueError:
        return (), "A quotation mark is not closed."


def _is_port(number: int) -> bool:
    return 1 <= number <= 65_535 or FIRST_IDENTITY_PORT <= number <= FIRST_IDENTITY_PORT + 64
