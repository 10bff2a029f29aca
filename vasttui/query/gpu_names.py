"""Matches GPU names by a part such as `4090`, `a100` or `rtx 6000 ada`."""

from __future__ import annotations

import re
from functools import lru_cache

_RUNS = re.compile(r"[^\W\d_]+|\d+")
_GLUED = re.compile(r"(?<=[a-z])(?=[A-Z]{2})")

# Whole names that longer names start with: A100, RTX A4000, L40, P40.
_WHOLE = frozenset({"a10", "a40", "l4", "p4"})


def is_gpu_piece(piece: str) -> bool:
    """Whether it contains a letter or digit to match."""
    return _RUNS.search(piece) is not None


def gpu_matches(piece: str, name: str) -> bool:
    """Whether a word of the name starts with the piece; spaces and case do not matter.

    `4090` matches RTX 4090, 4090 Ti and 4090D; `4000` does not match RTX A4000, nor `a10` A100.
    """
    return _pattern(piece).search(_GLUED.sub(" ", name).lower()) is not None


@lru_cache(maxsize=256)
def _pattern(piece: str) -> re.Pattern[str]:
    runs = _RUNS.findall(piece.lower())
    tail = r"(?!\d)" if "".join(runs) in _WHOLE else ""
    return re.compile(r"(?<![^\W_])" + r"[\W_]*".join(map(re.escape, runs)) + tail)
