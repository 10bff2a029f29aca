"""The feed of a list: when it reads, how often, and how it handles failures."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from tests.support.virtual_time import TrueTime, in_virtual_time
from vasttui.clock import Clock
from vasttui.errors import AuthRejected, PermissionDenied, RateLimited, ServiceDown, VastError
from vasttui.services.feed import Feed
from vasttui.services.snapshot import Snapshot

DOWN = ServiceDown("Vast.ai is having problems.", status=503)


class Service:
    """Answers with `answer`, `takes` seconds after the request."""

    def __init__(self, clock: Clock) -> None:
        self.answer: list[str] | VastError = ["a", "b"]
        self.asked: list[float] = []
        self.takes = 0.0
        self._clock = clock

    async def read(self) -> list[str]:
        self.asked.append(self._clock.monotonic())
        answer = self.answer
        await asyncio.sleep(self.takes)
        if isinstance(answer, VastError):
            raise answer
        return answer


class Bench:
    """A running feed; `published` has every published snapshot."""

    def __init__(self) -> None:
        self.clock = TrueTime()
        self.service = Service(self.clock)
        self.published: list[Snapshot[str]] = []
        self.feed: Feed[str] = Feed(
            self.service.read,
            self.published.append,
            clock=self.clock,
            rng=random.Random(1),
            every=30.0,
        )
        self._task = asyncio.ensure_future(self.feed.run())

    @property
    def now(self) -> Snapshot[str]:
        return self.feed.snapshot

    @property
    def times(self) -> list[int]:
        """The times of the requests, in seconds since the first."""
        return [round(at - self.service.asked[0]) for at in self.service.asked]

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


def feeding(test: Callable[[Bench], object]) -> Callable[[], None]:
    @in_virtual_time
    async def ran() -> None:
        bench = Bench()
        try:
            await test(bench)  # type: ignore[misc]
        finally:
            await bench.close()

    return ran


@feeding
async def test_nothing_is_read_before_somebody_looks(bench: Bench) -> None:
    await asyncio.sleep(600)
    assert bench.service.asked == []
    bench.feed.on_screen = True
    await asyncio.sleep(1)
    assert (bench.now.rows, bench.now.number, bench.now.busy) == (("a", "b"), 1, False)


@feeding
async def test_it_is_read_every_so_often_while_it_is_looked_at_and_not_afterwards(
    bench: Bench,
) -> None:
    bench.feed.on_screen = True
    await asyncio.sleep(95)
    assert bench.times == [0, 30, 60, 90]
    bench.feed.on_screen = False
    await asyncio.sleep(600)
    assert len(bench.times) == 4
    bench.feed.on_screen = True
    await asyncio.sleep(1)
    assert len(bench.times) == 5


@feeding
async def test_paused_it_reads_only_when_asked(bench: Bench) -> None:
    bench.feed.on_screen = True
    await asyncio.sleep(1)
    bench.feed.paused = True
    await asyncio.sleep(300)
    assert bench.times == [0]
    bench.feed.wake()
    await asyncio.sleep(1)
    assert bench.times == [0, 301]
    bench.feed.paused = False
    await asyncio.sleep(1)
    assert len(bench.times) == 2


@feeding
async def test_asked_during_a_reading_it_reads_once_more(bench: Bench) -> None:
    bench.service.takes = 5
    bench.feed.on_screen = True
    await asyncio.sleep(1)
    assert bench.now.busy
    for _ in range(3):
        bench.feed.wake()
    await asyncio.sleep(20)
    assert bench.times == [0, 5]


@feeding
async def test_a_failure_leaves_the_rows_and_is_tried_again_ever_later(bench: Bench) -> None:
    bench.feed.on_screen = True
    await asyncio.sleep(1)
    before = bench.now.as_of
    bench.service.answer = DOWN
    await asyncio.sleep(60)
    failing = bench.now
    assert (failing.rows, failing.as_of, failing.error) == (("a", "b"), before, DOWN)
    assert failing.failures >= 2
    assert failing.failing_since is not None
    assert failing.next_try is not None
    assert failing.next_try > bench.clock.monotonic()
    bench.service.answer = ["c"]
    await asyncio.sleep(120)
    assert (bench.now.rows, bench.now.error, bench.now.failures) == (("c",), None, 0)
    assert (bench.now.failing_since, bench.now.next_try) == (None, None)


@feeding
async def test_a_refused_key_is_not_tried_again_by_itself(bench: Bench) -> None:
    bench.service.answer = AuthRejected("No.", status=401)
    bench.feed.on_screen = True
    await asyncio.sleep(3_600)
    assert (len(bench.times), bench.now.next_try) == (1, None)
    bench.feed.refresh()
    await asyncio.sleep(1)
    assert len(bench.times) == 2


@feeding
async def test_what_a_key_may_not_read_is_not_tried_again_by_itself(bench: Bench) -> None:
    bench.service.answer = PermissionDenied("No.", status=403)
    bench.feed.on_screen = True
    await asyncio.sleep(3_600)
    assert (len(bench.times), bench.now.next_try) == (1, None)


@feeding
async def test_the_service_says_how_long_to_wait(bench: Bench) -> None:
    bench.service.answer = RateLimited("Slow.", retry_after=40.0)
    bench.feed.on_screen = True
    await asyncio.sleep(1)
    assert bench.now.next_try is not None
    assert bench.now.next_try - bench.clock.monotonic() > 38
    bench.service.answer = ["a"]
    await asyncio.sleep(45)
    assert bench.now.error is None


@feeding
async def test_the_age_counts_from_the_question(bench: Bench) -> None:
    bench.service.takes = 7
    bench.feed.on_screen = True
    await asyncio.sleep(8)
    assert bench.now.as_of == bench.service.asked[0]
    assert [one.busy for one in bench.published] == [True, False]
