"""The dialog that pays ahead for an instance: how much, what it does, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Button, Input, Static

from vasttui.errors import VastError
from vasttui.models.transfer import dollars_of
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.services.reserving.payment import Payment, PayStep
from vasttui.services.reserving.terms import Terms, TermsChanged
from vasttui.ui.context import context
from vasttui.ui.modals.command import show_command
from vasttui.ui.modals.frame import CLOSE, FormDialog, button, while_open
from vasttui.ui.modals.typed_confirm import GUARD, GuardedInput
from vasttui.ui.privacy import covered
from vasttui.ui.reserve.choice import Choice
from vasttui.ui.reserve.lines import View, deposit_lines, head_lines, plan_lines, problem
from vasttui.ui.widgets.line_input import LineInput

if TYPE_CHECKING:
    from vasttui.services.reserving.reserver import Reserver

_READING = "Reading credit, price and deposit…"
_ONCE = (
    "One payment is sent, never again by itself. Without an answer your credit and the deposit are "
    "read to know."
)
_ONCE_SHORT = "One payment, never again by itself; no answer: credit and deposit are read."
_TONES = {
    PayStep.PAID: "$text-success", PayStep.REFUSED: "$text-error", PayStep.NOT_SENT: "$text-error",
}  # fmt: skip
_CENT = 0.005
_WIDE, _HIGH = 116, 36
"""Columns and rows of a screen that has room for every line."""


class ReserveModal(FormDialog[None]):
    """Nothing is paid before the amount on the button was typed."""

    keys = (
        CLOSE, ("tab", "next field", "app.focus_next"), ("← →", "months", ""),
        ("Y", "show command", "screen.command"),
    )  # fmt: skip
    AUTO_FOCUS = "#cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("Y", "command", "Show command", show=False),
        Binding("r,ctrl+r", "reread", "Read again", show=False),
    ]

    def __init__(self, row: FleetRow, reserver: Reserver, *, guard: float = GUARD) -> None:
        super().__init__()
        self.instance, self._row = row.instance, row
        self.heading = Content(f"Reserve {row.instance.title or 'unlabelled'} ({row.id})")
        self._reserver, self._guard = reserver, guard
        self._terms: Terms | None = None
        self._is_paid = False
        self._said: tuple[str, str] = ("", "")
        self._busy = ""
        self._busy_since = 0.0
        self._shown_for: Size | None = None

    def body(self) -> ComposeResult:
        yield Static(id="head", markup=False)
        yield Static(id="deposit", markup=False)
        yield Choice()
        with VerticalScroll(id="scroll", can_focus=False):
            yield Static(id="about", markup=False)
        yield Static(id="wanted", markup=False)
        yield GuardedInput(self._guard)
        yield Static(id="news", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Pay", "pay", id="pay")

    def on_mount(self) -> None:
        self.query_one("#frame").border_title = covered(self.heading, self)
        context(self).app_changed.subscribe(self, self._app_changed)
        context(self).fleet_changed.subscribe(self, self._fleet_changed)
        self.set_interval(1.0, self._tick)
        self.action_reread()
        payment = self._reserver.of(self.instance.id)
        if payment is not None and not payment.is_over:
            self._tell(payment)

    @property
    def _view(self) -> View | None:
        if self._terms is None:
            return None
        app = context(self)
        clock = app.session.clock
        age = clock.monotonic() - self._terms.at
        is_short = self.app.size.width < _WIDE or self.app.size.height < _HIGH
        row = replace(app.fleet.row(self.instance.id) or self._row, instance=self._terms.instance)
        managed = bool(row.worker_of)
        return View(self._terms, clock.now(), age, is_short, app.private, managed)

    @property
    def _is_open(self) -> bool:
        """Whether it is not known yet what became of a payment."""
        payment = self._reserver.of(self.instance.id)
        return payment is not None and not payment.is_over

    @property
    def _dollars(self) -> float | None:
        return self.query_one(Choice).dollars

    @property
    def _can_pay(self) -> bool:
        view = self._view
        free = not (self._busy or self._is_open or self._is_paid)
        return free and view is not None and not problem(view, self._dollars, "")

    @property
    def _is_meant(self) -> bool:
        """Whether what was typed is the amount on the button, to the cent."""
        dollars, typed = self._dollars, dollars_of(self.query_one(GuardedInput).value)
        return typed is not None and dollars is not None and abs(typed - dollars) < _CENT

    def on_resize(self) -> None:
        self.call_after_refresh(self._resized)

    async def _resized(self) -> None:
        """Say it in the words for this size; what was chosen and typed stays."""
        view, size = self._view, self.app.size
        if view is None or size == self._shown_for:
            return
        self._shown_for = size
        focused = self.focused.id if self.focused is not None else None
        await self.query_one(Choice).show(view)
        if self.focused is None and focused is not None:
            self.set_focus(self.query_one(f"#{focused}"))
        self._show()

    def action_reread(self) -> None:
        """Read credit, price and deposit again."""
        if not self._busy:
            self._is_paid = False
            self._said = ("", "")
            self._set_busy(_READING)
            self._read()

    @work(group="terms", exclusive=True, description="")
    @while_open
    async def _read(self) -> None:
        first = self._terms is None
        try:
            await self._take(await self._reserver.terms(self.instance.id))
        except VastError as error:
            words = f"It could not be read: {error} {self._read_key} reads it again."
            self._said = self._said if self._is_paid else (words, "$text-error")
        self._set_busy("")
        if first and self._terms is not None:
            self.query_one(Choice).take_keys()

    async def _take(self, terms: Terms) -> None:
        """Show these terms; what was typed to confirm others is gone."""
        self._terms, self.instance = terms, terms.instance
        view = self._view
        assert view is not None
        self._shown_for = self.app.size
        await self.query_one(Choice).show(view)
        self.query_one(GuardedInput).value = ""

    def on_choice_changed(self, event: Choice.Changed) -> None:
        self.query_one(GuardedInput).value = ""
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.value:  # emptied here, what is said stays
            self._said = ("", "")
        self._show()

    def on_line_input_refused(self, event: LineInput.Refused) -> None:
        event.stop()
        self._said = (event.sentence, "$text-error")
        self._show_news()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter moves on, and to the button once the amount was typed."""
        if event.input.id == "amount":
            self.screen.set_focus(self.query_one(GuardedInput))
        elif self._can_pay and self._is_meant:
            self.screen.set_focus(self.query_one("#pay"))

    def action_pay(self) -> None:
        terms, dollars = self._terms, self._dollars
        if terms is not None and dollars is not None and self._can_pay and self._is_meant:
            self._said = ("", "")
            self._set_busy(f"Paying ${dollars:.2f}…")
            self._pay(terms, dollars)

    @work(group="pay", exclusive=True, description="")
    @while_open
    async def _pay(self, terms: Terms, dollars: float) -> None:
        """Pay it if all is as it was shown; leaving the dialog does not stop it."""
        try:
            payment = await self._reserver.pay(terms, dollars)
        except VastError as error:
            if isinstance(error, TermsChanged):
                await self._take(error.terms)
            self._set_busy("")
            self._said = (f"{error}", "$text-warning")
            self._show()
            return
        self._is_paid = payment.step is PayStep.PAID
        self.query_one(GuardedInput).value = ""
        self._set_busy(_READING)
        self._tell(payment)
        self.screen.set_focus(self.query_one("#cancel"))
        self._read()  # the deposit and the price as they are now

    def _app_changed(self, what: str) -> None:
        payment = self._reserver.of(self.instance.id)
        if what == "payments" and payment is not None:
            self._tell(payment)

    def _fleet_changed(self, fleet: Fleet) -> None:
        if self._terms is not None and not self._busy:
            self._show()

    def _tell(self, payment: Payment) -> None:
        if payment.step is PayStep.SENDING:
            return  # how long it takes is said
        tone = _TONES.get(payment.step, "$text-warning")
        self._said = (payment.sentence, "$text-warning" if payment.less else tone)
        self._show()

    def _set_busy(self, words: str) -> None:
        """While something is read or sent the form stays as it is."""
        self._busy = words
        self._busy_since = context(self).session.clock.monotonic()
        self._show()

    def action_command(self) -> None:
        if not isinstance(self.focused, Input) and self._dollars is not None:
            self._show_command(f"vastai prepay instance {self.instance.id} {self._dollars:.2f}")

    @work(group="command", exclusive=True, description="")
    async def _show_command(self, text: str) -> None:
        await show_command(context(self), text, "It pays at once: nothing is asked or shown first.")

    def _tick(self) -> None:
        if self._busy:
            self._show_news()
        elif self._terms is not None and self._terms.deposit.left:
            self._show()

    @property
    def _read_key(self) -> str:
        return "^r" if isinstance(self.focused, Input) else "r"

    def _show(self) -> None:
        view, choice = self._view, self.query_one(Choice)
        lines: dict[str, list[Content]] = {"head": [], "deposit": [], "about": []}
        if view is not None:
            lines["head"], lines["deposit"] = head_lines(view), deposit_lines(view)
            if not self._is_paid:
                below = [Content.styled(choice.below, "$text-muted")] if choice.below else []
                lines["about"] = below + plan_lines(view, choice.dollars, choice.months)
        for name, found in lines.items():
            static = self.query_one(f"#{name}", Static)
            static.update(covered(Content("\n").join(found), self))
            static.display = bool(found)
        self.query_one("#scroll").display = bool(lines["about"])
        choice.display = view is not None and not self._is_paid
        choice.disabled = bool(self._busy) or self._is_open
        self._show_wanted(view)
        self._show_news()
        again = (CLOSE, ("r", "pay more" if view else "read again", "screen.reread"))
        unread = view is None and not self._busy
        self.show_keys(again if self._is_paid or unread else self.keys)
        self.query_one("#pay").display = not (self._is_paid or unread)

    def _show_wanted(self, view: View | None) -> None:
        """What to type, or why nothing can be paid; and what the button pays."""
        dollars, can, entry = self._dollars, self._can_pay, self.query_one(GuardedInput)
        why = problem(view, dollars, self._read_key) if view is not None else ""
        words = why or f"Type {dollars or 0.0:.2f} to pay it:"
        wanted = self.query_one("#wanted", Static)
        wanted.update(Content.styled(words, "$text-warning" if why else "bold"))
        wanted.display = view is not None and not (self._is_open or self._is_paid)
        entry.display = can
        pay, cancel = self.query_one("#pay", Button), self.query_one("#cancel", Button)
        pay.disabled = not (can and self._is_meant)
        pay.label = Content(f"[ Pay ${dollars:.2f} ]" if can else "[ Pay ]")
        pay.refresh(layout=True)  # as wide as the amount
        cancel.label = Content("[ Close ]" if self._is_paid or self._is_open else "[ Cancel ]")

    def _show_news(self) -> None:
        """What is done now, what became of it, or what will be done."""
        view, (words, tone) = self._view, self._said
        typed, once = self.query_one(GuardedInput).value, not self._is_paid
        if self._busy and not words:
            passed = context(self).session.clock.monotonic() - self._busy_since
            stays = "" if self._busy == _READING else ". Leaving does not stop it."
            words, tone = f"{self._busy} {passed:.0f}s{stays}", "$text-accent"
        elif typed and not words and self._can_pay and not self._is_meant:
            words, tone = f"{self._dollars or 0.0:.2f} is the amount on the button", "$text-error"
        elif not words and view is not None and once:
            words, tone = _ONCE_SHORT if view.short else _ONCE, "$text-muted"
        self.query_one("#news", Static).update(Content.styled(words, tone))
