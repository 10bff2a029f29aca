"""Work that a dialog waits for, and that goes on when the user leaves the dialog."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from vasttui.ui.context import AppContext
from vasttui.ui.modals.frame import Dialog

Result = TypeVar("Result")


class WorkingModal(Dialog[bool]):
    """Says what is being done; returns True when it is done, None when the user leaves."""

    keys = (("esc", "go on without waiting", "screen.cancel"),)
    AUTO_FOCUS = "#scroll"

    def __init__(self, title: str, text: str, task: asyncio.Future[Any]) -> None:
        super().__init__()
        self.heading = Content(title)
        self._text, self._job = text, task

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll"):
            yield Static(self._text, markup=False)

    def on_mount(self) -> None:
        self._wait()

    @work(group="work", description="")
    async def _wait(self) -> None:
        await asyncio.wait({self._job})
        self.dismiss(True)


async def work_behind(
    app: AppContext, title: str, text: str, job: Coroutine[Any, Any, Result]
) -> tuple[Result, bool]:
    """Do it behind a dialog; the result, and whether the user waited for it. If not, the keys
    belong to something else by now: nothing may take the screen."""
    task = asyncio.ensure_future(job)
    waited = await app.push_screen_wait(WorkingModal(title, text, task))
    return await task, bool(waited)
