"""Money paid ahead for instances (docs: "prepay instance", "reserved instances"; client 1.9.1
`api/instances.py`, `api/billing.py`)."""

from __future__ import annotations

from msgspec.structs import replace

from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Outcome
from vasttui.errors import BrokenAnswer, NotFound
from vasttui.models.decode_records import deposit_from, prepaid_from
from vasttui.models.reserved import NO_DEPOSIT, Deposit

_GONE = {"no_such_instance", "not_found"}


class DepositsClient(ResourceClient):
    """Deposits of instances."""

    async def get(self, instance_id: int) -> Deposit:
        """What is paid ahead for an instance, nothing if it is not reserved or does not exist:
        `GET /instances/balance/{id}/`. Raises `VastError`."""
        operation = OPERATIONS["deposit"].at(id=instance_id)
        try:
            document = await self._engine.read(operation, {"owner": "me"})
        except NotFound as error:
            if error.code in _GONE:
                return NO_DEPOSIT
            raise
        found = deposit_from(document)
        if found is None:
            raise BrokenAnswer("The answer does not say what the deposit is.")
        return found

    async def pay(self, instance_id: int, dollars: float) -> Outcome:
        """Pay so much ahead out of the credit, once: `PUT /instances/prepay/{id}/`. Of the answer
        a `Prepaid` is kept. HTTP 411: not enough credit."""
        operation = OPERATIONS["prepay"].at(id=instance_id)
        outcome = await self._engine.write(operation, {"amount": dollars})
        return replace(outcome, data=prepaid_from(outcome.data))
