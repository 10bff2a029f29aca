"""Asks for one line of text and checks it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual import work
from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, Static

from vasttui.ui.modals.frame import CLOSE, Dialog, button, while_open
from vasttui.ui.privacy import covered
from vasttui.ui.widgets.line_input import LineInput

Check = Callable[[str], str]
"""The problem of a text as a sentence; empty when there is none."""

Read = Callable[[str], Awaitable[str]]
"""The same for what takes a while to know."""


class AskModal(Dialog[str | None]):
    """An explanation, an input and a button."""

    AUTO_FOCUS = "Input"

    def __init__(
        self,
        title: str,
        about: Content,
        field: str,
        initial: str,
        confirm: str,
        *,
        check: Check = lambda text: "",
        read: Read | None = None,
        most: int,
        meaning: Callable[[str], str] = lambda text: "",
    ) -> None:
        """`field` names the input, `confirm` is the word on the button, `most` counts letters;
        `meaning` says what the text typed so far would do."""
        super().__init__()
        self.heading = Content(title)
        self.keys = (CLOSE, ("enter", confirm.lower(), "screen.confirm"))
        self._about = about
        self._field = field
        self._initial = initial
        self._confirm = confirm
        self._check, self._read = check, read
        self._most = most
        self._meaning = meaning
        self._reading: str | None = None

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll", can_focus=False):
            yield Static(covered(self._about, self), markup=False, id="about")
            yield Label(self._field, markup=False)
            yield LineInput(self._initial, compact=True, max_length=self._most)
            yield Static(id="hint", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button(self._confirm, "confirm", id="confirm")

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show(Content.styled(self._meaning(event.value.strip()), "$text-muted"))

    def on_line_input_refused(self, event: LineInput.Refused) -> None:
        event.stop()
        self._tell(event.sentence)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.action_confirm()

    def action_confirm(self) -> None:
        text = self.query_one(Input).value.strip()
        wrong = self._check(text)
        if wrong or self._read is None:
            self._answer(text, wrong)
        elif text != self._reading:  # enter twice asks once
            self._reading = text
            self._confirm_read(text, self._read)

    @work(group="ask", exclusive=True, description="")
    @while_open
    async def _confirm_read(self, text: str, read: Read) -> None:
        wrong = await read(text)
        self._reading = None
        if self.is_current:  # not closed meanwhile
            self._answer(text, wrong)

    def _answer(self, text: str, wrong: str) -> None:
        if wrong:
            self._tell(wrong)
            self.screen.set_focus(self.query_one(Input))
        else:
            self.dismiss(text)

    def _tell(self, wrong: str) -> None:
        self._show(Content.styled(f"✖ {wrong}", "$text-error"))

    def _show(self, text: Content) -> None:
        self.query_one("#hint", Static).update(text)
