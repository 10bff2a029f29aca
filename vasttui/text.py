"""Makes text from strangers safe to print.

Hosts choose machine names, status messages and locations. A terminal obeys control codes wherever
they come from, so every string of an answer passes through `clean` once, when it becomes part of a
model.
"""

from __future__ import annotations

import re
import unicodedata

LABEL_CAP = 256
"""Most characters of a label, as for a rental (docs: "create instance")."""

MESSAGE_CAP = 512
LOG_LINE_CAP = 4096

_MARKS_IN_A_ROW = 3
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_INVISIBLE = {
    0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFFA0,
    *range(0x180B, 0x180E),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
}  # fmt: skip
_SUSPECT = r"[^\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u0590]"


def clean(text: str, cap: int = LABEL_CAP) -> str:
    """`text` on one line, with nothing a terminal would obey, at most `cap` characters.

    Control characters become their symbols, invalid code points U+FFFD, tabs and line breaks
    spaces. Invisible formatting (bidi, zero width, tags, variation selectors), combining marks
    after three in a row, and surrounding spaces are removed.
    """
    if len(text) > cap:
        text = text[: cap - 1] + "…"
    text = text.strip()
    if text.isascii() and text.isprintable():
        return text
    return re.sub(_SUSPECT, _safe, _limit_marks(text)).strip()


def clean_lines(text: str, cap: int = LOG_LINE_CAP) -> list[str]:
    """The lines of `text`, each cleaned, with tabs expanded to four columns and indents kept."""
    lines = []
    for raw in re.split(r"\r\n|\n|\r", text):
        line = raw.expandtabs(4)
        indent = len(line) - len(line.lstrip(" "))
        lines.append(" " * min(indent, cap) + clean(line, cap))
    return lines


def _safe(match: re.Match[str]) -> str:
    char = match.group()
    code = ord(char)
    if char in "\t\n\r":
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    if code in _INVISIBLE or 0xE0000 <= code <= 0xE0FFF:
        return ""
    category = unicodedata.category(char)
    if category in {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}:
        return _REPLACEMENT
    if category == "Cf":
        return ""
    if category == "Zs":
        return " "
    return char


def _limit_marks(text: str) -> str:
    if text.isascii():
        return text
    kept, run = [], 0
    for char in text:
        run = run + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if run <= _MARKS_IN_A_ROW:
            kept.append(char)
    return "".join(kept)
