"""Saved views: a named filter with its switches, sort order and columns."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from vasttui.models.search import SearchOptions
from vasttui.state.json_file import JsonFile, OwnFile, Write
from vasttui.state.saved import SavedSort, choice_from, choice_to, sort_from, words_from


class View(Struct, frozen=True):
    """The state of the offer list when the view was saved."""

    name: str
    text: str
    choice: SearchOptions
    sort: SavedSort = ()
    columns: tuple[str, ...] = ()


class ViewStore(OwnFile):
    """The saved views by name. With `path` None nothing is saved."""

    def __init__(self, path: Path | None, write: Write) -> None:
        self._file = JsonFile(path, write, "Your saved views")
        views = (_view_from(name, value) for name, value in self._file.load().items())
        self._views = {view.name: view for view in views if view is not None}

    def all(self) -> list[View]:
        """The views sorted by name."""
        return [self._views[name] for name in sorted(self._views, key=str.lower)]

    def save(self, view: View) -> None:
        """Save a view, replacing any with the same name."""
        self._views[view.name] = view
        self._write()

    def delete(self, name: str) -> None:
        """Delete a view, if it exists."""
        if self._views.pop(name, None) is not None:
            self._write()

    def _write(self) -> None:
        self._file.save(
            {
                view.name: {
                    "text": view.text,
                    "choice": choice_to(view.choice),
                    "sort": [list(pair) for pair in view.sort],
                    "columns": list(view.columns),
                }
                for view in self._views.values()
            }
        )


def _view_from(name: str, value: object) -> View | None:
    if not isinstance(value, dict):
        return None
    text, choice = value.get("text"), choice_from(value.get("choice"))
    if not isinstance(text, str) or choice is None:
        return None
    sort, columns = sort_from(value.get("sort")), words_from(value.get("columns"))
    return View(name=name, text=text, choice=choice, sort=sort, columns=columns)
