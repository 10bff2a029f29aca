"""The templates: one's own, the recommended ones, and others found by words."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType
from textual.content import Content

from vasttui.errors import VastError
from vasttui.lists.resource import Resource
from vasttui.models.template import Template
from vasttui.services.snapshot import Snapshot
from vasttui.services.templates import TemplateShelf
from vasttui.ui.context import context
from vasttui.ui.format import age
from vasttui.ui.keys import bindings
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.opening import open_dialog
from vasttui.ui.templates.resource import templates_resource
from vasttui.words import plural

if TYPE_CHECKING:
    from vasttui.ui.client import Client
    from vasttui.ui.templates.flows import TemplateFlows

_TYPING = 0.5
"""Seconds without a key before the service is asked."""

_LEAST = 3
"""Letters to ask the service for."""


class TemplatesScreen(ResourceScreen[Template]):
    """Use, create, edit, copy, delete; each change is checked by reading again."""

    SCOPE = "templates"
    BINDINGS: ClassVar[list[BindingType]] = bindings("templates")

    def _begin(self) -> None:
        self._found: dict[int, Template] = {}
        self._asked: dict[str, str] = {}
        self._asking = ""
        super()._begin()

    def make_resource(self) -> Resource[Template]:
        new = context(self).hint("templates.new", "makes one.")
        return templates_resource(
            self._read,
            lambda: [row.instance for row in context(self).fleet.rows],
            lambda template: template.id in self._starred,
            f"Vast.ai lists none. {new}".strip(),
        )

    @property
    def shelf(self) -> TemplateShelf:
        """Reads and changes templates. Raises NotSignedIn."""
        live = context(self).live
        assert self.api is not None
        assert live is not None
        return live.templates

    async def _read(self, api: Client) -> Sequence[Template]:
        return await self.shelf.listed(self._starred)

    @property
    def _starred(self) -> frozenset[int]:
        """The ids of those that stand on top here."""
        return context(self).session.preferences.current.starred_templates

    def learn_ids(self, rows: Sequence[Template]) -> None:
        shown, veil = (*rows, *self._found.values()), context(self).veil
        veil.learn_ids(template.id for template in shown)
        veil.learn_secrets(template.hash_id for template in shown)

    def rows_of(self, snapshot: Snapshot[Template]) -> Sequence[Template]:
        listed = {template.id for template in snapshot.rows}
        found = (one for number, one in self._found.items() if number not in listed)
        return (*snapshot.rows, *found)

    def filter_typed(self, text: str) -> None:
        super().filter_typed(text)
        self._search(self._words)

    @property
    def _words(self) -> str:
        """The words of the filter that a name or an image may have, or a hash id."""
        wanted = [
            str(value)
            for rule in self.browse.query.rules
            if rule.field in ("text", "name", "image", "hash") and not rule.negated
            for value in rule.values[:1]
        ]
        words = " ".join(wanted)
        return words if len(words) >= _LEAST and not self.browse.problems else ""

    @work(group="search", exclusive=True, description="")
    async def _search(self, words: str) -> None:
        """Ask the service for templates of anybody with these words."""
        self._asking = ""
        if not words or words in self._asked or not context(self).signed_in:
            self.tick()
            return
        await asyncio.sleep(_TYPING)
        self._asking = words
        self.tick()
        try:
            async for found in self.shelf.search(words):
                self._found |= {one.id: one for one in found}
                self.rows_arrived(self.snapshot)
        except VastError as error:
            self._asked[words] = error.sentence
        else:
            self._asked[words] = ""
        self._asking = ""
        self.show_everything()

    def app_changed(self, what: str) -> None:
        if what == "refresh":
            self._found, self._asked = {}, {}
            self._search(self._words)
        super().app_changed(what)

    def status_line(self) -> tuple[Content, Content]:
        words, order = super().status_line()
        snapshot, wanted = self.snapshot, self._words
        if snapshot.error is not None or snapshot.as_of is None or self.paused:
            return words, order
        if self._asking:
            return Content.styled(f" Asking for “{self._asking}”…", "$text-muted"), order
        if self._asked.get(wanted):
            text = f" “{wanted}” was not searched for at Vast.ai: {self._asked[wanted]}"
            return Content.styled(text, "$text-warning"), order
        if wanted in self._asked:
            number = sum(one.id in self._found for one in self.browse.rows)
            text = f" {plural(number, 'template')} of anybody found by “{wanted}”"
        else:
            text = " words ask Vast.ai for others' templates too"
        old = age(self._now - snapshot.as_of)
        return Content.styled(f" read {old} ago ·{text}", "$text-muted"), order

    def nothing(self) -> tuple[str, str] | None:
        said, wanted = super().nothing(), self._words
        if said is None or said[0] != "Nothing matches":
            return said
        app = context(self)
        new, esc = app.hint("templates.new", "makes one, "), app.keymap.spelled("list.escape")
        asks_mine = any(rule.field == "mine" for rule in self.browse.query.rules)
        if asks_mine and not any(one.mine for one in self.browse.list.all_rows):
            offers = "makes one; on another's it offers a copy of it."
            return "You have made none yet", app.hint("templates.new", offers)
        if not wanted:
            return said
        if wanted not in self._asked:
            return "None of these matches", f"Asking Vast.ai for “{wanted}”…"
        if self._asked[wanted]:
            return "None of these matches", f"Vast.ai was not asked: {self._asked[wanted]}"
        return (
            "No template matches",
            f"Vast.ai found no public one by “{wanted}”. {new}{esc} clears the filter.",
        )

    def detail_title(self, template: Template) -> Content:
        whose = {True: "yours", False: "recommended" if template.recommended else "somebody's"}
        return Content(f"{template.name} · template {template.id} · {whose[template.mine]}")

    def why_off(self, action_id: str) -> str:
        off = super().why_off(action_id)
        template = self.browse.current
        if off or template is None:
            return off
        if action_id == "templates.delete" and not any(one.mine for one in self.targets):
            return "only its maker can delete it"
        if action_id == "templates.open" and not (template.readme or template.href):
            return "it has no page"
        return ""

    @property
    def flows(self) -> TemplateFlows:
        """The dialogs of this screen."""
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.templates.flows import TemplateFlows

        return TemplateFlows(self)

    async def action_new(self) -> None:
        await self.change(self.flows.new())

    async def action_edit(self) -> None:
        if self.browse.current is not None:
            await self.change(self.flows.edit(self.browse.current))

    async def action_delete(self) -> None:
        if self.targets:
            await self.change(self.flows.delete(tuple(self.targets)))

    def action_star(self) -> None:
        template = self.browse.current
        if template is not None:
            starred = context(self).session.preferences.toggle("starred_templates", template.id)
            self.rows_arrived(self.snapshot)  # in their new order
            words = "is starred: on top of this list" if starred else "is no longer starred"
            self.app.notify(f"{template.name} {words}.", markup=False)

    async def action_open(self) -> None:
        if self.browse.current is not None:
            await open_dialog(self.app, self.flows.open(self.browse.current))

    async def action_copy(self) -> None:
        if self.browse.current is not None:
            await self.copy(self.browse.current.hash_id)

    async def action_copy_as(self) -> None:
        if self.browse.current is not None:
            await open_dialog(self.app, self.flows.copy_as(self.browse.current))

    def action_offers(self) -> None:
        """O: the offers that fit, with this template for the next rental."""
        if self.browse.current is not None:
            context(self).rent_with(self.browse.current)

    def template_saved(self, template: Template) -> None:
        """Read the list again; the cursor goes to what was saved."""
        self._new = template.id
        self.feed.wake()
