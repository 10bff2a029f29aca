"""The fields of the rent dialog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup, VerticalScroll
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input

from vasttui.models.rent import Launch
from vasttui.models.ssh_key import SshKey
from vasttui.models.template import Template
from vasttui.ui.format import fit
from vasttui.ui.modals.form_row import FormRow
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.rent.form import BID, DIRECT, ON_DEMAND, PROXY, Typed

_LAUNCHES = tuple((mode.name, mode.value) for mode in Launch)
_WAYS = ((DIRECT, "direct"), (PROXY, "through Vast's proxy"))
_PLACEHOLDERS = {
    "image": "repository/name:tag",
    "args": "arguments of the image's own entrypoint",
    "label": "a name, to know it again",
    "ports": "8080 6100/udp 70000",
    "env": "HF_TOKEN=… MODE=train",
    "onstart": "commands, or @~/start.sh",
    "login": "-u name -p token registry",
    "volume": "881:/data",
    "remind": "never",
    "self_stop": "never",
}
_TITLES = {
    "image": "Image", "disk": "Disk", "args": "Arguments", "bid": "Bid", "label": "Label",
    "ports": "Ports", "env": "Variables", "onstart": "On start", "login": "Login",
    "volume": "Volume", "remind": "Remind me", "self_stop": "Stop itself",
}  # fmt: skip
_UNITS = {
    "disk": "GB, fixed",
    "bid": "$/h for the whole offer",
    "ports": "opened besides 22",
    "env": "values stay hidden",
    "onstart": "runs at every start",
    "login": "of a private registry",
    "volume": "your own, on this machine",
    "remind": "after so many hours",
    "self_stop": "after so many hours",
}
_MOST = {"onstart": 6000, "env": 33_000, "login": 1024, "args": 4100, "image": 1024}


@dataclass(frozen=True, slots=True)
class RentKey:
    """An SSH key that the new instance may get; `here` says whether its private half is here."""

    key: SshKey
    name: str
    fingerprint: str
    here: bool
    on_account: bool


class OpenLine(Widget, can_focus=True):
    """A value that is chosen in a dialog of its own: Enter or a click opens it."""

    DEFAULT_CSS = """
    OpenLine { height: 1; width: 1fr; &:focus { background: $panel; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "open", "Open", show=False)]

    value: reactive[str] = reactive("")

    @dataclass
    class Opened(Message):
        """The user wants to choose."""

    def __init__(self, title: str, value: str, *, id: str) -> None:
        super().__init__(id=id)
        self._title = title
        self.set_reactive(OpenLine.value, value)

    def render(self) -> Content:
        style = "bold underline" if self.has_focus else "bold"
        return Content.assemble(
            fit(self._title, _LEFT), "( ", (self.value, style), " ▾ )  ", ("enter", "$text-muted")
        )

    def action_open(self) -> None:
        self.post_message(self.Opened())

    def on_click(self, event: Click) -> None:
        event.stop()
        self.action_open()


class TickLine(Widget, can_focus=True):
    """Something to tick: space or a click."""

    DEFAULT_CSS = """
    TickLine { height: 1; width: 1fr; &:focus { background: $panel; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,enter", "tick", "Tick", show=False)]

    ticked: reactive[bool] = reactive(False)

    def __init__(self, title: str, words: Content, ticked: bool) -> None:
        super().__init__()
        self._title = title
        self._words = words
        self.set_reactive(TickLine.ticked, ticked)

    def render(self) -> Content:
        mark = ("[x] ", "$text-accent") if self.ticked else ("[ ] ", "")
        return Content.assemble(fit(self._title, _LEFT), mark, self._words)

    def action_tick(self) -> None:
        self.ticked = not self.ticked

    def on_click(self, event: Click) -> None:
        event.stop()
        self.focus()
        self.action_tick()


class KeyTick(TickLine):
    """An SSH key to tick."""

    def __init__(self, choice: RentKey, *, first: bool) -> None:
        self.choice = choice
        where = "found here ✓" if choice.here else "not found here"
        words = Content.assemble(
            (choice.name, "bold"), f"  {choice.key.kind.removeprefix('ssh-')} ",
            (f"{choice.fingerprint[:20]}…  ", "$text-muted"),
            (where, "$text-success" if choice.here else "$text-muted"),
            "" if choice.on_account else "  not on the account",
        )  # fmt: skip
        super().__init__("SSH keys" if first else "", words, choice.here)


_LEFT = 12


class RentFields(VerticalScroll, can_focus=False):
    """All fields; what does not apply is not shown."""

    class Changed(Message):
        """Something was changed."""

    def __init__(self, typed: Typed, template: Template | None) -> None:
        super().__init__(id="scroll")
        self._typed = typed
        self._template = template

    def compose(self) -> ComposeResult:
        typed = self._typed
        yield OpenLine("Template", self._template_name(), id="template")
        yield self._row("image")
        yield self._row("disk")
        yield PickOne("Launch", _LAUNCHES, typed.launch, id="launch", room=_LEFT)
        yield self._row("args")
        yield PickOne("Connection", _WAYS, typed.way, id="way", room=_LEFT)
        yield PickOne(
            "Type", ((ON_DEMAND, "on-demand"), (BID, "interruptible, by a bid")), typed.rental,
            id="rental", room=_LEFT,
        )  # fmt: skip
        yield self._row("bid")
        yield VerticalGroup(id="keys")
        names = ("label", "ports", "env", "onstart", "login", "volume", "remind", "self_stop")
        yield from map(self._row, names)

    def on_mount(self) -> None:
        self._fit_rows()

    @property
    def typed(self) -> Typed:
        """What stands in the fields."""
        values: dict[str, Any] = {row.key: row.entry.value for row in self.query(FormRow)}
        values |= {name: self.query_one(f"#{name}", PickOne).value for name in _PICKS}
        template = self._template.hash_id if self._template is not None else ""
        return Typed(template=template, **values)

    @property
    def template(self) -> Template | None:
        """The template in use."""
        return self._template

    @property
    def keys(self) -> tuple[SshKey, ...]:
        """The ticked keys."""
        return tuple(tick.choice.key for tick in self.query(KeyTick) if tick.ticked)

    def fill(self, typed: Typed, template: Template | None) -> None:
        """Put these values into the fields."""
        self._template = template
        self.query_one(OpenLine).value = self._template_name()
        values = {field.name: getattr(typed, field.name) for field in fields(typed)}
        for row in self.query(FormRow):
            row.entry.value = values[row.key]
        for name in _PICKS:
            self.query_one(f"#{name}", PickOne).choose(values[name])

    async def show_keys(self, choices: Sequence[RentKey], problem: str) -> None:
        """The keys there are to tick, or why nobody knows."""
        group = self.query_one("#keys", VerticalGroup)
        await group.remove_children()
        lines: list[Widget] = [KeyTick(choice, first=at == 0) for at, choice in enumerate(choices)]
        if problem:
            lines.append(NoteLine("" if lines else "SSH keys", problem))
        await group.mount_all(lines)

    def say(self, wrong: Mapping[str, str]) -> FormRow | None:
        """Show at each field what is wrong with it; the first one that is."""
        first = None
        for row in self.query(FormRow):
            row.say(wrong.get(row.key, ""))
            if row.wrong and first is None:
                first = row
        return first

    def unit(self, key: str, words: str) -> None:
        """Change what stands behind a field."""
        self.query_one(f"#row_{key}", FormRow).set_unit(words)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed())

    def on_pick_one_changed(self, event: PickOne.Changed) -> None:
        event.stop()
        self._fit_rows()
        self.post_message(self.Changed())

    def _fit_rows(self) -> None:
        shown = {"args": self.typed.launch == Launch.ARGS.name, "bid": self.typed.rental == BID}
        for key, wanted in shown.items():
            self.query_one(f"#row_{key}", FormRow).display = wanted

    def _row(self, key: str) -> FormRow:
        entry = Input(
            getattr(self._typed, key),
            placeholder=_PLACEHOLDERS.get(key, ""),
            compact=True,
            max_length=_MOST.get(key, 256),
            password=key in ("login", "env"),
            id=f"in_{key}",
        )
        row = FormRow(key, _TITLES[key], _UNITS.get(key, ""), entry)
        row.set_class(key not in _UNITS, "-long")
        row.id = f"row_{key}"
        return row

    def _template_name(self) -> str:
        return self._template.name if self._template is not None else "none"


_PICKS = ("launch", "way", "rental")


class NoteLine(Widget):
    """A line of the form that only says something."""

    DEFAULT_CSS = "NoteLine { height: auto; width: 1fr; }"

    def __init__(self, title: str, words: str) -> None:
        super().__init__()
        self._content = Content.assemble(fit(title, _LEFT), (words, "$text-muted"))

    def render(self) -> Content:
        return self._content
