"""What is sent to the service, and which answer contains another."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.offer_rows import NOW, USAGE, rows
from tests.support.slow_filter import query_texts, server_keeps
from vasttui.models.money import PricedOffer, RentalType, Usage
from vasttui.models.search import SearchOptions, Trust
from vasttui.query.defaults import with_defaults
from vasttui.query.match import compile_query
from vasttui.query.parse import parse
from vasttui.query.wire import ServerQuery, server_query

NAMES = ("A10", "A100 SXM4", "H100 SXM", "RTX 3090 Ti", "RTX 4090", "RTX 4090D", "RTX A4000")
DEFAULTS = {"verified": {"eq": True}, "external": {"eq": False}, "rentable": {"eq": True}}
CHOICE = SearchOptions(trust="any", usage=USAGE)


def asked(
    text: str, *, trust: Trust = "any", rental: RentalType = "on-demand", full: bool = True
) -> dict[str, object]:
    choice = SearchOptions(trust=trust, rental=rental, usage=USAGE)
    body = server_query(parse(text).query, choice, NAMES, full=full).body()
    return {
        field: ops
        for field, ops in body.items()
        if field not in {"external", "rentable", "type", "allocated_storage"}
    }


def coarse(text: str, names: tuple[str, ...] = NAMES) -> ServerQuery:
    return server_query(parse(text).query, CHOICE, names, full=False)


def test_the_body_of_a_search() -> None:
    query = server_query(
        parse("n=1 gpu_name=RTX_4090 gpu_ram>=20 cc:SE,NO").query,
        SearchOptions(usage=Usage(disk=60)),
        (),
        full=True,
    )
    body = query.body(order=[("dph_total", "asc")], limit=64)
    assert body == DEFAULTS | {
        "num_gpus": {"eq": 1},
        "gpu_name": {"eq": "RTX 4090"},
        "gpu_ram": {"gte": 20000.0},
        "geolocation": {"in": ["SE", "NO"]},
        "order": [["dph_total", "asc"]],
        "limit": 64,
        "type": "on-demand",
        "allocated_storage": 60,
    }
    assert json.loads(json.dumps(body)) == body


@pytest.mark.parametrize(
    ("trust", "filters"),
    [
        ("verified", {"verified": {"eq": True}}),
        ("datacenter", {"verified": {"eq": True}, "datacenter": {"eq": True}}),
        ("any", {}),
    ],
)
def test_trust(trust: Trust, filters: dict[str, object]) -> None:
    assert asked("", trust=trust) == filters


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("vram>=24", {"gpu_ram": {"gte": 23.5 * 1024}}),
        ("vram>24", {"gpu_ram": {"gte": 24.5 * 1024}}),
        ("vram<=24", {"gpu_ram": {"lte": 24.5 * 1024}}),
        ("vram<24", {"gpu_ram": {"lte": 23.5 * 1024}}),
        ("vram:24..48", {"gpu_ram": {"gte": 23.5 * 1024, "lte": 48.5 * 1024}}),
        ("vram!=24", {}),
        ("ram>=64", {"cpu_ram": {"gte": 63.5 * 1024}}),
        ("ram<=64", {}),
        ("eff<0.6", {"dph_total": {"lte": pytest.approx(0.6)}}),
        ("eff>0.6", {}),
        ("price:0.2..0.6", {"dph_total": {"gte": pytest.approx(0.2), "lte": pytest.approx(0.6)}}),
        ("dlp>=300", {}),
        ("rel>=98", {"reliability": {"gte": 0.98}}),
        ("cuda>=12.4", {"cuda_max_good": {"gte": 12.4}}),
        ("ends>=30d", {"duration": {"gte": 30 * 86_400 - 3_600}}),
        ("driver>=550", {"driver_version": {"gte": 550_000_000}}),
        ("-cc:CN", {}),
        ("cc:SE", {"geolocation": {"eq": "SE"}}),
        ("gpu:4090", {"gpu_name": {"in": ["RTX 4090", "RTX 4090D"]}}),
        ("gpu:4090|a10", {"gpu_name": {"in": ["A10", "RTX 4090", "RTX 4090D"]}}),
        ("gpu:rtx gpu:4090", {"gpu_name": {"in": ["RTX 4090", "RTX 4090D"]}}),
        ("gpu!=4090", {"gpu_name": {"notin": ["RTX 4090", "RTX 4090D"]}}),
        ("-gpu!=4090", {"gpu_name": {"in": ["RTX 4090", "RTX 4090D"]}}),
        (
            "-gpu:rtx",
            {"gpu_name": {"notin": ["RTX 3090 Ti", "RTX 4090", "RTX 4090D", "RTX A4000"]}},
        ),
        ("epyc -xeon place:bavaria cpu:epyc", {}),
        ("gpu_ram>=20 vram>=24", {"gpu_ram": {"gte": 23.5 * 1024}}),
        ("id=7", {"ask_contract_id": {"eq": 7}}),
    ],
)
def test_what_is_asked(text: str, filters: dict[str, object]) -> None:
    assert asked(text) == filters


def test_a_reserved_gpu_costs_less_than_listed() -> None:
    assert asked("eff<0.6", rental="reserved") == {}


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("gpu:4090 n=1 eff<0.6 cuda>=12.4 epyc", {"gpu_name", "num_gpus"}),
        ("-gpu:4090", set()),
        ("gpu!=4090", set()),
        ("verified=false dc", {"verified", "datacenter"}),
        ("cc:SE", set()),
    ],
)
def test_the_coarse_part(text: str, filters: set[str]) -> None:
    assert set(asked(text, full=False)) == filters


def test_a_piece_of_a_name_is_not_asked_for_while_no_names_are_known() -> None:
    assert "gpu_name" not in coarse("gpu:4090", ()).body()


def test_a_name_that_no_gpu_has_needs_no_request() -> None:
    unknown = coarse("gpu:xyz")
    assert unknown.nothing
    assert coarse("n=1").covers(unknown)
    assert not unknown.covers(coarse(""))


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("", "gpu:4090"),
        ("gpu:4090", "gpu_name=RTX_4090"),
        ("gpu:rtx", "gpu:4090"),
        ("n>=2", "n>=4"),
        ("n>=2", "n>2"),
        ("n>1", "n>=2"),
        ("n!=2", "n>2"),
        ("n in [1,2,4]", "n=2"),
        ("n<=4", "n in [1,4]"),
        ("n=1", "num_gpus = 1"),
        ("gpu_name!=A10", "gpu_name=RTX_4090"),
        ("verified=any", "verified=true"),
    ],
)
def test_covers(wide: str, narrow: str) -> None:
    assert coarse(wide).covers(coarse(narrow))


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("gpu:4090", ""),
        ("n>=4", "n>=2"),
        ("n>2", "n>=2"),
        ("n=2", "n in [1,2]"),
        ("n!=2", "n>=2"),
        ("external=false", "external=any"),
        ("external!=null", ""),
        ("external!=true", "external=null"),
        ("verified=true", "verified=false"),
    ],
)
def test_does_not_cover(narrow: str, wide: str) -> None:
    assert not coarse(narrow).covers(coarse(wide))


def test_other_prices_are_never_covered() -> None:
    query = parse("n=1").query
    here = server_query(query, CHOICE, (), full=False)
    for choice in (
        SearchOptions(trust="any", usage=Usage(disk=61)),
        SearchOptions(trust="any", rental="bid", usage=USAGE),
    ):
        assert not here.covers(server_query(query, choice, (), full=False))


def test_equal_searches_are_equal() -> None:
    assert coarse("n=1 gpu:4090") == coarse("gpu:4090 num_gpus==1")
    assert len({coarse("n=1"), coarse("n = 1"), coarse("n=2")}) == 2
    assert coarse("n=1") != "n=1"


def test_narrowed() -> None:
    start = coarse("n=1")
    paged = start.narrowed("dph_total", "gte", 0.5)
    assert paged.filters["dph_total"] == {"gte": 0.5}
    assert start.covers(paged)
    assert paged.narrowed("dph_total", "gte", 0.4) == paged
    assert "dph_total" not in start.filters


MARKET = st.lists(rows(), min_size=1, max_size=10)


@given(text=query_texts(), market=MARKET, full=st.booleans())
def test_the_server_never_drops_what_the_rules_keep(
    text: str, market: list[PricedOffer], full: bool
) -> None:
    query = parse(text).query
    filters = server_query(query, CHOICE, NAMES, full=full).filters
    checked = {name: ops for name, ops in filters.items() if name not in {"external", "rentable"}}
    for row in compile_query(with_defaults(query, CHOICE), NOW)(market):
        assert server_keeps(checked, row)


@given(wide=query_texts(), extra=query_texts(), names=st.sampled_from([(), NAMES]), market=MARKET)
def test_covers_is_sound(
    wide: str, extra: str, names: tuple[str, ...], market: list[PricedOffer]
) -> None:
    one = server_query(parse(wide).query, CHOICE, names, full=True)
    other = server_query(parse(f"{wide} {extra}").query, CHOICE, names, full=True)
    for first, second in ((one, other), (other, one)):
        if first.covers(second):
            for row in market:
                assert server_keeps(first.filters, row) or not server_keeps(second.filters, row)


@given(text=query_texts())
def test_every_search_covers_itself(text: str) -> None:
    query = server_query(parse(text).query, CHOICE, NAMES, full=True)
    assert query.covers(query)
