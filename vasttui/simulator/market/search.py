"""The search for offers in its three forms.

Sources: docs: "search offers"; client 1.9.1 `api/offers.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from math import inf
from typing import Any

from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import JSON_TYPE, BadRequest, Reply, encode, json_object
from vasttui.simulator.market.fields import ALIASES, THOUSANDS, Value, getter, kind_of
from vasttui.simulator.market.filters import Condition, conditions, number
from vasttui.simulator.market.market import Ask, Market
from vasttui.simulator.market.offers import RentalType, RowWriter, Terms, wire

DEFAULT_STORAGE = 8.0  # GB
_RENTALS: dict[object, RentalType] = {
    "on-demand": "on-demand",
    "ondemand": "on-demand",
    "ask": "on-demand",
    "bid": "bid",
    "interruptible": "bid",
    "reserved": "reserved",
}
_OPTIONS = frozenset(
    {
        "type", "order", "limit", "allocated_storage", "disable_bundling", "target_reliability",
        "extra_ids", "gpu_option", "show_incompatible", "sort_option", "template_id", "select_cols",
    }
)  # fmt: skip
_SCAN_STEP = 160  # offers looked at between two breaths: at most 4 ms
_WRITE_STEP = 24  # offers written between two breaths: about 64 kB, 1 ms

Key = Any  # floats and texts that only ever meet their like


@dataclass(frozen=True, slots=True)
class Question:
    """A search understood."""

    terms: Terms
    conditions: list[Condition]
    key: Callable[[Ask], Key]
    limit: int
    bundled: bool
    disks: bool
    columns: frozenset[str] | None


class Search:
    """Answers searches of one market; never with more than `cap` offers."""

    def __init__(self, market: Market, cap: int) -> None:
        self._market = market
        self._cap = cap
        self._writer = RowWriter()

    def routes(self) -> Sequence[Route]:
        """The paths of this resource. All count as the operation "search"; none needs a key."""
        forms = (
            ("POST", "/api/v0/bundles", self._post),
            ("GET", "/api/v0/bundles", self._get),
            ("PUT", "/api/v0/search/asks", self._put),
        )
        return [
            Route(
                method, path, "search", handler,
                interval=6.0, burst=10, needs_key=False, bad_key_status=404,
            )
            for method, path, handler in forms
        ]  # fmt: skip

    def _post(self, call: Call) -> Reply:
        return self._answer(call.request.json_object(), call.now)

    def _get(self, call: Call) -> Reply:
        return self._answer(json_object(call.request.query.get("q", "")), call.now)

    def _put(self, call: Call) -> Reply:
        body = call.request.json_object()
        asked = body.get("q", {})
        if not isinstance(asked, dict):
            raise BadRequest("Invalid json body")
        outer = {name: value for name, value in body.items() if name in ("limit", "select_cols")}
        return self._answer(asked | outer, call.now)

    def _answer(self, asked: Mapping[str, object], now: float) -> Reply:
        question = understand(asked, now, self._cap)
        return Reply(200, (JSON_TYPE,), self._write(question))

    def _write(self, question: Question) -> Iterator[bytes]:
        for _ in self._market.settle(question.terms.now):
            yield b""
        runs: list[list[Ask]] = []
        for run in self._scan(question):
            runs.append(run)
            yield b""
        rows = islice(merge(*runs, key=question.key), question.limit)
        yield b'{"offers":['
        done = 0
        while some := list(islice(rows, _WRITE_STEP)):
            objects = [self._row(ask, question, done + place) for place, ask in enumerate(some, 1)]
            yield (b"," if done else b"") + b",".join(objects)
            done += len(some)
        yield b"]}"

    def _scan(self, question: Question) -> Iterator[list[Ask]]:
        """What matches, in sorted runs."""
        chunks = self._market.chunks(disks=question.disks)
        terms, tests = question.terms, question.conditions
        for start in range(0, len(chunks), _SCAN_STEP):
            some = chunks[start : start + _SCAN_STEP]
            if question.bundled:
                asks = [self._market.ask(chunk) for chunk in some]
            else:
                asks = [ask for chunk in some for ask in self._market.asks(chunk)]
            for test in tests:
                asks = [ask for ask in asks if test(ask, terms)]
            asks.sort(key=question.key)
            yield asks

    def _row(self, ask: Ask, question: Question, number: int) -> bytes:
        if question.columns is None:
            return self._writer.write(ask, question.terms, number)
        row = wire(ask, question.terms, number)
        return encode({name: value for name, value in row.items() if name in question.columns})


def understand(asked: Mapping[str, object], now: float, cap: int) -> Question:
    """The meaning of a search object. Raises BadRequest where it has none."""
    storage = asked.get("allocated_storage")
    terms = Terms(_rental(asked.get("type")), _storage(storage), now)
    filters = {name: rules for name, rules in asked.items() if name not in _OPTIONS}
    if filters.get("external") is False:
        filters["external"] = {"eq": False}
    elif filters.get("external") is True:
        del filters["external"]  # asks for external offers beside the others, not instead
    tests = conditions(filters)
    if storage is not None:
        tests.append(_room_for(terms.storage))
    target = asked.get("target_reliability")
    if target is not None:
        rules = target if isinstance(target, Mapping) else {"gte": target}
        tests += conditions({"target_reliability": rules})
    columns = asked.get("select_cols")
    return Question(
        terms=terms,
        conditions=tests,
        key=sort_key(asked.get("order"), terms),
        limit=_limit(asked.get("limit"), cap),
        bundled=asked.get("disable_bundling") is not True,
        disks="num_gpus" in filters or "resource_type" in filters,
        columns=None if not isinstance(columns, list) or "*" in columns else frozenset(columns),
    )


def sort_key(order: object, terms: Terms) -> Callable[[Ask], Key]:
    """The key to sort by; null comes last either way. Raises BadRequest for an unknown column."""
    if order is None:
        order = [["score", "desc"]]
    if not isinstance(order, list):
        raise BadRequest("order is not a list")
    columns = [_column(item, terms) for item in order]
    if len(columns) == 1:
        return columns[0]
    return lambda ask: tuple(column(ask) for column in columns)


def _column(item: object, terms: Terms) -> Callable[[Ask], Key]:
    if not isinstance(item, list) or len(item) != 2 or item[1] not in ("asc", "desc"):
        raise BadRequest(f"{item} is not a valid order")
    name = item[0] if isinstance(item[0], str) else ""
    field = ALIASES.get(name) or THOUSANDS.get(name) or name
    kind = kind_of(field)
    if field == "rn" or kind is None:
        raise BadRequest(f"{name} is not a valid order column")
    read, down = getter(field), item[1] == "desc"
    if kind == "text":
        return lambda ask: _text_key(read(ask, terms), down)
    return lambda ask: _number_key(read(ask, terms), down)


def _number_key(value: Value, down: bool) -> Key:
    if not isinstance(value, (int, float)):
        return inf
    return -value if down else value


def _text_key(value: Value, down: bool) -> Key:
    if not isinstance(value, str):
        return (True,)
    return (False, _Down(value) if down else value)


class _Down:
    """A text that sorts from Z to A."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Down) and other.text == self.text

    def __lt__(self, other: _Down) -> bool:
        return other.text < self.text

    __hash__ = None  # type: ignore[assignment]


def _room_for(gigabytes: float) -> Condition:
    read = getter("disk_space")

    def test(ask: Ask, terms: Terms) -> bool:
        space = read(ask, terms)
        return isinstance(space, float) and space >= gigabytes

    return test


def _rental(value: object) -> RentalType:
    if value is None:
        return "on-demand"
    if isinstance(value, str) and value in _RENTALS:
        return _RENTALS[value]
    raise BadRequest(f"{value} is not a valid offer type")


def _storage(value: object) -> float:
    if value is None:
        return DEFAULT_STORAGE
    if isinstance(value, Mapping):
        value = next(iter(value.values()), DEFAULT_STORAGE)
    return number(value)


def _limit(value: object, cap: int) -> int:
    if value is None:
        return cap
    wanted = number(value)
    if wanted != wanted or wanted < 0:
        raise BadRequest(f"{value} is not a valid limit")
    return int(min(wanted, cap))
