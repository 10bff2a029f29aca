"""The memory of prices: recorded beside the loop, compared with what is shown."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec import structs
from msgspec.structs import replace

from tests.support.offer_rows import PLAIN
from vasttui.clock import VirtualClock
from vasttui.models.money import Usage, price_offer
from vasttui.models.offer import Offer
from vasttui.models.price_book import Kind, PriceBook
from vasttui.models.search import PricesFor, Scope
from vasttui.services.memory.memory import Memory
from vasttui.services.memory.prices import Day, PriceMemory
from vasttui.store import memory_file
from vasttui.units import DAY, HOUR

ONLY_GPU = Usage(disk=0.0, down=0.0, up=0.0, hours=1.0)
FOR = PricesFor(usage=ONLY_GPU)
VERIFIED = Scope("verified")
RTX = Kind("RTX 4090", 24, 1)


def offer(machine: int, price: float) -> Offer:
    return replace(PLAIN, id=machine, machine_id=machine, dph_base=price)


class Stage:
    """A memory of prices that is running."""

    def __init__(self, path: Path | None = None) -> None:
        self.clock, self.book, self.told = VirtualClock(), PriceBook(), list[str]()
        self.changed = asyncio.Event()
        self.memory = Memory(path, self.clock, self.told.append)
        self.prices = PriceMemory(self.memory, self.clock, self.book, self.changed.set)

    async def see(self, *offers: Offer, whole: bool = True) -> None:
        """A search ended; until the book has it."""
        self.changed.clear()
        self.prices.record(offers, "on-demand", whole=whole, scope=VERIFIED)
        await asyncio.wait_for(self.changed.wait(), 5)

    async def searches_on_days(self, *prices: float) -> None:
        """A search of two machines on each day, the last one today."""
        for price in prices:
            self.clock.advance(DAY)
            await self.see(offer(int(price * 1000), price), offer(1, price))

    def cheap(self, price: float) -> float | None:
        return price_offer(offer(1, price), ONLY_GPU, "on-demand", self.book).cheap


@asynccontextmanager
async def stage(
    path: Path | None = None, past: Sequence[Day] | None = None
) -> AsyncIterator[Stage]:
    on = Stage(path)
    on.prices.compare(FOR)
    days = None if past is None else lambda: iter(past)
    task = asyncio.create_task(on.prices.run(days))
    try:
        yield on
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await on.memory.aclose()


async def test_a_price_is_compared_with_the_median_of_at_least_five_days() -> None:
    async with stage() as on:
        await on.searches_on_days(0.5, 0.3, 0.4, 0.41)
        assert on.cheap(0.3) is None
        await on.searches_on_days(0.42)
        assert on.cheap(0.41) == pytest.approx(0)
        assert on.cheap(0.2) == pytest.approx(-51.2, abs=0.1)
        assert on.cheap(0.82) == pytest.approx(100)
        assert set(on.book.medians) == {RTX, RTX.each}


async def test_another_usage_is_compared_with_prices_for_that_usage() -> None:
    async with stage() as on:
        await on.searches_on_days(0.4, 0.401, 0.402, 0.403, 0.404)
        on.changed.clear()
        on.prices.compare(PricesFor(usage=structs.replace(ONLY_GPU, disk=720.0)))
        await asyncio.wait_for(on.changed.wait(), 5)
        assert on.book.medians[RTX] == pytest.approx(0.402 + 0.12, abs=1e-4)


async def test_a_book_for_another_usage_leaves_the_one_on_screen_alone() -> None:
    async with stage() as on:
        await on.searches_on_days(0.30, 0.31, 0.32, 0.33, 0.34)
        shown = dict(on.book.medians)
        assert await on.prices.book_for(FOR) is on.book
        other = await on.prices.book_for(PricesFor(usage=structs.replace(ONLY_GPU, disk=1000.0)))
        assert other.medians[RTX] > shown[RTX]
        assert on.book.medians == shown
        for others in (structs.replace(FOR, rental="bid"), structs.replace(FOR, trust="any")):
            assert not (await on.prices.book_for(others)).medians


async def test_what_moved_is_marked_for_an_hour_and_machines_have_an_age() -> None:
    async with stage() as on:
        await on.see(offer(1, 0.4))
        first = on.clock.now()
        on.clock.advance(2 * DAY)
        await on.see(offer(1, 0.3))
        row = price_offer(offer(1, 0.3), ONLY_GPU, "on-demand", on.book)
        assert row.moved == pytest.approx(-25)
        assert row.first_seen == pytest.approx(first, abs=1)
        on.clock.advance(HOUR + 60)
        await on.see(offer(2, 0.3))
        assert row.moved is None


async def test_the_details_are_answered_from_what_was_seen() -> None:
    async with stage() as on:
        await on.searches_on_days(0.5, 0.3, 0.4)
        past = await on.prices.of_offer(offer(1, 0), FOR, 30)
        assert [day.last for day in past.here] == pytest.approx([0.5, 0.3, 0.4])
        assert [day.offers for day in past.kind] == [2, 2, 2]
        assert (past.searches_here, past.ahead) == (3, 0.0)
        assert past.today == int(on.clock.now() // DAY)
        nothing = await on.prices.of_offer(offer(7, 0), structs.replace(FOR, rental="bid"), 30)
        assert (nothing.here, nothing.kind, nothing.first_seen) == ([], [], None)
        found = await on.prices.medians("RTX 4090", 30)
        assert [(low, median, offers) for _, low, median, offers in found] == [
            (0.5, 0.5, 2), (0.3, 0.3, 2), (0.4, 0.4, 2)
        ]  # fmt: skip


async def test_what_was_recorded_is_told_also_where_the_book_stays() -> None:
    async with stage() as on:
        await on.see(offer(1, 0.4))
        assert on.prices.recorded("RTX 4090", "on-demand") == 1
        assert on.prices.recorded("RTX 4090", "bid") == 0
        await on.see(offer(1, 0.4))  # the same price again: it waits until it is told
        assert on.prices.recorded("RTX 4090", "on-demand") == 2
        assert on.prices.recorded("H100", "on-demand") == 0


async def test_the_past_of_a_model_is_of_the_size_of_memory_that_is_asked_for() -> None:
    async with stage() as on:
        await on.see(offer(1, 0.4), replace(offer(2, 0.9), gpu_ram=49140))

        async def lows(vram: int | None) -> list[float]:
            days = await on.prices.of_gpu("RTX 4090", vram, FOR, 30)
            return [day.low for day in days]

        assert [await lows(vram) for vram in (24, 48, 80)] == [[0.4], [0.9], []]


async def test_after_the_clock_was_set_back_the_future_is_said() -> None:
    async with stage() as on:
        await on.see(offer(1, 0.4))
        on.clock.jump(-2 * DAY)
        await on.see(offer(2, 0.4))
        past = await on.prices.of_offer(offer(1, 0), FOR, 30)
        assert past.ahead == pytest.approx(2 * DAY, abs=1)
        assert past.here == []
        assert len(past.kind) == 1


async def test_the_clock_set_back_within_a_day_makes_no_price_false() -> None:
    async with stage() as on:
        await on.searches_on_days(0.5, 0.5, 0.5, 0.5, 0.5)
        on.clock.advance(14 * HOUR - on.clock.now() % DAY)  # 14:00
        await on.see(offer(1, 0.4), offer(2, 0.5))
        assert on.book.moves == {(1, RTX): pytest.approx(-20)}
        on.clock.jump(-3 * HOUR)
        seen_at = int(on.clock.now())
        await on.see(offer(1, 0.4), offer(2, 0.45))
        assert on.book.moves == {(2, RTX): pytest.approx(-10)}  # the other one, nobody knows when
        assert on.cheap(0.45) == pytest.approx(-10)
        past = await on.prices.of_offer(offer(2, 0), FOR, 30)
        assert [price for day in past.here for price in (day.low, day.last)] == pytest.approx(
            [0.45, 0.45]
        )
        assert past.ahead == 0
        assert past.kind[-1].median == pytest.approx(0.45)
        assert on.book.first_seen[2] == seen_at
        on.clock.advance(HOUR + 60)
        await on.see(offer(1, 0.4))
        assert on.book.moves == {}


async def test_a_large_search_is_recorded_in_parts() -> None:
    async with stage() as on:
        await on.see(*(offer(at, 0.4) for at in range(2_500)))
        past = await on.prices.of_offer(offer(2_400, 0), FOR, 7)
        assert (past.kind[-1].offers, past.kind[-1].searches) == (2_500, 1)
        assert len(past.here) == 1


async def test_a_full_disk_stops_nothing_and_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(tmp_path / "memory.sqlite3") as on:
        await on.see(offer(1, 0.4))
        full = memory_file.MemoryUnkept("It could not be remembered: full.")

        refused = threading.Event()

        def refuse(*_: object, **__: object) -> None:
            refused.set()
            raise full

        news = iter([["No room on the disk: stars and notes are kept, prices are not."]])
        with monkeypatch.context() as patched:
            patched.setattr(memory_file.MemoryFile, "do", refuse)
            patched.setattr(memory_file.MemoryFile, "news", lambda self: next(news, []))
            for _ in range(2):
                refused.clear()
                on.prices.record([offer(2, 0.4)], "on-demand", whole=True, scope=VERIFIED)
                await asyncio.wait_for(asyncio.to_thread(refused.wait), 5)
        assert on.told == ["No room on the disk: stars and notes are kept, prices are not."]
        await on.see(offer(3, 0.4))
        assert set(on.book.first_seen) == {1, 3}


async def test_the_past_comes_before_the_first_search_and_its_offers_are_not_kept() -> None:
    now = VirtualClock().now()
    days = [(now - back * DAY, [offer(at, back / 10) for at in range(1, 1_501)]) for back in (2, 1)]
    async with stage(past=days) as on:
        await on.see(offer(1, 0.4))
        past = await on.prices.of_offer(offer(1, 0), FOR, 30)
        assert [day.last for day in past.here] == pytest.approx([0.2, 0.1, 0.4])
        assert [day.offers for day in past.kind] == [1_500, 1_500, 1]
    assert [offers for _, offers in days] == [[], []]
