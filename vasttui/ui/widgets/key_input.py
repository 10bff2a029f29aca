"""An input for secrets."""

from __future__ import annotations

from rich.repr import Result
from textual.widgets import Input

from vasttui.ui.widgets.line_input import LineInput


class _Silent:
    """A message whose repr is empty."""

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}()"

    def __rich_repr__(self) -> Result:
        yield from ()


class KeyInput(LineInput):
    """An input whose messages do not reveal the text in logs or a repr."""

    class Changed(_Silent, Input.Changed):
        """The text changed."""

    class Submitted(_Silent, Input.Submitted):
        """Enter was pressed."""

    class Blurred(_Silent, Input.Blurred):
        """The focus went elsewhere."""
