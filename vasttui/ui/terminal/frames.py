"""Says a frame in fewer bytes: of each style only what is not in force already."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_PIECE = re.compile(
    r"\x1b\[([\d;]+)m([^\x1b]*)\x1b\[0m"  # a text in a style, as Rich writes it
    r"|\n?(\x1b\[\d+;\d+H)"  # a line break before a move of the cursor does nothing
    r"|(\x1b?[^\x1b\n]*\n?)"
)
_COLOURS = {"3": "foreground", "9": "foreground", "4": "background", "10": "background"}
"""What a code sets, by all but its last digit; 8 as the last one has a colour after it."""

_PLAIN = frozenset({"1", "2", "3"})
"""Bold, dim and italic: not seen on blanks."""


class _Style(NamedTuple):
    attributes: frozenset[str]
    foreground: str = "39"
    background: str = "49"


def shortened(frame: str) -> str:
    """What draws the same. Before and after it no style is in force."""
    said: list[str] = []
    force = ""
    for style, text, move, other in _PIECE.findall(frame):
        if style:
            if style != force:
                change, force = _change(force, style, blank=not text.strip(" "))
                said.append(change)
            said.append(text)
        elif move:
            said.append(move)
        elif other:
            said.append(f"\x1b[0m{other}" if force else other)
            force = ""
    return "".join(said) + ("\x1b[0m" if force else "")


@lru_cache(maxsize=4096)
def _change(before: str, now: str, *, blank: bool) -> tuple[str, str]:
    """What turns one style into another, and the style that is in force then."""
    was, style = _read(before), _read(now)
    if blank and was[::2] == style[::2] and style.attributes <= _PLAIN:
        return "", before
    if not was.attributes <= style.attributes:
        return f"\x1b[0;{now}m", now
    codes = sorted(style.attributes - was.attributes)
    codes += [new for new, old in zip(style[1:], was[1:], strict=True) if new != old]
    return f"\x1b[{';'.join(codes)}m" if codes else "", now


def _read(style: str) -> _Style:
    """The attributes and colours of such parameters as `1;38;2;200;211;245;40`."""
    codes = iter(filter(None, style.split(";")))
    attributes, colours = set[str](), dict[str, str]()
    for code in codes:
        kind = _COLOURS.get(code[:-1]) if len(code) > 1 else None
        if kind is None:
            attributes.add(code)
        elif code[-1] != "8":
            colours[kind] = code
        else:
            how = next(codes)
            rest = [next(codes) for _ in range(3 if how == "2" else 1)]
            colours[kind] = ";".join((code, how, *rest))
    return _Style(frozenset(attributes), **colours)
