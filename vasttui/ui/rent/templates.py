"""The template dialog: recommended and own ones at once, others searched by name."""

from __future__ import annotations

import asyncio
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
from vasttui.services.templates import TemplateShelf
from vasttui.ui.modals.frame import CLOSE, Dialog, while_open
from vasttui.ui.modals.lines import ByWidth, Cell, row
from vasttui.ui.modals.search import SearchLine
from vasttui.words import plural

_TYPING = 0.5
"""Seconds without a key press before a search is sent."""


@dataclass(frozen=True, slots=True)
class TemplateChoice:
    """The choice; None means no template."""

    template: Template | None


class TemplatesModal(Dialog[TemplateChoice | None]):
    """Finds a template by words of its name, its image or what it is for."""

    heading = Content("Template")
    keys = (CLOSE, ("enter", "choose", "screen.choose"), ("↑↓", "move", ""))
    AUTO_FOCUS = "SearchInput"

    def __init__(self, shelf: TemplateShelf, offer: Offer | None, *, needed: bool = False) -> None:
        """What a template needs is compared with `offer`, if there is one; `needed`: there must be
        one, so that none is not offered."""
        super().__init__()
        self._needed = needed
        self._shelf, self._offer = shelf, offer
        self._line = SearchLine("> ", "name, image, or what it is for")
        self._asked: set[str] = set()

    def body(self) -> ComposeResult:
        yield self._line
        yield OptionList(id="list", markup=False, compact=True)

    def on_mount(self) -> None:
        self._show()
        self._ask_first()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show(typed=True)
        self._search(self._line.input.value.strip())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.action_choose()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._take(event.option_id)

    def action_choose(self) -> None:
        option = self.query_one(OptionList).highlighted_option
        if option is not None:
            self._take(option.id)

    def _take(self, number: str | None) -> None:
        self.dismiss(TemplateChoice(self._shelf.known.get(int(number)) if number else None))

    @work(group="first templates", exclusive=True, description="")
    @while_open
    async def _ask_first(self) -> None:
        """Those to choose from without a word."""
        for read in (self._shelf.recommended, self._shelf.own):
            self.note("searching templates…")
            try:
                await read()
            except VastError as error:
                self.note(error.sentence)
            else:
                self._arrived()

    @work(group="templates", exclusive=True, description="")
    @while_open
    async def _search(self, words: str) -> None:
        if words and words not in self._asked:
            await asyncio.sleep(_TYPING)
            self.note("searching templates…")
            try:
                async for _ in self._shelf.search(words):
                    self._arrived()
            except VastError as error:
                self.note(error.sentence)
            else:
                self._asked.add(words)

    def _arrived(self) -> None:
        if self.is_current:  # else it was closed meanwhile, and its widgets are gone
            self._show()

    def _show(self, *, typed: bool = False) -> None:
        """The templates that match; the highlight stays on its row unless words were `typed`."""
        finds, known = self._line.finds, self._shelf.known.values()
        found = [one for one in known if finds(one.name, one.whole_image, one.desc, one.hash_id)]
        found.sort(key=lambda one: (not one.mine, not one.recommended, -(one.used or 0)))
        has_none = not self._line.words and not self._needed
        options = [Option("none: image and settings by hand", id="")] if has_none else []
        options += [Option(_line(one, self._offer), id=f"{one.id}") for one in found]
        chooser = self.query_one(OptionList)
        before = chooser.highlighted_option
        chooser.set_options(options)
        ids = [option.id for option in options]
        stays = before is not None and before.id in ids and not typed
        chooser.highlighted = ids.index(before.id) if stays and before else 0 if ids else None
        self.note(plural(len(found), "template"))


def _line(template: Template, offer: Offer | None) -> ByWidth:
    missing = unmet(template.all_needs, offer) if offer is not None else ()
    disk = "" if template.disk is None else f"{template.disk:g} GB"
    head = row(
        Cell(Content.styled(template.name, "bold"), 28),
        Cell(Content.styled("yours" if template.mine else "", "$text-accent"), 5, above=80),
        Cell(Content.styled(template.desc or template.image, "$text-muted")),
        Cell(Content(disk), 8, right=True),
    )
    unmet_lines = [Content.styled(f"  ⚠ {words}", "$text-warning") for words in missing]
    return ByWidth(lambda width: Content("\n").join([head.content(width), *unmet_lines]))
