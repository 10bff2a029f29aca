"""Learns how the user's rentals go from the instances as they are listed."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from vasttui.models.advice import SLOW_AFTER, STUCK_AFTER
from vasttui.models.machine_memory import NEVER, OwnRental, completed
from vasttui.models.offer import vram_gb
from vasttui.models.status import Phase
from vasttui.models.trouble import NO_LOGIN_AFTER, trouble_of
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.units import HOUR
from vasttui.words import hours_words

_GAP = 90.0
"""Seconds between two readings after which it is not known when an instance began to run."""

_LOST = {Phase.OFFLINE, Phase.NO_SIGNAL}
_KEEP_EVERY = 600.0
"""Seconds after which a rental is kept again though nothing but its cost has changed."""


class RentalLearner:
    """What is known of each rental, by instance; `see` returns those that changed."""

    def __init__(self) -> None:
        self.known: dict[int, OwnRental] = {}
        self.owners: dict[int, str] = {}
        self._before: dict[int, tuple[Phase, float]] = {}
        self._number = 0

    def take(self, rentals: Mapping[int, tuple[OwnRental, str]]) -> None:
        """Adopt what was kept; what was learnt since is newer."""
        for instance, (rental, owner) in rentals.items():
            mine = self.known.get(instance)
            if mine is not None:  # learnt before the memory was read
                rental = replace(
                    completed(mine, rental), trouble=mine.trouble or rental.trouble,
                    cause=mine.cause or rental.cause, trouble_at=mine.trouble_at or
                    rental.trouble_at,
                )  # fmt: skip
            self.known[instance] = rental
            self.owners.setdefault(instance, owner)

    def asked(self, instance: int, *, as_asked: bool) -> OwnRental | None:
        """What came of a rental with this program was compared with what was asked for."""
        known = self.known.get(instance)
        if known is None or known.as_asked is as_asked:
            return None
        self.known[instance] = replace(known, as_asked=as_asked)
        return self.known[instance]

    def logged_in(self, instance: int, at: float) -> OwnRental | None:
        """A login worked, `at` epoch seconds. It tells when the instance was ready if it was tried
        soon after it had come up: the first one."""
        known = self.known.get(instance)
        if known is None or known.login_after is not None:
            return None
        if known.rented is None or known.ready_after is None:
            return None
        after = at - known.rented
        if not 0 <= after - known.ready_after <= NO_LOGIN_AFTER:
            return None
        self.known[instance] = replace(known, login_after=after)
        return self.known[instance]

    def see(self, fleet: Fleet, owner: str, charged: Mapping[int, float]) -> list[OwnRental]:
        """Learn from a complete reading of the owner's instances. `charged` has what charges say of
        some in $, also after their end: they come late."""
        now = fleet.as_of_wall
        if fleet.number == self._number or now is None or fleet.is_kept:
            return []
        self._number = fleet.number
        changed = []
        for row in fleet.rows:
            if row.instance.machine_id is not None and not row.worker_of:
                old = self.known.get(row.id)
                rental = self._learnt(old, row, now)
                self.known[row.id], self.owners[row.id] = rental, owner
                if old is None or _is_news(old, rental):
                    changed.append(rental)
        here = {row.id for row in fleet.rows}
        for instance, rental in self.known.items():
            mine = self.owners.get(instance) == owner
            if mine and rental.ended is None and instance not in here and not fleet.bad:
                self.known[instance] = self._ended(rental, now)
                changed.append(self.known[instance])
        for instance, dollars in charged.items():
            ended = self.known.get(instance)
            if ended is not None and ended.ended is not None and dollars > (ended.paid or 0.0):
                self.known[instance] = replace(ended, paid=dollars)
                changed.append(self.known[instance])
        self._before = {row.id: (row.phase, now) for row in fleet.rows}
        return changed

    def _ended(self, rental: OwnRental, now: float) -> OwnRental:
        """The rental of an instance that is not listed any more. One that was watched until then
        and never ran went wrong; of another it is not known."""
        before = self._before.get(rental.instance)
        watched = before is not None and before[0].traits.is_new and _is_soon(before[1], now)
        if before is None or not watched or rental.ran or rental.trouble:
            return replace(rental, ended=now)
        if rental.cause:
            return replace(rental, ended=now, trouble="stuck", trouble_at=now)
        start = rental.rented
        after = "" if start is None or start > now else f", {hours_words((now - start) / HOUR)} old"
        cause = f"gone while {before[0].value}{after}"
        return replace(rental, ended=now, trouble=NEVER, cause=cause, trouble_at=now)

    def _learnt(self, old: OwnRental | None, row: FleetRow, now: float) -> OwnRental:
        instance = row.instance
        assert instance.machine_id is not None
        rental = old or OwnRental(
            instance=row.id, machine=instance.machine_id, gpu=instance.gpu_name or "",
            gpus=instance.num_gpus or 0, rented=instance.start_date, price=instance.dph_total,
            vram=None if instance.gpu_ram is None else vram_gb(instance.gpu_ram),
            is_bid=instance.is_bid,
        )  # fmt: skip
        if rental.trouble == NEVER:  # it came after all
            rental = replace(rental, trouble="", cause="", trouble_at=None)
        spent = row.spent
        paid = spent.by(now) if spent is not None and spent.exact else rental.paid
        rental = replace(rental, seen=now, paid=paid, ended=None)
        if row.phase is Phase.RUNNING and not rental.ran:
            return self._came_up(rental, now)
        return _with_trouble(rental, row, now)

    def _came_up(self, rental: OwnRental, now: float) -> OwnRental:
        before = self._before.get(rental.instance)
        waited = bool(rental.cause) and rental.trouble in ("", "stuck")
        rental = replace(rental, ran=True, trouble="slow" if waited else rental.trouble)
        seen = before is not None and before[0].traits.is_new and _is_soon(before[1], now)
        if not seen or rental.rented is None or rental.rented > now:
            return rental
        ready = now - rental.rented
        if ready < SLOW_AFTER:
            return replace(rental, ready_after=ready)
        return replace(rental, ready_after=ready, trouble="slow", trouble_at=now)


def _with_trouble(rental: OwnRental, row: FleetRow, now: float) -> OwnRental:
    """The rental with what is wrong with it now. A container that ended after it had run is no
    fault of the machine's."""
    if row.phase is Phase.EXITED and rental.ran:
        return rental
    cause = trouble_of(row.instance, row.phase, now - row.since, exact=row.exact, login_seen=True)
    if not cause:
        return rental
    if row.phase.traits.is_new and now - row.since < STUCK_AFTER:
        return replace(rental, cause=cause)  # it may still come up
    kind = "lost" if row.phase in _LOST else "stuck" if row.phase.traits.is_new else "bad"
    at = now if rental.trouble != kind else rental.trouble_at
    return replace(rental, trouble=kind, cause=cause, trouble_at=at)


def _is_news(old: OwnRental, new: OwnRental) -> bool:
    same = replace(old, seen=new.seen, paid=new.paid) == new
    return not same or not 0 <= new.seen - old.seen < _KEEP_EVERY


def _is_soon(before: float, now: float) -> bool:
    """Whether little time is between two readings, by a clock that may have been set."""
    return 0 <= now - before <= _GAP
