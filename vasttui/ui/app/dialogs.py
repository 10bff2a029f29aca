"""The dialogs that every screen has: help, palette, inbox, what was sent, the key."""

from __future__ import annotations

from textual.screen import ModalScreen

from vasttui.ui.app.exit_summary import unfinished
from vasttui.ui.app.filter_guide import GUIDES
from vasttui.ui.app.help import HelpModal
from vasttui.ui.app.inbox_flow import InboxFlow
from vasttui.ui.app.palette import PaletteEntry, PaletteModal
from vasttui.ui.app.request_log import RequestLog
from vasttui.ui.app.sign_in import SignInModal
from vasttui.ui.context import AppContext
from vasttui.ui.copying import copy_and_show
from vasttui.ui.instances.attach import AttachFlow
from vasttui.ui.keys import ACTIONS, BY_ID, SCREENS
from vasttui.ui.lists.screen import ListScreen
from vasttui.ui.modals.message import ConfirmModal

_WHERE = {
    "app": "Everywhere", "list": "Table", "offers": "Offers", "instances": "Instances",
    "instance": "Instance", "log": "Log", "filter": "Filter",
}  # fmt: skip


class AppDialogs:
    """Each method asks the user something and does what was answered."""

    def __init__(self, app: AppContext) -> None:
        self._app = app

    async def help(self) -> None:
        """The keys of this screen, and how to write a filter."""
        app = self._app
        await app.push_screen_wait(
            HelpModal(app.keymap, SCREENS[app.current_scope], GUIDES.get(app.current_scope))
        )

    async def palette(self) -> None:
        """Every action that works here, to be found by its words."""
        app = self._app
        scopes = SCREENS[app.current_scope]
        entries = [
            PaletteEntry(
                action.id,
                action.about[:1].upper() + action.about[1:],
                app.keymap.spelled(action.id, 2),
                _WHERE[action.scope],
                self._why_off(action.id),
            )
            for action in ACTIONS
            if action.scope in scopes and action.scope not in ("table", "filter")
            if action.id != "app.palette"
        ]
        chosen = await app.push_screen_wait(PaletteModal(entries))
        if chosen is not None:
            action = BY_ID[chosen]
            target = "app" if action.scope == "app" else "screen"
            await app.run_action(f"{target}.{action.action}")

    async def ssh_keys(self) -> None:
        """The SSH keys of the account and of this computer."""
        await AttachFlow(self._app).run([])

    async def leave(self) -> None:
        """Quit while something is being done, if that is meant."""
        app = self._app
        text = "\n".join(unfinished(app)) + (
            "\n\nWhat was sent goes on at the service; vasttui looks what became of it at its next "
            "start."
        )
        if await app.push_screen_wait(ConfirmModal("Quit", text, "Quit")):
            app.exit()

    def _why_off(self, action_id: str) -> str:
        """Why an action cannot be used now; empty when it can."""
        if action_id == "app.key" and self._app.session.sign_in is None:
            return "the demo needs no key"
        below = [screen for screen in self._app.screen_stack if not isinstance(screen, ModalScreen)]
        screen = below[-1]
        return screen.why_off(action_id) if isinstance(screen, ListScreen) else ""

    async def sent(self) -> None:
        """The last requests; one of them can be copied."""
        app, session = self._app, self._app.session
        exchanges = app.api.exchanges if app.api is not None else ()
        text = await app.push_screen_wait(RequestLog(exchanges, session.address))
        if text:
            await copy_and_show(app, session.clipboard, text)

    async def inbox(self) -> None:
        """What needs the user's attention, in one list."""
        await InboxFlow(self._app).run()

    async def key(self) -> None:
        """Ask for a key, check it and work with it."""
        app, session = self._app, self._app.session
        if session.sign_in is None:
            app.notify("The demo needs no key.", markup=False)
            return
        modal = SignInModal(session.sign_in, app.sign_in_message, session.key_home)
        signed = await app.push_screen_wait(modal)
        if signed is None:
            return
        where = f"The key is in {signed.stored_in}."
        app.notify(f"Signed in as {signed.account.name}. {where}", markup=False)
        await app.sign_in(signed)
