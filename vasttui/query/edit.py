"""Changes one rule of a filter text and leaves the rest as typed."""

from __future__ import annotations

from vasttui.query.fields import Field, FieldSet
from vasttui.query.offer_fields import OFFERS
from vasttui.query.parse import parse
from vasttui.query.rules import Rule
from vasttui.query.scan import Item, scan
from vasttui.query.values import is_number

_EQUAL = frozenset({":", "=", "==", "eq", "in"})


def set_rule(text: str, field: str, replacement: str | None, table: FieldSet = OFFERS) -> str:
    """The text with its rules on the field replaced, or removed if `replacement` is None.

    Names of the same thing (`vram`, `gpu_ram`) count as one field. Text that cannot be parsed yet
    stays, after the new rule. Raises KeyError for an unknown field.
    """
    topic = table.field(field).topic
    items = [item for item in scan(text) if _topic(item, table) == topic]
    if not replacement:
        return _without(text, items)
    if items:
        first = items[0]
        rest = _without(text[first.end :], [_moved(item, -first.end) for item in items[1:]])
        before = text[: first.start]
        return f"{before}{replacement}{_blank(rest)}{rest}"
    if parse(text, table).problems:
        return f"{replacement} {text}"
    return f"{text.rstrip()} {replacement}".lstrip()


def drop(text: str, rule: Rule, table: FieldSet = OFFERS) -> str:
    """The text without that rule; unchanged if it no longer contains the rule."""
    rules = parse(text, table).query.rules
    places = {found.start for found in rules if found == rule or found.text == rule.text}
    start = rule.start if rule.start in places else min(places, default=-1)
    return _without(text, [item for item in scan(text) if item.start == start])


def _topic(item: Item, table: FieldSet) -> str | None:
    field = _field(item, table)
    return None if field is None else field.topic


def _field(item: Item, table: FieldSet) -> Field | None:
    if item.form == "word":
        field = None if item.quoted else table.find(item.value)
        return field if field is not None else table.field("text")
    field = table.find(item.name)
    if item.form == "colon":
        field = field or table.find(item.name.lower())
    first = item.value.strip("[]").partition(",")[0]
    if field is not None and field.words and item.op in _EQUAL and not is_number(first):
        return table.field(field.words)
    return field


def _without(text: str, items: list[Item]) -> str:
    for item in reversed(items):
        before, after = text[: item.start].rstrip(), text[item.end :].lstrip()
        text = f"{before} {after}" if before and after else before + after
    return text


def _moved(item: Item, by: int) -> Item:
    start, end, value_start = item.start + by, item.end + by, item.value_start + by
    return item._replace(start=start, end=end, value_start=value_start)


def _blank(rest: str) -> str:
    return "" if not rest or rest[0].isspace() else " "
