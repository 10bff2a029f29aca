"""Asks for rights that are no usual set: the log of one instance, or those in a file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.app import App
from textual.content import Content

from vasttui.errors import VastError
from vasttui.models.decode_api_key import permissions_in
from vasttui.models.instance import Instance
from vasttui.models.rights import log_of
from vasttui.services.system.text_file import read_text
from vasttui.text import clean
from vasttui.ui.modals.ask import AskModal
from vasttui.ui.modals.choose import ChooseModal, MenuItem

_MOST = 65_536
"""Bytes of a file of rights."""

_FORM = (
    "A file with the JSON that vastai create api-key --permission_file takes, such as\n"
    '{"api": {"instance_read": {}, "misc": {}}}'
)


@dataclass(frozen=True, slots=True)
class Own:
    """Permissions, the kind of choice they come from, and what is said about them."""

    kind: str
    permissions: Mapping[str, object]
    about: str


async def rights_of_instance(app: App[Any], kind: str, instances: Sequence[Instance]) -> Own | None:
    """Ask for one of the instances: the key may read its log."""
    if not instances:
        app.notify("You have no instance.", markup=False)
        return None
    choices = [MenuItem(Content(one.name), Content(f"id {one.id}")) for one in instances]
    chosen = await app.push_screen_wait(ChooseModal("Whose log the key may read", choices))
    if chosen is None:
        return None
    one = instances[chosen]
    return Own(kind, log_of(one.id), f"the log of {one.full_name}, and nothing else")


async def rights_of_file(app: App[Any], kind: str) -> Own | None:
    """Ask for a file and read its rights."""
    found: dict[str, object] = {}

    async def read(path: str) -> str:
        try:
            text = await asyncio.to_thread(_text_of, path.removeprefix("@").strip())
            found.update(permissions_in(text))
        except VastError as error:
            return error.sentence
        return ""

    modal = AskModal(
        "Rights from a file", Content(_FORM), "File", "@", "Use them", most=4_096, read=read
    )
    path = await app.push_screen_wait(modal)
    if path is None:
        return None
    name = clean(Path(path.removeprefix("@").strip()).name, 60)
    return Own(kind, found, f"those in {name}")


def _text_of(path: str) -> str:
    if not path:
        raise VastError("Enter the name of a file.")
    return read_text(path, _MOST)
