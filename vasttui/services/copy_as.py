"""Ids and shell commands to copy for an offer."""

from __future__ import annotations

import json
import math
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vasttui.models.money import RentalType
from vasttui.models.offer import Offer

IMAGE = '"${IMAGE:?put the name of your image here}"'
"""Stands for the image. Run unedited, the shell stops here and rents nothing."""

_OPTIONS = frozenset({"type", "allocated_storage", "order", "limit"})
_OPS = {
    "eq": "=", "neq": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "in": " in ",
    "notin": " notin ",
}  # fmt: skip
# The client multiplies what is typed (client 1.9.1 `api/query.py`, `offers_mult`).
_MULTIPLIED = {"cpu_ram": 1000, "gpu_ram": 1000, "gpu_total_ram": 1000, "duration": 86_400}
_WORD = re.compile(r"[\w.:/+()-]+( [\w.:/+()-]+)*")
_LIVE = {"https://console.vast.ai": "https://run.vast.ai"}
"""Where the live side of serverless is; of another service it is at the same address."""

_MEANINGS = frozenset({"any", "none", "null", "true", "false"})


@dataclass(frozen=True, slots=True)
class CopyText:
    """A text and its label."""

    label: str
    text: str


def copy_options(
    offer: Offer, body: Mapping[str, object], address: str, disk: float, rental: RentalType
) -> list[CopyText]:
    """Everything that can be copied for an offer, without the key or a final newline. `body` is the
    search request, `disk` GB."""
    options = [CopyText("Offer id", str(offer.id))]
    if offer.machine_id is not None:
        options.append(CopyText("Machine id", str(offer.machine_id)))
    options.append(CopyText("Rent: vastai", create_command(offer, disk, rental)))
    command = search_command(body)
    if command is not None:
        options.append(CopyText("Search: vastai", command))
    if address.startswith(("https://", "http://")):
        options.append(CopyText("Search: curl", search_curl(body, address)))
    options.append(CopyText("Search: body", json.dumps(body)))
    return options


def create_command(offer: Offer, disk: float, rental: RentalType) -> str:
    """The official client's command to rent this offer at the minimum bid, in $/h (client 1.9.1
    `create instance`). The user fills in the image."""
    command = f"vastai create instance {offer.id} --image {IMAGE} --disk {_number(disk)}"
    if rental == "bid" and offer.min_bid is not None:
        ten_thousandths = math.ceil(round(offer.min_bid * 10_000, 6))
        command += f" --bid_price {_number(ten_thousandths / 10_000)}"
    return f"{command} --ssh --direct"


def search_command(body: Mapping[str, object]) -> str | None:
    """The official client's command for this search; None if its query language cannot say it. `-n`
    turns off the client's default filters: those in force are spelled out."""
    try:
        rules = [rule for field in body if field not in _OPTIONS for rule in _rules(field, body)]
    except (ValueError, OverflowError):  # infinity too
        return None
    words = ["vastai", "search", "offers", "-n", f"--type={body.get('type', 'on-demand')}"]
    storage = body.get("allocated_storage")
    if isinstance(storage, int | float):
        words.append(f"--storage={_number(storage)}")
    return shlex.join([*words, " ".join(rules)] if rules else words)


def search_curl(body: Mapping[str, object], address: str) -> str:
    """The search as a curl command."""
    return curl("POST", address, "/api/v0/bundles/", json.dumps(body))


def curl(method: str, address: str, path: str, body: str = "") -> str:
    """A request to the service at `address` as a curl command; the shell inserts the key.

    Paths of the live side of serverless have no `/api`; that of a request to a worker is a whole
    address. Router and workers get the endpoint's key, never the account's.
    """
    origin = re.sub(r"(/api(/v\d+)?)?/*$", "", address)
    key = "ENDPOINT_KEY" if path.startswith(("http", "/route/")) else "VAST_API_KEY"
    if path.startswith("http"):
        origin = ""
    elif not path.startswith("/api/"):
        origin = _LIVE.get(origin, origin)
    words = ["curl", "-sS", "-X", method, shlex.quote(f"{origin}{path}")]
    words += ["-H", f'"Authorization: Bearer ${key}"']
    if body:
        words += ["-H", "'Content-Type: application/json'", "-d", shlex.quote(body)]
    return " ".join(words)


def _rules(field: str, body: Mapping[str, object]) -> Iterator[str]:
    """The conditions on one field. Raises ValueError for one that cannot be expressed."""
    ops = body[field]
    if not isinstance(ops, Mapping):
        raise ValueError(field)
    for op, value in ops.items():
        if isinstance(value, list | tuple):
            if not value:
                raise ValueError(field)
            spelled = f"[{','.join(_value(field, one) for one in value)}]"
        else:
            spelled = _value(field, value)
        yield f"{field}{_OPS[op]}{spelled}"


def _value(field: str, value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _number(value / _MULTIPLIED.get(field, 1))
    text = str(value)
    # There an underscore means a blank, and some words have a special meaning.
    if not _WORD.fullmatch(text) or "_" in text or text.lower() in _MEANINGS:
        raise ValueError(field)
    return text.replace(" ", "_")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
