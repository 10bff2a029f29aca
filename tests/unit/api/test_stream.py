"""Large answers are decoded in slices, wherever they are cut."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.http import row
from vasttui.api import stream
from vasttui.api.stream import LARGEST_PIECE, LARGEST_WHOLE, SLICE, OfferStream
from vasttui.models.decode import decode_offers, decode_rows
from vasttui.models.decode_json import NotJson
from vasttui.models.offer import OfferBatch

TRAP = '"},{"id":1},{"' * 50
"""A text that looks like the end of one row and the start of the next."""


def pieces(body: bytes, size: int = 65_536) -> Iterable[bytes]:
    return (body[start : start + size] for start in range(0, len(body), size))


def read(chunks: Iterable[bytes]) -> tuple[list[OfferBatch], OfferStream]:
    offers = OfferStream()
    found = [part for chunk in chunks for part in offers.feed(chunk) if part is not None]
    return found + list(offers.finish()), offers


def ids(found: Iterable[OfferBatch]) -> list[int]:
    return [offer.id for part in found for offer in part.offers]


def market(count: int, **changes: Any) -> bytes:
    """Rows of the usual size, about 2.6 kB each."""
    padding = {f"detail_{number}": 1000.0 + number for number in range(120)}
    listed = [row(number + 1, **padding, **changes) for number in range(count)]
    return json.dumps({"offers": listed}).encode()


@pytest.fixture
def decoded_sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of bytes of every piece decoded in one go."""
    sizes: list[int] = []

    def counting(data: bytes) -> OfferBatch:
        sizes.append(len(data))
        return decode_offers(data)

    monkeypatch.setattr(stream, "decode_offers", counting)
    return sizes


def test_rows_come_in_order_and_once(decoded_sizes: list[int]) -> None:
    found, offers = read(pieces(market(2_000)))
    assert ids(found) == list(range(1, 2_001))
    assert offers.document == {"offers": []}
    assert max(decoded_sizes) < 2 * SLICE
    assert len(found) > 20


def test_rows_are_there_before_the_body_ends() -> None:
    body = market(500)
    offers = OfferStream()
    early = [part for part in offers.feed(body[: len(body) // 2]) if part is not None]
    assert len(ids(early)) > 200


@pytest.mark.parametrize("count", [0, 1, 2, 64])
def test_small_answers_are_whole(count: int) -> None:
    found, offers = read([market(count)])
    assert ids(found) == list(range(1, count + 1))
    assert offers.document == {"offers": []}


def test_rows_that_look_like_a_cut_are_not_cut(decoded_sizes: list[int]) -> None:
    trapped = {"gpu_name": TRAP[:200], "notes": TRAP, "nested": [{"a": 1}, {"b": [{}, {}]}] * 20}
    found, _ = read(pieces(market(1_000, **trapped)))
    assert ids(found) == list(range(1, 1_001))
    assert sum(part.bad + part.patched for part in found) == 0
    assert sum(decoded_sizes) < 3 * len(market(1_000, **trapped))


def test_one_long_trap_costs_one_guess(decoded_sizes: list[int]) -> None:
    padding = "},{" * 500_000
    body = json.dumps({"offers": [row(1), row(2, notes=padding), row(3)]}).encode()
    found, _ = read(pieces(body))
    assert ids(found) == [1, 2, 3]
    assert len(decoded_sizes) <= 3


def test_a_row_without_end_is_given_up() -> None:
    chunks = iter([b'{"offers":[{"a":"', *[b"x" * 65_536] * (LARGEST_PIECE // 65_536 + 9)])
    with pytest.raises(NotJson):
        read(chunks)
    assert len(list(chunks)) > 5  # not even read


def test_a_document_of_another_shape_is_given_up_when_large() -> None:
    chunks = iter([b"[" * 2_000, *[b" " * 65_536] * (LARGEST_WHOLE // 65_536 + 9)])
    with pytest.raises(NotJson):
        read(chunks)
    assert len(list(chunks)) > 5  # not even read


@pytest.mark.parametrize(
    "wrap",
    [
        '{"offers":%s}',
        ' \r\n{ "offers" :\t%s , "success": true }\n',
        '{"success":true,"offers":%s}',
        '{"success": true, "count": -1.5e3, "msg": "fine, {[", "offers": %s}',
        '{"meta":{"a":[1]},"offers":%s}',
        '{"msg":"quoted \\" word","offers":%s,"more":[{"id":1},{"id":2}]}',
    ],
)
@pytest.mark.parametrize("count", [0, 3, 300])
def test_offers_are_found_wherever_they_stand(wrap: str, count: int) -> None:
    rows = json.dumps(json.loads(market(count))["offers"])
    found, offers = read(pieces(wrap.replace("%s", rows).encode()))
    assert ids(found) == list(range(1, count + 1))
    assert isinstance(offers.document, dict)


@pytest.mark.parametrize("head", ['{"success":false,"msg":"no","offers":[]}', '{"success":false}'])
def test_a_refusal_stays_readable(head: str) -> None:
    found, offers = read([head.encode()])
    assert ids(found) == []
    assert isinstance(offers.document, dict)
    assert offers.document["success"] is False


@pytest.mark.parametrize("share", [0.0001, 0.3, 0.7, 0.99999])
def test_a_body_cut_off_is_told_after_the_rows_before_it(share: float) -> None:
    body = market(300)
    cut = body[: int(len(body) * share)]
    offers = OfferStream()
    early = ids(part for chunk in pieces(cut) for part in offers.feed(chunk) if part is not None)
    with pytest.raises(NotJson):
        list(offers.finish())
    assert early == list(range(1, len(early) + 1))
    assert len(early) > 300 * share - 2 * SLICE / 2_600


def test_a_surrogate_or_a_bad_row_harms_only_itself() -> None:
    listed = json.loads(market(300))["offers"]
    listed[100]["geolocation"] = "\ud800"
    listed[200]["dph_total"] = "cheap"
    listed[250] = None
    found, _ = read(pieces(json.dumps({"offers": listed}).encode()))
    assert len(ids(found)) == 298
    assert sum(part.bad for part in found) == 2


ROWS: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.fixed_dictionaries(
        {"notes": st.text(st.sampled_from('}{,[]":\\ x\ud800é'), max_size=30)},
        optional={"nested": st.lists(st.dictionaries(st.sampled_from("ab"), st.just({}))),
                  "dph_total": st.sampled_from([1, "x", None])},
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=60)
@given(ROWS, st.integers(1, 400), st.sampled_from([None, 0, 2]), st.booleans())
def test_however_the_bytes_arrive_the_offers_are_the_same(
    changes: list[dict[str, Any]], size: int, indent: int | None, ascii_only: bool
) -> None:
    listed = [row(number + 1) | change for number, change in enumerate(changes)]
    body = json.dumps({"offers": listed}, indent=indent, ensure_ascii=ascii_only)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "SLICE", 200)
        patch.setattr(stream, "_HEAD_BYTES", 20)
        found, _ = read(pieces(body.encode("utf-8", "replace"), size))
    whole = decode_rows(json.loads(body.encode("utf-8", "replace"))["offers"])
    assert [offer for part in found for offer in part.offers] == list(whole.offers)
    assert sum(part.bad for part in found) == whole.bad
