"""A Textual application that ends well when it meets a fault of its own."""

from __future__ import annotations

import sys

from rich.console import RenderableType
from rich.text import Text
from textual.app import App

from vasttui.crash import CrashReport


class CrashSafe(App[None]):
    """Replaces Textual's crash screen, which prints local variables, by one sentence.

    The traceback goes to `crash_report`, the exit code is 1. Textual calls `_fatal_error` for
    most exceptions and `panic` for those that know how to draw themselves; a test holds it to
    that.
    """

    crash_report: CrashReport | None = None
    _reported = False

    def _fatal_error(self) -> None:
        self._report()

    def panic(self, *renderables: RenderableType) -> None:
        """End with the crash sentence; `renderables` are not drawn, they could hold anything."""
        self._report()

    def _report(self) -> None:
        if self._reported:
            return
        self._reported = True
        error = sys.exception() or RuntimeError("unknown fault")
        sentence = f"vasttui crashed ({type(error).__name__})"
        if self.crash_report is not None:
            sentence = self.crash_report.write(error)
        # On one line whatever the width, so that the file name can be copied.
        super().panic(Text(sentence, no_wrap=True, overflow="ignore"))
