"""Views saved under a name: a filter with its switches, order and columns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vasttui.models.search import SearchOptions
from vasttui.state.json_file import JsonFile, Write
from vasttui.state.saved import SavedSort, choice_from, choice_to, sort_from, words_from


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the offer browser showed when it was saved."""

    name: str
    text: str
    choice: SearchOptions
    sort: SavedSort = ()
    columns: tuple[str, ...] = ()


class ViewStore:
    """The saved views, by name. `path` None keeps nothing."""

    def __init__(self, path: Path | None, write: Write) -> None:
        self._file = JsonFile(path, write)
        views = (_view_from(name, value) for name, value in self._file.load().items())
        self._views = {view.name: view for view in views if view is not None}

    @property
    def problem(self) -> str:
        """What went wrong with the file, empty when nothing did."""
        return self._file.problem

    def all(self) -> list[View]:
        """The views in the order of their names."""
        return [self._views[name] for name in sorted(self._views, key=str.lower)]

    def save(self, view: View) -> None:
        """Keep a view, in the place of one of the same name."""
        self._views[view.name] = view
        self._write()

    def delete(self, name: str) -> None:
        """Forget a view; one that does not exist is forgotten already."""
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
