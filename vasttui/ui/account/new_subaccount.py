"""Asks who a new subaccount is for, and makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from vasttui.models.subaccount import (
    MOST_NAME,
    MOST_PASSWORD,
    NewSubaccount,
    mail_problem,
    name_problem,
    password_problem,
)
from vasttui.services.account.changes import make_subaccount
from vasttui.ui.context import context
from vasttui.ui.format import HIDDEN
from vasttui.ui.modals.form_row import FormLine, FormRow
from vasttui.ui.modals.frame import CLOSE, FormDialog, button

if TYPE_CHECKING:
    from vasttui.ui.account.profile import ProfileScreen

_ABOUT = (
    "An account of its own that belongs to yours: it logs in with this address and password, and "
    "has its own credit, keys and instances. There is no request that deletes one."
)
_LINES = {
    "email": FormLine("Mail address", "", "ana@example.com", MOST_NAME),
    "username": FormLine("User name", "", "empty: the mail address", MOST_NAME),
    "password": FormLine("Password", "", "of its first login", MOST_PASSWORD, hidden=True),
}
_CHECKS = {"email": mail_problem, "username": name_problem, "password": password_problem}


async def make_subaccount_here(screen: ProfileScreen) -> None:
    """Ask, send once, and look for it."""
    new = await screen.app.push_screen_wait(SubaccountModal())
    if new is not None:
        app = context(screen)
        work = make_subaccount(screen.api.account, new, app.session.clock)
        name = HIDDEN if app.private else new.email
        await screen.report(work, f"{name} is a subaccount now.")


class SubaccountModal(FormDialog[NewSubaccount | None]):
    """What is typed is forgotten with the dialog."""

    heading = Content("New subaccount")
    keys = (CLOSE, ("tab", "next field", "app.focus_next"), ("enter", "press", ""))
    AUTO_FOCUS = "#in_email"

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll", can_focus=False):
            yield Static(_ABOUT, markup=False, id="about")
            for key, line in _LINES.items():
                yield line.row(key)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Make it", "confirm", id="confirm")

    def on_input_changed(self, event: Input.Changed) -> None:
        for row in self.query(FormRow):
            row.say("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.app.action_focus_next()

    def action_confirm(self) -> None:
        typed = {row.key: row.entry.value for row in self.query(FormRow)}
        email = typed["email"].strip()
        typed |= {"email": email, "username": typed["username"].strip() or email}
        first = None
        for row in self.query(FormRow):
            row.say(_CHECKS[row.key](typed[row.key]))
            first = first or (row if row.wrong else None)
        if first is not None:
            self.screen.set_focus(first.entry)
            return
        self.dismiss(NewSubaccount(**typed))
