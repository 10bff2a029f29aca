"""The frame that all dialogs share: border with a title, a body that scrolls, keys below."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, ClassVar, ParamSpec

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.css.query import NoMatches
from textual.events import Resize
from textual.screen import ModalScreen, ScreenResultType
from textual.widgets import Button, Input

from vasttui.paths import styles_dir
from vasttui.ui.closing import ClosesOnce
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.resizing import CurrentSize
from vasttui.ui.widgets.key_bar import KeyBar
from vasttui.ui.widgets.line_input import LineInput
from vasttui.ui.widgets.text_button import TextButton

KeyEntries = Sequence[tuple[str, str, str]]
"""Key, what it does, and the action that a click on it runs."""

P = ParamSpec("P")

CLOSE = ("esc", "close", "screen.cancel")
_NEXT = ("esc", "next field", "screen.leave(True)")


class Dialog(
    ClosesOnce[ScreenResultType], CurrentSize[ScreenResultType], ModalScreen[ScreenResultType]
):
    """A dialog. `esc` closes it with None, and so does `q` where nothing was typed. Where something
    was, both leave a choice for the next field.

    Below 100 columns or 30 rows it takes the whole screen; its last line stays in view.
    """

    # Read when the first dialog opens, not before the first frame.
    CSS_PATH = styles_dir() / "modals.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (100, "-normal")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(True)", "Close", show=False),
        Binding("q", "leave(False)", "Close", show=False),
    ]

    heading: Content = Content("")
    """The title in the border."""

    keys: KeyEntries = (CLOSE,)
    """The key bar; its first entry always stays in view, at the right end."""

    _offered: KeyEntries = ()
    _goes_on = False

    def compose(self) -> ComposeResult:
        with Vertical(id="frame"):
            yield from self.body()
            yield KeyBar()

    def body(self) -> ComposeResult:
        """The content of the dialog."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.query_one("#frame").border_title = self.heading
        self.show_keys(self.keys)
        self.watch(self, "focused", self._draw_keys, init=False)

    def show_keys(self, keys: KeyEntries) -> None:
        """Change the key bar. Where text is typed it shows no key that would be typed, too."""
        self._offered = keys
        self._draw_keys()

    def on_input_changed(self, event: Input.Changed) -> None:
        if isinstance(self.focused, PickOne):  # what esc does there depends on what was typed
            self._draw_keys()

    @on(Resize)
    def keep_focus_in_view(self) -> None:
        """The field that is typed in may be elsewhere at this size."""
        self.call_later(self._scroll_to_focus)

    def _scroll_to_focus(self) -> None:
        if self.focused is not None:
            self.focused.scroll_visible(animate=False, immediate=True)

    def _draw_keys(self) -> None:
        typing = isinstance(self.focused, Input)
        shown = [one for one in self._offered if not (typing and _is_typed(one[0]))]
        if self._is_at_choice:
            shown = [_NEXT if one == CLOSE else one for one in shown]
        self._goes_on = _NEXT in shown
        for bar in self.query(KeyBar):
            bar.show(shown)

    def note(self, text: str) -> None:
        """Show a short note in the lower border."""
        self.query_one("#frame").border_subtitle = Content(text)

    @property
    def _has_typed(self) -> bool:
        return any(one.has_typed for one in self.query(LineInput))

    @property
    def _is_at_choice(self) -> bool:
        """Whether the keys belong to a choice, beside what was typed."""
        return isinstance(self.focused, PickOne) and self._has_typed

    def action_leave(self, at_once: bool) -> None:
        """Close it, but neither from a choice nor by `q` where that loses what was typed."""
        if self._goes_on:  # as the key bar says
            self.focus_next()
        elif self._has_typed and not at_once:
            self.note("esc closes, and loses what was typed")
        else:
            self.action_cancel()

    def action_cancel(self) -> None:
        self.dismiss(None)


class FormDialog(Dialog[ScreenResultType]):
    """A dialog of fields, one below the other."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Previous field", show=False),
    ]


def _is_typed(keys: str) -> bool:
    """Whether a text field takes these keys, as `Y`, `space` or `← →`, for itself."""
    return all(len(key) == 1 or key == "space" for key in keys.split())


def button(label: str, action: str, *, id: str | None = None) -> Button:
    """A button of one line that runs an action of its dialog."""
    return TextButton(Content(f"[ {label} ]"), compact=True, action=f"screen.{action}", id=id)


def while_open(
    method: Callable[P, Coroutine[Any, Any, None]],
) -> Callable[P, Coroutine[Any, Any, None]]:
    """Background work that shows what it found in its dialog: it ends quietly where the program
    closes meanwhile, and the widgets are gone before the dialog."""

    @functools.wraps(method)
    async def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with suppress(NoMatches):
            await method(*args, **kwargs)

    return run
