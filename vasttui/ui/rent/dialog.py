"""The rent dialog: one rental, its price, and what became of the request."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.widgets import Input, Static

from vasttui.errors import VastError
from vasttui.models.money import PricedOffer
from vasttui.models.offer import Offer
from vasttui.models.template import Template
from vasttui.services.renting.rental import RentState, RentStep
from vasttui.ui.bids import bid_doubt
from vasttui.ui.context import context
from vasttui.ui.modals.frame import CLOSE, FormDialog, while_open
from vasttui.ui.modals.lines import ByWidth
from vasttui.ui.rent.buttons import RentButtons
from vasttui.ui.rent.fields import TIMERS, Form, RentFields
from vasttui.ui.rent.form import Reading, read
from vasttui.ui.rent.lines import (
    check_line,
    cost_lines,
    nearest_lines,
    notes,
    offer_line,
)
from vasttui.ui.rent.news_line import RentNewsLine
from vasttui.ui.rent.quote import Quote
from vasttui.ui.rent.reader import reader
from vasttui.ui.rent.typed import BID, Typed

if TYPE_CHECKING:
    from vasttui.ui.rent.flow import RentFlow

OTHER_ID = "This offer is no longer available, but its machine has one with another id."

_TONES = {
    RentStep.SENDING: "$text-accent", RentStep.WAITING: "$text-warning",
    RentStep.LOOKING: "$text-accent", RentStep.WATCHING: "$text-accent",
    RentStep.REFUSED: "$text-error", RentStep.NOT_SENT: "$text-error",
}  # fmt: skip
"""The steps without an instance, which the dialog shows. At any other it closes."""


class RentModal(FormDialog[None]):
    """Stays open with everything typed until the instance is there or the user leaves."""

    heading = Content("Rent this offer")
    keys = (CLOSE, ("tab", "next field", "app.focus_next"), ("Y", "show command", "screen.command"))
    AUTO_FOCUS = "#cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "app.focus_previous", "Previous", show=False),
        Binding("right", "app.focus_next", "Next", show=False),
        Binding("Y", "command", "Show command", show=False),
        *(Binding(f"{at}", f"take({at})", "Take this offer", show=False) for at in (1, 2, 3)),
    ]

    def __init__(
        self, offer: Offer, typed: Typed, template: Template | None, flow: RentFlow
    ) -> None:
        super().__init__()
        self.sent = False
        self._quote = Quote(offer)
        self._flow = flow
        self._fields = RentFields(typed, template, flow, lambda: self.offer)
        self._nearest: list[PricedOffer] = []
        self._buttons = RentButtons()
        self._bid: float | None = None
        self._countdown: int | None = None
        self._news = RentNewsLine()
        self._wrong: frozenset[str] = frozenset()
        """What was wrong when Rent was pressed last, and still is."""

    @property
    def offer(self) -> Offer:
        """The offer to rent."""
        return self._quote.offer

    def body(self) -> ComposeResult:
        yield Static(id="offer", markup=False)
        yield self._fields
        with VerticalGroup(id="costs"):
            yield Static(id="cost", markup=False)
        yield self._news
        yield self._buttons

    def on_mount(self) -> None:
        self._news.say_first()
        self._show()
        self.query_one("#offer").set_interval(1.0, self._show_offer)
        context(self).rent_changed.subscribe(self, self.rent_changed)
        self._check()

    def on_resize(self) -> None:
        self._news.resized()

    def on_rent_fields_changed(self, event: RentFields.Changed) -> None:
        self._show()

    def _mark_again(self) -> None:
        """Mark what was wrong at Rent and still is, a bid that is too low, a disk or ports for
        which the host has no room, and a timer that cannot be set."""
        typed, template, keys = self._fields.form
        credit = self._flow.wallet().credit
        now = context(self).session.clock.now()
        wrong = read(typed, self.offer, template, keys=keys, credit=credit, now=now).wrong
        still = {name: text for name, text in wrong.items() if name in self._wrong}
        told = (*self._quote.beyond(typed), *TIMERS)
        at_once = {name: wrong[name] for name in told if name in wrong}
        self._fields.mark(still | at_once)
        if self._wrong and not still:
            self._news.say_first()
        self._wrong = frozenset(still)

    async def _reader(self, form: Form) -> Callable[[], Reading]:
        return await reader(
            form,
            offer=lambda: self.offer,
            credit=lambda: self._flow.wallet().credit,
            clock=context(self).session.clock.now,
            holds_key=context(self).session.holds_key,
        )

    def action_command(self) -> None:
        if not isinstance(self.focused, Input):
            self._show_command()

    @work(group="command", exclusive=True, description="")
    async def _show_command(self) -> None:
        reading = (await self._reader(self._fields.form))()
        if reading.order is None:
            self._fields.mark(reading.wrong)
        else:
            await self._flow.show_command(reading.order)

    @work(group="offer", exclusive=True, description="")
    @while_open
    async def _check(self) -> None:
        await self._recheck(self._fields.typed, self._fields.template)

    async def _recheck(self, typed: Typed, template: Template | None) -> bool:
        """Read the offer again. Whether it is available as it was shown for this form."""
        shown = self.offer
        try:
            offer = await self._flow.recheck(shown, typed.rental == BID)
        except VastError as error:
            self._quote.problem = "not checked"
            self._show_offer()
            self._news.say(f"Nothing was sent: the offer was not checked. {error}", "$text-warning")
            return False
        if offer is None:
            await self._show_gone()
            return False
        now = context(self).session.clock.monotonic()
        changes = self._quote.renew(offer, now, typed, template)
        if offer.id != shown.id:
            changes = (OTHER_ID, *changes)
        self._show()
        if changes:
            self._news.say(f"{' '.join(changes)} Press Rent again to accept.", "$text-warning")
        return not changes

    async def _has_volume(self, typed: Typed) -> bool:
        """Whether the volume that was chosen can be had now; says why not."""
        why = await self._flow.volume_problem(typed.volume, self.offer)
        if why:
            self._news.say(f"Nothing was sent: {why}", "$text-warning")
        return not why

    @work(group="offer", exclusive=True, description="")
    @while_open
    async def _propose(self) -> None:
        await self._show_gone()

    async def _show_gone(self) -> None:
        """Offer the nearest ones instead; everything typed stays."""
        typed = self._fields.typed
        price = self._quote.price(typed)
        self._nearest = await self._flow.nearest(self.offer, price, typed.rental == BID)
        self._set_busy(False)
        self._quote.problem = "gone"
        self._news.say_gone(nearest_lines(self._nearest, price))
        self._show_offer()

    def action_take(self, number: int) -> None:
        if not self._buttons.busy and number <= len(self._nearest):
            self._quote = Quote(self._nearest[number - 1].offer)
            self._nearest = []
            self._news.say("Your entries are kept. Check the price, then press Rent.", "")
            self._show()
            self._check()
            self._buttons.focus_rent()

    def action_rent(self) -> None:
        if not self._buttons.busy and not self._nearest:
            self._set_busy(True)
            self._rent(self._fields.form)

    @work(group="offer", exclusive=True, description="")
    async def _rent(self, form: Form) -> None:
        """Send this form, as it was at the press, if the offer is still as it was shown then."""
        typed, template, _ = form
        read_now = await self._reader(form)
        reading = read_now()
        if reading.order is not None and self._is_meant(reading.order.request.bid):
            self._news.say("Checking price and availability…", "$text-muted")
            as_shown = await self._recheck(typed, template) and await self._has_volume(typed)
            reading = read_now() if as_shown else reading
            if as_shown and reading.order is not None:
                self.sent = True
                self._flow.rent(reading.order, typed, template)
                return
        self._set_busy(False)
        if reading.order is None:
            self._show_problems(reading)

    def _is_meant(self, bid: float | None) -> bool:
        """Whether this bid needs no second thought, or has had it."""
        if bid is None or bid == self._bid or not (doubt := bid_doubt(bid, [self.offer.min_bid])):
            return True
        self._bid = bid
        self._news.say(f"{doubt} Press Rent again to bid it.", "$text-warning")
        return False

    def _show_problems(self, reading: Reading) -> None:
        self._wrong = frozenset(reading.wrong)
        first = self._fields.mark(reading.wrong)
        others = [text for key, text in reading.wrong.items() if not self.query(f"#row_{key}")]
        self._news.say(others[0] if others else "✖ Fix the marked fields.", "$text-error")
        if first is not None:
            self.screen.set_focus(first.entry)

    def rent_changed(self, state: RentState) -> None:
        """News of the request that this dialog sent."""
        if not self.sent or state.ask != self.offer.id:
            return
        tone = _TONES.get(state.step)
        self._countdown = state.intent if state.step is RentStep.WAITING else None
        if state.offer_gone:
            self._propose()
        elif tone is None:
            self.dismiss(None)
        else:
            self._set_busy(not state.is_over)
            self._news.say(state.sentence, tone)

    def action_cancel(self) -> None:
        """Leave. A request that was sent goes on; one that waits for its turn is not sent."""
        if self._countdown is not None:
            context(self).give_up(self._countdown)
        self.dismiss(None)

    def _show(self) -> None:
        self._mark_again()
        typed, flow = self._fields.typed, self._flow
        disk, bid = self._quote.amounts(typed)
        volume = self._quote.volume_price(typed)
        lines = cost_lines(self.offer, flow.usage, disk, bid, flow.wallet(), volume)
        lines += notes(typed, self._fields.template, self.offer)
        self.query_one("#cost", Static).update(Content("\n").join(lines))
        self._fields.show_limits()
        low = self._quote.is_low(typed)
        self._buttons.show_price(None if low else self._quote.price(typed))
        self._show_offer()

    def _show_offer(self) -> None:
        clock, quote = context(self).session.clock, self._quote
        self._fields.show_hour(clock.now())
        line = partial(offer_line, self.offer, clock.now())
        self.query_one("#offer", Static).update(ByWidth(line))
        check = check_line(quote.checked, clock.monotonic(), quote.problem)
        self.query_one("#frame").border_subtitle = Content.assemble(check)

    def _set_busy(self, busy: bool) -> None:
        """While it is busy the form stays as it was sent."""
        self._fields.disabled = busy
        self._buttons.set_busy(busy, leaves=busy and self._countdown is None)
