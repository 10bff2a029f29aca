"""What a key costs: bytes to the terminal, and time of the processor until its frame is sent.

Less noisy than time on a clock, and without the way through the terminal and back.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from unittest.mock import patch

from tests.bench.probe import Sample
from tests.bench.smallest import Smallest
from tests.support.pilot import QuickPilot, playing
from tests.support.stage import stage
from tests.support.virtual_time import run

_SIZE = 140, 36
_FILTER = "gpu:4090 eff<0.6 cuda>=12.4 rel>=.9"


@dataclass(frozen=True, slots=True)
class Cost:
    """Of many keys: until the first frame of each; the bytes of the median one, with all that
    follows it."""

    frame: Sample
    sent: int


class _Sent(list[str]):
    """What a terminal is sent, and when the first frame of it was."""

    first = 0.0

    def append(self, text: str) -> None:
        if not self.first and text.startswith("\x1b["):
            self.first = time.process_time()
        super().append(text)

    def begin(self) -> float:
        self.clear()
        self.first = 0.0
        return time.process_time()


def costs(offers: int) -> dict[str, Cost]:
    """Of cursor keys, scrolled lines, new orders and keys of the filter, by name."""
    with patch.dict("os.environ", {"COLORTERM": "truecolor"}):
        return run(_offers(offers))


def floor() -> Sample:
    """Of the smallest program."""
    return run(_smallest())


async def _offers(offers: int) -> dict[str, Cost]:
    sent = _Sent()
    market = {"search_cap": offers + 1}
    async with stage(size=_SIZE, offers=offers, account=market, every_frame=sent) as running:
        await running.press("h", "h")
        await running.settle()
        await running.press("p")
        gc.collect()
        gc.freeze()
        found = {"cursor": await _cost(running.pilot, sent, ["down"] * 20 + ["up"] * 15)}
        await running.press("G", "g", *["down"] * 40)
        found["scroll"] = await _cost(running.pilot, sent, ["down"] * 50)
        found["order"] = await _cost(running.pilot, sent, ["I"] * 10 + [">"] * 8)
        await running.press("g", "slash")
        typed = ["space" if letter == " " else letter for letter in _FILTER]
        keys = [*typed, *["backspace"] * len(typed), *typed]
        found["filter"] = await _cost(running.pilot, sent, keys)
        gc.unfreeze()
    return found


async def _smallest() -> Sample:
    sent = _Sent()
    async with playing(Smallest(), size=_SIZE, every_frame=sent) as pilot:
        return (await _cost(pilot, sent, "abcdefgh" * 10)).frame


async def _cost(pilot: QuickPilot, sent: _Sent, keys: Iterable[str]) -> Cost:
    frames, sizes = [], []
    for key in keys:
        start = sent.begin()
        await pilot.press(key)
        frames.append((sent.first or time.process_time()) - start)
        sizes.append(len("".join(sent).encode()))
    return Cost(Sample(tuple(frames)), round(median(sizes)))
