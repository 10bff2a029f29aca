"""The transfer dialog: what is copied where, and what to know before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalGroup, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from vasttui.models.backup import BackupFiles
from vasttui.models.data_transfer import DRY_RUN, End, Transfer, is_sync
from vasttui.models.rsync import DELETE
from vasttui.models.transfer_checks import BUSY, Check, checks
from vasttui.services.fleet.snapshot import Fleet
from vasttui.ui.context import context
from vasttui.ui.lists.facts import hanging
from vasttui.ui.modals.choose import ChooseModal, MenuItem
from vasttui.ui.modals.command import show_command
from vasttui.ui.modals.frame import CLOSE, FormDialog, KeyEntries, button
from vasttui.ui.modals.lines import ByWidth
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.privacy import covered
from vasttui.ui.transfers.clouds import Clouds
from vasttui.ui.transfers.ends import ROOM, EndPane, Reading
from vasttui.ui.transfers.names import known

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
_HOW = (("real", "copy"), ("dry", "dry run first"))
_EXTRA = (("", "keep what only the destination has"), (DELETE, "delete it (asks)"))
_LOCAL = "rsync copies it, over the login that s uses, and keeps what is half there."
_RUN = "This is what vasttui runs, without a shell."
_MOST = " Of deletions no more than were listed: --max-delete."
_SENT = "vasttui sends the same request itself."
_KEPT, _DELETED = " Nothing is deleted.", " Deletions are listed first."


class TransferModal(FormDialog[tuple[End, End, tuple[str, ...]] | None]):
    """Returns both ends, and flags for a cloud, once nothing is in the way."""

    heading = Content("Transfer")
    keys: KeyEntries = (
        CLOSE, ("tab", "next field", "app.focus_next"), ("← →", "kind", ""),
        ("enter", "choose, press", ""), ("Y", "show command", "screen.command"),
    )  # fmt: skip
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("Y", "command", "Show command", show=False),
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
        command: Callable[[End, End, Sequence[str]], str] = lambda *_: "",
        flags: Sequence[str] | None = None,
    ) -> None:
        """`beside` are the copies under way that a cancel stops as well; `backups` are the
        files that were read, by what they are of; `no_rsync` says why rsync cannot run;
        `command` is what copies between two ends with these flags; `flags` are those that were
        chosen before."""
        super().__init__()
        self._no_rsync, self._command = no_rsync, command
        self._fleet, self._beside, self._clouds, self._backups = fleet, beside, clouds, backups
        self._ends, self._chosen = (source, target), flags
        self._shown: tuple[str, ...] = ()

    def body(self) -> ComposeResult:
        source, target = self._ends
        known = self._fleet, self._clouds, self._backups
        flags = self._chosen or ()
        to_cloud = "cloud" in (end.kind for end in self._ends if end is not None)
        runs = "real" if to_cloud and self._chosen is not None and DRY_RUN not in flags else "dry"
        files = next((flag for flag, _ in _WHICH if flag in flags), "")
        local_how, extra = "dry" if DRY_RUN in flags else "real", DELETE if DELETE in flags else ""
        with VerticalScroll(id="scroll", can_focus=False):
            yield EndPane("From", *known, source, id="from")
            yield EndPane("To", *known, target, id="to")
            with VerticalGroup(id="cloud"):
                yield PickOne("How", _RUNS, runs, id="how", room=ROOM)
                yield PickOne("Files", _WHICH, files, id="files", room=ROOM)
            with VerticalGroup(id="local"):
                yield PickOne("How", _HOW, local_how, id="local_how", room=ROOM)
                yield PickOne("Extra", _EXTRA, extra, id="extra", room=ROOM)
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
            pane.name_cloud()
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
        """The flags of a copy between an instance and a cloud, or by rsync here."""
        both = self._both()
        if both is None or not (self._is_local(both) or is_sync(both[0].end, both[1].end)):
            return ()
        how, which = ("#local_how", "#extra") if self._is_local(both) else ("#how", "#files")
        dry = DRY_RUN if self.query_one(how, PickOne).value == "dry" else ""
        return tuple(filter(None, (dry, self.query_one(which, PickOne).value)))

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
        self.query_one("#local").display = "here" in kinds
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
            words = _SERVICE
            if "here" in kinds:
                words = _LOCAL + (_DELETED if DELETE in self._flags else _KEPT)
            elif "cloud" in kinds:
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
        why = "type both ends" if self._both() is None else "see ✖"
        self.note(f"[ Start ] is off: {why}" if stopped else "")
        self.query_one("#confirm", Button).disabled = stopped

    @work(group="command", exclusive=True, description="")
    async def action_command(self) -> None:
        """Show the command, once both ends are typed."""
        both = self._both()
        if both is None:
            self._tell()
            return
        words = _RUN + _MOST * (DELETE in self._flags) if self._is_local(both) else _SENT
        text = self._command(both[0].end, both[1].end, self._flags)
        await show_command(context(self), text, words, "Command")

    def _tell(self) -> None:
        """Say what is wrong with either end."""
        for pane in self.query(EndPane):
            pane.show(told=True)

    def action_confirm(self) -> None:
        """Take both ends, if all is still as it was shown."""
        before = self._shown
        self._show()
        both = self._both()
        if both is None:
            self._tell()
        elif before != self._shown:
            self.notify("Something changed: look again.", severity="warning", markup=False)
        elif not self.query_one("#confirm", Button).disabled:
            self.dismiss((both[0].end, both[1].end, self._flags))
