"""The whole service as one object: requests in, answers out, time from a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.rights import EVERYTHING
from vasttui.simulator.account.accounts import is_good, key_refusal, presented_key
from vasttui.simulator.account.api_keys import ApiKeys
from vasttui.simulator.account.backups import Backups
from vasttui.simulator.account.charges import Charges
from vasttui.simulator.account.copies import Copies
from vasttui.simulator.account.holder import Holder
from vasttui.simulator.account.instances import Instances, V0List
from vasttui.simulator.account.manage import Manage
from vasttui.simulator.account.prepay import Prepay
from vasttui.simulator.account.price_increases import PriceIncreases
from vasttui.simulator.account.remake import Remake
from vasttui.simulator.account.rent import Rent, RentRules
from vasttui.simulator.account.results import Results
from vasttui.simulator.account.rights import NARROW, Rights
from vasttui.simulator.account.scheduled_jobs import ScheduledJobs
from vasttui.simulator.account.snapshots import Snapshots
from vasttui.simulator.account.ssh_keys import KeyList, SshKeys
from vasttui.simulator.account.templates import Templates
from vasttui.simulator.account.variables import Variables
from vasttui.simulator.account.volumes import Volumes
from vasttui.simulator.control import PREFIX, Control
from vasttui.simulator.http.faults import Fault, FaultPlan, Scene, spoil
from vasttui.simulator.http.ledger import Ledger, entry
from vasttui.simulator.http.limits import Limits
from vasttui.simulator.http.routing import Call, Match, Resource, Route, Router
from vasttui.simulator.http.wire import BadRequest, Reply, Request, error_reply
from vasttui.simulator.market.gpus import Gpus
from vasttui.simulator.market.market import Market
from vasttui.simulator.market.records import Records
from vasttui.simulator.market.search import Search
from vasttui.simulator.market.spaces import Spaces
from vasttui.simulator.serverless.first import Past, contracts_at_start
from vasttui.simulator.serverless.whole import Serverless

if TYPE_CHECKING:
    from vasttui.simulator.saved_world import WorldFile

ANONYMOUS = "anonymous"
_FEW = 12
_POSTED_READS = {
    "search", "search_volumes", "endpoint_workers", "group_workers", "endpoint_logs", "group_logs",
}  # fmt: skip
ACCOUNT_KEY = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZha2Uga2V5IG9mIHRoZSBkZW1vJ3MgYWNjb3VudCEh laptop"
)
"""The public key on most of the account's instances."""

OTHER_KEY = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFub3RoZXIgZmFrZSBrZXksIG9mIGEgd29yay1tYWMh work-mac"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldConfig:
    """Settings of a simulated world.

    `offers` is the number of GPU offers, `instances` the number rented at the start. With an empty
    `api_key` every well-formed key is accepted. `search_cap` is the most offers in one answer.
    `rate_limits` enforces the documented intervals; `daily_quota` is the number of searches per
    UTC day (None: unlimited). `credit` is the prepaid credit in $ (None: enough for some days).
    `volumes` is the number of volumes at the start, at most three; with `terse_volumes` their
    instances are objects, and a new one is answered without its id.
    `v0_list` is how the withdrawn instance list answers, `key_list` how SSH keys are listed. With
    `team_key` the account cannot have any. A `second_factor` refuses every plain key; a
    `narrow_key` may only see offers and instances. `strict_values` of variables have letters,
    digits, _ - and . only. With `exact_templates` templates are not found by parts of their names;
    with `terse_templates` deleting one is answered by words alone. `strict_ids` also refuses the id
    that the official client sends with a snapshot; `merged_env` adds an instance's new variables to
    the old ones. `documented_rows` have the fields of the official description where the service
    was seen to send others; only an account with `subaccounts` may have some. With `early_jobs`
    scheduled jobs come an hour early. With `traffic` containers have some, which is charged; with a
    `past` there are charges for what is gone, and a payment that has not come; charges come
    `charge_lag` seconds late. The account hosts so many `machines`, and has so many serverless
    `endpoints`, at most two, whose load follows `serverless_load`, a name in `load.CURVES`.
    """

    offers: int = 600
    instances: int = 4
    seed: int = 1
    api_key: str = ""
    search_cap: int = 64
    rate_limits: bool = False
    daily_quota: int | None = None
    credit: float | None = None
    v0_list: V0List = "410"
    team_key: bool = False
    key_list: KeyList = "recorded"
    second_factor: bool = False
    narrow_key: bool = False
    strict_values: bool = False
    exact_templates: bool = False
    terse_templates: bool = False
    strict_ids: bool = False
    merged_env: bool = False
    documented_rows: bool = False
    subaccounts: bool = True
    volumes: int = 0
    terse_volumes: bool = False
    early_jobs: bool = False
    traffic: bool = False
    past: bool = False
    charge_lag: float = 0.0
    machines: int = 0
    endpoints: int = 0
    serverless_load: str = "day"

    @property
    def start_credit(self) -> float:
        """Prepaid credit at the start, in $."""
        if self.credit is not None:
            return self.credit
        return 42.5 if self.instances <= _FEW else 50.0 * self.instances

    @property
    def at_start(self) -> Past:
        """What the account has at the start."""
        return Past(
            self.instances, self.volumes, self.endpoints, self.seed, self.start_credit,
            self.traffic, self.past,
        )  # fmt: skip


class World:
    """Answers requests; the same seed, times and requests give the same answers.

    Nothing is built before the first search, and then in slices (see `Reply.chunks`).
    """

    def __init__(self, config: WorldConfig, clock: Clock, state: Path | None = None) -> None:
        """With a `state` file, resume the world saved there and keep saving to it.

        Raises VastError if the file holds a different world.
        """
        self.config = config
        self.clock = clock
        self.market = Market(config.offers, config.seed)
        self.ledger = Ledger()
        self.faults = FaultPlan()
        now = clock.now()
        self.contracts = contracts_at_start(config.at_start, ACCOUNT_KEY, now)
        self.market.volumes = lambda: self.contracts.shelf.used
        self.keys = SshKeys(
            self.contracts, (ACCOUNT_KEY, OTHER_KEY), now,
            team=config.team_key, shape=config.key_list,
        )  # fmt: skip
        shelf = self.contracts.shelf
        self.copies = Copies(
            self.contracts, lambda number: shelf.get(number) is not None,
            lambda number: any(one.contract_id == number for one in self.backups.rows),
        )  # fmt: skip
        self.variables = Variables(strict=config.strict_values)
        self.templates = Templates(now, exact=config.exact_templates, terse=config.terse_templates)
        self.backups = Backups(now)
        self.jobs = ScheduledJobs(
            self.contracts, now, early=config.early_jobs, results=config.documented_rows
        )
        self.volumes = Volumes(self.contracts, Spaces(self.market), terse=config.terse_volumes)
        self.serverless = Serverless(
            self.contracts, self.market, self.templates, now, endpoints=config.endpoints,
            curve=config.serverless_load, documented=config.documented_rows,
            is_account_key=lambda key: is_good(key, config.api_key),
        )  # fmt: skip
        self.rent_rules = RentRules()
        self.api_keys = ApiKeys(now, NARROW if config.narrow_key else EVERYTHING)
        self.rights = Rights(self.api_keys, second_factor=config.second_factor)
        self.holder = Holder(
            self.contracts, self.api_keys, self.rights, now, second_factor=config.second_factor,
            documented=config.documented_rows, subaccounts=config.subaccounts,
            machines=config.machines, seed=config.seed, unpaid=config.past,
        )  # fmt: skip
        self.prepay = Prepay(self.contracts, self.holder.invoices)
        self.router = Router(self._resources(now))
        self._late: list[tuple[float, Callable[[], Reply]]] = []
        self.contracts.on_removed = lambda gone: self.market.release(
            gone.chunk.machine.machine_id, gone.gpus
        )
        self._limits = Limits(clock, enforced=config.rate_limits, daily_quota=config.daily_quota)
        self._control = Control(
            self.faults, self.ledger, self.router.operations, self.contracts, self.keys,
            self.rent_rules, self.serverless, clock.now,
        )  # fmt: skip

        self._file: WorldFile | None = None
        if state is not None:
            self._restore(state)

    def _resources(self, now: float) -> list[Resource]:
        config = self.config
        return [
            Search(self.market, config.search_cap),
            Gpus(),
            Records(
                self.market, now, documented=config.documented_rows, hosts=config.machines > 0
            ),
            *self.holder.resources,
            *self.serverless.resources,
            self.api_keys,
            self.templates,
            PriceIncreases(self.contracts, now),  # before the paths that end in {id}
            Instances(self.contracts, config.v0_list),
            Snapshots(self.contracts, strict=config.strict_ids),
            Remake(self.contracts, self.templates, merges=config.merged_env),
            Manage(self.contracts),
            self.prepay,
            self.backups,
            self.jobs,
            Results(self.contracts),
            Charges(self.contracts, config.charge_lag),
            self.keys,
            self.variables,
            self.copies,
            self.volumes,
            Rent(
                self.market, self.contracts, self.keys, self.templates, self.volumes,
                self.rent_rules,
            ),
        ]  # fmt: skip

    def _restore(self, path: Path) -> None:
        # start-up: the validation library takes 60 ms to import, and few worlds are saved
        from vasttui.simulator.saved_world import WorldFile

        self._file = WorldFile(path)
        saved = self._file.load()
        if saved is None:
            self._save()
            return
        if (saved.seed, saved.offers) != (self.config.seed, self.config.offers):
            raise VastError(
                f"{path} was saved with --offers {saved.offers} --seed {saved.seed}.",
                hint="Use the same values, or choose another file.",
            )
        self.contracts.restore(
            saved.credit, saved.contracts, saved.gone, saved.next_key, saved.now
        )  # fmt: skip
        self.contracts.shelf.restore(saved.volumes, saved.gone_volumes)
        self.keys.restore(saved.account_keys)
        self.variables.values = saved.variables
        self.copies.all = saved.copies
        if saved.templates:
            self.templates.restore(saved.templates, saved.former_templates)
        if saved.api_keys is not None:
            self.api_keys.ring = saved.api_keys
        if saved.backups is not None:
            self.backups.rows = saved.backups
        if saved.holder is not None:
            self.holder.restore(saved.holder)
        if saved.jobs is not None:
            self.jobs.book = saved.jobs
        if saved.serverless is not None:
            self.serverless.restore(saved.serverless)
        self.market.restore(saved.taken)

    def _save(self) -> None:
        """Save what must survive a restart."""
        if self._file is None:
            return
        # start-up: see `_restore`
        from vasttui.simulator.saved_world import Saved

        now = self.clock.now()
        paid, current, gone, key = self.contracts.snapshot(now)
        templates, former = self.templates.snapshot()
        self._file.save(
            Saved(
                seed=self.config.seed, offers=self.config.offers, now=now, credit=paid,
                contracts=current, gone=gone, account_keys=self.keys.account,
                taken=self.market.taken, next_key=key, variables=self.variables.values,
                templates=templates, former_templates=former, copies=self.copies.all,
                backups=self.backups.rows, jobs=self.jobs.book, serverless=self.serverless.book,
                api_keys=self.api_keys.ring, holder=self.holder.saved,
                volumes=self.contracts.shelf.all(),
                gone_volumes=self.contracts.shelf.gone(),
            )
        )  # fmt: skip

    def become(self, instance_id: int, what: str) -> None:
        """Put an instance in a state. Raises ValueError; see `Control.change`."""
        self._control.change(instance_id, what)

    def plan(self, operation: str, faults: Iterable[str]) -> None:
        """Plan faults for the next requests of an operation, after those already planned.

        Raises ValueError for an unknown operation or fault.
        """
        self._control.plan(operation, list(faults))

    def handle(self, request: Request) -> Reply:
        """The answer to one request. All but the control paths are recorded in the ledger."""
        self._catch_up()
        if request.path.startswith(PREFIX):
            try:
                return self._control.handle(request)
            except BadRequest as error:
                return error_reply(400, "invalid_request", str(error))
        match = self.router.find(request.method, request.path)
        operation = match.route.operation if match.route else ""
        fault = self.faults.take(operation) if operation else None
        reply = self._reply(request, match, fault)
        if request.method != "GET" and operation not in _POSTED_READS:
            self._save()
        self.ledger.write(
            entry(
                request,
                time=self.clock.now(),
                operation=operation,
                status=reply.status,
                fault=str(fault) if fault else "",
                key=presented_key(request),
            )
        )
        return reply

    def _reply(self, request: Request, match: Match, fault: Fault | None) -> Reply:
        route = match.route
        if route is None:
            if match.known_path:
                return error_reply(405, "method_not_allowed", "Method not allowed.")
            return error_reply(404, "not_found", "No such path.")
        if fault is None:
            return self._normal_reply(request, route, match)
        scene = Scene(
            answer=lambda: self._normal_reply(request, route, match),
            now=self.clock.now(),
            interval=route.interval,
            later=self._do_later,
        )
        return spoil(fault, scene)

    def _do_later(self, seconds: float, answer: Callable[[], Reply]) -> None:
        self._late.append((self.clock.now() + seconds, answer))

    def _catch_up(self) -> None:
        """Run the jobs that are due, and process the requests that have arrived late by now."""
        now = self.clock.now()
        ran = self.jobs.run(now, self._perform) | self.serverless.scaling.settle(now)
        due = [answer for at, answer in self._late if at <= now]
        self._late = [(at, answer) for at, answer in self._late if at > now]
        for answer in due:
            answer().read()
        if due or ran:
            self._save()

    def _perform(self, request: Request, at: float) -> None:
        """The request of a scheduled job, whatever comes of it."""
        match = self.router.find(request.method, request.path)
        if match.route is not None:
            with suppress(BadRequest):
                call = Call(request, match.params, at, "")
                self.holder.audit.watch(match.route, call, by_job=True)

    def _normal_reply(self, request: Request, route: Route, match: Match) -> Reply:
        key = presented_key(request)
        is_session = key in self.rights.sessions
        refusal = (
            key_refusal(route, key, "" if is_session else self.config.api_key)
            or self.holder.second_factor.expired(key or "", self.clock.now())
            or self._limits.refusal(route, key or ANONYMOUS)
            or self.rights.refusal(route, key or "", match.params)
        )
        if refusal is not None:
            return refusal
        call = Call(request, match.params, self.clock.now(), key or "")
        try:
            return self.holder.audit.watch(route, call)
        except BadRequest as error:
            return error_reply(400, "invalid_request", str(error))
