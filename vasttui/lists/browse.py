"""What the instances screen is about right now: filter, order, rows; without a screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vasttui.errors import QueryError
from vasttui.lists.fleet_sorting import starts_descending
from vasttui.lists.rows import DEFAULT_SORT, FleetList
from vasttui.lists.sorting import SortKeys, by_column, turned_round
from vasttui.query.complete import Completion, complete
from vasttui.query.edit import drop
from vasttui.query.explain import Explanation, explain
from vasttui.query.instance_fields import INSTANCES
from vasttui.query.parse import parse
from vasttui.query.rules import Query, Rule
from vasttui.services.fleet.snapshot import FleetRow


class FleetBrowse:
    """The state behind the instance table. `instances` has the rows, the cursor and the marks."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` gives epoch seconds."""
        self.instances = FleetList(now)
        self.text = ""
        self.query = Query()
        self.problems: tuple[QueryError, ...] = ()
        self.warnings: tuple[QueryError, ...] = ()
        self.sort = DEFAULT_SORT
        self._now = now

    @property
    def rows(self) -> Sequence[FleetRow]:
        """The rows to show, in order."""
        return self.instances.visible

    @property
    def current(self) -> FleetRow | None:
        """The row that an action may act on."""
        return self.instances.current

    @property
    def targets(self) -> list[FleetRow]:
        """The rows that an action acts on: the marked ones that are shown, else the current."""
        marked = self.instances.marked
        if marked:
            return marked
        return [] if self.current is None else [self.current]

    @property
    def shown(self) -> FleetRow | None:
        """The row that the cursor is drawn on, whatever became of it."""
        index = self.instances.cursor_index
        return None if index is None else self.rows[index]

    @property
    def marks(self) -> set[int]:
        """The ids of the marked instances."""
        return self.instances.marks

    def clear_marks(self) -> None:
        """Take all marks away."""
        self.instances.clear_marks()

    def counts(self, most: int = 200) -> str:
        """The honest numbers in so many letters, e.g. `4 instances: 1 running, 3 stopped`; what is
        marked comes first, for actions go there."""
        words, hidden = self.instances.counts(), self.instances.hidden_marks
        total, shown = len(self.instances.all_rows), len(self.rows)
        words = words if shown >= total else f"{shown} shown of {words}"
        if self.marks:
            aside = f" ({hidden} hidden)" if hidden else ""
            words = f"{len(self.marks)} marked{aside} · {words}"
        parts = words.split(", ")
        for number in range(len(parts), 0, -1):
            short = ", ".join(parts[:number]) + (", …" if number < len(parts) else "")
            if len(short) <= most:
                return short
        bare = words.rpartition(":")[0]
        return bare if len(bare) <= most else bare.partition(" · ")[0]

    def set_text(self, text: str) -> None:
        """Filter by this text; while it has no meaning the last filter that had one stays."""
        self.text = text
        parsed = parse(text, INSTANCES)
        self.problems, self.warnings = parsed.problems, parsed.warnings
        if not parsed.problems and parsed.query != self.query:
            self.query = parsed.query
            self.instances.set_query(parsed.query)

    def set_sort(self, keys: SortKeys) -> None:
        """Order by these columns; by none of them means what needs attention first."""
        self.sort = tuple(keys) or DEFAULT_SORT
        self.instances.set_sort(self.sort)

    def sort_by(self, key: str) -> None:
        """Sort by a column; once more turns the order round."""
        self.set_sort(by_column(self.sort, key, starts_descending))

    def reverse(self) -> None:
        """Turn the order of the first sort column round."""
        self.set_sort(turned_round(self.sort))

    def complete(self, position: int) -> list[Completion]:
        """What could be completed at that position of the filter, the likeliest first."""
        return complete(self.text, position, self.instances.seen_values(), INSTANCES)

    def explain(self) -> Explanation[FleetRow]:
        """Which rule takes how many instances away."""
        return explain(self.query, self.instances.all_rows, self._now(), INSTANCES)

    def without(self, rule: Rule) -> str:
        """The filter text without one of its rules."""
        return drop(self.text, rule, INSTANCES)
