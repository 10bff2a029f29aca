"""The dialog that sets an endpoint active, suspended or stopped, with what each bills."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from vasttui.models.endpoint_settings import settings_of
from vasttui.models.serverless import STATES
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.serverless.costs import Cost
from vasttui.services.serverless.rows import EndpointRow
from vasttui.services.serverless.service import Serverless
from vasttui.services.serverless.states import after_state, state_choice
from vasttui.services.serverless.words import inactive_words, state_words
from vasttui.ui.context import context
from vasttui.ui.modals.lines import ByWidth, Cell, lay_out
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.serverless.known import as_read, cost_now
from vasttui.ui.serverless.scale import CHANGED, same_costs
from vasttui.ui.serverless.spending import Reading, SpendingDialog

_MEANING = {
    "active": ("are served", "come and go with the load", "GPU + disk of what runs"),
    "suspended": ("are refused", "stay as they are", "the same, GPU + disk"),
    "stopped": ("are refused", "all inactive, kept with data", "disk only"),
}
_HEAD = ("", "requests", "workers", "bills", "now would be")
_WIDTHS = (10, 12, 29, 24, 0)
_WIDE = 100


class StateModal(SpendingDialog[tuple[EndpointRow, str]]):
    """Closes with the endpoint as it was shown, and its new state."""

    AUTO_FOCUS = "PickOne"
    WORST = "worst case while it is active"

    def __init__(self, row: EndpointRow, cost: Cost | None, serverless: Serverless) -> None:
        """`cost` is what its workers cost now."""
        super().__init__()
        self._row, self._cost, self._serverless = row, cost, serverless
        self.heading = Content(f"{row.name}: active, suspended or stopped")

    @property
    def _latest(self) -> EndpointRow:
        """It as it is shown, with its workers as they were read last."""
        workers = as_read(self._serverless.reader.rows, self._row).workers
        return replace(self._row, workers=workers)

    def about(self) -> Content:
        return Content(f"Now: {state_words(self._row)}")

    def fields(self) -> ComposeResult:
        options = [(state, state) for state in STATES]
        yield PickOne("Set to", options, self._row.endpoint.state, id="state", room=10)
        yield Static(ByWidth(self._table), markup=False, id="table")
        yield Static(id="after", markup=False)

    def _table(self, width: int) -> Content:
        rows = [
            (state, *_MEANING[state], state_choice(state, self._cost, self._latest))
            for state in STATES
        ]
        if width >= _WIDE:
            lines = []
            for row in (_HEAD, *rows):
                pairs = zip(row, _WIDTHS, strict=True)
                lines.append(lay_out([Cell(Content(text), room) for text, room in pairs], width))
            return Content("\n").join(lines)
        now = self._row.endpoint.state
        return Content("\n").join(
            Content.assemble(
                (name, "bold"), f"{' (now)' if name == now else ''}: requests {requests}, workers "
                f"{workers}; {bills}: {cost}"
            )
            for name, requests, workers, bills, cost in rows
        )  # fmt: skip

    def on_pick_one_changed(self) -> None:
        self.say("")
        self.show()

    def read(self) -> Reading[tuple[EndpointRow, str]]:
        state, row = self.query_one(PickOne).value, self._row
        same = state == row.endpoint.state
        serves = state == "active"
        return Reading(
            order=None if same else (row, state),
            wrong={"": f"It is {state} already."} if same else {},
            limits=row.worst, workers=row.endpoint.max_workers,
            cost=self._cost, asks=serves and not same,
            no_group=row.lacks_group,
            note=inactive_words(row.endpoint.max_workers, row.endpoint.cold_workers),
        )  # fmt: skip

    def show(self, *, mark: bool = False) -> Reading[tuple[EndpointRow, str]]:
        self._show_after()
        return super().show(mark=mark)

    def _show_after(self) -> None:
        words = after_state(self.query_one(PickOne).value, self._cost, self._latest)
        deletes = context(self).hint("endpoints.delete", "deletes it: no worker, no disk, no bill.")
        self.query_one("#after", Static).update(Content(f"\n{words}\n{deletes}"))

    def price(self, reading: Reading[tuple[EndpointRow, str]]) -> str:
        state = self.query_one(PickOne).value
        return f" {state}{super().price(reading) if state == 'active' else ''}"

    def follow(self, fleet: Fleet) -> None:
        self._cost = cost_now(fleet, self._serverless.reader.rows, self._row)
        self.query_one("#table", Static).update(ByWidth(self._table))
        self._show_after()

    async def look_again(self) -> str:
        now = await self._serverless.as_is(self._row)
        if same_costs(now, self._row):
            return ""
        self._row = now
        if settings_of(now.endpoint) is None:
            return "Nothing was sent: a field of it cannot be read any more."
        return CHANGED
