"""Styles are looked up when a widget is mounted and when the theme changes, and not in between."""

from __future__ import annotations

from weakref import WeakSet

from textual.screen import Screen
from textual.widget import Widget

from vasttui.paths import styles_dir
from vasttui.ui.parts import AppPart, WidgetPart


class StyledByTheme(AppPart):
    """The style sheets are read again only for another theme.

    Textual does so, too, whenever a place is opened for the first or the second time, which takes
    longer than to draw it.
    """

    _styled_by = ""
    themed = False
    """Whether the theme was chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._styled: WeakSet[Screen[object]] = WeakSet()

    def get_css_variables(self) -> dict[str, str]:
        # Textual asks before the theme is known, and those of its own take 3 ms to work out.
        return super().get_css_variables() if self.themed else {}

    def on_mount(self) -> None:
        # The other sections' own: not needed for the first frame.
        self.call_after_refresh(self.stylesheet.read, styles_dir() / "sections.tcss")

    def refresh_css(self, animate: bool = True) -> None:
        if not self.screen_stack:  # at the start: they are read once, with the first screen
            self._styled_by = self.theme
            self.stylesheet.set_variables(self.get_css_variables())
        elif self._styled_by != self.theme:
            self._styled_by = self.theme
            self._styled.clear()
            super().refresh_css(animate)
            self._styled.update(self.screen_stack)
        for screen in self.screen_stack:
            if screen not in self._styled:
                if screen.children:  # else it is new, and was styled a moment ago
                    screen.update_node_styles(animate=animate)
                self._styled.add(screen)


def set_style(widget: Widget, name: str, value: object) -> None:
    """Set a style of a widget; None: as the style sheet has it, for which Textual lays out the
    whole screen even where it is so already."""
    if value is not None or widget.styles.inline.has_rule(name):
        setattr(widget.styles, name, value)


class StyledOnceMounted(WidgetPart):
    """Textual looks up the styles of a widget at each setting of it, also while it is made."""

    def update_node_styles(self, animate: bool = True) -> None:
        if self.is_attached:
            super().update_node_styles(animate)
