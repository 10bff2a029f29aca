"""Asks which SSH key to add: a local one, another, or a new pair."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual.content import Content

from vasttui.errors import VastError
from vasttui.services.ssh.key_ring import RingKey, join
from vasttui.services.ssh.local_keys import NEW_KEY, free_key_path, generate_key
from vasttui.ui.context import AppContext
from vasttui.ui.modals.choose import ChooseModal, MenuItem
from vasttui.ui.modals.public_key import ask_public_key, key_comment
from vasttui.ui.session import DEMO_FILES


async def ask_key_to_add(
    app: AppContext,
    known: Sequence[RingKey],
    *,
    title: str = "Add an SSH key",
    verb: str = "Add",
    offer: bool = True,
) -> RingKey | None:
    """The key to add, by the name it is listed under; None if cancelled. `known` are the listed
    keys, of which those of this computer are offered, too. Reports failures."""
    here = [key for key in known if offer and not key.account and key.local is not None]
    folder = app.session.ssh.folder
    off, path, note = DEMO_FILES, None, f"~/.ssh/{NEW_KEY}"
    if folder is not None:
        off, path = "", await asyncio.to_thread(free_key_path, folder)
        note = f"~/.ssh/{path.name}"
        note += "" if path.name == NEW_KEY else f" ({NEW_KEY} exists; ssh needs -i for another)"
    choices = [
        *(MenuItem(Content(f"{verb} {key.name}"), Content(key.fingerprint)) for key in here),
        MenuItem(Content("Paste a key or file path"), Content("a public key or a .pub file")),
        MenuItem(
            Content("Generate a key pair"),
            Content(f"ed25519, no passphrase, {note}"),
            off,
        ),
    ]
    index = await app.push_screen_wait(ChooseModal(title, choices))
    if index is None:
        return None
    if index < len(here):
        return here[index]
    if index == len(here):
        key = await ask_public_key(app, title, verb)
        if key is None:
            return None
        listed = (one for one in known if one.key.blob == key.blob)
        return next(listed, join([key], None, ())[0])
    assert path is not None
    try:
        made = await generate_key(path, key_comment())
    except VastError as error:
        app.notify(error.sentence, severity="error", markup=False)
        return None
    made_both = f"Made ~/.ssh/{path.name} and {path.name}.pub; they stay, whatever comes next."
    app.notify(made_both, markup=False)
    return join((), None, [made])[0]
