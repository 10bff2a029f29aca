"""The lines of text that all screens have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content
from textual.geometry import Size
from textual.style import Style

from vasttui.ui.keys import Keymap, by_rank


def clickable(text: str, action: str, style: str = "") -> Content:
    """Text that runs an action when clicked. `action` is ours, never a stranger's."""
    content = Content.styled(text, style) if style else Content(text)
    return content.stylize(Style.from_meta({"@click": action}))


def sort_words(keys: Sequence[tuple[str, bool]], titles: Mapping[str, str]) -> str:
    """`sort eff$/h ▲ then DLP/$ ▼`."""
    words = [f"{titles.get(key, key)} {'▼' if down else '▲'}" for key, down in keys]
    return "sort " + " then ".join(words) if words else ""


def key_entries(keymap: Keymap, screen: str) -> list[tuple[str, str, str]]:
    """The key bar of a screen: key, word and the action of a click."""
    entries = []
    for action in by_rank(screen):
        entries.append((keymap.spelled(action.id), action.label, action.click))
        if action.id == "list.sort_left":
            both = f"{keymap.spelled(action.id)} {keymap.spelled('list.sort_right')}"
            entries[-1] = (both, action.label, "screen.sort_by")
    return entries


def filter_keys(keymap: Keymap) -> list[tuple[str, str, str]]:
    """The key bar while a filter is typed. Some of its keys are those of the input itself."""
    return [
        ("f1", "help", "app.help"),
        (keymap.spelled("filter.keep"), "keep", ""),
        (keymap.spelled("filter.clear"), "clear", ""),
        ("tab", "complete", ""),
        ("↑↓", "rows", ""),
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
    return Content(
        f"vasttui needs 60×16, this is {size.width}×{size.height}. "
        f"{keymap.spelled('app.back')} quits; nothing is lost."
    )
