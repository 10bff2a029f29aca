"""The snapshot dialog: where to push a container, what is in it, where to look for it."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from vasttui.models.instance import Instance
from vasttui.models.snapshot import (
    SnapshotRequest,
    login_problem,
    page_of,
    repository_problem,
    snapshot_command,
)
from vasttui.ui.context import context
from vasttui.ui.modals.command import show_command
from vasttui.ui.modals.form_row import FormLine, FormRow
from vasttui.ui.modals.frame import CLOSE, FormDialog, button
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.privacy import covered

_LEFT = 12
_PAUSE = (("true", "stand still (safer)"), ("false", "go on (faster; files may be half written)"))
_CHECKS = {"repository": repository_problem, "login": login_problem, "password": login_problem}

_LINES = {
    "repository": FormLine(
        "Push to", example="docker.io/me/snapshots: registry, namespace, name", most=255
    ),
    "login": FormLine("Login", example="name at that registry", most=255),
    "password": FormLine("Password", "", "or a token that may push", 4096, hidden=True),
}


class SnapshotModal(FormDialog[SnapshotRequest | None]):
    """Asks where to, and with which login; both are forgotten with the dialog."""

    keys = (CLOSE, ("tab", "next field", "app.focus_next"), ("Y", "show command", "screen.command"))
    AUTO_FOCUS = "#in_repository"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("Y", "command", "Show command", show=False),
    ]

    def __init__(self, instance: Instance, worker: str = "") -> None:
        """`worker` says that it is one of an endpoint; empty if it is none."""
        super().__init__()
        self._worker = worker
        self.heading = Content(f"Snapshot of {instance.name}")
        self._instance = instance

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll", can_focus=False):
            yield Static(covered(self._about(), self), markup=False, id="about")
            for key, line in _LINES.items():
                yield line.row(key)
            yield PickOne("Processes", _PAUSE, "true", id="pause", room=_LEFT)
            yield Static(self._where(""), markup=False, id="where")
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Take snapshot", "confirm", id="confirm")

    def _about(self) -> Content:
        volumes = ", ".join(one.name for one in self._instance.volume_info)
        text = (
            "In it: the container's disk, /root and /workspace too. Whoever may pull it reads all "
            "that, keys and tokens as well; at Docker Hub a repository is public unless you made "
            "it private.\nNot in it: running processes, GPU memory, and what is on volumes"
            f"{f' ({volumes})' if volumes else ''}."
        )
        return Content("\n".join(filter(None, (text, self._worker))))

    def _where(self, repository: str) -> Content:
        known = not repository_problem(repository)
        page, name = (page_of(repository), repository) if known else ("", "…")
        text = f"It comes as {name}:instance_{self._instance.id}_at_<date and time>_UTC."
        text += f" Look at {page}" if page else " Look at the registry"
        text += (
            ": in 5 to 10 minutes, later if it is large. Vast.ai shows neither progress nor a "
            "failure, such as a wrong password. Each snapshot pushes another tag."
        )
        return Content.styled(text, "$text-muted")

    def on_input_changed(self, event: Input.Changed) -> None:
        for row in self.query(FormRow):
            row.say("")
        self.query_one("#where", Static).update(self._where(self._typed["repository"]))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.app.action_focus_next()

    @property
    def _typed(self) -> dict[str, str]:
        return {row.key: row.entry.value.strip() for row in self.query(FormRow)}

    def action_confirm(self) -> None:
        request = self._read()
        if request is not None:
            self.dismiss(request)

    @work(group="command", exclusive=True, description="")
    async def action_command(self) -> None:
        request = self._read()
        if request is not None:
            text = snapshot_command(self._instance.id, request)
            await show_command(context(self), text, "The password is shown as ***.")

    def _read(self) -> SnapshotRequest | None:
        """What was typed; None if something is wrong, which is marked."""
        typed, first = self._typed, None
        for row in self.query(FormRow):
            row.say(_CHECKS[row.key](typed[row.key]))
            first = first or (row if row.wrong else None)
        if first is not None:
            self.screen.set_focus(first.entry)
            return None
        pause = self.query_one(PickOne).value == "true"
        return SnapshotRequest(**typed, pause=pause)
