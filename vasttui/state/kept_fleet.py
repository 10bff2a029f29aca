"""The last list of instances, shown at the start until the service has answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vasttui.state.json_file import Write
from vasttui.state.kept_rows import Kept, KeptRows

if TYPE_CHECKING:
    from vasttui.clock import Clock
    from vasttui.models.instance import Instance
    from vasttui.services.fleet.snapshot import Fleet

MOST = 100
"""Instances that are kept; more would delay the first frame."""


class Listed(NamedTuple):
    """Instances as they were listed at that time, epoch seconds."""

    instances: tuple[Instance, ...]
    at: float


class KeptFleet:
    """Keeps the instances of one account, without what is secret; with `path` None none."""

    def __init__(self, path: Path | None, write: Write) -> None:
        self._file = KeptRows(path, write, _names)
        self.save = self._file.save

    def load(self, identity: Callable[[], str], clock: Clock) -> Listed | None:
        """The list as it was; None if none is kept for this account, or from a time to come.
        `identity` makes a digest of the service and the key."""
        kept = self._file.load()
        if kept is None or kept.head.get("identity") != (identity() or "nobody"):
            return None
        at = float(kept.head.get("saved_at", 0.0))
        return None if at > clock.now() else Listed(_instances(kept.rows), at)

    def instances(self) -> tuple[Instance, ...]:
        """The instances that were listed last, of whichever account."""
        kept = self._file.load()
        return () if kept is None else _instances(kept.rows)

    def see(self, fleet: Fleet, identity: str, now: float) -> None:
        """Keep a complete reading of the account's instances, now (monotonic seconds) or soon."""
        if not fleet.number or fleet.as_of_wall is None or not identity:
            return
        rows = [row.instance for row in fleet.rows[:MOST] if not row.gone]
        head = {"identity": identity, "saved_at": fleet.as_of_wall}
        # start-up: nothing is kept before the first frame
        from vasttui.state.kept_instance import plain

        self._file.see(lambda: Kept(head, [plain(instance) for instance in rows]), now)


def _instances(rows: Sequence[Sequence[Any]]) -> tuple[Instance, ...]:
    # start-up: only where instances are kept
    from vasttui.state.kept_instance import instance_of

    return tuple(map(instance_of, rows))


def _names() -> Sequence[str]:
    # start-up: only where instances are kept
    from vasttui.state.kept_instance import NAMES

    return NAMES
