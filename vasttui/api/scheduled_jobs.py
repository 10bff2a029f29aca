"""Jobs of Vast.ai's scheduler (client 1.9.1 `api/auth.py`)."""

from __future__ import annotations

from collections.abc import Mapping

from vasttui.api.answers import rows_in
from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Outcome, job_in
from vasttui.models.decode_job import jobs_from
from vasttui.models.scheduled_job import JobList


class ScheduledJobsClient(ResourceClient):
    """Scheduled jobs. Reads raise `VastError`; changes are sent once and raise nothing."""

    async def list(self) -> JobList:
        """All jobs of the account: `GET /commands/schedule_job/`, an array, or an object with
        `results`."""
        document = await self._engine.read(OPERATIONS["scheduled_jobs"])
        if isinstance(document, list):
            return jobs_from(document)
        return jobs_from(rows_in(document, "results", "scheduled jobs"))

    async def create(self, fields: Mapping[str, object]) -> Outcome:
        """Set a job: `POST /commands/schedule_job/`. The answer has its id, as the refusal (422)
        has that of one that is there already."""
        operation = OPERATIONS["schedule_job"]
        return await self._engine.write(operation, fields, confirms=_is_set)

    async def replace(self, job_id: int, fields: Mapping[str, object]) -> Outcome:
        """Change a job to these fields, all of them: `PUT /commands/schedule_job/{id}/`."""
        operation = OPERATIONS["replace_job"].at(id=job_id)
        return await self._engine.write(operation, fields, confirms=lambda data: True)

    async def delete(self, job_id: int) -> Outcome:
        """Take a job back: `DELETE /commands/schedule_job/{id}/`."""
        return await self._engine.write(OPERATIONS["delete_job"].at(id=job_id))


def _is_set(data: object) -> bool:
    return job_in(data) is not None
