"""The template form: create one, change it, or copy it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus
from textual.widgets import Button, Input, Static

from vasttui.errors import VastError
from vasttui.models.known_variables import KEY_SENTENCE
from vasttui.models.rent import Launch
from vasttui.models.rent_checks import MOST_SCRIPT
from vasttui.models.template_draft import TemplateDraft
from vasttui.ui.context import context
from vasttui.ui.modals.form_row import FormLine, FormRow
from vasttui.ui.modals.frame import CLOSE, FormDialog, button
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.rent.onstart import read_script, script_file
from vasttui.ui.rent.typed import WITH_ENTRYPOINT, WITH_SSH, pasted_ports
from vasttui.ui.rent.variable_help import VariableSuggester, variable_example, variable_lines
from vasttui.ui.templates.typed import (
    DIRECT,
    MOST_DESC,
    MOST_NAME,
    MOST_README,
    PRIVATE,
    PROXY,
    PUBLIC,
    Base,
    TemplateReading,
    TemplateTyped,
    read_form,
    warnings,
)
from vasttui.ui.widgets.pasting import filter_words, script, unmarked, variables
from vasttui.ui.widgets.pasting import words as as_words

Save = Callable[[TemplateDraft], Awaitable[str]]
"""Saves it; returns what went wrong, empty if nothing did."""

_LEFT = 12
_LAUNCHES = tuple((mode.name, mode.value) for mode in Launch)
_WAYS = ((DIRECT, "direct"), (PROXY, "through Vast.ai's proxy"))
_WHO = ((PRIVATE, "only I"), (PUBLIC, "everybody with its link"))
_PICKS = ("launch", "way", "who")


_LINES = {
    "name": FormLine("Name", most=MOST_NAME),
    "image": FormLine("Image", example="repository/name:tag", most=1024),
    "args": FormLine("Arguments", "", "arguments of the image's entrypoint", 4100, paste=as_words),
    "disk": FormLine("Disk", "GB, proposed when renting"),
    "ports": FormLine("Ports", WITH_SSH["ports"], "8080 6100/udp 70000", paste=pasted_ports),
    "env": FormLine("Variables", "values are hidden", "HF_TOKEN=… MODE=train", 66_000, True,
                 variables),
    "onstart": FormLine("On start", WITH_SSH["onstart"], "commands, or @~/start.sh", 6000,
                     paste=script),
    "login": FormLine("Login", "for a private registry", "-u name -p token registry", 1024, True),
    "offers": FormLine("Offers", "a filter", "vram>=24 cuda>=12.8 cc:US,CA", 2000,
                    paste=filter_words),
    "desc": FormLine("About", "one line", most=MOST_DESC),
    "href": FormLine("Link", "to the image", "https://…", 300),
    "readme": FormLine("Readme", "shown on the web", "text, or @~/README.md", MOST_README,
                    paste=script),
}  # fmt: skip


class TemplateForm(FormDialog[bool | None]):
    """Stays open with everything typed until the template is saved or the user leaves. Returns True
    if it was saved to be tried."""

    keys = (CLOSE, ("tab", "next field", "app.focus_next"), ("^s", "save", "screen.save"))
    AUTO_FOCUS = "#in_name"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        typed: TemplateTyped,
        base: Base | None,
        save: Save,
        *,
        used_by: Sequence[str],
        gpu_names: Sequence[str],
    ) -> None:
        """`used_by` are the names of instances made from it, `gpu_names` those of the market."""
        super().__init__()
        self.heading = Content(title)
        self._typed, self._base, self._save = typed, base, save
        self._used_by, self._gpu_names = used_by, gpu_names
        self._busy = False
        self.tries = False
        """Whether it is saved to rent with it."""

    def body(self) -> ComposeResult:
        typed = self._typed
        with VerticalScroll(id="scroll", can_focus=False):
            yield self._row("name")
            yield self._row("image")
            yield PickOne("Launch", _LAUNCHES, typed.launch, id="launch", room=_LEFT)
            yield self._row("args")
            yield PickOne("Connection", _WAYS, typed.way, id="way", room=_LEFT)
            yield self._row("disk")
            yield self._row("ports")
            yield self._row("env")
            yield Static(id="known", markup=False)
            yield from map(self._row, ("onstart", "login", "offers", "desc", "href", "readme"))
            yield PickOne("Who", _WHO, typed.who, id="who", room=_LEFT)
        yield Static(id="warnings", markup=False)
        yield Static(id="news", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Save and try it", "try", id="try")
            yield button("Save", "save", id="save")

    def on_mount(self) -> None:
        self.query_one("#known").display = False
        self._show()

    def _row(self, key: str) -> FormRow:
        line = _LINES[key]
        if self._base is not None and self._base.edits and key in ("login", "readme"):
            line = replace(line, example="empty keeps what it has")
        helper = VariableSuggester(lambda: self.typed.image) if key == "env" else None
        return line.row(key, getattr(self._typed, key), suggester=helper)

    @property
    def typed(self) -> TemplateTyped:
        """The values of all fields."""
        values: dict[str, Any] = {row.key: row.entry.value for row in self.query(FormRow)}
        for name in ("onstart", "readme"):
            values[name] = unmarked(values[name])
        values |= {name: self.query_one(f"#{name}", PickOne).value for name in _PICKS}
        return TemplateTyped(**values)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._changed()

    def on_pick_one_changed(self, event: PickOne.Changed) -> None:
        event.stop()
        self._changed()

    def _changed(self) -> None:
        self._mark({})
        self._show()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self._show_variables(event.widget.id == "in_env")

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        if event.widget.id == "in_env":
            self._show_variables(False)

    def _show_variables(self, shown: bool) -> None:
        """Show the values, and what the image reads, while they are edited."""
        self.query_one("#in_env", Input).password = not shown
        self.query_one("#known").display = shown

    def _show(self) -> None:
        typed = self.typed
        entrypoint = typed.launch == Launch.ARGS.name
        self.query_one("#row_args").display = entrypoint
        self.query_one("#way").display = not entrypoint
        for key, unit in (WITH_ENTRYPOINT if entrypoint else WITH_SSH).items():
            self.query_one(f"#row_{key}", FormRow).set_unit(unit)
        self.query_one("#known", Static).update(variable_lines(typed.image))
        self.query_one("#row_env", FormRow).show_example(variable_example(typed.image))
        lines = warnings(typed, self._base, self._used_by)
        text = "\n".join(f"! {line}" for line in lines)
        self.query_one("#warnings", Static).update(Content.styled(text, "$text-warning"))

    def _mark(self, wrong: dict[str, str]) -> FormRow | None:
        """Show the problem of each field at it; the first field that has one."""
        rows = list(self.query(FormRow))
        for row in rows:
            row.say(wrong.get(row.key, ""))
        return next((row for row in rows if row.wrong), None)

    async def _read(self) -> TemplateReading:
        """What the form stands for, the texts of files read."""
        typed = self.typed
        texts: dict[str, str | None] = {}
        wrong: dict[str, str] = {}
        for key, most in (("onstart", MOST_SCRIPT), ("readme", MOST_README)):
            path = script_file(getattr(typed, key))
            try:
                texts[key] = None if path is None else await read_script(path, most)
            except VastError as error:
                texts[key], wrong[key] = "", f"{error}"
        for key in ("env", "onstart", "args", "readme", "desc"):
            text = texts.get(key)
            if context(self).session.holds_key(getattr(typed, key) if text is None else text):
                wrong[key] = KEY_SENTENCE
        reading = read_form(
            typed, self._base, self._gpu_names, script=texts["onstart"], readme=texts["readme"]
        )
        return TemplateReading(None, reading.wrong | wrong) if wrong else reading

    def action_save(self) -> None:
        self._start(tries=False)

    def action_try(self) -> None:
        self._start(tries=True)

    def _start(self, *, tries: bool) -> None:
        if not self._busy:
            self.tries = tries
            self._save_it()

    @work(group="save", exclusive=True, description="")
    async def _save_it(self) -> None:
        self._set_busy(True)
        reading = await self._read()
        wrong = ""
        if reading.draft is None:
            first = self._mark(reading.wrong)
            wrong = "Fix the marked fields."
            self._set_busy(False)
            if first is not None:
                self.screen.set_focus(first.entry)
        else:
            self._say("Saving, and reading it back…", "$text-muted")
            wrong = await self._save(reading.draft)
            self._set_busy(False)
            if not wrong:
                self.dismiss(self.tries)
                return
            self.screen.set_focus(self.query_one("#try" if self.tries else "#save"))
        self._say(f"✖ {wrong}", "$text-error")

    def _set_busy(self, busy: bool) -> None:
        self._busy = self.query_one("#scroll").disabled = busy
        for name in ("save", "try"):
            self.query_one(f"#{name}", Button).disabled = busy
        self.query_one("#cancel", Button).label = Content("[ Leave ]" if busy else "[ Cancel ]")

    def _say(self, sentence: str, style: str) -> None:
        self.query_one("#news", Static).update(Content.styled(sentence, style))
