"""A filter finds the same offers here as at the service, in any market."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.simulator import demo_world, search
from vasttui.models.decode import decode_rows
from vasttui.models.money import Usage, price_offers
from vasttui.models.search import SearchOptions
from vasttui.query.defaults import with_defaults
from vasttui.query.match import compile_query
from vasttui.query.offer_fields import OFFERS
from vasttui.query.parse import Query, parse
from vasttui.query.wire import server_query
from vasttui.simulator.market.fields import ALIASES, FLAGS, NUMBERS, TEXTS, THOUSANDS

WORLD = demo_world(offers=70, search_cap=1_000)
NOW = WORLD.clock.now()
CHOICE = SearchOptions(usage=Usage(disk=5.0))
OPTIONS = {"type": "on-demand", "allocated_storage": 5.0, "limit": 1_000}
ROWS = search(WORLD, {**OPTIONS, "external": True})
DEFAULTS = {"verified": {"eq": True}, "external": {"eq": False}, "rentable": {"eq": True}}

VIRTUAL = {"verified", "datacenter", "driver_version", "geolocation"}
# `id` finds nothing there, and is sent as `ask_contract_id`; each answer counts `rn` anew;
# `target_reliability` is a lower bound there and no field.
OTHERWISE = {"id", "rn", "target_reliability"}
NAMES = sorted({*NUMBERS, *TEXTS, *FLAGS, *ALIASES, *THOUSANDS, *VIRTUAL} - OTHERWISE)
TIMES = {"cpu_ram": 1000, "gpu_ram": 1000, "gpu_total_ram": 1000, "duration": 86_400.0}
"""The official client's multipliers (client 1.9.1 `api/query.py`, `offers_mult`)."""

OPS = {
    "=": "eq", "==": "eq", " eq ": "eq", "!=": "neq", " neq ": "neq", " noteq ": "neq",
    " not eq ": "neq", ">": "gt", " gt ": "gt", " gte ": "gte", "<": "lt", "<=": "lte",
    " lte ": "lte", " in ": "in", " nin ": "notin", " notin ": "notin", " not in ": "notin",
}  # fmt: skip
WORDS = {"true": True, "false": False, "null": None}


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
        typed = {one for value in values for one in (value, value.strip()) if one.isprintable()}
        return sorted(typed - {""}) or ["nothing"]
    times = TIMES.get(name) or (1000 if name in THOUSANDS else 1)
    return [repr(value / times) if times != 1 else repr(value) for value in values] or ["1"]


BLANK = next(row["cpu_name"] for row in ROWS if row["cpu_name"].endswith(" "))
ADDRESS = next(row["public_ipaddr"] for row in ROWS if row["public_ipaddr"].endswith(" "))
SEEN = {name: seen(name) for name in NAMES}
EXACT = [op for op, name in OPS.items() if name in {"eq", "neq", "in", "notin"}]
BLANKS = st.sampled_from(["", "", " ", "  "])


@st.composite
def rule(draw: st.DrawFn) -> str:
    """A field, an operator and a value as typed, with blanks and quotes here and there."""
    name = draw(st.sampled_from(NAMES))
    op = draw(st.sampled_from(EXACT if name == "geolocation" else list(OPS)))
    before, after = draw(BLANKS), draw(BLANKS)
    if OPS[op] in {"in", "notin"}:
        some = draw(st.lists(st.sampled_from(SEEN[name]), min_size=1, max_size=3))
        comma = draw(st.sampled_from([",", ", ", " , "]))
        value = f"[{before}{comma.join(draw(spelled(name, one)) for one in some)}{after}]"
    else:
        special = {"eq": ["null", "any"], "neq": ["null"]}.get(OPS[op], [])
        value = draw(st.sampled_from(SEEN[name] * 3 + special))
        value = value if value in special else draw(spelled(name, value))
    return name + before + op + after + value


def spelled(name: str, value: str) -> st.SearchStrategy[str]:
    """One value: in quotes, or in one word. The official client reads no version in quotes."""
    quoted = [] if name == "driver_version" else [f'"{value}"']
    return st.sampled_from([value.replace(" ", "_"), *quoted])


RULE = re.compile(
    r"([a-zA-Z0-9_]+)( *[=><!]+| +(?:[lg]te?|nin|neq|eq|not ?eq|not ?in|in) )?"
    r'( *)(\[[^\]]+\]|"[^"]+"|[^ ]+)?( *)'
)
"""A rule of the official client (1.9.1 `api/query.py`, `parse_query`)."""


def official(text: str) -> dict[str, dict[str, object]]:
    """What the official client sends for this text."""
    filters: dict[str, dict[str, object]] = {name: {**ops} for name, ops in DEFAULTS.items()}
    kinds = {op.strip(): kind for op, kind in OPS.items()}
    for name, op, _, value, _ in RULE.findall(text.strip()):
        kind = kinds[op.strip()]
        if value == "any":
            filters.pop(name, None)
        else:
            sent = operand(name, kind, value.strip(",[]"))
            filters.setdefault(name, {})[kind] = sent
    return filters


def operand(name: str, op: str, value: str) -> object:
    if op in {"in", "notin"}:
        return [operand(name, "eq", one.strip()) for one in value.split(",") if one.strip()]
    if name == "driver_version" and "." in value:
        major, minor, patch = value.split(".")
        return int(f"{major}{minor:0>3}{patch:0>3}")
    plain = value.replace("_", " ").strip('"')
    if plain in WORDS:
        return WORDS[plain]
    return float(plain) * TIMES[name] if name in TIMES else plain


@settings(max_examples=150)
@example(rules=[f'cpu_name="{BLANK}"'], around="")
@example(rules=[f'cpu_name="{BLANK.strip()}"'], around="")
@example(rules=[f'cpu_name!="{BLANK.strip()}"'], around=" ")
@example(rules=[f'public_ipaddr in ["{ADDRESS}","1.2.3.4"]'], around="")
@given(rules=st.lists(rule(), min_size=1, max_size=3), around=BLANKS)
def test_the_rows_at_hand_are_filtered_as_the_service_does_it(
    rules: list[str], around: str
) -> None:
    text = around + f" {around}".join(rules) + around
    parsed = parse(text)
    assert parsed.problems == ()
    select = compile_query(with_defaults(parsed.query, CHOICE), NOW)
    here = {row.offer.id for row in select(EVERYTHING)}
    assert here == found(official(text)), text
    asked = server_query(parsed.query, CHOICE, GPUS, full=True)
    assert here <= found(asked.body()), text


def test_every_field_of_the_service_is_known() -> None:
    names = {*NUMBERS, *TEXTS, *FLAGS, *ALIASES, *THOUSANDS}
    assert [name for name in names if OFFERS.find(name) is None] == []


def test_what_the_service_sends_null_for_everywhere_is_filtered_where_it_sends_more() -> None:
    told = {"hostname": "gpu-1", "webpage": "gpu.example", "time_remaining": "3 days",
            "time_remaining_isbid": "1 day", "logo": "/own.png", "bundled_results": 3,
            "sla_r_claim": 0.98, "sla_sigma_x": 0.25, "sla_broker_rate": 0.05}  # fmt: skip
    rows = [*ROWS[:3], ROWS[3] | told]
    priced = price_offers(decode_rows(rows).offers, CHOICE.usage, "on-demand")
    for name, value in told.items():
        text = f'{name}="{value}" verified=any external=any rentable=any'
        query = parse(text).query
        select = compile_query(with_defaults(query, CHOICE), NOW)
        assert [row.offer.id for row in select(priced)] == [ROWS[3]["id"]], name
        assert server_query(query, CHOICE, GPUS, full=True).filters[name] == {"eq": value}


def test_row_numbers_are_those_of_the_answer_to_this_very_search() -> None:
    query = parse("rn<=3 num_gpus=1").query
    asked = server_query(query, CHOICE, GPUS, full=False)
    assert asked.filters["rn"] == {"lte": 3}
    rows = search(WORLD, {**asked.body([("dph_total", "asc")]), **OPTIONS})
    priced = price_offers(decode_rows(rows).offers, CHOICE.usage, "on-demand")
    select = compile_query(with_defaults(query, CHOICE), NOW)
    assert [row.offer.rn for row in select(priced)] == [1, 2, 3]
    assert all(row.offer.num_gpus == 1 for row in priced)
    assert not server_query(Query(), CHOICE, GPUS, full=False).covers(asked)
