"""Confirmation by typing: of what deletes data for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.events import Key, Mount
from textual.widgets import Button, Input, Static

from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.modals.frame import CLOSE, FormDialog, button
from vasttui.ui.privacy import covered
from vasttui.ui.widgets.line_input import LineInput

_DIGITS = 4
GUARD = 0.4
"""Seconds in which keys are not taken: they were typed for the screen below."""


class GuardedInput(LineInput):
    """An input that refuses letters typed before it was visible."""

    EARLY = "That was typed before this was shown."

    def __init__(self, guard: float) -> None:
        super().__init__(compact=True, max_length=300)
        self._guard = guard
        self._seen = 0.0

    @on(Mount)
    def _note_the_time(self, event: Mount) -> None:
        self._seen = event.time

    def on_key(self, event: Key) -> None:
        if event.is_printable and event.time - self._seen < self._guard:
            event.prevent_default()
            event.stop()
            self.post_message(self.Refused(self.EARLY))


class TypedConfirm(FormDialog[str | None]):
    """Says what is lost, and asks for a word to be typed; the answer is then `VERB`."""

    VERB: ClassVar[str] = ""
    AUTO_FOCUS = "GuardedInput"

    def __init__(self, hide: Callable[[str], str] | None, guard: float = GUARD) -> None:
        """`hide` gives a text as it is drawn in private mode; None while nothing is hidden."""
        super().__init__()
        self._hide, self._guard = hide, guard
        self._was_early = False

    def lines(self) -> list[Content]:
        """What is lost."""
        raise NotImplementedError

    def words(self) -> list[str]:
        """What may be typed."""
        raise NotImplementedError

    def others(self) -> ComposeResult:
        """The buttons that lead elsewhere."""
        yield from ()

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll", can_focus=False):
            about = covered(Content("\n").join(self.lines()), self)
            yield Static(about, markup=False, id="about")
        yield Static(self._wanted(), markup=False, id="wanted")
        yield GuardedInput(self._guard)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield from self.others()
            yield button(self.VERB.capitalize(), "confirm", id=self.VERB)

    def on_mount(self) -> None:
        self._button.disabled = True
        self._show_keys()

    def on_descendant_focus(self) -> None:
        self._show_keys()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._was_early = False
        self._button.disabled = not self._is_meant()
        self.query_one("#wanted", Static).update(self._wanted())
        self._show_keys()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter moves to the button without pressing it, or says what is wrong."""
        if self._is_meant():
            self.screen.set_focus(self._button)
        elif event.value or not self._was_early:
            self._tell("That is not it.")

    def on_line_input_refused(self, event: LineInput.Refused) -> None:
        event.stop()
        self._was_early = True
        self._tell(event.sentence)

    def _tell(self, wrong: str) -> None:
        words = Content.styled(f"✖ {wrong} {self._wanted()}", "bold $text-error")
        self.query_one("#wanted", Static).update(words)

    def _show_keys(self) -> None:
        """The keys here, with what Enter does at this moment."""
        at, keys = self.focused, [CLOSE, ("tab", "next", "app.focus_next")]
        if isinstance(at, Button):
            keys.append(("enter", self.VERB if at.id == self.VERB else "press", ""))
        elif self._is_meant():
            keys.append(("enter", f"go to {self.VERB.capitalize()}", ""))
        self.show_keys(keys)

    def action_answer(self, answer: str) -> None:
        self.dismiss(answer)

    def action_confirm(self) -> None:
        if self._is_meant():
            self.dismiss(self.VERB)

    @property
    def _button(self) -> Button:
        return self.query_one(f"#{self.VERB}", Button)

    def _is_meant(self) -> bool:
        return self.query_one(GuardedInput).value.strip() in self._seen_words()

    def _seen_words(self) -> list[str]:
        """What may be typed, of that only what can be seen; where all is hidden, the verb."""
        return seen_words(self.words(), self._hide, self.VERB)

    def _wanted(self) -> Content:
        words = self._seen_words()
        other = f", or {words[1]}, the end of its id" if len(words) > 1 else ""
        return Content.styled(f"Type {words[0]} to {self.VERB}{other}:", "bold")


def seen_words(words: Sequence[str], hide: Callable[[str], str] | None, verb: str) -> list[str]:
    """Of the words that may be typed those that can be seen; where all is hidden, the verb."""
    if hide is None:
        return [*words]
    return [word for word in words if not word.isdigit() and hide(word) == word] or [verb]


def names_to_type(rows: Sequence[FleetRow]) -> list[str]:
    """What is typed to destroy these: the label or the end of the id; of several, how many."""
    if len(rows) > 1:
        return [f"destroy {len(rows)}"]
    digits = str(rows[0].id)[-_DIGITS:]
    title = rows[0].instance.title.strip()
    return [title, digits] if title and title != digits else [digits]
