"""The dialog of timers: what happens to an instance, when, who does it; then what came of it."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.modals.frame import CLOSE, FormDialog, button, while_open
from vasttui.ui.modals.lines import ByWidth
from vasttui.ui.modals.text import TextModal
from vasttui.ui.privacy import covered
from vasttui.ui.timers import lines
from vasttui.ui.timers.fields import TimerFields, say
from vasttui.ui.timers.form import TimerTyped
from vasttui.ui.timers.setting import TimerSetting

_REFRESH = 10.0
_LATER = "! That time is over: this is the next one. Look again, then set it."
_NO_REQUEST = "Nothing is sent to Vast.ai for this: it is kept here, or started over ssh."


class TimersModal(FormDialog[None]):
    """Closes by itself once all that was set is seen. Closed earlier, the work goes on, and how it
    ends is told on the status line."""

    keys = (
        CLOSE, ("tab", "next", "app.focus_next"), ("space", "tick", ""),
        ("Y", "show requests", "screen.command"),
    )  # fmt: skip
    AUTO_FOCUS = "#what"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("Y", "command", "Show requests", show=False),
        Binding("r", "again", "Look again", show=False),
    ]

    def __init__(self, setting: TimerSetting, typed: TimerTyped) -> None:
        super().__init__()
        self._setting = setting
        self._fields = TimerFields(setting, typed)
        self._asked = False
        self._shown: float | None = None
        self.heading = Content(setting.heading)

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll", can_focus=False):
            yield Static(id="about", markup=False)
            yield self._fields
            yield Static(id="came", markup=False)
        yield Static(id="news", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Keep", "keep", id="keep")
            yield button("Replace", "replace", id="replace")
            yield button("Set timer", "confirm", id="confirm")

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

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def on_timer_fields_changed(self, event: TimerFields.Changed) -> None:
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.app.action_focus_next()

    def _show(self) -> None:
        """All that follows from what is filled in."""
        if self._asked:
            return
        setting = self._setting
        reading = self._fields.show()
        about = lines.about(setting.rows, setting.now, context(self).session.clock.now())
        say(self, "about", covered(Content("\n").join(about), self))
        wrong = reading.wrong.get("idle", reading.wrong.get("who", ""))
        say(self, "news", Content.styled(f"✖ {wrong}" if wrong else "", "$text-error"))
        self._shown = reading.at
        confirm = self.query_one("#confirm", Button)
        confirm.label = Content(lines.confirm_label(reading.order.count * len(setting.rows)))
        confirm.refresh(layout=True)
        confirm.disabled = bool(reading.wrong)

    def action_confirm(self) -> None:
        """Set what was shown; a time that has come too near meanwhile is shown again."""
        reading = self._fields.reading
        if self._asked:
            return
        if reading.wrong:
            self._show()
            why = next(iter(reading.wrong.values()))
            say(self, "news", Content.styled(f"✖ Nothing is set: {why}", "$text-error"))
            return
        if reading.at != self._shown:
            self._show()
            say(self, "news", Content.styled(_LATER, "$text-warning"))
            return
        if reading.order.destroys and not self._fields.is_meant():
            return
        self._asked = True
        self.set_focus(None)  # or the next Enter would press Leave
        for name in ("#form", "#confirm"):
            self.query_one(name).display = False
        self.query_one("#frame").border_title = Content(self._setting.asked(reading.order))
        self._setting.start(reading.order)

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
        reading = self._fields.reading
        wrong = reading.wrong.get("when", "")
        requests = [] if wrong else self._setting.requests(reading.order)
        text = [Content(line) for line in requests]
        text = text or [Content.styled(wrong or _NO_REQUEST, "$text-muted")]
        if await app.push_screen_wait(TextModal("What is sent", text)) and requests:
            await copy_and_show(app, app.session.clipboard, "\n".join(requests))
