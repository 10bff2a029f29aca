"""The filter line: an input that filters at every key, and row counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.highlighter import Highlighter
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive

from vasttui.errors import QueryError
from vasttui.ui.widgets.line import KeepsLines, TextLine
from vasttui.ui.widgets.line_input import LineInput

_PAST = 20


class _Spots(Highlighter):
    """Underlines the parts of the filter that have no meaning yet."""

    def __init__(self) -> None:
        self.problems: Sequence[QueryError] = ()
        self.warnings: Sequence[QueryError] = ()

    def highlight(self, text: Text) -> None:
        for style, spots in (("underline yellow", self.warnings), ("underline red", self.problems)):
            for spot in spots:
                text.stylize(style, spot.start, max(spot.end, spot.start + 1))


class FilterInput(LineInput):
    """A one-line input that does not lay out the screen at every key."""

    # Textual's own makes every change of the text a layout of the whole screen (7 ms).
    virtual_size = Reactive(Size(0, 0), layout=False)

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", show=False),
        Binding("up", "row(-1)", "Row up", show=False),
        Binding("down", "row(1)", "Row down", show=False),
        Binding("pageup", "row(-10)", "Rows up", show=False),
        Binding("pagedown", "row(10)", "Rows down", show=False),
        # Elsewhere these have other keys as well, which here are letters.
        Binding("ctrl+p", "app.palette", "Palette", show=False),
        Binding("ctrl+r", "app.refresh", "Refresh", show=False),
        Binding("ctrl+t", "app.theme", "Theme", show=False),
        Binding("ctrl+s", "screen.save", "Save", show=False),
        Binding("f1", "app.help", "Help", show=False),
    ]

    on_text: Callable[[str], None] | None = None
    """Called at every change, before the change is drawn, so that both share one frame."""

    hints: Sequence[str] = ()
    """Shown in the empty line, as many as fit whole; of the first at least what is before `:`."""

    class RowMove(Message):
        """The user wants the cursor of the table moved."""

        def __init__(self, rows: int) -> None:
            super().__init__()
            self.rows = rows

    class Complete(Message):
        """The user asked for a completion at the cursor."""

    def watch_value(self, value: str) -> None:
        if self.on_text is not None:
            self.on_text(value)

    def on_resize(self) -> None:
        forms = [" ".join(self.hints[:most]) for most in range(len(self.hints), 0, -1)]
        forms.append(forms[-1].partition(":")[0] if forms else "")
        self.placeholder = next((one for one in forms if len(one) < self.size.width), "")

    def action_complete(self) -> None:
        self.post_message(self.Complete())

    def action_row(self, rows: int) -> None:
        self.post_message(self.RowMove(rows))


class FilterBar(KeepsLines, Horizontal):
    """`/`, the filter and the row counts."""

    DEFAULT_CSS = """
    FilterBar {
        height: 1;
        & > FilterInput, & > FilterInput:focus {
            width: 1fr; height: 1; margin-left: 3; border: none; padding: 0;
            background: $background;
        }
        & > FilterInput:focus { background: $panel; }
        & > TextLine { width: 34; }
    }
    """

    def __init__(
        self,
        text: str,
        hints: Sequence[str],
        *,
        paste: Callable[[str], str],
    ) -> None:
        """`hints` are those of the input; `paste` reads what is pasted."""
        super().__init__()
        self.past: tuple[str, ...] = ()
        """Earlier filters, the last one first."""
        self.on_past: Callable[[Sequence[str]], None] = lambda past: None
        """Called when there is one more."""
        self._spots = _Spots()
        self.input = FilterInput(
            text, highlighter=self._spots, select_on_focus=False, compact=True, paste=paste
        )
        self.input.hints = tuple(hints)
        self.counts = TextLine(id="counts")

    def render(self) -> Content:
        return Content.styled(" / ", "bold $text-accent")  # the rest is covered

    def compose(self) -> ComposeResult:
        yield self.input
        yield self.counts

    @property
    def text(self) -> str:
        """The filter as typed."""
        return self.input.value

    def remember(self) -> None:
        """Keep the filter as it stands among the `past` ones."""
        text = self.text.strip()
        if text:
            self.past = (text, *(one for one in self.past if one != text))[:_PAST]
            self.on_past(self.past)

    def set_text(self, text: str) -> None:
        """Put a text into the input, as if it had been typed, and remember the one before."""
        self.remember()
        self.input.value = text
        self.input.put_cursor(len(text))

    def set_spots(self, problems: Sequence[QueryError], warnings: Sequence[QueryError]) -> None:
        """Underline these spots."""
        if problems or warnings or self._spots.problems or self._spots.warnings:
            self._spots.problems, self._spots.warnings = problems, warnings
            self.input.refresh()

    def show_counts(self, counts: str | Content, chip: str = "") -> None:
        """Row counts, e.g. `64 shown · 214 fetched`, after a loud `chip`."""
        loud = Content.styled(f" {chip} " if chip else "", "bold $background on $text-warning")
        line = Content(counts) if isinstance(counts, str) else counts
        self.counts.show(loud, Content.assemble(" ", line.stylize("$text-muted"), " "))


def point_at(problems: Sequence[QueryError], start: int, width: int) -> Content:
    """A line of `width` cells that explains what is wrong with the filter above it. It points at
    the first problem, which begins at column `start` (-1: out of view), where the sentence has room
    beside; of several it names all, or the first and how many more there are."""
    first = problems[0]
    text, more = str(first), len(problems) - 1
    if more:
        every = " · ".join(dict.fromkeys(map(str, problems)))
        text = every if len(every) + 2 <= width else f"{text} ({more} more)"
    spot = "^" * max(1, min(first.end, first.start + 12) - first.start)
    end = start + len(spot)
    if start >= 0 and end + 1 + len(text) <= width:
        line = f"{' ' * start}{spot} {text}"
    elif len(text) < start and end <= width:
        line = f"{text.rjust(start - 1)} {spot}"
    else:
        line = f"✖ {text}"
    return Content.styled(line, "$text-error")
