"""A limit of an endpoint to type, with what it means as far as there is room."""

from __future__ import annotations

from vasttui.ui.modals.form_row import FormRow
from vasttui.ui.serverless.limits import Limit, hint_of
from vasttui.ui.widgets.line_input import LineInput
from vasttui.ui.widgets.pasting import marked

_MOST = 12
"""Letters that a limit takes."""


class LimitRow(FormRow):
    """A hint stands there whole or not at all; the field has the room that its text may need."""

    def __init__(self, limit: Limit, title: str, value: str) -> None:
        entry = LineInput(marked(value), compact=True, max_length=_MOST, id=f"in_{limit.key}")
        super().__init__(limit.key, title, limit.unit, entry)
        self.id = f"row_{limit.key}"
        self._limit = limit

    def on_resize(self) -> None:
        left = self.entry.styles.margin.left
        room = self.size.width - left - self.entry.styles.padding.width - _MOST - 3
        room = max(len(self._limit.unit), room)
        self.set_unit(hint_of(self._limit, room))
        self.entry.styles.margin = (0, room + 1, 0, left)
        super().on_resize()
