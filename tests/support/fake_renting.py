"""A service that rents, with its readings, for tests of rentals.

The test decides what goes wrong: `decide` is called at every point where something may.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tests.support.fake_actions import SameThread
from tests.support.fleet_rows import PLAIN
from tests.support.ssh_keys import public_key
from tests.support.virtual_time import Computer, TrueTime
from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import Clock
from vasttui.errors import BrokenAnswer, NetworkError, NotFound, RateLimited, Rejected, VastError
from vasttui.models.bill import Bill
from vasttui.models.instance import Instance, InstanceList
from vasttui.models.offer import Offer
from vasttui.models.rent import Agreed, RentRequest
from vasttui.models.rent_body import label_with
from vasttui.models.ssh_key import SshKey
from vasttui.models.status import phase_of
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.services.renting.context import RentContext
from vasttui.services.renting.rental import RentState, RentStep
from vasttui.services.renting.renter import Renter
from vasttui.store.intent import Owner
from vasttui.store.journal import Journal
from vasttui.text import clean

Decide = Callable[[str, Sequence[str]], str]
"""Chooses what happens at a point from the options; the first means no fault."""

KEY = SshKey(public_key("mine", comment="me@laptop"))
OTHER_KEY = SshKey(public_key("other", comment="me@desktop"))
ASK = 4242
REQUEST = RentRequest(ask=ASK, machine=25991, image="vastai/pytorch", disk=60.0, label="train-b")
AGREED = Agreed(
    price=0.3, gpu_name="RTX 4090", num_gpus=1, disk=60.0, is_bid=False, machine=25991,
    gpu_ram=24564, cuda=12.8, storage_cost=0.12, inet_down_cost=0.002, inet_up_cost=0.003,
)  # fmt: skip

LATE = ("late 1", "late 2", "late 3", "late 4")
RENT = ("ok", "lost before", "lost after", *LATE)
READ = ("ok", "fails")
ATTACH = ("ok", "lost before", "lost after", "not sent")
_LOST = BrokenAnswer("The connection broke before the answer was whole.")


def always_well(what: str, options: Sequence[str]) -> str:
    """No faults."""
    return options[0]


@dataclass
class Script:
    """Chosen events by name of the point, in order; after that, no faults."""

    plans: dict[str, list[str]] = field(default_factory=dict)

    def __call__(self, what: str, options: Sequence[str]) -> str:
        waiting = self.plans.get(what)
        return waiting.pop(0) if waiting else options[0]


def rows_in(path: Path) -> list[tuple[str, str, str, str, str]]:
    """Kind, target, state, details and note of all rows of a journal, read from outside."""
    with closing(sqlite3.connect(path)) as file:
        return list(file.execute("SELECT kind, target, state, details, note FROM intents"))


@dataclass
class Made:
    """A contract: who requested it, since when it exists and since when it is listed."""

    id: int
    ask: int
    label: str
    at: float
    listed_at: float
    keys: dict[str, SshKey] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    destroyed: bool = False
    shown: tuple[dict[str, Any], Instance] | None = None


class RentService:
    """`made` are the contracts, `sent` the names of requests received. Times are in seconds.

    A late request arrives some `tick`s after the client gave up on its answer.
    """

    def __init__(
        self,
        clock: Clock,
        decide: Decide = always_well,
        *,
        single_use: bool = False,
        lag: float = 0.0,
        tick: float = 2.0,
        seconds: float = 0.1,
        fresh_after: float = 2.0,
    ) -> None:
        self.clock, self.decide = clock, decide
        self.single_use, self.lag, self.tick = single_use, lag, tick
        self.seconds, self.fresh_after = seconds, fresh_after
        self.made: list[Made] = []
        self.sent: list[str] = []
        self.nonces: list[str] = []
        self.account: list[SshKey] = []
        self.offers: dict[int, Offer | VastError] = {}
        self.answers: list[Outcome] = []
        self.changes: dict[str, Any] = {"dph_total": 0.3}
        self.starts_after = 3.0
        self.bad_rows = 0
        self.hurries = self.readings = self.wakes = 0
        self._late: list[asyncio.Task[None]] = []

    # The client's methods

    async def rent(self, request: RentRequest, nonce: str) -> Outcome:
        """Create a contract, sooner or later, and possibly answer."""
        await self._arrive(f"rent {request.ask}")
        self.nonces.append(nonce)
        label = label_with(request.label, nonce)
        if self.answers:
            return self.answers.pop(0)
        how = self.decide("rent", RENT)
        if how in LATE:
            self._late.append(asyncio.create_task(self._make_late(request, label, int(how[-1]))))
        if how in LATE or how == "lost before":
            return Outcome(Fate.UNKNOWN, error=_LOST)
        if how == "not sent":
            error: VastError = NetworkError("The service was not reached.")
            return Outcome(Fate.NOT_SENT, error=error)
        if how == "throttled":
            throttled = RateLimited("Too many requests.", retry_after=3.0)
            return Outcome(Fate.THROTTLED, error=throttled, status=429)
        made = self.make(request, label)
        self.decide("after rent", ("ok",))
        if how == "lost after":
            return Outcome(Fate.UNKNOWN, error=_LOST)
        if made is None:
            gone = Rejected("This offer is gone.", status=410, code="no_such_ask")
            return Outcome(Fate.REJECTED, error=gone, status=410)
        return Outcome(Fate.OK, data={"success": True, "new_contract": made.id}, status=200)

    def make(self, wanted: RentRequest, label: str) -> Made | None:
        """Create a contract now; None if the ask is used up."""
        if self.single_use and any(one.ask == wanted.ask for one in self.made):
            return None
        now = self.clock.monotonic()
        keys = {key.blob: key for key in self.account}
        made = Made(1000 + len(self.made), wanted.ask, label, now, now + self.lag, keys)
        self.made.append(made)
        return made

    async def _make_late(self, wanted: RentRequest, label: str, ticks: int) -> None:
        await self.clock.sleep(ticks * self.tick)
        self.make(wanted, label)

    async def labelled(self, label: str) -> InstanceList:
        """Listed instances with that label."""
        await self._arrive("list")
        if self.decide("list", READ) == "fails":
            raise _LOST
        rows = tuple(one for one in self.listed() if one.label == label)
        return InstanceList(rows, bad=self.bad_rows)

    async def list(self) -> InstanceList:
        """All listed instances."""
        await self._arrive("list all")
        if self.decide("list all", READ) == "fails":
            raise _LOST
        return InstanceList(tuple(self.listed()), bad=self.bad_rows)

    async def get(self, instance_id: int) -> Instance | None:
        """One instance, listed or not."""
        await self._arrive(f"instance {instance_id}")
        found = [one for one in self.made if one.id == instance_id and not one.destroyed]
        return self.instance_of(found[0]) if found else None

    async def offer(self, ask_id: int) -> Offer | None:
        """The offer according to `offers`."""
        await self._arrive(f"offer {ask_id}")
        found = self.offers.get(ask_id)
        if isinstance(found, VastError):
            raise found
        return found

    async def attached(self, instance_id: int) -> tuple[SshKey, ...]:
        """The instance's keys."""
        await self._arrive(f"keys {instance_id}")
        if self.decide("keys", READ) == "fails":
            raise _LOST
        return tuple(self._made(instance_id).keys.values())

    async def attach(self, instance_id: int, text: str) -> Outcome:
        """Attach a key."""
        await self._arrive(f"attach {instance_id}")
        how = self.decide("attach", ATTACH)
        if how == "not sent":
            return Outcome(Fate.NOT_SENT, error=NetworkError("The service was not reached."))
        if how == "refused":
            refused = Rejected("Invalid key.", status=400)
            return Outcome(Fate.REJECTED, error=refused, status=400)
        if how == "missing":
            missing = NotFound("No such instance.", status=404)
            return Outcome(Fate.REJECTED, error=missing, status=404)
        if how != "lost before":
            key = SshKey(text)
            self._made(instance_id).keys[key.blob] = key
            self.decide("after attach", ("ok",))
        if how != "ok":
            return Outcome(Fate.UNKNOWN, error=_LOST)
        return Outcome(Fate.OK, data={"success": True}, status=200)

    # The poller's methods

    async def fresh(self) -> Fleet:
        """A reading that starts now."""
        await self.clock.sleep(self.fresh_after)
        if self.decide("reading", READ) == "fails":
            raise _LOST
        self.readings += 1
        return self.read()

    @contextmanager
    def hurry(self) -> Iterator[None]:
        self.hurries += 1
        try:
            yield
        finally:
            self.hurries -= 1

    def wake(self) -> None:
        self.wakes += 1

    def fleet(self) -> Fleet:
        """The last reading."""
        return self.read()

    def read(self) -> Fleet:
        """Read what is listed now."""
        return Fleet(rows=tuple(map(self._row, self.listed())), number=self.readings)

    # Its state

    def listed(self) -> Sequence[Instance]:
        """The instances that are listed by now."""
        now = self.clock.monotonic()
        visible = (one for one in self.made if one.listed_at <= now and not one.destroyed)
        return [self.instance_of(one) for one in visible]

    def instance_of(self, made: Made) -> Instance:
        """A contract as an instance right now."""
        running = self.clock.monotonic() >= made.at + self.starts_after
        states: dict[str, Any] = {
            "actual_status": "running" if running else "loading",
            "cur_state": "running", "next_state": "running", "intended_status": "running",
        }  # fmt: skip
        fields = {
            "id": made.id, "label": clean(made.label), "intent": made.label.rpartition("vt-")[2],
            "is_bid": False, "dph_base": 0.29,
        }  # fmt: skip
        changes = {**fields, **states, **self.changes, **made.changes}
        if made.shown is None or made.shown[0] != changes:
            made.shown = changes, replace(PLAIN, **changes)
        return made.shown[1]

    @staticmethod
    def _row(instance: Instance) -> FleetRow:
        phase = phase_of(instance)
        return FleetRow(
            instance=instance, phase=phase, since=0.0, exact=True, bill=Bill(gpu=0.29, disk=0.01)
        )

    def _made(self, instance_id: int) -> Made:
        return next(one for one in self.made if one.id == instance_id)

    async def _arrive(self, what: str) -> None:
        self.decide(f"before {what.partition(' ')[0]}", ("ok",))
        self.sent.append(what)
        if self.seconds:
            await self.clock.sleep(self.seconds)


@dataclass(frozen=True)
class _Offers:
    service: RentService

    async def get(self, ask_id: int, *, disk: float, bid: bool) -> Offer | None:
        return await self.service.offer(ask_id)


@dataclass(frozen=True)
class ServiceClient:
    """The client of a service."""

    instances: RentService
    offers: _Offers
    ssh_keys: RentService


def context_of(service: RentService, journal: Journal) -> RentContext:
    """What a renter needs."""
    client = ServiceClient(service, _Offers(service), service)
    return RentContext(client, service, journal, service.clock, service.fleet)


class Scene:
    """A renter with a service, in virtual time; `published` is everything published.

    Call it inside the event loop: nothing here runs in a thread.
    """

    def __init__(self, decide: Decide = always_well, *, path: Path | None = None, **how: Any):
        asyncio.get_running_loop().set_default_executor(SameThread())
        self.clock = Computer(TrueTime())
        self.service = RentService(self.clock, decide, **how)
        self.path = path
        self.published: list[RentState] = []
        self.journal = Journal(path)
        self.renter = self.open()

    def open(self) -> Renter:
        """A renter with the journal as it is now."""
        return Renter(context_of(self.service, self.journal), self.published.append, grace=0.05)

    async def restart(self, owner: Owner | None = None) -> list[RentState]:
        """Quit the program cleanly and start it again, as `owner` if it is another."""
        await self.renter.aclose()
        self.journal.finish()
        now = self.journal.owner if owner is None else lambda: owner
        self.journal = Journal(self.path, now)
        self.renter = self.open()
        return await self.renter.recover()

    async def rent(
        self,
        request: RentRequest = REQUEST,
        agreed: Agreed = AGREED,
        keys: Sequence[SshKey] = (KEY,),
    ) -> RentState:
        """The result of a rental."""
        return await self.renter.rent(request, agreed, keys)

    async def until(self, step: RentStep) -> RentState:
        """The first state from now on that is at that step, within two days."""
        seen = len(self.published)
        async with asyncio.timeout(2 * 86_400):
            while True:
                for state in self.published[seen:]:
                    if state.step is step:
                        return state
                seen = len(self.published)
                await self.clock.sleep(0.05)

    async def hears(self, sentence: str) -> None:
        """Wait, an hour at most, until this is what is said of it."""
        async with asyncio.timeout(3_600):
            while not self.published or self.published[-1].sentence != sentence:
                await self.clock.sleep(1.0)

    @property
    def steps(self) -> list[RentStep]:
        """The published steps without repeats."""
        return [
            state.step
            for number, state in enumerate(self.published)
            if not number or self.published[number - 1].step is not state.step
        ]
