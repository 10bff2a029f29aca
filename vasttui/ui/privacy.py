"""Hides what tells who it is on every line that is drawn, whichever widget draws it."""

from __future__ import annotations

import re
from itertools import accumulate

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_TELLING = re.compile(
    r"[!-~]+@[\w.\[\]:-]+"  # accounts, and where ssh goes
    r"|\[?(?:[0-9a-f]{0,4}:){3,}[0-9a-f:]*\]?(?::\d+)?|\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d+)?"
    r"|\bssh\d*\.vast\.ai\b(?::\d+)?|(?<=-p )\d+|\bSHA256:[!-~]+"
    r"|(?<=\bmachine )\d+|(?<=\bhost )\d+|(?<=\boffer )\d+|(?<=\binstance )\d+|(?<=\bV\.)\d+"
    r"|(?<=\bvast\.)\d+|(?<=, or )\d{4}(?=, the end of its id)"
    r"|(?<=\bid )\d+"
    r"|(?<![\d.,A-Za-z])\d{5,}(?![\d.,]*[\d%]|[A-Za-z])"  # ids
    r"|(?<=\bspent )(?:at most )?\$[\d.,]*\d|\$[\d.,]*\d(?= so far)|(?<=\bbalance  )\$[\d.,]*\d",
    re.IGNORECASE | re.ASCII,
)


def veiled(text: str) -> str:
    """The text, equally long, with dots over ids, addresses, accounts and what was spent."""
    return _TELLING.sub(lambda found: "•" * len(found[0]), text)


class Veil(LineFilter):
    """Draws every line veiled."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        line = veiled("".join(segment.text for segment in segments))
        ends = accumulate(len(segment.text) for segment in segments)
        return [
            Segment(line[end - len(segment.text) : end], segment.style, segment.control)
            for segment, end in zip(segments, ends, strict=True)
        ]
