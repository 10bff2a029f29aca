"""Follows a new instance until the user can log in."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from vasttui.errors import VastError
from vasttui.models.connect import ssh_command, unmapped_ports
from vasttui.models.ssh_address import has_ssh, no_address_reason, ssh_addresses
from vasttui.models.status import Phase
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.services.renting.context import RentContext
from vasttui.services.renting.diff import differences
from vasttui.services.renting.keys import KeyDelivery
from vasttui.services.renting.lookup import Search
from vasttui.services.renting.record import CREATED, RentRecord
from vasttui.services.renting.rental import KeyTrouble, RentStep

_KEY_PATIENCE = 300.0
"""Seconds to wait for a missing key on an instance that runs or has stopped."""
_PORT_PATIENCE = 15.0
"""Seconds to wait for the ports of an instance that runs."""
_RETRY = 5.0
_DESTROYED = "It was destroyed and no longer costs anything."
_NOT_THERE = "It is not listed, and the service knows no such instance: it costs nothing."


class Provisioning:
    """Attaches the keys to the instances of a rental, waits until the first one runs, and compares
    it with the agreement. A new instance may stay unlisted for `patience` s."""

    def __init__(
        self, context: RentContext, record: RentRecord, search: Search, *, patience: float
    ) -> None:
        self._context, self._record, self._search = context, record, search
        self._patience = patience
        self._late = 0.0
        self._settled_at: float | None = None
        self._seen: set[int] = set()
        self._gone: set[int] = set()
        self._deliveries: dict[int, KeyDelivery] = {}
        self._bids: dict[int, float | None] = {}

    async def run(self) -> None:
        """Run until it is over."""
        self._late = self._context.clock.monotonic() + self._patience
        with self._context.readings.hurry():
            while not await self._is_over():
                pass

    async def has_news(self) -> bool:
        """After an end with something wrong: whether that changed, or an instance is gone."""
        state = self._record.state
        if not state.is_alarm:
            return False
        if state.key_trouble is not None:
            await self._deliver()
        rows = [self._context.fleet().row(number) for number in self._ids]
        changed = state.step is RentStep.HALTED and any(
            row is not None and self._outcome(row) is not RentStep.HALTED for row in rows
        )
        keyless = state.key_trouble is not None and self._key_trouble != state.key_trouble
        return changed or keyless or None in rows or self._is_better(rows)

    def _is_better(self, rows: Sequence[FleetRow | None]) -> bool:
        """Whether something is as agreed now that was not, such as ports that came late."""
        row, told = next(filter(None, rows), None), self._record.state.differences
        return row is not None and set(self._differences(row, self._settled_for())) < set(told)

    async def _is_over(self) -> bool:
        """One round. Whether that ended it."""
        await self._deliver()
        try:
            fleet = await self._context.readings.fresh()
        except VastError as error:
            self._report(f"The instances could not be read: {error}")
            await self._context.clock.sleep(_RETRY)
            return False
        await self._find_duplicates(fleet)
        await self._find_missing(fleet)
        return await self._judge(fleet)

    async def _deliver(self) -> None:
        for number in self._ids:
            delivery = self._deliveries.get(number)
            if delivery is None:
                keys, clock = self._context.api.ssh_keys, self._context.clock
                delivery = KeyDelivery(keys, clock, number, self._record.order.keys)
                self._deliveries[number] = delivery
            await delivery.advance()

    @property
    def _ids(self) -> list[int]:
        return [one for one in self._record.progress.ids if one not in self._gone]

    @property
    def _has_keys(self) -> bool:
        """Whether every key was attached or refused, on every instance."""
        found = map(self._deliveries.get, self._ids)
        return all(one is not None and one.is_settled for one in found)

    def _settled_for(self) -> float:
        """For how many seconds it has been ready but for its keys and ports. Starts that clock."""
        now = self._context.clock.monotonic()
        self._settled_at = now if self._settled_at is None else self._settled_at
        return now - self._settled_at

    @property
    def _key_trouble(self) -> KeyTrouble | None:
        found = (self._deliveries[one].trouble for one in self._ids if one in self._deliveries)
        return next((trouble for trouble in found if trouble is not None), None)

    async def _find_duplicates(self, fleet: Fleet) -> None:
        known = self._record.progress
        if new := [one for one in self._search.among(fleet) if one not in known.ids]:
            self._settled_at = None
            await self._record.save(CREATED, known.with_ids(new))

    async def _find_missing(self, fleet: Fleet) -> None:
        """Notice instances that were destroyed."""
        listed = {row.id for row in fleet.rows}
        self._seen |= listed & set(self._ids)
        waited = self._context.clock.monotonic() >= self._late
        for number in self._ids:
            if number not in listed and (waited or number in self._seen):
                try:
                    if await self._context.api.instances.get(number) is None:
                        self._gone.add(number)
                except VastError:
                    continue

    async def _judge(self, fleet: Fleet) -> bool:
        """Publish what the snapshot shows. Whether that ended it."""
        record = self._record
        if not self._ids:
            await record.finish(RentStep.GONE, _DESTROYED if self._seen else _NOT_THERE)
            return True
        record.set_instances(self._gone)
        row = next((row for one in self._ids if (row := fleet.row(one)) is not None), None)
        if row is None:
            self._report("The instance is not listed yet")
            return False
        step = self._outcome(row)
        waited = 0.0 if step is None else self._settled_for()
        record.set_differences(self._differences(row, waited))
        for_keys = not self._has_keys and waited < _KEY_PATIENCE
        if step is None or for_keys or self._waits_for_ports(row, waited):
            keys = "" if self._has_keys else "; attaching your SSH key"
            self._report(f"The instance {row.phase.clause}{keys}")
            return False
        ssh = self._command(row)
        trouble = self._key_trouble if has_ssh(row.instance) else None
        await record.finish(step, self._final_sentence(row, ssh), ssh=ssh, key_trouble=trouble)
        return True

    def _waits_for_ports(self, row: FleetRow, waited: float) -> bool:
        """Whether ports that were asked for, or that a direct connection needs, may still be
        told."""
        direct = self._record.order.agreed.direct and not row.instance.ports
        missing = bool(direct or unmapped_ports(row.instance))
        return missing and row.phase is Phase.RUNNING and waited < _PORT_PATIENCE

    def _differences(self, row: FleetRow, waited: float) -> tuple[str, ...]:
        """What is not as agreed. A bid that changed since it was first seen was changed by the
        user: then its price is no difference."""
        got, agreed = row.instance, self._record.order.agreed
        first = self._bids.setdefault(row.id, got.dph_base)
        changed = agreed.is_bid and got.is_bid and got.dph_base != first
        mapped = row.phase is Phase.RUNNING and waited >= _PORT_PATIENCE
        return differences(agreed, replace(got, dph_total=None) if changed else got, mapped=mapped)

    def _outcome(self, row: FleetRow) -> RentStep | None:
        """How it ends; None while it is starting."""
        if row.phase is Phase.RUNNING:
            return RentStep.DONE
        refused = self._record.progress.refusal and row.instance.intended_status != "running"
        return RentStep.HALTED if refused or row.phase.traits.halted else None

    def _final_sentence(self, row: FleetRow, ssh: str) -> str:
        refusal = self._record.progress.refusal
        if row.phase is Phase.RUNNING:
            if not ssh_addresses(row.instance) or not has_ssh(row.instance):
                return f"It runs: {no_address_reason(row.instance, Phase.RUNNING)}"
            if not self._record.order.keys:
                return f"It runs. No SSH key was chosen; if the account had one, log in with {ssh}"
            return f"It runs: log in with {ssh}" if ssh else "It runs."
        words = f"{refusal} " if refusal else ""
        return (
            f"{words}It was created, but it {row.phase.clause}, and its disk is billed: "
            "start or destroy it."
        )

    def _command(self, row: FleetRow) -> str:
        """The SSH command; empty unless it runs and one of its keys is on it."""
        addresses = ssh_addresses(row.instance)
        delivery = self._deliveries.get(row.id)
        if row.phase is not Phase.RUNNING or not addresses or not has_ssh(row.instance):
            return ""
        return ssh_command(addresses[0]) if delivery is not None and delivery.has_one else ""

    def _report(self, sentence: str) -> None:
        record = self._record
        step = RentStep.STARTING if self._has_keys else RentStep.ATTACHING
        words = record.progress.refusal
        record.report(step, f"{words} {sentence}".strip(), ssh="", key_trouble=self._key_trouble)
