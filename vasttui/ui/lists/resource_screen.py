"""The screen of any list that is read as a whole."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from msgspec import structs
from msgspec.structs import replace
from textual.binding import BindingType
from textual.content import Content

from vasttui.errors import VastError
from vasttui.lists.browse import Browse
from vasttui.lists.columns import Cell, Column
from vasttui.lists.resource import Resource, RowId
from vasttui.services.snapshot import Snapshot
from vasttui.ui.context import context
from vasttui.ui.key_table import BY_ID
from vasttui.ui.keys import bindings
from vasttui.ui.lists import lines
from vasttui.ui.lists.facts import fact_lines
from vasttui.ui.lists.questions import Questions
from vasttui.ui.lists.reading import Reading
from vasttui.ui.privacy import covered

if TYPE_CHECKING:
    pass

Row = TypeVar("Row")

_FEW = 6
"""Facts that are all shown: each has at least a line."""


class ResourceScreen(Reading[Row], Questions):
    """Draws a Resource; a subclass adds `make_resource`, the keys of its scope and what they do."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("list", "table", "filter")

    ENTER_CLOSES: ClassVar[bool] = True
    """Enter makes the details large, and small again."""

    browse: Browse[Row]

    def __init__(self) -> None:
        browse = self._make_browse()
        self.TABS = tuple(browse.resource.details)
        super().__init__(browse)
        self._begin()

    def make_resource(self) -> Resource[Row]:
        """What this screen lists."""
        raise NotImplementedError

    def _make_browse(self) -> Browse[Row]:
        """The list, whose cells tell of a row that is gone."""
        resource = self.make_resource()
        columns = tuple(
            structs.replace(
                column, cell=partial(self._cell, column, first=column is resource.columns[0])
            )
            for column in resource.columns
        )
        return Browse(replace(resource, columns=columns), context(self).session.clock.now)

    def list_anew(self) -> None:
        """List another resource, in the columns and the order that were chosen for that."""
        text, saved = self.bar.text, context(self).session.preferences
        self.browse = self._make_browse()
        kept = saved.list_of(self.resource.name)
        self.chosen = kept.columns or self.resource.default_columns
        self.browse.set_sort(kept.sort)
        self.browse.set_text(text)
        self.table.set_columns(self.resource.choose(self.chosen))
        self.table.set_sort(self.browse.sort)

    def _cell(self, column: Column[Row], row: Row, *, first: bool) -> Cell:
        if row is not self.browse.list.gone:
            return column.cell(row)
        name = column.cell(row)[0] if column.plain is None else column.plain(row)
        lost = f"✖ {self.lost(row)[0]}: {name}"
        return (lost, "bad") if first else ("-", "dim")

    def lost(self, row: Row) -> tuple[str, str]:
        """What a row is that is no longer listed: in a word, and in a sentence."""
        return "gone", f"This {self.resource.noun} is gone: it is no longer listed."

    @property
    def targets(self) -> Sequence[Row]:
        """The rows that a key is for."""
        return self.browse.targets

    def mounted(self) -> None:
        self._watch()
        self.show_everything()

    def on_screen_resume(self) -> None:
        self.app_changed("focus")
        self.show_everything()

    def rows_arrived(self, snapshot: Snapshot[Row]) -> None:
        """A new snapshot: new rows, or news about how reading goes."""
        if not self.query("#rows"):
            return  # the program is closing, and the table is gone
        if snapshot.as_of is not None:
            self.learn_ids(snapshot.rows)
            gone = self.browse.list.gone
            self.browse.list.set_rows(self.rows_of(snapshot))
            self._drop_unasked(snapshot.number)
            if self.browse.list.gone is not gone:
                self.table.redraw()
            self._go_to_new()
        if self.is_current:
            self.show_rows()
            self.show_hint()
            self.tick()

    def learn_ids(self, rows: Sequence[Row]) -> None:
        """Hide the ids of these rows while private."""
        private = self.resource.private
        if private is not None:
            context(self).veil.learn_ids(number for row in rows for number in private(row))

    def _drop_unasked(self, number: int) -> None:
        """Drop the row under the cursor if it is only not asked for any more."""
        question, before = self._read_last
        if number != before:
            self._read_last = self._reading, number
            if question != self._reading:
                self.browse.list.dismiss_gone()

    def rows_of(self, snapshot: Snapshot[Row]) -> Sequence[Row]:
        """The rows to show of a snapshot."""
        return snapshot.rows

    def read_count(self) -> str:
        """As many as the filter line counts."""
        snapshot = self.snapshot
        return "" if snapshot.as_of is None else f"{len(self.rows_of(snapshot)):,}"

    def _go_to_new(self) -> None:
        """Put the cursor on the row that was added, once it is listed and unless it is hidden."""
        new, identify = self._new, self.resource.id
        if new is not None and new in map(identify, self.browse.list.all_rows):
            if new in map(identify, self.browse.rows):
                self.browse.list.put_cursor(new)
            self._new = None

    def cursor_moved(self, index: int) -> None:
        self._new = None
        super().cursor_moved(index)

    def app_changed(self, what: str) -> None:
        app = context(self)
        if what == "client":  # perhaps another account: its rows are others
            self.browse = self._make_browse()
            self._begin()
            self._watch()
        elif what == "focus":
            self.feed.on_screen = self.is_current and app.app_focus and self._may_read
        elif what == "privacy":
            self.table.redraw()
        self.show_everything()

    @property
    def nouns(self) -> str:
        """What the rows are called."""
        return self.resource.nouns or f"{self.resource.noun}s"

    def nothing(self) -> tuple[str, str] | None:
        spell = context(self).keymap.spelled
        unread = lines.unread(
            self.snapshot, self.nouns, self._now, self._opened, spell, signed_in=self._may_read
        )
        if unread is not None:
            return unread
        if self.browse.list.all_rows:
            count = self.resource.count(self.browse.list.all_rows)
            return "Nothing matches", lines.all_hidden(count, spell)
        return f"No {self.nouns}", self.resource.empty

    @property
    def _now(self) -> float:
        return context(self).session.clock.monotonic()

    def detail_title(self, row: Row) -> Content:
        return Content(f"{self.resource.noun} {self.resource.id(row)}")

    def detail_lines(self, row: Row, width: int) -> list[Content]:
        if row is self.browse.list.gone:
            esc = context(self).keymap.spelled("list.escape")
            text = f"✖ {self.lost(row)[1]} {esc} drops it."
            return Content.styled(text, "$text-error").wrap(width)
        facts, height = self.resource.details[self.tab](row), self.detail.size.height
        found = fact_lines(facts, width, lambda line: covered(line, self))
        self.fit_detail(len(found), len(facts) if len(facts) <= _FEW else 0)
        if len(facts) <= height < len(found):  # the end of a fact is cut, and none is lost
            return fact_lines(facts, width, lambda line: covered(line, self), height)
        return found

    def status_line(self) -> tuple[Content, Content]:
        spell = context(self).keymap.spelled
        snapshot, now = self.snapshot, self._now
        about = lines.refreshed(snapshot, self.resource.every, now, spell)
        words = lines.status(snapshot, now, about=about, paused=self.paused, spell=spell)
        return words, self.order

    def tick(self) -> None:
        super().tick()
        if self.is_current and self.snapshot.as_of is None:
            self.show_empty()

    def table_keys(self) -> list[tuple[str, str, str]]:
        details = BY_ID["list.details"]
        closes = self.ENTER_CLOSES and self.has_class("-zoomed")
        return [
            (key, "close details" if closes and label == details.label else label, action)
            for key, label, action in super().table_keys()
        ]

    def why_off(self, action_id: str) -> str:
        needs_row = action_id.startswith(f"{self.SCOPE}.") and not action_id.endswith(".new")
        needs_row = needs_row or action_id in ("list.details", "list.mark")
        if needs_row and not self.targets and self.browse.list.gone is not None:
            return f"the {self.resource.noun} under the cursor is gone"
        if needs_row and not self.targets:
            return f"no {self.resource.noun} under the cursor"
        return ""

    def unfit(self, action_id: str) -> str:
        return self.why_off(action_id)

    async def report(
        self,
        work: Awaitable[bool | str | None],
        done: str = "",
        new: RowId | None = None,
        *,
        same: str = "",
        removes: RowId | None = None,
        what: str = "",
    ) -> None:
        """Do it, report the result and read the list again; the cursor goes to the `new` row.
        `same` is what to say if it returns False: nothing had to be changed; a text that it returns
        is said instead of `done`. The row that it `removes` is not missed. `what` it is in words,
        such as `Deleting llama-70b`, stands before why it failed."""
        rows = self.browse.list
        if removes is not None:
            rows.leaving.add(removes)
        try:
            came = await work
            words = came if isinstance(came, str) else same if came is False else done
            self.app.notify(words, markup=False)
            self._new = new
        except VastError as error:
            rows.leaving.discard(removes)
            self.app.notify(error.sentence, title=what, severity="error", timeout=12, markup=False)
        self.feed.wake()
