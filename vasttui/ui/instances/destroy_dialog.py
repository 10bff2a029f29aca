"""The destroy dialog: what is lost, what keeps billing, and the confirmation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.events import Key, Mount
from textual.widgets import Button, Input, Static

from vasttui.models.bill import bill_of
from vasttui.models.instance import Instance
from vasttui.models.status import Phase
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.format import spent_words
from vasttui.ui.modals.frame import CLOSE, Dialog, button
from vasttui.ui.widgets.line_input import LineInput
from vasttui.words import per_hour

DestroyChoice = Literal["destroy", "stop", "copy"]

GUARD = 0.4
"""Seconds in which keys are not taken: they were typed for the screen below."""

_SHOWN = 12
_DIGITS = 4


class GuardedInput(LineInput):
    """An input that ignores letters typed before it was visible."""

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


class DestroyModal(Dialog[DestroyChoice | None]):
    """Nothing is destroyed before its label, or the end of its id, was typed."""

    AUTO_FOCUS = "GuardedInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "Previous", show=False),
        Binding("down", "app.focus_next", "Next", show=False),
    ]

    def __init__(self, rows: Sequence[FleetRow], now: float, *, guard: float = GUARD) -> None:
        """`rows` are what the key was pressed for; `now` is epoch seconds."""
        super().__init__()
        self._rows = tuple(rows)
        self._now = now
        self._guard = guard
        one = rows[0].id if len(rows) == 1 else None
        self.heading = Content(
            f"Destroy {len(rows)} instances" if one is None else f"Destroy instance {one}"
        )

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll", can_focus=False):
            yield Static(Content("\n").join(self._lines()), markup=False, id="about")
        yield Static(self._wanted(), markup=False, id="wanted")
        yield GuardedInput(self._guard)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            if any(row.phase not in (Phase.STOPPED, Phase.OUTBID) for row in self._rows):
                yield button("Stop", "answer('stop')", id="stop")
            if len(self._rows) == 1:
                yield button("Copy first", "answer('copy')", id="copy")
            yield button("Destroy", "destroy", id="destroy")

    def on_mount(self) -> None:
        self.query_one("#destroy", Button).disabled = True
        self._show_keys()

    def on_descendant_focus(self) -> None:
        self._show_keys()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one("#destroy", Button).disabled = not self._is_meant()
        self.query_one("#wanted", Static).update(self._wanted())
        self._show_keys()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter moves to the button without pressing it, or says what is wrong."""
        if self._is_meant():
            self.screen.set_focus(self.query_one("#destroy", Button))
        else:
            wrong = Content.styled(f"✖ That is not it. {self._wanted()}", "bold $text-error")
            self.query_one("#wanted", Static).update(wrong)

    def _show_keys(self) -> None:
        """The keys here, with what Enter does at this moment."""
        at, keys = self.focused, [CLOSE, ("tab", "next", "app.focus_next")]
        if isinstance(at, Button):
            keys.append(("enter", "destroy" if at.id == "destroy" else "press", ""))
        elif self._is_meant():
            keys.append(("enter", "go to Destroy", ""))
        self.show_keys(keys)

    def action_answer(self, answer: DestroyChoice) -> None:
        self.dismiss(answer)

    def action_destroy(self) -> None:
        if self._is_meant():
            self.dismiss("destroy")

    def _is_meant(self) -> bool:
        return self.query_one(GuardedInput).value.strip() in self._words()

    def _wanted(self) -> Content:
        words = self._words()
        other = f", or {words[1]}, the end of its id" if len(words) > 1 else ""
        return Content.styled(f"Type {words[0]} to destroy{other}:", "bold")

    def _words(self) -> list[str]:
        """What may be typed."""
        if len(self._rows) > 1:
            return [f"destroy {len(self._rows)}"]
        row = self._rows[0]
        digits = str(row.id)[-_DIGITS:]
        title = row.instance.title.strip()
        return [title, digits] if title and title != digits else [digits]

    def _lines(self) -> list[Content]:
        lines = [
            Content.styled(
                "This deletes the instance AND its disk. It cannot be undone."
                if len(self._rows) == 1
                else "This deletes these instances AND their disks. It cannot be undone.",
                "bold $text-error",
            ),
            Content(""),
        ]
        for row in self._rows[:_SHOWN]:
            lines += instance_lines(row, self._now)
        if len(self._rows) > _SHOWN:
            lines.append(Content(f"and {len(self._rows) - _SHOWN} more"))
        lines += [Content(""), *self._money_lines()]
        return lines

    def _money_lines(self) -> list[Content]:
        now = [row.bill.hourly for row in self._rows]
        # A host that is offline bills nothing, stopped or not.
        stopped = [
            row.bill.hourly if row.phase is Phase.OFFLINE
            else bill_of(row.instance, Phase.STOPPED).hourly
            for row in self._rows
        ]  # fmt: skip
        saved = sum(price for price in now if price is not None)
        unknown = " (some prices are unknown)" if None in now else ""
        free = not saved and not unknown
        saves = "Nothing is billed now." if free else f"Saves {per_hour(saved)}{unknown}."
        lines = [Content(saves)]
        if saved > sum(price for price in stopped if price is not None) and None not in stopped:
            keeps = per_hour(sum(price for price in stopped if price is not None))
            text = f"Only want to stop paying for the GPU? Stop keeps the disk and costs {keeps}."
            lines.append(Content(text))
        return lines


def instance_lines(row: FleetRow, now: float) -> list[Content]:
    """What is lost with an instance, and what stays."""
    instance = row.instance
    spent = "" if row.spent is None else f" · spent {spent_words(row.spent, now)}"
    gpu = f"{instance.num_gpus or '?'}× {instance.gpu_name or '?'}"
    name = instance.title or "unlabelled"
    lines = [
        Content.assemble(
            (f"{name}", "bold"), f" ({instance.id})  {gpu} · {row.phase.value}{spent}"
        ),
        Content(f"  {_data_words(instance)}"),
    ]
    for volume in instance.volume_info:
        lines.append(Content(f"  volume V.{volume.id} stays, and keeps billing"))
    return lines


def _data_words(instance: Instance) -> str:
    used = instance.disk_used
    if used is None:
        size = "" if instance.disk_space is None else f" of {instance.disk_space:g} GB"
        return f"its disk{size} and all data on it will be lost"
    return f"{used:.0f} GB of data will be lost"
