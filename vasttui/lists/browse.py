"""The state of a list screen: filter, order, rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from vasttui.errors import QueryError
from vasttui.lists.resource import Resource, RowId
from vasttui.lists.rows import RowList, Rows
from vasttui.lists.sorting import SortKeys, by_column, reversed_first
from vasttui.query.match import compile_query
from vasttui.query.rules import Query

if TYPE_CHECKING:
    from vasttui.query.complete import Completion

Row = TypeVar("Row")


class Browsing(Generic[Row]):
    """The state of a table. `list` has the rows, the cursor and the marks."""

    list: RowList[Row]

    def __init__(self, resource: Resource[Row], now: Callable[[], float]) -> None:
        """`now` returns epoch seconds."""
        self.resource = resource
        self.text = ""
        self.query = Query()
        self.problems: tuple[QueryError, ...] = ()
        self.warnings: tuple[QueryError, ...] = ()
        self.sort = tuple(resource.sort)
        self._now = now

    @property
    def rows(self) -> Sequence[Row]:
        """The rows to show, in order."""
        return self.list.visible

    @property
    def current(self) -> Row | None:
        """The row that an action may act on."""
        return self.list.current

    @property
    def marked(self) -> Sequence[Row]:
        """The marked rows that are shown, in order."""
        return self.list.marked

    @property
    def targets(self) -> Sequence[Row]:
        """The rows an action acts on: the shown marked ones, else the current."""
        marked = self.list.marked
        if marked:
            return marked
        return [] if self.current is None else [self.current]

    @property
    def shown(self) -> Row | None:
        """The row that the cursor is drawn on, even if it is gone."""
        index = self.list.cursor_index
        return None if index is None else self.rows[index]

    @property
    def marks(self) -> set[RowId]:
        """The ids of the marked rows."""
        return self.list.marks

    def counts(self, most: int = 200) -> str:
        """The counts in at most `most` characters, such as `4 instances: 1 running, 3 stopped`; the
        marked rows come first."""
        all_rows, hidden = self.list.all_rows, self.list.hidden_marks
        words = self.resource.count(all_rows)
        if len(self.rows) < len(all_rows) and self.resource.part is not None:
            words = self.resource.part(all_rows, self.rows)
        elif len(self.rows) < len(all_rows):
            rows = " rows" if self.resource.above is not None else ""
            words = f"{len(self.rows)}{rows} shown of {words}"
        if self.marks:
            note = f" ({hidden} hidden)" if hidden else ""
            words = f"{len(self.marks)} marked{note} · {words}"
        if len(words) > most and not self.marks and len(self.rows) == len(all_rows):
            words = words.partition(": ")[2] or words
        parts = words.split(", ")
        for number in range(len(parts), 0, -1):
            short = ", ".join(parts[:number]) + (", …" if number < len(parts) else "")
            if len(short) <= most:
                return short
        bare = words.rpartition(":")[0]
        return bare if len(bare) <= most else bare.partition(" · ")[0]

    def set_text(self, text: str) -> None:
        """Filter by this text; while it is invalid, the last valid filter stays. A command that is
        typed filters nothing."""
        # start-up: the filter is empty
        from vasttui.query.other_command import unread_command
        from vasttui.query.parse import Parsed, parse

        self.text = text
        parsed = parse(text, self.resource.fields)
        command = unread_command(text)
        if command is not None:  # its first word was a filter
            parsed = Parsed(Query(), (command,))
        self.problems, self.warnings = parsed.problems, parsed.warnings
        if command is not None or not parsed.problems:
            before, self.query = self.query, self._meaning(parsed.query)
            if self.query != before:  # else its words may be others
                self._filter(before)

    def _meaning(self, query: Query) -> Query:
        """What the query means in this table."""
        return query

    def _filter(self, before: Query) -> None:
        """Apply the query; `before` is the last one."""
        raise NotImplementedError

    def set_sort(self, keys: SortKeys) -> None:
        """Sort by these columns, or by the default if there are none."""
        self.sort = tuple(keys) or tuple(self.resource.sort)
        self.list.set_sort(self.sort)

    def sort_by(self, key: str) -> None:
        """Sort by a column; again reverses the order."""
        self.set_sort(by_column(self.sort, key, self.resource.is_best_first))

    def reverse(self) -> None:
        """Reverse the order of the first sort column."""
        self.set_sort(reversed_first(self.sort))

    def complete(self, position: int) -> Sequence[Completion]:
        """The completions at a position of the filter, likeliest first."""
        # start-up: the filter is empty
        from vasttui.query.complete import complete

        return complete(self.text, position, self.list.seen_values(), self.resource.fields)

    def count_with(self, text: str) -> int:
        """How many of the rows there are another filter would show."""
        # start-up: the filter is empty
        from vasttui.query.parse import parse

        query = parse(text, self.resource.fields).query
        return len(compile_query(query, self._now(), self.resource.fields)(self.list.all_rows))


class Browse(Browsing[Row]):
    """The state of a table whose rows are all loaded."""

    list: Rows[Row]

    def __init__(self, resource: Resource[Row], now: Callable[[], float]) -> None:
        super().__init__(resource, now)
        self.list = Rows(resource, now)

    def _filter(self, before: Query) -> None:
        """Apply the query."""
        self.list.set_query(self.query)
