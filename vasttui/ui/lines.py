"""The lines of text that all screens have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from textual.content import Content
from textual.geometry import Size
from textual.style import Style

from vasttui.ui.keys import Keymap, by_rank

_PARTS = re.compile(r" · | {2,}|: | \(|(?<=[.;]) ")
"""Between the parts of a line."""


_PAIRS = {
    "list.sort_left": ("list.sort_right", "screen.sort_by"),
    "range.longer": ("range.shorter", ""),
    "charges.day_before": ("charges.day_after", ""),
}
"""Actions that stand in the key bar together with another, and what a click does, if not the
first."""


def clickable(text: str, action: str, style: str = "") -> Content:
    """Text that runs an action when clicked. `action` is ours, never a stranger's."""
    content = Content.styled(text, style) if style else Content(text)
    return content.stylize(Style.from_meta({"@click": action}))


def first_fit(width: int, *forms: Content) -> Content:
    """The first form, from the longest to the shortest, that has room in `width` cells; else the
    last."""
    return next((form for form in forms if form.cell_length <= width), forms[-1])


def cut(line: Content, width: int) -> Content:
    """The line in `width` cells, cut where a part of it ends, else behind a word."""
    if line.cell_length <= width:
        return line
    plain = line.truncate(max(0, width - 2)).plain
    least = len(plain) // 2
    at = max((found.start() for found in _PARTS.finditer(plain, least)), default=plain.rfind(" "))
    return line.truncate(width, ellipsis=True) if at < least else line[:at] + Content(" …")


def sort_words(keys: Sequence[tuple[str, bool]], titles: Mapping[str, str]) -> str:
    """`sort eff$/h ▲ then DLP/$ ▼`."""
    words = [f"{titles.get(key, key)} {'▼' if down else '▲'}" for key, down in keys]
    return "sort " + " then ".join(words) if words else ""


def sort_forms(keys: Sequence[tuple[str, bool]], titles: Mapping[str, str]) -> Sequence[str]:
    """The order of the rows from its longest form to its shortest, `sort eff$/h ▲ +1`."""
    first, more = sort_words(keys[:1], titles), len(keys) - 1
    return (sort_words(keys, titles), f"{first} +{more}" if more else first)


def key_entries(
    keymap: Keymap, screen: str, is_off: Callable[[str], object], *, read_only: bool
) -> list[tuple[str, str, str]]:
    """The key bar of a screen: key, word and the action of a click; without what `is_off` now, and
    in `read_only` mode without what changes something."""
    entries = []
    for action in by_rank(screen):
        if is_off(action.id) or (read_only and action.writes):
            continue
        entries.append((keymap.spelled(action.id), action.label, action.click))
        if action.id in _PAIRS:
            other, click = _PAIRS[action.id]
            both = f"{keymap.spelled(action.id)} {keymap.spelled(other)}"
            entries[-1] = (both, action.label, click or action.click)
    return entries


def filter_keys(keymap: Keymap, arrows: str, tab: str) -> list[tuple[str, str, str]]:
    """The key bar while a filter is typed. Some of its keys are those of the input itself: what
    `arrows` and `tab` do depends on what is open."""
    return [
        ("f1", "help", "app.help"),
        (keymap.spelled("filter.keep"), "keep", ""),
        (keymap.spelled("filter.clear"), "clear", ""),
        ("tab", tab, ""),
        ("↑↓", arrows, ""),
        ("^p", "commands", "app.palette"),
    ]


def tabs(names: Sequence[str], current: str, keys: str) -> Content:
    """The tabs of the details, the current one in brackets."""
    parts = [
        clickable(f"[{name}]" if name == current else f" {name} ", f"screen.show_tab('{name}')")
        for name in names
    ]
    return Content.assemble(*parts, f" {keys} ")


def too_small(size: Size, keymap: Keymap) -> Content:
    """What to say on a terminal without room for a table."""
    text = (
        f"vasttui needs 60×16, this is {size.width}×{size.height}. "
        f"{keymap.spelled('app.back')} quits; nothing is lost."
    )
    return Content.styled(text, "$text-warning")
