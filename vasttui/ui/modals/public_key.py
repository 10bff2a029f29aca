"""Asks for a public SSH key, pasted or in a .pub file; says where its private key is."""

from __future__ import annotations

import asyncio
import getpass
import platform
from pathlib import Path
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
    """The key that the user enters, None if cancelled. Reports failures."""
    modal = AskModal(
        title, Content(_ABOUT), "Key or file", "", confirm, check=key_problem, most=LARGEST
    )
    text = await app.push_screen_wait(modal)
    if text is None:
        return None
    try:
        return await asyncio.to_thread(read_public_key, text)
    except VastError as error:
        app.notify(error.sentence, severity="error", markup=False)
        return None


def key_problem(text: str) -> str:
    """Why a text is no public key or path of one; empty when it is."""
    if not text.strip():
        return "Paste a key or a file path."
    if "PRIVATE KEY" in text:
        return "That is a private key; it was not stored. Use the .pub file."
    looks_like_a_file = not text.startswith(("ssh-", "ecdsa-", "sk-"))
    if looks_like_a_file and Path(text).suffix != ".pub":
        return "Use the public key: the .pub file."
    return ""


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
        return Content.styled("not here", "$text-muted")
    if local.usable:
        return Content.styled("in ssh-agent ✓" if local.in_agent else "found ✓", "$text-success")
    if local.private_found:
        return Content.styled("readable by others; ssh refuses it", "$text-warning")
    return Content.styled("missing ✖", "$text-warning")
