"""When garbage is collected: not while the program starts, and not over the whole market.

What may be loaded and read before the first frame, and why: ARCHITECTURE.md.
"""

from __future__ import annotations

import gc

_MANY = 1_000


def hold_garbage() -> None:
    """Collect no garbage while modules load: it saves 15 ms and finds nothing."""
    gc.disable()


class GcFreezer:
    """Collects garbage from the first market on, leaving out what stays for good.

    A collection that walks 20,000 offers takes 30 ms, which is felt. So whenever the market has
    grown by many offers, what is there is set aside; that happens a few times at most.
    """

    def __init__(self) -> None:
        self._set_aside = 0

    def release(self, offers: int) -> None:
        """Collect from now on; `offers` is how many there are."""
        if not gc.isenabled() or offers - self._set_aside >= _MANY:
            self._set_aside = max(offers, self._set_aside)
            gc.freeze()
            gc.enable()
