"""The dialog of a test request: what is sent, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static
from textual.worker import Worker

from vasttui.models.known_variables import KEY_SENTENCE
from vasttui.services.serverless.costs import worker_price
from vasttui.services.serverless.rows import EndpointRow
from vasttui.services.serverless.trial import Trial, TrialRequest, chosen_worker
from vasttui.services.serverless.trial_form import MOST_BODY, TypedTrial
from vasttui.ui.context import context
from vasttui.ui.modals.form_row import FormLine, FormRow
from vasttui.ui.modals.frame import CLOSE, FormDialog, button, while_open
from vasttui.ui.modals.lines import ByWidth
from vasttui.ui.privacy import covered
from vasttui.ui.serverless.known import instances_of
from vasttui.ui.serverless.trial_lines import LEFT, STOPPED, hung, many_lines, trial_lines

if TYPE_CHECKING:
    from vasttui.services.serverless.service import Serverless

MANY = 10
_LINES = {
    "path": FormLine("Path", example="what the worker serves: /v1/completions", most=1024),
    "body": FormLine("Body", example='JSON, what the worker takes: {"prompt": "Say hi."}',
                     most=MOST_BODY),
    "load": FormLine("Load", "units it will take (tokens)", most=20),
}  # fmt: skip
_FIRST = (
    "It goes to one worker that the service chooses, signed with the key of this endpoint alone. "
    "A worker may start for it, and bill."
)
_REFUSED = {
    "suspended": "{} is suspended: requests are refused.",
    "stopped": "{} is stopped: requests are refused.",
}
_TWINS = (
    "Another endpoint is called {}, too ({}): the router is asked by name, and may take that one."
)


class TrialModal(FormDialog[None]):
    """Sends requests as long as it is open; what was typed is kept for the next time."""

    keys = (CLOSE, ("tab", "next field", "app.focus_next"))
    AUTO_FOCUS = "#send"

    def __init__(self, serverless: Serverless, row: EndpointRow) -> None:
        super().__init__()
        self.heading = Content(f"Test {row.name} with a request")
        self._serverless, self._row = serverless, row
        self._trials: list[Trial] = []
        self._wanted = 1
        self._began = 0.0
        self._sending: Worker[None] | None = None

    def body(self) -> ComposeResult:
        typed = self._serverless.typed_trials.get(self._row.id, TypedTrial())
        for key, line in _LINES.items():
            yield line.row(key, getattr(typed, key))
        with VerticalScroll(id="scroll"):
            yield Static(id="news", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Close", "cancel", id="cancel")
            yield button("Send", "send(1)", id="send")
            yield button("Ten times", f"send({MANY})", id="many")

    def on_mount(self) -> None:
        warned = [_REFUSED.get(self._row.endpoint.state, "").format(self._row.name)]
        if self._row.twins:
            ids = ", ".join(map(str, self._row.twins))
            warned.append(_TWINS.format(self._row.endpoint.name, ids))
        words = " ".join(filter(None, warned))
        about = Content.assemble((f"{words} " if words else "", "$text-warning"), _FIRST)
        self.query_one("#news", Static).update(about)
        self.set_interval(1.0, self._tick)

    @property
    def _typed(self) -> TypedTrial:
        return TypedTrial(**{row.key: row.entry.value.strip() for row in self.query(FormRow)})

    @property
    def _busy(self) -> bool:
        return self._sending is not None

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._serverless.typed_trials[self._row.id] = self._typed
        for row in self.query(FormRow):
            row.say("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.screen.set_focus(self.query_one("#send", Button))

    def action_leave(self, at_once: bool) -> None:
        """Nothing typed is lost, so that both keys close it; first they end what is under way."""
        self.action_cancel()

    def action_cancel(self) -> None:
        if self._sending is None:
            self.dismiss(None)
            return
        self._sending.cancel()
        last = self._trials[-1]
        if not last.over:
            why = STOPPED if last.route is None else LEFT
            now = context(self).session.clock.monotonic()
            seconds = now - self._began
            self._trials[-1] = replace(last, over=True, problem=why, seconds=seconds)
        self._wanted = len(self._trials)
        self._ended()

    def action_send(self, times: int) -> None:
        if self._busy:
            return
        typed = self._typed
        wrong = typed.wrong()
        for name in ("path", "body"):
            if context(self).session.holds_key(getattr(typed, name)):
                wrong[name] = KEY_SENTENCE
        for row in self.query(FormRow):
            row.say(wrong.get(row.key, ""))
        request = typed.request()
        if wrong or request is None:
            bad = next(row for row in self.query(FormRow) if row.wrong)
            self.screen.set_focus(bad.entry)
            return
        self._trials, self._wanted = [], times
        self._sending = self._send(request, times)
        for one in ("send", "many"):
            self.query_one(f"#{one}", Button).disabled = True
        self._label("send", "Again")
        self.screen.set_focus(self.query_one("#scroll"))
        self._show_keys()

    @work(group="trial", exclusive=True, description="")
    @while_open
    async def _send(self, request: TrialRequest, times: int) -> None:
        """One after the other, as long as the service names workers."""
        for _ in range(times):
            self._began = context(self).session.clock.monotonic()
            self._trials.append(Trial(request))
            trial = await self._serverless.trials.run(self._row.endpoint, request, self._publish)
            if trial.route is None:
                break
        self._ended()

    def _publish(self, trial: Trial) -> None:
        self._trials[-1] = trial
        self._show()

    def _ended(self) -> None:
        self._sending = None
        for one in ("send", "many"):
            self.query_one(f"#{one}", Button).disabled = False
        if self.focused is None or self.focused.id == "scroll":
            self.screen.set_focus(self.query_one("#send", Button))
        self._show()
        self._show_keys()

    def _show_keys(self) -> None:
        stops = ("esc", "stop asking", "screen.cancel")
        self.show_keys((stops,) if self._busy else self.keys)
        self._label("cancel", "Stop" if self._busy else "Close")

    def _label(self, name: str, word: str) -> None:
        shown = self.query_one(f"#{name}", Button)
        shown.label = Content(f"[ {word} ]")
        shown.refresh(layout=True)

    def _tick(self) -> None:
        if self._busy:
            self._show()

    def _show(self) -> None:
        elapsed = context(self).session.clock.monotonic() - self._began
        if self._wanted > 1 or len(self._trials) > 1:
            lines = many_lines(self._trials, self._wanted, self._known, elapsed)
        else:
            lines = trial_lines(self._trials[-1], self._known, elapsed)
        shown = [covered(line, self) for line in lines]
        self.query_one("#news", Static).update(ByWidth(lambda width: hung(shown, width)))

    def _known(self, trial: Trial) -> tuple[int | None, float | None]:
        """The worker that was chosen, and what it costs."""
        instances = instances_of(context(self).fleet)
        url = "" if trial.route is None else trial.route.url
        number = chosen_worker(url, instances.values()) if url else None
        rows = (row for row in self._serverless.reader.rows if row.id == self._row.id)
        workers = next((row.workers or () for row in rows), ())
        worker = next((one.worker for one in workers if one.id == number), None)
        price = None if worker is None else worker_price(worker, instances.get(worker.id))
        return number, price
