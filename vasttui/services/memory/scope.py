"""What a search was limited to."""

from __future__ import annotations

from collections.abc import Mapping

from vasttui.models.search import Scope, Trust
from vasttui.query.filters import Operand
from vasttui.query.wire import ServerQuery

_TRUSTS: Mapping[tuple[object, object], Trust] = {
    (True, True): "datacenter", (True, None): "verified", (None, None): "any",
}  # fmt: skip
_SCOPE = frozenset({"verified", "datacenter", "gpu_name", "num_gpus", "external", "rentable"})


def scope_of(query: ServerQuery) -> Scope:
    """Whose machines, which GPUs, how many; and whether by that alone, but for what every search
    leaves out."""
    filters = query.filters
    gpu, number = filters.get("gpu_name", {}), filters.get("num_gpus", {})
    known = filters.keys() <= _SCOPE and gpu.keys() <= {"eq", "in"} and number.keys() <= {"eq"}
    count = number.get("eq")
    return Scope(
        _TRUSTS.get((_only(query, "verified"), _only(query, "datacenter"))),
        _names(gpu), count if isinstance(count, int) else None,
        only=known and (_only(query, "external"), _only(query, "rentable")) == (False, True),
    )  # fmt: skip


def _only(query: ServerQuery, field: str) -> object:
    """The one value that a field may have; None if it may have any."""
    conditions = query.filters.get(field, {})
    if not conditions:
        return None
    return conditions["eq"] if conditions.keys() == {"eq"} else "others"


def _names(conditions: Mapping[str, Operand]) -> tuple[str, ...] | None:
    found = conditions.get("in", conditions.get("eq"))
    several = found if isinstance(found, tuple) else (found,)
    return None if found is None else tuple(map(str, several))
