"""The dialog that gives an instance another image, template or settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus
from textual.widgets import Input, Static

from vasttui.errors import VastError
from vasttui.models.instance import Instance
from vasttui.models.known_variables import KEY_SENTENCE, replaces
from vasttui.models.remake import Difference, LaunchSettings, Remake, remake_command
from vasttui.models.template import Template
from vasttui.services.templates import TemplateShelf
from vasttui.ui.context import context
from vasttui.ui.format import fit
from vasttui.ui.instances.edit_form import (
    EditReading,
    EditTyped,
    read_edit,
    settings_of,
    typed_of,
)
from vasttui.ui.modals.command import show_command
from vasttui.ui.modals.form_row import FormLine, FormRow
from vasttui.ui.modals.frame import CLOSE, FormDialog, button
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.rent.onstart import read_script, script_file
from vasttui.ui.rent.open_line import OpenLine
from vasttui.ui.rent.templates import TemplatesModal
from vasttui.ui.rent.variable_help import VariableSuggester
from vasttui.ui.widgets.pasting import marked, script, unmarked, variables, words

_LEFT = 12
_CHANGED = "It has been changed since it was read: look again, then press Change… once more."
_HOURS = "h after each start; empty: never"
_SAME = "Nothing is different yet."
_UNSURE = (
    "Whether its own variables stay with a template is documented nowhere: they count as gone "
    "here. What the template needs of a host is not checked."
)

Read = Callable[[], Awaitable[LaunchSettings | None]]


class EditModal(FormDialog[Remake | None]):
    """Stays open with everything typed until the change is confirmed or the user leaves."""

    keys = (
        CLOSE, ("tab", "next field", "app.focus_next"), ("Y", "show command", "screen.command"),
        ("^s", "change…", "screen.confirm"),
    )  # fmt: skip
    AUTO_FOCUS = "#in_image"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "confirm", "Change", show=False, priority=True),
        Binding("Y", "command", "Show command", show=False),
    ]

    def __init__(
        self, one: Instance, settings: LaunchSettings, read: Read, shelf: TemplateShelf, lost: str
    ) -> None:
        """`read` reads the settings again and raises VastError; `lost` says what a change
        destroys."""
        super().__init__()
        self.heading = Content(f"Change {one.name}")
        self._name, self._number, self._settings = one.name, one.id, settings
        self._read, self._shelf = read, shelf
        self._lost = lost
        self._template: Template | None = None

    def body(self) -> ComposeResult:
        typed = typed_of(self._settings)
        with VerticalScroll(id="scroll", can_focus=False):
            yield OpenLine("Template", self._template_name, id="template", room=_LEFT)
            yield FormLine("Image", most=1024).row("image", typed.image)
            yield FormLine("Arguments", most=8192, paste=words).row("args", typed.args)
            names = VariableSuggester(lambda: self._typed.image)
            line = FormLine("Variables", most=33_000, hidden=True, paste=variables)
            yield line.row("env", typed.env, suggester=names)
            yield FormLine("On start", most=6000, paste=script).row("onstart", typed.onstart)
            yield FormLine("Stop itself", _HOURS).row("self_stop", typed.self_stop)
            yield Static(id="changes", markup=False)
        yield Static(id="news", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Change…", "confirm", id="confirm")

    def on_mount(self) -> None:
        self._show()

    @property
    def _template_name(self) -> str:
        if self._template is not None:
            return self._template.name
        now = self._settings.template_name or self._settings.template_hash
        return f"as it is: {now or 'none'}"

    @property
    def _typed(self) -> EditTyped:
        texts = {row.key: row.entry.value for row in self.query(FormRow)}
        return EditTyped(
            image=texts["image"].strip(),
            args=texts["args"].strip(),
            env=texts["env"].strip(),
            onstart=unmarked(texts["onstart"]),
            self_stop=texts["self_stop"].strip(),
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.app.action_focus_next()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        if event.widget.id == "in_env":
            self.query_one("#in_env", Input).password = False

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        if event.widget.id == "in_env":
            self.query_one("#in_env", Input).password = True

    def on_open_line_opened(self, event: OpenLine.Opened) -> None:
        self._choose_template()

    @work(group="template", exclusive=True, description="")
    async def _choose_template(self) -> None:
        chosen = await self.app.push_screen_wait(TemplatesModal(self._shelf, None))
        if chosen is not None:
            self._template = chosen.template
            self.query_one(OpenLine).value = self._template_name
            self._fill()

    def _fill(self) -> None:
        """The fields as the template, or the instance, has them."""
        old, template = self._settings, self._template
        typed = typed_of(old if template is None else settings_of(template, old))
        for row in self.query(FormRow):
            row.entry.value = marked(getattr(typed, row.key))
        self._show()

    def _show(self) -> None:
        reading = read_edit(self._typed, self._settings, self._template)
        lines = _before_after(reading.differences)
        if note := replaces(reading.change.env or ()):
            lines.append(Content.styled(f"! {note}", "$text-warning"))
        if self._template is not None:
            lines.append(Content.styled(_UNSURE, "$text-muted"))
        self.query_one("#changes", Static).update(Content("\n").join(lines))
        self._say("", "")
        for row in self.query(FormRow):
            row.say("")

    def _say(self, sentence: str, style: str) -> None:
        self.query_one("#news", Static).update(Content.styled(sentence, style))

    def action_confirm(self) -> None:
        self._confirm()

    @work(group="confirm", exclusive=True, description="")
    async def _confirm(self) -> None:
        reading = await self._whole_reading()
        if reading is None:
            return
        if not reading.differences:
            self._say(_SAME, "$text-warning")
            return
        text = "\n".join(f"{one.name}: {one.before} → {one.after}" for one in reading.differences)
        title = f"Change {self._name}"
        sure = ConfirmModal(title, f"{text}\n\n{self._lost}", "Change")
        if await self.app.push_screen_wait(sure) and await self._is_as_shown():
            self.dismiss(reading.change)

    @work(group="command", exclusive=True, description="")
    async def action_command(self) -> None:
        reading = await self._whole_reading()
        if reading is not None and reading.differences:
            text = remake_command(self._number, reading.change)
            masked = "Values of variables and the on-start script are shown as ***."
            await show_command(context(self), text, masked)
        elif reading is not None:
            self._say(_SAME, "$text-warning")

    async def _whole_reading(self) -> EditReading | None:
        """The form with its script file; None if something is wrong, which is marked."""
        typed, text = self._typed, None
        path = script_file(typed.onstart)
        wrong: dict[str, str] = {}
        try:
            text = None if path is None else await read_script(path)
        except VastError as error:
            wrong["onstart"] = f"{error}"
        reading = read_edit(typed, self._settings, self._template, text)
        for name in ("env", "onstart", "args"):
            sent = reading.change.body.get(name)
            if sent is not None and context(self).session.holds_key(f"{sent}"):
                wrong[name] = KEY_SENTENCE
        wrong = {**reading.wrong, **wrong}
        first = None
        for row in self.query(FormRow):
            row.say(wrong.get(row.key, ""))
            first = first or (row if row.wrong else None)
        if first is not None:
            self.screen.set_focus(first.entry)
        return None if wrong else reading

    async def _is_as_shown(self) -> bool:
        """Whether the instance still has the settings that were shown; says why not."""
        self._say("Reading its settings once more…", "$text-muted")
        try:
            now = await self._read()
        except VastError as error:
            self._say(f"Nothing was sent: it was not read again. {error.sentence}", "$text-error")
            return False
        if now is None:
            self._say("Nothing was sent: the instance no longer exists.", "$text-error")
            return False
        if now.same_as(self._settings):
            return True
        self._settings = now
        self._show()
        self._say(_CHANGED, "$text-warning")
        return False


def _before_after(found: Sequence[Difference]) -> list[Content]:
    """What changes, a line each."""
    if not found:
        return [Content.styled(_SAME, "$text-muted")]
    room = max(_LEFT, *(len(one.name) + 2 for one in found))
    return [
        Content.assemble(
            (fit(one.name, room), "bold"), (one.before, "$text-muted"), " → ",
            (one.after, "$text-success"),
        )
        for one in found
    ]  # fmt: skip
