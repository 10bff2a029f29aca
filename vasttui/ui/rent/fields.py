"""The fields of the rent dialog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.events import DescendantBlur, DescendantFocus
from textual.message import Message
from textual.widgets import Input, Static

from vasttui.models.masking import masked_script
from vasttui.models.offer import Offer
from vasttui.models.rent import Launch
from vasttui.models.ssh_key import SshKey
from vasttui.models.template import Template
from vasttui.models.timer_time import nearest_hour
from vasttui.ui.context import context
from vasttui.ui.format import whole
from vasttui.ui.modals.form_row import FormLine, FormRow
from vasttui.ui.modals.frame import while_open
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.rent.from_template import with_template
from vasttui.ui.rent.key_lines import KeyLines
from vasttui.ui.rent.lines import way_note
from vasttui.ui.rent.open_line import OpenLine
from vasttui.ui.rent.templates import TemplatesModal
from vasttui.ui.rent.typed import (
    BID,
    DIRECT,
    ON_DEMAND,
    PROXY,
    WITH_ENTRYPOINT,
    WITH_SSH,
    Typed,
    pasted_ports,
)
from vasttui.ui.rent.variable_help import VariableSuggester, variable_example, variable_lines
from vasttui.ui.timers.lines import INSIDE_SHORT, JOB_SHORT, TELL_SHORT
from vasttui.ui.timers.when import clock
from vasttui.ui.widgets.pasting import marked, script, unmarked, variables, words
from vasttui.words import hourly, plural

if TYPE_CHECKING:
    from vasttui.ui.rent.flow import RentFlow

_LAUNCHES = tuple((mode.name, mode.value) for mode in Launch)
_WAYS = ((DIRECT, "direct"), (PROXY, "through Vast.ai's proxy"))
_TYPES = ((ON_DEMAND, "on-demand"), (BID, "interruptible"))
_PICKS = ("launch", "way", "rental")
_RESERVED = "⚠ reserved is paid ahead once it is rented on-demand"
_NARROW = 66
"""Cells below which units beside each other take too much from the inputs."""
_WIDE = 100
"""Cells from which all can be said behind a timer."""
_BESIDE = 8
"""Cells of the window that are not theirs."""
_LEFT = 12
"""Width of the titles."""


_LINES = {
    "image": FormLine("Image", example="repository/name:tag", most=1024),
    "disk": FormLine("Disk", "GB, cannot be resized"),
    "args": FormLine("Arguments", "", "arguments of the image's entrypoint", 4100, paste=words),
    "bid": FormLine("Bid", "$/h for the whole offer"),
    "label": FormLine("Label", example="optional label"),
    "ports": FormLine("Ports", WITH_SSH["ports"], "8080 6100/udp 70000", paste=pasted_ports),
    "env": FormLine(
        "Variables", "values are hidden", "HF_TOKEN=… MODE=train", 33_000, True, variables
    ),
    "onstart": FormLine(
        "On start", WITH_SSH["onstart"], "commands, or @~/start.sh", 6000, paste=script
    ),
    "login": FormLine(
        "Login", "for a private registry", "-u name -p token registry", 1024, hidden=True
    ),
    "remind": FormLine("Remind me", "h after renting", "never"),
    "self_stop": FormLine("Stop itself", "h after each start, from inside", "never"),
    "stop_at": FormLine("Vast.ai", "stop, by Vast.ai's clock", "never"),
}
TIMERS = {
    "remind": f"h after renting: {TELL_SHORT}",
    "self_stop": f"h after each start, {INSIDE_SHORT}",
    "stop_at": f"stop at about that hour, {JOB_SHORT}",
}
"""What stands behind the timers where there is room: what each can do."""


class Form(NamedTuple):
    """What was entered, the template, and the SSH keys that are ticked."""

    typed: Typed
    template: Template | None
    keys: tuple[SshKey, ...]


class RentFields(VerticalScroll, can_focus=False):
    """The fields of the dialog; those that do not apply are hidden."""

    class Changed(Message):
        """A value changed."""

    def __init__(
        self, typed: Typed, template: Template | None, flow: RentFlow, offer: Callable[[], Offer]
    ) -> None:
        """`offer` is the one to rent, at the moment."""
        super().__init__(id="scroll")
        self._flow, self._offer = flow, offer
        self._typed = typed
        self.template = template
        self._volume = typed.volume

    def compose(self) -> ComposeResult:
        typed = self._typed
        yield OpenLine("Template", self._template_name(), id="template", room=_LEFT)
        yield self._row("image")
        yield self._row("disk")
        yield PickOne("Launch", _LAUNCHES, typed.launch, id="launch", room=_LEFT)
        yield self._row("args")
        yield PickOne("Connection", _WAYS, typed.way, id="way", room=_LEFT)
        yield PickOne("Type", _TYPES, typed.rental, id="rental", room=_LEFT)
        yield self._row("bid")
        yield KeyLines(room=_LEFT)
        yield from map(self._row, ("label", "ports", "env"))
        yield Static(id="known", markup=False)
        yield from map(self._row, ("onstart", "login"))
        yield OpenLine("Volume", "none", id="volume", room=_LEFT)
        yield from map(self._row, ("remind", "self_stop", "stop_at"))

    def on_mount(self) -> None:
        key = context(self).keymap.spelled("instances.reserve")
        note = f"{_RESERVED}: {key} on the instance"
        reserved = self._flow.listed_reserved
        self.query_one("#rental", PickOne).note = note if reserved else ""
        self.query_one("#known").display = False
        self._fit_rows()
        self._show_examples()
        self._fit_units()
        self._load_keys()

    @property
    def _room(self) -> int:
        """Cells of their width; before they are laid out about that, so that nothing moves then."""
        return self.size.width or self.app.size.width - _BESIDE

    def on_resize(self) -> None:
        self._fit_units()

    def _fit_units(self) -> None:
        wide, narrow = self._room >= _WIDE, self._room < _NARROW
        for row in self.query(FormRow):
            if row.key in TIMERS:
                row.set_unit(TIMERS[row.key] if wide else _LINES[row.key].unit)
                row.fit_unit(narrow or wide, max(map(len, TIMERS.values())) if wide else 0)
            else:
                row.fit_unit(narrow)

    def _show_examples(self) -> None:
        """What an empty field means: what the template has; else an example."""
        template = self.template
        args = "" if template is None else masked_script(template.args)
        names = [] if template is None else list(template.env)
        env = f"besides the template's {', '.join(names[:3])}" if names else ""
        env += f" and {len(names) - 3} more" if len(names) > 3 else ""
        self.query_one("#row_args", FormRow).show_example(
            f"the template's: {args}" if args else _LINES["args"].example
        )
        self.query_one("#row_env", FormRow).show_example(env or variable_example(self._image))

    def show_variables(self, shown: bool) -> None:
        """Show the values of the variables, and what the image reads, while they are edited."""
        self.query_one("#in_env", Input).password = not shown
        known = self.query_one("#known", Static)
        known.update(variable_lines(self._image))
        known.display = shown

    @property
    def _image(self) -> str:
        return self.query_one("#in_image", Input).value

    @property
    def typed(self) -> Typed:
        """The values of all fields."""
        values: dict[str, Any] = {row.key: row.entry.value for row in self.query(FormRow)}
        values["onstart"] = unmarked(values["onstart"])
        values |= {name: self.query_one(f"#{name}", PickOne).value for name in _PICKS}
        template = self.template.hash_id if self.template is not None else ""
        return Typed(template=template, volume=self._volume, **values)

    @property
    def form(self) -> Form:
        """All that was entered."""
        return Form(self.typed, self.template, self.keys.ticked)

    @property
    def keys(self) -> KeyLines:
        """The SSH keys to tick."""
        return self.query_one(KeyLines)

    def mark(self, wrong: Mapping[str, str]) -> FormRow | None:
        """Show the problem of each field at it; the first field that has one."""
        first = None
        for row in self.query(FormRow):
            row.say(wrong.get(row.key, ""))
            if row.wrong and first is None:
                first = row
        return first

    def show_limits(self) -> None:
        """Say behind the fields what the offer's host has room for, and which volume it is."""
        offer = self._offer()
        words = self._flow.volume_words(self._volume, offer)
        self.query_one("#volume", OpenLine).value = words
        self.query_one("#way", PickOne).note = way_note(self.typed, self.template, offer)
        space, ports, least = offer.disk_space, offer.direct_port_count, offer.min_bid
        free = f"; {whole(space)} free" if space is not None else ""
        self._set_unit("disk", f"GB, cannot be resized{free}")
        units = WITH_ENTRYPOINT if self.typed.is_entrypoint else WITH_SSH
        room = "" if ports is None else f"host has {plural(ports, 'port')}"
        self._set_unit("ports", "; ".join(filter(None, (units["ports"], room))))
        self._set_unit("onstart", units["onstart"])
        if least is not None:
            self._set_unit("bid", f"$/h, at least {hourly(least, up=True)}")

    def show_hour(self, now: float) -> None:
        """Give the next full hour that Vast.ai can still do as the example; `now` is epoch
        seconds."""
        example = f"never, {clock(nearest_hour(now, now))}"
        self.query_one("#row_stop_at", FormRow).show_example(example)

    def on_open_line_opened(self, event: OpenLine.Opened) -> None:
        if event.field == "volume":
            self._choose_volume()
        else:
            self._choose_template()

    @work(group="volume", exclusive=True, description="")
    async def _choose_volume(self) -> None:
        self.query_one("#volume", OpenLine).value = "asking for your volumes…"
        text = await self._flow.choose_volume(self._volume, self._offer())
        if text is not None:
            self._volume = text
        self.post_message(self.Changed())

    @work(group="template", exclusive=True, description="")
    async def _choose_template(self) -> None:
        modal = TemplatesModal(self._flow.templates, self._offer())
        chosen = await self.app.push_screen_wait(modal)
        if chosen is None:
            return
        template = chosen.template
        known = self._flow.remembered(template) if template is not None else None
        self._fill(known or with_template(self.typed, template, self.template), template)

    def _fill(self, typed: Typed, template: Template | None) -> None:
        """Set all fields."""
        self.template = template
        self.query_one("#template", OpenLine).value = self._template_name()
        values = {field.name: getattr(typed, field.name) for field in fields(typed)}
        for row in self.query(FormRow):
            row.entry.value = marked(values[row.key])
        for name in _PICKS:
            self.query_one(f"#{name}", PickOne).choose(values[name])
        self._show_examples()

    @work(group="keys", exclusive=True, description="")
    @while_open
    async def _load_keys(self) -> None:
        ring, app = await self._flow.keys(), context(self)
        advice = f"none; once it is rented, {app.keymap.spelled('instances.attach')} makes one"
        if app.session.ssh.folder is None:
            advice = "none on the account; the demo looks for none here"
        await self.keys.show(ring, advice)

    def _set_unit(self, key: str, words: str) -> None:
        row = self.query_one(f"#row_{key}", FormRow)
        row.set_unit(words)
        row.fit_unit(self._room < _NARROW)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        if event.widget.id == "in_env":
            self.show_variables(True)

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        if event.widget.id == "in_env":
            self.show_variables(False)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input.id == "in_image":
            self._show_examples()
        self.post_message(self.Changed())

    def on_pick_one_changed(self, event: PickOne.Changed) -> None:
        event.stop()
        self._fit_rows()
        self.post_message(self.Changed())

    def _fit_rows(self) -> None:
        typed = self.typed
        shown = {
            "row_args": typed.is_entrypoint, "row_bid": typed.rental == BID,
            "row_self_stop": not typed.is_entrypoint, "way": not typed.is_entrypoint,
            "keys": not typed.is_entrypoint,
        }  # fmt: skip
        for name, wanted in shown.items():
            self.query_one(f"#{name}").display = wanted

    def _row(self, key: str) -> FormRow:
        helper = VariableSuggester(lambda: self._image) if key == "env" else None
        return _LINES[key].row(key, getattr(self._typed, key), suggester=helper)

    def _template_name(self) -> str:
        return self.template.name if self.template is not None else "none"
