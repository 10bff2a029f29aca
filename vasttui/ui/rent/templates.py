"""The template dialog: recommended ones at once, others searched by name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from vasttui.errors import VastError
from vasttui.models.offer import Offer
from vasttui.models.template import Template
from vasttui.query.needs import unmet
from vasttui.ui.modals.frame import CLOSE, Dialog, while_open
from vasttui.ui.modals.lines import ByWidth, Cell, row
from vasttui.ui.modals.search import SearchLine
from vasttui.words import plural

_TYPING = 0.5
"""Seconds without a key press before a search is sent."""

Search = Callable[[str], Awaitable[tuple[Template, ...]]]


@dataclass(frozen=True, slots=True)
class TemplateChoice:
    """The choice; None means no template."""

    template: Template | None


class TemplatesModal(Dialog[TemplateChoice | None]):
    """Finds a template by words of its name, its image or what it is for."""

    heading = Content("Template")
    keys = (CLOSE, ("enter", "choose", "screen.choose"), ("↑↓", "move", ""))
    AUTO_FOCUS = "SearchInput"

    def __init__(self, search: Search, offer: Offer) -> None:
        """`search` finds templates by words, the recommended ones without. It raises VastError.
        What a template needs is compared with `offer`."""
        super().__init__()
        self._search, self._offer = search, offer
        self._line = SearchLine("> ", "name, image, or what it is for")
        self._known: dict[str, Template] = {}
        self._asked: set[str] = set()

    def body(self) -> ComposeResult:
        yield self._line
        yield OptionList(id="list", markup=False, compact=True)

    def on_mount(self) -> None:
        self._show()
        self._ask("")

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show()
        self._ask(self._line.input.value.strip())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.action_choose()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._take(event.option_id)

    def action_choose(self) -> None:
        option = self.query_one(OptionList).highlighted_option
        if option is not None:
            self._take(option.id)

    def _take(self, hash_id: str | None) -> None:
        self.dismiss(TemplateChoice(self._known.get(hash_id or "")))

    @work(group="templates", exclusive=True, description="")
    @while_open
    async def _ask(self, words: str) -> None:
        if words in self._asked:
            return
        if words:
            await asyncio.sleep(_TYPING)
        self.note("searching templates…")
        try:
            found = await self._search(words)
        except VastError as error:
            self.note(error.sentence)
            return
        self._asked.add(words)
        self._known |= {template.hash_id: template for template in found}
        if self.is_current:  # else it was closed meanwhile, and its widgets are gone
            self._show()

    def _show(self) -> None:
        finds, known = self._line.finds, self._known.values()
        found = [one for one in known if finds(one.name, one.image, one.desc)]
        found.sort(key=lambda one: (not one.recommended, -one.used))
        options = [] if self._line.words else [Option("none: image and settings by hand", id="")]
        options += [Option(_line(one, self._offer), id=one.hash_id) for one in found]
        chooser = self.query_one(OptionList)
        chooser.set_options(options)
        chooser.highlighted = 0 if options else None
        self.note(plural(len(found), "template"))


def _line(template: Template, offer: Offer) -> ByWidth:
    missing = unmet(template.needs, offer)
    disk = "" if template.disk is None else f"{template.disk:g} GB"
    return row(
        Cell(Content.styled(template.name, "bold"), 28),
        Cell(
            Content.styled(f"⚠ {'; '.join(missing)}", "$text-warning")
            if missing
            else Content.styled(template.desc or template.image, "$text-muted")
        ),
        Cell(Content(disk), 8, right=True),
    )
