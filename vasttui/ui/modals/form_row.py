"""One line of a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.content import Content
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input

from vasttui.ui.format import fit
from vasttui.ui.styling import StyledOnceMounted, set_style
from vasttui.ui.widgets.line_input import LineInput
from vasttui.ui.widgets.pasting import marked, one_line


@dataclass(frozen=True, slots=True)
class FormLine:
    """A field to type into: `unit` stands behind it, `most` is how many letters it takes; `paste`
    makes the text to insert of what is pasted; `takes` is the regular expression of all that may be
    typed, if that is not everything."""

    title: str
    unit: str = ""
    example: str = ""
    most: int = 256
    hidden: bool = False
    paste: Callable[[str], str] = one_line
    takes: str | None = None

    def row(self, key: str, value: str = "", *, suggester: Suggester | None = None) -> FormRow:
        """The row of a form, with this value in it."""
        entry = LineInput(
            marked(value), placeholder=self.example, compact=True, max_length=self.most,
            password=self.hidden, restrict=self.takes, paste=self.paste, suggester=suggester,
            id=f"in_{key}",
        )  # fmt: skip
        row = FormRow(key, self.title, self.unit, entry)
        row.set_class(not self.unit, "-long")
        row.id = f"row_{key}"
        return row


class FormRow(StyledOnceMounted, Widget):
    """A label, an input, its unit and its problem.

    Only the input is a widget: a form of separate widgets takes three times as long to open.
    """

    DEFAULT_CSS = """
    FormRow {
        layout: horizontal; height: 1; width: 1fr;
        & > Input { width: 1fr; margin: 0 9 0 22; }
    }
    """

    def __init__(self, key: str, label: str, unit: str, entry: Input) -> None:
        super().__init__()
        self.key = key
        self.entry = entry
        self._title = label
        self._unit = unit
        self._example = entry.placeholder
        self.wrong = ""

    def compose(self) -> ComposeResult:
        yield self.entry

    def show_example(self, example: str) -> None:
        """Say what an empty field means, or give an example, in the room there is."""
        if example != self._example:
            self._example = example
            self.on_resize()

    def on_resize(self) -> None:
        margin, padding = self.entry.styles.margin, self.entry.styles.padding
        room = self.size.width - margin.width - padding.width
        self.entry.placeholder = _words(str(self._example), max(0, room))
        self._fit_height()
        self.refresh()  # the margin may be another one, with the size as it was

    def render(self) -> Content:
        margin = self.entry.styles.margin
        middle = " " * max(0, self.size.width - margin.left - margin.right)
        first = Content.assemble(
            fit(self._title, margin.left), middle, " ", (self._unit, "$text-muted")
        )
        return Content("\n").join([first, *self._problem()])

    def _problem(self) -> list[Content]:
        """The lines of the problem."""
        if not self.wrong:
            return []
        words = Content.styled(f"✖ {self.wrong}", "$text-error")
        return words.wrap(self.size.width or words.cell_length)

    def on_line_input_refused(self, event: LineInput.Refused) -> None:
        event.stop()
        self.say(event.sentence)

    def set_title(self, title: str) -> None:
        """Change the label."""
        if title != self._title:
            self._title = title
            self.refresh()

    def set_unit(self, unit: str) -> None:
        """Change the unit."""
        if unit != self._unit:
            self._unit = unit
            self.refresh()

    def fit_unit(self, narrow: bool, least: int = 0) -> None:
        """Where it is narrow, let the input have all the room that the unit does not need, which
        is at least so many cells."""
        left, unit = self.entry.styles.margin.left, max(least, len(self._unit))
        set_style(self.entry, "margin", (0, unit + 2, 0, left) if narrow else None)
        self.call_after_refresh(self.on_resize)

    def say(self, sentence: str) -> None:
        """Show a problem, or none."""
        if sentence != self.wrong:
            self.wrong = sentence
            self._fit_height()
            self.refresh(layout=True)

    def _fit_height(self) -> None:
        """Change the height where it is another one: to set it has the screen laid out again."""
        rows, height = 1 + len(self._problem()), self.styles.height
        if height is None or height.cells != rows:
            self.styles.height = rows


def _words(text: str, room: int) -> str:
    """As many whole words as fit into so many cells; of a longer first word its beginning."""
    whole = text[: room + 1].rpartition(" ")[0] if len(text) > room else text
    return whole.rstrip() or fit(text, room).rstrip()
