"""Saves a world to a file, so that it survives however its process ends."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from vasttui.errors import VastError
from vasttui.files import read_regular
from vasttui.simulator.account.api_keys import KeyRing
from vasttui.simulator.account.backups import Backup
from vasttui.simulator.account.contract import Contract
from vasttui.simulator.account.copies import Copied
from vasttui.simulator.account.holder import SavedHolder
from vasttui.simulator.account.scheduled_jobs import JobBook
from vasttui.simulator.account.shelf import StoredVolume
from vasttui.simulator.account.ssh_keys import AccountKey
from vasttui.simulator.account.template_entries import TemplateEntry
from vasttui.simulator.account.variables import FIRST
from vasttui.simulator.serverless.book import Book

VERSION = 1
_KIND = "vasttui simulator"


@dataclass(slots=True)
class Saved:
    """The saved part of a world; the market is rebuilt from its seed. Times are epoch seconds."""

    seed: int
    offers: int
    now: float
    credit: float
    contracts: list[Contract]
    gone: list[Contract] = field(default_factory=list)
    account_keys: list[AccountKey] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)
    backups: list[Backup] | None = None
    volumes: list[StoredVolume] = field(default_factory=list)
    gone_volumes: list[StoredVolume] = field(default_factory=list)
    next_key: int = 900_001
    api_keys: KeyRing | None = None
    variables: dict[str, str] = field(default_factory=lambda: dict(FIRST))
    templates: list[TemplateEntry] = field(default_factory=list)
    former_templates: list[TemplateEntry] = field(default_factory=list)
    copies: list[Copied] = field(default_factory=list)
    holder: SavedHolder | None = None
    jobs: JobBook | None = None
    serverless: Book | None = None
    kind: str = _KIND
    version: int = VERSION


_saved = TypeAdapter(Saved)


_LARGEST = 256_000_000
"""Maximum bytes of a file."""


class WorldFile:
    """One world in one file, written atomically."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Saved | None:
        """The saved world; None if there is no file yet. Raises VastError for any other file."""
        try:
            document = json.loads(read_regular(self._path, _LARGEST))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:
            raise self._unusable(str(error)) from None
        if not isinstance(document, dict) or document.get("kind") != _KIND:
            raise self._unusable("it is not a vasttui simulator file")
        if document.get("version") != VERSION:
            raise self._unusable("it was written by another version of vasttui")
        try:
            return _saved.validate_python(document)
        except ValidationError:
            raise self._unusable("it is damaged") from None

    def save(self, saved: Saved) -> None:
        """Write it; it is on disk when this returns."""
        data = json.dumps(_saved.dump_python(saved), default=list).encode()
        draft = self._path.with_name(f"{self._path.name}.new")
        with draft.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(self._path)

    def _unusable(self, reason: str) -> VastError:
        return VastError(
            f"{self._path} cannot be used: {reason}.",
            hint="Choose another file with --state; this one is not changed.",
        )
