"""The dialog of a change that may cost: it shows the worst case, and refuses an endless one unless
that is meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from vasttui.errors import VastError
from vasttui.models.template import Template
from vasttui.models.worker_search import ANY
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.serverless.costs import Cost, Worst, worst_with
from vasttui.services.serverless.drafts import Draft
from vasttui.services.serverless.words import NO_GROUP, worst_words
from vasttui.ui.context import context
from vasttui.ui.modals.form_row import FormLine, FormRow
from vasttui.ui.modals.frame import CLOSE, FormDialog, button, while_open
from vasttui.ui.privacy import covered
from vasttui.ui.rent.lines import wallet_line, wallet_of
from vasttui.ui.serverless.group_form import ANY_WORD
from vasttui.words import per_hour

GUARD = 0.4
"""Seconds in which the button is not taken after something new was said."""

Order = TypeVar("Order")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Generic[Order]):
    """A dialog as it is filled in: the order, None while something is `wrong`, by field. In the
    worst case its limits allow so many $/h with so many `workers`: `ANY` without a limit, None if
    that is not known. `cost` is what those of them that there are cost; None: not known. `asks`:
    any price must be meant. `no_group`: no worker starts; `note` says what the inactive may cost
    besides."""

    order: Order | None
    wrong: Mapping[str, str] = field(default_factory=dict)
    limits: float | None = None
    workers: int | None = None
    cost: Cost | None = None
    asks: bool = True
    no_group: bool = False
    note: str = ""

    @property
    def most(self) -> Worst:
        """The worst case, with the workers that there are."""
        return worst_with(self.limits, self.workers, self.cost)

    @property
    def endless(self) -> bool:
        """Whether no limit of its cost is known."""
        return not self.no_group and (self.limits is None or self.limits == ANY)


class SpendingDialog(FormDialog[Order | None]):
    """Closes with the order once it was read again that all is still as it was shown."""

    VERB = "Set"
    WORST = "worst case"
    keys = (CLOSE, ("tab", "next field", "app.focus_next"))
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "to_button", "To the button", show=False)
    ]
    _busy = False

    def read(self) -> Reading[Order]:
        """What is filled in."""
        raise NotImplementedError

    def fields(self) -> ComposeResult:
        """The fields."""
        raise NotImplementedError

    async def look_again(self) -> str:
        """Read what the dialog rests on; what changed, as a sentence, empty if nothing did. Raises
        VastError."""
        raise NotImplementedError

    def about(self) -> Content:
        """What stands above the fields."""
        return Content("")

    def body(self) -> ComposeResult:
        yield Static(id="about", markup=False)
        with VerticalScroll(id="scroll", can_focus=False):
            yield from self.fields()
            yield FormLine("Any price", "type “any” to accept it", most=20).row("accept")
        yield Static(id="worst", markup=False)
        yield Static(id="news", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button(self.VERB, "confirm", id="confirm")

    def on_mount(self) -> None:
        super().on_mount()
        self.show()
        context(self).fleet_changed.subscribe(self, self._fleet_changed)

    def _fleet_changed(self, fleet: Fleet) -> None:
        """What it costs and how long the balance lasts, as the first line has it."""
        self.follow(fleet)
        self._show_worst(self.read())

    def follow(self, fleet: Fleet) -> None:
        """Take and show what there is to cost what it costs now."""

    def on_input_changed(self, event: Input.Changed) -> None:
        self.say("")
        self.show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.action_to_button()

    def action_to_button(self) -> None:
        """From a field, or a choice, to the button."""
        self.screen.set_focus(self.query_one("#confirm", Button))

    def typed(self, key: str) -> str:
        """The text of a field."""
        return self.query_one(f"#in_{key}", Input).value.strip()

    def draft(self, template: Template | None) -> Draft:
        """What is typed."""
        return Draft({row.key: row.entry.value.strip() for row in self.query(FormRow)}, template)

    def show(self, *, mark: bool = False) -> Reading[Order]:
        """Show all that follows from what is filled in; what is missing only if it is to `mark`."""
        reading = self.read()
        needs = reading.asks and reading.endless
        self.query_one("#row_accept").display = needs
        for row in self.query(FormRow):
            text = reading.wrong.get(row.key, "") if row.key != "accept" else self._unmeant(needs)
            row.say(text if mark or (row.entry.value.strip() and row.entry.has_focus) else "")
        about = self.about()
        self.query_one("#about", Static).update(covered(about, self))
        if not about.plain:
            self.query_one("#about").display = False
        self._show_worst(reading)
        confirm = self.query_one("#confirm", Button)
        confirm.label = Content(f"[ {self.VERB}{self.price(reading)} ]")
        confirm.refresh(layout=True)  # as wide as the price
        return reading

    def _show_worst(self, reading: Reading[Order]) -> None:
        self.query_one("#worst", Static).update(self._worst(reading))

    def price(self, reading: Reading[Order]) -> str:
        """What the button agrees to."""
        if reading.order is None or reading.no_group:
            return ""
        if reading.endless:
            return ": at any price"
        disks = " + disks" if reading.note else ""
        return f": at most {per_hour(reading.most.hourly, up=True)}{disks}"

    def _unmeant(self, needs: bool) -> str:
        """Why an endless worst case is not taken; empty where it is meant, or there is none."""
        if not needs or self.typed("accept").lower() == ANY_WORD:
            return ""
        return "It may cost without limit: type “any” if that is meant."

    def _worst(self, reading: Reading[Order]) -> Content:
        endless, most = reading.endless, reading.most
        said = NO_GROUP if reading.no_group else worst_words(most)
        words = f"{self.WORST}: {said}"
        if "price" in reading.wrong:
            words = "worst case: the workers at most × the most one may cost, once that is typed"
        lines = [Content.styled(words, "$text-warning" if endless else "bold")]
        if reading.note:
            lines.append(Content.styled(f"! {reading.note}", "$text-warning"))
        more = None
        if most.hourly is not None and not endless:
            more = max(0.0, most.hourly - (0.0 if reading.cost is None else reading.cost.known))
        lines.append(wallet_line(more, wallet_of(context(self)), "in the worst case"))
        return Content("\n").join(lines)

    def say(self, words: str, style: str = "$text-warning") -> None:
        """What is to be read before the next press."""
        self.query_one("#news", Static).update(covered(Content.styled(words, style), self))

    def action_confirm(self) -> None:
        """Look again, then close with what was shown at the press."""
        if self._busy:
            return
        reading = self.show(mark=True)
        bad = next((row for row in self.query(FormRow) if row.wrong and row.display), None)
        if reading.order is None or bad is not None:
            wrong = next(iter(reading.wrong.values()), "") if bad is None else bad.wrong
            self.say(f"✖ Nothing was sent. {wrong}", "$text-error")
            if bad is not None:
                self.screen.set_focus(bad.entry)
            return
        self._take(busy=True)
        self.say("Looking again before it is sent…", "$text-muted")
        self._confirm(reading.order)

    @work(group="spending", exclusive=True, description="")
    @while_open
    async def _confirm(self, order: Order) -> None:
        try:
            changed = await self.look_again()
        except VastError as error:
            changed = f"Nothing was sent: {error.sentence}"
        if not changed:
            self.dismiss(order)
            return
        self.show()
        self.say(changed)
        self.set_timer(GUARD, lambda: self._take(busy=False))

    def _take(self, *, busy: bool) -> None:
        """Take no press while it is looked again, nor a moment after something new was said."""
        self._busy = busy
        confirm = self.query_one("#confirm", Button)
        if busy:
            self.screen.set_focus(None)  # or the next Enter would press Cancel
        confirm.disabled = busy
        if not busy and self.focused is None:
            self.screen.set_focus(confirm)
