"""Rows from strangers: what is read, what is left out, and that nothing ever crashes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.http import row
from vasttui.models.account import Account
from vasttui.models.decode import decode_offers, decode_rows
from vasttui.models.decode_account import account_from
from vasttui.models.decode_fields import Known
from vasttui.models.decode_json import NotJson, read_json
from vasttui.models.offer import AS_SENT, Offer
from vasttui.text import clean

HOSTILE = "a\x1b]0;owned\x07b\u202e\x9b31m[/]"
ESSENTIAL = ("id", "gpu_name", "num_gpus", "dph_base", "dph_total", "storage_cost")


def one(**changes: Any) -> Offer:
    """The offer of a row that must be readable."""
    decoded = decode_offers(json.dumps([row(**changes)]).encode())
    assert (decoded.bad, decoded.patched) == (0, 0), decoded.reasons
    return decoded.offers[0]


def of_type(kind: str) -> list[str]:
    sent = [field for field in Offer.__annotations__.items() if field[0] not in AS_SENT]
    return [name for name, typed in sent if typed.startswith(kind)]


def test_a_row_becomes_an_offer() -> None:
    offer = one(geolocation="Sweden, SE", gpu_ids=[4, 5], gpu_ram=24564, cpu_ghz=3, rented=False)
    assert offer.id == 1
    assert offer.dph_total == 0.31
    assert offer.gpu_ids == (4, 5)
    assert offer.gpu_ram == 24564
    assert offer.cpu_ghz == 3.0
    assert offer.rented is False
    assert offer.country == "SE"
    assert offer.cpu_name is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("gpu_ram", 24564), ("gpu_total_ram", 98256.0), ("gpu_max_power", 450), ("pcie_bw", 25.125),
     ("storage_cost", 0.15), ("inet_up_cost", 0.0013)],
)  # fmt: skip
def test_numbers_that_many_offers_share_are_kept_once(name: str, value: float) -> None:
    first, second = (getattr(one(**{name: value}), name) for _ in range(2))
    assert first is second
    assert first == value


def test_equal_numbers_of_two_types_stay_what_they_are() -> None:
    offer = one(gpu_ram=4096, gpu_mem_bw=4096, pcie_bw=4096.0)
    assert isinstance(offer.gpu_ram, int)
    assert isinstance(offer.gpu_mem_bw, float)
    assert isinstance(offer.pcie_bw, float)


def test_unknown_fields_and_nulls_are_no_trouble() -> None:
    nulls = {name: None for name in Offer.__struct_fields__ if name not in ESSENTIAL}
    assert one(**nulls, quantum={"deep": [[1]]}) == one(machine_id=None)


@pytest.mark.parametrize("name", of_type("str"))
def test_every_text_of_an_offer_is_cleaned(name: str) -> None:
    assert getattr(one(**{name: HOSTILE}), name) == clean(HOSTILE)


@pytest.mark.parametrize(
    ("text", "sent"),
    [("Xeon ", "Xeon "), ("  Xeon", "  Xeon"), ("Xeon", None),
     ("Xeon\n", "Xeon\N{REPLACEMENT CHARACTER}"),
     ("Xe\x1bon ", "Xe\N{SYMBOL FOR ESCAPE}on\N{REPLACEMENT CHARACTER}")],
)  # fmt: skip
def test_blanks_around_a_text_that_the_service_compares_are_kept_and_nothing_else(
    text: str, sent: str | None
) -> None:
    offer = one(cpu_name=text, public_ipaddr=text)
    assert (offer.sent_cpu_name, offer.sent_address) == (sent, sent)
    assert (offer.cpu_name, offer.public_ipaddr) == (clean(text), clean(text))


@pytest.mark.parametrize("name", ["username", "email", "tfa_status"])
def test_every_text_of_an_account_is_cleaned(name: str) -> None:
    account = account_from({"id": 1, name: HOSTILE})
    assert getattr(account, name) == clean(HOSTILE)


def test_the_texts_of_an_account_are_those_tested() -> None:
    texts = {name for name, kind in Account.__annotations__.items() if kind.startswith("str")}
    assert texts == {"username", "email", "tfa_status"}


@pytest.mark.parametrize("name", ["gpu_name", "geolocation"])
def test_a_lone_surrogate_spoils_neither_document_nor_row(name: str) -> None:
    text = json.dumps([row(1), row(2, **{name: "x\ud800y"})])
    decoded = decode_offers(text.encode())
    assert [offer.id for offer in decoded.offers] == [1, 2]
    assert getattr(decoded.offers[1], name) == "x\N{REPLACEMENT CHARACTER}y"
    assert (decoded.bad, decoded.patched) == (0, 0)


@pytest.mark.parametrize("value", [True, "12", 12.5, 0, -1, 2**63, None, [], float("nan")])
def test_an_id_is_a_positive_whole_number_or_nothing(value: object) -> None:
    decoded = decode_offers(json.dumps([row(1), row(id=value)]).encode())  # type: ignore[arg-type]
    assert [offer.id for offer in decoded.offers] == [1]
    assert decoded.bad == 1


@pytest.mark.parametrize("name", ["dph_base", "dph_total", "storage_cost"])
@pytest.mark.parametrize("value", ["NaN", "Infinity", "-0.01", "1e999", '"0.5"', "true", "null"])
def test_a_price_is_a_finite_number_of_dollars_or_the_row_is_out(name: str, value: str) -> None:
    text = json.dumps([row(1), row(2, **{name: "PRICE"}), row(3)]).replace('"PRICE"', value)
    decoded = decode_offers(text.encode())
    assert [offer.id for offer in decoded.offers] == [1, 3]
    assert decoded.bad == 1
    assert name in decoded.reasons[0]


@pytest.mark.parametrize("name", ESSENTIAL)
def test_a_row_without_identity_or_price_is_left_out(name: str) -> None:
    incomplete = row(2)
    del incomplete[name]
    decoded = decode_offers(json.dumps([row(1), incomplete]).encode())
    assert [offer.id for offer in decoded.offers] == [1]
    assert decoded.reasons == (f"An offer was skipped: no {name}.",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cpu_ram", "lots"), ("cpu_ram", 1.5), ("cpu_ram", True), ("cpu_ram", 10**30),
        ("reliability", "0.9"), ("reliability", True), ("rented", 1), ("rented", "yes"),
        ("geolocation", 7), ("gpu_ids", [1, "2"]), ("gpu_ids", 5), ("machine_id", -4),
        ("min_bid", -1.0), ("inet_down_cost", -0.1), ("dlperf", 10**400),
    ],
)  # fmt: skip
def test_an_unreadable_detail_is_unknown_and_counted(name: str, value: object) -> None:
    decoded = decode_offers(json.dumps([row(1, geolocation="Oslo, NO") | {name: value}]).encode())
    assert getattr(decoded.offers[0], name) is None
    assert (decoded.bad, decoded.patched) == (0, 1)
    assert f"Offer 1 has an unreadable detail: {name} is " in decoded.reasons[0]


def test_a_whole_number_may_come_as_a_float() -> None:
    assert one(cpu_ram=24564.0).cpu_ram == 24564


@pytest.mark.parametrize("stranger", [None, 7, "row", [], [[]]])
def test_what_is_no_object_is_no_offer(stranger: object) -> None:
    decoded = decode_rows([row(1), stranger])
    assert [offer.id for offer in decoded.offers] == [1]
    assert decoded.bad == 1


def test_reasons_stay_few_short_and_safe() -> None:
    decoded = decode_rows([row(1, cpu_ram=HOSTILE * 1000) for _ in range(50)])
    assert decoded.patched == 50
    assert len(decoded.reasons) == 5
    assert all(len(reason) < 120 and reason == clean(reason) for reason in decoded.reasons)


@pytest.mark.parametrize("text", [b"", b"[", b"{}x", b"[1,]", b'["\\ud800', b"[" * 100_000])
def test_what_is_no_json_is_told_so(text: bytes) -> None:
    with pytest.raises(NotJson):
        read_json(text)


def test_offers_come_in_an_array() -> None:
    with pytest.raises(NotJson):
        decode_offers(b'{"id":1}')


def test_an_account_needs_an_id_and_nothing_else() -> None:
    assert account_from({"id": 5, "credit": "12", "email": None}) == Account(id=5)
    assert account_from({"id": 5, "credit": 12, "api_key": "x"}) == Account(id=5, credit=12.0)
    nobody: tuple[object, ...] = ({}, {"id": "5"}, {"id": True}, [], None, "text")
    for wrong in nobody:
        assert account_from(wrong) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
NAMES = st.sampled_from(Offer.__struct_fields__)


@given(st.lists(st.dictionaries(NAMES, JSON | st.just("\ud800"), max_size=6), max_size=4))
def test_no_row_breaks_the_others(changes: list[dict[str, Any]]) -> None:
    spoiled = [row(1000 + number) | change for number, change in enumerate(changes)]
    mixed = [row(1), *spoiled, row(2)]
    for decoded in (decode_rows(mixed), decode_offers(json.dumps(mixed).encode())):
        kept = [offer.id for offer in decoded.offers]
        assert kept[0] == 1
        assert kept[-1] == 2
        assert len(kept) + decoded.bad == len(mixed)
        for offer in decoded.offers:
            assert type(offer.id) is int
            assert offer.id > 0
            for price in (offer.dph_base, offer.dph_total, offer.storage_cost):
                assert type(price) is float
                assert 0 <= price < float("inf")
            for name in Offer.__struct_fields__:
                value = getattr(offer, name)
                assert not isinstance(value, str) or value.strip(" ") == clean(value)


SENT = st.sampled_from(
    ["null", "true", "0", "-1", "1.5", "2.0", "-0.0", "7", "9007199254740993", "9007199254740993.0",
     "9223372036854775807", "9223372036854775808", "-9223372036854775809", "2147483648", "1e400",
     "1" * 40, "NaN", '""', '" x "', '"12"', r'"\ud800"', r'"a\u001b[1m"', '"a\u202eb"', "[]",
     "[1, 2]", "[1, 2.0]", "[true]", "[9223372036854775808]", "{}"]
)  # fmt: skip
NAMED = st.sampled_from([*Offer.__struct_fields__, "unknown"])


@given(st.dictionaries(NAMED, SENT, max_size=5))
@example({"num_gpus": "2147483648"})
@example({"gpu_ids": "[9223372036854775808]"})
def test_a_row_is_the_same_offer_whether_all_of_an_answer_can_be_read_or_not(
    sent: dict[str, str],
) -> None:
    plain = {name: json.dumps(value) for name, value in row(1).items()}
    members = ", ".join(f'"{name}": {value}' for name, value in (plain | sent).items())
    text = f"{{{members}}}"
    alone, beside = decode_offers(f"[{text}]".encode()), decode_offers(f"[{text}, 7]".encode())
    assert [values(offer) for offer in alone.offers] == [values(offer) for offer in beside.offers]
    assert (alone.bad + 1, alone.patched) == (beside.bad, beside.patched)
    assert alone.reasons == beside.reasons[: len(alone.reasons)]


def values(offer: Offer) -> list[tuple[type[object], object]]:
    return [(type(value := getattr(offer, name)), value) for name in Offer.__struct_fields__]


def test_of_texts_that_rows_share_neither_long_ones_are_kept_nor_too_many() -> None:
    made: list[str] = []
    known = Known(lambda sent: made.append(sent) or sent.upper())  # type: ignore[func-returns-value]
    long = "x" * 65
    assert [known["a"], known["a"], known[long], known[long]] == ["A", "A", "X" * 65, "X" * 65]
    assert made == ["a", long, long]
    for number in range(20_000):
        assert known[f"{number}"] == f"{number}"
    assert len(known) < 10_000
    assert known[None] is None


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        read_json(data)
    except NotJson:
        return
