"""Instances of endpoints that are not listed: left by what was deleted elsewhere, or in an earlier
run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from vasttui.models.instance import Instance
from vasttui.services.serverless.costs import cost_of
from vasttui.words import at_least, plural


def strays(
    instances: Iterable[Instance], listed: Collection[int | None], at: float,
    names: Mapping[str, str],
) -> Mapping[int, str]:  # fmt: skip
    """A sentence for each endpoint that is not `listed` and has instances, by its id, with its name
    where that is one of the `names`, by the ids. What began after `at` (epoch seconds) may be of
    one that was made since the lists were read."""
    found: dict[int, list[Instance]] = {}
    for one in instances:
        began = one.start_date
        if one.endpoint_id is not None and began is not None and began < at:
            found.setdefault(one.endpoint_id, []).append(one)
    return {
        number: _words(_called(number, names), of)
        for number, of in found.items()
        if number not in listed
    }


def _called(number: int, names: Mapping[str, str]) -> str:
    name = names.get(f"{number}")
    return f"{number}" if name is None else f"{name} ({number})"


def _words(called: str, instances: Collection[Instance]) -> str:
    cost, are = cost_of((), {}, instances), "is" if len(instances) == 1 else "are"
    price, ids = at_least(cost.known, cost.mark), ", ".join(map(str, cost.rowless))
    some = plural(len(instances), "instance")
    return f"Endpoint {called} is not listed, but {some} of it {are}, {price}: {ids}."
