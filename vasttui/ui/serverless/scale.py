"""The dialog that scales an endpoint: its limits now and new, and what they cost at most."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from vasttui.models.endpoint_settings import EndpointSettings, settings_of
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.serverless.costs import Cost
from vasttui.services.serverless.rows import EndpointRow, worst_case
from vasttui.services.serverless.service import Serverless
from vasttui.services.serverless.words import inactive_words, limit_words
from vasttui.ui.context import context
from vasttui.ui.format import fit
from vasttui.ui.modals.form_row import FormRow
from vasttui.ui.serverless.known import cost_now
from vasttui.ui.serverless.limit_row import LimitRow
from vasttui.ui.serverless.limits import LIMITS, read_limits, typed_of
from vasttui.ui.serverless.spending import Reading, SpendingDialog

_NAME, _NOW = 20, 12
_WHOLE = "All fields are sent, also those that stay: what is left out the service may reset."
CHANGED = "! It was changed elsewhere meanwhile. Look again: nothing was sent."


class ScaleModal(SpendingDialog[tuple[EndpointRow, EndpointSettings]]):
    """Closes with the endpoint as it was shown, and its new settings."""

    VERB = "Scale"

    def __init__(self, row: EndpointRow, cost: Cost | None, serverless: Serverless) -> None:
        """`cost` is what its workers cost now."""
        super().__init__()
        self._row, self._cost, self._serverless = row, cost, serverless
        self.heading = Content(f"Scale {row.name}")

    @property
    def _before(self) -> EndpointSettings:
        settings = settings_of(self._row.endpoint)
        assert settings is not None  # else it is not offered
        return settings

    def fields(self) -> ComposeResult:
        before = typed_of(self._before)
        yield Static(f"{'':{_NAME}}{'now':>{_NOW - 2}}  new", markup=False, id="head")
        for one in LIMITS:
            yield LimitRow(one, self._title(one.key, one.title), before[one.key])
        yield Static(id="limits", markup=False)

    def _title(self, key: str, title: str) -> str:
        now = typed_of(self._before)[key] or "-"
        return f"{fit(title, _NAME)}{now:>{_NOW - 2}}  "

    def read(self) -> Reading[tuple[EndpointRow, EndpointSettings]]:
        before = self._before
        texts = {row.key: row.entry.value for row in self.query(FormRow)}
        settings, wrong = read_limits(texts, before)
        same = not wrong and settings == before
        if same:
            wrong = {"": "Nothing was changed."}
        workers = settings.max_workers
        return Reading(
            order=None if wrong else (self._row, settings), wrong=wrong,
            limits=worst_case(workers, self._row.limits()), workers=workers,
            cost=self._cost, no_group=self._row.lacks_group,
            note=inactive_words(workers, settings.cold_workers),
        )  # fmt: skip

    def show(self, *, mark: bool = False) -> Reading[tuple[EndpointRow, EndpointSettings]]:
        said = [f"{one.id}: {limit_words(one.group)}" for one in self._row.groups]
        words = f"Dearest allowed     {' · '.join(said) or 'no group yet'}"
        changes = context(self).hint("endpoints.edit", "on a group changes it")
        words += f"; {changes}" if said and changes else ""
        lines = [Content(words), Content.styled(_WHOLE, "$text-muted")]
        self.query_one("#limits", Static).update(Content("\n").join(lines))
        return super().show(mark=mark)

    def follow(self, fleet: Fleet) -> None:
        self._cost = cost_now(fleet, self._serverless.reader.rows, self._row)

    async def look_again(self) -> str:
        now = await self._serverless.as_is(self._row)
        if same_costs(now, self._row):
            return ""
        if settings_of(now.endpoint) is None:
            return "Nothing was sent: a field of it cannot be read any more."
        before, self._row = typed_of(self._before), now
        after, titles = typed_of(self._before), {one.key: one.title for one in LIMITS}
        for row in (row for row in self.query(FormRow) if row.key in titles):
            row.set_title(self._title(row.key, titles[row.key]))
            if row.entry.value.strip() == before[row.key]:  # not what the user wants otherwise
                with row.entry.prevent(Input.Changed):
                    row.entry.value = after[row.key]
        return CHANGED


def same_costs(one: EndpointRow, other: EndpointRow) -> bool:
    """Whether limits, state and the prices that are allowed are the same."""
    prices = [
        (row.groups_known, {(group.id, group.group.price_limit) for group in row.groups})
        for row in (one, other)
    ]
    limits = [
        (settings_of(end), end.state, end.max_workers, end.cold_workers)
        for end in (one.endpoint, other.endpoint)
    ]
    return limits[0] == limits[1] and prices[0] == prices[1]
