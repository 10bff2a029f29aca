"""How much is paid ahead: one of the service's periods, or an amount."""

from __future__ import annotations

from dataclasses import dataclass

from textual.containers import HorizontalGroup
from textual.message import Message
from textual.widgets import Input, Static

from vasttui.models.transfer import dollars_of
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.reserve.lines import NAMES, View, choices, price, too_long
from vasttui.ui.widgets.line_input import LineInput

_AMOUNT = "amount"
_WIDE = 12
"""Cells of the amount."""

_FRAME = 4
"""Cells beside a line of the dialog, at least."""

_CENT = 0.005


class Amount(LineInput):
    """The amount, which follows the months: closing the dialog loses nothing with it."""

    has_typed = False


class Choice(HorizontalGroup):
    """The periods that are not longer than the contract, and an amount, which follows them."""

    @dataclass
    class Changed(Message):
        """Something else was chosen."""

    def __init__(self) -> None:
        super().__init__(id="choice")
        self._view: View | None = None
        self.below = ""
        """Which periods are too long, where there is no room for it beside the others."""

    @property
    def months(self) -> float | None:
        """The chosen period; None for an amount."""
        found = self.query(PickOne)
        value = found.first().value if found else _AMOUNT
        return None if value == _AMOUNT else float(value)

    @property
    def dollars(self) -> float | None:
        """What is to be paid, in $; None if no amount was typed."""
        if self._view is None:
            return None
        if self.months is not None:
            return price(self._view, self.months)
        return dollars_of(self.query_one(Input).value)

    async def show(self, view: View) -> None:
        """Show the periods as they are on these terms; what was chosen stays."""
        months, typed = self.months, [one.value for one in self.query(Input)]
        self._view = None  # until the widgets are there
        await self.remove_children()
        options = choices(view)
        chosen = _AMOUNT if typed and months is None else f"{months or 1:.0f}"  # else the first
        title = "Pay more" if view.terms.deposit.left else "Pay ahead"
        pick = PickOne(title, options, chosen, id="months", room=NAMES)
        room = self.app.size.width - _FRAME - _WIDE - len(" $")
        wide = min(room, NAMES + sum(len(words) + 6 for _, words in options) - 2)
        pick.styles.width = wide
        value = typed[0] if typed and months is None else ""
        amount = Amount(value, compact=True, max_length=10, restrict=r"[0-9.]*", id="amount")
        amount.styles.width = _WIDE
        away, blanks = too_long(view), " " if view.short else "   "
        self.below = away if wide + len(blanks) + len(away) > room else ""
        note = f" ${blanks}{'' if self.below else away}".rstrip()
        await self.mount(pick, amount, Static(note, markup=False))
        self._view = view
        self._fill()

    def take_keys(self) -> None:
        """Give the periods the focus; the amount, where none fits."""
        self.screen.set_focus(self.query_one(Input if self.months is None else PickOne))

    def on_pick_one_changed(self, event: PickOne.Changed) -> None:
        event.stop()
        if self._view is not None:
            self._fill()
            self.post_message(self.Changed())

    def on_input_changed(self, event: Input.Changed) -> None:
        """Typing an amount chooses it."""
        event.stop()
        follows, typed = self.dollars, dollars_of(event.input.value)
        if self._view is None or self.months is None:
            self.post_message(self.Changed())
        elif typed is None or follows is None or abs(typed - follows) > _CENT:
            self.query_one(PickOne).choose(_AMOUNT)

    def _fill(self) -> None:
        """The amount follows the months."""
        if self.months is not None and self.dollars is not None:
            self.query_one(Input).value = f"{self.dollars:.2f}"
