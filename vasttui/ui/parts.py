"""Bases of classes that are parts of the application, of a screen or of a widget.

Of each class that is derived from its own, Textual works out anew what all its bases have, which
takes 0.5 ms: too long at the start for thirty parts. So for the type checker alone they are derived
from it, and the class that has the parts names Textual's after them. Bindings, styles and handlers
marked with `on` belong to that class: in a part, Textual does not see them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen
    from textual.widget import Widget

    AppPart = App[None]
    ScreenPart = Screen[None]
    WidgetPart = Widget
else:

    class AppPart:
        """A part of the application."""

    class ScreenPart:
        """A part of a screen."""

    class WidgetPart:
        """A part of a widget."""
