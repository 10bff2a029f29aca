"""The offer search in its three forms.

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
from vasttui.simulator.market.filters import Condition, Test, conditions, number, number_tests
from vasttui.simulator.market.market import Ask, Market
from vasttui.simulator.market.offers import RentalType, RowWriter, Terms, disk_space, wire

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
_SCAN_STEP = 160  # offers checked per slice: at most 4 ms
_WRITE_STEP = 24  # offers written per slice: about 64 kB, 1 ms

Key = Any  # floats or strings, never compared with each other


@dataclass(frozen=True, slots=True)
class ParsedSearch:
    """A parsed search."""

    terms: Terms
    conditions: list[Condition]
    key: Callable[[Ask], Key]
    limit: int
    bundled: bool
    disks: bool
    numbers: Sequence[Test]
    columns: frozenset[str] | None

    def counted(self, number: int) -> bool:
        """Whether the row of this number is wanted."""
        return all(test(number) for test in self.numbers)


class Search:
    """Searches one market; never returns more than `cap` offers."""

    def __init__(self, market: Market, cap: int) -> None:
        self._market = market
        self._cap = cap
        self._writer = RowWriter()

    def routes(self) -> Sequence[Route]:
        """The paths of this resource, all of operation "search"; none needs a key."""
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
        outer = call.request.json_object()
        body = outer.pop("q", {})
        if not isinstance(body, dict):
            raise BadRequest("Invalid json body")
        options = {name: value for name, value in outer.items() if name in ("limit", "select_cols")}
        return self._answer(body | options, call.now)

    def _answer(self, body: Mapping[str, object], now: float) -> Reply:
        search = parse_search(body, now, self._cap, self._market.volumes())
        return Reply(200, (JSON_TYPE,), self._write(search))

    def _write(self, search: ParsedSearch) -> Iterator[bytes]:
        for _ in self._market.settle(search.terms.now):
            yield b""
        runs: list[list[Ask]] = []
        for run in self._scan(search):
            runs.append(run)
            yield b""
        numbered = enumerate(merge(*runs, key=search.key), 1)
        rows = islice((one for one in numbered if search.counted(one[0])), search.limit)
        yield b'{"offers":['
        comma = b""
        while some := list(islice(rows, _WRITE_STEP)):
            objects = [self._row(ask, search, number) for number, ask in some]
            yield comma + b",".join(objects)
            comma = b","
        yield b"]}"

    def _scan(self, search: ParsedSearch) -> Iterator[list[Ask]]:
        """Matching offers, in sorted runs."""
        chunks = self._market.chunks(disks=search.disks)
        terms, tests = search.terms, search.conditions
        for start in range(0, len(chunks), _SCAN_STEP):
            some = chunks[start : start + _SCAN_STEP]
            if search.bundled:
                asks = [self._market.ask(chunk) for chunk in some]
            else:
                asks = [ask for chunk in some for ask in self._market.asks(chunk)]
            for test in tests:
                asks = [ask for ask in asks if test(ask, terms)]
            asks.sort(key=search.key)
            yield asks

    def _row(self, ask: Ask, search: ParsedSearch, number: int) -> bytes:
        if search.columns is None:
            return self._writer.write(ask, search.terms, number)
        row = wire(ask, search.terms, number)
        return encode({name: value for name, value in row.items() if name in search.columns})


def parse_search(
    body: Mapping[str, object], now: float, cap: int, volumes: Mapping[int, float]
) -> ParsedSearch:
    """A search object, parsed; `volumes` is as in `Terms`. Raises BadRequest if it is invalid."""
    storage = body.get("allocated_storage")
    terms = Terms(_rental(body.get("type")), storage_of(storage), now, volumes)
    filters = {name: rules for name, rules in body.items() if name not in _OPTIONS}
    if filters.get("external") is False:
        filters["external"] = {"eq": False}
    elif filters.get("external") is True:
        del filters["external"]  # means external offers as well as the others
    numbers = number_tests(filters.pop("rn", {}))
    tests = conditions(filters)
    if storage is not None:
        tests.append(lambda ask, terms: disk_space(ask) >= terms.storage)
    target = body.get("target_reliability")
    if target is not None:
        rules = target if isinstance(target, Mapping) else {"gte": target}
        tests += conditions({"target_reliability": rules})
    columns = body.get("select_cols")
    return ParsedSearch(
        terms=terms,
        conditions=tests,
        key=sort_key(body.get("order"), terms),
        limit=_limit(body.get("limit"), cap),
        bundled=body.get("disable_bundling") is not True,
        numbers=numbers,
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
    return (False, _Descending(value) if down else value)


class _Descending:
    """A string that sorts from Z to A."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Descending) and other.text == self.text

    def __lt__(self, other: _Descending) -> bool:
        return other.text < self.text

    __hash__ = None  # type: ignore[assignment]


def _rental(value: object) -> RentalType:
    if value is None:
        return "on-demand"
    if isinstance(value, str) and value in _RENTALS:
        return _RENTALS[value]
    raise BadRequest(f"{value} is not a valid offer type")


def storage_of(value: object) -> float:
    """GB that prices are for. Raises BadRequest."""
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
