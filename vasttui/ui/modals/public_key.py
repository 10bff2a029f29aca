"""Asks for a public SSH key, pasted or in a .pub file; says where its private key is."""

from __future__ import annotations

import asyncio
import getpass
import platform
from typing import Any

from textual.app import App
from textual.content import Content

from vasttui.errors import VastError
from vasttui.models.ssh_key import SshKey
from vasttui.services.ssh.fixes import KeyService, SshFixer
from vasttui.services.ssh.key_ring import RingKey
from vasttui.services.ssh.local_keys import LARGEST, read_public_key
from vasttui.ui.modals.ask import AskModal
from vasttui.ui.session import Session

_ABOUT = "Paste a public key or the path of a .pub file. Private keys are never read."


async def ask_public_key(app: App[Any], title: str, confirm: str) -> SshKey | None:
    """The key that the user enters, None if cancelled."""
    found: dict[str, SshKey] = {}

    async def problem(text: str) -> str:
        try:
            found[text] = await asyncio.to_thread(read_public_key, text)
        except VastError as error:
            return error.sentence
        return ""

    modal = AskModal(title, Content(_ABOUT), "Key or file", "", confirm, read=problem, most=LARGEST)
    text = await app.push_screen_wait(modal)
    return None if text is None else found[text]


def key_fixer(session: Session, service: KeyService) -> SshFixer:
    """Changes keys of the account and of instances."""
    return SshFixer(service, session.clock, session.ssh.known_hosts, key_comment())


def key_comment() -> str:
    """`user@computer`, for keys generated here."""
    return f"{getpass.getuser()}@{platform.node()}"


def private_half(key: RingKey) -> Content:
    """Whether the private key is on this computer and usable by ssh."""
    local = key.local
    if local is None:
        return Content.styled(key.unchecked or "not here", "$text-muted")
    if local.usable:
        return Content.styled("in ssh-agent ✓" if local.in_agent else "found ✓", "$text-success")
    if local.private_found:
        return Content.styled("readable by others; ssh refuses it", "$text-warning")
    return Content.styled("missing ✖", "$text-warning")
