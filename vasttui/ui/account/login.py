"""Logs in with a second factor and goes on with the session key."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.content import Content

from vasttui.errors import READ_ONLY, VastError
from vasttui.models.account import Method, SecondFactor, Session
from vasttui.services.account.second_factor import (
    BACKUP,
    EMAIL,
    code_problem,
    is_sent,
    log_in,
    send_code,
    ways,
)
from vasttui.ui.account.profile_lines import method_words
from vasttui.ui.context import context
from vasttui.ui.modals.ask import AskModal
from vasttui.ui.modals.choose import ChooseModal, MenuItem
from vasttui.words import plural

if TYPE_CHECKING:
    from vasttui.ui.account.profile import ProfileScreen
    from vasttui.ui.session import Session as Run

_TITLE = "Log in with a second factor"
_FEW = 3


async def log_in_here(screen: ProfileScreen, state: SecondFactor | VastError) -> None:
    """Choose a method, give its code, keep the session key, and work with it from now on."""
    app = context(screen)
    if app.session.keep_login is None:
        app.notify("This run keeps no login.", markup=False)
        return
    try:
        session = await _session(screen, state)
        if session is None:
            return
        signed = await app.session.keep_login(session.key)
    except VastError as error:
        app.notify(error.sentence, severity="error", timeout=12, markup=False)
        return
    codes = session.backup_codes
    few = codes is not None and codes <= _FEW
    parts = (
        f"Logged in as {signed.account.name}.",
        _kept(app.session),
        _environment(app.session),
        f"Only {plural(codes or 0, 'backup code')} left." if few else "",
    )
    app.notify(" ".join(filter(None, parts)), timeout=12, markup=False)
    await app.sign_in(signed)


def _kept(session: Run) -> str:
    """Where the session key is; in memory, why."""
    if session.login_file is not None:
        return f"Session key stored in {session.login_file}, for the official client too."
    why = f"{session.place} is not Vast.ai, whose session key has the official client's file"
    return f"Session key in memory, for this run only: {why}."


def _environment(session: Run) -> str:
    """A key in the environment is used before any file."""
    source = session.key_source
    if source is None or not source.startswith("$") or session.login_file is None:
        return ""
    return f"At the next start {source} goes before it: unset it."


async def _session(screen: ProfileScreen, state: SecondFactor | VastError) -> Session | None:
    """The session key, or None if the user does not go on. Raises VastError."""
    if isinstance(state, VastError):
        raise state
    if state.enabled is False:
        screen.app.notify(
            "Two-factor authentication is off for this account: no login is needed.", markup=False
        )
        return None
    if not await _may_store(screen):
        return None
    methods, why = ways(state), READ_ONLY if context(screen).session.read_only else ""
    choice = await screen.app.push_screen_wait(
        ChooseModal(_TITLE, [_item(one, off=why if is_sent(one) else "") for one in methods])
    )
    if choice is None:
        return None
    method = methods[choice]
    secret = await send_code(screen.api.account, method) if is_sent(method) else ""
    return await _ask_code(screen, method, secret)


async def _may_store(screen: ProfileScreen) -> bool:
    """Whether a session key that is there already may be replaced."""
    file = context(screen).session.login_file
    if file is None or not await asyncio.to_thread(file.exists):
        return True
    about = f"{file} holds a session key already. A login replaces it, for the official client too."
    return await screen.sure("Replace the session key?", about, "Replace")


def _item(method: Method, off: str) -> MenuItem:
    if method in (EMAIL, BACKUP):
        names = {EMAIL: "mail", BACKUP: "backup code"}
        return MenuItem(Content(names[method]), Content(method.label or ""), off)
    about = "a code is sent" if is_sent(method) else "no code is sent: the app shows one"
    return MenuItem(Content(method_words(method)), Content(about), off)


async def _ask_code(screen: ProfileScreen, method: Method, secret: str) -> Session | None:
    """Ask until a code is right. A wrong one counts: the service locks after a few."""
    given: list[Session] = []

    async def read(code: str) -> str:
        try:
            given.append(await log_in(screen.api.account, method, code, secret))
        except VastError as error:
            return error.sentence
        return ""

    sent = "A code is on its way to you. " if secret else ""
    about = f"{sent}After a few wrong ones the service takes none for 15 minutes."
    modal = AskModal(
        _TITLE, Content(about), "Backup code" if method is BACKUP else "Code", "", "Log in",
        check=lambda text: code_problem(method, text), read=read, most=64,
    )  # fmt: skip
    await screen.app.push_screen_wait(modal)
    return given[0] if given else None
