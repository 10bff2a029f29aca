"""A slow, plain version of the filter language, to check the compiled one."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from tests.support.offer_rows import NOW
from vasttui.models.money import PricedOffer
from vasttui.models.offer import vram_gb
from vasttui.query.fields import FieldSet
from vasttui.query.match import compile_query
from vasttui.query.offer_fields import OFFERS
from vasttui.query.rules import Query, Rule


def matches(query: Query, row: object, now: float, table: FieldSet = OFFERS) -> bool:
    """Whether the compiled filter keeps the row."""
    return compile_query(query, now, table)([row]) == [row]


def _verified(row: PricedOffer) -> object:
    return None if row.offer.verification is None else row.offer.verification == "verified"


def _datacenter(row: PricedOffer) -> object:
    return None if row.offer.hosting_type is None else row.offer.datacenter


def _ends(row: PricedOffer) -> object:
    return None if row.offer.end_date is None else row.offer.end_date - NOW


def _vram(row: PricedOffer) -> object:
    return None if row.offer.gpu_ram is None else vram_gb(row.offer.gpu_ram)


def _ram(row: PricedOffer) -> object:
    share = row.offer.ram_share
    return None if share is None else round(share / 1024)


VALUES: Mapping[str, Callable[[PricedOffer], object]] = {
    "gpu": lambda row: row.offer.gpu_name,
    "gpu_name": lambda row: row.offer.gpu_name,
    "num_gpus": lambda row: row.offer.num_gpus,
    "vram": _vram,
    "gpu_ram": lambda row: row.offer.gpu_ram,
    "ram": _ram,
    "cuda_max_good": lambda row: row.offer.cuda_max_good,
    "rel": lambda row: row.offer.reliability,
    "reliability": lambda row: row.offer.reliability,
    "eff": lambda row: row.eff,
    "price": lambda row: row.price,
    "value": lambda row: row.value,
    "dph_total": lambda row: row.offer.dph_total,
    "cc": lambda row: row.offer.country or None,
    "geolocation": lambda row: row.offer.country or None,
    "place": lambda row: row.offer.geolocation,
    "ends": _ends,
    "duration": _ends,
    "driver": lambda row: row.offer.driver_vers,
    "driver_version": lambda row: row.offer.driver_vers,
    "datacenter": _datacenter,
    "verified": _verified,
    "external": lambda row: row.offer.external or False,
    "rentable": lambda row: row.offer.rentable,
    "static_ip": lambda row: row.offer.static_ip,
    "inet_down": lambda row: row.offer.inet_down,
    "disk_space": lambda row: row.offer.disk_space,
    "cpu_name": lambda row: row.offer.cpu_name,
    "machine_id": lambda row: row.offer.machine_id,
    "text": lambda row: row.text,
}


def keeps(query: Query, row: PricedOffer) -> bool:
    """Whether the row matches every rule of the query."""
    return all(_keeps_rule(rule, row) is not rule.negated for rule in query.rules)


def _keeps_rule(rule: Rule, row: PricedOffer) -> bool:
    value = VALUES[rule.field](row)
    if rule.field == "external" and rule.op in {"null", "known"}:
        value = row.offer.external
    match rule.op:
        case "null":
            return value is None
        case "known":
            return value is not None
        case "eq" | "in":
            return value in rule.values
    if value is None:
        return False
    if rule.op in {"neq", "notin"}:
        return value not in rule.values
    if rule.op in {"match", "unmatch"}:
        found = _gpu_has if rule.field == "gpu" else _text_has
        return (rule.op == "match") is any(found(str(value), str(piece)) for piece in rule.values)
    return _in_order(rule, value)


def _in_order(rule: Rule, value: object) -> bool:
    assert isinstance(value, int | float)
    bounds = [float(bound) for bound in rule.values]
    match rule.op:
        case "between":
            return bounds[0] <= value <= bounds[1]
        case "outside":
            return not bounds[0] <= value <= bounds[1]
        case "gt":
            return value > bounds[0]
        case "gte":
            return value >= bounds[0]
        case "lt":
            return value < bounds[0]
        case _:
            return value <= bounds[0]


def _text_has(text: str, piece: str) -> bool:
    return piece in text.lower()


def _gpu_has(name: str, piece: str) -> bool:
    """A piece matches at the start of any word of the name, ignoring spaces."""
    squeezed = piece.replace(" ", "").lower()
    for start in (found.start() for found in re.finditer(r"\b\w", name)):
        rest = name[start:].replace(" ", "").lower()
        if rest.startswith(squeezed):
            following = rest[len(squeezed) :][:1]
            if squeezed not in {"a10", "a40", "l4", "p4"} or not following.isdigit():
                return True
    return False


_NUMBERS = {
    "n": ["1", "2", "4"],
    "num_gpus": ["1", "2"],
    "vram": ["24", "23.5", "48", "80G", "24564MB"],
    "gpu_ram": ["24", "24.564", "48GB"],
    "ram": ["30", "32", "64G"],
    "cuda": ["12.4", "12.8", "13"],
    "rel": [".98", "98", "99.5%"],
    "reliability": ["0.98", "98"],
    "eff": ["0.60", "$0.3", "0.12"],
    "price": ["0.26", "0.5"],
    "dlp": ["100", "300"],
    "dph": ["0.26", "0.60"],
    "ends": ["30", "30d", "720h", "1w"],
    "duration": ["30", "60"],
    "driver": ["550", "535.86.05", "535.183"],
    "driver_version": ["535.86.05", "550054015"],
    "down": ["500", "500Mb", "1Gb"],
    "disk": ["100", "0.1T"],
    "mach": ["25991"],
}
_WORDS = {
    "gpu_name": ["RTX_4090", '"RTX 4090"', "A10"],
    "geolocation": ["SE", "US", "CN"],
    "verified": ["true", "false"],
    "datacenter": ["true", "false"],
    "external": ["true", "false"],
    "rentable": ["true", "false"],
    "static_ip": ["true", "no"],
    "cpu_name": ["AMD_EPYC_7642"],
}
_COLONS = {
    "gpu": ["4090", "rtx_4090", "a10", "4000", '"a100 sxm"', "3090|h100"],
    "cc": ["SE", "se,NO", "CN", "HU,US"],
    "place": ["guangdong", "kiskun"],
    "cpu": ["epyc", "xeon"],
    "n": ["1", "1,2", "2..4"],
    "vram": ["24", "24..48"],
    "m": ["25991"],
    "dc": ["yes", "no"],
    "text": ["4090", "epyc|sweden"],
}
_BARE = ["dc", "static", "4090", '"rtx 3090"', "sweden", "xeon", "verified"]


def rule_texts() -> st.SearchStrategy[str]:
    """A rule in any of the forms a user may type."""
    order = ["=", "==", "!=", "<", "<=", ">", ">=", " = ", " gte ", " lt ", " neq "]
    equal = ["=", "!=", " eq ", " in ", " notin ", " not in "]
    plain = st.one_of(
        _pairs(_NUMBERS, order),
        _pairs(_WORDS, equal),
        _pairs(_COLONS, [":"]),
        _pairs({"external": ["null"], "cuda": ["null"], "cpu_name": ["None"]}, ["=", "!="]),
        st.sampled_from(_BARE),
    )
    return st.tuples(st.sampled_from(["", "", "-"]), plain).map("".join)


def _pairs(fields: Mapping[str, list[str]], ops: list[str]) -> st.SearchStrategy[str]:
    texts = [
        f"{name}{op}{value}" for name, values in fields.items() for op in ops for value in values
    ]
    return st.sampled_from(texts)


def query_texts() -> st.SearchStrategy[str]:
    """A filter of up to six rules."""
    return st.lists(rule_texts(), max_size=6).map(" ".join)


def server_keeps(filters: Mapping[str, Mapping[str, object]], row: PricedOffer) -> bool:
    """Whether the service would return the row; unknown values pass nothing, as in SQL."""
    return all(
        _server_keeps_one(field, op, wanted, row)
        for field, ops in filters.items()
        for op, wanted in ops.items()
    )


def _server_keeps_one(field: str, op: str, wanted: object, row: PricedOffer) -> bool:
    name = {"cuda_max_good": "cuda_max_good", "cpu_ram": ""}.get(field, field)
    value = VALUES[name](row) if name else row.offer.cpu_ram
    if wanted is None and field == "external":
        value = row.offer.external
    match op:
        case "eq":
            return value == wanted
        case "neq":
            return value is not None and value != wanted
        case "in":
            return value in list(wanted)  # type: ignore[call-overload]
        case "notin":
            return value is not None and value not in list(wanted)  # type: ignore[call-overload]
    if value is None or not isinstance(value, int | float) or not isinstance(wanted, int | float):
        return False
    assert math.isfinite(wanted)
    return {
        "gt": value > wanted,
        "gte": value >= wanted,
        "lt": value < wanted,
        "lte": value <= wanted,
    }[op]
