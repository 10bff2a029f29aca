"""What changed for the user: an instance exited, was outbid, went offline, is ready; money is
short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from vasttui.models.bill import Runway, runway_of
from vasttui.models.inbox import money_items, state_items
from vasttui.models.status import Phase
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.units import MINUTE
from vasttui.words import per_hour

AlertKind = Literal["exited", "outbid", "offline", "ready", "money", "offers", "timer", "idle"]

QUIET = 1.0 * MINUTE
"""Seconds in which the same does not alert again: a state may flicker."""

_KINDS: Mapping[Phase, AlertKind] = {
    Phase.EXITED: "exited", Phase.FAILED: "exited", Phase.OUTBID: "outbid",
    Phase.OFFLINE: "offline", Phase.RUNNING: "ready",
}  # fmt: skip
_NEVER_LEFT = frozenset({Phase.STOPPING, Phase.FROZEN, Phase.UNREADABLE, Phase.NO_SIGNAL})
"""States from which "running" is no news."""

_RUNWAYS = (Runway.FINE, Runway.LOW, Runway.CRITICAL)


class Alert(Struct, frozen=True):
    """One change. `name` is the instance's, empty for the account and the market. `word` says it in
    short, if not the kind does."""

    kind: AlertKind
    name: str
    text: str
    word: str = ""

    @property
    def short(self) -> str:
        """`train-a outbid`."""
        return f"{self.name} {self.word or self.kind}" if self.name else self.text

    @property
    def whole(self) -> str:
        """The name and the sentence."""
        return f"{self.name}: {self.text}" if self.name else self.text


class FleetAlerts:
    """Compares each snapshot with the one before. The first one is no change."""

    def __init__(self) -> None:
        self._phases: Mapping[int, Phase] = {}
        self._number = 0
        self._runway: Runway | None = None
        self._told: dict[tuple[AlertKind, int], float] = {}

    def of(self, fleet: Fleet, now: float) -> list[Alert]:
        """What changed since the last snapshot; `now` is epoch seconds."""
        found = self._money(fleet)
        if fleet.number == self._number:
            return found
        first = self._number == 0
        self._number = fleet.number
        before, self._phases = self._phases, {row.id: row.phase for row in fleet.rows}
        if first:
            return found
        return found + self._states(fleet, before, now)

    def _states(self, fleet: Fleet, before: Mapping[int, Phase], now: float) -> list[Alert]:
        found = []
        for row in fleet.rows:
            kind, was = _KINDS.get(row.phase), before.get(row.id)
            if was is row.phase or kind is None or (was is not None and _KINDS.get(was) == kind):
                continue
            if kind == "ready" and was in _NEVER_LEFT:
                continue
            last = self._told.get((kind, row.id))
            if last is None or not 0 <= now - last < QUIET:
                self._told[kind, row.id] = now
                # whether a worker is ready, its endpoint tells
                word = "running" if kind == "ready" and row.worker_of else ""
                found.append(Alert(kind, fleet.called(row), _words(row, now), word))
        return found

    def _money(self, fleet: Fleet) -> list[Alert]:
        """Whether the credit became short, or shorter."""
        if fleet.account is None or not fleet.number or fleet.account.credit is None:
            return []
        runway, _ = runway_of(fleet.account.credit, fleet.burn)
        before, self._runway = self._runway, runway
        if before is None or _RUNWAYS.index(runway) <= _RUNWAYS.index(before):
            return []
        return [Alert("money", "", one.text) for one in money_items(fleet.account, fleet.burn)]


def _words(row: FleetRow, now: float) -> str:
    """The sentence that the inbox has as well."""
    items = state_items(row.instance, row.phase, row.since, now)
    if items:
        return items[0].text
    price = "" if row.bill.hourly is None else f" at {per_hour(row.bill.hourly)}"
    return f"Running{price}."
