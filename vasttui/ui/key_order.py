"""One key at a time, in the order they were pressed."""

from __future__ import annotations

import asyncio

from textual.app import App
from textual.events import Event, Key, Paste
from textual.widget import Widget

from vasttui.ui.parts import AppPart
from vasttui.ui.terminal.layouts import key_name, latin

_LONGEST = 1.0
"""Seconds that a key may hold back those after it."""


class KeysInOrder(AppPart):
    """Each key and paste has had its effect before the next one is looked at.

    Textual hands a letter to the input at once, and Enter, Ctrl-U or Tab only after a trip through
    the queues of everything around it. Of keys that come in one burst, as they do over a slow link,
    letters would overtake them.
    """

    _told_of_layout = False

    async def on_event(self, event: Event) -> None:
        if not isinstance(event, Key | Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        target = self.focused or self.screen
        if isinstance(event, Paste) or not await self._is_bound(event):
            await super().on_event(event)
        await _settle(target)

    async def _is_bound(self, event: Key) -> bool:
        """Run the action of a key, where it types nothing. Whether it has one."""
        focused, letter = self.focused, event.character or ""
        if focused is not None and focused.check_consume_key(event.key, event.character):
            return False
        self.app_focus = True
        other = latin(letter) if len(letter) == 1 else None
        for name in (event.key, key_name(other)) if other is not None else (event.key,):
            if await self._check_bindings(name, priority=True) or await self._check_bindings(name):
                return True
        if letter.isalpha() and not letter.isascii() and other is None and not self._told_of_layout:
            self._told_of_layout = True
            self.notify("The keys are Latin letters: switch the keyboard layout.", markup=False)
        return False


async def _settle(target: Widget) -> None:
    """Wait until what a key set going at this widget has come up to its screen."""
    try:
        async with asyncio.timeout(_LONGEST):
            # Twice at the widget: first it reads the key, then the message it sends itself.
            for node in (target, *target.ancestors_with_self):
                done = asyncio.Event()
                if not isinstance(node, App) and node.call_later(done.set):
                    await done.wait()
    except TimeoutError:
        return
