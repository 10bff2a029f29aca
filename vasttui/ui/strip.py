"""The section strip: the rule under the filter line, with the sections of the screen in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content

from vasttui.ui.lines import clickable
from vasttui.ui.places import Section


def section_strip(
    sections: Sequence[Section],
    here: str,
    counts: Mapping[str, str],
    width: int,
    *,
    key: str = "tab",
    sentence: Content | None = None,
    note: Content | None = None,
) -> Content:
    """`─ [Offers 214] Market  Templates 41 ───── tab ─`, in `width` cells.

    `here` is the current section, `counts` has the row counts of sections that were read, `key`
    goes to the next section. Without room, counts are dropped first, then the key, then other
    sections; a name is never cut. A `sentence` about a problem replaces them, a
    `note` only where there is no room for it behind the names.
    """
    if sentence is None and note is not None:
        for numbers in (counts, {}):
            line = Content.assemble(names(sections, here, numbers), "─", note)
            if line.cell_length <= width:
                return line
        sentence = note
    if sentence is not None:
        own = [section for section in sections if section.name == here]
        line = Content.assemble(names(own, here, {}), "─", sentence)
        return line if own and line.cell_length <= width else sentence
    key = key if len(sections) > 1 else ""
    for shown, with_counts, end in (
        (sections, counts, key), (sections, {}, key), (sections, {}, ""),
        ([one for one in sections if one.name == here], {}, ""),
    ):  # fmt: skip
        shown_names, last = names(shown, here, with_counts), f" {end} ─" if end else ""
        room = width - shown_names.cell_length - len(last)
        if room > 0:
            return Content.assemble(shown_names, "─" * room, last)
    return Content("─" * width)


def names(sections: Sequence[Section], here: str, counts: Mapping[str, str]) -> Content:
    """`─ [Offers 214] Market `: with the blank that parts it from the rule after it."""
    parts = [_name(section, here, counts.get(section.name)) for section in sections]
    line = Content("").join(parts)
    return Content.assemble("─ ", line, " " if line.plain.endswith("]") else "") if parts else line


def _name(section: Section, here: str, count: str | None) -> Content:
    word = section.title if count is None else f"{section.title} {count}"
    if section.name == here:
        return clickable(f"[{word}]", f"app.go('{section.name}')", "bold $text-accent")
    return clickable(f" {word} ", f"app.go('{section.name}')", "$text-muted")
