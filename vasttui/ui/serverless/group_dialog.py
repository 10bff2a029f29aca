"""The dialogs of a worker group: a new one, or one that is changed."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.content import Content

from vasttui.models.endpoint_settings import GroupSettings, group_settings_of
from vasttui.models.serverless import WorkerGroup
from vasttui.models.worker_search import ANY
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.serverless.costs import Cost
from vasttui.services.serverless.rows import EndpointRow, worst_case
from vasttui.services.serverless.service import Serverless
from vasttui.services.serverless.words import inactive_words
from vasttui.ui.context import context
from vasttui.ui.serverless.group_fields import GroupFields
from vasttui.ui.serverless.known import cost_now
from vasttui.ui.serverless.scale import CHANGED, same_costs
from vasttui.ui.serverless.spending import Reading, SpendingDialog

_WHOLE = (
    "Its search is always sent whole, with verified=True rentable=True rented=False. Workers that "
    "there are stay as they are"
)
_NEW = (
    "Written in a journal, asked for once, and looked for until it is seen. Its workers start with "
    "the load."
)


class GroupModal(SpendingDialog[tuple[WorkerGroup | None, GroupSettings]]):
    """Closes with the group as it was shown, None for a new one, and its new settings."""

    AUTO_FOCUS = "OpenLine"

    def __init__(
        self, row: EndpointRow, shown: WorkerGroup | None, cost: Cost | None,
        serverless: Serverless,
    ) -> None:  # fmt: skip
        """`cost` is what the workers of its endpoint cost now."""
        super().__init__()
        self._row, self._shown, self._cost, self._serverless = row, shown, cost, serverless
        self.VERB = "Make it" if shown is None else "Change it"
        what = "New worker group" if shown is None else f"Worker group {shown.id}"
        self.heading = Content(f"{what} of {row.name}")

    def fields(self) -> ComposeResult:
        drafts = self._serverless.drafts
        draft = drafts.of_group(self._row.id) if self._shown is None else None
        yield GroupFields(self._shown, draft)

    def about(self) -> Content:
        renews = context(self).hint("endpoints.update", "makes them anew")
        whole = f"{_WHOLE}{': ' if renews else ''}{renews}."
        return Content.styled(_NEW if self._shown is None else whole, "$text-muted")

    def on_group_fields_changed(self, event: GroupFields.Changed) -> None:
        self.show()

    def read(self) -> Reading[tuple[WorkerGroup | None, GroupSettings]]:
        reading = self.query_one(GroupFields).read()
        shown, row = self._shown, self._row
        number = None if shown is None else shown.id
        others = row.limits(number)
        settings, wrong = reading.settings, dict(reading.wrong)
        if settings is not None and shown is None:
            name = row.endpoint.endpoint_name
            settings = replace(settings, endpoint_id=row.id, endpoint_name=name)
        elif settings is not None and shown is not None and settings == group_settings_of(shown):
            settings, wrong = None, {"": "Nothing was changed."}
        known = self._serverless.groups.making.known(f"{row.id}")
        if shown is None and known:
            settings, wrong = None, {**wrong, "": f"{known} Two would both bill."}
        workers = row.endpoint.max_workers
        return Reading(
            order=None if settings is None else (shown, settings), wrong=wrong,
            limits=worst_case(workers, [*others, reading.limit]), workers=workers,
            cost=self._cost,
            asks=reading.limit not in (None, ANY),
            note=inactive_words(workers, row.endpoint.cold_workers),
        )  # fmt: skip

    def show(self, *, mark: bool = False) -> Reading[tuple[WorkerGroup | None, GroupSettings]]:
        fields = self.query_one(GroupFields)
        fields.show(fields.read(), self._row.endpoint.max_workers, mark=mark)
        return super().show(mark=mark)

    def follow(self, fleet: Fleet) -> None:
        self._cost = cost_now(fleet, self._serverless.reader.rows, self._row)

    async def look_again(self) -> str:
        now = await self._serverless.as_is(self._row)
        shown = self._shown
        group = next((one.group for one in now.groups if shown and one.id == shown.id), None)
        if shown is not None and group is None:
            return f"Nothing was sent: group {shown.id} is gone."
        if shown is None:
            draft = self.draft(self.query_one(GroupFields).template)
            self._serverless.drafts.keep(draft, self._row.id)
        if same_costs(now, self._row) and group == shown:
            return ""
        self._row, self._shown = now, group
        if group is not None:
            self.query_one(GroupFields).fill(group)
        return CHANGED
