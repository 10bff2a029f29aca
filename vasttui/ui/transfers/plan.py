"""What rsync would copy and delete, before it is agreed to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

from textual import work
from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from vasttui.errors import VastError
from vasttui.models.rsync_plan import Plan
from vasttui.ui.modals.frame import CLOSE, Dialog, button, while_open
from vasttui.ui.privacy import covered
from vasttui.words import data_size, plural

_ASKING = "rsync looks at both sides and copies nothing…"


class PlanModal(Dialog[Plan | None]):
    """A dry run; returns it once its copy is agreed to."""

    keys = (CLOSE, ("tab ← →", "choose", "app.focus_next"), ("enter", "press", ""))
    AUTO_FOCUS = "#cancel"
    BINDINGS = [
        ("left", "app.focus_previous", "Previous"), ("right", "app.focus_next", "Next"),
        ("down", "scroll(1)", "Down"), ("up", "scroll(-1)", "Up"),
    ]  # fmt: skip

    def __init__(self, title: str, ask: Callable[[], Awaitable[Plan]]) -> None:
        super().__init__()
        self.heading = Content(f"Dry run: {title}")
        self._ask, self._plan = ask, Plan([], [])

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll", can_focus=False):
            yield Static(_ASKING, id="plan", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Copy", "confirm", id="confirm")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#confirm", Button).disabled = True
        self._look()

    @work(group="plan", description="")
    @while_open
    async def _look(self) -> None:
        try:
            self._plan = await self._ask()
        except VastError as error:
            self._say(Content.styled(f"✖ {error.sentence}", "$text-error"))
            return
        self._say(Content("\n").join(_lines(self._plan)))
        confirm, deletions = self.query_one("#confirm", Button), self._plan.deletions
        confirm.disabled = False
        if deletions:
            confirm.label = Content(f"[ Delete {plural(deletions, 'entry', 'entries')}, copy ]")
            confirm.refresh(layout=True)

    def _say(self, text: Content) -> None:
        self.query_one("#plan", Static).update(covered(text, self))

    def action_scroll(self, lines: int) -> None:
        self.query_one("#scroll").scroll_relative(y=lines, animate=False)

    def action_confirm(self) -> None:
        self.dismiss(self._plan)


def _lines(plan: Plan) -> Iterator[Content]:
    yield Content(f"{plan.words} Nothing was copied yet.")
    if plan.deletions:
        yield Content("")
        yield Content.styled("Only the destination has these: they are deleted", "bold")
        yield from (Content.styled(f"  {name}", "$text-error") for name in plan.deleted)
        yield from _more(plan.deletions - len(plan.deleted))
    if plan.copies:
        yield Content("")
        yield Content.styled("Copied", "bold")
        for name, size in plan.copied:
            yield Content.assemble("  ", (f"{data_size(size):>10}", "$text-muted"), f"  {name}")
        yield from _more(plan.copies - len(plan.copied))


def _more(count: int) -> Iterator[Content]:
    if count:
        yield Content(f"  … and {count} more")
