"""A button of one line."""

from __future__ import annotations

from textual.widgets import Button

from vasttui.ui.styling import StyledOnceMounted


class TextButton(StyledOnceMounted, Button):
    """A button that is styled when it is mounted, and not before."""
