"""Desktop notices, which the terminal shows when it reads a control sequence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from vasttui.text import clean

NoticeStyle = Literal["auto", "osc9", "osc777", "off"]
"""The sequence: OSC 9 (iTerm2, WezTerm, kitty, Ghostty), OSC 777 (VTE, foot, urxvt)."""

_MOST = 200
_TITLE = "vasttui"
_KNOW_777 = ("foot", "rxvt", "vte")
_KNOW_NONE = ("", "dumb", "linux")


def notice_sequence(text: str, style: NoticeStyle, environment: Mapping[str, str]) -> str:
    """What to write to the terminal; empty where it knows no notices.

    Strangers choose names: nothing in `text` can end the sequence, begin another one, or be taken
    for a parameter of it.
    """
    terminal = environment.get("TERM", "")
    if style == "auto" and not environment.get("TMUX") and terminal in _KNOW_NONE:
        return ""
    if style == "auto":
        knows = terminal.startswith(_KNOW_777) or "VTE_VERSION" in environment
        style = "osc777" if knows else "osc9"
    said = clean(text, _MOST).replace(";", ",")
    if style == "off" or not said:
        return ""
    body = f"777;notify;{_TITLE};{said}" if style == "osc777" else f"9;{_TITLE}: {said}"
    return _through(f"\x1b]{body}\x07", environment)


def _through(sequence: str, environment: Mapping[str, str]) -> str:
    """Past tmux and screen, which keep sequences that they do not know."""
    if environment.get("TMUX"):
        return f"\x1bPtmux;{sequence.replace(chr(27), chr(27) * 2)}\x1b\\"
    if environment.get("STY"):
        return f"\x1bP{sequence}\x1b\\"
    return sequence
