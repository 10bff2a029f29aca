"""Signs in ASCII, each in its own cells, for terminals and fonts that have no others. The
letters of names that people gave stay what they are."""

from __future__ import annotations

_PAIRS = (
    "·. …~ ✖x ✓+ ●* ○o ◐% ◌: ◉@ ★* ⚠! •* ▶> ▲^ ▼v ↑^ ↓v ←< →> ↕| ›> ‹< »> «< ×x –- —- °' ≥> ≤< ‖| "
    "“\" ”\" ’' ‘' ″\" ′' ‐- ‑- ±~ ¹1 ²2 ³3 µu "
    "─- ━= │| ┃# ┤| ├| ┬- ┴- ┼+ ╭+ ╮+ ╰+ ╯+ ┌+ ┐+ └+ ┘+ "
    "█# ▒= ░. ▏| ▁_ ▂. ▃- ▄= ▅+ ▆* ▇% ▔- ▊# ▌| ▐| ▎| "
    "−- ≈~ ▾v ↵< ⇥> ␡? �? ⠋| ⠙/ ⠹- ⠸\\ ⠼| ⠴/ ⠦- ⠧\\ ⠇| ⠏/ ・**"
)
_MARKS = "®™©℠℗"
"""They stand in names of products, which are as clear without them."""

_TABLE = {ord(pair[0]): pair[1:] for pair in _PAIRS.split()} | dict.fromkeys(map(ord, _MARKS), " ")


def in_ascii(text: str) -> str:
    """The text with each sign in ASCII, a letter for each of its cells."""
    return text if text.isascii() else text.translate(_TABLE)
