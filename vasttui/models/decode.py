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
    NUMBER,
    PRICE,
    TEXT,
    decode_row,
    reason,
    schema_of,
    shared,
    whole_number,
)
from vasttui.models.decode_schema import NotJson as NotJson
from vasttui.models.decode_schema import read_json as read_json
from vasttui.models.offer import Offer, OfferBatch

_REASONS = 5
_ESSENTIAL: Mapping[str, CoreSchema] = {
    "id": ID, "num_gpus": COUNT, "dph_base": PRICE, "dph_total": PRICE, "storage_cost": PRICE,
    "gpu_name": TEXT,
}  # fmt: skip
_SHARED_COUNTS = (
    "gpu_ram", "gpu_total_ram", "compute_cap", "driver_vers", "direct_port_count", "geolocode",
)  # fmt: skip
_SHARED_NUMBERS = (
    "gpu_frac", "gpu_mem_bw", "gpu_max_power", "gpu_max_temp", "bw_nvlink", "cuda_max_good",
    "total_flops", "cpu_cores_effective", "cpu_ghz", "pci_gen", "pcie_bw", "storage_total_cost",
    "discount_rate", "credit_discount_max", "discounted_hourly", "avail_vol_dph",
)  # fmt: skip
"""Of 20,000 offers, all have one of some hundred values: 12 MB less."""

_STRICT: Mapping[str, CoreSchema] = {
    **_ESSENTIAL,
    **dict.fromkeys(("machine_id", "host_id", "ask_contract_id", "bundle_id"), ID),
    **dict.fromkeys(("min_bid", "discounted_dph_total"), PRICE),
    **dict.fromkeys(("storage_cost", "inet_up_cost", "inet_down_cost"), shared(PRICE)),
    **dict.fromkeys(_SHARED_COUNTS, shared(whole_number())),
    **dict.fromkeys(_SHARED_NUMBERS, shared(NUMBER)),
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
