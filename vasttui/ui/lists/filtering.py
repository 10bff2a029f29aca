"""Typing the filter of a list: completing it, keeping it, clearing it, bringing it back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from textual import work
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from vasttui.errors import VastError
from vasttui.lists.browse import Browsing
from vasttui.ui.context import context
from vasttui.ui.lines import filter_keys
from vasttui.ui.lists.filter_bar import FilterInput
from vasttui.ui.lists.parts import PROMPT
from vasttui.ui.lists.view import ListView

if TYPE_CHECKING:
    from vasttui.query.complete import Completion
    from vasttui.ui.lists.completion_list import CompletionList

Row = TypeVar("Row")

_AFTER = 0.08
"""Seconds without a key before the list opens: a key must not wait for it."""

_SAID_FOR = 8.0
"""Seconds for which a cleared filter is spoken of."""


class FilteringList(ListView[Row]):
    """A list of completions opens under the cursor while a word is typed; the keys that move it
    and that take one belong to the filter."""

    def __init__(self, browse: Browsing[Row]) -> None:
        super().__init__(browse)
        self._offered_for: tuple[str, int] | None = None
        self._opening: Timer | None = None
        self._cleared = False
        self._completion_list: CompletionList | None = None

    @property
    def completions(self) -> CompletionList:
        """Made when first needed."""
        if self._completion_list is None:
            # start-up: the filter is empty
            from vasttui.ui.lists.completion_list import CompletionList

            self._completion_list = CompletionList()
            self.mount(self._completion_list)
        return self._completion_list

    @property
    def chosen_completion(self) -> Completion | None:
        """The one that is highlighted; None while there is no list."""
        return self._completion_list.chosen if self._completion_list is not None else None

    def close_completions(self) -> None:
        """Show none."""
        if self._completion_list is not None:
            self._completion_list.close()

    @property
    def stand_in_focus(self) -> Widget | None:
        """What has the focus while the table is replaced."""
        return None

    def action_filter(self) -> None:
        self.set_focus(self.bar.input)  # at once: the next key is meant for the filter

    def action_clear_filter(self) -> None:
        self.clear_filter()

    def action_keep_filter(self) -> None:
        try:
            meant = self.read_paste(self.bar.text)  # a command may be typed as well
        except VastError as error:
            context(self).notify(f"{error}", severity="warning", markup=False)
            return
        if meant != self.bar.text:
            self.bar.input.value = meant
        self.bar.remember()
        if self.table.display or self.stand_in_focus is None:
            self.leave_filter()
        else:
            self.set_focus(self.stand_in_focus)

    def clear_filter(self) -> None:
        """Empty the filter, and say how it comes back."""
        cleared = bool(self.bar.text)
        self.bar.set_text("")
        if self.bar.input.has_focus:
            self.leave_filter()
        if cleared:
            self._cleared = True
            self.set_timer(_SAID_FOR, self._forget_cleared)
            self.show_hint()

    def _forget_cleared(self) -> None:
        self._cleared = False
        self.show_hint()
        self.tick()

    def note(self) -> Content | None:
        if not self._cleared or self.bar.text:
            return None
        key = context(self).keymap.spelled("list.filter")
        return Content(f" filter cleared: {key} tab undoes it ")

    def leave_filter(self) -> None:
        """Focus the table; the row under the cursor is now the current one."""
        self.close_completions()
        self.browse.list.settle_cursor()
        self.set_focus(self.table if self.table.display else self.stand_in_focus)
        self.show_keys()
        self.show_rows()
        self.show_hint()
        self.tick()

    def filter_typed(self, text: str) -> None:
        super().filter_typed(text)
        if self._opening is not None:
            self._opening.stop()
        self._opening = self.set_timer(_AFTER, self._offer_while_typing)

    def move_rows(self, rows: int) -> None:
        """Move the cursor of the table while the filter has the keys."""
        self.table.action_move(rows)

    def on_filter_input_row_move(self, event: FilterInput.RowMove) -> None:
        if self.chosen_completion is not None and abs(event.rows) == 1:
            self.completions.choose(event.rows)
        else:
            self.move_rows(event.rows)

    def on_filter_input_complete(self) -> None:
        entry = self.bar.input
        if self._cleared and not entry.value:
            self.bring_back()
            return
        if self.chosen_completion is None or not self._is_offered:
            self._offer()
            if self.chosen_completion is not None and not self._word:
                return  # the list is open now: the next time one is taken
        chosen = self.chosen_completion
        if chosen is None:
            self.leave_filter()
            return
        entry.value = chosen.applied(entry.value)
        entry.cursor_position = chosen.start + len(chosen.insert)

    def bring_back(self) -> None:
        """The filter that was cleared last, and what went with it."""
        self.bar.set_text(self.bar.past[0])

    @property
    def _is_offered(self) -> bool:
        """Whether the list is for the filter as it stands."""
        return self._offered_for == (self.bar.text, self.bar.input.cursor_position)

    @property
    def _word(self) -> str:
        """What is typed of the word at the cursor."""
        # start-up: the filter is empty
        from vasttui.query.complete import quote_at

        text, cursor = self.bar.text, self.bar.input.cursor_position
        quote = quote_at(text, cursor)
        return text[quote:cursor] if quote >= 0 else text[:cursor].rpartition(" ")[2]

    def _offer_while_typing(self) -> None:
        if self._word and self.bar.input.has_focus:
            self._offer()
        else:
            self.close_completions()
            self.show_keys()

    def filter_keys(self) -> list[tuple[str, str, str]]:
        keymap = context(self).keymap
        if self.chosen_completion is not None:
            return filter_keys(keymap, arrows="choose", tab="take")
        tab = "bring back" if self._cleared and not self.bar.text else "complete"
        return filter_keys(keymap, arrows="rows" if self.table.display else "rules", tab=tab)

    def _offer(self) -> None:
        """List what could stand at the cursor of the filter; in an empty one, earlier filters."""
        # start-up: the filter is empty
        from vasttui.query.complete import Completion

        entry = self.bar.input
        text, position = entry.value, entry.cursor_position
        self._offered_for = text, position
        offered: Sequence[Completion] = self.browse.complete(position)
        if not text and self.bar.past:
            offered = [Completion(past, 0, 0, past, "") for past in self.bar.past]
        offered = [one for one in offered if one.applied(text) != text]
        start = offered[0].start - round(entry.scroll_offset.x) if offered else 0
        wrong = self.browse.problems or self.browse.warnings
        above = self.query_one("#hint") if wrong else self.bar  # what is wrong stays in view
        self.completions.open(offered, PROMPT - 1 + max(0, start), above.region.bottom)
        self.show_keys()
        self._count()

    def show_rows(self, *, after_key: bool = False) -> None:
        super().show_rows(after_key=after_key)
        if self.chosen_completion is not None and self._is_offered:
            self._count()

    @work(group="completions", exclusive=True, description="")
    async def _count(self) -> None:
        """Count the rows that each completion would leave, one after the other."""
        shown, text = self.completions.offered, self.bar.text
        for index, one in enumerate(shown):
            await asyncio.sleep(0)
            if self.completions.offered is not shown:
                return
            if one.is_value:
                self.completions.count(index, self.left(one.applied(text)))

    def left(self, text: str) -> str:
        """How many rows another filter would leave, in words."""
        return f"{self.browse.count_with(text):,}"
