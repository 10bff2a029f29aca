"""From an instance that exists to one that its user can log in to."""

from __future__ import annotations

from vasttui.errors import VastError
from vasttui.models.connect import ssh_command
from vasttui.models.instance import Instance
from vasttui.models.ssh_address import has_ssh, no_address_reason, ssh_addresses
from vasttui.models.status import Phase
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.services.renting.context import RentContext
from vasttui.services.renting.diff import differences
from vasttui.services.renting.keys import KeyDelivery
from vasttui.services.renting.lookup import Search
from vasttui.services.renting.record import CREATED, RentRecord
from vasttui.services.renting.rental import RentStep

_RETRY = 5.0


class Provisioning:
    """Puts the keys on the instances of a rental, waits until the first runs, and compares it
    with what was agreed. `patience` is how long a new instance may be missing in the list, s."""

    def __init__(
        self, context: RentContext, record: RentRecord, search: Search, *, patience: float
    ) -> None:
        self._context, self._record, self._search = context, record, search
        self._late = context.clock.monotonic() + patience
        self._seen: set[int] = set()
        self._gone: set[int] = set()
        self._deliveries: dict[int, KeyDelivery] = {}

    async def run(self) -> None:
        """Go on until it is over."""
        with self._context.readings.hurry():
            while not await self._is_over():
                pass

    async def _is_over(self) -> bool:
        """One round of it."""
        await self._deliver()
        try:
            fleet = await self._context.readings.fresh()
        except VastError as error:
            self._tell(f"The instances could not be read: {error}")
            await self._context.clock.sleep(_RETRY)
            return False
        await self._look_for_duplicates(fleet)
        await self._look_for_missing(fleet)
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
        return all(
            number in self._deliveries and self._deliveries[number].is_done for number in self._ids
        )

    @property
    def _key_trouble(self) -> str:
        return " ".join(
            self._deliveries[one].trouble for one in self._ids if one in self._deliveries
        ).strip()

    async def _look_for_duplicates(self, fleet: Fleet) -> None:
        known = self._record.progress
        if new := [one for one in self._search.among(fleet) if one not in known.ids]:
            await self._record.keep(CREATED, known.found(new))

    async def _look_for_missing(self, fleet: Fleet) -> None:
        """Notice what was destroyed, by whomever."""
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
        """What the reading says about it. Whether that is the end."""
        record = self._record
        if not self._ids:
            await record.finish(RentStep.GONE, "It was destroyed; it costs nothing any more.")
            return True
        record.name_instances(self._gone)
        row = next((row for one in self._ids if (row := fleet.row(one)) is not None), None)
        if row is None:
            self._tell("It is not in the list yet")
            return False
        record.compare(differences(record.order.agreed, row.instance))
        if not self._has_keys:
            self._tell(f"It is {row.phase.value}; putting your key on it", row)
            return False
        step = self._outcome(row)
        if step is None:
            self._tell(f"It is {row.phase.value}", row)
            return False
        await record.finish(
            step, self._last_words(row), ssh=_command(row), key_trouble=self._key_trouble
        )
        return True

    def _outcome(self, row: FleetRow) -> RentStep | None:
        """How it ended; None while it has not."""
        if row.phase is Phase.RUNNING:
            return RentStep.DONE
        refused = self._record.progress.refusal and row.instance.intended_status != "running"
        return RentStep.HALTED if refused or row.phase.traits.halted else None

    def _last_words(self, row: FleetRow) -> str:
        refusal = self._record.progress.refusal
        if row.phase is Phase.RUNNING:
            command = _command(row)
            way = f"log in with {command}" if command else _no_way(row.instance)
            return f"It runs: {way}"
        words = f"{refusal} " if refusal else ""
        return (
            f"{words}It was made, but it is {row.phase.value}, and its disk costs money: "
            "start or destroy it."
        )

    def _tell(self, sentence: str, row: FleetRow | None = None) -> None:
        record = self._record
        step = RentStep.STARTING if self._has_keys else RentStep.ATTACHING
        ssh = record.state.ssh if row is None else _command(row)
        words = record.progress.refusal
        record.tell(step, f"{words} {sentence}".strip(), ssh=ssh, key_trouble=self._key_trouble)


def _command(row: FleetRow) -> str:
    """How to log in, once it runs."""
    addresses = ssh_addresses(row.instance)
    if row.phase is not Phase.RUNNING or not addresses or not has_ssh(row.instance):
        return ""
    return ssh_command(addresses[0])


def _no_way(instance: Instance) -> str:
    return no_address_reason(instance, Phase.RUNNING)
