"""Decodes offers from the service's JSON: strict about money and identity, lenient about the
rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic_core import CoreSchema, SchemaValidator, ValidationError
from pydantic_core import core_schema as cs

from vasttui.models.decode_schema import (
    AS_SENT,
    COUNT,
    ID,
    PRICE,
    TEXT,
    decode_row,
    reason,
    schema_of,
)
from vasttui.models.decode_schema import NotJson as NotJson
from vasttui.models.decode_schema import read_json as read_json
from vasttui.models.offer import Offer, OfferBatch

_REASONS = 5
_ESSENTIAL: Mapping[str, CoreSchema] = {
    "id": ID, "num_gpus": COUNT, "dph_base": PRICE, "dph_total": PRICE, "storage_cost": PRICE,
    "gpu_name": TEXT,
}  # fmt: skip
_STRICT: Mapping[str, CoreSchema] = {
    **_ESSENTIAL,
    **dict.fromkeys(("machine_id", "host_id", "ask_contract_id", "bundle_id"), ID),
    **dict.fromkeys(("min_bid", "discounted_dph_total", "inet_up_cost", "inet_down_cost"), PRICE),
    **dict.fromkeys(("sent_cpu_name", "sent_address"), AS_SENT),
}
_WIRE_NAMES = {"sent_cpu_name": "cpu_name", "sent_address": "public_ipaddr"}


def decode_offers(data: bytes) -> OfferBatch:
    """The offers in a JSON array of rows. Raises NotJson if it is not a JSON array."""
    try:
        return OfferBatch(tuple(_offers.validate_json(data)))
    except ValidationError:
        pass
    rows = read_json(data)
    if not isinstance(rows, list):
        raise NotJson("not an array")
    return decode_rows(rows)


def decode_rows(rows: Sequence[object]) -> OfferBatch:
    """The offers in parsed rows; a bad row does not affect the others."""
    found: list[Offer] = []
    bad = patched = 0
    reasons: list[str] = []
    for row in rows:
        offer, wrong = decode_row(_offer, row, _ESSENTIAL)
        if offer is None:
            bad += 1
            reasons.append(reason("An offer was skipped", row, wrong))
            continue
        found.append(offer)
        if wrong:
            patched += 1
            reasons.append(reason(f"Offer {offer.id} has an unreadable detail", row, wrong))
    return OfferBatch(tuple(found), bad, patched, tuple(reasons[:_REASONS]))


_SCHEMA = schema_of(Offer, _STRICT, wire_names=_WIRE_NAMES)
_offers = SchemaValidator(cs.list_schema(_SCHEMA))
_offer = SchemaValidator(_SCHEMA)
