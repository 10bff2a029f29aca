"""Deployments as they are listed, each with the endpoint that it runs on."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vasttui.errors import VastError
from vasttui.lists.resource import Fact
from vasttui.models.instance import Instance
from vasttui.models.serverless import Deployment, DeploymentVersion
from vasttui.query.fields import Field, FieldSet
from vasttui.services.serverless.costs import Cost, rowless_of, whole_cost
from vasttui.services.serverless.rows import EndpointRow
from vasttui.services.serverless.words import cost_words, deployment_state, most_words
from vasttui.units import DAY, HOUR
from vasttui.words import UNKNOWN, hours_words, plural

Versions = Sequence[DeploymentVersion] | VastError
"""The versions of a deployment, or why they are not known."""

_HASH = 12


@dataclass(frozen=True, slots=True)
class DeploymentRow:
    """A deployment, its endpoint and what that costs, as far as they are known. `state` is the
    service's word for the state of its endpoint, empty if not known."""

    deployment: Deployment
    endpoint: EndpointRow | None = None
    cost: Cost | None = None
    state: str = ""
    workers: int | None = None

    @property
    def state_words(self) -> str:
        """Its state with its sign."""
        return deployment_state(self.deployment, self.state)

    @property
    def is_active(self) -> bool | None:
        """Whether its endpoint serves requests; None if that is not known."""
        known = {"active": True, "suspended": False, "stopped": False}
        return known.get(self.state.lower())

    @property
    def is_suspended(self) -> bool:
        """Whether its endpoint refuses requests while its workers go on: it can be stopped, too."""
        return self.state.lower() == "suspended"

    @property
    def now(self) -> float | None:
        """$/h now; None if it is not known, or only a part of it."""
        return None if self.cost is None or self.cost.unknown else self.cost.known

    @property
    def is_healthy(self) -> bool | None:
        """Whether its current version is the one that was healthy last; None if not known."""
        one = self.deployment
        if one.current_version_id is None:
            return None
        return one.current_version_id == one.last_healthy_version_id

    @property
    def version_cell(self) -> str:
        """`8812 ✓`, `8812, 8805 ✓`, `8812, none ✓`: the healthy one has the sign."""
        one = self.deployment
        if self.is_healthy is not False:
            return self.version_words
        return f"{one.current_version_id}, {one.last_healthy_version_id or 'none'} ✓"

    @property
    def version_words(self) -> str:
        """`8812 ✓`, `8812, last healthy: 8805`, `8812, last healthy: none`."""
        return self.version_as("")

    def version_as(self, status: str) -> str:
        """`version_words`, with the service's word for the current version: `8812, failed; last
        healthy: 8805`."""
        one = self.deployment
        if self.is_healthy is None:
            return UNKNOWN
        if self.is_healthy:
            return f"{one.current_version_id} ✓"
        said = f"{status}; " if status else ""
        return (
            f"{one.current_version_id}, {said}last healthy: {one.last_healthy_version_id or 'none'}"
        )


def deployment_rows(
    deployments: Iterable[Deployment],
    endpoints: Sequence[EndpointRow],
    instances: Mapping[int, Instance],
) -> tuple[DeploymentRow, ...]:
    """The deployments with what is known of their endpoints, which tell what the list leaves out;
    `instances` are those of the account, by id."""
    rowless = rowless_of(endpoints, instances)
    known = {row.id: (row, whole_cost(row, None, instances, rowless)) for row in endpoints}
    nothing: tuple[EndpointRow | None, Cost | None] = (None, None)
    return tuple(
        _row(one, *(nothing if one.endpoint_id is None else known.get(one.endpoint_id, nothing)))
        for one in deployments
    )


def _row(one: Deployment, row: EndpointRow | None, cost: Cost | None) -> DeploymentRow:
    if one.endpoint_id is None:
        return DeploymentRow(one, cost=Cost(), workers=0)
    if row is None:
        return DeploymentRow(one, None, None, one.endpoint_state or "", one.worker_count)
    state = one.endpoint_state or row.endpoint.endpoint_state or ""
    workers = one.worker_count if row.workers is None else len(row.workers)
    return DeploymentRow(one, row, cost, state, workers)


def overview(row: DeploymentRow, now: float, versions: Versions | None = None) -> Sequence[Fact]:
    """What it is, does and bills, at `now` (epoch seconds); `versions` as far as they were read."""
    one, endpoint = row.deployment, row.endpoint
    where = "" if one.endpoint_id is None else f" · on endpoint {one.endpoint_id}"
    name = "" if endpoint is None else f", {endpoint.name}"
    facts = [
        Fact("State", f"{row.state_words}{where}{name}", tone(row)),
        Fact("Bills", bills(row)),
        Fact(
            "Version",
            row.version_as(_current_status(one, versions)),
            "warn" if row.is_healthy is False else "",
        ),
        Fact("Client", _client(row, now)),
        Fact("Image", one.image or UNKNOWN),
    ]
    search = one.search_params or "what it searches is not known"
    disk = "" if one.storage is None else f"{one.storage:g} GB of disk · "
    facts.append(Fact("Search", f"{disk}{search}", "dim"))
    made = _day(one.created_at)
    facts.append(Fact("Made", f"{made}, changed {_day(one.updated_at)}", "dim"))
    return facts


def bills(row: DeploymentRow) -> str:
    """What its endpoint bills now and at most."""
    if row.deployment.endpoint_id is None:
        return "nothing now: it has no endpoint, so that no worker runs for it"
    if row.endpoint is None:
        count = "?" if row.workers is None else plural(row.workers, "worker")
        return f"{count}: what they cost is not known, as its endpoint is not listed"
    most = most_words(row.endpoint, row.cost)
    old = f" (old: {row.endpoint.error})" if row.endpoint.error is not None and row.cost else ""
    return f"{cost_words(row.cost)}{old} · {most}"


def versions_facts(versions: Versions | None, row: DeploymentRow) -> Sequence[Fact]:
    """Its versions, the newest first."""
    if versions is None:
        return [Fact("Versions", "Reading…", "dim")]
    if isinstance(versions, VastError):
        return [Fact("Versions", f"They cannot be shown: {versions.sentence}", "bad")]
    if not versions:
        return [Fact("Versions", "none", "dim")]
    tones = {"healthy": "good", "failed": "bad"}
    newest = sorted(versions, key=lambda one: (one.created_at or 0.0, one.id), reverse=True)
    return [
        Fact(f"{one.id}", _version(one, row.deployment), tones.get((one.status or "").lower(), ""))
        for one in newest
    ]


def _current_status(one: Deployment, versions: Versions | None) -> str:
    """What the service calls the current version; empty if that was not read."""
    if versions is None or isinstance(versions, VastError):
        return ""
    found = (each.status for each in versions if each.id == one.current_version_id)
    return next(found, None) or ""


def _version(one: DeploymentVersion, of: Deployment) -> str:
    marks = [
        word for word, number in (
            ("current", of.current_version_id), ("last healthy", of.last_healthy_version_id)
        ) if number == one.id
    ]  # fmt: skip
    parts = [
        one.status or UNKNOWN, one.label or "", f"code {(one.file_hash or UNKNOWN)[:_HASH]}",
        _day(one.created_at), ", ".join(marks),
    ]  # fmt: skip
    return " · ".join(filter(None, parts))


def tone(row: DeploymentRow) -> str:
    """The style of its state."""
    if row.deployment.endpoint_id is None:
        return "dim"
    return {"active": "good", "stopped": "dim"}.get(row.state.lower(), "warn")


def _client(row: DeploymentRow, now: float) -> str:
    """When its program was last heard of, and what happens without it."""
    one = row.deployment
    seen = one.last_client_heartbeat
    said = "last heard of: not known" if seen is None else f"last heard of {_ago(now - seen)} ago"
    if one.ttl is None:
        return f"{said} · when it stops without it: not known"
    allowed = hours_words(one.ttl / HOUR)
    state = row.state.lower()
    if seen is not None and now - seen > one.ttl and state not in ("", "stopped"):
        return f"{said} · should be stopped after {allowed} without it, and is {state}"
    return f"{said} · without it, the service stops it after {allowed}"


def _ago(seconds: float) -> str:
    return hours_words(max(0.0, seconds) / HOUR)


def _day(at: float | None) -> str:
    try:
        return UNKNOWN if at is None else time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
    except (ValueError, OverflowError, OSError):
        return UNKNOWN


def _words(row: DeploymentRow) -> str:
    one = row.deployment
    parts = (one.title, one.id, one.image, row.state, one.search_params, one.endpoint_id)
    return "\n".join(f"{part}" for part in parts if part is not None).lower()


FIELDS = FieldSet(
    fields=(
        Field(name="name", kind="text", help="its name", expr="(o.name or '')", example=":square"),
        Field(name="tag", kind="text", help="its tag", expr="(o.tag or '')", example=":staging"),
        Field(name="state", kind="text", help="state of its endpoint", expr="r.state",
              example=":active", known=True),
        Field(name="workers", kind="number", help="workers of its endpoint", expr="r.workers",
              example=">0"),
        Field(name="price", kind="number", help="cost now, $/h", aliases=("dph", "now"),
              expr="r.now", example=">0.5"),
        Field(name="healthy", kind="bool", help="its current version is healthy",
              expr="r.is_healthy", example="=true", bare=True),
        Field(name="age", kind="number", help="age, days", unit="days", scale=DAY,
              expr="(None if o.created_at is None else now - o.created_at)", example="<7d"),
        Field(name="id", kind="number", help="its id", expr="o.id", example="=644", known=True),
        Field(name="text", kind="text", help="words anywhere", known=True, cost=2,
              expr="words(r)", example=":cuda"),
    ),
    record="r.deployment", seen={"name": "o.name", "tag": "o.tag"}, scope={"words": _words},
    price=lambda row: row.now or 0.0, example="workers>0",
)  # fmt: skip
