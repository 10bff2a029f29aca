"""Signs in ASCII, for terminals and fonts that have no others. The letters of names that people
gave stay what they are."""

from __future__ import annotations

import re

_PAIRS = (
    "·. …~ ✖x ✓+ ●* ○o ◐% ◌: ◉@ ★* ⚠! •* ▶> ▲^ ▼v ↑^ ↓v ←< →> ↕| ›> ‹< »> «< ×x –- —- °' ‖| "
    "“\" ”\" ’' ‘' ″\" ′' ‐- ‑- ±~ ¹1 ²2 ³3 µu "
    "─- ━= │| ┃# ┤| ├| ┬- ┴- ┼+ ╭+ ╮+ ╰+ ╯+ ┌+ ┐+ └+ ┘+ "
    "█# ▒= ░. ▏| ▁_ ▂. ▃- ▄= ▅+ ▆* ▇% ▔- ▊# ▌| ▐| ▎| "
    "−- ≈~ ▾v ↵< ⇥> ␡? �? ⠋| ⠙/ ⠹- ⠸\\ ⠼| ⠴/ ⠦- ⠧\\ ⠇| ⠏/ ・**"
)
_MARKS = "®™©℠℗"
"""They stand in names of products, which are as clear without them."""

_BOUNDS = {"≤": "<=", "≥": ">="}
_NO_ROOM = "?"
"""For one of these where there is one cell: what follows is not sure."""

_EDGE = re.compile(r"  |[\u2500-\u257f]")
"""Where a cell of a table, or what has a frame, may end."""

_TABLE = {ord(pair[0]): pair[1:] for pair in _PAIRS.split()} | dict.fromkeys(map(ord, _MARKS), " ")


def in_ascii(text: str) -> str:
    """The text with each sign in ASCII, a letter for each of its cells, but two for “≤” and “≥”."""
    if text.isascii():
        return text
    for sign, letters in _BOUNDS.items():
        text = text.replace(sign, letters)
    return text.translate(_TABLE)


def in_cells(line: str) -> list[str]:
    """What each letter of a line becomes: together they are as wide as it is. The second letter of
    a “<=” takes the place of a space beside its cell."""
    found = list(line.translate(_TABLE))
    for place, letter in enumerate(line):
        if letter in _BOUNDS:
            space = _space_for(line, place, found)
            found[place] = _NO_ROOM if space is None else _BOUNDS[letter]
            if space is not None:
                found[space] = ""
    return found


def aligned(line: str) -> str:
    """The line in ASCII, with its columns where they are."""
    return "".join(in_cells(line))


def _space_for(line: str, place: int, found: list[str]) -> int | None:
    """A space that is not missed: of several before it, or of those after what it belongs to."""
    if line[max(0, place - 2) : place] == "  " and found[place - 1]:
        return place - 1
    edge = _EDGE.search(line, place)
    return edge.start() if edge and edge[0] == "  " and found[edge.start()] else None
