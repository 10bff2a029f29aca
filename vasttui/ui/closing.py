"""A screen closes once, and takes with it what stands over it."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import Screen, ScreenResultType


class ClosesOnce(Screen[ScreenResultType]):
    """A screen that its own news may close at the moment of the key that closes it.

    Textual closes whatever is on top, and raises an error where there is nothing more to close.
    """

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close it with that result; what was closed stays so."""
        app = self.app
        if self not in app.screen_stack:
            return AwaitComplete()
        while app.screen is not self:
            app.screen.dismiss()
        return super().dismiss(result)
