"""Charges of contracts and volumes as rows (docs: "show charges").

A row is rounded so that the rows of successive days add up to what was charged in all: the day's
amount is the rounded sum to its end less the rounded sum to its beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from vasttui.simulator.account.contract import Contract
from vasttui.simulator.account.meter import Meter, Total
from vasttui.simulator.account.shelf import StoredVolume
from vasttui.units import DAY

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Charged:
    """A contract or volume that is charged, and its place in the list."""

    kind: str
    id: int
    since: float
    meter: Meter
    facts: Mapping[str, object]

    @property
    def endpoint(self) -> int | None:
        """The endpoint that it works for."""
        number = self.facts.get("endpoint_id")
        return number if isinstance(number, int) else None

    @property
    def type(self) -> str:
        """What it is filtered by."""
        return self.kind if self.endpoint is None else "serverless"


def of_contract(contract: Contract) -> Charged:
    """An instance."""
    facts = {
        "template_id": contract.template_id, "label": contract.label,
        "endpoint_id": contract.endpoint_id, "workergroup_id": contract.workergroup_id,
    }  # fmt: skip
    return Charged("instance", contract.id, contract.start_date, contract.meter, facts)


def of_volume(volume: StoredVolume) -> Charged:
    """A volume."""
    return Charged("volume", volume.id, volume.start_date, volume.meter, {"label": volume.label})


def charged_in(charged: Iterable[Charged], first: float, last: float) -> list[Charged]:
    """Those that are charged between two times (epoch seconds), the oldest first."""
    found = (one for one in charged if any(True for _ in one.meter.between(first, last)))
    return sorted(found, key=lambda one: (one.since, one.id))


def rows(charged: Iterable[Charged], first: float, last: float) -> list[Row]:
    """A row for each of them, with what is charged between two times."""
    return [_row(one, first, last) for one in charged]


def tree(flat: Sequence[Row]) -> list[Row]:
    """The rows with workers inside their group and endpoint."""
    return _wrapped(flat, "endpoint", lambda inner: _wrapped(inner, "workergroup", list))


def _row(one: Charged, first: float, last: float) -> Row:
    spans = list(one.meter.between(first, last))
    before, after = one.meter.total(first), one.meter.total(last)
    start = _midnight(spans[0].start)
    end = max(start, _midnight(max(spans[-1].end - 1e-3, spans[-1].start)))
    days = (end - start) // DAY + 1
    about = f"{one.kind.title()} {one.id} Charges - {days} day{'' if days == 1 else 's'}"
    facts = {name: value for name, value in one.facts.items() if value is not None}
    return {
        **_part(start, end, one.kind, about, _mills(before.dollars, after.dollars)),
        "source": f"{one.kind}-{one.id}", "metadata": facts,
        "items": [
            _part(start, end, kind, words, amount)
            for kind, words, amount in _parts(before, after)
        ],
    }  # fmt: skip


def _parts(before: Total, after: Total) -> list[tuple[str, str, float]]:
    gpu, disk = _mills(before.gpu, after.gpu), _mills(before.disk, after.disk)
    return [
        ("gpu", _hours(after.gpu_hours - before.gpu_hours, after.gpu - before.gpu), gpu),
        ("disk", _hours(after.disk_hours - before.disk_hours, after.disk - before.disk), disk),
        ("bwd", f"{round(after.gb_down - before.gb_down, 3)} GB Downloaded",
         _mills(before.down, after.down)),
        ("bwu", f"{round(after.gb_up - before.gb_up, 3)} GB Uploaded",
         _mills(before.up, after.up)),
    ]  # fmt: skip


def _hours(hours: float, dollars: float) -> str:
    return f"{hours:.3f} hours at ${dollars / hours if hours else 0.0:.3f}/hour"


def _mills(before: float, after: float) -> float:
    return round(round(after, 3) - round(before, 3), 3)


def _part(start: int, end: int, kind: str, words: str, amount: float) -> Row:
    return {
        "start": start, "end": end, "type": kind, "source": None, "description": words,
        "amount": amount, "metadata": {}, "items": [],
    }  # fmt: skip


def _wrapped(
    flat: Sequence[Row], kind: str, inside: Callable[[Sequence[Row]], list[Row]]
) -> list[Row]:
    """The rows with those of one number of that `kind` inside a row of its own."""
    found: dict[object, list[Row]] = {}
    for row in flat:
        facts = row["metadata"]
        number = facts.get(f"{kind}_id") if isinstance(facts, dict) else None
        found.setdefault(row["source"] if number is None else number, []).append(row)
    return [
        group[0] if isinstance(number, str) else _wrapper(kind, number, group, inside(group))
        for number, group in found.items()
    ]


def _wrapper(kind: str, number: object, flat: Sequence[Row], inner: list[Row]) -> Row:
    starts = [row["start"] for row in flat if isinstance(row["start"], int)]
    ends = [row["end"] for row in flat if isinstance(row["end"], int)]
    amounts = [row["amount"] for row in flat if isinstance(row["amount"], float)]
    facts = flat[0]["metadata"]
    names = ("endpoint_id",) if kind == "endpoint" else ("endpoint_id", "workergroup_id")
    words = f"{kind.title()} {number} Charges"
    return {
        **_part(min(starts), max(ends), "serverless", words, round(sum(amounts), 3)),
        "source": f"{kind}-{number}", "items": inner,
        "metadata": {name: facts[name] for name in names if isinstance(facts, dict)},
    }  # fmt: skip


def _midnight(seconds: float) -> int:
    return int(seconds // DAY * DAY)
