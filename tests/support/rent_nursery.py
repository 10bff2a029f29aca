"""Starts processes that rent, and kills them: `python -m tests.support.rent_nursery`.

Everything is imported once; every process is a fork of this one, so that it is active from its
first millisecond. Each line of standard input is a `Job` in JSON; the answer is a line that lists
how its processes ended.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vasttui.api.client import VastClient, open_client
from vasttui.clock import SystemClock
from vasttui.models.bill import Bill
from vasttui.models.rent import Agreed, RentRequest
from vasttui.models.ssh_key import SshKey
from vasttui.models.status import phase_of
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.services.renting.context import RentContext
from vasttui.services.renting.rental import RentState
from vasttui.services.renting.renter import Renter
from vasttui.store.database import Database
from vasttui.store.journal import Journal

API_KEY = "0123456789abcdef" * 4
KEY = SshKey(
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL0S2jxN8kQW3rT7vYbZc1dEfGhIjKlMnOpQrStUvWxY soak"
)
SETTLE = 20.0
FACTOR = 20.0
"""How much faster the program's time runs than real time: it settles within one real second."""

_LONGEST = 60.0


@dataclass(frozen=True)
class Job:
    """Processes to start together, each with the offer it rents, or None to resume open rows.

    They are killed after `kill_after` real seconds; None lets them run until all is over.
    """

    asks: Sequence[int | None]
    kill_after: float | None = None


class FastClock:
    """Time that runs faster, the same in every process."""

    def __init__(self, anchor: float) -> None:
        self._anchor = anchor

    def now(self) -> float:
        return self._anchor + (time.time() - self._anchor) * FACTOR

    def monotonic(self) -> float:
        return time.monotonic() * FACTOR

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / FACTOR)


class Reader:
    """A poller that reads only on demand."""

    def __init__(self, api: VastClient, clock: FastClock) -> None:
        self._api, self._clock = api, clock
        self.newest = Fleet()

    async def fresh(self) -> Fleet:
        await self._clock.sleep(0.5)
        listed = await self._api.instances.list()
        rows = [
            FleetRow(
                instance=one, phase=phase_of(one), since=0.0, exact=True,
                bill=Bill(gpu=None, disk=None),
            )
            for one in listed.instances
        ]  # fmt: skip
        self.newest = Fleet(rows=tuple(rows), number=self.newest.number + 1)
        return self.newest

    @contextmanager
    def hurry(self) -> Iterator[None]:
        yield

    def wake(self) -> None:
        """Wake the next reading when someone is waiting for it."""

    def fleet(self) -> Fleet:
        return self.newest


async def live(address: str, journal: Path, anchor: float, ask: int | None) -> None:
    """One process: resumes open rows, and rents."""
    clock = FastClock(anchor)
    api = client(address)
    reader, book = Reader(api, clock), Journal(journal)
    desk = RentContext(api, reader, book, clock, reader.fleet)
    news, rents = asyncio.Event(), list[asyncio.Task[RentState]]()

    def hear(state: RentState) -> None:
        news.set()

    renter = Renter(desk, hear, settle=SETTLE, grace=0.1)
    await renter.recover()
    if ask is not None:
        request = RentRequest(ask=ask, image="vastai/pytorch", disk=10.0, label="soak")
        agreed = Agreed(price=100.0, gpu_name="", num_gpus=1, disk=10.0, is_bid=False)
        rents.append(asyncio.create_task(renter.rent(request, agreed, [KEY])))
        rents[0].add_done_callback(lambda _: news.set())
    while not _has_ended(renter.unfinished, rents):
        news.clear()
        await news.wait()
    for state in renter.unfinished:
        assert state.intent is not None
        await renter.give_up(state.intent)
    await renter.aclose()
    await api.aclose()
    book.finish()


def _has_ended(states: Sequence[RentState], rents: Sequence[asyncio.Task[RentState]]) -> bool:
    """Whether all that is open is known to have come to nothing."""
    if not states:
        return all(rent.done() for rent in rents)
    return all(state.may_ask_again for state in states)


def client(address: str) -> VastClient:
    """The program's own client."""
    return open_client(address, API_KEY, clock=SystemClock(), rng=random.Random(os.getpid()))


async def _warm_up() -> None:
    """Load everything that is loaded late: sqlite, and the connection code."""
    Database(None).unfinished()
    api = client("http://127.0.0.1:1")
    await api.instances.set_label(1, "")
    await api.aclose()


def raise_and_kill(job: Job, address: str, journal: Path, anchor: float) -> list[int]:
    """How each process of the job ended: its exit code, or minus the signal number."""
    children = []
    signal.sigtimedwait({signal.SIGCHLD}, 0)  # left over from the job before
    for ask in job.asks:
        child = os.fork()
        if not child:
            _be_child(address, journal, anchor, ask)
        children.append(child)
    if job.kill_after is not None:
        signal.sigtimedwait({signal.SIGCHLD}, job.kill_after)  # or until the first one has ended
        for child in children:
            os.kill(child, signal.SIGKILL)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def _be_child(address: str, journal: Path, anchor: float, ask: int | None) -> None:
    code = 1
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        signal.alarm(int(_LONGEST))
        asyncio.run(live(address, journal, anchor, ask))
        code = 0
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Take jobs until there are no more."""
    address, journal, anchor = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    asyncio.run(_warm_up())
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    for line in sys.stdin:
        ended = raise_and_kill(Job(**json.loads(line)), address, journal, anchor)
        sys.stdout.write(json.dumps(ended) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
