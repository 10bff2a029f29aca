"""Asks what a new API key may do, and shows its text, once."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from vasttui.errors import VastError
from vasttui.models.rights import EVERYTHING, PRESETS, RIGHTS, WATCHING, risks
from vasttui.services.system.private_file import save_lines
from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.modals.ask import AskModal
from vasttui.ui.modals.choose import Menu
from vasttui.ui.modals.form_row import FormRow
from vasttui.ui.modals.frame import CLOSE, Dialog, button
from vasttui.ui.modals.lines import Cell, row
from vasttui.ui.widgets.line_input import LineInput

_NAME = 255
"""Most characters of a name (docs: "create api key")."""

_ROOM = 20


class NewKeyModal(Dialog[tuple[str, frozenset[str]] | None]):
    """Returns the name and the rights."""

    heading = Content("New API key")
    keys = (CLOSE, ("space", "choose", "screen.choose"), ("tab", "next", "app.focus_next"))
    AUTO_FOCUS = "LineInput"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "choose", "Choose", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._rights = WATCHING

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

    def _options(self) -> list[Option]:
        presets = [
            (f"({'●' if names == self._rights else ' '}) {preset}", about)
            for preset, (names, about) in PRESETS.items()
        ]
        single = [
            (f"[{'x' if name in self._rights else ' '}] {name}", about)
            for name, about in RIGHTS.items()
        ]
        return [
            Option(row(Cell(Content(word), _ROOM), Cell(Content.styled(about, "$text-muted"))))
            for word, about in (*presets, *single)
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
        presets = list(PRESETS.values())
        if index < len(presets):
            self._rights = presets[index][0]
        else:
            self._rights ^= {list(RIGHTS)[index - len(presets)]}
        menu = self.query_one(Menu)
        menu.clear_options().add_options(self._options())
        menu.highlighted = index
        self._tell()

    def _tell(self) -> None:
        sends = " ".join(name for name in RIGHTS if name in self._rights) or "nothing: choose one"
        lines = [Content.assemble(("sends  ", "$text-muted"), sends)]
        lines += [Content.styled(f"! It {one}.", "$text-warning") for one in risks(self._rights)]
        if self._rights == EVERYTHING:
            words = "The service refuses it if your own key may less."
            lines.append(Content.styled(words, "$text-muted"))
        self.query_one("#hint", Static).update(Content("\n").join(lines))

    def action_confirm(self) -> None:
        name = self.query_one(LineInput).value.strip()
        if not name:
            self.query_one(FormRow).say("Give it a name, to know it again.")
            self.screen.set_focus(self.query_one(LineInput))
        elif not self._rights:
            self.screen.set_focus(self.query_one(Menu))
        else:
            self.dismiss((name, self._rights))


class ShownKeyModal(Dialog[None]):
    """The text of a key, hidden until asked for. Closing without taking it needs a second press."""

    heading = Content("The new key, shown once")
    keys = (
        ("esc", "close", "screen.cancel"), ("y", "copy", "screen.copy"),
        ("space", "show", "screen.show"), ("^s", "save to a file", "screen.save"),
    )  # fmt: skip
    AUTO_FOCUS = "#scroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,c", "copy", "Copy", show=False),
        Binding("space", "show", "Show", show=False),
        Binding("ctrl+s", "save", "Save", show=False),
    ]

    def __init__(self, whose: str, key: str, where: str = "") -> None:
        """`where` says where it was stored."""
        super().__init__()
        self._whose, self._where = whose, where
        self._shown = False
        self._taken = bool(where) and not where.startswith("✖")
        self._key = key

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll"):
            yield Static(markup=False, id="key")
        with HorizontalGroup(id="buttons"):
            yield button("I have it", "confirm", id="confirm")

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        key = self._key if self._shown else f"{self._key[:4]}…{self._key[-4:]}"
        lines = [
            Content(self._whose), Content(""), Content.styled(f"  {key}", "bold"), Content(""),
            *([Content(self._where)] if self._where else []),
            Content.styled(
                "Nobody can show it again, Vast.ai neither. Lost: delete it and make another.",
                "$text-muted",
            ),
        ]  # fmt: skip
        self.query_one("#key", Static).update(Content("\n").join(lines))

    def action_show(self) -> None:
        self._shown = not self._shown
        self._show()

    async def action_copy(self) -> None:
        clipboard = context(self).session.clipboard
        words = f"The key {self._whose}, {len(self._key)} characters."
        await copy_and_show(self.app, clipboard, self._key, secret=words)
        self._taken = True

    def action_save(self) -> None:
        self.app.run_worker(self._save(), group="dialog", description="")

    async def _save(self) -> None:
        modal = AskModal(
            "Save the key", Content("A new file that only you can read (mode 600)."), "File", "",
            "Save", check=lambda text: "" if text else "Enter a file name.", most=4_096,
        )  # fmt: skip
        path = await self.app.push_screen_wait(modal)
        if path is None:
            return
        try:
            await save_lines(path, [self._key])
        except VastError as error:
            self.app.notify(str(error), severity="error", markup=False)
        else:
            self._taken = True
            self.note(f" saved to {path} ")

    def action_confirm(self) -> None:
        self.dismiss(None)

    def action_cancel(self) -> None:
        if self._taken:
            self.dismiss(None)
        else:
            self._taken = True
            self.note(" not copied and not saved: esc again closes ")
