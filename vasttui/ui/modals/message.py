"""Asks for confirmation, or for a name."""

from __future__ import annotations

from collections.abc import Collection

from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from vasttui.text import clean
from vasttui.ui.modals.frame import CLOSE, Dialog, button
from vasttui.ui.privacy import covered
from vasttui.ui.widgets.line_input import LineInput

NAME_CAP = 40
"""Letters of a name."""


class ConfirmModal(Dialog[bool]):
    """A question with two buttons; the one that changes nothing has the focus. A third may lead
    elsewhere: `is_elsewhere` tells, and the answer is no."""

    keys = (CLOSE, ("tab ← →", "choose", "app.focus_next"), ("enter", "press", ""))
    AUTO_FOCUS = "#cancel"
    BINDINGS = [("left", "app.focus_previous", "Previous"), ("right", "app.focus_next", "Next")]

    def __init__(
        self, title: str, text: str, confirm: str, elsewhere: str = "", cancel: str = "Cancel"
    ) -> None:  # fmt: skip
        """`confirm` labels the confirming button, `cancel` the one that changes nothing,
        `elsewhere` the third one, if there is one."""
        super().__init__()
        self.heading = Content(title)
        self._text = text
        self._confirm, self._elsewhere, self._cancel = confirm, elsewhere, cancel
        self.is_elsewhere = False

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll", can_focus=False):
            yield Static(covered(Content(self._text), self), markup=False)
        with HorizontalGroup(id="buttons"):
            yield button(self._cancel, "cancel", id="cancel")
            yield button(self._confirm, "confirm", id="confirm")
            if self._elsewhere:
                yield button(self._elsewhere, "elsewhere", id="elsewhere")

    def action_elsewhere(self) -> None:
        self.is_elsewhere = True
        self.dismiss(False)

    def action_cancel(self) -> None:
        self.dismiss(False)

    def action_confirm(self) -> None:
        self.dismiss(True)


class NameModal(Dialog[str | None]):
    """Asks for a name; warns when it is taken."""

    keys = (CLOSE, ("enter", "save", "screen.save"))
    AUTO_FOCUS = "Input"

    def __init__(self, title: str, initial: str, taken: Collection[str]) -> None:
        super().__init__()
        self.heading = Content(title)
        self._initial = clean(initial, NAME_CAP)
        self._taken = frozenset(taken)

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll", can_focus=False):
            yield Label("Name", markup=False)
            yield LineInput(self._initial, compact=True, max_length=NAME_CAP)
            yield Static(id="hint", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Save", "save", id="save")

    def on_mount(self) -> None:
        self._tell()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._tell()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.action_save()

    def action_save(self) -> None:
        if self._typed:
            self.dismiss(self._typed)
        else:
            self._say(Content.styled("✖ Enter a name.", "$text-error"))
            self.screen.set_focus(self.query_one(Input))

    @property
    def _typed(self) -> str:
        return clean(self.query_one(Input).value, NAME_CAP)

    def _tell(self) -> None:
        replaces = self._typed in self._taken
        self.query_one("#save", Button).label = Content("[ Replace ]" if replaces else "[ Save ]")
        self._say(
            Content.styled("! There is one of this name: you are asked.", "$text-warning")
            if replaces
            else Content("")
        )

    def _say(self, text: Content) -> None:
        self.query_one("#hint", Static).update(text)
