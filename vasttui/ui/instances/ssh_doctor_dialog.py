"""The SSH login test, step by step."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from vasttui.models.ssh_address import SshAddress
from vasttui.services.ssh.checks import Check, CheckState, Fix, failed_check, verdict
from vasttui.ui.context import context
from vasttui.ui.lists.facts import hanging
from vasttui.ui.modals.frame import CLOSE, Dialog, while_open
from vasttui.ui.privacy import covered

_MARKS = {
    CheckState.OK: ("✓", "$text-success"),
    CheckState.BAD: ("✖", "bold $text-error"),
    CheckState.UNKNOWN: ("?", "$text-warning"),
    CheckState.SKIPPED: ("·", "$text-muted"),
}

_ROOM = 25
"""Cells before the sentences."""


class DoctorModal(Dialog[Fix | None]):
    """Draws one check after the other; returns the fix that the user wants done."""

    AUTO_FOCUS = "#scroll"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "fix", "Do it", show=False)]

    def __init__(self, name: str, checks: AsyncIterator[Check]) -> None:
        super().__init__()
        self.heading = Content(f"SSH login of {name}")
        self._checks = checks
        self._seen: list[Check] = []
        self._done = False
        self.answered: tuple[SshAddress, float] | None = None
        """Where a login worked, and when (epoch seconds)."""

    @property
    def fix(self) -> Fix | None:
        """What would mend the broken link."""
        broken = failed_check(self._seen)
        return broken.fix if broken is not None else None

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll"):
            yield Static(id="checks", markup=False)

    def on_mount(self) -> None:
        self._show()
        self._examine()

    @work(group="doctor", exclusive=True, description="")
    @while_open
    async def _examine(self) -> None:
        async for check in self._checks:
            self._seen.append(check)
            if check.address is not None:
                self.answered = check.address, context(self).session.clock.now()
            self._show()
        self._done = True
        self._show()
        self.query_one("#scroll", VerticalScroll).scroll_end(animate=False)

    def _show(self) -> None:
        style = "bold $text-error" if failed_check(self._seen) is not None else "bold"
        end = Content.styled(verdict(self._seen), style) if self._done else "  testing…"
        width = self.query_one("#checks", Static).size.width or _ROOM + 1
        lines = [
            part for one in self._seen for part in hanging(covered(_line(one), self), width, _ROOM)
        ]
        self.query_one("#checks", Static).update(Content("\n").join([*lines, "", end]))
        keys = [CLOSE]
        if self._done and self.fix is not None:
            keys.append(("enter", self.fix.label, "screen.fix"))
        self.show_keys(keys)

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def action_fix(self) -> None:
        if self._done and self.fix is not None:
            self.dismiss(self.fix)


def _line(check: Check) -> Content:
    mark, style = _MARKS[check.state]
    return Content.assemble((mark, style), f" {check.name:<{_ROOM - 3}} ", check.sentence)
