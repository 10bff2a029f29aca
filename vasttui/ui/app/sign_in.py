"""Asks for an API key: explains where to get one, checks and stores it, never shows it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual import work
from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Button, Label, Static

from vasttui.errors import VastError
from vasttui.ui.format import HIDDEN
from vasttui.ui.modals.frame import CLOSE, Dialog, button, while_open
from vasttui.ui.modals.lines import ByWidth, hanging
from vasttui.ui.session import SignedIn
from vasttui.ui.widgets.key_input import KeyInput
from vasttui.ui.widgets.line_input import LineInput

_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_STEPS = (
    ("Get one", "https://cloud.vast.ai · Account · API Keys · New"),
    ("Needs", "misc, user_read, instance_read; to rent and destroy also instance_write"),
)


class SignInModal(Dialog[SignedIn | None]):
    """The first-run dialog: a key, or none."""

    heading = Content("Sign in to Vast.ai")
    keys = (CLOSE, ("enter", "check and save", "screen.check"), ("tab", "next", "app.focus_next"))
    AUTO_FOCUS = "KeyInput"

    def __init__(
        self, sign_in: Callable[[str], Awaitable[SignedIn]], why: str, stored_where: str
    ) -> None:
        """`sign_in` checks and stores a key or raises a `VastError`; `why` is the reason for
        asking, `stored_where` the place of storage."""
        super().__init__()
        self._sign_in = sign_in
        self._why = why
        self._stored_where = stored_where
        self._turn = 0
        self._spinning: Timer | None = None

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll", can_focus=False):
            if self._why:
                yield Static(self._why, markup=False, id="why")
            yield Label("API key", markup=False)
            yield KeyInput(password=True, compact=True, max_length=512, placeholder="paste it here")
            yield Static(id="hint", markup=False)
            yield Static(ByWidth(self._steps), markup=False, id="steps")
        with HorizontalGroup(id="buttons"):
            yield button("Browse without a key", "cancel", id="browse")
            yield button("Check and save", "check", id="check")

    def on_key_input_submitted(self, event: KeyInput.Submitted) -> None:
        event.stop()
        self.action_check()

    def on_key_input_changed(self, event: KeyInput.Changed) -> None:
        event.stop()
        if self._spinning is None:
            self._say(Content(""))

    def on_line_input_refused(self, event: LineInput.Refused) -> None:
        event.stop()
        self._say(Content.styled(f"✖ {event.sentence}", "$text-error"))

    def action_check(self) -> None:
        key = self.query_one(KeyInput).value.strip()
        if not key:
            self._say(Content.styled("✖ Paste the key first.", "$text-error"))
            self.screen.set_focus(self.query_one(KeyInput))
        elif self._spinning is None:
            self._check(key)

    @work(group="sign-in", exclusive=True, description="")
    @while_open
    async def _check(self, key: str) -> None:
        self._busy(True)
        try:
            signed_in = await self._sign_in(key)
        except VastError as error:
            sentence = f"✖ {error.sentence}"
            self._say(Content.styled(sentence.replace(key, HIDDEN), "$text-error"))
        else:
            self.dismiss(signed_in)
        finally:
            self._busy(False)

    def _busy(self, busy: bool) -> None:
        if self._spinning is not None:
            self._spinning.stop()
            self._spinning = None
        if busy:
            self._spin()
            self._spinning = self.set_interval(0.1, self._spin)
        for check in self.query("#check").results(Button):
            check.disabled = busy
        for entry in self.query(KeyInput):
            entry.disabled = busy
            if not busy:
                self.screen.set_focus(entry)

    def _spin(self) -> None:
        self._turn += 1
        mark = _SPINNER[self._turn % len(_SPINNER)]
        self._say(Content(f"{mark} Checking the key…"))

    def _say(self, text: Content) -> None:
        for hint in self.query("#hint").results(Static):
            hint.update(text)

    def _steps(self, width: int) -> Content:
        steps = (*_STEPS, ("Stored", self._stored_where))
        return Content("\n").join(hanging(name, text, 9, width) for name, text in steps)
