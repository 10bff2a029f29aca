"""The list of themes: each is shown while the cursor is on it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.theme import Theme
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from vasttui.ui.context import AppContext
from vasttui.ui.modals.frame import CLOSE, Dialog
from vasttui.ui.modals.lines import Cell, row
from vasttui.ui.themes import THEMES, more_themes
from vasttui.words import plural


class ThemeList(Dialog[str | None]):
    """Returns the name of the theme to keep; None leaves the one of before."""

    heading = Content("Themes")
    keys = (CLOSE, ("enter", "keep it", ""), ("↑↓", "preview", ""))
    AUTO_FOCUS = "OptionList"

    def __init__(self, themes: Sequence[Theme], current: str) -> None:
        super().__init__()
        self._themes, self._current = tuple(themes), current

    def body(self) -> ComposeResult:
        yield OptionList(*map(self._option, self._themes), id="list", markup=False, compact=True)

    def on_mount(self) -> None:
        self.note(plural(len(self._themes), "theme"))
        names = [theme.name for theme in self._themes]
        at = names.index(self._current) if self._current in names else 0
        self.query_one(OptionList).highlighted = at

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self.app.theme = self._themes[event.option_index].name

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._themes[event.option_index].name)

    def _option(self, theme: Theme) -> Option:
        now = "in use" if theme.name == self._current else ""
        look = Cell(Content.styled("dark" if theme.dark else "light", "$text-muted"), 8)
        return Option(row(Cell(Content(theme.name)), look, Cell(Content(now), 6)))


async def choose_theme(app: AppContext) -> None:
    """Show the list; what is not kept is undone."""
    before, others = app.theme, more_themes()
    for theme in others:
        app.register_theme(theme)
    chosen = await app.push_screen_wait(ThemeList([*THEMES, *others], before))
    if chosen is None:
        app.theme = before
    else:
        app.use_theme(chosen)
