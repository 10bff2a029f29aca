"""Values as the table shows them, worked out once for each distinct value.

A memo because a call per row would cost a filter of 20,000 rows several milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from vasttui.models.offer import vram_gb

K = TypeVar("K")
V = TypeVar("V")

_SIZE = 4_096


class Memo(dict[K | None, V | None], Generic[K, V]):
    """`memo[x]` is `function(x)`, None for None. It starts afresh when it has grown too large."""

    def __init__(self, function: Callable[[K], V | None]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: K | None) -> V | None:
        if len(self) >= _SIZE:
            self.clear()
        value = None if key is None else self._function(key)
        self[key] = value
        return value


def country_code(place: str) -> str | None:
    """The two-letter country at the end of a place, None when there is none."""
    code = place[-2:]
    known = len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()
    return code if known else None


GIGABYTES: Memo[int, int] = Memo(vram_gb)
COUNTRIES: Memo[str, str] = Memo(country_code)
