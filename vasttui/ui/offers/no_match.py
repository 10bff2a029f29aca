"""Replaces the table when it has no rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from vasttui.ui.offers.lines import BlamedRule


class NoMatch(VerticalGroup):
    """Explains why the table is empty; offers to drop a rule."""

    DEFAULT_CSS = """
    NoMatch {
        width: 1fr; height: auto; max-height: 100%; margin: 1 4; padding: 0 1;
        border: round $border; border-title-color: $text-accent;
        & > OptionList { height: auto; max-height: 12; border: none; padding: 0; }
        & > Static { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "drop", "Drop that rule", show=False)]

    @dataclass
    class Drop(Message):
        """The user drops the rule with this index."""

        index: int

    def __init__(self) -> None:
        self._why = Static(markup=False)
        self._foot = Static(markup=False)
        self.suspects = OptionList(markup=False, compact=True)
        super().__init__(self._why, self.suspects, self._foot)

    def explain(self, title: str, more: str, suspects: Sequence[BlamedRule], foot: Content) -> None:
        """List the rules of the filter with the effect of dropping each, below what is to be said
        of `more` offers."""
        self.border_title = Content(title)
        notice = Content.styled(f"{more}\n\n" if more else "", "$text-warning")
        head = Content.styled("Which rule is to blame?", "bold")
        aside = Content.styled("without it you would see", "$text-muted")
        gap = " " * max(2, 48 - head.cell_length)
        self._why.update(Content.assemble(notice, head, gap, aside))
        options = self.suspects
        options.display = bool(suspects)
        highlighted = options.highlighted
        options.set_options(
            Option(Content(f"  {suspect.label:<30} {suspect.effect}")) for suspect in suspects
        )
        if suspects:
            options.highlighted = min(highlighted or 0, len(suspects) - 1)
        self._foot.update(foot)

    def say(self, title: Content, text: Content) -> None:
        """A plain message, such as why nothing can be shown."""
        self.border_title = title
        self._why.update(text)
        self.suspects.display = False
        self._foot.update("")

    def move(self, rows: int) -> None:
        """Move the highlight, for keys pressed in the filter."""
        options = self.suspects
        if options.display and options.option_count:
            index = (options.highlighted or 0) + (1 if rows > 0 else -1)
            options.highlighted = max(0, min(index, options.option_count - 1))

    def action_drop(self) -> None:
        options = self.suspects
        if options.display and options.highlighted is not None:
            self.post_message(self.Drop(options.highlighted))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Drop(event.option_index))
