"""Values as the table shows them, computed once per distinct value.

A memo, because a call per row would cost several milliseconds over 20,000 rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from vasttui.models.offer import vram_gb
from vasttui.models.place import country_of

K = TypeVar("K")
V = TypeVar("V")

_SIZE = 4_096


class Memo(dict[K | None, V | None], Generic[K, V]):
    """`memo[x]` is `function(x)`, and None for None. It is cleared when it grows too large."""

    def __init__(self, function: Callable[[K], V | None]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: K | None) -> V | None:
        if len(self) >= _SIZE:
            self.clear()
        value = None if key is None else self._function(key)
        self[key] = value
        return value


GIGABYTES: Memo[int, int] = Memo(vram_gb)
COUNTRIES: Memo[str, str] = Memo(lambda place: country_of(place) or None)
