"""The SSH keys of the rent dialog: a line to tick for each."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.events import Click
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from vasttui.models.ssh_key import SshKey
from vasttui.services.ssh.key_ring import KeyRing, RingKey
from vasttui.ui.format import fit
from vasttui.ui.lines import first_fit
from vasttui.ui.modals.public_key import private_half


class KeyLine(Widget, can_focus=True):
    """One key: space or a click ticks it. Those that ssh can use from here are ticked at first."""

    DEFAULT_CSS = "KeyLine { height: 1; width: 1fr; &:focus { background: $panel; } }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,enter", "tick", "Tick", show=False)]

    ticked: reactive[bool] = reactive(False)

    def __init__(self, key: RingKey, title: str) -> None:
        super().__init__()
        self.key = key
        self._title = title
        ticked = key.local is not None and key.local.usable
        self.set_reactive(KeyLine.ticked, ticked)

    def render(self) -> Content:
        key = self.key
        missing = "" if key.account is None or key.account else "  not on the account"
        name = Content.assemble(
            self._title, ("[x] ", "$text-accent") if self.ticked else "[ ] ", (key.name, "bold")
        )
        half = Content.assemble("  ", private_half(key), missing)
        short = Content.assemble(name, f"  {key.key.type}", half)
        long = Content.assemble(short, (f"  {key.fingerprint[:20]}…", "$text-muted"))
        return first_fit(self.size.width, long, short, name + half, name)

    def action_tick(self) -> None:
        self.ticked = not self.ticked

    def on_click(self, event: Click) -> None:
        event.stop()
        self.screen.set_focus(self)
        self.action_tick()


class KeyLines(VerticalGroup):
    """All keys there are, and what could not be read."""

    DEFAULT_CSS = "KeyLines > Static { height: auto; width: 1fr; }"

    def __init__(self, *, room: int) -> None:
        """`room` is the width of the titles of the form."""
        super().__init__(id="keys")
        self._room = room

    @property
    def ticked(self) -> tuple[SshKey, ...]:
        """The keys that the instance is to get."""
        return tuple(line.key.key for line in self.query(KeyLine) if line.ticked)

    async def show(self, ring: KeyRing, advice: str) -> None:
        """Show these; `advice` is what to do where there is none."""
        title, rest = fit("SSH keys", self._room), " " * self._room
        lines: list[Widget] = [
            KeyLine(key, rest if at else title) for at, key in enumerate(ring.keys)
        ]
        for text in ring.problems or (() if ring.keys else (advice,)):
            note = Content.assemble(rest if lines else title, (text, "$text-muted"))
            lines.append(Static(note, markup=False))
        await self.remove_children()
        await self.mount_all(lines)
