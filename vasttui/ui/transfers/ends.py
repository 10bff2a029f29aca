"""One end of a transfer, as it is typed: kind, which one, path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import VerticalGroup
from textual.message import Message
from textual.widgets import Input

from vasttui.models.backup import BackupFiles
from vasttui.models.data_transfer import End, Kind
from vasttui.models.transfer_checks import MOST_PATH, Place, wrong_path
from vasttui.services.fleet.snapshot import Fleet
from vasttui.ui.modals.form_row import FormRow
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.transfers.clouds import Clouds
from vasttui.ui.transfers.names import Known, find, typed_name
from vasttui.ui.widgets.line_input import LineInput

ROOM = 6
"""The width of what stands before a field."""

_KINDS: Sequence[tuple[Kind, str]] = (
    ("instance", "instance"), ("volume", "volume"), ("here", "this computer"), ("cloud", "cloud"),
    ("backup", "backup"),
)  # fmt: skip
_PATHS: Mapping[Kind, str] = {
    "instance": "/workspace/…", "volume": "/…", "here": "~/…", "backup": "/…",
    "cloud": "bucket/…",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """An end as it was typed, and where it is; None if it is not complete."""

    end: End
    place: Place


class EndPane(VerticalGroup):
    """One side: kind, which one, path."""

    class Changed(Message):
        """Something was typed or chosen."""

    class Asked(Message):
        """Enter in the field of names: show them all."""

        def __init__(self, pane: EndPane) -> None:
            super().__init__()
            self.pane = pane

    class Done(Message):
        """Enter in the field of paths: on to what comes next."""

        def __init__(self, pane: EndPane) -> None:
            super().__init__()
            self.pane = pane

    def __init__(
        self,
        title: str,
        fleet: Callable[[], Fleet],
        clouds: Clouds,
        backups: Mapping[int, BackupFiles],
        end: End | None,
        *,
        id: str,
    ) -> None:
        super().__init__(id=id)
        self._title, self._fleet, self._clouds, self._end = title, fleet, clouds, end
        self._backups = backups
        self._source = id == "from"

    def compose(self) -> ComposeResult:
        kinds = _KINDS if self._source else _KINDS[:-1]
        end = self._end
        yield PickOne(self._title, kinds, end.kind if end else "instance", id=f"kind_{self.id}",
                      room=ROOM)  # fmt: skip
        name = typed_name(end, self._fleet(), self._clouds.all) if end else ""
        which = LineInput(name, placeholder="name or id; enter shows all", compact=True,
                          max_length=300, id=f"which_{self.id}")  # fmt: skip
        yield self._row("which", which)
        path = LineInput(end.path if end else "", placeholder=_PATHS["instance"], compact=True,
                         max_length=MOST_PATH, id=f"path_{self.id}")  # fmt: skip
        yield self._row("path", path)

    def _row(self, key: str, entry: LineInput) -> FormRow:
        row = FormRow(key, key.capitalize(), "", entry)
        row.id = f"{key}_row_{self.id}"
        return row

    def on_mount(self) -> None:
        self.show(told=False)

    @property
    def kind(self) -> Kind:
        """The kind that is chosen."""
        value = self.query_one(PickOne).value
        return next(kind for kind, _ in _KINDS if kind == value)

    def read(self) -> Reading | None:
        """What was typed; None if it is wrong or not complete."""
        found = self._find()
        path = self._path.entry.value.strip()
        if isinstance(found, str) or wrong_path(path, self.kind):
            return None
        return Reading(found.end(path), found.place)

    def _find(self) -> Known | str:
        if self.kind == "cloud" and self._clouds.problem:
            return self._clouds.problem
        typed, clouds = self._which.entry.value, self._clouds.all
        return find(self._fleet(), self.kind, typed, clouds, self._backups)

    def show(self, *, told: bool) -> None:
        """Say beside the fields what they stand for, and what is wrong once it is `told`."""
        self._which.display = self.kind != "here"
        self._path.show_example(_PATHS[self.kind])
        found = self._find()
        self._which.set_unit("" if isinstance(found, str) else found.about)
        told_which = told or bool(self._which.entry.value) or self.kind == "cloud"
        self._which.say(found if isinstance(found, str) and told_which else "")
        path = self._path.entry.value.strip()
        self._path.say(wrong_path(path, self.kind) if path or told else "")

    @property
    def first(self) -> Input:
        """The first field to be filled in."""
        return self._path.entry if self.kind == "here" else self._which.entry

    def choose(self, name: str) -> None:
        """Take this name or id."""
        self._which_input.fill(name)

    def name_cloud(self) -> None:
        """Call the connection that was given by its name, once the names are read."""
        end, entry = self._end, self._which_input
        if end is not None and end.kind == "cloud" and entry.value == f"{end.id}":
            entry.fill(typed_name(end, self._fleet(), self._clouds.all))

    @property
    def _which_input(self) -> LineInput:
        return self.query_one(f"#which_{self.id}", LineInput)

    @property
    def _which(self) -> FormRow:
        return self.query_one(f"#which_row_{self.id}", FormRow)

    @property
    def _path(self) -> FormRow:
        return self.query_one(f"#path_row_{self.id}", FormRow)

    def on_pick_one_changed(self, event: PickOne.Changed) -> None:
        event.stop()
        if self._end is not None and self.kind != self._end.kind:
            self._end = None
            self._which.entry.value = ""
        self._changed()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._changed()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input is self._which.entry and self.kind != "backup":
            self.post_message(self.Asked(self))
        else:
            self.post_message(self.Done(self))

    def _changed(self) -> None:
        self.show(told=False)
        self.post_message(self.Changed())
