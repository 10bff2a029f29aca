"""The dialog that starts a deployment: its endpoint serves again, at a price that is agreed to."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from vasttui.lists.deployment_rows import DeploymentRow
from vasttui.models.serverless import Deployment
from vasttui.services.serverless.service import Serverless
from vasttui.services.serverless.states import after_state
from vasttui.ui.serverless.scale import CHANGED, same_costs
from vasttui.ui.serverless.spending import Reading, SpendingDialog


class StartModal(SpendingDialog[Deployment]):
    """Closes with the deployment as it was shown."""

    AUTO_FOCUS = "Input, Button"
    VERB = "Start"
    WORST = "worst case while it is active"

    def __init__(self, row: DeploymentRow, serverless: Serverless) -> None:
        super().__init__()
        self._row, self._endpoint, self._serverless = row, row.endpoint, serverless
        self.heading = Content(f"Start {row.deployment.title}")

    def fields(self) -> ComposeResult:
        yield Static(self._effect, id="effect", markup=False)

    @property
    def _effect(self) -> str:
        words = after_state("active", self._row.cost, self._endpoint)
        if self._endpoint is None:
            words += "\nIts endpoint is not listed: what it may cost is not known."
        return words

    def read(self) -> Reading[Deployment]:
        row = self._endpoint
        return Reading(
            order=self._row.deployment, limits=None if row is None else row.worst,
            workers=None if row is None else row.endpoint.max_workers,
            cost=self._row.cost,
        )  # fmt: skip

    async def look_again(self) -> str:
        shown, before = self._row.deployment, self._endpoint
        now = await self._serverless.deployment_as_is(shown)
        endpoint = None
        if now.endpoint_id is not None:
            workers = {} if before is None else {one.id: one.workers for one in before.groups}
            endpoint = await self._serverless.listed(now.endpoint_id, workers)
        self._row, self._endpoint = replace(self._row, deployment=now), endpoint
        self.query_one("#effect", Static).update(self._effect)
        if before is None or endpoint is None:
            same = before is endpoint
        else:
            endpoint = self._endpoint = replace(endpoint, workers=before.workers)
            same = before.id == endpoint.id and same_costs(before, endpoint)
        return "" if same and _settled(now) == _settled(shown) else CHANGED


def _settled(one: Deployment) -> Deployment:
    """A deployment without what changes by itself."""
    return replace(one, worker_count=None, last_client_heartbeat=None, updated_at=None)
