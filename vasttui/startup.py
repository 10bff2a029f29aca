"""Garbage collection: off while the program starts, and never over the whole market. The turns of
threads: short. The heap: little of it kept free.

What may be loaded and read before the first frame, and why: ARCHITECTURE.md.
"""

from __future__ import annotations

import gc
import sys
from contextlib import suppress

_MANY = 1_000
_TURN = 0.001
"""Seconds, instead of Python's 0.005."""

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""What glibc's malloc.h calls them."""

_LARGE = 128 * 1024
"""Bytes: glibc begins with this, and makes it larger with each large block that is freed."""


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


def keep_little() -> None:
    """Have the C library keep little memory that is free again: threads share one heap instead of
    one for each, and large blocks never get into it. glibc alone is asked; takes 1.5 ms."""
    with suppress(ImportError, AttributeError, OSError):
        # start-up: heaps are for the threads that start after the first frame
        import ctypes

        adjust = ctypes.CDLL(None).mallopt
        adjust(_M_ARENA_MAX, 1)
        adjust(_M_MMAP_THRESHOLD, _LARGE)


class GcFreezer:
    """Turns collection on with the first market, excluding long-lived objects.

    A collection over 20,000 offers takes a noticeable 30 ms. So whenever the market has grown by
    many offers, existing objects are frozen; that happens only a few times.
    """

    def __init__(self) -> None:
        self._frozen = 0

    def release(self, offers: int) -> None:
        """Collect garbage from now on; `offers` is the number of offers."""
        if offers - self._frozen >= _MANY or not gc.isenabled():
            self._frozen = max(offers, self._frozen)
            free_garbage()
