"""GPUs that are not used: by readings made here, and never by a reading without a sample."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from vasttui.models.timer import Idle
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.units import HOUR, MINUTE
from vasttui.words import money

GAP = 3 * MINUTE
"""Seconds without a sample after which nothing is known of the time between."""


class _Spell(Struct):
    """Samples under the limit without a break, from `began` to `last`, monotonic seconds; `since`
    is the first one's epoch seconds. `told`: the user knows."""

    began: float
    last: float
    since: float
    told: bool = False


class IdleNotice(Struct, frozen=True):
    """A GPU that has been idle for long; `since` is epoch seconds. `is_new`: not told before."""

    row: FleetRow
    rule: Idle
    minutes: float
    since: float
    is_new: bool = False

    @property
    def sentence(self) -> str:
        """`Its GPU has been under 5 % for 20 min ($0.10).`"""
        subject = "Its GPUs have" if (self.row.instance.num_gpus or 1) > 1 else "Its GPU has"
        hourly = self.row.bill.hourly
        cost = "" if hourly is None else f" ({money(hourly * self.minutes * MINUTE / HOUR)})"
        long = f"{int(self.minutes)} min" if self.minutes < 120 else f"{int(self.minutes / 60)} h"
        return f"{subject} been under {self.rule.percent:g} % for {long}{cost}."


class IdleWatch:
    """Watches every running instance; `rules` are those of single ones, for which others count
    after `usual`, None: not at all."""

    def __init__(self, rules: Mapping[int, Idle], usual: Idle | None) -> None:
        self._rules, self._usual = rules, usual
        self._spells: dict[int, _Spell] = {}
        self._number = 0
        self._notices: list[IdleNotice] = []

    def see(self, fleet: Fleet) -> list[IdleNotice]:
        """Those that are idle by a reading; once per spell one of them `is_new`."""
        if fleet.number == self._number or fleet.as_of is None or fleet.as_of_wall is None:
            return []
        self._number = fleet.number
        spells, self._spells = self._spells, {}
        self._notices = []
        for row in fleet.rows:
            rule = self._rules.get(row.id, self._usual)
            spell = self._spell(row, rule, spells.get(row.id), fleet.as_of, fleet.as_of_wall)
            if rule is None or spell is None:
                continue
            self._spells[row.id] = spell
            minutes = (spell.last - spell.began) / MINUTE
            if minutes >= rule.minutes:
                new, spell.told = not spell.told, True
                self._notices.append(IdleNotice(row, rule, minutes, spell.since, new))
        return [notice for notice in self._notices if notice.is_new]

    @property
    def notices(self) -> list[IdleNotice]:
        """All that are idle, by the last reading."""
        return list(self._notices)

    @staticmethod
    def _spell(
        row: FleetRow, rule: Idle | None, spell: _Spell | None, at: float, wall: float
    ) -> _Spell | None:
        use = row.instance.gpu_util
        if rule is None or not row.is_running or (use is not None and use >= rule.percent):
            return None
        if spell is not None and at - spell.last > GAP:
            spell = None
        if use is None:
            return spell
        if spell is None:
            return _Spell(at, at, wall)
        spell.last = at
        return spell
