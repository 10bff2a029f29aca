"""Decodes offers from the service's JSON: strict about money and identity, lenient about the
rest."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from sys import intern

import msgspec

from vasttui.models.decode_fields import (
    BY_TYPE,
    COUNT,
    ID,
    PRICE,
    TEXTS,
    Check,
    Known,
    RowDecoder,
    as_it_is,
    reason,
    text,
)
from vasttui.models.decode_json import NotJson, read_json
from vasttui.models.offer import AS_SENT, Offer, OfferBatch

_REASONS = 5
_BY_TYPE: Mapping[str, Check] = {
    **BY_TYPE, "str": as_it_is, "Id": ID, "Count": COUNT, "Price": PRICE,
    "Whole": BY_TYPE["int"], "tuple[Whole, ...]": BY_TYPE["tuple[int, ...]"],
}  # fmt: skip
_TEXTS = [
    name for name, kind in Offer.__annotations__.items() if "str" in kind and name not in AS_SENT
]
_SHARED_COUNTS = (
    "gpu_ram", "gpu_total_ram", "compute_cap", "driver_vers", "direct_port_count", "geolocode",
)  # fmt: skip
_SHARED_NUMBERS = (
    "gpu_frac", "gpu_mem_bw", "gpu_max_power", "gpu_max_temp", "bw_nvlink", "cuda_max_good",
    "total_flops", "cpu_cores_effective", "cpu_ghz", "pci_gen", "pcie_bw", "storage_total_cost",
    "discount_rate", "credit_discount_max", "discounted_hourly", "avail_vol_dph", "storage_cost",
    "inet_up_cost", "inet_down_cost",
)  # fmt: skip
"""Of 20,000 offers, all have one of some hundred values: 12 MB less."""

_decode = msgspec.json.Decoder(list[Offer]).decode
_offer = RowDecoder(Offer, {}, by_type=_BY_TYPE, ours=AS_SENT)


def decode_offers(data: bytes) -> OfferBatch:
    """The offers in a JSON array of rows. Raises NotJson if it is not a JSON array."""
    try:
        offers = _decode(data)
    except (msgspec.DecodeError, RecursionError):
        rows = read_json(data)
        if not isinstance(rows, list):
            raise NotJson("not an array") from None
        return decode_rows(rows)
    _clean_and_share(offers)
    return OfferBatch(tuple(offers))


def decode_rows(rows: Sequence[object]) -> OfferBatch:
    """The offers in parsed rows; a bad row does not affect the others."""
    found: list[Offer] = []
    bad = patched = 0
    reasons: list[str] = []
    for row in rows:
        offer, wrong = _offer.decode(row)
        if offer is None:
            bad += 1
            reasons.append(reason("An offer was skipped", row, wrong))
            continue
        found.append(offer)
        if wrong:
            patched += 1
            reasons.append(reason(f"Offer {offer.id} has an unreadable detail", row, wrong))
    _clean_and_share(found)
    return OfferBatch(tuple(found), bad, patched, tuple(reasons[:_REASONS]))


def _as_sent(sent: str) -> str | None:
    """A text with the blanks around it, to compare: None where there are none. Where it has more
    that cannot be shown it is equal to nothing that can be typed."""
    shown = text(sent)
    if shown == sent:
        return None
    return intern(sent if sent.strip(" ") == shown else shown + "\N{REPLACEMENT CHARACTER}")


def _column(name: str, known: Known, into: str = "") -> Callable[[Iterable[Offer]], None]:
    """Replaces the values of a field, or those of the field `into`, by what is known of them."""
    get, put, same = attrgetter(name), getattr(Offer, into or name).__set__, known.__getitem__

    def replace(offers: Iterable[Offer]) -> None:
        deque(map(put, offers, map(same, map(get, offers))), maxlen=0)

    return replace


_AS_SENT, _COUNTS, _NUMBERS = Known(_as_sent), Known(lambda same: same), Known(lambda same: same)
_COLUMNS = (
    _column("cpu_name", _AS_SENT, "sent_cpu_name"),
    _column("public_ipaddr", _AS_SENT, "sent_address"),
    *(_column(name, TEXTS) for name in _TEXTS),
    *(_column(name, _COUNTS) for name in _SHARED_COUNTS),
    *(_column(name, _NUMBERS) for name in _SHARED_NUMBERS),
)


def _clean_and_share(offers: Sequence[Offer]) -> None:
    """Clean the texts of new offers, and let them share numbers: field by field, as a loop over
    the fields of each offer takes longer than decoding it."""
    for replace in _COLUMNS:
        replace(offers)
