"""Help: the keys in force, and the language of the filter."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.widgets import Input, Static

from vasttui.query.fields import Field
from vasttui.ui.app.filter_guide import FilterGuide
from vasttui.ui.app.synonyms import SYNONYMS
from vasttui.ui.format import fit
from vasttui.ui.key_table import Action
from vasttui.ui.keys import Keymap, spell
from vasttui.ui.modals.frame import CLOSE, Dialog
from vasttui.ui.modals.lines import ByWidth, hanging, rule
from vasttui.ui.modals.search import SearchLine

ALL_KEYS = "The last line of a screen shows the keys that have room there; all that work are here."

_KEYS = 7
_GAP = 6

Group = tuple[str, Sequence[tuple[str, str]]]
"""A headline, and keys with what they do."""


class HelpModal(Dialog[None]):
    """The keys that work here, and how to write a filter."""

    heading = Content("Help")
    keys = (CLOSE, ("↑↓ PgUp PgDn", "scroll", ""), ("/", "or type: search", "screen.search"))
    AUTO_FOCUS = "#scroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,question_mark", "cancel", "Close", show=False),
        Binding("slash", "search", "Search", show=False),
    ]

    def __init__(
        self,
        keymap: Keymap,
        actions: Sequence[Action],
        guide: FilterGuide | None,
        about: Sequence[tuple[str, str]] = (),
    ) -> None:
        """`actions` have their keys shown; `guide` explains the filter, if there is one; `about`
        are names of what is listed, with what can be relied on."""
        super().__init__()
        self._guide = guide
        self._keymap = keymap
        self._actions, self._about = actions, about
        self._search = SearchLine("/ ", "type to search keys and filter fields")

    def body(self) -> ComposeResult:
        yield self._search
        with VerticalScroll(id="scroll"):
            yield Static(self._visual(), markup=False, id="text")

    def on_key(self, event: Key) -> None:
        """A letter that is no key of this dialog starts the search."""
        entry = self._search.input
        if entry.has_focus or event.key in self.active_bindings:
            return
        if event.is_printable and event.character:
            event.stop()
            self.screen.set_focus(entry)
            entry.insert_text_at_cursor(event.character)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one("#text", Static).update(self._visual())
        self.query_one("#scroll").scroll_home(animate=False)

    def action_search(self) -> None:
        self.screen.set_focus(self._search.input)

    def _visual(self) -> ByWidth:
        groups, finds = self._groups(), self._search.finds
        known = self._guide.table.fields if self._guide else ()
        fields = [field for field in known if finds(field.help, *field.names)]
        examples = [one for one in (self._guide.examples if self._guide else ()) if finds(*one)]
        flags = [one for one in (self._guide.flags if self._guide else ()) if finds(*one)]
        about = [one for one in self._about if finds(*one)]

        def make(width: int) -> Content:
            parts = [
                key_columns(groups, width),
                _about(about, width),
                _pairs("Flags in the table", flags, width),
                _filter_part(examples, fields, width),
            ]
            blocks = [part for part in parts if part]
            if groups and not self._search.words:
                blocks.insert(0, Content.styled(ALL_KEYS, "$text-muted"))
            return Content("\n").join(blocks) if blocks else Content("No matches.")

        return ByWidth(make)

    def _groups(self) -> list[Group]:
        found: dict[str, list[tuple[str, str]]] = {}
        for action in self._actions:
            keys = self._spelled(action)
            if not keys and action.action.startswith("go("):
                continue  # its screen is reached by a digit
            others = SYNONYMS.get(action.id, ())
            if self._search.finds(keys, action.about, action.group, action.label, *others):
                found.setdefault(action.group, []).append((keys, action.about))
        return list(found.items())

    def _spelled(self, action: Action) -> str:
        """As many keys as fit, at least one."""
        shown = ""
        for key in self._keymap.keys(action.id):
            longer = f"{shown} {spell(key)}".strip()
            if shown and len(longer) > _KEYS:
                break
            shown = longer
        return shown


def key_columns(groups: Sequence[Group], width: int) -> Content:
    """The groups side by side, in as many columns as fit, of about equal height."""
    if not groups:
        return Content("")
    for count in range(len(groups), 0, -1):
        parts = _split(groups, count)
        rooms = [_wanted(part) for part in parts]
        gap = min(_GAP, (width - sum(rooms)) // max(1, count - 1))
        if gap >= 2 or count == 1:
            break
    columns = [_column(part, min(room, width)) for part, room in zip(parts, rooms, strict=True)]
    height = max(len(lines) for lines in columns)
    for lines, room in zip(columns, rooms, strict=True):
        lines += [Content(" " * room)] * (height - len(lines))
    return Content("\n").join(
        Content(" " * gap).join(cells).rstrip() for cells in zip(*columns, strict=True)
    )


def _wanted(groups: Sequence[Group]) -> int:
    """The width of a column of these groups."""
    return 1 + max(
        max(_KEYS, len(keys)) + len(about) for _, entries in groups for keys, about in entries
    )


def _column(groups: Sequence[Group], width: int) -> list[Content]:
    lines = []
    for title, entries in groups:
        lines.append(Content.styled(fit(title, width), "bold $text-accent"))
        for keys, about in entries:
            room = max(1, width - max(_KEYS, len(keys)) - 1)
            lines.append(
                Content.assemble((fit(keys, max(_KEYS, len(keys))), "bold"), " ", fit(about, room))
            )
        lines.append(Content(" " * width))
    return lines


def _split(groups: Sequence[Group], count: int) -> list[Sequence[Group]]:
    """The groups in `count` runs, the tallest run as short as can be."""
    heights = [len(entries) + 2 for _, entries in groups]
    best: tuple[int, list[Sequence[Group]]] | None = None
    for cuts in combinations(range(1, len(groups)), count - 1):
        edges = (0, *cuts, len(groups))
        runs = list(pairwise(edges))
        tallest = max(sum(heights[start:end]) for start, end in runs)
        if best is None or tallest < best[0]:
            best = (tallest, [groups[start:end] for start, end in runs])
    assert best is not None
    return best[1]


def _filter_part(
    examples: Sequence[tuple[str, str]], fields: Sequence[Field], width: int
) -> Content:
    parts = [_pairs("Filter examples", examples, width)]
    if fields:
        parts.append(
            Content("\n").join([rule("Filter fields", width), *_field_lines(fields, width)])
        )
    return Content("\n").join(part for part in parts if part)


def _about(parts: Sequence[tuple[str, str]], width: int) -> Content:
    """Names with whole sentences."""
    if not parts:
        return Content("")
    room = 2 + max(len(name) for name, _ in parts)
    lines = [hanging(name, text, room, width) for name, text in parts]
    return Content("\n").join([rule("What can be relied on", width), *lines, Content("")])


def _pairs(title: str, pairs: Sequence[tuple[str, str]], width: int) -> Content:
    """Texts with their meanings, under a headline."""
    if not pairs:
        return Content("")
    size = min(40, max(len(text) for text, _ in pairs))
    lines = [rule(title, width), *(_pair(text, about, size, width) for text, about in pairs)]
    return Content("\n").join([*lines, Content("")])


def _field_lines(fields: Sequence[Field], width: int) -> list[Content]:
    """One line per field, in two columns where there is room."""
    across = 2 if width >= 100 else 1
    room = (width - 2 * (across - 1)) // across
    entries = [_pair(field.short + field.example, field.help, 22, room) for field in fields]
    height = -(-len(entries) // across)
    columns = [entries[at : at + height] for at in range(0, len(entries), height)]
    return [
        Content("  ").join(column[line] for column in columns if line < len(column))
        for line in range(height)
    ]


def _pair(text: str, about: str, size: int, width: int) -> Content:
    """`text` and its meaning, which is cut when there is no room."""
    left = max(size, len(text))
    right = max(0, width - left - 2)
    return Content.assemble(
        (fit(text, left), "bold"), "  " if right else "", (fit(about, right), "$text-muted")
    )
