"""The lines of details: a name, and what there is to say; or every field as it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from textual.content import Content

from vasttui.lists.resource import Fact, names_of
from vasttui.ui.format import HIDDEN, fit, raw_value
from vasttui.ui.lines import cut

NAMES = 9
"""Cells for the names."""

_LEAST, _MOST, _GAP = 26, 46, 2


def fact_line(name: str, text: Content | str, room: int = NAMES) -> Content:
    """`text` after a name that stands in `room` cells."""
    return Content.assemble((f"{name:<{room}}", "$text-muted"), text)


def fact_lines(
    facts: Sequence[Fact], width: int, hide: Callable[[Content], Content], height: int | None = None
) -> list[Content]:
    """All of these in lines of `width` cells, `hide` applied to each fact; if a `height` is given,
    those are cut that have no room."""
    room = max(NAMES, *(len(fact.name) + 1 for fact in facts))
    lines = [
        hide(fact_line(name, Content.styled(text, style), room)) for name, text, style in facts
    ]
    if height is not None:
        return in_room(lines, width, height, room)
    return [part for line in lines for part in hanging(line, width, room)]


def hanging(line: Content, width: int, room: int = NAMES) -> list[Content]:
    """A line with a name in as many lines as it takes, under the name only blanks."""
    if line.cell_length <= width:
        return [line]
    wrapped = _not_alone(line[room:].wrap(max(1, width - room)), width - room)
    first, *others = _without_dots(wrapped)
    indent = Content(" " * room)
    return [line[:room] + first, *(indent + other for other in others)]


def in_room(lines: Iterable[Content], width: int, height: int, names: int = NAMES) -> list[Content]:
    """The lines, each in as many as it takes while there is room for the others; else cut."""
    lines = list(lines)
    room, shown = height - len(lines), list[Content]()
    for line in lines:
        whole = hanging(line, width, names)
        fits = len(whole) - 1 <= room
        room -= len(whole) - 1 if fits else 0
        shown += whole if fits else [cut(line, width)]
    return shown


def same_lines(lines: Sequence[Content], others: Sequence[Content]) -> bool:
    """Whether they are drawn alike."""
    same = (one.is_same(other) for one, other in zip(lines, others, strict=False))
    return len(lines) == len(others) and all(same)


def _not_alone(lines: list[Content], width: int) -> list[Content]:
    """The lines, with the word before it beside a last word that stood alone."""
    if len(lines) < 2 or " " in lines[-1].plain.strip():
        return lines
    *before, long, last = lines
    text = long.plain.rstrip()
    at = text.rfind(" ")
    if text.endswith(" %"):
        at = text.rfind(" ", 0, at)
    moved = Content(" ").join([long[at + 1 :].rstrip(), last])
    return lines if at < 0 or moved.cell_length > width else [*before, long[:at], moved]


def _without_dots(lines: list[Content]) -> list[Content]:
    """The lines, without the dot between two parts where the end of a line is between them."""
    shown = []
    for number, line in enumerate(lines):
        line = line[2:] if number and line.plain.startswith("· ") else line
        ends = number < len(lines) - 1 and line.plain.rstrip().endswith(" ·")
        if line.plain.strip() != "·":
            shown.append(line.rstrip()[:-2] if ends else line)
    return shown


def raw_lines(
    record: Any, width: int, hidden: Collection[str], unshown: Collection[str] = ()
) -> list[Content]:
    """Every field of a record with its value, in as many columns as there is room for; in a single
    column nothing is cut. The values of the fields in `hidden` are not shown, and those that are
    `unshown` are left out."""
    pairs = []
    for name in (one for one in names_of(record) if one not in unshown):
        text = raw_value(getattr(record, name))
        secret = name in hidden and text != "-"
        pairs.append(f"{name} {HIDDEN if secret else text}")
    size = max(_LEAST, min(_MOST, max(map(len, pairs)))) + _GAP
    across = max(1, width // size)
    if across == 1:
        return [Content(pair) for pair in pairs]
    height = -(-len(pairs) // across)
    return [
        Content("".join(fit(pair, size - _GAP).ljust(size) for pair in pairs[line::height]))
        for line in range(height)
    ]
