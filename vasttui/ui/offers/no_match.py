"""Replaces the table when it has no rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from vasttui.ui.format import fit
from vasttui.ui.lines import first_fit
from vasttui.ui.modals.lines import ByWidth
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

    def explain(
        self, title: str, more: str, suspects: Sequence[BlamedRule], foot: Sequence[Content]
    ) -> None:
        """List the rules of the filter with the effect of dropping each, below what is to be said
        of `more` offers."""
        self.border_title = Content(title)
        notice = Content.styled(f"{more}\n\n" if more else "", "$text-warning")
        table = _Suspects(suspects)
        self._why.update(ByWidth(lambda width: Content.assemble(notice, table.head(width))))
        options = self.suspects
        options.display = bool(suspects)
        highlighted = options.highlighted
        options.set_options(Option(ByWidth(partial(table.line, suspect))) for suspect in suspects)
        if suspects:
            options.highlighted = min(highlighted or 0, len(suspects) - 1)
        lines = Content("\n").join(foot)
        one = Content("   ").join(foot)
        self._foot.update(ByWidth(lambda width: first_fit(width, one, lines)))

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


class _Suspects:
    """The rules that may be to blame, in columns that fit a width."""

    def __init__(self, suspects: Sequence[BlamedRule]) -> None:
        self._suspects = suspects
        labels = [cell_len(one.label) for one in suspects]
        self._label = min(30, max(labels, default=0))

    def head(self, width: int) -> Content:
        """The question, and what the columns are."""
        question = Content.styled("Which rule is to blame?", "bold")
        label, hides = self._rooms(width)
        gap = " " * max(2, 2 + label + hides - question.cell_length)
        aside = ("without it you would see", "$text-muted")
        return first_fit(
            width,
            Content.assemble(question, gap, aside),
            Content.assemble(question, "  ", aside),
            Content.assemble(question, "  ", ("without it:", "$text-muted")),
        )

    def line(self, suspect: BlamedRule, width: int) -> Content:
        """One rule and its effect."""
        label, hides = self._rooms(width)
        hidden = f"  hides {suspect.hides:>6}" if hides else ""
        rest = width - 4 - label - hides
        seen = first_fit(rest, *map(Content, suspect.seen))
        return Content.assemble("  ", fit(suspect.label, label), hidden, "  ", seen)

    def _rooms(self, width: int) -> tuple[int, int]:
        """The cells of the rule and of how many it hides."""
        hides = len("  hides 12,345")
        longest = max((cell_len(one.seen[0]) for one in self._suspects), default=0)
        if 4 + self._label + hides + longest <= width:
            return self._label, hides
        return min(self._label, max(10, width - 28)), 0
