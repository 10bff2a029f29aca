"""The fields of a worker group, and beside them the offers that its search would take now."""

from __future__ import annotations

import asyncio

from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from vasttui.errors import VastError
from vasttui.models.money import Usage
from vasttui.models.serverless import WorkerGroup
from vasttui.models.template import Template
from vasttui.query.template_filters import needs_filter
from vasttui.services.serverless.drafts import Draft
from vasttui.services.serverless.supply import Supply, supply_of
from vasttui.ui.context import context
from vasttui.ui.format import fit
from vasttui.ui.modals.form_row import FormLine, FormRow
from vasttui.ui.modals.frame import while_open
from vasttui.ui.privacy import covered
from vasttui.ui.rent.open_line import OpenLine
from vasttui.ui.rent.templates import TemplatesModal
from vasttui.ui.serverless.group_form import GroupReading, GroupTyped, read_group, typed_of
from vasttui.ui.serverless.known import template_of

_NAME = 16
"""Cells for the name of a template that was chosen before."""

_TYPING = 0.6
"""Seconds without a key press before offers are searched."""


_NO_DISK = f"Counted with {Usage().disk:g} GB of disk: how much its template takes is not known."


class GroupFields(VerticalGroup):
    """Template, search, the most a worker may cost, the GPU RAM that it is to have, and what would
    be taken now."""

    class Changed(Message):
        """A value changed, or what it means."""

    def __init__(
        self, shown: WorkerGroup | None, draft: Draft | None = None, room: int = 22
    ) -> None:
        """`shown` is the group as it is; None: a new one, with what was typed for it before."""
        super().__init__(id="group")
        self._shown, self._room = shown, room
        self._template: Template | None = None
        self._typed = typed_of(shown)
        if draft is not None and draft.texts:
            self._template = draft.template
            self._typed = GroupTyped(
                draft.template, *(draft.texts[key] for key in ("search", "price", "gpu_ram"))
            )
        self._supply: Supply | None = None
        self._problem = ""
        self._asked: tuple[str, float] | None = None

    def compose(self) -> ComposeResult:
        yield OpenLine("Template", self._template_name, id="template", room=self._room)
        yield Static(id="no_template", markup=False)
        yield FormLine(
            "Search", example="as on 1, such as: RTX_5090 n=1 vram>=24", most=400
        ).row("search", self._typed.search)  # fmt: skip
        yield FormLine("Most $/h", "with its disk; or any", "0.45", most=20).row(
            "price", self._typed.price
        )
        yield FormLine("GPU RAM", "GB, advisory", "24", most=20).row("gpu_ram", self._typed.gpu_ram)
        yield Static(id="supply", markup=False)

    def on_mount(self) -> None:
        self._ask()

    @property
    def _template_name(self) -> str:
        if self._template is not None:
            return self._template.name
        if self._shown is None:
            return "choose one"
        number, template = self._shown.template_id, self._template_now
        now = template.name if template else self._shown.template_hash or f"{number or 'none'}"
        return f"as it is: {fit(now, min(len(now), _NAME))}"

    @property
    def _template_now(self) -> Template | None:
        """The one that was chosen, or else that of the group, where it is known."""
        if self._template is not None or self._shown is None:
            return self._template
        return template_of(context(self), self._shown)

    @property
    def template(self) -> Template | None:
        """The one that was chosen here."""
        return self._template

    def fill(self, group: WorkerGroup) -> None:
        """Show the group as it is now, instead of what was filled in."""
        self._shown, self._template = group, None
        self.query_one(OpenLine).value = self._template_name
        typed = typed_of(group)
        with self.prevent(Input.Changed):
            self.query_one("#in_search", Input).value = typed.search
            self.query_one("#in_price", Input).value = typed.price
            self.query_one("#in_gpu_ram", Input).value = typed.gpu_ram
        self._ask()

    def read(self) -> GroupReading:
        """What is filled in."""
        texts = {row.key: row.entry.value.strip() for row in self.query(FormRow)}
        typed = GroupTyped(
            self._template, texts["search"], texts["price"], texts["gpu_ram"]
        )  # fmt: skip
        return read_group(typed, self._shown, context(self).gpu_names)

    def show(self, reading: GroupReading, workers: int | None, *, mark: bool) -> None:
        """Say what a search would take for so many workers; what is missing only if to `mark`."""
        words = reading.wrong.get("template", "") if mark else ""
        missing = self.query_one("#no_template", Static)
        missing.display = bool(words)
        missing.update(Content.styled(f"✖ {words}", "$text-error"))
        if self._supply is not None:
            said = Content(self._supply.words(reading.limit, workers))
            if self._disk is None:
                said = said.append(f" {_NO_DISK}")
        else:
            said = Content.styled(self._problem or "Looking for what it finds…", "$text-muted")
        self.query_one("#supply", Static).update(covered(said, self))

    @on(Input.Changed)
    def _typed_in(self) -> None:
        self._ask()

    @property
    def _disk(self) -> float | None:
        """GB of disk of a worker, by its template; None if that does not tell, or is not known."""
        template = self._template_now
        return None if template is None else template.disk

    @property
    def _wanted(self) -> tuple[str, float]:
        text = self.query_one("#in_search", Input).value.strip()
        return text, Usage().disk if self._disk is None else self._disk

    def _ask(self) -> None:
        if self._wanted != self._asked:
            self._asked = self._wanted
            self._supply, self._problem = None, ""
            self._search(*self._wanted)

    @work(group="supply", exclusive=True, description="")
    @while_open
    async def _search(self, text: str, disk: float) -> None:
        app = context(self)
        await asyncio.sleep(_TYPING)
        try:
            if app.api is not None:
                now = app.session.clock.now()
                self._supply = await supply_of(app.api.offers, text, disk, app.gpu_names, now)
        except VastError as error:
            self._problem = f"What it finds is not known: {error}"
        self.post_message(self.Changed())

    def on_open_line_opened(self, event: OpenLine.Opened) -> None:
        event.stop()
        self._choose()

    @work(group="template", exclusive=True, description="")
    @while_open
    async def _choose(self) -> None:
        app = context(self)
        assert app.live is not None
        chosen = await app.push_screen_wait(TemplatesModal(app.live.templates, None, needed=True))
        if chosen is None:
            return
        self._template = chosen.template
        self.query_one(OpenLine).value = self._template_name
        search = self.query_one("#in_search", Input)
        if self._template is not None and not search.value.strip():
            search.value = needs_filter(self._template.all_needs).text
        self._ask()
        self.post_message(self.Changed())
