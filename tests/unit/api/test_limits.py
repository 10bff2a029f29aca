"""Requests keep the intervals the service documents."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.stage import StillClock
from vasttui.api.limits import Limiter
from vasttui.api.operations import OPERATIONS, Operation
from vasttui.clock import VirtualClock
from vasttui.errors import RateLimited

SEARCH, ACCOUNT = OPERATIONS["search"], OPERATIONS["account"]
LIST, KEYS, VARIABLES = OPERATIONS["list"], OPERATIONS["api_keys"], OPERATIONS["variables"]
PATIENT = [one for one in OPERATIONS.values() if one.patient]


async def spent(limiter: Limiter, clock: VirtualClock, times: int) -> list[float]:
    """When each of that many searches is sent, in seconds from now."""
    start = clock.monotonic()
    moments = []
    for _ in range(times):
        await limiter.turn(SEARCH)
        moments.append(round(clock.monotonic() - start, 6))
    return moments


async def test_ten_searches_at_once_and_then_one_every_six_seconds() -> None:
    clock = VirtualClock()
    assert await spent(Limiter(clock), clock, 13) == [0.0] * 10 + [6.0, 12.0, 18.0]


async def test_unused_turns_come_back_up_to_the_burst() -> None:
    clock = VirtualClock()
    limiter = Limiter(clock)
    await spent(limiter, clock, 10)
    clock.advance(3_600)
    assert await spent(limiter, clock, 11) == [0.0] * 10 + [6.0]


async def test_the_next_turn_is_known_without_taking_it() -> None:
    clock = VirtualClock()
    limiter = Limiter(clock)
    assert limiter.wait(ACCOUNT) == 0
    await limiter.turn(ACCOUNT)
    assert limiter.wait(ACCOUNT) == pytest.approx(1.0)
    clock.advance(0.4)
    assert limiter.wait(ACCOUNT) == pytest.approx(0.6)
    assert limiter.wait(SEARCH) == 0


async def test_a_named_interval_is_kept_from_then_on() -> None:
    clock = VirtualClock()
    limiter = Limiter(clock)
    limiter.throttled(ACCOUNT, wait=3.0, interval=3.0)
    start = clock.monotonic()
    for _ in range(3):
        await limiter.turn(ACCOUNT)
    assert clock.monotonic() - start == pytest.approx(9.0)


async def test_an_interval_is_never_shortened_nor_believed_without_end() -> None:
    clock = VirtualClock()
    limiter = Limiter(clock)
    limiter.throttled(SEARCH, wait=0.5, interval=0.5)
    clock.advance(1)
    await limiter.turn(SEARCH)
    assert limiter.wait(SEARCH) == pytest.approx(6.0 * (1 - 1 / 6), abs=0.01)
    limiter.throttled(ACCOUNT, wait=1.0, interval=1e9)
    clock.advance(1)
    await limiter.turn(ACCOUNT)
    assert limiter.wait(ACCOUNT) <= 60.0


async def test_a_short_rest_is_sat_out_and_a_long_one_is_told() -> None:
    clock = VirtualClock()
    limiter = Limiter(clock)
    limiter.throttled(ACCOUNT, wait=4.0, interval=None)
    await limiter.turn(ACCOUNT)
    assert clock.monotonic() == pytest.approx(4.0)
    limiter.throttled(ACCOUNT, wait=40.0, interval=None)
    with pytest.raises(RateLimited) as caught:
        await limiter.turn(ACCOUNT)
    assert caught.value.retry_after == pytest.approx(40.0)
    clock.advance(40.0)
    await limiter.turn(ACCOUNT)


async def test_without_a_hint_the_documented_interval_is_waited() -> None:
    clock = VirtualClock()
    limiter = Limiter(clock)
    limiter.throttled(SEARCH, wait=None, interval=None)
    assert limiter.wait(SEARCH) == pytest.approx(6.0)


async def test_on_this_computer_only_what_is_told_slows_down() -> None:
    clock = VirtualClock()
    limiter = Limiter(clock, documented=False)
    assert await spent(limiter, clock, 50) == [0.0] * 50
    limiter.throttled(SEARCH, wait=2.0, interval=2.0)
    await limiter.turn(SEARCH)
    assert clock.monotonic() == pytest.approx(2.0)
    limiter.throttled(ACCOUNT, wait=None, interval=None)
    assert limiter.wait(ACCOUNT) == pytest.approx(1.0)


class Line:
    """Requests that start together; `sent` has the name and second of each."""

    def __init__(self, *, documented: bool = True) -> None:
        self.clock = StillClock()
        self.limiter = Limiter(self.clock, documented=documented)
        self.sent: list[tuple[str, float]] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def ask(self, *operations: Operation) -> None:
        for operation in operations:
            self._tasks.append(asyncio.create_task(self._send(operation)))
        await self.wait(0.0)

    async def _send(self, operation: Operation) -> None:
        await self.limiter.turn(operation)
        self.sent.append((operation.name, round(self.clock.monotonic(), 1)))

    async def wait(self, seconds: float) -> None:
        for _ in range(max(1, round(seconds * 10))):
            self.clock.advance(min(seconds, 0.1))
            for _ in range(5):
                await asyncio.sleep(0)


async def test_what_can_wait_shares_one_rate() -> None:
    line = Line()
    await line.ask(*PATIENT)
    await line.wait(90.0)
    assert sorted(name for name, _ in line.sent) == sorted(one.name for one in PATIENT)
    for _, start in line.sent:
        assert len([at for _, at in line.sent if start <= at < start + 9.9]) <= 4


async def test_what_was_asked_for_last_goes_first() -> None:
    line = Line()
    await line.ask(*PATIENT[:8])
    await line.ask(LIST)
    await line.ask(PATIENT[8])
    await line.wait(12.0)
    assert line.sent[4] == ("list", 0.0)
    assert line.sent[5][0] == PATIENT[8].name


async def test_polls_and_changes_never_wait_for_the_shared_rate() -> None:
    line = Line()
    await line.ask(*PATIENT)
    sent = len(line.sent)
    await line.ask(LIST, ACCOUNT, OPERATIONS["rent"], OPERATIONS["destroy"], SEARCH)
    assert [at for _, at in line.sent[sent:]] == [0.0] * 5


async def test_what_can_wait_is_not_kept_off_for_ever() -> None:
    line = Line()
    for _ in range(10):
        await line.ask(LIST, SEARCH)
        await line.wait(2.0)
    await line.ask(KEYS, VARIABLES, OPERATIONS["audit_logs"])
    await line.wait(0.0)
    assert [name for name, _ in line.sent if name not in ("list", "search")] == [
        "api_keys", "variables",
    ]  # fmt: skip
    await line.wait(12.0)
    assert "audit_logs" in dict(line.sent)


async def test_room_for_polls_is_left() -> None:
    """Polled every 5 s, a window has room for three more."""
    line = Line()
    await line.ask(*PATIENT)
    for _ in range(8):
        await line.ask(LIST)
        await line.wait(5.0)
    polls = [at for name, at in line.sent if name == "list"]
    assert polls == [5.0 * n for n in range(8)]
    later = [at for _, at in line.sent if at >= 10.0]
    for start in later:
        assert len([at for at in later if start <= at < start + 9.9]) <= 5


@pytest.mark.parametrize("documented", [True, False])
async def test_a_429_that_names_no_kind_pauses_all_that_can_wait(documented: bool) -> None:
    line = Line(documented=documented)
    line.limiter.throttled(KEYS, wait=10.0, interval=None)
    await line.ask(VARIABLES, LIST)
    await line.wait(9.8)
    assert line.sent == [("list", 0.0)]
    await line.wait(0.4)
    assert [name for name, _ in line.sent] == ["list", "variables"]


async def test_a_429_of_one_kind_pauses_no_other() -> None:
    line = Line()
    line.limiter.throttled(KEYS, wait=10.0, interval=5.0)
    await line.ask(VARIABLES)
    assert line.sent == [("variables", 0.0)]


async def test_who_stops_waiting_holds_nobody_back() -> None:
    line = Line()
    await line.ask(*PATIENT[:6])
    for task in line._tasks[4:]:  # noqa: SLF001
        task.cancel()
    await line.ask(PATIENT[6])
    await line.wait(11.2)
    assert [name for name, _ in line.sent][4:] == [PATIENT[6].name]
