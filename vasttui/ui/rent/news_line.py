"""What the rent dialog says of its offer and of the request, below the costs."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from vasttui.ui.privacy import covered

GONE = "This offer is no longer available."
_FIRST = "One request is sent and never retried automatically."
_IF_GONE = " If the offer is gone, the three nearest ones are shown here."
_TAKE = "  press a number to take that one (not in a field); your entries are kept"
_ROOMY = 30
"""Lines of a screen on which the fields need not give way to an explanation."""
_LONG = 160
"""Letters of news for which the fields give way."""


class RentNewsLine(Static):
    """The last news. The screen has the class `-long` while they need the room of the fields."""

    def __init__(self) -> None:
        super().__init__(id="news", markup=False)
        self._is_first = False

    def say(self, sentence: str, style: str) -> None:
        """Show this sentence instead of the one before."""
        self._is_first = False
        self.screen.set_class(len(sentence) > _LONG, "-long")
        self.update(covered(Content.styled(sentence, style), self))

    def say_first(self) -> None:
        """What there is to know before anything was done."""
        roomy = self.app.size.height >= _ROOMY
        self.say(_FIRST + _IF_GONE if roomy else _FIRST, "$text-muted")
        self._is_first = True

    def resized(self) -> None:
        """The screen has another size."""
        if self._is_first:
            self.say_first()

    def say_gone(self, nearest: Sequence[Content]) -> None:
        """The offer is gone; these are the nearest ones."""
        self.say(GONE, "")
        hint = (_TAKE if nearest else "", "$text-muted")
        words = Content.assemble((GONE, "$text-warning"), hint)
        self.update(Content("\n").join([words, *nearest]))
