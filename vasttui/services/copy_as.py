"""What can be copied of an offer: ids and equivalent commands, ready for a shell."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from vasttui.models.money import RentalType
from vasttui.models.offer import Offer

IMAGE = "vastai/base-image:@vastai-automatic-tag"


@dataclass(frozen=True, slots=True)
class CopyText:
    """A text and what it is."""

    label: str
    text: str


def copy_options(
    offer: Offer,
    body: Mapping[str, object],
    address: str,
    disk: float,
    rental: RentalType,
) -> list[CopyText]:
    """Everything that can be copied for an offer. No text holds the key or ends in a line end.

    `body` is the search as it is sent, `disk` GB.
    """
    options = [CopyText("offer id", str(offer.id))]
    if offer.machine_id is not None:
        options.append(CopyText("machine id", str(offer.machine_id)))
    options.append(CopyText("rent it: vastai command", create_command(offer, disk, rental)))
    options.append(CopyText("this search: curl", search_curl(body, address)))
    options.append(CopyText("this search: request body", json.dumps(body)))
    return options


def create_command(offer: Offer, disk: float, rental: RentalType) -> str:
    """The official client's command that rents this offer (client 1.9.1 `create instance`)."""
    words = ["vastai", "create", "instance", str(offer.id), "--image", IMAGE]
    words += ["--disk", f"{disk:g}", "--ssh", "--direct"]
    if rental == "bid" and offer.min_bid is not None:
        words += ["--bid_price", f"{offer.min_bid:g}"]
    return shlex.join(words)


def search_curl(body: Mapping[str, object], address: str) -> str:
    """The search as a curl command; the shell puts the key in."""
    url = shlex.quote(f"{address}/api/v0/bundles/")
    data = shlex.quote(json.dumps(body))
    return (
        f"curl -sS -X POST {url} -H 'Content-Type: application/json' "
        f'-H "Authorization: Bearer $VAST_API_KEY" --data {data}'
    )
