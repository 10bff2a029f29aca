"""The dialogs of the templates, and what is done with their answers."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from vasttui.errors import VastError
from vasttui.models.template import Template
from vasttui.models.template_draft import TemplateDraft, edit_body
from vasttui.services.system.browser import open_url
from vasttui.services.templates import Saved
from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.modals.ask import AskModal
from vasttui.ui.modals.choose import ChooseModal, MenuItem
from vasttui.ui.modals.copy_as import CopyAsModal, CopyOption
from vasttui.ui.templates import lines
from vasttui.ui.templates.form import TemplateForm
from vasttui.ui.templates.typed import PRIVATE, Base, TemplateTyped, typed_of
from vasttui.words import plural

if TYPE_CHECKING:
    from vasttui.ui.templates.screen import TemplatesScreen

_NAMES = {
    "env": "other variables or ports", "onstart": "another on-start script", "name": "another name",
    "image": "another image", "tag": "another tag", "desc": "another description",
    "href": "another link", "args_str": "other arguments", "private": "another visibility",
    "recommended_disk_space": "another disk size", "runtype": "another launch mode",
    "use_ssh": "another launch mode", "ssh_direct": "another connection",
    "jup_direct": "another connection",
}  # fmt: skip
"""What the service kept instead, by field."""

_under_way: set[asyncio.Future[str]] = set()
"""Saving goes on when its dialog is closed."""


class TemplateFlows:
    """Each method shows a dialog and acts on the answer."""

    def __init__(self, screen: TemplatesScreen) -> None:
        self._screen = screen
        self._app = context(screen)

    async def new(self) -> None:
        """An empty template, or a copy of the one under the cursor."""
        template = self._screen.browse.current
        if template is not None:
            choices = [
                MenuItem(Content("Empty template"), Content("an image and its settings")),
                MenuItem(Content(f"Copy of {template.name}"), Content(template.whole_image)),
            ]
            chosen = await self._app.push_screen_wait(ChooseModal("New template", choices))
            if chosen is None:
                return
            if chosen == 1:
                await self._copy(template)
                return
        await self._form("New template", TemplateTyped(), None, self._screen.shelf.create)

    async def edit(self, template: Template) -> None:
        """Change it; of one that is not the account's own, make a copy."""
        if not template.mine:
            await self._copy(template)
            return

        async def save(draft: TemplateDraft) -> Saved:
            if not edit_body(draft, template):
                raise VastError("Nothing was changed.")
            saved = await self._screen.shelf.edit(draft, template)
            self._app.session.rent_memory.renew(template.hash_id, saved.template)
            return saved

        typed = typed_of(template)
        await self._form(f"Edit {template.name}", typed, Base(template, edits=True), save)

    async def _copy(self, template: Template) -> None:
        typed = typed_of(template)
        fields = {name: getattr(typed, name) for name in TemplateTyped.__slots__}
        fields |= {"name": f"{template.name[:110]} copy", "who": PRIVATE}
        base = Base(template, edits=False)
        title = f"Copy of {template.name}, yours"
        await self._form(title, TemplateTyped(**fields), base, self._screen.shelf.create)

    async def _form(
        self,
        title: str,
        typed: TemplateTyped,
        base: Base | None,
        save: Callable[[TemplateDraft], Awaitable[Saved]],
    ) -> None:
        kept: list[Template] = []

        async def run(draft: TemplateDraft) -> str:
            same = base is not None and base.edits and not edit_body(draft, base.template)
            if same and form.tries:
                return ""
            return await self._report(save(draft), form, kept)

        async def start(draft: TemplateDraft) -> str:
            task = asyncio.ensure_future(run(draft))
            _under_way.add(task)
            task.add_done_callback(_under_way.discard)
            return await asyncio.shield(task)

        form = TemplateForm(
            title, typed, base, start, gpu_names=self._app.gpu_names,
            used_by=[] if base is None else self._users(base.template),
        )  # fmt: skip
        if await self._app.push_screen_wait(form):
            self._app.rent_with(kept[-1] if kept or base is None else base.template)

    async def _report(
        self, saving: Awaitable[Saved], form: TemplateForm, kept: list[Template]
    ) -> str:
        """Tell how it went, and keep what was saved; what went wrong is the form's to tell while it
        is open."""
        try:
            saved = await saving
        except VastError as error:
            if form.is_attached:
                return error.sentence
            self._app.notify(error.sentence, severity="error", timeout=12, markup=False)
            self._screen.feed.wake()
            return ""
        template = saved.template
        kept.append(template)
        version = f"{template.name} is saved as version {template.hash_id[:8]}"
        if saved.was_there:
            text = f"{template.name}: the very same template was there; Vast.ai took that one."
            self._app.notify(text, markup=False)
        elif saved.differs:
            names = dict.fromkeys(_NAMES[name] for name in saved.differs)
            text = f"{version}, but Vast.ai kept {', '.join(names)}: look at it."
            self._app.notify(text, severity="warning", timeout=12, markup=False)
        else:
            self._app.notify(f"{version}, read back ✓", markup=False)
        self._screen.template_saved(template)
        self._app.app_changed.publish("templates")
        return ""

    def _users(self, template: Template) -> list[str]:
        """The instances made from this version, in words."""
        fleet, made = self._app.fleet, template.hash_id
        names = [fleet.called(row) for row in fleet.rows if row.instance.template_hash_id == made]
        return [*names[:2], *([f"{len(names) - 2} more instances"] if len(names) > 2 else [])]

    async def delete(self, chosen: Sequence[Template]) -> None:
        """Delete after its name was typed; several after their number was."""
        mine = [template for template in chosen if template.mine]
        if not mine:
            edit = self._app.keymap.spelled("templates.edit")
            text = f"Only its maker can delete it. {edit} makes a copy of it that is yours."
            self._app.notify(text, markup=False)
            return
        wanted = mine[0].name if len(mine) == 1 else f"{len(mine)}"
        short = mine[0].hash_id[:8]

        def check(text: str) -> str:
            fits = text == wanted or (len(mine) == 1 and text == short)
            return "" if fits else f"Type {wanted} to delete."

        asked = await self._app.push_screen_wait(
            AskModal(
                f"Delete {plural(len(mine), 'template')}", Content(self._about(mine, chosen)),
                f"Its name, or {short}" if len(mine) == 1 else "How many", "", "Delete",
                check=check, most=300,
            )
        )  # fmt: skip
        if asked is None:
            return
        for template in mine:
            done = f"{template.name} is deleted. Instances made from it go on."
            await self._screen.report(
                self._screen.shelf.delete(template), done, removes=template.id
            )
        self._app.app_changed.publish("templates")

    def _about(self, mine: Sequence[Template], chosen: Sequence[Template]) -> str:
        lines = [f"{one.name}  {one.hash_id[:8]}  {one.whole_image}" for one in mine[:12]]
        lines += [f"and {len(mine) - 12} more"] if len(mine) > 12 else []
        used = [name for one in mine for name in self._users(one)]
        goes_on = f" ({', '.join(used[:4])})" if used else ""
        lines += ["", f"Instances made from it go on{goes_on}. Worker groups that use it could not "
                  "start new workers any more."]  # fmt: skip
        others = [one.name for one in chosen if not one.mine]
        if others:
            lines += ["", f"Not affected: {', '.join(others[:4])} (not yours)."]
        return "\n".join(lines)

    async def open(self, template: Template) -> None:
        """Its page in the browser: the readme, else the page of its image."""
        url = template.readme or template.href
        if not url:
            self._app.notify(f"{template.name} has no page.", markup=False)
            return
        try:
            await open_url(url)
        except VastError as error:
            self._app.notify(error.sentence, severity="warning", markup=False)
        else:
            self._app.notify(f"Opened {url} in the browser.", markup=False)

    async def copy_as(self, template: Template) -> None:
        """The hash, the links, and the command that rents with it."""
        disk = f"{template.disk:g}" if template.disk is not None else "16"
        options = [
            CopyOption("Hash id", template.hash_id),
            CopyOption("Template id", f"{template.id}"),
            CopyOption("Image", template.whole_image),
            CopyOption(
                "Rent: vastai",
                shlex.join(["vastai", "create", "instance", "OFFER_ID", "--template_hash",
                            template.hash_id, "--disk", disk]),
            ),
            CopyOption("JSON, no secrets", lines.as_json(template)),
            *([CopyOption("Readme", template.readme)] if template.readme else []),
        ]  # fmt: skip
        chosen = await self._app.push_screen_wait(CopyAsModal(options))
        if chosen is not None:
            await copy_and_show(self._app, self._app.session.clipboard, chosen.text)
