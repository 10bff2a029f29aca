"""A form that writes the filter text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from msgspec import structs
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, HorizontalGroup, VerticalGroup, VerticalScroll
from textual.content import Content
from textual.signal import Signal
from textual.suggester import Suggester
from textual.widgets import Input, Static

from vasttui.models.money import RentalType, Usage
from vasttui.models.search import SearchOptions, Trust
from vasttui.query.parse import parse
from vasttui.services.market.state import MarketState
from vasttui.ui.format import plain_number
from vasttui.ui.modals.form_row import FormRow
from vasttui.ui.modals.frame import CLOSE, FormDialog, button
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.offers.form_fields import (
    FORM_FIELDS,
    GPU_FIELDS,
    HOST_FIELDS,
    FormField,
    prefill,
    problem,
    write,
)
from vasttui.ui.offers.switches import RENTAL_WORDS
from vasttui.ui.widgets.line_input import LineInput
from vasttui.words import plural

RENTALS = tuple(RENTAL_WORDS.items())
TRUSTS = (("verified", "verified"), ("datacenter", "datacenter"), ("any", "any"))


@dataclass(frozen=True, slots=True)
class FormResult:
    """The resulting filter text and switches."""

    text: str
    choice: SearchOptions


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of the planned use; `zero` says whether it may be 0."""

    key: str
    label: str
    unit: str
    zero: bool


AMOUNTS = (
    Amount("usage_disk", "My disk", "GB", False),
    Amount("usage_down", "Traffic ↓", "GB", True),
    Amount("usage_up", "Traffic ↑", "GB", True),
    Amount("usage_hours", "Hours", "h", False),
)


class LastWord(Suggester):
    """Completes the last of several words between commas."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(case_sensitive=True)
        self._words = tuple(words)

    async def get_suggestion(self, value: str) -> str | None:
        piece = value.rpartition(",")[2].lstrip().lower()
        # Drawn after what is typed, so it can only be the rest of a word.
        found = next((word for word in self._words if word.lower().startswith(piece)), "")
        return value + found[len(piece) :] if piece and found else None


class FilterForm(FormDialog[FormResult | None]):
    """Every field changes its own rule of the filter text and leaves the others alone."""

    heading = Content("Filter")
    keys = (CLOSE, ("^s enter", "apply", "screen.apply"), ("tab", "next field", "app.focus_next"))
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,enter", "apply", "Apply", show=False),
    ]

    def __init__(
        self,
        text: str,
        choice: SearchOptions,
        gpu_names: Sequence[str],
        countries: Sequence[str],
        count: Callable[[str, SearchOptions], int] | None,
        market: Signal[MarketState] | None = None,
    ) -> None:
        """`count` gives the number of offers that a text and switches leave, again whenever the
        `market` changed."""
        super().__init__()
        self._text = text
        self._choice = choice
        self._before = {field.key: prefill(text, field) for field in FORM_FIELDS}
        self._words = {"gpu": gpu_names, "cc": countries, "not_cc": countries}
        self._count, self._market = count, market
        self._due = False

    def body(self) -> ComposeResult:
        choice = self._choice
        with VerticalScroll(id="scroll", can_focus=False):
            with Horizontal(id="halves"):
                with VerticalGroup(classes="half"):
                    yield from map(self._field, GPU_FIELDS)
                with VerticalGroup(classes="half"):
                    yield from map(self._field, HOST_FIELDS)
            yield PickOne("Rent", RENTALS, choice.rental, id="rental")
            yield PickOne("Hosts", TRUSTS, choice.trust, id="trust")
            with Horizontal(id="amounts"):
                yield from map(self._amount, AMOUNTS)
        yield Static(markup=False, id="result")
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Clear", "clear", id="clear")
            yield button("Apply", "apply", id="apply")

    def on_mount(self) -> None:
        if self._market is not None:
            self._market.subscribe(self, lambda state: self._show_soon())
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show_soon()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.action_apply()

    def on_pick_one_changed(self, event: PickOne.Changed) -> None:
        self._show_soon()

    def action_clear(self) -> None:
        """Clear the filter fields; the planned use stays."""
        for row in self._rows():
            if not row.key.startswith("usage_"):
                row.entry.value = ""

    def action_apply(self) -> None:
        wrong = self._check()
        if wrong is not None:
            self.screen.set_focus(wrong.entry)
        else:
            self.dismiss(self._result())

    def _field(self, field: FormField) -> FormRow:
        before = self._before[field.key]
        entry = LineInput(
            before.value,
            placeholder=before.elsewhere or field.hint,
            suggester=LastWord(self._words[field.key]) if field.key in self._words else None,
            compact=True,
            max_length=120,
            id=f"in_{field.key}",
        )
        return FormRow(field.key, field.label, field.unit, entry)

    def _amount(self, amount: Amount) -> FormRow:
        value: float = getattr(self._choice.usage, amount.key.removeprefix("usage_"))
        entry = LineInput(plain_number(value), compact=True, max_length=9, id=f"in_{amount.key}")
        return FormRow(amount.key, amount.label, amount.unit, entry)

    def _rows(self) -> list[FormRow]:
        return list(self.query(FormRow))

    def _typed(self) -> dict[str, str]:
        return {row.key: row.entry.value for row in self._rows()}

    def _check(self) -> FormRow | None:
        """Show the problem of each field; the first field that has one."""
        typed, first = self._typed(), None
        seen = self._words["cc"]
        sentences = {field.key: problem(field, typed[field.key], seen) for field in FORM_FIELDS}
        sentences |= {one.key: amount_problem(one, typed[one.key]) for one in AMOUNTS}
        for row in self._rows():
            row.say(sentences[row.key])
            if sentences[row.key] and first is None:
                first = row
        return first

    def _result(self) -> FormResult:
        typed = self._typed()
        usage = Usage(**{one.key.removeprefix("usage_"): float(typed[one.key]) for one in AMOUNTS})
        choice = structs.replace(
            self._choice,
            rental=cast(RentalType, self.query_one("#rental", PickOne).value),
            trust=cast(Trust, self.query_one("#trust", PickOne).value),
            usage=usage,
        )
        return FormResult(write(self._text, self._before, typed), choice)

    def _show_soon(self) -> None:
        """Once per frame, however many keys were typed."""
        if not self._due:
            self._due = True
            self.call_after_refresh(self._show)

    def _show(self) -> None:
        self._due = False
        if self._check() is not None:
            text = Content.styled("✖ Fix the marked fields.", "$text-error")
        else:
            result = self._result()
            text = Content.assemble(("Filter  ", "$text-muted"), (result.text or "(none)", "bold"))
            wrong = parse(result.text).problems
            if wrong:
                spot = result.text[wrong[0].start : wrong[0].end]
                words = f"Not understood in the filter line: {spot}"
                text = Content.assemble(text, "\n", (words, "$text-warning"))
            elif self._count is not None:
                left = self._count(result.text, result.choice)
                style = "$text-success" if left else "$text-warning"
                words = f"{plural(left, 'offer')} of those loaded"
                text = Content.assemble(text, "\n", ("Matches  ", "$text-muted"), (words, style))
        self.query_one("#result", Static).update(text)


def amount_problem(amount: Amount, typed: str) -> str:
    """The problem of a number of the planned use; empty when there is none."""
    try:
        value = float(typed)
    except ValueError:
        return "Needs a number."
    if not 0 <= value <= 1e6:
        return "From 0 to 1,000,000."
    if value == 0 and not amount.zero:
        return "Must be more than 0."
    return ""
