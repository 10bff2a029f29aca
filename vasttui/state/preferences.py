"""The user's preferences: columns, sort order, switches, theme, starred and avoided machines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from msgspec import Struct, structs

from vasttui.models.search import SearchOptions
from vasttui.state.json_file import JsonFile, OwnFile, Write
from vasttui.state.saved import (
    SavedSort,
    choice_from,
    choice_to,
    ids_from,
    sort_from,
    words_from,
)

FOREVER = 1e11
"""Later than all times, in epoch seconds."""

_FILTERS, _LONGEST = 20, 300
_LIKE_A_KEY = r"[A-Za-z0-9]{32}|PRIVATE KEY"

ListName = Literal["starred", "avoided", "starred_templates"]


class SavedList(Struct, frozen=True):
    """The columns and the sort order the user chose for a list."""

    columns: tuple[str, ...] = ()
    sort: SavedSort = ()


class Preferences(Struct, frozen=True):
    """Empty values mean "never set". `starred` and `avoided` hold machine ids,
    `starred_templates` those of templates."""

    lists: Mapping[str, SavedList] = MappingProxyType({})
    choice: SearchOptions | None = None
    theme: str = ""
    starred: frozenset[int] = frozenset()
    avoided: frozenset[int] = frozenset()
    starred_templates: frozenset[int] = frozenset()
    hushed: Mapping[str, float] = MappingProxyType({})
    """Things of the inbox that were dismissed, and until when (epoch seconds)."""
    hides_reads: bool = False
    """Whether the request log leaves out what changes nothing."""
    filters: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """Earlier filters by list, the last one first."""
    asked_for_key: bool = False
    """Whether the API key dialog has opened on its own; it does so only once."""


class PreferenceStore(OwnFile):
    """The current preferences, saved on every change. With `path` None nothing is saved."""

    def __init__(self, path: Path | None, write: Write) -> None:
        self._file = JsonFile(path, write, "Your preferences")
        saved = self._file.load()
        theme = saved.get("theme")
        self.current = Preferences(
            lists=_lists_from(saved),
            choice=choice_from(saved.get("choice")),
            theme=theme if isinstance(theme, str) else "",
            starred=ids_from(saved.get("starred")),
            avoided=ids_from(saved.get("avoided")),
            starred_templates=ids_from(saved.get("starred_templates")),
            hushed=_hushed_from(saved.get("hushed")),
            hides_reads=saved.get("hides_reads") is True,
            filters=_filters_from(saved.get("filters")),
            asked_for_key=saved.get("asked_for_key") is True,
        )
        self.machines_read = self.machine_lists()
        """The lists of machines as they were read last: here, then in the memory."""

    def change(self, **fields: Any) -> None:
        """Change some fields; nothing is written if they are unchanged."""
        changed = structs.replace(self.current, **fields)
        if changed != self.current:
            self.current = changed
            self._save()

    def machine_lists(self) -> tuple[frozenset[int], frozenset[int]]:
        """The machines that are starred, and those that are avoided: a copy of the memory's."""
        return self.current.starred, self.current.avoided

    def take_machines(self, starred: frozenset[int], avoided: frozenset[int]) -> None:
        """Copy the lists as the memory has them."""
        self.machines_read = starred, avoided
        self.change(starred=starred, avoided=avoided)

    def list_of(self, name: str) -> SavedList:
        """The saved choices for a list."""
        return self.current.lists.get(name, SavedList())

    def keep_list(self, name: str, columns: tuple[str, ...], sort: SavedSort) -> None:
        """Save the columns and sort order of a list."""
        self.change(lists={**self.current.lists, name: SavedList(columns, sort)})

    def keep_filters(self, name: str, past: Sequence[str]) -> None:
        """Save the earlier filters of a list: few, and none that may hold a key."""
        kept = [text for text in past if len(text) <= _LONGEST and not re.search(_LIKE_A_KEY, text)]
        self.change(filters={**self.current.filters, name: tuple(kept[:_FILTERS])})

    def toggle(self, which: ListName, number: int) -> bool:
        """Add an id to a list or remove it; returns whether it is on the list now."""
        listed = getattr(self.current, which) ^ {number}
        self.change(**{which: listed})
        return number in listed

    def _save(self) -> None:
        current = self.current
        self._file.save(
            {
                "lists": {
                    name: {"columns": list(own.columns), "sort": [list(pair) for pair in own.sort]}
                    for name, own in current.lists.items()
                },
                "choice": choice_to(current.choice) if current.choice else None,
                "theme": current.theme,
                "starred": sorted(current.starred),
                "avoided": sorted(current.avoided),
                "starred_templates": sorted(current.starred_templates),
                "hushed": dict(current.hushed),
                "hides_reads": current.hides_reads,
                "filters": {name: list(past) for name, past in current.filters.items()},
                "asked_for_key": current.asked_for_key,
            }
        )


def _lists_from(saved: Mapping[str, object]) -> dict[str, SavedList]:
    """The lists in a saved document; version 0.1 kept offers and instances under other names."""
    lists = {
        "offers": _list_from(saved),
        "instances": _list_from(saved, "instance_"),
    }
    found = saved.get("lists")
    if isinstance(found, dict):
        lists |= {name: _list_from(item) for name, item in found.items() if isinstance(item, dict)}
    return {name: item for name, item in lists.items() if item != SavedList()}


def _list_from(saved: Mapping[str, object], prefix: str = "") -> SavedList:
    columns, order = saved.get(f"{prefix}columns"), saved.get(f"{prefix}sort")
    return SavedList(words_from(columns), sort_from(order))


def _filters_from(saved: object) -> dict[str, tuple[str, ...]]:
    found = saved.items() if isinstance(saved, dict) else ()
    return {name: words_from(past)[:_FILTERS] for name, past in found}


def _hushed_from(saved: object) -> dict[str, float]:
    found = saved.items() if isinstance(saved, dict) else ()
    return {
        mark: float(until)
        for mark, until in found
        if type(until) in (float, int) and 0 <= until <= FOREVER
    }
