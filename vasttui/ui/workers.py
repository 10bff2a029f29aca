"""What to know before a worker of a serverless endpoint is changed."""

from __future__ import annotations

from collections.abc import Sequence

from vasttui.services.actions.kinds import can_stop
from vasttui.services.fleet.snapshot import FleetRow


def has_stop(row: FleetRow) -> bool:
    """Whether to stop it is a way to save: an endpoint starts and stops its workers itself."""
    return can_stop(row) and not row.worker_of


def if_there(rows: Sequence[FleetRow]) -> str:
    """`, if it still exists,`: where no endpoint that is known lists these workers as its own."""
    if any(row.endpoint for row in rows if row.worker_of):
        return ""
    many = len({row.worker_of for row in rows if row.worker_of}) > 1
    return f", if {'they still exist' if many else 'it still exists'},"


def worker_words(rows: Sequence[FleetRow]) -> str:
    """That these are workers, which their endpoints may replace; empty if none is one."""
    found = [row.worker_of for row in rows if row.worker_of]
    if not found:
        return ""
    names = [*dict.fromkeys(found)]
    ends = f"endpoint{'s' if len(names) > 1 else ''} {', '.join(names)}"
    if len(rows) == 1:
        who, start = "It is a worker", "another in its place"
    else:
        all_ = len(found) == len(rows)
        are = "are workers" if len(found) > 1 else "is a worker"
        who = "They are workers" if all_ else f"{len(found)} of them {are}"
        start = "others in their place"
    may = f"which{if_there(rows)} may start {start}: what this saves or changes may not last."
    return f"{who} of the serverless {ends}, {may}"
