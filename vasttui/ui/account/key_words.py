"""What there is to say about an SSH key: where it is, since when, and on which instances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from vasttui.lists.columns import Cell
from vasttui.services.ssh.key_ring import RingKey
from vasttui.services.ssh.key_use import BETWEEN, OLD
from vasttui.units import DAY, MINUTE
from vasttui.words import plural

UNREAD, FAILED = "not read yet", "could not be read"
"""What is known of an instance whose keys are not known."""


def here(key: RingKey) -> Cell:
    """Where the private key is, and whether ssh can use it."""
    local = key.local
    if local is None:
        return key.unchecked or "no private key here", "dim"
    where = "in agent" if local.path is None else f"~/.ssh/{local.path.stem}"
    if local.usable:
        return f"{where}{', in agent' if local.in_agent and local.path else ''} ✓", "good"
    return f"{where}: {'readable by others' if local.private_found else 'no private key'}", "warn"


def plain_here(key: RingKey) -> str:
    """The same for a file, empty where it is unknown."""
    return "" if key.here is None else here(key)[0].removesuffix(" ✓")


def numbers(key: RingKey) -> str:
    """Its ids on the account."""
    return "?" if key.account is None else ", ".join(map(str, key.account)) or "-"


def added(key: RingKey) -> str:
    """The day it was added to the account."""
    return (key.added or "-")[:10]


def age(key: RingKey, now: float) -> str:
    """The day it was added, and how long ago that is at `now` (epoch seconds)."""
    try:
        day = datetime.strptime(added(key), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return added(key)
    days = int((now - day.timestamp()) // DAY)
    return f"{added(key)}, {plural(days, 'day')} ago" if days >= 1 else f"{added(key)}, today"


@dataclass(frozen=True, slots=True)
class Use:
    """Names of the instances that have a key, of those that do not; how many were not read yet, and
    how many could not be."""

    having: tuple[str, ...]
    lacking: tuple[str, ...]
    unread: int
    failed: int = 0

    @property
    def _unknown(self) -> int:
        return self.unread + self.failed

    @property
    def short(self) -> Cell:
        """`7 of 8: not cheap-d`, `2 of 8: train-a, old-c`; of those read so far."""
        read = len(self.having) + len(self.lacking)
        if not read:
            return ("unknown" if self._unknown else "no instances"), "dim"
        count = f"{len(self.having)} of {read}{' read' if self._unknown else ''}"
        few = len(self.lacking) < len(self.having) and not self._unknown
        names = self.lacking if few else self.having
        listed = f"{'not ' if few and names else ''}{', '.join(names)}"
        return f"{count}: {listed}" if names else count, "" if self.having else "dim"

    @property
    def long(self) -> str:
        """All names."""
        parts = [", ".join(self.having) or "no instance"]
        if not self.having and self._unknown:
            parts = [f"none of the {len(self.lacking)} read" if self.lacking else ""]
        if self.lacking and self.having:
            parts.append(f"not on {', '.join(self.lacking)}")
        if self.unread:
            parts.append(f"{plural(self.unread, 'instance')} {UNREAD}, one every {BETWEEN:.0f} s")
        if self.failed:
            again = f"tried again every {OLD / MINUTE:.0f} minutes"
            parts.append(f"{plural(self.failed, 'instance')} {FAILED}: {again}")
        return " · ".join(filter(None, parts))
