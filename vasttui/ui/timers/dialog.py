"""The dialog of timers: what happens to an instance, when, who does it; then what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalGroup, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from vasttui.models.scheduled_job import Act
from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.modals.form_row import FormRow
from vasttui.ui.modals.frame import CLOSE, Dialog, button, while_open
from vasttui.ui.modals.lines import ByWidth
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.modals.text import TextModal
from vasttui.ui.modals.tick_line import TickLine
from vasttui.ui.privacy import covered, hider
from vasttui.ui.timers import lines
from vasttui.ui.timers.form import TimerReading, TimerTyped, read_timers
from vasttui.ui.timers.setting import TimerSetting
from vasttui.ui.timers.when import clock, typed_time
from vasttui.ui.widgets.line_input import LineInput

_LEFT, _WHO = 12, 18
_REFRESH = 10.0
_LATER = "! That time is over: this is the next one. Look again, then set it."
_NO_REQUEST = "Nothing is sent to Vast.ai for this: it is kept here, or started over ssh."
_TICKS = {"job": "Vast.ai", "inside": "the instance", "tell": "vasttui", "idle": "idle"}


class TimersModal(Dialog[None]):
    """Closes by itself once all that was set is seen. Closed earlier, the work goes on, and how it
    ends is told on the status line."""

    keys = (
        CLOSE, ("tab", "next", "app.focus_next"), ("space", "tick", ""),
        ("Y", "show requests", "screen.command"),
    )  # fmt: skip
    AUTO_FOCUS = "#what"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Previous field", show=False),
        Binding("Y", "command", "Show requests", show=False),
        Binding("r", "again", "Look again", show=False),
    ]

    def __init__(self, setting: TimerSetting, typed: TimerTyped) -> None:
        super().__init__()
        self._setting, self._typed = setting, typed
        self._asked = False
        self._choices: tuple[float, ...] = ()
        self._shown: float | None = None
        self._since: float | None = None
        """When the hours were typed."""
        self.heading = Content(setting.heading)

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll", can_focus=False):
            yield Static(id="about", markup=False)
            with VerticalGroup(id="form"):
                yield from self._form()
            yield Static(id="came", markup=False)
        yield Static(id="news", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Keep", "keep", id="keep")
            yield button("Replace", "replace", id="replace")
            yield button("Set timer", "confirm", id="confirm")

    def _form(self) -> Iterator[Widget]:
        typed = self._typed
        choices = [(act.name, text) for act, text in lines.choices(self._setting.rows)]
        yield PickOne("What", choices, typed.act.name, id="what", room=_LEFT)
        yield HorizontalGroup(
            Static("When", markup=False, classes="title"), Static("at ", markup=False),
            _entry("at", typed.at, 20), Static(" or after ", markup=False),
            _entry("after", typed.after, 8), Static(" h", markup=False), id="when",
        )  # fmt: skip
        yield Static(id="then", markup=False)
        yield HorizontalGroup(
            button("1", "hour(0)", id="hour0"), button("2", "hour(1)", id="hour1"), id="hours"
        )
        yield Static(id="danger", markup=False)
        word = FormRow("word", "Confirm", "", LineInput(compact=True, max_length=300, id="in_word"))
        word.id = "row_word"
        yield word
        yield Static("Who does it", markup=False, id="who")
        for key, name in _TICKS.items():
            yield TickLine(name, id=key, room=_WHO, ticked=getattr(typed, key))
        yield HorizontalGroup(
            Static("GPU under ", markup=False), _entry("percent", typed.percent, 4),
            Static(" % for ", markup=False), _entry("minutes", typed.minutes, 5),
            Static(" min", markup=False), id="idleness",
        )  # fmt: skip
        yield Static(markup=False, id="advice")

    def on_mount(self) -> None:
        super().on_mount()
        self._setting.on_change = self._came
        for name in ("#keep", "#replace"):
            self.query_one(name).display = False
        self._show()
        self.set_interval(_REFRESH, self._show)
        self._look()

    @work(group="look", exclusive=True, description="")
    @while_open
    async def _look(self) -> None:
        await self._setting.look()
        self._show()

    def on_unmount(self) -> None:
        self._setting.on_change = None

    @property
    def typed(self) -> TimerTyped:
        """The dialog as it is filled in."""
        fields: dict[str, Any] = {
            key: self.query_one(f"#in_{key}", Input).value
            for key in ("at", "after", "percent", "minutes")
        }
        fields |= {key: self.query_one(f"#{key}", TickLine).is_on for key in _TICKS}
        return TimerTyped(act=Act[self.query_one(PickOne).value], **fields)

    @property
    def _is_small(self) -> bool:
        """Whether there is one line for each explanation: that of the focus is below, whole."""
        return self.has_class("-short") or not self.has_class("-normal")

    def on_descendant_focus(self) -> None:
        self._show_advice()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def _show_advice(self) -> None:
        focused, reading = self.focused, self._read()
        words = lines.advice(reading.order)
        if self._is_small and isinstance(focused, TickLine) and not focused.off:
            words = lines.ticks(reading)[focused.id or ""][1]
        self._say("advice", Content.styled(words, "$text-muted"))

    @property
    def _now(self) -> float:
        return context(self).session.clock.now()

    def on_pick_one_changed(self, event: PickOne.Changed) -> None:
        self._show()

    def on_tick_line_changed(self, event: TickLine.Changed) -> None:
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "in_after":
            self._since = self._now
        other = {"in_at": "#in_after", "in_after": "#in_at"}.get(event.input.id or "")
        if other is not None and event.value.strip():
            self.query_one(other, Input).value = ""
        self.query_one("#row_word", FormRow).say("")
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.app.action_focus_next()

    def _show(self) -> None:
        """All that follows from what is filled in."""
        if self._asked:
            return
        setting, now = self._setting, self._now
        act = Act[self.query_one(PickOne).value]
        why = lines.why_not(act, refused=setting.no_changes, no_login=setting.no_login)
        for key in _TICKS:
            self.query_one(f"#{key}", TickLine).off = why[key]
        typed = self.typed
        reading = self._read()
        about = lines.about(setting.rows, setting.now, now)
        self._say("about", covered(Content("\n").join(about), self))
        self._say("then", lines.then(reading, setting.rows, now))
        self._show_hours(reading)
        self._show_word(reading)
        for key, (short, whole) in lines.ticks(reading).items():
            line = self.query_one(f"#{key}", TickLine)
            line.about = short if self._is_small else whole
        self._show_advice()
        self.query_one("#idleness").display = typed.idle
        wrong = reading.wrong.get("idle", reading.wrong.get("who", ""))
        self._say("news", Content.styled(f"✖ {wrong}" if wrong else "", "$text-error"))
        self._shown = reading.at
        confirm = self.query_one("#confirm", Button)
        confirm.label = Content(lines.confirm_label(reading.order.count * len(setting.rows)))
        confirm.refresh(layout=True)
        confirm.disabled = bool(reading.wrong)

    def _say(self, name: str, text: Content) -> None:
        line = self.query_one(f"#{name}", Static)
        line.update(text)
        line.display = bool(text.plain)

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

    def _show_word(self, reading: TimerReading) -> None:
        """What a job that destroys does, and the word that is typed to set it."""
        self._say("danger", lines.danger(reading.order, self._setting.rows))
        row = self.query_one("#row_word", FormRow)
        row.display = reading.order.destroys
        wanted = self._setting.words(hider(self))
        row.show_example(f"Type {wanted[0]} to set it")

    def action_hour(self, number: int) -> None:
        if number < len(self._choices):
            at = self._choices[number]
            self.query_one("#in_at", Input).value = typed_time(at, self._now)
            self.set_focus(self.query_one("#in_at"))

    def action_confirm(self) -> None:
        """Set what was shown; a time that has come too near meanwhile is shown again."""
        reading = self._read()
        if self._asked:
            return
        if reading.wrong:
            self._show()
            why = next(iter(reading.wrong.values()))
            self._say("news", Content.styled(f"✖ Nothing is set: {why}", "$text-error"))
            return
        if reading.at != self._shown:
            self._show()
            self._say("news", Content.styled(_LATER, "$text-warning"))
            return
        if reading.order.destroys and not self._is_meant():
            wanted = self._setting.words(hider(self))
            self.query_one("#row_word", FormRow).say(f"That is not it. Type {wanted[0]} to set it.")
            self.set_focus(self.query_one("#in_word"))
            return
        self._asked = True
        self.set_focus(None)  # or the next Enter would press Leave
        for name in ("#form", "#confirm"):
            self.query_one(name).display = False
        self.query_one("#frame").border_title = Content(self._setting.asked(reading.order))
        self._setting.start(reading.order)

    def _is_meant(self) -> bool:
        word = self.query_one("#in_word", Input).value.strip()
        return word in self._setting.words(hider(self))

    def _came(self) -> None:
        """Show what came of it so far; once all is seen, that is all."""
        setting = self._setting
        if setting.is_good:
            self.dismiss(None)
            return
        named = len(setting.rows) > 1
        self.query_one("#came", Static).update(
            ByWidth(
                lambda width: Content("\n").join(
                    covered(one.line(width, named=named), self) for one in setting.came
                )
            )
        )
        waits = setting.conflict is not None
        for name in ("#keep", "#replace"):
            self.query_one(name).display = waits
        self.query_one("#cancel", Button).label = Content(
            "[ Leave ]" if setting.is_busy else "[ Close ]"
        )
        again = [("r", "look again", "screen.again")] if setting.is_lost else []
        self.show_keys([CLOSE, *again])
        if not setting.is_busy:
            self.set_focus(self.query_one("#keep" if waits else "#cancel"))

    def action_cancel(self) -> None:
        self._setting.leave()
        super().action_cancel()

    def action_keep(self) -> None:
        self._setting.keep()

    def action_replace(self) -> None:
        self._setting.replace()

    def action_again(self) -> None:
        if self._setting.is_lost:
            self._setting.look_again()

    def action_command(self) -> None:
        if not self._asked and not isinstance(self.focused, Input):
            self._show_requests()

    @work(group="command", exclusive=True, description="")
    async def _show_requests(self) -> None:
        app = context(self)
        reading = self._read()
        wrong = reading.wrong.get("when", "")
        requests = [] if wrong else self._setting.requests(reading.order)
        text = [Content(line) for line in requests]
        text = text or [Content.styled(wrong or _NO_REQUEST, "$text-muted")]
        if await app.push_screen_wait(TextModal("What is sent", text)) and requests:
            await copy_and_show(app, app.session.clipboard, "\n".join(requests))

    def _read(self) -> TimerReading:
        return read_timers(self.typed, self._setting.rows, self._now, self._since)


def _entry(key: str, value: str, most: int) -> LineInput:
    return LineInput(value, compact=True, max_length=most, id=f"in_{key}")
