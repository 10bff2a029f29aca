"""The screen of a list of lines: what each is about, what there is to say, and a note."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual.content import Content

from vasttui.lists.columns import Cell, Column
from vasttui.lists.resource import Fact, Resource, raw_facts
from vasttui.query.fields import Field, FieldSet
from vasttui.ui.context import context
from vasttui.ui.format import HIDDEN
from vasttui.ui.lists.resource_screen import ResourceScreen


@dataclass(frozen=True, slots=True)
class Line:
    """A line: what it is about, what there is to say, and a note. `id` tells lines apart, `place`
    is where it stands; in private mode a `secret` value, and what `more` the note has, are hidden.
    """

    id: str
    name: str
    value: str
    note: str = ""
    style: str = ""
    secret: bool = False
    place: int = 0
    more: str = ""


_FIELDS = FieldSet(
    fields=(
        Field(name="name", kind="text", help="what the line is about", expr="o.name",
              example=":address", known=True),
        Field(name="value", kind="text", help="what it says", expr="o.value", example=":lab",
              known=True),
        Field(name="text", kind="text", help="words anywhere", known=True, cost=2,
              expr="words(o)", example=":lisbon"),
    ),
    record="r", seen={"name": "o.name"},
    scope={"words": lambda line: f"{line.name}\n{line.value}\n{line.note}\n{line.more}".lower()},
    price=lambda line: 0.0, example="name:address",
)  # fmt: skip


class LinesScreen(ResourceScreen[Line]):
    """Lines, in the order in which they are read; some can be changed in their place."""

    def lines_resource(
        self,
        read: Callable[[Any], Awaitable[Sequence[Line]]],
        *,
        summary: str,
        every: float,
        hints: tuple[str, ...],
        name: tuple[int, int],
        value: tuple[int, int],
    ) -> Resource[Line]:
        """What there is to list, read every `every` s. `name` and `value` are the least and the
        most cells of these columns."""
        return Resource(
            name=self.SCOPE,
            noun="line",
            id=lambda line: line.id,
            columns=(
                Column("name", "About", name[0], lambda line: (line.name, ""), "what it is about",
                       0, left=True, most=name[1], value=lambda line: line.name.casefold()),
                Column("value", "Value", value[0], self._value, "what there is to say", 1,
                       left=True, most=value[1], value=lambda line: line.value.casefold()),
                Column("note", "Note", 30, lambda line: (self._note(line), "dim"),
                       "more about it", 2, left=True, grows=True),
            ),
            fields=_FIELDS,
            sort=(),
            place=lambda line: line.place,
            summary=lambda lines: summary,
            details={"Overview": self._overview, "Raw": raw_facts},
            read=read,
            every=every,
            hints=hints,
        )  # fmt: skip

    def _value(self, line: Line) -> Cell:
        return self._shown(line), line.style

    def _shown(self, line: Line) -> str:
        return HIDDEN if line.secret and context(self).private else line.value

    def _note(self, line: Line) -> str:
        more = HIDDEN if line.more and context(self).private else line.more
        return " · ".join(filter(None, (line.note, more)))

    def _overview(self, line: Line) -> Sequence[Fact]:
        note = [Fact("Note", self._note(line))] if line.note else []
        return [Fact("Value", self._shown(line), line.style), *note]

    def read_count(self) -> str:
        """The strip counts no lines."""
        return ""

    def detail_title(self, line: Line) -> Content:
        return Content(line.name.strip())

    async def action_copy(self) -> None:
        if self.targets:
            await self.copy("\n".join(line.value for line in self.targets))
