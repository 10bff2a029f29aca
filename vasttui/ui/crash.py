"""A Textual application that draws on our terminal and reports its own crashes in one sentence."""

from __future__ import annotations

import sys

from rich.console import RenderableType
from textual.driver import Driver

from vasttui.crash import CrashReport
from vasttui.ui.parts import AppPart
from vasttui.ui.terminal.driver import TerminalDriver


class CrashSafe(AppPart):
    """Replaces Textual's crash screen, which prints local variables, by one sentence.

    The traceback goes to `crash_report`, the sentence to `crash_sentence`, to be printed when the
    terminal is restored; the exit code is 1. Textual calls `_fatal_error` for most exceptions and
    `panic` for those that know how to draw themselves; a test holds it to that.
    """

    crash_report: CrashReport | None = None
    crash_sentence = ""

    def get_driver_class(self) -> type[Driver]:
        return TerminalDriver

    def crash(self, error: BaseException) -> None:
        """End with a report of this error."""
        if self.crash_sentence:
            return
        self.crash_sentence = f"vasttui crashed ({type(error).__name__})"
        if self.crash_report is not None:
            self.crash_sentence = self.crash_report.write(error)
        self.exit(return_code=1)

    def _fatal_error(self) -> None:
        self.panic()

    def panic(self, *renderables: RenderableType) -> None:
        """End with the crash sentence; `renderables` are not drawn, they could hold anything."""
        self.crash(sys.exception() or RuntimeError("unknown fault"))
        super().panic()
