"""The dialog that starts a deployment: its endpoint serves again, at a price that is agreed to."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from vasttui.lists.deployment_rows import DeploymentRow
from vasttui.models.serverless import Deployment
from vasttui.services.serverless.service import Serverless
from vasttui.services.serverless.words import after_state
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
        words = after_state("active", self._row.cost)
        if self._endpoint is None:
            words += "\nIts endpoint is not listed: what it may cost is not known."
        yield Static(words, markup=False)

    def read(self) -> Reading[Deployment]:
        row, now = self._endpoint, self._row.cost
        return Reading(
            order=self._row.deployment, worst=None if row is None else row.worst,
            workers=None if row is None else row.endpoint.max_workers,
            now=None if now is None else now.known,
        )  # fmt: skip

    async def look_again(self) -> str:
        if self._endpoint is None:
            return ""
        before, self._endpoint = self._endpoint, await self._serverless.as_is(self._endpoint)
        return "" if same_costs(self._endpoint, before) else CHANGED
