"""Waiting for a state: when it ends, how, and what is said meanwhile."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from msgspec import structs

from tests.support.fleet_rows import PLAIN
from vasttui.clock import VirtualClock
from vasttui.errors import AuthRejected, NetworkError, NoSuchInstance, VastError
from vasttui.models.instance import Instance, InstanceList
from vasttui.services.fleet.find import find_instance, names_for
from vasttui.services.fleet.reach import DOUBT, Arrival, CannotLogIn, Goal, Wait

BOX = structs.replace(
    PLAIN, id=7, label="box", actual_status="running", cur_state="running",
    intended_status="running",
)  # fmt: skip
LOADING = structs.replace(BOX, actual_status="loading", status_msg="pulling")
STOPPED = structs.replace(
    BOX, actual_status="exited", cur_state="stopped", intended_status="stopped", status_msg=""
)
EXITED = structs.replace(BOX, actual_status="exited", status_msg="")
DOWN = NetworkError("The service was not reached.")


class Service:
    """Answers with these readings in turn, the last one for ever."""

    def __init__(self, *readings: Instance | VastError | InstanceList | None) -> None:
        self.readings, self.count = readings, 0

    async def list(self) -> InstanceList:
        reading = self.readings[min(self.count, len(self.readings) - 1)]
        self.count += 1
        if isinstance(reading, VastError):
            raise reading
        if isinstance(reading, InstanceList):
            return reading
        return InstanceList(() if reading is None else (reading,))


class Waited:
    """A wait with its clock, its lines, and logins that go as `logins` say."""

    def __init__(self, service: Service, called: str, goal: Goal, logins: Iterable[str] = ()):
        self.clock, self.said = VirtualClock(), list[str]()
        self._logins = iter(logins)
        self._wait = Wait(
            service, called, goal, clock=self.clock, rng=random.Random(1), tell=self.said.append,
            log_in=self._log_in,
        )  # fmt: skip

    async def _log_in(self, instance: Instance) -> str:
        why = next(self._logins)
        if why == "never":
            raise CannotLogIn("It was launched without SSH.")
        return why

    async def until(self, seconds: float | None = None) -> tuple[Arrival, float]:
        arrival = await self._wait.until(seconds)
        return arrival, self.clock.monotonic()


async def test_it_ends_when_the_state_is_seen_and_says_each_change_once() -> None:
    wait = Waited(Service(LOADING, LOADING, LOADING, BOX), "box", "running")
    assert await wait.until() == (Arrival.REACHED, 15.0)
    assert wait.said == ["box is loading", "box is running"]


async def test_what_fails_on_the_way_never_gets_there() -> None:
    wait = Waited(Service(LOADING, EXITED), "7", "running")
    assert (await wait.until())[0] is Arrival.NEVER
    assert wait.said[-1] == "box has exited: it does not go on by itself"
    wait = Waited(Service(LOADING, None), "7", "running")
    assert (await wait.until())[0] is Arrival.NEVER
    assert wait.said[-1] == "box is gone"


async def test_a_start_that_does_not_show_yet_is_waited_for_but_not_for_long() -> None:
    wait = Waited(Service(STOPPED, STOPPED, LOADING, BOX), "box", "running")
    assert (await wait.until())[0] is Arrival.REACHED
    wait = Waited(Service(STOPPED), "box", "running")
    assert await wait.until() == (Arrival.NEVER, DOUBT)
    wait = Waited(Service(STOPPED), "box", "running")
    assert await wait.until(8) == (Arrival.TIMED_OUT, 8.0)
    assert await Waited(Service(EXITED), "7", "stopped").until(3) == (Arrival.TIMED_OUT, 3.0)
    wait = Waited(Service(None, None, LOADING, BOX), "7", "running")
    assert (await wait.until())[0] is Arrival.REACHED


async def test_the_time_is_kept_to() -> None:
    wait = Waited(Service(LOADING), "box", "running")
    assert await wait.until(12) == (Arrival.TIMED_OUT, 12.0)
    wait = Waited(Service(BOX), "box", "stopped")
    assert await wait.until(0) == (Arrival.TIMED_OUT, 0.0)


async def test_gone_is_only_what_a_complete_list_does_not_have() -> None:
    part = InstanceList((), bad=1)
    wait = Waited(Service(BOX, part, part, None), "box", "gone")
    assert (await wait.until())[0] is Arrival.REACHED
    assert wait.said == [
        "box is running", "box may be one of those that cannot be read", "box is gone",
    ]  # fmt: skip
    assert (await Waited(Service(None), "7", "gone").until())[0] is Arrival.REACHED


async def test_a_login_is_tried_until_it_works() -> None:
    wait = Waited(Service(LOADING, BOX), "box", "login", ["The key is refused.", ""])
    assert (await wait.until())[0] is Arrival.REACHED
    assert wait.said[1:] == [
        "box is running. No login yet: The key is refused.", "box is running, and ssh gets in",
    ]  # fmt: skip
    wait = Waited(Service(BOX), "box", "login", ["never"])
    assert (await wait.until())[0] is Arrival.NEVER
    assert wait.said == ["It was launched without SSH."]


async def test_a_broken_network_is_outlasted_and_in_the_end_told_apart() -> None:
    wait = Waited(Service(DOWN, DOWN, BOX), "box", "running")
    assert (await wait.until())[0] is Arrival.REACHED
    assert wait.said[0] == "The service was not reached. It is tried again."
    wait = Waited(Service(DOWN), "box", "running")
    with pytest.raises(NetworkError):
        await wait.until()
    assert 300 < wait.clock.monotonic() < 420
    with pytest.raises(NetworkError):
        await Waited(Service(LOADING, DOWN), "box", "running").until(30)


async def test_a_refused_key_and_an_unknown_name_end_it_at_once() -> None:
    refused = AuthRejected("The key is refused.", status=401)
    for reading, called, error in ((refused, "box", AuthRejected), (BOX, "bax", NoSuchInstance)):
        wait = Waited(Service(reading), called, "running")
        with pytest.raises(error):
            await wait.until()
        assert wait.clock.monotonic() == 0
    wait = Waited(Service(None), "7", "running")
    with pytest.raises(NoSuchInstance):
        await wait.until()
    assert wait.clock.monotonic() == DOUBT


def test_a_name_finds_one_instance_or_lists_them() -> None:
    boxes = (BOX, structs.replace(BOX, id=8, label="Box"), structs.replace(BOX, id=9, label="7"))
    two = structs.replace(LOADING, id=10, label="two"), structs.replace(BOX, id=11, label="two")
    listed = InstanceList((*boxes, *two, structs.replace(BOX, id=12, label=None)))
    assert [find_instance(listed, name).id for name in ("box", "Box", "7", "9", "12")] == [
        7, 8, 7, 9, 12,
    ]  # fmt: skip
    for name, hint in (("two", "  10  loading     two\n  11  running     two"), ("BOX", "  7  ")):
        with pytest.raises(NoSuchInstance) as caught:
            find_instance(listed, name)
        assert hint in caught.value.hint
        assert f"2 instances are called {name}" in str(caught.value)
    for name in ("", "three"):
        with pytest.raises(NoSuchInstance):
            find_instance(listed, name)
    names = names_for((*listed.instances, structs.replace(BOX, id=13, label="-rf")))
    assert names == ["box", "Box", "9", "10", "11", "12", "13"]
    assert [find_instance(listed, name).id for name in names[:-1]] == [7, 8, 9, 10, 11, 12]
