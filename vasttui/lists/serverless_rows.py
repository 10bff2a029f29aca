"""Endpoints with their worker groups under them, or all workers, as they are listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from vasttui.models.instance import Instance
from vasttui.models.worker_search import ANY
from vasttui.models.worker_state import Kind
from vasttui.query.fields import Field, FieldSet
from vasttui.services.serverless.costs import Cost, cost_of, most_of, rowless_of, whole_cost
from vasttui.services.serverless.rows import (
    EndpointRow,
    GroupRow,
    Load,
    WorkerRow,
    count,
    load_of,
)
from vasttui.services.serverless.templates import OtherTemplate, other_templates
from vasttui.services.serverless.words import counts, state_words
from vasttui.words import plural


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row: an endpoint, a `group` of it, or a `worker` of it with its group and its `instance`,
    as far as they are known. `cost` is what its workers cost, `whole` what all of the endpoint
    cost; None where they are not known. `templates` tells of workers that were made from another
    one than their group names. `place` is where it stands."""

    endpoint: EndpointRow
    group: GroupRow | None = None
    worker: WorkerRow | None = None
    instance: Instance | None = None
    cost: Cost | None = None
    whole: Cost | None = None
    templates: tuple[OtherTemplate, ...] = ()
    place: int = 0

    @property
    def id(self) -> str:
        """Identifies it among all: `e19392`, `g4471`, `w54547801`."""
        if self.worker is not None:
            return f"w{self.worker.id}"
        return f"e{self.endpoint.id}" if self.group is None else f"g{self.group.id}"

    @property
    def workers(self) -> tuple[WorkerRow, ...] | None:
        """Its workers; None if they are not known."""
        if self.worker is not None:
            return (self.worker,)
        return self.endpoint.workers if self.group is None else self.group.workers

    @property
    def load(self) -> Load | None:
        """What its ready workers do; None if they are not known: one that cannot be read may be
        ready."""
        is_part = self.worker is None and self.endpoint.bad
        return None if self.workers is None or is_part else load_of(self.workers)

    @property
    def worst(self) -> float | None:
        """$/h in the worst case, see `costs.Worst`."""
        return most_of(self.group or self.endpoint, self.cost).hourly

    @property
    def now(self) -> float | None:
        """$/h now; None if it is not known, or only a part of it."""
        return None if self.cost is None or self.cost.unknown else self.cost.known

    def of(self, *kinds: Kind) -> int | None:
        """How many of its workers count as these; None: not known."""
        return count(self.workers, *kinds)


def lines_of(rows: Iterable[EndpointRow], instances: Mapping[int, Instance]) -> tuple[Line, ...]:
    """Each endpoint, and its groups after it."""
    return tuple(_lines(rows, instances))


def _lines(rows: Iterable[EndpointRow], instances: Mapping[int, Instance]) -> Iterator[Line]:
    place, listed = 0, list(rows)
    rowless = rowless_of(listed, instances)
    for row in listed:
        whole = whole_cost(row, None, instances, rowless)
        for group in (None, *row.groups):
            cost = whole if group is None else whole_cost(row, group, instances, rowless)
            yield Line(
                endpoint=row, group=group, cost=cost, whole=whole, place=place,
                templates=other_templates(row.groups if group is None else [group], instances),
            )  # fmt: skip
            place += 1


def worker_lines(
    rows: Iterable[EndpointRow], instances: Mapping[int, Instance]
) -> tuple[Line, ...]:
    """All workers that are known."""
    pairs = ((row, worker) for row in rows for worker in row.workers or ())
    return tuple(
        _worker_line(row, worker, instances, place) for place, (row, worker) in enumerate(pairs)
    )


def _worker_line(
    row: EndpointRow, worker: WorkerRow, instances: Mapping[int, Instance], place: int
) -> Line:
    group = next((one for one in row.groups if one.id == worker.group), None)
    own = () if group is None else (replace(group, workers=(worker,)),)
    return Line(
        endpoint=row, group=group, worker=worker, instance=instances.get(worker.id), place=place,
        cost=cost_of([worker], instances), templates=other_templates(own, instances),
    )  # fmt: skip


def above(line: Line) -> str | None:
    """The id of the row that a group stands under."""
    return f"e{line.endpoint.id}" if line.group is not None and line.worker is None else None


def summary(lines: Sequence[Line]) -> str:
    """`2 endpoints, 3 groups: 2 ready, 1 starting, 2 off`."""
    return counts([line.endpoint for line in lines if line.group is None])


def part(lines: Sequence[Line], shown: Sequence[Line]) -> str:
    """`2 rows shown of 2 endpoints, 3 groups`: the workers of those not shown are no part of it."""
    return f"{plural(len(shown), 'row')} shown of {summary(lines).partition(': ')[0]}"


def worker_summary(lines: Sequence[Line], unknown: int, bad: int = 0) -> str:
    """`5 workers: 2 ready, 1 starting, 2 inactive`; of so many endpoints they are not known, and so
    many more are `bad`, which cannot be read."""
    kinds = [(sum(line.of(kind) or 0 for line in lines), kind.value) for kind in Kind]
    kinds.append((bad, "unreadable"))
    parts = ", ".join(f"{number} {word}" for number, word in kinds if number)
    part = f" (of {plural(unknown, 'endpoint')} not known)" if unknown else ""
    return f"{plural(len(lines), 'worker')}{f': {parts}' if parts else ''}{part}"


def _words(line: Line) -> str:
    parts = [line.endpoint.name, state_words(line.endpoint), f"{line.endpoint.id}"]
    groups = line.endpoint.groups if line.group is None else (line.group,)
    parts += [f"{one.id} {one.group.search}" for one in groups]
    if line.worker is not None:
        parts += [f"{line.worker.id}", line.worker.worker.state.words]
        parts.append(line.instance.gpu_name or "" if line.instance is not None else "")
    return "\n".join(parts).lower()


def _any_price(line: Line) -> bool:
    return line.worst == ANY


_COMMON = (
    Field(name="name", kind="text", help="name of the endpoint", aliases=("endpoint",),
          expr="o.name", example=":llama", known=True),
    Field(name="state", kind="text", help="state of the endpoint", expr="o.endpoint.state",
          example=":active", known=True),
    Field(name="group", kind="number", help="id of the worker group",
          expr="(None if r.group is None else r.group.id)", example=":4471"),
    Field(name="error", kind="bool", help="has a broken worker",
          expr="(None if r.workers is None else r.of(BROKEN) > 0)", example="=true", bare=True),
    Field(name="load", kind="number", help="load, % of what is ready", unit="percent",
          expr="share(r)", example=">80"),
    Field(name="price", kind="number", help="cost now, $/h", aliases=("dph", "now"), expr="r.now",
          example=">0.5"),
)  # fmt: skip
_TEXT = Field(name="text", kind="text", help="words anywhere", known=True, cost=2,
              expr="words(r)", example=":llama")  # fmt: skip
_SCOPE = {
    "words": _words, "BROKEN": Kind.BROKEN, "READY": Kind.READY, "STARTING": Kind.STARTING,
    "OFF": Kind.OFF, "any_price": _any_price, "share": lambda line: _share(line),
}  # fmt: skip


def _share(line: Line) -> float | None:
    share = None if line.load is None else line.load.share
    return None if share is None else share * 100


def _number(name: str, kind: str, about: str) -> Field:
    return Field(name=name, kind="number", help=f"workers that {about}", expr=f"r.of({kind})",
                 example=">0")  # fmt: skip


FIELDS = FieldSet(
    fields=(
        *_COMMON,
        _number("ready", "READY", "serve requests"),
        _number("starting", "STARTING", "load or start"),
        _number("off", "OFF", "are inactive or stopped"),
        Field(name="most", kind="number", help="cost in the worst case, $/h", expr="r.worst",
              example=">5"),
        Field(name="any", kind="bool", help="takes any price", expr="any_price(r)",
              example="=true", bare=True, known=True),
        Field(name="id", kind="number", help="id of the endpoint", expr="o.id", example="=19392",
              known=True),
        _TEXT,
    ),
    record="r.endpoint", seen={"name": "o.name", "state": "o.endpoint.state"}, scope=_SCOPE,
    price=lambda line: line.now or 0.0, example="most>5",
)  # fmt: skip

WORKER_FIELDS = FieldSet(
    fields=(
        Field(name="does", kind="text", help="state of the worker", aliases=("worker",),
              expr="r.worker.worker.state.words", example=":ready", known=True),
        *_COMMON,
        Field(name="id", kind="number", help="id of the worker", expr="r.worker.id",
              example="=54547801", known=True),
        _TEXT,
    ),
    record="r.endpoint",
    seen={"name": "o.name", "state": "o.endpoint.state", "does": "r.worker.worker.state.words"},
    scope=_SCOPE, price=lambda line: line.now or 0.0, example="load>80",
)  # fmt: skip
