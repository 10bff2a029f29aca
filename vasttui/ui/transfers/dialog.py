"""The transfer dialog: what is copied where, and what to know before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalGroup, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, Static

from vasttui.models.backup import BackupFiles
from vasttui.models.data_transfer import DRY_RUN, End, Kind, Transfer, is_sync
from vasttui.models.transfer_checks import BUSY, MOST_PATH, Check, Place, checks, wrong_path
from vasttui.services.fleet.snapshot import Fleet
from vasttui.ui.lists.facts import hanging
from vasttui.ui.modals.choose import ChooseModal, MenuItem
from vasttui.ui.modals.form_row import FormRow
from vasttui.ui.modals.frame import CLOSE, Dialog, KeyEntries, button
from vasttui.ui.modals.lines import ByWidth
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.privacy import covered
from vasttui.ui.transfers.clouds import Clouds
from vasttui.ui.transfers.names import Known, find, known, typed_name
from vasttui.ui.widgets.line_input import LineInput

_KINDS: Sequence[tuple[Kind, str]] = (
    ("instance", "instance"), ("volume", "volume"), ("here", "this computer"), ("cloud", "cloud"),
    ("backup", "backup"),
)  # fmt: skip
_PATHS: Mapping[Kind, str] = {
    "instance": "/workspace/…", "volume": "/…", "here": "~/…", "backup": "/…",
    "cloud": "bucket/…",
}  # fmt: skip
_ROOM = 6
_SERVICE = (
    "The hosts copy it, and go on without vasttui. There is no certain end; what arrives is "
    "reported about 30 s late."
)
_CLOUD = (
    "The host copies it, and goes on without vasttui. What it says is read from the instance's "
    "status, about 30 s late. Nothing is deleted."
)
_CLOUD_VOLUME = (
    "The host copies it, and goes on without vasttui. Without an instance there is neither a dry "
    "run nor a choice of files."
)
_RUNS = (("dry", "dry run first"), ("real", "copy"))
_WHICH = (
    ("", "all"), ("--update", "newer"), ("--size-only", "other size"),
    ("--ignore-existing", "missing"),
)  # fmt: skip
_LOCAL = "rsync copies it, over the login that s uses. What is half there is kept."


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
                      room=_ROOM)  # fmt: skip
        name = typed_name(end, self._fleet(), self._clouds.all) if end else ""
        which = LineInput(name, placeholder="name or id; enter shows all", compact=True,
                          max_length=300, id=f"which_{self.id}")  # fmt: skip
        yield FormRow("which", "Which", "", which)
        path = LineInput(end.path if end else "", placeholder=_PATHS["instance"], compact=True,
                         max_length=MOST_PATH, id=f"path_{self.id}")  # fmt: skip
        yield FormRow("path", "Path", "", path)

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
        self._which.entry.value = name

    @property
    def _which(self) -> FormRow:
        return self.query(FormRow)[0]

    @property
    def _path(self) -> FormRow:
        return self.query(FormRow)[1]

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


class TransferModal(Dialog[tuple[End, End, tuple[str, ...]] | None]):
    """Returns both ends, and flags for a cloud, once nothing is in the way."""

    heading = Content("Transfer")
    keys: KeyEntries = (
        CLOSE, ("tab", "next field", "app.focus_next"), ("← →", "kind", ""),
        ("enter", "choose, press", ""),
    )  # fmt: skip
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Previous field", show=False),
    ]

    def __init__(
        self,
        fleet: Callable[[], Fleet],
        beside: Callable[[End, End], Sequence[Transfer]],
        clouds: Clouds,
        backups: Mapping[int, BackupFiles],
        source: End | None,
        target: End | None,
        no_rsync: str = "",
    ) -> None:
        """`beside` are the copies under way that a cancel stops as well; `backups` are the
        files that were read, by what they are of; `no_rsync` says why rsync cannot run."""
        super().__init__()
        self._no_rsync = no_rsync
        self._fleet, self._beside, self._clouds, self._backups = fleet, beside, clouds, backups
        self._ends = source, target
        self._shown: tuple[str, ...] = ()

    def body(self) -> ComposeResult:
        source, target = self._ends
        known = self._fleet, self._clouds, self._backups
        with VerticalScroll(id="scroll", can_focus=False):
            yield EndPane("From", *known, source, id="from")
            yield EndPane("To", *known, target, id="to")
            with VerticalGroup(id="cloud"):
                yield PickOne("How", _RUNS, "dry", id="how", room=_ROOM)
                yield PickOne("Files", _WHICH, "", id="files", room=_ROOM)
            yield Static(id="checks", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Start", "confirm", id="confirm")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_focus(self.query_one("#to" if self._ends[0] else "#from", EndPane).first)
        self._show()

    def on_end_pane_changed(self, event: EndPane.Changed) -> None:
        self._show()

    def on_pick_one_changed(self, event: PickOne.Changed) -> None:
        self._show()

    @work(group="clouds", exclusive=True, description="")
    async def _read_clouds(self) -> None:
        await self._clouds.read()
        for pane in self.query(EndPane):
            pane.show(told=False)
        self._show()

    def on_end_pane_asked(self, event: EndPane.Asked) -> None:
        self._choose(event.pane)

    def on_end_pane_done(self, event: EndPane.Done) -> None:
        start = self.query_one("#confirm", Button)
        to = self.query_one("#to", EndPane)
        self.set_focus(to.first if event.pane.id == "from" else start)

    @work(group="ask", exclusive=True, description="")
    async def _choose(self, pane: EndPane) -> None:
        everything = known(self._fleet(), pane.kind, self._clouds.all)
        if not everything:
            self.notify(f"There is no {pane.kind}.", markup=False)
            return
        items = [MenuItem(Content(one.place.name), Content(f"{one.id} · {one.about}"))
                 for one in everything]  # fmt: skip
        chosen = await self.app.push_screen_wait(ChooseModal(f"Which {pane.kind}", items))
        if chosen is not None:
            one = everything[chosen]
            same = [other for other in everything if other.place.name == one.place.name]
            pane.choose(one.place.name if len(same) == 1 else f"{one.id}")
            self.set_focus(pane.query("Input").last())

    def _both(self) -> tuple[Reading, Reading] | None:
        source = self.query_one("#from", EndPane).read()
        target = self.query_one("#to", EndPane).read()
        return (source, target) if source and target else None

    @staticmethod
    def _is_local(both: tuple[Reading, Reading] | None) -> bool:
        """Whether one end is this computer."""
        return both is not None and "here" in (both[0].end.kind, both[1].end.kind)

    @property
    def _flags(self) -> tuple[str, ...]:
        """The flags of a copy to or from a cloud."""
        both = self._both()
        if both is None or not is_sync(both[0].end, both[1].end):
            return ()
        dry = DRY_RUN if self.query_one("#how", PickOne).value == "dry" else ""
        return tuple(filter(None, (dry, self.query_one("#files", PickOne).value)))

    def _found(self) -> list[Check]:
        both = self._both()
        if both is None:
            return []
        source, target = both
        into = self._beside(source.end, target.end)
        if self._is_local(both):
            found = checks(source.end, target.end, source.place, target.place)
            return [Check(self._no_rsync, stops=True), *found] if self._no_rsync else found
        found = checks(source.end, target.end, source.place, target.place, len(into))
        ends = source.end.place, target.end.place
        if any((one.source.place, one.target.place) == ends for one in into):
            found.insert(0, Check(BUSY, stops=True))
        return found

    def _show(self) -> None:
        """Say what is in the way and what is worth a thought."""
        kinds = [pane.kind for pane in self.query(EndPane)]
        self.query_one("#cloud").display = set(kinds) == {"cloud", "instance"}
        if "cloud" in kinds and self._clouds.is_wanted:
            self._read_clouds()
        found = self._found()
        self._shown = tuple(one.text for one in found)
        lines = [
            Content.assemble(
                ("✖ " if one.stops else "! ", "$text-error" if one.stops else "$text-warning"),
                one.text,
            )
            for one in sorted(found, key=lambda one: not one.stops)
        ]
        if self._both() is None:
            lines.append(Content.styled("  Type both ends: which one, and a path there.",
                                        "$text-muted"))  # fmt: skip
        else:
            words = _LOCAL if "here" in kinds else _SERVICE
            if "cloud" in kinds:
                words = _CLOUD if "instance" in kinds else _CLOUD_VOLUME
            lines.append(Content.styled(f"  {words}", "$text-muted"))
        self.query_one("#checks", Static).update(
            ByWidth(
                lambda width: Content("\n").join(
                    part for line in lines for part in hanging(covered(line, self), width, 2)
                )
            )
        )
        stopped = self._both() is None or any(one.stops for one in found)
        self.query_one("#confirm", Button).disabled = stopped

    def action_confirm(self) -> None:
        """Take both ends, if all is still as it was shown."""
        before = self._shown
        self._show()
        both = self._both()
        if both is None:
            for pane in self.query(EndPane):
                pane.show(told=True)
        elif before != self._shown:
            self.notify("Something changed: look again.", severity="warning", markup=False)
        elif not self.query_one("#confirm", Button).disabled:
            self.dismiss((both[0].end, both[1].end, self._flags))
