"""Asks which SSH key to add: a local one, another, or a new pair."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from vasttui.errors import VastError
from vasttui.models.ssh_key import SshKey
from vasttui.services.ssh.key_ring import RingKey
from vasttui.services.ssh.local_keys import NEW_KEY, generate_key
from vasttui.ui.context import AppContext
from vasttui.ui.modals.choose import ChooseModal, MenuItem
from vasttui.ui.modals.public_key import ask_public_key, key_comment

_NO_FILES = "The demo reads and writes none of your files."


async def ask_key_to_add(app: AppContext, known: Sequence[RingKey]) -> SshKey | None:
    """The key to add, None if cancelled. `known` are the listed keys. Reports failures."""
    here = [key for key in known if not key.account and key.local is not None]
    folder = app.session.ssh.folder
    off = _NO_FILES if folder is None else ""
    choices = [
        *(MenuItem(Content(f"Add {key.name}"), Content(key.fingerprint)) for key in here),
        MenuItem(Content("Paste a key or file path"), Content("a public key or a .pub file")),
        MenuItem(
            Content("Generate a key pair"),
            Content(f"ed25519, no passphrase, ~/.ssh/{NEW_KEY}"),
            off,
        ),
    ]
    index = await app.push_screen_wait(ChooseModal("Add an SSH key", choices))
    if index is None:
        return None
    if index < len(here):
        return here[index].key
    if index == len(here):
        return await ask_public_key(app, "Add an SSH key", "Add")
    assert folder is not None
    try:
        return (await generate_key(folder / NEW_KEY, key_comment())).key
    except VastError as error:
        app.notify(error.sentence, severity="error", markup=False)
        return None
