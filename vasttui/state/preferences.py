"""What the program remembers of its use: columns, order, switches, theme, machines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from vasttui.models.search import SearchOptions
from vasttui.state.json_file import JsonFile, Write
from vasttui.state.saved import (
    SavedSort,
    choice_from,
    choice_to,
    ids_from,
    sort_from,
    words_from,
)

ListName = Literal["starred", "avoided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Empty values mean "never chosen".

    `columns` and `sort` are those of the offers. `starred` and `avoided` hold machine ids.
    """

    columns: tuple[str, ...] = ()
    sort: SavedSort = ()
    instance_columns: tuple[str, ...] = ()
    instance_sort: SavedSort = ()
    choice: SearchOptions | None = None
    theme: str = ""
    starred: frozenset[int] = frozenset()
    avoided: frozenset[int] = frozenset()
    asked_for_key: bool = False
    """Whether the dialog for the key has come up by itself; it does so once."""


class PreferenceStore:
    """The preferences in force; every change is written soon. `path` None keeps nothing."""

    def __init__(self, path: Path | None, write: Write) -> None:
        self._file = JsonFile(path, write)
        saved = self._file.load()
        theme = saved.get("theme")
        self.current = Preferences(
            columns=words_from(saved.get("columns")),
            sort=sort_from(saved.get("sort")),
            instance_columns=words_from(saved.get("instance_columns")),
            instance_sort=sort_from(saved.get("instance_sort")),
            choice=choice_from(saved.get("choice")),
            theme=theme if isinstance(theme, str) else "",
            starred=ids_from(saved.get("starred")),
            avoided=ids_from(saved.get("avoided")),
            asked_for_key=saved.get("asked_for_key") is True,
        )

    @property
    def problem(self) -> str:
        """What went wrong with the file, empty when nothing did."""
        return self._file.problem

    def change(self, **fields: Any) -> None:
        """Change some fields; nothing is written when they are the same."""
        changed = replace(self.current, **fields)
        if changed != self.current:
            self.current = changed
            self._save()

    def toggle_machine(self, which: ListName, machine_id: int) -> bool:
        """Put a machine on a list or take it off; whether it is on it now."""
        listed = getattr(self.current, which) ^ {machine_id}
        self.change(**{which: listed})
        return machine_id in listed

    def _save(self) -> None:
        current = self.current
        self._file.save(
            {
                "columns": list(current.columns),
                "sort": [list(pair) for pair in current.sort],
                "instance_columns": list(current.instance_columns),
                "instance_sort": [list(pair) for pair in current.instance_sort],
                "choice": choice_to(current.choice) if current.choice else None,
                "theme": current.theme,
                "starred": sorted(current.starred),
                "avoided": sorted(current.avoided),
                "asked_for_key": current.asked_for_key,
            }
        )
