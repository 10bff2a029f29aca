"""The fields of the dialog of timers, and what follows from what is filled in."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from vasttui.models.scheduled_job import Act
from vasttui.ui.context import context
from vasttui.ui.modals.form_row import FormLine, FormRow
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.modals.tick_line import TickLine
from vasttui.ui.privacy import hider
from vasttui.ui.timers import lines
from vasttui.ui.timers.form import TimerReading, TimerTyped, read_timers
from vasttui.ui.timers.setting import TimerSetting
from vasttui.ui.timers.when import clock, typed_time
from vasttui.ui.widgets.line_input import LineInput
from vasttui.ui.widgets.text_button import TextButton

_LEFT, _WHO = 12, 18
_TICKS = {"job": "Vast.ai", "inside": "the instance", "tell": "vasttui", "idle": "idle"}
_TYPED = ("at", "after", "percent", "minutes")


class TimerFields(VerticalGroup):
    """What happens, when, and who does it."""

    class Changed(Message):
        """A value changed."""

    def __init__(self, setting: TimerSetting, typed: TimerTyped) -> None:
        super().__init__(id="form")
        self._setting, self._typed = setting, typed
        self._choices: tuple[float, ...] = ()
        self._since: float | None = None
        """When the hours were typed."""

    def compose(self) -> ComposeResult:
        typed, setting = self._typed, self._setting
        choices = [(act.name, text) for act, text in lines.choices(setting.rows, setting.left)]
        yield PickOne("What", choices, typed.act.name, id="what", room=_LEFT)
        yield HorizontalGroup(
            Static("When", markup=False, classes="title"), Static("at ", markup=False),
            _entry("at", typed.at, 20), Static(" or after ", markup=False),
            _entry("after", typed.after, 8), Static(" h", markup=False), id="when",
        )  # fmt: skip
        yield Static(id="then", markup=False)
        yield HorizontalGroup(
            *(TextButton(compact=True, id=f"hour{at}") for at in (0, 1)), id="hours"
        )
        yield Static(id="danger", markup=False)
        yield FormLine("Confirm", most=300).row("word")
        yield Static("Who does it", markup=False, id="who")
        for key, name in _TICKS.items():
            yield TickLine(name, id=key, room=_WHO, ticked=getattr(typed, key))
        yield HorizontalGroup(
            Static("GPU under ", markup=False), _entry("percent", typed.percent, 4),
            Static(" % for ", markup=False), _entry("minutes", typed.minutes, 5),
            Static(" min", markup=False), id="idleness",
        )  # fmt: skip
        yield Static(markup=False, id="advice")

    @property
    def typed(self) -> TimerTyped:
        """The dialog as it is filled in."""
        fields: dict[str, Any] = {key: self.query_one(f"#in_{key}", Input).value for key in _TYPED}
        fields |= {key: self.query_one(f"#{key}", TickLine).is_on for key in _TICKS}
        return TimerTyped(act=self._act, **fields)

    @property
    def reading(self) -> TimerReading:
        """What that means now."""
        return read_timers(self.typed, self._setting.rows, self._now, self._since)

    @property
    def _act(self) -> Act:
        return Act[self.query_one(PickOne).value]

    @property
    def _now(self) -> float:
        return context(self).session.clock.now()

    @property
    def _is_small(self) -> bool:
        """Whether there is one line for each explanation: that of the focus is below, whole."""
        return self.screen.has_class("-short") or not self.screen.has_class("-normal")

    def show(self) -> TimerReading:
        """Show what follows from what is filled in."""
        setting = self._setting
        why = lines.why_not(
            self._act, refused=setting.no_changes, no_login=setting.no_login, denied=setting.denied
        )
        for key in _TICKS:
            self.query_one(f"#{key}", TickLine).off = why[key]
        reading = self.reading
        say(self, "then", lines.then(reading, setting.rows, self._now))
        self._show_hours(reading)
        say(self, "danger", lines.danger(reading.order, setting.rows, setting.left))
        row = self.query_one("#row_word", FormRow)
        row.display = reading.order.destroys
        row.show_example(f"Type {self._words[0]} to set it")
        for key, (short, whole) in lines.ticks(reading, setting.denied).items():
            self.query_one(f"#{key}", TickLine).about = short if self._is_small else whole
        self._show_advice(reading)
        self.query_one("#idleness").display = self.query_one("#idle", TickLine).is_on
        return reading

    def _show_hours(self, reading: TimerReading) -> None:
        """The full hours to choose from, where that time is none."""
        self.query_one("#hours").display = bool(reading.choices)
        self._choices = reading.choices
        for at in range(2):
            one = self.query_one(f"#hour{at}", Button)
            one.display = at < len(reading.choices)
            if one.display:
                one.label = Content(f"[ {clock(reading.choices[at])} ]")
                one.refresh(layout=True)

    def _show_advice(self, reading: TimerReading) -> None:
        focused = self.screen.focused
        words = lines.advice(reading.order)
        if self._is_small and isinstance(focused, TickLine) and not focused.off:
            words = lines.ticks(reading, self._setting.denied)[focused.id or ""][1]
        say(self, "advice", Content.styled(words, "$text-muted"))

    @property
    def _words(self) -> list[str]:
        """The words of which one is typed to destroy."""
        return self._setting.words(hider(self))

    def is_meant(self) -> bool:
        """Whether the word was typed that setting it needs; else it is asked for."""
        if self.query_one("#in_word", Input).value.strip() in self._words:
            return True
        self.query_one("#row_word", FormRow).say(
            f"That is not it. Type {self._words[0]} to set it."
        )
        self.screen.set_focus(self.query_one("#in_word"))
        return False

    def on_descendant_focus(self) -> None:
        self._show_advice(self.reading)

    def on_pick_one_changed(self, event: PickOne.Changed) -> None:
        self.post_message(self.Changed())

    def on_tick_line_changed(self, event: TickLine.Changed) -> None:
        self.post_message(self.Changed())

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "in_after":
            self._since = self._now
        other = {"in_at": "#in_after", "in_after": "#in_at"}.get(event.input.id or "")
        if other is not None and event.value.strip():
            self.query_one(other, Input).value = ""
        self.query_one("#row_word", FormRow).say("")
        self.post_message(self.Changed())

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take that full hour."""
        entry = self.query_one("#in_at", Input)
        at = self._choices[int(event.button.id == "hour1")]
        entry.value = typed_time(at, self._now)
        self.screen.set_focus(entry)


def _entry(key: str, value: str, most: int) -> LineInput:
    return LineInput(value, compact=True, max_length=most, id=f"in_{key}")


def say(on: Widget, name: str, text: Content) -> None:
    """Say it in the line of that name, which takes no room while it has nothing to say."""
    line = on.query_one(f"#{name}", Static)
    line.update(text)
    line.display = bool(text.plain)
