"""The dialog for a new volume: name, size, what it costs, and a last check before it is paid."""

from __future__ import annotations

from dataclasses import dataclass

from textual import work
from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from vasttui.errors import VastError
from vasttui.models.volume import MOST_NAME, Space, wrong_name, wrong_size
from vasttui.services.volumes import Checked, VolumeKeeper
from vasttui.ui.context import context
from vasttui.ui.format import span, whole
from vasttui.ui.modals.form_row import FormLine, FormRow
from vasttui.ui.modals.frame import CLOSE, FormDialog, button
from vasttui.ui.modals.lines import ByWidth, hanging
from vasttui.ui.rent.lines import check_line, wallet_line, wallet_of
from vasttui.ui.volumes.details import cost_words
from vasttui.words import UNKNOWN, money

GUARD = 0.4
"""Seconds in which the button is not taken after something new was said."""

_NAMES = 9
"""Cells for the names of amounts."""

_FIRST = (
    "One request is sent, never again by itself. If no answer comes it is looked for by its name. "
    "A volume never leaves its machine: rent on that machine to use it."
)


@dataclass(frozen=True, slots=True)
class NewVolume:
    """What was agreed to: the room as it was just checked, GB, and the name."""

    checked: Checked
    size: int
    name: str


class NewVolumeModal(FormDialog[NewVolume | None]):
    """Closes with the order once all is as it was shown."""

    heading = Content("New volume")
    keys = (CLOSE, ("tab", "next field", "app.focus_next"))
    AUTO_FOCUS = "#in_name"

    def __init__(self, space: Space, size: int, keeper: VolumeKeeper) -> None:
        super().__init__()
        self._space, self._keeper, self._first_size = space, keeper, size
        self._checked: float | None = None
        self._problem = ""

    def body(self) -> ComposeResult:
        yield Static(id="offer", markup=False)
        with VerticalScroll(id="scroll", can_focus=False):
            yield FormLine("Name", f"letters, digits, _; at most {MOST_NAME}", most=100).row("name")
            yield FormLine("Size", most=10).row("size", str(self._first_size))
            yield Static(id="cost", markup=False)
        yield Static(_FIRST, id="news", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Make it", "make", id="make")

    def on_mount(self) -> None:
        self._show()
        self.set_interval(1.0, self._show_offer)
        self._check()

    def on_input_changed(self, event: Input.Changed) -> None:
        for row in self.query(FormRow):
            row.say("")
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.screen.set_focus(self.query_one("#make", Button))

    @property
    def _typed_name(self) -> str:
        return self.query_one("#in_name", Input).value.strip()

    def _typed_size(self) -> int | None:
        """The size in GB; None if it is none."""
        text = self.query_one("#in_size", Input).value.strip()
        return None if wrong_size(text, None) else int(text)

    @work(group="check", exclusive=True, description="")
    async def _check(self) -> None:
        await self._recheck(self._typed_size() or self._first_size)

    async def _recheck(self, size: int) -> Checked | None:
        """Read the room again; None if it is not as it was shown."""
        try:
            checked = await self._keeper.check(self._space, size)
        except VastError as error:
            self._problem = "not checked"
            self._say(f"Nothing was sent: the room was not checked. {error}", "$text-warning")
            self._show_offer()
            return None
        if checked.space is None:
            self._problem = "gone"
            self._say(
                f"This machine no longer has room for {size} GB. Nothing was sent.",
                "$text-warning",
            )
            self._show_offer()
            return None
        self._space, self._problem = checked.space, ""
        self._checked = context(self).session.clock.monotonic()
        self._show()
        if checked.changes:
            again = f"{' '.join(checked.changes)} Press again to accept."
            self._say(again, "$text-warning")
            return None
        return checked

    def action_make(self) -> None:
        if self._mark():
            self.query_one("#make", Button).disabled = True
            self._make(self._typed_name, self._typed_size() or 0)

    def _mark(self) -> bool:
        """Show what is wrong at its field; whether nothing is."""
        size = self.query_one("#in_size", Input).value.strip()
        wrong = {
            "name": wrong_name(self._typed_name),
            "size": wrong_size(size, self._space.disk_space),
        }
        for row in self.query(FormRow):
            row.say(wrong[row.key])
        bad = next((row for row in self.query(FormRow) if row.wrong), None)
        if bad is not None:
            self.screen.set_focus(bad.entry)
        return bad is None

    @work(group="check", exclusive=True, description="")
    async def _make(self, name: str, size: int) -> None:
        """Close with what was typed at the press, if all is still as it was shown then."""
        self._say("Checking price, room and name…", "$text-muted")
        checked = await self._recheck(size)
        taken = "" if checked is None else self._keeper.wrong_name(name, checked.before)
        if checked is not None and not taken:
            self.dismiss(NewVolume(checked, size, name))
            return
        if taken:
            self.query_one("#row_name", FormRow).say(taken)
            self._say("✖ Fix the marked field.", "$text-error")
        self.set_timer(GUARD, self._take_presses)

    def _take_presses(self) -> None:
        self.query_one("#make", Button).disabled = False
        if self.focused is None:
            self.screen.set_focus(self.query_one("#make", Button))

    def _show(self) -> None:
        size, make = self._typed_size(), self.query_one("#make", Button)
        row, room = self.query_one("#row_size", FormRow), self._space.disk_space
        row.set_unit(f"GB, whole; fixed for ever, {whole(room)} GB free")
        typed = self.query_one("#in_size", Input).value.strip()
        wrong = wrong_size(typed, room) if typed else ""
        row.say(wrong or row.wrong)
        cost, more, label = UNKNOWN, None, "[ Make it ]"
        if size is not None and not wrong:
            cost = f"{cost_words(self._space, size)} until you delete it, attached or not"
            more = self._space.hourly(size)
            label = f"[ Make it for {money(self._space.monthly(size))}/month ]"
        wallet = wallet_line(more, wallet_of(context(self)), "with it", disk=True)
        lines = ByWidth(
            lambda width: Content("\n").join(
                [Content(""), hanging("costs", cost, _NAMES, width), wallet]
            )
        )
        make.label = Content(label)
        make.refresh(layout=True)  # as wide as the price
        self.query_one("#cost", Static).update(lines)
        self._show_offer()

    def _show_offer(self) -> None:
        space, clock = self._space, context(self).session.clock
        end = "end unknown"
        if space.end_date is not None:
            end = f"ends in {span(space.end_date - clock.now())}"
        parts = [
            f"machine {space.machine_id or UNKNOWN}", space.geolocation or "place unknown",
            space.disk_name or "disk unknown", f"{whole(space.disk_space)} GB free", end,
        ]  # fmt: skip
        check = check_line(self._checked, clock.monotonic(), self._problem)
        line = Content.assemble((" · ".join(parts), "bold"), "   ", check)
        self.query_one("#offer", Static).update(line)

    def _say(self, sentence: str, style: str) -> None:
        self.query_one("#news", Static).update(Content.styled(sentence, style))
