"""Parses a filter text. Every text the official client accepts keeps its meaning.

Official grammar: client 1.9.1 `api/query.py`, `parse_query`. A value of the wrong kind
(`num_gpus=abc`), which the official client sends and no server can compare, is a problem.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from msgspec.structs import replace

from vasttui.errors import QueryError, UnknownField
from vasttui.query.fields import Field, FieldSet
from vasttui.query.gpu_names import is_gpu_piece
from vasttui.query.offer_fields import OFFERS
from vasttui.query.rules import Op, Query, Rule, Value
from vasttui.query.scan import Item, scan
from vasttui.query.values import Unreadable, is_number, read_choices, read_value, version_range

__all__ = ["MAX_LENGTH", "MAX_RULES", "Parsed", "Query", "Rule", "parse"]

_OPS: dict[str, Op] = {
    ">=": "gte", ">": "gt", "gt": "gt", "gte": "gte", "<=": "lte", "<": "lt", "lt": "lt",
    "lte": "lte", "!=": "neq", "==": "eq", "=": "eq", "eq": "eq", "neq": "neq", "noteq": "neq",
    "not eq": "neq", "notin": "notin", "not in": "notin", "nin": "notin", "in": "in",
}  # fmt: skip
_ANY = frozenset({"?", "*", "any"})
_NULL = frozenset({"None", "null"})
_ORDER = frozenset({"gt", "gte", "lt", "lte"})
_PIECES = re.compile(r"(?:\"[^\"]*\"?|[^\",|])+")


MAX_LENGTH = 2_000
MAX_RULES = 100
"""Limits of a filter, so that a pasted book is not parsed."""


class Parsed(NamedTuple):
    """A filter text, parsed as far as possible.

    With `problems` the text, or the word being typed, is not valid yet: keep the last query.
    `warnings` are harmless: an unknown field, a rule that a later one overrides.
    """

    query: Query
    problems: tuple[QueryError, ...] = ()
    warnings: tuple[QueryError, ...] = ()


class _Slot(NamedTuple):
    """A rule, and the operator by which a later comparison replaces it."""

    rule: Rule
    op: Op | None


class _UnknownField(ValueError):
    """A comparison on an unknown field."""


def parse(text: str, table: FieldSet = OFFERS) -> Parsed:
    """The query of the text, with its problems and warnings. Never raises."""
    rules: list[_Slot] = []
    removed: set[str] = set()
    problems: list[QueryError] = []
    warnings: list[QueryError] = []
    if len(text) > MAX_LENGTH:
        reason = f"a filter can have at most {MAX_LENGTH} characters"
        return Parsed(Query(), (QueryError(reason, start=MAX_LENGTH, end=len(text)),))
    items = scan(text)
    for item in items:
        try:
            found = _read(item, table, typing=item.end == len(text))
        except _UnknownField as error:
            warnings.append(UnknownField(str(error), start=item.start, end=item.end))
        except ValueError as error:
            problems.append(QueryError(str(error), start=item.start, end=item.end))
        else:
            if isinstance(found, Field):
                removed.add(found.name)
                rules = [slot for slot in rules if slot.rule.field != found.name]
            else:
                rule = replace(
                    found, text=text[item.start : item.end], start=item.start, end=item.end
                )
                _add(rules, rule, item, warnings)
    problems += _open_lists(items)
    for slot in rules[MAX_RULES:]:
        reason = f"a filter can have at most {MAX_RULES} rules"
        problems.append(QueryError(reason, start=slot.rule.start, end=slot.rule.end))
    query = Query(tuple(slot.rule for slot in rules[:MAX_RULES]), frozenset(removed))
    return Parsed(query, tuple(problems), tuple(warnings))


def _add(rules: list[_Slot], rule: Rule, item: Item, warnings: list[QueryError]) -> None:
    """Add a rule. As in the official client, it replaces one on the same field and operator."""
    op = _OPS[item.op] if item.form == "comparison" and not item.negated else None
    slot = _Slot(rule, op)
    for at, old in enumerate(rules):
        if op is not None and (old.op, old.rule.field) == (op, rule.field):
            reason = f"{old.rule.label} is overridden by {rule.label}"
            warnings.append(QueryError(reason, start=old.rule.start, end=old.rule.end))
            rules[at] = slot
            return
    rules.append(slot)


def _open_lists(items: list[Item]) -> list[QueryError]:
    return [
        QueryError(f"{_the_list(items[:at])} has no closing ]", start=item.start, end=item.end)
        for at, (item, following) in enumerate(pairwise(items), 1)
        if item.value.startswith("[") and "]" not in item.value and following.form != "comparison"
    ]


def _the_list(items: list[Item]) -> str:
    """Whose list the last of these begins, where that is known. A name that no field can have is a
    word of its own, and so is what stands after it."""
    *before, last = items
    name = last.name or (before[-2].value if len(before) > 1 and before[-1].value in _OPS else "")
    return f"the list for {name}" if name else "the list"


def _read(item: Item, table: FieldSet, *, typing: bool) -> Rule | Field:
    """The rule of a word; a field for `field=any`, which removes the rules on it."""
    if item.form == "word":
        return _read_word(item, table, typing=typing)
    if item.form == "colon":
        return _read_colon(item, table)
    return _read_comparison(item, table)


# words


def _read_word(item: Item, table: FieldSet, *, typing: bool) -> Rule:
    word = item.value
    if not item.quoted:
        field = table.find(word)
        if field is not None and field.bare:
            return Rule(field.name, "eq", (True,), item.negated)
        if field is not None:
            raise Unreadable(_with_example(field, word, "needs a value"))
        _refuse_unfinished(word, table, typing=typing)
    words = word.strip().lower()
    if not words:
        raise Unreadable("there is nothing between the quotes")
    return Rule("text", "match", (words,), item.negated)


def _refuse_unfinished(word: str, table: FieldSet, *, typing: bool) -> None:
    if word[0] in "=<>!":
        raise Unreadable(f"{word[0]} needs a field before it; try {table.example}")
    if word == "-":
        raise Unreadable("- excludes what follows it; try -cc:CN")
    longer = table.begins(word)
    if typing and longer is not None:
        raise Unreadable(
            f"{word} is the start of {longer}; finish it, or quote it to search for the word"
        )


# name:value


def _read_colon(item: Item, table: FieldSet) -> Rule | Field:
    field = table.find(item.name) or table.find(item.name.lower())
    if field is None:
        raise Unreadable(_unknown_field(item.name, table, "; quote it to search for the text"))
    if item.value in _ANY:
        return field
    pieces = [_plain(piece) for piece in _PIECES.findall(item.value.strip("[]"))]
    pieces = [piece for piece in pieces if piece]
    if not pieces:
        raise Unreadable(_with_example(field, item.name, "needs a value"))
    field = _field_of(field, pieces[0], table)
    rule = _comparison(field, "eq" if len(pieces) == 1 else "in", pieces, item.name, loose=True)
    return replace(rule, negated=rule.negated is not item.negated)


# name op value


def _read_comparison(item: Item, table: FieldSet) -> Rule | Field:
    op = _OPS.get(item.op)
    if op is None:
        raise Unreadable(f"unknown operator {item.op}; use = != < <= > >= in notin")
    field = table.find(item.name)
    value = item.value.strip(",[]")
    if not value:
        missing = (
            "needs a value" if field is None else _with_example(field, item.name, "needs a value")
        )
        raise Unreadable(missing)
    if value in _ANY and op not in {"in", "notin"}:
        if op != "eq":
            raise Unreadable(f"{value} only works with =")
        if field is not None:
            return field
    if field is None:
        raise _UnknownField(_unknown_field(item.name, table, "; ignored"))
    if op in {"in", "notin"}:
        pieces = [_plain(piece.strip()) for piece in value.split(",") if piece.strip()]
        if not pieces:
            raise Unreadable(_with_example(field, item.name, "needs a list"))
    else:
        pieces = [_plain(value)]
    named = _field_of(field, pieces[0], table) if op in {"eq", "in"} else field
    loose = field.kind == "gpu" or named is not field
    rule = _comparison(named, op, pieces, item.name, loose=loose)
    return replace(rule, negated=rule.negated is not item.negated)


def _field_of(field: Field, piece: str, table: FieldSet) -> Field:
    """The field that the value is of: `cpu:16` counts vCPUs, `cpu:epyc` names the CPU."""
    known = not field.words or is_number(piece) or piece in _NULL
    return field if known else table.field(field.words)


def _plain(piece: str) -> str:
    return piece.replace("_", " ").strip('"')


def _comparison(field: Field, op: Op, pieces: list[str], typed: str, *, loose: bool) -> Rule:
    """The rule on one or several values; with `loose`, part of a text is enough."""
    try:
        if op not in {"in", "notin"}:
            if pieces[0] in _NULL:
                if op in _ORDER:
                    raise Unreadable(f"cannot be compared with {pieces[0]}")
                return Rule(field.name, "null" if op == "eq" else "known")
            if op in {"eq", "neq"} and (ends := _range(field, pieces[0])) is not None:
                return Rule(field.name, "between" if op == "eq" else "outside", ends)
            if field.kind == "version":
                return Rule(field.name, op, (_version_bound(field, op, pieces[0]),))
        if field.kind == "choice":
            return _choice(field, op, pieces)
        if field.kind in {"gpu", "text"} and loose:
            return _match(field, op, pieces)
        if op in _ORDER and (field.kind == "place" or field.wire == "geolocation"):
            raise Unreadable("cannot be used with < or >")
        if field.at_least:
            if op in {"in", "notin"}:
                raise Unreadable("needs one number")
            op = "gte"
        return Rule(field.name, op, tuple(_distinct(field, pieces)))
    except Unreadable as error:
        truth = field.kind == "bool" and op == "eq"
        reason = "must be true, false or any" if truth else str(error)
        raise Unreadable(_with_example(field, typed, reason)) from None


def _distinct(field: Field, pieces: list[str]) -> list[Value]:
    return list(dict.fromkeys(read_value(field, piece) for piece in pieces))


def _choice(field: Field, op: Op, pieces: list[str]) -> Rule:
    """Every choice that starts with one of the pieces."""
    if op in _ORDER:
        raise Unreadable("cannot be used with < or >")
    words = dict.fromkeys(word for piece in pieces for word in read_choices(field, piece))
    excludes = op in {"neq", "notin"}
    if len(words) == 1:
        return Rule(field.name, "neq" if excludes else "eq", tuple(words))
    return Rule(field.name, "notin" if excludes else "in", tuple(words))


def _match(field: Field, op: Op, pieces: list[str]) -> Rule:
    if op in _ORDER:
        raise Unreadable("cannot be used with < or >")
    if field.kind == "gpu" and not all(map(is_gpu_piece, pieces)):
        raise Unreadable("needs a name")
    words = dict.fromkeys(piece.lower() for piece in pieces)
    return Rule(field.name, "unmatch" if op in {"neq", "notin"} else "match", tuple(words))


def _range(field: Field, piece: str) -> tuple[Value, Value] | None:
    if field.kind == "version":
        oldest, newest = version_range(field, piece)
        return (oldest, newest) if oldest != newest else None
    if field.kind != "number" or ".." not in piece:
        return None
    low, _, high = piece.partition("..")
    return read_value(field, low), read_value(field, high)


def _version_bound(field: Field, op: Op, piece: str) -> int:
    low, high = version_range(field, piece)
    return high if op in {"gt", "lte"} else low


# reasons


def _with_example(field: Field, typed: str, reason: str) -> str:
    if reason == "needs a value" and field.kind == "number":
        reason = "needs a number"
    return f"{typed} {reason}; try {typed}{field.example}"


def _unknown_field(name: str, table: FieldSet, then: str) -> str:
    near = table.suggest(name)
    meant = f" (did you mean {near}?)" if near else ""
    return f"unknown field {name}{meant}{then}"
