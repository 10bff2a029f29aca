"""Asks what a new API key may do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup
from textual.content import Content
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from vasttui.models.decode_api_key import rights_from
from vasttui.models.instance import Instance
from vasttui.models.rights import EVERYTHING, PRESETS, RIGHTS, WATCHING, permissions, risks
from vasttui.ui.account.own_rights import Own, rights_of_file, rights_of_instance
from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.modals.choose import Menu
from vasttui.ui.modals.form_row import FormRow
from vasttui.ui.modals.frame import CLOSE, Dialog, button, while_open
from vasttui.ui.modals.lines import Cell, row
from vasttui.ui.modals.text import TextModal
from vasttui.ui.widgets.line_input import LineInput

_NAME = 255
"""Most characters of a name (docs: "create api key")."""

_ROOM = 20
_INSTANCE, _FILE = "one instance", "own JSON"
_OWN: Mapping[str, str] = {
    _INSTANCE: "its log, and nothing else",
    _FILE: "@file, as for vastai create api-key",
}
_CHOICE, _CHOICE_ABOUT = "own choice", "the rights that are ticked below"


class NewKeyModal(Dialog[tuple[str, Mapping[str, object]] | None]):
    """Returns the name and the permissions."""

    heading = Content("New API key")
    keys = (
        CLOSE, ("space", "choose", "screen.choose"), ("Y", "show JSON", "screen.show"),
        ("tab", "next", "app.focus_next"),
    )  # fmt: skip
    AUTO_FOCUS = "LineInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose", "Choose", show=False),
        Binding("Y", "show", "Show JSON", show=False),
    ]

    def __init__(self, instances: Sequence[Instance]) -> None:
        super().__init__()
        self._instances = instances
        self._rights = WATCHING
        self._own: Own | None = None

    def body(self) -> ComposeResult:
        yield FormRow("name", "Name", "", LineInput(compact=True, max_length=_NAME))
        yield Menu(*self._options(), id="list", markup=False, compact=True)
        yield Static(id="hint", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Make it", "confirm", id="confirm")

    def on_mount(self) -> None:
        self.query_one(Menu).highlighted = 0
        self._tell()

    @property
    def _permissions(self) -> Mapping[str, object]:
        return permissions(self._rights) if self._own is None else self._own.permissions

    def _options(self) -> list[Option]:
        own = self._own
        chosen = frozenset() if own else self._rights
        presets = [
            (f"({'●' if names == chosen else ' '}) {preset}", about)
            for preset, (names, about) in PRESETS.items()
        ]
        others = [
            (f"(●) {kind}", own.about) if own and own.kind == kind else (f"( ) {kind}", about)
            for kind, about in _OWN.items()
        ]
        is_choice = not own and all(chosen != names for names, _ in PRESETS.values())
        others.append((f"({'●' if is_choice else ' '}) {_CHOICE}", _CHOICE_ABOUT))
        single = [
            (f"[{'x' if name in chosen else ' '}] {name}", about) for name, about in RIGHTS.items()
        ]
        return [
            Option(row(Cell(Content(word), _ROOM), Cell(Content.styled(about, "$text-muted"))))
            for word, about in (*presets, *others, *single)
        ]

    def on_option_list_option_selected(self, event: Menu.OptionSelected) -> None:
        event.stop()
        self._choose(event.option_index)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.screen.set_focus(self.query_one(Menu))

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one(FormRow).say("")

    def action_choose(self) -> None:
        index = self.query_one(Menu).highlighted
        if index is not None:
            self._choose(index)

    def _choose(self, index: int) -> None:
        presets, own = list(PRESETS.values()), list(_OWN)
        single = index - len(presets) - len(own) - 1
        if len(presets) <= index < len(presets) + len(own):
            self._ask(own[index - len(presets)])
            return
        if single == -1:
            self.query_one(Menu).highlighted = index + 1
            return
        if single < 0:
            self._rights = presets[index][0]
        else:
            self._rights = (frozenset() if self._own else self._rights) ^ {list(RIGHTS)[single]}
        self._own = None
        self._draw()

    @work(group="ask", exclusive=True, description="")
    @while_open
    async def _ask(self, kind: str) -> None:
        if kind == _FILE:
            own = await rights_of_file(self.app, kind)
        else:
            own = await rights_of_instance(self.app, kind, self._instances)
        if own is not None and self.is_attached:
            self._own = own
            self._draw()

    def _draw(self) -> None:
        menu = self.query_one(Menu)
        index = menu.highlighted
        menu.clear_options().add_options(self._options())
        menu.highlighted = index
        self._tell()

    def _tell(self) -> None:
        rights = rights_from(self._permissions)
        names = rights.names or frozenset()
        sends = " ".join(name for name in (*RIGHTS, *sorted(names - EVERYTHING)) if name in names)
        lines = [Content.assemble(("sends  ", "$text-muted"), sends or "nothing: choose one")]
        lines += [Content(f"       {name}: only {of}") for name, of in rights.limited.items()]
        lines += [Content.styled(f"! It {one}.", "$text-warning") for one in risks(names)]
        lines += [
            Content.styled(f"! {name} is no right that is known here.", "$text-warning")
            for name in sorted(names - EVERYTHING)
        ]
        if names == EVERYTHING:
            words = "The service refuses it if your own key may less."
            lines.append(Content.styled(words, "$text-muted"))
        self.query_one("#hint", Static).update(Content("\n").join(lines))

    @work(group="dialog", exclusive=True, description="")
    async def action_show(self) -> None:
        text = json.dumps(self._permissions, indent=2)
        lines = [Content(line) for line in text.split("\n")]
        if await self.app.push_screen_wait(TextModal("Its rights, as they are sent", lines)):
            await copy_and_show(self.app, context(self).session.clipboard, text)

    def action_confirm(self) -> None:
        name = self.query_one(LineInput).value.strip()
        if not name:
            self.query_one(FormRow).say("Give it a name, to know it again.")
            self.screen.set_focus(self.query_one(LineInput))
        elif self._own is None and not self._rights:
            self.screen.set_focus(self.query_one(Menu))
        else:
            self.dismiss((name, self._permissions))
