"""The palette: finds actions and places by a few letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.content import Content
from textual.fuzzy import FuzzySearch
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from vasttui.ui.modals.frame import CLOSE, Dialog
from vasttui.ui.modals.lines import ByWidth, Cell, row
from vasttui.ui.modals.search import SearchLine
from vasttui.words import plural

_LETTERS = 3
"""Letters with which a word begins to be found by its beginning."""


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """An action, its keys and where it works; `off` says why it cannot be used now, `words` find it
    as well. What is `elsewhere` is found by its words alone, and not listed before that."""

    action_id: str
    about: str
    keys: str
    where: str
    off: str = ""
    words: tuple[str, ...] = ()
    elsewhere: bool = False


class PaletteModal(Dialog[str | None]):
    """Finds an action and returns its id."""

    heading = Content("Commands")
    keys = (CLOSE, ("enter", "run", "screen.run"), ("↑↓", "choose", ""))
    AUTO_FOCUS = "SearchInput"

    def __init__(
        self,
        entries: Sequence[PaletteEntry],
        made_of: Callable[[str], PaletteEntry | None] = lambda typed: None,
    ) -> None:
        """`made_of` makes an entry of what is typed, such as "disk 200"."""
        super().__init__()
        self._made_of = made_of
        self._entries = tuple(entries)
        self._fuzzy = FuzzySearch()
        self._line = SearchLine("> ", "search commands")

    def body(self) -> ComposeResult:
        yield self._line
        yield OptionList(id="list", markup=False, compact=True)

    def on_mount(self) -> None:
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.action_run()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def action_run(self) -> None:
        option = self.query_one(OptionList).highlighted_option
        if option is not None and not option.disabled:
            self.dismiss(option.id)

    def _show(self) -> None:
        typed = self._line.input.value.strip()
        found = self._found(typed)
        options = self.query_one(OptionList)
        options.set_options(
            Option(_line(entry, at), id=entry.action_id, disabled=bool(entry.off))
            for entry, at in found
        )
        if not found:
            options.add_option(Option("No command is called that.", disabled=True))
        usable = (index for index, (entry, _) in enumerate(found) if not entry.off)
        options.highlighted = next(usable, None)
        every = sum(1 for entry in self._entries if typed or not entry.elsewhere)
        self.note(f"{len(found)} of {plural(every, 'command')}")

    def _found(self, typed: str) -> list[tuple[PaletteEntry, Sequence[int]]]:
        """The entries that match, best first, each with the places of its matching letters."""
        if not typed:
            return [(entry, ()) for entry in self._entries if not entry.elsewhere]
        scored = []
        for entry in self._entries:
            score, at = (0.0, ()) if entry.elsewhere else self._fuzzy.match(typed, entry.about)
            if typed in entry.keys.split() and not entry.elsewhere:
                score += 100
            score = max(score, *(_word_score(entry, word) for word in _forms(typed.lower())))
            if score > 0:
                scored.append((score, entry, at))
        scored.sort(key=lambda one: -one[0])
        made = self._made_of(typed)
        first: list[tuple[PaletteEntry, Sequence[int]]] = [] if made is None else [(made, ())]
        return [*first, *((entry, at) for _, entry, at in scored)]


def _forms(typed: str) -> tuple[str, ...]:
    """What is typed, and one of it where it may be several: `themes`, `theme`."""
    return (typed, typed[:-1]) if len(typed) > 3 and typed.endswith("s") else (typed,)


def _word_score(entry: PaletteEntry, typed: str) -> float:
    if typed == entry.about.partition(" ")[0].lower().rstrip(":"):
        return 7.0 * len(typed)  # what it is called comes first
    if typed in entry.words:
        return 6.0 * len(typed)  # above the same word somewhere in a sentence
    if len(typed) >= _LETTERS and any(word.startswith(typed) for word in entry.words):
        return 3.0 * len(typed)  # above letters found here and there
    return 0.0


def _line(entry: PaletteEntry, at: Sequence[int]) -> ByWidth:
    text = Content(entry.about)
    for offset in at:
        text = text.stylize("bold underline", offset, offset + 1)
    if entry.off:
        text = Content.assemble(text, f" — {entry.off}")
    muted = "$text-muted" if not entry.off else ""
    return row(
        Cell(text),
        Cell(Content.styled(entry.keys, "" if entry.off else "bold"), 8),
        Cell(Content.styled(entry.where, muted), 11, above=60),
    )
