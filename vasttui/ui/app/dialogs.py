"""The dialogs of every screen: help, palette, inbox, request log, API key."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

from textual.content import Content
from textual.screen import ModalScreen, Screen

from vasttui.ui import places
from vasttui.ui.app.exit_summary import unfinished
from vasttui.ui.app.filter_guide import EXAMPLES, FilterGuide
from vasttui.ui.app.help import HelpModal
from vasttui.ui.app.inbox_flow import InboxFlow
from vasttui.ui.app.intentions import amount, intentions
from vasttui.ui.app.palette import PaletteEntry, PaletteModal
from vasttui.ui.app.quit_dialog import QuitModal
from vasttui.ui.app.request_log import RequestLog
from vasttui.ui.app.sign_in import SignInModal
from vasttui.ui.app.synonyms import SYNONYMS
from vasttui.ui.context import IN_READ_ONLY, AppContext
from vasttui.ui.copying import copy_and_show
from vasttui.ui.key_table import ACTIONS, BY_ID, Action
from vasttui.ui.keys import actions_of
from vasttui.ui.lists.screen import ListScreen
from vasttui.ui.market.signs import SIGNS
from vasttui.ui.modals.text import TextModal
from vasttui.ui.offers.columns import FLAGS
from vasttui.ui.timers.lines import PROMISES

_WHERE = {
    "app": "Everywhere", "screen": "Everywhere", "list": "Table", "machine": "Table",
    "range": "Table", "instance": "Instance", "log": "Log",
}  # fmt: skip
"""Names of scopes that are no section, in the palette."""

_GO = "go to "
"""Prefix of the ids of places, and of actions that are there, in the palette."""

_WORD = re.compile(r"[\w-]+")
_LITTLE = {"a", "and", "as", "for", "in", "is", "it", "its", "of", "on", "one", "or", "the", "to"}


class AppDialogs:
    """Each method shows a dialog and acts on the answer."""

    def __init__(self, app: AppContext) -> None:
        self._app = app
        self.inbox = InboxFlow(app)

    async def help(self) -> None:
        """The keys of this screen, and how to write a filter."""
        app = self._app
        here, screen = app.current_scope, self._below
        guide = None
        if isinstance(screen, ListScreen):
            flags = {"offers": FLAGS, "market": SIGNS}.get(here, ())
            guide = FilterGuide(screen.resource.fields, EXAMPLES.get(here, ()), flags)
        about = PROMISES if here == "timers" else ()
        actions = [one for one in actions_of(here) if self._why_off(one.id) != IN_READ_ONLY]
        await app.push_screen_wait(HelpModal(app.keymap, actions, guide, about))

    async def palette(self) -> None:
        """Every action that works here, every place and instance, and what has no key."""
        app, screen = self._app, self._below
        known = {one.entry.action_id: one for one in intentions(app, screen)}

        def made_of(typed: str) -> PaletteEntry | None:
            made = amount(app, typed)
            if made is None:
                return None
            known[made.entry.action_id] = made
            return made.entry

        entries = [
            *self._actions(), *self._places(), *(one.entry for one in known.values()),
            *self._elsewhere(),
        ]  # fmt: skip
        chosen = await app.push_screen_wait(PaletteModal(entries, made_of))
        if chosen is None:
            return
        if chosen in known:
            known[chosen].do()
            return
        if chosen.startswith(_GO):
            app.go(chosen.removeprefix(_GO).partition(" ")[0])
            return
        await app.run_action(BY_ID[chosen].click)

    def _actions(self) -> Iterator[PaletteEntry]:
        """The actions that work here, this section's first."""
        goes = {section.action for place in places.PLACES for section in place.sections}
        goes |= {place.action for place in places.PLACES}
        for action in actions_of(self._app.current_scope):
            if action.scope in ("table", "filter") or action.id in {"app.palette", *goes}:
                continue
            section = places.section_named(action.scope)
            yield PaletteEntry(
                action.id,
                action.about[:1].upper() + action.about[1:],
                self._app.keymap.spelled(action.id, 2),
                section.title if section is not None else _WHERE[action.scope],
                self._why_off(action.id),
                _words(action),
            )

    def _places(self) -> Iterator[PaletteEntry]:
        """Every other section, found by its name, content and synonyms."""
        here = self._app.current_scope
        for place in places.PLACES:
            for section in place.sections:
                if section.name == here:
                    continue
                title = section.title.lower()
                yield PaletteEntry(
                    f"{_GO}{section.name}",
                    f"Go to {section.title} ({section.about})",
                    self._app.keymap.spelled(section.action) or place.digit,
                    place.title,
                    words=(*section.words, title, title.removesuffix("s"), place.title.lower()),
                )

    def _elsewhere(self) -> Iterator[PaletteEntry]:
        """Where the actions of the other sections are."""
        here = {action.id for action in actions_of(self._app.current_scope)}
        for action in ACTIONS:
            section = places.section_named(action.scope)
            if section is None or action.id in here or self._app.refuses(action.id):
                continue
            yield PaletteEntry(
                f"{_GO}{section.name} {action.id}",
                f"Go to {section.title}: {action.about}",
                self._app.keymap.spelled(action.id),
                section.title,
                words=(*_words(action), section.title.lower()),
                elsewhere=True,
            )

    @property
    def unfinished(self) -> list[str]:
        """What is lost sight of by quitting now, a sentence each."""
        return unfinished(self._app)

    async def leave(self) -> None:
        """Confirm quitting while something is unfinished."""
        app = self._app
        if await app.push_screen_wait(QuitModal(self.unfinished)):
            app.exit()

    @property
    def _below(self) -> Screen[Any]:
        """The screen below any dialog."""
        stack = self._app.screen_stack
        return [screen for screen in stack if not isinstance(screen, ModalScreen)][-1]

    def _why_off(self, action_id: str) -> str:
        """Why an action cannot be used now; empty when it can."""
        if self._app.refuses(action_id):
            return IN_READ_ONLY
        if action_id == "app.key" and self._app.session.sign_in is None:
            return "the demo needs no key"
        screen = self._below
        return screen.why_off(action_id) if isinstance(screen, ListScreen) else ""

    async def messages(self) -> None:
        """What was said lately, the newest first."""
        app = self._app
        lines = [Content.assemble((_clock(one.at), "$text-muted"), one.line)
                 for one in reversed(app.news.recent)]  # fmt: skip
        if await app.push_screen_wait(TextModal("Messages", lines or [Content("None yet.")])):
            await copy_and_show(app, app.session.clipboard, "\n".join(map(str, lines)))

    async def sent(self) -> None:
        """The last requests; each can be copied."""
        app, session = self._app, self._app.session
        exchanges = app.api.exchanges if app.api is not None else ()
        preferences = session.preferences
        hides = preferences.current.hides_reads
        modal = RequestLog(exchanges, session.address, hides_reads=hides)
        text = await app.push_screen_wait(modal)
        preferences.change(hides_reads=modal.hides_reads)
        if text:
            await copy_and_show(app, session.clipboard, text)

    async def key(self) -> None:
        """Ask for an API key and use it."""
        app, session = self._app, self._app.session
        if session.sign_in is None:
            app.notify("The demo needs no key.", markup=False)
            return
        modal = SignInModal(session.sign_in, app.sign_in_message, session.key_home)
        signed = await app.push_screen_wait(modal)
        if signed is None:
            return
        where = f"Key stored in {signed.stored_in}."
        app.notify(f"Signed in as {signed.account.name}. {where}", markup=False)
        await app.sign_in(signed)


def _words(action: Action) -> tuple[str, ...]:
    """What finds an action as a whole word."""
    said = set(_WORD.findall(action.about.lower())) - _LITTLE
    return (*said, *SYNONYMS.get(action.id, ()))


def _clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))
