"""The rent dialog: one rental, its price, and what became of the request."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus
from textual.widgets import Button, Input, Static

from vasttui.errors import VastError
from vasttui.models.money import PricedOffer
from vasttui.models.offer import Offer
from vasttui.models.template import Template
from vasttui.services.renting.rental import RentState, RentStep
from vasttui.ui.context import context
from vasttui.ui.modals.frame import CLOSE, Dialog, button
from vasttui.ui.rent.fields import RentFields
from vasttui.ui.rent.form import Reading, read
from vasttui.ui.rent.from_template import with_template
from vasttui.ui.rent.lines import check_line, cost_lines, cuda_note, nearest_lines, offer_line
from vasttui.ui.rent.onstart import read_script, script_file
from vasttui.ui.rent.open_line import OpenLine
from vasttui.ui.rent.operations import RentOperations
from vasttui.ui.rent.quote import Quote
from vasttui.ui.rent.templates import TemplatesModal
from vasttui.ui.rent.typed import BID, Typed
from vasttui.words import distinct_prices, hourly, per_hour

GONE = "This offer is no longer available."
_FIRST = (
    "One request is sent and never retried automatically. If the offer is gone, the three nearest "
    "ones are shown here."
)
_TONES = {
    RentStep.SENDING: "$text-accent", RentStep.WAITING: "$text-warning",
    RentStep.LOOKING: "$text-accent", RentStep.WATCHING: "$text-accent",
    RentStep.REFUSED: "$text-error", RentStep.NOT_SENT: "$text-error",
}  # fmt: skip
"""The steps without an instance, which the dialog shows. At any other it closes."""


class RentModal(Dialog[None]):
    """Stays open with everything typed until the instance is there or the user leaves."""

    heading = Content("Rent this offer")
    keys = (CLOSE, ("tab", "next field", "app.focus_next"), ("Y", "show command", "screen.command"))
    AUTO_FOCUS = "#cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Previous field", show=False),
        Binding("left", "app.focus_previous", "Previous", show=False),
        Binding("right", "app.focus_next", "Next", show=False),
        Binding("Y", "command", "Show command", show=False),
        *(Binding(f"{at}", f"take({at})", "Take this offer", show=False) for at in (1, 2, 3)),
    ]

    def __init__(
        self, offer: Offer, typed: Typed, template: Template | None, operations: RentOperations
    ) -> None:
        super().__init__()
        self.sent = False
        self._quote = Quote(offer)
        self._operations = operations
        self._fields = RentFields(typed, template)
        self._nearest: list[PricedOffer] = []
        self._busy = False
        self._countdown: int | None = None

    @property
    def offer(self) -> Offer:
        """The offer to rent."""
        return self._quote.offer

    def body(self) -> ComposeResult:
        yield Static(id="offer", markup=False)
        yield self._fields
        with VerticalGroup(id="costs"):
            yield Static(id="cost", markup=False)
        yield Static(id="news", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Rent", "rent", id="rent")

    def on_mount(self) -> None:
        self._say(_FIRST, "$text-muted")
        self._show()
        self.set_interval(1.0, self._show_offer)
        context(self).rent_changed.subscribe(self, self.rent_changed)
        self._check()
        self._load_keys()

    # The form

    def on_rent_fields_changed(self, event: RentFields.Changed) -> None:
        self._fields.mark({})
        self._show()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        if event.widget.id == "in_env":
            self.query_one("#in_env", Input).password = False

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        if event.widget.id == "in_env":
            self.query_one("#in_env", Input).password = True

    def on_open_line_opened(self, event: OpenLine.Opened) -> None:
        self._choose_template()

    @work(group="template", exclusive=True, description="")
    async def _choose_template(self) -> None:
        chosen = await self.app.push_screen_wait(TemplatesModal(self._operations.templates))
        if chosen is None:
            return
        template, typed = chosen.template, self._fields.typed
        known = self._operations.remembered(template.hash_id) if template is not None else None
        if known is None:
            known = with_template(typed, template, self._fields.template)
        self._fields.fill(known, template)

    @work(group="keys", exclusive=True, description="")
    async def _load_keys(self) -> None:
        ring, app = await self._operations.keys(), context(self)
        advice = f"none; once it is rented, {app.keymap.spelled('instances.attach')} makes one"
        if app.session.ssh.folder is None:
            advice = "none on the account; the demo reads none of your files"
        await self._fields.keys.show(ring, advice)

    async def _reading(self) -> Reading:
        typed = self._fields.typed
        path, script = script_file(typed.onstart), None
        if path is not None:
            try:
                script = await read_script(path)
            except VastError as error:
                return Reading(None, {"onstart": f"{error}"})
        return read(
            typed, self.offer, self._fields.template, script=script, keys=self._fields.keys.ticked,
            credit=self._operations.wallet().credit,
        )  # fmt: skip

    def action_command(self) -> None:
        if not isinstance(self.focused, Input):
            self._show_command()

    @work(group="command", exclusive=True, description="")
    async def _show_command(self) -> None:
        reading = await self._reading()
        if reading.order is None:
            self._fields.mark(reading.wrong)
        else:
            await self._operations.show_command(reading.order)

    # The offer

    @work(group="check", exclusive=True, description="")
    async def _check(self) -> None:
        await self._recheck()

    async def _recheck(self) -> bool:
        """Read the offer again. Whether it is available at the price that was shown."""
        typed = self._fields.typed
        disk, _ = self._quote.amounts(typed)
        try:
            offer = await self._operations.recheck(self.offer.id, disk, typed.rental == BID)
        except VastError as error:
            self._quote.problem = f"not checked: {error.sentence}"
            self._show_offer()
            return False
        if offer is None:
            self._show_gone()
            return False
        change = self._quote.renew(offer, context(self).session.clock.monotonic(), typed)
        self._show()
        if change is None:
            return True
        before, after = distinct_prices(*change)
        self._say(
            f"The price changed from {before} to {after}. Press Rent again to accept it.",
            "$text-warning",
        )
        return False

    def _show_gone(self) -> None:
        """Offer the nearest ones instead; everything typed stays."""
        self._set_busy(False)
        price = self._quote.price(self._fields.typed)
        self._nearest = self._operations.nearest(self.offer, price)
        self._quote.problem = "gone"
        lines = nearest_lines(self._nearest, price)
        hint = "  press a number to take that one; your entries are kept" if lines else ""
        words = Content.assemble((GONE, "$text-warning"), (hint, "$text-muted"))
        self.query_one("#news", Static).update(Content("\n").join([words, *lines]))
        self.query_one("#cancel", Button).focus()
        self._show_offer()

    def action_take(self, number: int) -> None:
        """Take one of the nearest offers instead."""
        if not self._busy and number <= len(self._nearest):
            self._quote = Quote(self._nearest[number - 1].offer)
            self._nearest = []
            self._say("Your entries are kept. Check the price, then press Rent.", "")
            self._show()
            self._check()
            self.query_one("#rent", Button).focus()

    # Renting

    def action_rent(self) -> None:
        if not self._busy and not self._nearest:
            self._rent()

    @work(group="rent", exclusive=True, description="")
    async def _rent(self) -> None:
        reading = await self._reading()
        if reading.order is None:
            self._show_problems(reading)
            return
        self._set_busy(True)
        self._say("Checking price and availability…", "$text-muted")
        again = await self._reading() if await self._recheck() else None
        if again is None or again.order is None:
            self._set_busy(False)
            if again is not None:
                self._show_problems(again)
            return
        self.sent = True
        self._operations.rent(again.order, self._fields.typed, self._fields.template)

    def _show_problems(self, reading: Reading) -> None:
        first = self._fields.mark(reading.wrong)
        others = [text for key, text in reading.wrong.items() if not self.query(f"#row_{key}")]
        self._say(others[0] if others else "✖ Fix the marked fields.", "$text-error")
        if first is not None:
            first.entry.focus()

    def rent_changed(self, state: RentState) -> None:
        """News of the request that this dialog sent."""
        if not self.sent or state.ask != self.offer.id:
            return
        tone = _TONES.get(state.step)
        self._countdown = state.intent if state.step is RentStep.WAITING else None
        if state.offer_gone:
            self._show_gone()
        elif tone is None:
            self.dismiss(None)
        else:
            self._set_busy(not state.is_over)
            self._say(state.sentence, tone)

    def action_cancel(self) -> None:
        """Leave. A request that was sent goes on; one that waits for its turn is not sent."""
        if self._countdown is not None:
            context(self).give_up(self._countdown)
        self.dismiss(None)

    # What is drawn

    def _show(self) -> None:
        typed, operations = self._fields.typed, self._operations
        disk, bid = self._quote.amounts(typed)
        lines = cost_lines(self.offer, operations.usage, disk, bid, operations.wallet())
        note = cuda_note(typed.image, self.offer)
        self.query_one("#cost", Static).update(
            Content("\n").join([*lines, note] if note.plain else lines)
        )
        label = f"[ Rent for {per_hour(self._quote.price(typed))} ]"
        self.query_one("#rent", Button).label = Content(label)
        free = f"; {self.offer.disk_space:.0f} free" if self.offer.disk_space else ""
        self._fields.set_unit("disk", f"GB, cannot be resized{free}")
        if self.offer.min_bid is not None:
            self._fields.set_unit("bid", f"$/h, at least {hourly(self.offer.min_bid, up=True)}")
        self._show_offer()

    def _show_offer(self) -> None:
        clock, quote = context(self).session.clock, self._quote
        check = check_line(quote.checked, clock.monotonic(), quote.problem)
        line = Content.assemble(offer_line(self.offer, clock.now()), "   ", check)
        self.query_one("#offer", Static).update(line)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.query_one("#rent", Button).disabled = busy
        leaves = busy and self._countdown is None
        self.query_one("#cancel", Button).label = Content("[ Leave ]" if leaves else "[ Cancel ]")

    def _say(self, sentence: str, style: str) -> None:
        self.query_one("#news", Static).update(Content.styled(sentence, style))
