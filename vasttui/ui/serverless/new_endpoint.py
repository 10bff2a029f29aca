"""The dialog of a new endpoint: its name, its limits, and its first worker group."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual.app import ComposeResult
from textual.content import Content

from vasttui.models.endpoint_settings import EndpointSettings, GroupSettings
from vasttui.models.serverless import wrong_endpoint_name
from vasttui.services.serverless.costs import Cost
from vasttui.services.serverless.rows import worst_case
from vasttui.services.serverless.service import Serverless
from vasttui.services.serverless.words import inactive_words
from vasttui.ui.modals.form_row import FormLine, FormRow
from vasttui.ui.serverless.group_fields import GroupFields
from vasttui.ui.serverless.limit_row import LimitRow
from vasttui.ui.serverless.limits import LIMITS, read_limits, typed_of
from vasttui.ui.serverless.spending import Reading, SpendingDialog

_FIRST = EndpointSettings(endpoint_name="new")
_ABOUT = (
    "An endpoint starts and stops workers with the load; each is made from its group's template. "
    "Each of the two requests is written in a journal, sent once, and looked for until it is seen."
)


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """A new endpoint and its first group, which has no endpoint yet."""

    settings: EndpointSettings
    group: GroupSettings


class NewEndpointModal(SpendingDialog[NewEndpoint]):
    """Closes with the order."""

    heading = Content("New endpoint")
    VERB = "Make it"

    def __init__(self, serverless: Serverless) -> None:
        super().__init__()
        self._serverless = serverless
        self._taken = {
            row.endpoint.endpoint_name for row in serverless.reader.rows
        }  # fmt: skip

    def about(self) -> Content:
        return Content.styled(_ABOUT, "$text-muted")

    def fields(self) -> ComposeResult:
        draft = self._serverless.drafts.endpoint
        name = FormLine("Name", "A-Z a-z 0-9 _ -", "llama-70b", most=300)
        yield name.row("name", draft.texts.get("name", ""))
        yield GroupFields(None, draft)
        first = {**typed_of(_FIRST), **draft.texts}
        for one in LIMITS:
            yield LimitRow(one, one.title, first[one.key])

    def on_group_fields_changed(self, event: GroupFields.Changed) -> None:
        self.show()

    def read(self) -> Reading[NewEndpoint]:
        texts = {row.key: row.entry.value for row in self.query(FormRow)}
        settings, wrong = read_limits(texts, _FIRST)
        group = self.query_one(GroupFields).read()
        wrong |= group.wrong
        if bad := self._wrong_name(texts["name"].strip()):
            wrong["name"] = bad
        settings = replace(settings, endpoint_name=texts["name"].strip())
        order = None
        if not wrong and group.settings is not None:
            order = NewEndpoint(settings, group.settings)
        return Reading(
            order=order, wrong=wrong, limits=worst_case(settings.max_workers, [group.limit]),
            workers=settings.max_workers, cost=Cost(), asks=False,
            note=inactive_words(settings.max_workers, settings.cold_workers),
        )  # fmt: skip

    def _wrong_name(self, name: str) -> str:
        if name in self._taken:
            return f"There is an endpoint {name} already; two with one name both bill."
        if words := self._serverless.endpoints.making.known(name):
            return f"{words} Two would both bill."
        return wrong_endpoint_name(name)

    def show(self, *, mark: bool = False) -> Reading[NewEndpoint]:
        fields = self.query_one(GroupFields)
        fields.show(fields.read(), self.read().workers, mark=mark)
        return super().show(mark=mark)

    async def look_again(self) -> str:
        self._taken = await self._serverless.names()
        self._serverless.drafts.keep(self.draft(self.query_one(GroupFields).template))
        return self._wrong_name(self.typed("name"))
