"""Which theme the program is drawn in."""

from __future__ import annotations

from vasttui.ui.context import AppContext
from vasttui.ui.opening import open_dialog
from vasttui.ui.session import Session
from vasttui.ui.themes import DARK, LIGHT, THEMES, more_themes


class Theming(AppContext):
    """The theme at the start, and what changes it."""

    def theme_at_start(self, session: Session) -> str:
        """The theme that was chosen; that of the settings if it is unknown to this version."""
        chosen = session.preferences.current.theme
        own = {theme.name for theme in THEMES}
        for theme in (*THEMES, *(more_themes() if chosen and chosen not in own else ())):
            self.register_theme(theme)
        return chosen if chosen in self.available_themes else session.theme

    def action_theme(self) -> None:
        self.use_theme(LIGHT.name if self.theme == DARK.name else DARK.name)

    async def action_themes(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.app.theme_list import choose_theme

        await open_dialog(self, choose_theme(self))

    def use_theme(self, name: str) -> None:
        self.theme = name
        self.session.preferences.change(theme=name)
