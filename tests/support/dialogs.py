"""Opens a dialog over an otherwise empty application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from textual.app import App, ComposeResult
from textual.screen import ModalScreen
from textual.signal import Signal
from textual.widget import Widget
from textual.widgets import Static

from tests.support.pilot import QuickPilot, drawn, playing
from vasttui.paths import styles_dir
from vasttui.ui.themes import DARK, THEMES

Result = TypeVar("Result")

SIZES = ((120, 36), (80, 24), (200, 50), (40, 10))
HOSTILE = ("[/]", "[@click=app.quit]x[/]", "[b]x", "x[/foo", "[$accent]y", "a\\", "[link='x]y")


class Host(App[None]):
    """What a dialog needs around it."""

    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = [styles_dir() / "modals.tcss"]

    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name
        self.app_changed: Signal[str] = Signal(self, "app-changed")

    def compose(self) -> ComposeResult:
        yield Static("behind", markup=False)


@dataclass
class Opened(Generic[Result]):
    """An open dialog, and the results it was closed with."""

    app: Host
    pilot: QuickPilot
    results: list[Result | None] = field(default_factory=list)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        self.pilot.send(*text)
        await self.pilot.pause()

    async def pause(self) -> None:
        """Wait until there is nothing to do."""
        await self.pilot.pause()

    async def again(self, modal: ModalScreen[Result], size: tuple[int, int] | None = None) -> None:
        """Another dialog in place of what is open, with no results yet."""
        while len(self.app.screen_stack) > 1:
            await self.app.pop_screen()
        self.results.clear()
        if size is not None:
            await self.pilot.resize_terminal(*size)
        await self.app.push_screen(modal, self.results.append)
        await self.pilot.pause()

    @property
    def lines(self) -> list[str]:
        """The text on the screen."""
        return [line.text.rstrip() for line in drawn(self.app)]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def focused(self) -> Widget | None:
        return self.app.focused


@asynccontextmanager
async def opened(
    modal: ModalScreen[Result], size: tuple[int, int] = (120, 36)
) -> AsyncIterator[Opened[Result]]:
    """An open, drawn dialog."""
    app = Host()
    async with playing(app, size=size) as pilot:
        seen: Opened[Result] = Opened(app, pilot)
        await seen.again(modal)
        yield seen
