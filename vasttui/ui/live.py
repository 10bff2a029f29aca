"""What works in the background for one client: the market, the instances, the actions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from vasttui.models.offer import Offer
from vasttui.models.timer import Timer
from vasttui.query.wire import ServerQuery
from vasttui.services.fleet.alerts import FleetAlerts
from vasttui.services.fleet.history import History
from vasttui.services.fleet.poller import Poller
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.fleet.store import FleetStore, WorkerOf, no_worker
from vasttui.services.fleet.timeline import Timeline
from vasttui.services.memory.machines import Machines
from vasttui.services.memory.memory import Memory
from vasttui.services.memory.prices import PriceMemory
from vasttui.services.memory.scope import scope_of
from vasttui.services.memory.told import MachineTold
from vasttui.services.timers.timers import Timers
from vasttui.services.watches.looker import Looker
from vasttui.store.intent import JournalUnwritable, Owner
from vasttui.store.journal import Journal
from vasttui.ui.on_demand import Listeners, OnDemand
from vasttui.ui.searching import Searching
from vasttui.ui.session import Session
from vasttui.words import plural

if TYPE_CHECKING:
    from vasttui.models.account import Account, Connection
    from vasttui.models.backup import Backup, BackupFiles
    from vasttui.ui.client import Client

_FIRST_LOOK, _LOOK_AGAIN = 2.0, 10.0
"""Seconds until the first look for work that another window left, and between two later ones."""

_PRICES = frozenset({"dph_total", "dph_base", "min_bid", "dlperf_per_dphtotal"})
"""Fields of a search that leave dear offers out."""

_log = logging.getLogger(__name__)


class Live(OnDemand):
    """A client and everything that works through it."""

    def __init__(
        self, api: Client, session: Session, hear: Listeners, searching: Searching, fleet: Fleet
    ) -> None:
        """`fleet` is what an earlier run saw, which is shown already."""
        super().__init__(session.clock, session.rng, hear)
        self._seen = fleet
        self.api = api
        self._address = session.address
        self._kept_fleet, self._past = session.last_seen.fleet, session.past_offers
        self._resumes, self._closed = not session.read_only, False
        clock, rng = session.clock, session.rng
        self.searches = searching.market
        self.memory = Memory(session.memory_file, clock, self._memory_told)
        self.prices = PriceMemory(self.memory, clock, session.price_book, hear.prices)
        self.watches = Looker(
            api.offers, session.watches, searching.budget, clock, rng, hear.watches,
            ended=self.search_ended, books=self.prices.book_for,
        )  # fmt: skip
        self.history, self.timeline = History(), Timeline()
        self._alerts = FleetAlerts()
        self.store = FleetStore(self._fleet_arrived, clock, session.phases, self._workers, fleet)
        self.poller = Poller(api, self.store, clock=clock, rng=rng, on_force=api.force)
        preferences = session.preferences
        self.machines = Machines(
            self.memory, clock, preferences.machine_lists, preferences.machines_read,
            hear.machines,
        )  # fmt: skip
        self.told = MachineTold(api.machines, self.memory, clock, lambda: hear.machines(None))
        self.journal = Journal(session.journal_file, self._owner)
        self.clouds: Sequence[Connection] = ()
        self.backups: dict[int, tuple[Backup, BackupFiles]] = {}
        self.timers = Timers(
            api.scheduled_jobs, session.timers, clock, self._names, cleans=self._resumes
        )
        self.timers_off: list[Timer] = []
        """Timers that the user turned off; kept for this run only."""
        self.jobs_sent: list[str] = []
        """The instances for which a job was sent that is not read back yet."""
        self.stops_to_set: dict[int, float] = {}
        """When Vast.ai is to stop what is being rented, epoch seconds, by the offer."""

    def loops(self, *, signed_in: bool) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        """What runs as long as this client is used, each with the name of its group."""
        loops = [
            ("watches", self.watches.run()),
            ("machines", self.machines.load()),
            ("prices", self.prices.run(self._past)),
        ]
        if signed_in:
            loops.append(("fleet", self.poller.run()))
            loops.append(("timers", self.timers.run()))
        if signed_in and self._resumes:
            loops.append(("recover", self._recover()))
        return loops

    def search_ended(self, query: ServerQuery, offers: Sequence[Offer], whole: bool) -> None:
        """Remember its prices. Not all of them, where the filter is about prices. The service
        answers: watches rest no longer."""
        self.watches.search_succeeded()
        whole = whole and not _PRICES & query.filters.keys()
        self.prices.record(offers, query.type, whole=whole, scope=scope_of(query))

    def _workers(self) -> WorkerOf:
        if not self.has("serverless"):
            return no_worker
        # start-up: endpoints are read when their screen is opened
        from vasttui.services.serverless.rows import worker_finder

        return worker_finder(self.serverless.reader.rows)

    def account_read(self, account: Account) -> None:
        """The account was read elsewhere: the first line shows the same."""
        if self.store.account_fetched(account):
            self.poller.wake()

    async def _recover(self) -> None:
        """Resume what other runs of the program leave unfinished, now and whenever one ends."""
        told, pause = "", _FIRST_LOOK
        while not self._closed:
            await self._clock.sleep(pause)
            fleet = self.store.fleet
            if fleet.account is None and fleet.account_error is None:
                continue
            pause = _LOOK_AGAIN
            try:
                async with self.journal.one_look() as left:
                    await self._resume(is_left=bool(left))
            except JournalUnwritable as error:
                if error.sentence != told:
                    told = error.sentence
                    _log.warning("%s", error)
                    self._hear.tell(f"Cannot resume the work of an earlier run: {told}", False)

    async def _resume(self, *, is_left: bool) -> None:
        """Take over what was left behind, and look for what is not seen yet. Raises
        JournalUnwritable."""
        said: list[tuple[str, bool]] = []
        if is_left:
            services = self.renter, self.actions, self.copies, self.reserver
            for recover in [service.recover for service in services]:
                await recover()
            if found := await self.local.recover():
                what = plural(found, "transfer")
                words = f"{what} with this computer did not end: see Transfers."
                self._hear.tell(words, False)
        if is_left or self.has("volumes"):
            said += await self.volumes.look()
        if is_left or self.has("serverless"):
            said += await self.serverless.look()
        for sentence, is_good in said:
            self._hear.tell(sentence, is_good)

    def _owner(self) -> Owner:
        """Whose rows the journal gets."""
        account = self.store.fleet.account
        name = "" if account is None else f"{self._address} {account.id}"
        return Owner(self.api.identity, name)

    def _names(self) -> tuple[str, ...]:
        """The names of the account, as far as they are known."""
        owner = self._owner()
        return tuple(name for name in (owner.account, owner.key) if name)

    def _memory_told(self, sentence: str) -> None:
        """Something is wrong with the memory: a new one gets what is known of machines."""
        self._hear.tell(sentence, False)
        self.machines.look_again()

    def _fleet_arrived(self, fleet: Fleet) -> None:
        before, self._seen = self._seen, fleet
        if fleet.is_kept or fleet.only_asks(before):
            self._hear.fleet(fleet)
            return
        self._kept_fleet.see(fleet, self.api.identity, self._clock.monotonic())
        self.history.add(fleet)
        self.timeline.add(fleet)
        if self.has("copies"):
            self.copies.see(fleet)
        if self.has("serverless") and not fleet.bad:
            self._tell_ends(fleet)
        self.machines.see_fleet(fleet, self.api.identity, self.store.charged)
        timers = self.timers.see(fleet)  # the screens ask it what is gone
        self._hear.fleet(fleet)
        self._hear.alert([*self._alerts.of(fleet, self._clock.now()), *timers])

    def _tell_ends(self, fleet: Fleet) -> None:
        """Say of which deletions no instance is left."""
        instances = [row.instance for row in fleet.rows if not row.gone]
        for sentence in self.serverless.left.ended(instances, fleet.as_of or 0.0):
            self._hear.tell(sentence, True)

    async def aclose(self) -> None:
        """Close the connections. Requests already sent may still take effect."""
        self._closed = True
        await asyncio.gather(self.end_services(), self.timers.book.aclose())
        await asyncio.to_thread(self.journal.finish)
        await self.machines.aclose()
        await self.memory.aclose()
        await self.api.aclose()
