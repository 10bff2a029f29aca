"""One read of every kind that the program knows, made as the program makes it.

Some are about an object, such as an instance: the first that an earlier read found.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vasttui.api.client import VastClient
from vasttui.units import DAY

SEARCH = {"type": "on-demand", "allocated_storage": 10.0, "limit": 64}
"""The body of the search."""

_PAST = 30
"""Days of payments that are read."""

NOT_ASKED: Mapping[str, str] = {
    "tfa_login": "it uses up a code",
    "logs": "it makes the host upload a log",
    "gpu_current": "it is for accounts that host",
    "gpu_history": "it is for accounts that host",
    "gpu_locations": "it is for accounts that host",
    "backup_files": "its answer opens the files",
}
"""Requests that change nothing in the account and are not made all the same, and why."""

Known = Mapping[str, int]
"""The id of the first object of each kind that was found: "instance", "endpoint"."""


@dataclass(frozen=True, slots=True)
class Read:
    """A kind of read: the name of its operation, what it reads in words, and the call, which gets
    the ids found so far and the time (epoch seconds).

    `needs` is the kind of object that it is about, if any. Of its rows the first one's `field` is
    the id of what it `finds`. Only `hosts`: accounts that rent are refused.
    """

    name: str
    about: str
    make: Callable[[VastClient, Known, float], Awaitable[Any]]
    needs: str = ""
    finds: str = ""
    rows: Callable[[Any], Sequence[Any]] = lambda answer: answer
    field: str = "id"
    hosts: bool = False

    def found(self, answer: Any) -> int | None:
        """The id of the first object in the answer."""
        rows = self.rows(answer) if self.finds and answer is not None else ()
        number = getattr(rows[0], self.field) if rows else None
        return number if isinstance(number, int) else None


async def _search(client: VastClient, known: Known, now: float) -> object:
    return [batch async for batch in client.offers.search(SEARCH)]


READS = (
    Read("search", "offers", _search, finds="machine", rows=lambda batches: batches[0].offers,
         field="machine_id"),
    Read("reports", "reports about a machine", lambda c, k, now: c.machines.reports(k["machine"]),
         needs="machine"),
    Read("benchmarks", "benchmarks of a machine",
         lambda c, k, now: c.machines.benchmarks(k["machine"]), needs="machine"),
    Read("gpu_names", "names of GPUs", lambda c, k, now: c.offers.gpu_names()),
    Read("account", "the account", lambda c, k, now: c.account.current(),
         finds="account", rows=lambda one: (one,)),
    Read("list", "instances", lambda c, k, now: c.instances.list(),
         finds="instance", rows=lambda one: one.instances),
    Read("get", "one instance", lambda c, k, now: c.instances.get(k["instance"]),
         needs="instance"),
    Read("instance_ssh_keys", "SSH keys of an instance",
         lambda c, k, now: c.ssh_keys.attached(k["instance"]), needs="instance"),
    Read("deposit", "what is paid ahead for an instance",
         lambda c, k, now: c.deposits.get(k["instance"]), needs="instance"),
    Read("price_increases", "price increases", lambda c, k, now: c.price_increases.list()),
    Read("templates", "templates", lambda c, k, now: c.templates.recommended(k.get("account"))),
    Read("volumes", "volumes", lambda c, k, now: c.volumes.list()),
    Read("search_volumes", "room for a volume", lambda c, k, now: c.volumes.search(10)),
    Read("backups", "backups", lambda c, k, now: c.backups.list()),
    Read("scheduled_jobs", "scheduled jobs", lambda c, k, now: c.scheduled_jobs.list()),
    Read("charges", "charges of yesterday",
         lambda c, k, now: c.billing.day(int(now // DAY) - 1)),
    Read("invoices", "invoices of 30 days",
         lambda c, k, now: c.billing.invoices(now - _PAST * DAY, now)),
    Read("earnings", "earnings of yesterday",
         lambda c, k, now: c.billing.earnings(int(now // DAY) - 1, int(now // DAY) - 1),
         hosts=True),
    Read("ssh_keys", "SSH keys", lambda c, k, now: c.ssh_keys.list()),
    Read("variables", "variables", lambda c, k, now: c.variables.list()),
    Read("api_keys", "API keys", lambda c, k, now: c.api_keys.list()),
    Read("audit_logs", "the audit log", lambda c, k, now: c.account.audit_log()),
    Read("ipaddrs", "addresses", lambda c, k, now: c.account.addresses()),
    Read("subaccounts", "subaccounts", lambda c, k, now: c.account.subaccounts()),
    Read("connections", "cloud connections", lambda c, k, now: c.account.connections()),
    Read("tfa_status", "two-factor login", lambda c, k, now: c.account.second_factor()),
    Read("endpoints", "endpoints", lambda c, k, now: c.endpoints.list(),
         finds="endpoint", rows=lambda one: one.endpoints),
    Read("worker_groups", "worker groups", lambda c, k, now: c.worker_groups.list(),
         finds="worker group", rows=lambda one: one.groups),
    Read("endpoint_workers", "workers of an endpoint",
         lambda c, k, now: c.live.endpoint_workers(k["endpoint"]), needs="endpoint"),
    Read("group_workers", "workers of a worker group",
         lambda c, k, now: c.live.group_workers(k["worker group"]), needs="worker group"),
    Read("endpoint_logs", "the log of an endpoint",
         lambda c, k, now: c.live.endpoint_log(k["endpoint"], 10), needs="endpoint"),
    Read("group_logs", "the log of a worker group",
         lambda c, k, now: c.live.group_log(k["worker group"], 10), needs="worker group"),
    Read("deployments", "deployments", lambda c, k, now: c.deployments.list(),
         finds="deployment", rows=lambda one: one.deployments),
    Read("deployment_versions", "versions of a deployment",
         lambda c, k, now: c.deployments.versions(k["deployment"]), needs="deployment"),
)  # fmt: skip
