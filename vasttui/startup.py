"""Garbage collection: off while the program starts, and never over the whole market. The turns of
threads: short.

What may be loaded and read before the first frame, and why: ARCHITECTURE.md.
"""

from __future__ import annotations

import gc
import sys
from contextlib import suppress

_MANY = 1_000
_TURN = 0.001
"""Seconds, instead of Python's 0.005."""


def take_short_turns() -> None:
    """Have a thread that computes give Python's lock back soon: the event loop gives it away
    whenever it looks for what to do next, and does so ten times for one key."""
    sys.setswitchinterval(_TURN)


def hold_garbage() -> None:
    """Turn collection off while modules load, or many objects are made that stay: that saves 15 ms,
    and there is no garbage."""
    gc.disable()


def free_garbage() -> None:
    """Turn collection on, for what is made from now on alone."""
    gc.freeze()
    gc.enable()


def give_back() -> None:
    """Give memory that is free again back to the system. The C library of most Linux systems does
    so only when it is asked; takes 1 ms."""
    with suppress(ImportError, AttributeError, OSError):  # others are not asked
        # start-up: only a large market leaves enough
        import ctypes

        ctypes.CDLL(None).malloc_trim(0)


class GcFreezer:
    """Turns collection on with the first market, excluding long-lived objects.

    A collection over 20,000 offers takes a noticeable 30 ms. So whenever the market has grown by
    many offers, existing objects are frozen, and what reading them took is given back; that happens
    only a few times.
    """

    def __init__(self) -> None:
        self._frozen = 0

    def release(self, offers: int) -> None:
        """Collect garbage from now on; `offers` is the number of offers."""
        has_grown = offers - self._frozen >= _MANY
        if has_grown or not gc.isenabled():
            self._frozen = max(offers, self._frozen)
            free_garbage()
        if has_grown:
            give_back()
