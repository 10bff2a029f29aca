"""The keys of a row of the offer table, inside its dialogs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.events import Key

from vasttui.ui.key_table import BY_ID
from vasttui.ui.keys import Keymap
from vasttui.ui.modals.frame import Dialog, KeyEntries

STAYS, LEAVES = ("offers.copy", "machine.star", "machine.avoid"), (
    "offers.rent", "offers.copy_as", "machine.note",
)  # fmt: skip
"""Actions that leave the dialog open, and those that open another."""

_LABELS = {"offers.rent": "rent", "offers.copy": "copy id", "machine.star": "star",
           "machine.avoid": "avoid"}  # fmt: skip


class OfferKeys(Dialog[str | None]):
    """A dialog about an offer. It returns the id of an action that is to be done without it."""

    def __init__(
        self, keymap: Keymap, act: Callable[[str], Awaitable[None]], *, read_only: bool
    ) -> None:
        """`act` does one of the actions that leave the dialog open."""
        super().__init__()
        self._keymap, self._act, self._read_only = keymap, act, read_only

    def labels(self) -> KeyEntries:
        """The entries of the key bar."""
        return [
            (self._keymap.spelled(one), label, f"screen.press('{one}')")
            for one, label in _LABELS.items()
            if not (self._read_only and BY_ID[one].writes)
        ]

    async def on_key(self, event: Key) -> None:
        for one in (*STAYS, *LEAVES):
            keys = self._keymap.keys(one)
            if event.key in keys or event.character in keys:
                event.stop()
                await self.action_press(one)

    async def action_press(self, action_id: str) -> None:
        if action_id in LEAVES:
            self.dismiss(action_id)
        else:
            await self._act(action_id)
            self.redraw()

    def redraw(self) -> None:
        """Draw what an action may have changed, such as a star."""
        raise NotImplementedError
