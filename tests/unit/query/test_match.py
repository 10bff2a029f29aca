"""Which rows match a filter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.offer_rows import NOW, row, rows
from tests.support.slow_filter import keeps, matches, query_texts
from vasttui.models.money import PricedOffer, Usage
from vasttui.models.search import SearchOptions, Trust
from vasttui.query.defaults import trust_in_force, with_defaults
from vasttui.query.fields import Field, FieldSet
from vasttui.query.match import compile_query
from vasttui.query.parse import parse
from vasttui.query.rules import Query


def kept(text: str, price_offer: PricedOffer) -> bool:
    parsed = parse(text)
    assert parsed.problems == ()
    return matches(parsed.query, price_offer, NOW)


@given(text=query_texts(), market=st.lists(rows(), max_size=12))
def test_compiled_rules_agree_with_the_plain_reading(text: str, market: list[PricedOffer]) -> None:
    parsed = parse(text)
    assert parsed.problems == ()
    found = compile_query(parsed.query, NOW)(market)
    assert found == [one for one in market if keeps(parsed.query, one)]


def test_no_rule_keeps_all_rows_in_order_in_a_new_list() -> None:
    market = [row(num_gpus=2), row(num_gpus=1)]
    found = compile_query(Query(), NOW)(market)
    assert found == market
    assert found is not market


@pytest.mark.parametrize("megabytes", [24564, 24576])
@pytest.mark.parametrize("text", ["vram>=24", "vram=24", "vram:24", "vram:24..48", "vram<=24"])
def test_memory_counts_as_it_is_shown(text: str, megabytes: int) -> None:
    assert kept(text, row(gpu_ram=megabytes))


def test_the_official_memory_field_counts_exactly_in_thousands() -> None:
    assert kept("gpu_ram>=24", row(gpu_ram=24564))
    assert not kept("gpu_ram=24", row(gpu_ram=24564))
    assert kept("gpu_ram>=24.564", row(gpu_ram=24564))
    assert not kept("gpu_ram>=24.6", row(gpu_ram=24564))


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("cuda>=12.4", {"cuda_max_good": None}),
        ("cuda<99", {"cuda_max_good": None}),
        ("cc:SE", {"geolocation": None}),
        ("dc", {"hosting_type": None}),
        ("verified=false", {"verification": None}),
        ("cpu:epyc", {"cpu_name": None}),
        ("ram>=1", {"gpu_frac": None}),
        ("vram:1..99", {"gpu_ram": None}),
    ],
)
def test_an_unknown_value_satisfies_nothing_but_an_exclusion(
    text: str, changes: dict[str, object]
) -> None:
    assert not kept(text, row(**changes))
    assert kept(f"-{text}", row(**changes))


def test_unknown_prices_are_not_cheap() -> None:
    unpriced = row(inet_down_cost=None)
    assert unpriced.eff is None
    assert not kept("eff<99", unpriced)
    assert kept("price<99", unpriced)


def test_a_host_that_stays_silent_of_external_is_not_external() -> None:
    silent = row(external=None)
    assert kept("external=false", silent)
    assert kept("external!=true", silent)
    assert not kept("external=true", silent)
    assert kept("external=null", silent)
    assert not kept("external=null", row(external=False))


def test_only_a_minus_passes_what_is_unknown() -> None:
    nowhere = row(geolocation="Norway")
    assert kept("-cc:CN", nowhere)
    assert not kept("geolocation!=CN", nowhere)
    assert not kept("cc notin [CN,RU]", nowhere)
    assert not kept("cc!=CN", nowhere)


@pytest.mark.parametrize("name", ["compute_cap", "start_date", "cluster_id", "hosting_type"])
@pytest.mark.parametrize("op", ["!=7", " neq 7", " noteq 7", " not in [7]", " notin [7,8]"])
def test_as_at_the_service_unknown_is_not_unequal(name: str, op: str) -> None:
    assert not kept(name + op, row(**{name: None}))
    assert kept(name + op, row(**{name: 1}))


def test_a_driver_outside_a_version() -> None:
    assert not kept("driver!=550", row(driver_vers=None))
    assert not kept("driver!=570", row(driver_vers=570124004))
    assert kept("driver!=550", row(driver_vers=570124004))
    assert kept("-driver!=550", row(driver_vers=None))


@pytest.mark.parametrize("name", ["verified", "datacenter"])
def test_what_the_service_works_out_is_never_null(name: str) -> None:
    assert not kept(f"{name}=null", row(verification=None, hosting_type=None))


def test_contract_end_is_counted_from_now() -> None:
    ending = row(end_date=NOW + 30 * 86_400)
    query = parse("ends>=30d").query
    assert matches(query, ending, NOW)
    assert not matches(query, ending, NOW + 1)
    assert matches(parse("duration>29").query, ending, NOW)


def test_without_an_end_date_the_listed_duration_counts() -> None:
    assert kept("ends>40", row(end_date=None))


def test_bare_words_must_all_be_there_and_case_does_not_matter() -> None:
    assert kept("SWEDEN epyc", row())
    assert not kept("sweden xeon", row())
    assert kept("sweden -xeon", row())
    assert kept('"rtx 4090"', row())
    assert kept("-dc static", row())


def test_all_in_price_of_my_use() -> None:
    costly = row(Usage(disk=60, down=5_000, hours=1))
    assert kept("price<0.60 eff>1", costly)
    assert kept("dlp<100", costly)


@given(market=st.lists(rows(), max_size=12))
def test_default_filters_act_on_rows_of_a_wider_search(market: list[PricedOffer]) -> None:
    query = with_defaults(Query(), SearchOptions(trust="datacenter"))
    for one in compile_query(query, NOW)(market):
        offer = one.offer
        assert offer.verification == "verified"
        assert offer.datacenter
        assert offer.rentable is not False
        assert not offer.external
    assert compile_query(with_defaults(Query(), SearchOptions()), NOW)([row(rentable=None)])


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ("", set()),
        ("verified=any", {"verified"}),
        ("verified=false", {"verified"}),
        ("verified!=true", set()),
        ("-verified", set()),
        ("external=true rentable:any", {"external", "rentable"}),
        ("external=null", {"external"}),
        ("dc:any", set()),
    ],
)
def test_a_default_filter_yields_to_the_user(text: str, dropped: set[str]) -> None:
    query = parse(text).query
    added = len(query.rules)
    defaults = with_defaults(query, SearchOptions()).rules[: -added or None]
    assert {"verified", "external", "rentable"} - {rule.field for rule in defaults} == dropped


def test_user_text_never_becomes_source() -> None:
    nasty = parse("""gpu_name="'+__import__('os').getcwd()+'" "');raise SystemExit#" """).query
    assert len(nasty.rules) == 2
    assert compile_query(nasty, NOW)([row()]) == []


def test_an_expression_of_several_parts_is_compared_as_a_whole() -> None:
    number = Field(name="n", kind="number", help="", expr="o or 0", example="=1", known=True)
    flag = Field(name="set", kind="bool", help="", expr="o is not None", example="=true", bare=True)
    table = FieldSet(
        fields=(number, flag), record="r", scope={}, seen={}, price=lambda row: 0.0, example="n=1"
    )
    for text, found in (
        ("set", [0, 5]), ("-set", [None]), ("set=false", [None]), ("n=0", [None, 0]), ("n>1", [5]),
    ):  # fmt: skip
        assert compile_query(parse(text, table).query, NOW, table)([None, 0, 5]) == found, text


@pytest.mark.parametrize(
    ("choice", "text", "listed"),
    [
        ("verified", "n=1", "verified"),
        ("verified", "verified=any", "any"),
        ("verified", "verified=true", "verified"),
        ("verified", "verified=false", None),
        ("verified", "-verified", "verified"),
        ("verified", "dc", "verified"),
        ("datacenter", "dc", "datacenter"),
        ("datacenter", "dc=any", "verified"),
        ("datacenter", "dc=any verified=any", "any"),
        ("datacenter", "verified=any", None),
        ("datacenter", "dc=false", None),
        ("any", "verified=any", "any"),
    ],
)
def test_whose_offers_are_listed(choice: Trust, text: str, listed: Trust | None) -> None:
    assert trust_in_force(parse(text).query, SearchOptions(trust=choice)) == listed


def test_the_record_is_read_only_of_rows_that_keep_the_rules_about_the_row() -> None:
    read = list[int]()

    class Row(int):
        @property
        def record(self) -> int:
            read.append(self)
            return self // 10

    tens = Field(name="tens", kind="number", help="", expr="o", example="=1", known=True)
    own = Field(name="own", kind="number", help="", expr="r", example="=1", known=True)
    table = FieldSet(
        fields=(tens, own), record="r.record", scope={}, seen={}, price=float, example="own=1"
    )
    found = compile_query(parse("tens=2 own<25", table).query, NOW, table)
    assert found([Row(14), Row(21), Row(29), Row(24)]) == [21, 24]
    assert read == [14, 21, 24]
