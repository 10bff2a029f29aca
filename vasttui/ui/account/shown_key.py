"""Shows the text of a new API key, once."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.modals.frame import Dialog, button
from vasttui.ui.modals.save import save_as


class ShownKeyModal(Dialog[None]):
    """The text of a key, hidden until asked for. Closing without taking it needs a second press."""

    heading = Content("The new key, shown once")
    keys = (
        ("esc", "close", "screen.cancel"), ("y", "copy", "screen.copy"),
        ("space", "show", "screen.show"), ("^s", "save to a file", "screen.save"),
    )  # fmt: skip
    AUTO_FOCUS = "#scroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,c", "copy", "Copy", show=False),
        Binding("space", "show", "Show", show=False),
        Binding("ctrl+s", "save", "Save", show=False),
    ]

    def __init__(self, whose: str, key: str, where: str = "") -> None:
        """`where` says where it was stored."""
        super().__init__()
        self._whose, self._where = whose, where
        self._shown = False
        self._taken = bool(where) and not where.startswith("✖")
        self._key = key

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll"):
            yield Static(markup=False, id="key")
        with HorizontalGroup(id="buttons"):
            yield button("I have it", "confirm", id="confirm")

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        key = self._key if self._shown else f"{self._key[:4]}…{self._key[-4:]}"
        lines = [
            Content(self._whose), Content(""), Content.styled(f"  {key}", "bold"), Content(""),
            *([Content(self._where)] if self._where else []),
            Content.styled(
                "Nobody can show it again, Vast.ai neither. Lost: delete it and make another.",
                "$text-muted",
            ),
        ]  # fmt: skip
        self.query_one("#key", Static).update(Content("\n").join(lines))

    def action_show(self) -> None:
        self._shown = not self._shown
        self._show()

    async def action_copy(self) -> None:
        clipboard = context(self).session.clipboard
        words = f"The key {self._whose}, {len(self._key)} characters."
        await copy_and_show(self.app, clipboard, self._key, secret=words)
        self._taken = True

    def action_save(self) -> None:
        self.app.run_worker(self._save(), group="dialog", description="")

    async def _save(self) -> None:
        about = "A new file that only you can read (mode 600)."
        path = await save_as(self.app, "Save the key", about, "", lambda path: [self._key])
        if path is not None:
            self._taken = True
            self.note(f" saved to {path} ")

    def action_confirm(self) -> None:
        self.dismiss(None)

    def action_cancel(self) -> None:
        if self._taken:
            self.dismiss(None)
        else:
            self._taken = True
            self.note(" not copied and not saved: esc again closes ")
