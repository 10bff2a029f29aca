"""The avoid list: which machines are on it, and taking them off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from vasttui.models.offer import Offer
from vasttui.ui.context import AppContext
from vasttui.ui.format import HIDDEN
from vasttui.ui.lists.machine_marks import set_avoided
from vasttui.ui.modals.frame import CLOSE, Dialog
from vasttui.ui.modals.lines import ByWidth, Cell, row
from vasttui.words import plural


class AvoidedModal(Dialog[int | None]):
    """Returns the index of the machine to be taken off."""

    heading = Content("Avoided machines")
    keys = (CLOSE, ("enter", "take off the list", "screen.take_off"), ("↑↓", "move", ""))
    AUTO_FOCUS = "OptionList, #scroll"
    BINDINGS = [Binding("D", "take_off", "Take off", show=False)]

    def __init__(self, lines: Sequence[ByWidth], at: int) -> None:
        """One of `lines` for each machine; the cursor is on line `at`."""
        super().__init__()
        self._lines, self._at = tuple(lines), at

    def body(self) -> ComposeResult:
        if not self._lines:
            with VerticalScroll(id="scroll"):
                yield Static("No machine is avoided.", markup=False)
            return
        yield OptionList(*map(Option, self._lines), id="list", markup=False, compact=True)

    def on_mount(self) -> None:
        self.note(plural(len(self._lines), "machine"))
        for options in self.query(OptionList):
            options.highlighted = min(self._at, len(self._lines) - 1)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)

    def action_take_off(self) -> None:
        for options in self.query(OptionList):
            self.dismiss(options.highlighted)


async def show_avoided(app: AppContext) -> None:
    """Show the list until the user closes it."""
    at: int | None = 0
    while at is not None:
        preferences = app.session.preferences
        machines = sorted(preferences.current.avoided)
        offers = _by_machine(app.market.rows)
        lines = [_line(app, one, offers.get(one, [])) for one in machines]
        at = await app.push_screen_wait(AvoidedModal(lines, at))
        if at is not None:
            set_avoided(app, machines[at], on=False)


def _by_machine(offers: Iterable[Offer]) -> dict[int, list[Offer]]:
    found: dict[int, list[Offer]] = {}
    for offer in offers:
        if offer.machine_id is not None:
            found.setdefault(offer.machine_id, []).append(offer)
    return found


def _line(app: AppContext, machine: int, offers: Sequence[Offer]) -> ByWidth:
    number = HIDDEN if app.private else str(machine)
    gpus = Counter(f"{one.num_gpus}× {one.gpu_name}" for one in offers)
    country = next((one.country for one in offers if one.country), "")
    none = "not among the offers read last" if app.market.was_read else "offers not read yet"
    about = f"{', '.join(gpus)}  {country}" if offers else none
    why = app.machines.mark(machine).why
    return row(
        Cell(Content.styled(f"machine {number}", "bold"), 20),
        Cell(Content(f"{why}  {about}" if why else about)),
        Cell(Content(plural(len(offers), "offer") if offers else ""), 12),
    )
