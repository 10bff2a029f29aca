"""Asks for environment variables: typed, pasted, or in a file; or for one value."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from vasttui.errors import VastError
from vasttui.models.known_variables import KEY_SENTENCE
from vasttui.models.private_key import SENTENCE, holds_private_key
from vasttui.models.variable import (
    NO_VALUE,
    Entry,
    Planned,
    plan,
    read_entries,
    value_problem,
    value_risk,
)
from vasttui.services.system.text_file import read_text
from vasttui.services.variables import pace
from vasttui.text import clean
from vasttui.ui.context import context
from vasttui.ui.modals.frame import CLOSE, Dialog, button
from vasttui.ui.modals.lines import ByWidth, Cell, lay_out
from vasttui.ui.widgets.key_input import KeyInput
from vasttui.ui.widgets.line_input import LineInput
from vasttui.ui.widgets.pasting import one_line

LARGEST = 1_000_000
"""Bytes of a file."""

_ABOUT = (
    "One NAME=value a line, or a file (@ before its path or not). Values are hidden once taken; "
    "names become upper case."
)
_SCROLL = ("↑↓ PgUp PgDn", "scroll", "")
_PATHS = ("@", "/", "~", ".")
"""What a path begins with, and the name of a variable does not."""

_MOST = 16_384
_DOTS = 10
_NAME = 60


class AddVariablesModal(Dialog[Sequence[Planned] | None]):
    """Collects variables and says what will happen to each. `source` is the last file's name."""

    heading = Content("Add variables")
    keys = (CLOSE, ("enter", "take it", "screen.take"), ("tab", "next", "app.focus_next"))
    AUTO_FOCUS = "KeyInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "preview('scroll_up')", "Up", show=False),
        Binding("down", "preview('scroll_down')", "Down", show=False),
        Binding("pageup", "preview('page_up')", "Page up", show=False),
        Binding("pagedown", "preview('page_down')", "Page down", show=False),
    ]

    def __init__(self, there: Collection[str], interval: float) -> None:
        """`there` are the names on the account, `interval` the seconds between two changes."""
        super().__init__()
        self._there, self._interval = there, interval
        self.source = ""
        self._lines = 0
        self._entries: list[Entry] = []

    def body(self) -> ComposeResult:
        yield Static(_ABOUT, markup=False, id="about")
        yield KeyInput(compact=True, max_length=_MOST, paste=self._pasted)
        yield Static(id="hint", markup=False)
        with VerticalScroll(id="scroll"):
            yield Static(ByWidth(self._preview), markup=False, id="preview")
        yield Static(id="note", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Add", "confirm", id="confirm")

    def on_mount(self) -> None:
        self._show()
        scroll = self.query_one("#scroll")
        self.watch(scroll, "show_vertical_scrollbar", self._offer_scrolling, init=False)

    def _offer_scrolling(self, scrolls: bool) -> None:
        self.show_keys((*self.keys, _SCROLL) if scrolls else self.keys)

    async def action_preview(self, action: str) -> None:
        """Scroll what was taken, from the field, too."""
        await self.query_one("#scroll").run_action(action)

    @property
    def planned(self) -> list[Planned]:
        """What becomes of what was taken so far."""
        return plan(self._entries, self._there)

    @property
    def _to_send(self) -> list[Planned]:
        return [one for one in self.planned if one.effect]

    def _pasted(self, text: str) -> str:
        """Several lines are taken at once, one line is left in the field."""
        if len(text.strip().splitlines()) < 2:
            return one_line(text)
        self._take(text)
        return ""

    def on_line_input_refused(self, event: LineInput.Refused) -> None:
        event.stop()
        self._say(event.sentence)

    def on_key_input_submitted(self, event: KeyInput.Submitted) -> None:
        event.stop()
        self.action_take()

    def on_key_input_changed(self, event: KeyInput.Changed) -> None:
        event.stop()
        if event.value:  # an empty field leaves in view what was last taken
            self._say("", "A file." if event.value.strip().startswith(_PATHS) else "")

    def action_take(self) -> None:
        """Take what is in the field; with nothing in it, go to the button."""
        text = self.query_one(KeyInput).value.strip()
        if text.startswith(_PATHS) or (text and "=" not in text and not holds_private_key(text)):
            self._take_file(text)
        elif text:
            try:
                self._take(text, alone=True)
            except VastError as error:
                self._say(error.sentence)
            else:
                self._say("")
                self.query_one(KeyInput).value = ""
        elif self._to_send:
            self.screen.set_focus(self.query_one("#confirm", Button))
        else:
            self._say("Type NAME=value, or the path of a file.")

    @work(group="ask", exclusive=True, description="")
    async def _take_file(self, given: str) -> None:
        path = given.removeprefix("@").strip()
        try:
            self._take(await asyncio.to_thread(read_text, path, LARGEST))
        except VastError as error:
            if self.is_current:
                unsure = "" if given.startswith(_PATHS) else f"{_sentence(NO_VALUE)} As a file: "
                self._say(f"{unsure}{error.sentence}")
        else:
            self.source = clean(Path(path).name, _NAME)
            self._say("", f"Taken from the file {self.source}.")
            self.query_one(KeyInput).value = ""

    def _take(self, text: str, *, alone: bool = False) -> None:
        """Add the variables of a text. Raises VastError: for a private key, where there are none,
        and where one that stands `alone` cannot be sent."""
        if "PRIVATE KEY-----" in text or (holds_private_key(text) and "=" not in text):
            raise VastError(SENTENCE)
        if alone and context(self).session.holds_key(text):
            raise VastError(KEY_SENTENCE)
        entries = [*map(self._without_key, read_entries(text))]
        if not entries:
            raise VastError("There is no variable in it.")
        if alone and entries[0].problem:
            hint = "Put @ before a file." if entries[0].problem == NO_VALUE else ""
            raise VastError(_sentence(entries[0].problem), hint=hint)
        self._entries += [replace(one, line=one.line + self._lines) for one in entries]
        self._lines += text.strip("\n").count("\n") + 1
        self._show()

    def _without_key(self, entry: Entry) -> Entry:
        """The same, refused if its value is the key in use."""
        known = not entry.problem and context(self).session.holds_key(entry.value)
        return replace(entry, problem=_clause(KEY_SENTENCE)) if known else entry

    def _show(self) -> None:
        """What was taken, and what the button would do."""
        send = self._to_send
        added = sum(one.effect == "add" for one in send)
        changed = len(send) - added
        counts = [("add", added), ("change", changed)] if send else []
        words = ", ".join(f"{word} {count}" for word, count in counts if count) or "add"
        confirm = self.query_one("#confirm", Button)
        confirm.label, confirm.disabled = Content(f"[ {words.capitalize()} ]"), not send
        confirm.refresh(layout=True)  # as wide as its words
        seconds = (len(send) - 1) * self._interval
        note = (
            f"{len(send)} to send, {pace(self._interval)}"
            f"{f': about {seconds:.0f} s' if seconds else ''}. "
            "It stops at the first refusal; what was sent stays."
        )
        self.query_one("#note", Static).update(Content(note if len(send) > 1 else ""))
        self.query_one("#preview", Static).update(ByWidth(self._preview))

    def _preview(self, width: int) -> Content:
        if not self._entries:
            return Content("")
        head = _line(Content("NAME"), Content("value"), Content("what will happen"), width)
        rows = [_row(one, width) for one in self.planned]
        return Content("\n").join([head.stylize("$text-muted"), *rows])

    def _say(self, wrong: str, else_: str = "") -> None:
        """Say below the field what is wrong, or `else_`."""
        error = Content.styled(f"✖ {wrong}", "$text-error")
        self.query_one("#hint", Static).update(
            error if wrong else Content.styled(else_, "$text-muted")
        )

    def action_confirm(self) -> None:
        if self._to_send:
            self.dismiss(self._to_send)


def _row(one: Planned, width: int) -> Content:
    mark, style = ("", "")
    if one.entry.problem:
        mark, style = "✖ ", "$text-error"
    elif not one.effect:
        style = "$text-muted"
    elif one.risk:
        mark, style = "! ", "$text-warning"
    dots = "•" * min(_DOTS, len(one.entry.value))
    words = Content.styled(f"{mark}{one.words}", style)
    return _line(Content(one.entry.name or "-"), Content(dots), words, width)


def _line(name: Content, value: Content, words: Content, width: int) -> Content:
    """A line of the preview; `words` go on below where they are longer."""
    head = (Cell(name, 24), Cell(value, _DOTS, above=60))
    room = max(1, width - 26 - (_DOTS + 2 if width >= 60 else 0))
    first, *others = words.wrap(room)
    indent = " " * (width - room)
    lines = [lay_out((*head, Cell(first)), width), *(indent + line for line in others)]
    return Content("\n").join(lines)


def _sentence(clause: str) -> str:
    return f"{clause[0].upper()}{clause[1:].removesuffix('.')}."


def _clause(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:].removesuffix(".")


class ValueModal(Dialog[str | None]):
    """Asks for another value of a variable."""

    keys = (CLOSE, ("enter", "change", "screen.confirm"))
    AUTO_FOCUS = "KeyInput"

    def __init__(self, name: str) -> None:
        super().__init__()
        self.heading = Content(f"Change {name}")

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll", can_focus=False):
            yield Static("New value; the old one is lost.", markup=False)
            yield KeyInput(password=True, compact=True, max_length=_MOST)
            yield Static(id="hint", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Change", "confirm", id="confirm")

    def on_line_input_refused(self, event: LineInput.Refused) -> None:
        event.stop()
        self._say(f"✖ {event.sentence}", "$text-error")

    def on_key_input_submitted(self, event: KeyInput.Submitted) -> None:
        event.stop()
        self.action_confirm()

    def on_key_input_changed(self, event: KeyInput.Changed) -> None:
        event.stop()
        risk = value_risk(event.value) if event.value else ""
        self._say(f"! {_sentence(risk)}" if risk else "", "$text-warning")

    def _say(self, text: str, style: str) -> None:
        self.query_one("#hint", Static).update(Content.styled(text, style))

    def action_confirm(self) -> None:
        value = self.query_one(KeyInput).value
        problem = value_problem(value)
        if context(self).session.holds_key(value):
            problem = KEY_SENTENCE
        if problem:
            self._say(f"✖ {_sentence(problem)}", "$text-error")
            self.screen.set_focus(self.query_one(KeyInput))
        else:
            self.dismiss(value)
