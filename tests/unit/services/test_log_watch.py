from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from vasttui.clock import VirtualClock
from vasttui.errors import BrokenAnswer, VastError
from vasttui.models.log import LogRequest, TextAnswer
from vasttui.services.log_watch import FOLLOW_EVERY, Log, LogWatch

Answer = Callable[[int, LogRequest], TextAnswer]


class Service:
    """Returns scripted logs; counts the requests."""

    def __init__(self, *answers: TextAnswer | VastError) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[int, LogRequest]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.on_ask: Callable[[], None] = lambda: None

    async def logs(self, instance_id: int, request: LogRequest) -> TextAnswer:
        self.asked.append((instance_id, request))
        self.on_ask()
        await self.gate.wait()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, VastError):
            raise answer
        return answer


def watch(service: Service, clock: VirtualClock) -> tuple[LogWatch, list[Log]]:
    published: list[Log] = []
    return LogWatch(service, clock, published.append), published


async def test_a_fetch_is_told_twice_and_kept_with_the_time_it_was_asked_for() -> None:
    clock = VirtualClock()
    clock.advance(5)
    service = Service(TextAnswer(("one", "two"), cut=True))
    logs, published = watch(service, clock)
    await logs.fetch(7, LogRequest(tail=2))
    assert [log.fetching for log in published] == [True, False]
    log = logs.get(7, daemon=False)
    assert log is published[-1]
    assert (log.lines, log.cut, log.as_of) == (("one", "two"), True, 5)
    assert logs.get(7, daemon=True) is None
    assert logs.get(8, daemon=False) is None


async def test_an_error_leaves_the_lines_and_their_age() -> None:
    clock = VirtualClock()
    service = Service(TextAnswer(("old",)), BrokenAnswer("It broke."))
    logs, _ = watch(service, clock)
    await logs.fetch(7, LogRequest())
    clock.advance(60)
    await logs.fetch(7, LogRequest())
    log = logs.get(7, daemon=False)
    assert log is not None
    assert log.lines == ("old",)
    assert log.as_of == 0
    assert str(log.error) == "It broke."
    assert log.failed_at == 60
    assert not log.fetching


async def test_a_log_is_never_fetched_twice_at_once() -> None:
    service = Service(TextAnswer(("one",)))
    logs, _ = watch(service, VirtualClock())
    service.gate.clear()
    first = asyncio.create_task(logs.fetch(7, LogRequest()))
    await asyncio.sleep(0)
    await logs.fetch(7, LogRequest())
    await asyncio.sleep(0)
    assert len(service.asked) == 1
    service.gate.set()
    await first
    await logs.fetch(7, LogRequest())
    assert len(service.asked) == 2


async def test_a_cancelled_fetch_does_not_block_the_next() -> None:
    service = Service(TextAnswer(("one",)))
    logs, _ = watch(service, VirtualClock())
    service.gate.clear()
    first = asyncio.create_task(logs.fetch(7, LogRequest()))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    service.gate.set()
    await logs.fetch(7, LogRequest())
    log = logs.get(7, daemon=False)
    assert log is not None
    assert log.lines == ("one",)


async def test_following_fetches_at_its_interval_until_it_is_cancelled() -> None:
    clock = VirtualClock()
    service = Service(TextAnswer(("one",)))
    logs, _ = watch(service, clock)
    times: list[float] = []

    def ask() -> None:
        times.append(clock.monotonic())
        if len(times) == 4:
            following.cancel()

    service.on_ask = ask
    following = asyncio.create_task(logs.follow(7, LogRequest()))
    with pytest.raises(asyncio.CancelledError):
        await following
    assert times == pytest.approx([FOLLOW_EVERY * at for at in range(4)])


async def test_only_the_last_logs_are_kept() -> None:
    service = Service(TextAnswer(("one",)))
    logs, _ = watch(service, VirtualClock())
    for number in range(1, 40):
        await logs.fetch(number, LogRequest())
    assert logs.get(1, daemon=False) is None
    assert logs.get(39, daemon=False) is not None
