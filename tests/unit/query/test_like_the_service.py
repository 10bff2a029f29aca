"""A filter finds the same offers here as at the service, in any market."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.simulator import demo_world, search
from vasttui.models.decode import decode_rows
from vasttui.models.money import Usage, price_offers
from vasttui.models.search import SearchOptions
from vasttui.query.defaults import with_defaults
from vasttui.query.match import compile_query
from vasttui.query.offer_fields import OFFERS
from vasttui.query.parse import parse
from vasttui.query.wire import server_query
from vasttui.simulator.market.fields import ALIASES, FLAGS, NUMBERS, TEXTS, THOUSANDS

WORLD = demo_world(offers=70, search_cap=1_000)
NOW = WORLD.clock.now()
CHOICE = SearchOptions(usage=Usage(disk=5.0))
OPTIONS = {"type": "on-demand", "allocated_storage": 5.0, "limit": 1_000}
ROWS = search(WORLD, {**OPTIONS, "external": True})
DEFAULTS = {"verified": {"eq": True}, "external": {"eq": False}, "rentable": {"eq": True}}

# Null in every recorded offer, or the same in all: not read, so a filter on them is a warning.
NOT_READ = {
    "rn", "logo", "time_remaining", "time_remaining_isbid", "hostname", "webpage",
    "bundled_results", "sla_r_claim", "sla_sigma_x", "sla_broker_rate",
}  # fmt: skip
VIRTUAL = {"verified", "datacenter", "driver_version", "geolocation"}
# `id` finds nothing there, and is sent as `ask_contract_id`; the service keeps blanks around these
# texts, which are not shown; `target_reliability` is a lower bound there and no field.
OTHERWISE = {"id", "cpu_name", "public_ipaddr", "target_reliability"}
NAMES = sorted({*NUMBERS, *TEXTS, *FLAGS, *ALIASES, *THOUSANDS, *VIRTUAL} - NOT_READ - OTHERWISE)
TIMES = {"cpu_ram": 1000, "gpu_ram": 1000, "gpu_total_ram": 1000, "duration": 86_400.0}
"""The official client's multipliers (client 1.9.1 `api/query.py`, `offers_mult`)."""

OPS = {
    "=": "eq", "==": "eq", " eq ": "eq", "!=": "neq", " neq ": "neq", " noteq ": "neq",
    ">": "gt", " gte ": "gte", "<": "lt", "<=": "lte",
    " in ": "in", " notin ": "notin", " not in ": "notin",
}  # fmt: skip
TRUTHS = {"true": True, "false": False}


EVERYTHING = price_offers(decode_rows(ROWS).offers, CHOICE.usage, "on-demand")
GPUS = tuple({row.offer.gpu_name for row in EVERYTHING})


def found(filters: dict[str, Any]) -> set[int]:
    """What the service finds, disks alone apart."""
    return {row["id"] for row in search(WORLD, filters | OPTIONS) if row["num_gpus"]}


def seen(name: str) -> list[str]:
    """Values of the field as the user types them, some of none."""
    if name in FLAGS or name in {"verified", "datacenter"}:
        return ["true", "false"]
    if name == "geolocation":
        return [*sorted({row[name][-2:] for row in ROWS if row[name]}), "ZZ"]
    key = ALIASES.get(name) or THOUSANDS.get(name) or name
    values = sorted({row[key] for row in ROWS if row[key] is not None}, key=str)
    if key in TEXTS:
        return [f'"{value.strip()}"' for value in values if value.strip()] or ["nothing"]
    times = TIMES.get(name) or (1000 if name in THOUSANDS else 1)
    return [repr(value / times) if times != 1 else repr(value) for value in values] or ["1"]


SEEN = {name: seen(name) for name in NAMES}
EXACT = [op for op, name in OPS.items() if name in {"eq", "neq", "in", "notin"}]


@st.composite
def rule(draw: st.DrawFn) -> tuple[str, str, str]:
    """A field, an operator and a value as typed."""
    name = draw(st.sampled_from(NAMES))
    op = draw(st.sampled_from(EXACT if name == "geolocation" else list(OPS)))
    if OPS[op] in {"in", "notin"}:
        some = draw(st.lists(st.sampled_from(SEEN[name]), min_size=1, max_size=3))
        return name, op, f"[{','.join(some)}]"
    special = {"eq": ["null", "any"], "neq": ["null"]}.get(OPS[op], [])
    return name, op, draw(st.sampled_from(SEEN[name] * 3 + special))


def operand(name: str, value: str) -> object:
    if value.startswith("["):
        return [operand(name, one) for one in value[1:-1].split(",")]
    if value == "null":
        return None
    if name == "driver_version":
        major, minor, patch = value.strip('"').split(".")
        return int(f"{major}{minor:0>3}{patch:0>3}")
    plain = value.strip('"')
    return float(plain) * TIMES[name] if name in TIMES else TRUTHS.get(plain, plain)


def official(rules: list[tuple[str, str, str]]) -> dict[str, dict[str, object]]:
    """What the official client sends for these rules."""
    filters: dict[str, dict[str, object]] = {name: {**ops} for name, ops in DEFAULTS.items()}
    for name, op, value in rules:
        if value == "any":
            filters.pop(name, None)
        else:
            filters.setdefault(name, {})[OPS[op]] = operand(name, value)
    return filters


@settings(max_examples=150)
@given(rules=st.lists(rule(), min_size=1, max_size=3))
def test_the_rows_at_hand_are_filtered_as_the_service_does_it(
    rules: list[tuple[str, str, str]],
) -> None:
    text = " ".join("".join(one) for one in rules)
    parsed = parse(text)
    assert parsed.problems == ()
    select = compile_query(with_defaults(parsed.query, CHOICE), NOW)
    here = {row.offer.id for row in select(EVERYTHING)}
    assert here == found(official(rules)), text
    asked = server_query(parsed.query, CHOICE, GPUS, full=True)
    assert here <= found(asked.body()), text


def test_every_field_of_the_service_is_known() -> None:
    names = {*NUMBERS, *TEXTS, *FLAGS, *ALIASES, *THOUSANDS}
    assert {name for name in names if OFFERS.find(name) is None} == NOT_READ
