"""Machines as others know them (docs: "show reports"; client 1.9.1 `api/machines.py`,
`api/offers.py`)."""

from __future__ import annotations

import json

from vasttui.api.answers import rows_in
from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.errors import BrokenAnswer, NotFound
from vasttui.models.decode_machine_record import MOST, benchmarks_from, reports_from
from vasttui.models.machine_record import Benchmark, Report


class MachinesClient(ResourceClient):
    """Reports and benchmarks of machines. Reads raise `VastError`."""

    async def reports(self, machine_id: int) -> tuple[Report, ...]:
        """What renters reported, newest first; none where the service knows of none (HTTP 404):
        `GET /machines/{id}/reports/`. A key with rights of its own needs `machine_read`."""
        try:
            document = await self._engine.read(OPERATIONS["reports"].at(id=machine_id))
        except NotFound:
            return ()
        if isinstance(document, dict):
            document = rows_in(document, "reports", "reports")
        if not isinstance(document, list):
            raise BrokenAnswer("The answer contains no list of reports.")
        return reports_from(document)

    async def benchmarks(self, machine_id: int) -> tuple[Benchmark, ...]:
        """The newest that are stored, 30 at most: `GET /benchmarks`. The service was seen to ignore
        the limit; the documentation has an array for an answer."""
        query = {
            "select_cols": json.dumps(["*"]),
            "select_filters": json.dumps({"machine_id": {"eq": machine_id}}),
            "order_by": json.dumps([{"col": "last_update", "dir": "desc"}]),
            "limit": str(MOST),
        }
        document = await self._engine.read(OPERATIONS["benchmarks"], query)
        if not isinstance(document, list):
            document = rows_in(document, "benchmarks", "benchmarks")
        return benchmarks_from(document, machine_id)
