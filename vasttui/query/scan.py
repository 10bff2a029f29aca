"""Splits a filter text into words, before they are interpreted.

An official comparison (client 1.9.1 `api/query.py`, `parse_query`) is tried first at every word,
so a text the official client accepts is split exactly as there.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Form = Literal["comparison", "colon", "word"]

_COMPARISON = re.compile(
    r"([a-zA-Z0-9_]+)( *[=><!]+| +(?:[lg]te?|nin|neq|eq|not ?eq|not ?in|in) )( *)"
    r"(\[[^\]]+\]|\"[^\"]+\"|[^ ]+)?"
)
_COLON = re.compile(r"([a-zA-Z][a-zA-Z0-9_]*):((?:\[[^\]]*\]|\"[^\"]*\"?|[^\s\"])*)")
_WORD = re.compile(r"\"([^\"]*)\"?|(\S+)")


class Item(NamedTuple):
    """One word of the text: `name op value`, `name:value` or a plain word (its `value`).

    `negated` means a `-` before it. `value_start` is where the value starts in the text.
    """

    form: Form
    name: str
    op: str
    value: str
    negated: bool
    quoted: bool
    start: int
    end: int
    value_start: int


def scan(text: str) -> list[Item]:
    """The words of the text. Any text can be split."""
    items = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        item = _item(text, at)
        items.append(item)
        at = item.end
    return items


def _item(text: str, start: int) -> Item:
    negated = text[start] == "-" and start + 1 < len(text) and not text[start + 1].isspace()
    at = start + negated
    if found := _COMPARISON.match(text, at):
        name, op, _, value = found.groups(default="")
        end = found.end()
        value_start = end - len(value)
        return Item("comparison", name, op.strip(), value, negated, False, start, end, value_start)
    if found := _COLON.match(text, at):
        name, value = found.groups()
        return Item("colon", name, ":", value, negated, False, start, found.end(), found.start(2))
    found = _WORD.match(text, at)
    if found is None:
        raise AssertionError("a word starts at every non-blank character")
    quoted = found[1] is not None
    value = found[1] if quoted else found[2]
    value_start = at + quoted
    return Item("word", "", "", value, negated, quoted, start, found.end(), value_start)
