"""A year of remembered prices: what ten million observations leave, and what one search costs.

Each offer is seen ten times a day: the searches of a day after its first leave no further rows, so
one of them is recorded, and the rows are those of ten.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from tests.support.offer_rows import PLAIN, USAGE
from vasttui.models.offer import Offer
from vasttui.models.price_book import kind_of
from vasttui.models.search import PricesFor, Scope
from vasttui.store.memory_file import MemoryFile
from vasttui.store.price_days import kind_days, record_days
from vasttui.store.prices import TABLES, Seen, offer_days, record_offers, thin
from vasttui.units import DAY

DAYS, SEEN_A_DAY, OBSERVATIONS = 365, 10, 10_000_000
OFFERS = OBSERVATIONS // DAYS // SEEN_A_DAY
_TODAY = 20_700
_MODELS = tuple(f"RTX {number}" for number in range(3_000, 3_060))
_PART = 1_000


@dataclass(frozen=True, slots=True)
class YearFigures:
    """Bytes of the file; seconds for the questions of the details and for recording."""

    bytes: int
    ask: float
    record_64: float
    record_20_000: float


def offers(count: int, rng: random.Random, machines: int = 0) -> list[Offer]:
    """So many offers of 60 models and three sizes at moving prices."""
    return [
        replace(
            PLAIN, id=at, machine_id=machines + at, gpu_name=_MODELS[at % 60],
            num_gpus=(1, 2, 4)[at // 60 % 3],
            dph_base=round(0.2 + at % 60 / 50, 3) * (1 + rng.randrange(-6, 7) / 100),
            min_bid=0.1 + rng.random() / 100,
        )
        for at in range(count)
    ]  # fmt: skip


def record(file: MemoryFile, day: int, rows: Sequence[Offer], rental: str = "on-demand") -> float:
    """Record one search; its seconds."""
    seen = Seen(day * DAY + 3_600.0, rental, USAGE, rows, True, Scope("verified"))  # type: ignore[arg-type]
    begun = time.perf_counter()
    kinds = set()
    for at in range(0, len(rows), _PART):
        part = rows[at : at + _PART]
        kinds |= file.do(TABLES, lambda on, part=part: record_offers(on, seen, part))  # type: ignore[misc]
    summed = kinds | {kind.each for kind in kinds}
    file.do(TABLES, lambda on: record_days(on, seen, summed))
    return time.perf_counter() - begun


def ask(file: MemoryFile, offer: Offer) -> float:
    """Seconds for what the details ask: a year of the offer and of its model."""
    days = range(_TODAY - DAYS + 1, _TODAY + 1)
    begun = time.perf_counter()
    here, *_ = file.do(TABLES, lambda on: offer_days(on, offer, "on-demand", USAGE, days))
    kind = file.do(TABLES, lambda on: kind_days(on, kind_of(offer), PricesFor(usage=USAGE), days))
    seconds = time.perf_counter() - begun
    assert len(here) >= DAYS - 60
    assert len(kind) == DAYS
    return seconds


def a_year() -> YearFigures:
    """Build a year and measure it."""
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "memory.sqlite3"
        file = MemoryFile(path, time.time)
        for day in range(_TODAY - DAYS + 1, _TODAY + 1):
            record(file, day, offers(OFFERS, rng))
        file.do(TABLES, lambda on: thin(on, _TODAY))
        rows = offers(OFFERS, rng)
        asked = sorted(ask(file, rng.choice(rows)) for _ in range(50))
        file.close()
        size = path.stat().st_size
        record_64 = min(record(file, _TODAY, offers(64, rng)) for _ in range(5))
        many = record(file, _TODAY, offers(20_000, rng))
        file.close()
    return YearFigures(size, asked[-3], record_64, many)
