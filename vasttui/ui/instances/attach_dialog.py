"""The SSH key dialog: which keys there are, where each of them is, and what to do with them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from vasttui.services.ssh.key_ring import KeyRing, RingKey
from vasttui.ui.modals.choose import Menu
from vasttui.ui.modals.frame import CLOSE, Dialog, button, while_open
from vasttui.ui.modals.lines import ByWidth, Cell, row
from vasttui.ui.modals.public_key import private_half
from vasttui.words import plural

_TITLES = ("    Key", "type", "on account", "on instance", "private key", "fingerprint")

What = Literal["attach", "detach", "new", "test"]


@dataclass(frozen=True, slots=True)
class AttachChoice:
    """What to do, with which keys; `save` adds them to the account as well."""

    what: What
    keys: tuple[RingKey, ...] = ()
    save: bool = False


class AttachModal(Dialog[AttachChoice | None]):
    """Shows the ring at once when it is read; every key answers meanwhile."""

    AUTO_FOCUS = "Menu"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", show=False),
        Binding("D", "detach", "Detach", show=False),
        Binding("n", "close('new')", "New key", show=False),
        Binding("T", "close('test')", "Test", show=False),
    ]
    keys = (
        CLOSE,
        ("space", "tick", "screen.tick"),
        ("D", "detach", "screen.detach"),
        ("n", "paste, file, new pair", "screen.close('new')"),
        ("T", "test", "screen.close('test')"),
    )

    def __init__(
        self,
        title: str,
        read: Callable[[], Awaitable[KeyRing]],
        *,
        instances: int,
        note: Callable[[], str] = str,
    ) -> None:
        """`instances` counts those that keys are attached to; `note` tells what the user should
        know by now, such as how long a new key still takes."""
        super().__init__()
        self.heading = Content(title)
        self._read = read
        self._instances = instances
        self._note = note
        self._ring: KeyRing | None = None
        self._ticked: set[str] = set()
        self._save = False

    def body(self) -> ComposeResult:
        head = _columns(*(Content.styled(title, "$text-muted") for title in _TITLES))
        yield Static(head, markup=False, id="head")
        yield Menu(id="list", markup=False, compact=True)
        yield Static("", markup=False, id="note")
        with HorizontalGroup(id="buttons"):
            yield button("Close", "cancel", id="cancel")
            yield button("Attach", "attach", id="attach")

    def on_mount(self) -> None:
        self.show_ring(None)
        self.query_one("#note").set_interval(1.0, self._show_note)
        self.load()

    @work(group="keys", exclusive=True, description="")
    @while_open
    async def load(self) -> None:
        """Read all places."""
        self.show_ring(await self._read())

    def show_ring(self, ring: KeyRing | None) -> None:
        """Draw what was read, and the line to tick below it; None while nothing was."""
        self._ring = ring
        options = self.query_one(OptionList)
        at = options.highlighted or 0
        lines = [self._line(key) for key in ring.keys] if ring is not None else []
        words = "also save to the account, for new instances"
        save = Content.assemble(_tick(self._save), words)
        options.set_options(map(Option, [*lines, row(Cell(save))]))
        options.highlighted = min(at, options.option_count - 1)
        self._show_note()
        self._show_button()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """The button is about the key under the cursor, unless some are ticked."""
        self._show_button()
        self._show_note()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter attaches what is ticked, or the key it is pressed on."""
        if self._current() is None:
            self.action_tick()
        else:
            self.action_attach()

    def action_tick(self) -> None:
        key = self._current()
        if key is not None:
            self._ticked ^= {key.key.blob}
        else:
            self._save = not self._save
        self.show_ring(self._ring)

    def action_attach(self) -> None:
        chosen = self._chosen()
        if chosen:
            self.dismiss(AttachChoice("attach", chosen, self._save))

    def action_detach(self) -> None:
        key = self._current()
        if key is not None:
            self.dismiss(AttachChoice("detach", (key,)))

    def action_close(self, what: What) -> None:
        keys = self._ring.keys if self._ring is not None else ()
        self.dismiss(AttachChoice(what, keys, self._save))

    def _current(self) -> RingKey | None:
        """The key under the cursor; None on the line below them."""
        at = self.query_one(OptionList).highlighted
        keys = self._ring.keys if self._ring is not None else ()
        return keys[at] if at is not None and at < len(keys) else None

    def _chosen(self) -> tuple[RingKey, ...]:
        keys = self._ring.keys if self._ring is not None else ()
        ticked = tuple(key for key in keys if key.key.blob in self._ticked)
        current = self._current()
        wanted = ticked or (() if current is None else (current,))
        return tuple(key for key in wanted if not self._is_there(key))

    def _is_there(self, key: RingKey) -> bool:
        """Whether attaching it would change nothing."""
        everywhere = key.attached is not None and len(key.attached) == self._instances
        return everywhere and (bool(key.account) or not self._save)

    def _line(self, key: RingKey) -> ByWidth:
        return _columns(
            Content.assemble(_tick(key.key.blob in self._ticked), (key.name, "bold")),
            Content(key.key.type),
            _yes(None if key.account is None else bool(key.account)),
            self._attached(key),
            private_half(key),
            Content.styled(key.fingerprint, "$text-muted"),
        )

    def _attached(self, key: RingKey) -> Content:
        if key.attached is None or self._instances == 1:
            return _yes(None if key.attached is None else bool(key.attached))
        return Content(f"{len(key.attached)} of {self._instances}")

    def _show_note(self) -> None:
        lines = []
        if self._ring is None:
            lines.append("Reading the keys…")
        else:
            lines += self._ring.problems
            if not self._ring.keys and not self._ring.problems:
                lines.append("No keys yet: n adds or generates one.")
            lines.append(self._will())
        lines.append("Only public keys are read and sent. Account keys go to new instances only.")
        note = self._note()
        if note:
            lines.append(note)
        self.query_one("#note", Static).update(Content("\n".join(filter(None, lines))))

    def _will(self) -> str:
        """What Enter does, in words."""
        current, chosen = self._current(), self._chosen()
        names = ", ".join(key.name for key in chosen)
        saved = f" and saves {'it' if len(chosen) == 1 else 'them'} to the account"
        saved = saved if self._save else ""
        if self._is_ticked:
            return (
                f"Enter attaches {names}{saved}." if chosen else "What is ticked is on it already."
            )
        if current is None:
            return ""
        if chosen:
            return f"Nothing is ticked: Enter attaches {names}, under the cursor{saved}."
        return f"{current.name} is on it already."

    @property
    def _is_ticked(self) -> bool:
        keys = self._ring.keys if self._ring is not None else ()
        return any(key.key.blob in self._ticked for key in keys)

    def _show_button(self) -> None:
        number = len(self._chosen())
        attach = self.query_one("#attach", Button)
        what = plural(number, "key") if self._is_ticked else "this key"
        text = f"Attach {what}" if number else "Nothing to attach"
        attach.label = Content(f"[ {text} ]")
        attach.disabled = number == 0


def _columns(
    name: Content, kind: Content, account: Content, there: Content, private: Content, mark: Content
) -> ByWidth:
    return row(
        Cell(name), Cell(kind, 9, above=90), Cell(account, 10), Cell(there, 11),
        Cell(private, 24, above=70), Cell(mark, 20, above=100),
    )  # fmt: skip


def _tick(ticked: bool) -> Content:
    return Content.styled("[x] ", "$text-accent") if ticked else Content("[ ] ")


def _yes(known: bool | None) -> Content:
    if known is None:
        return Content.styled("unknown", "$text-warning")
    return Content.styled("yes", "$text-success") if known else Content.styled("no", "$text-muted")
