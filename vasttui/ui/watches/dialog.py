"""The dialog that watches a filter."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from msgspec.structs import replace
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import Button, Input, Static

from vasttui.errors import VastError
from vasttui.models.money import PricedOffer
from vasttui.models.price_book import kind_of
from vasttui.query.defaults import prices_for
from vasttui.query.parse import parse
from vasttui.services.watches.watch import Watch, price_words
from vasttui.ui.context import AppContext, context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.modals.form_row import FormLine, FormRow
from vasttui.ui.modals.frame import CLOSE, FormDialog, button, while_open
from vasttui.ui.modals.lines import ByWidth
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.modals.tick_line import TickLine
from vasttui.ui.watches.form import (
    NAME_MOST,
    WatchReading,
    WatchTyped,
    command_line,
    lowest_each,
    option_words,
    read_watch,
    typed_from,
)

_LEFT = 12
_DAYS = 30
_LINES = {
    "name": FormLine("Name", most=NAME_MOST),
    "limit": FormLine("At most", unit="$/h all-in, per offer", example="every price", most=12,
                      takes="[^A-Za-z]*"),
    "command": FormLine("Command", example="none; @~/bin/grab.sh {id} runs it", most=500),
    "every": FormLine("Looks every", unit="s", most=8),
    "days": FormLine("Days", most=8),
}  # fmt: skip
_RINGS = (
    ("new", "each offer once"),
    ("below", "each time one gets that cheap"),
)
_ENDS = (("never", "when I say so"), ("hit", "at the first hit"), ("days", "in some days"))
_TICKS = {
    "bell": ("Bell", "the terminal's"),
    "desktop": ("Desktop", "a notice, where the terminal shows them"),
    "inbox": ("Inbox", "a line that rents it or shows it"),
    "opens": ("Rent dialog", "opened with it, unless you are in a dialog or typing"),
}
_RENTS = (
    "It rents nothing by itself, and looks while vasttui is open. Without: the command that Y "
    "copies."
)


@dataclass(frozen=True, slots=True)
class Matches:
    """The offers at hand that match a filter now. Not `whole`: there are, or may be, more."""

    rows: Sequence[PricedOffer] = ()
    whole: bool = True


NO_MATCHES = Matches()


def matches_of(app: AppContext) -> Matches:
    """Those of the offers on the screen; none while they are of an earlier run."""
    return (
        NO_MATCHES if app.market.kept else Matches(app.offer_browse.rows, not app.market.has_more)
    )


class WatchModal(FormDialog[Watch]):
    """Returns the watch as it was filled in."""

    keys = (
        CLOSE, ("tab", "next", "app.focus_next"), ("space", "tick", ""),
        ("Y", "copy command", "screen.command"),
    )  # fmt: skip
    AUTO_FOCUS = "#in_limit"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("Y", "command", "Copy the command", show=False),
    ]

    def __init__(
        self,
        watch: Watch,
        *,
        is_new: bool,
        matches: Matches = NO_MATCHES,
        fresh: Watch | None = None,
    ) -> None:
        """`matches` are those of the filter. `fresh` is the new watch that
        was asked for, where this one watches its filter already."""
        super().__init__()
        self._watch, self._is_new, self._matches, self._fresh = watch, is_new, matches, fresh
        self._past = ""
        edit = "Edit watch" if fresh is None else "Edit watch: this filter is watched already"
        self.heading = Content("Watch this filter" if is_new else edit)

    def body(self) -> ComposeResult:
        typed = typed_from(self._watch)
        with VerticalScroll(id="scroll", can_focus=False):
            yield Static(ByWidth(self._about), markup=False, id="about")
            for key in ("name", "limit"):
                yield _LINES[key].row(key, getattr(typed, key))
            yield Static(markup=False, id="now")
            yield PickOne("Rings for", _RINGS, typed.rings, id="rings", room=_LEFT)
            for key, (title, about) in _TICKS.items():
                tick = TickLine(title, id=key, room=_LEFT + 8, ticked=getattr(typed, key))
                tick.set_reactive(TickLine.about, about)
                yield tick
            for key in ("command", "every"):
                yield _LINES[key].row(key, getattr(typed, key))
            yield PickOne("Ends", _ENDS, typed.ends, id="ends", room=_LEFT)
            yield _LINES["days"].row("days", typed.days)
            yield Static(Content.styled(_RENTS, "$text-muted"), markup=False, id="note")
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            if self._fresh is not None:
                yield button("Keep as new", "add", id="add")
            yield button("Watch" if self._is_new else "Keep", "confirm", id="confirm")

    @on(Resize)
    def fill(self) -> None:
        """The fields take no more than border, buttons and keys leave, however few rows there
        are."""
        others = 4 if self.has_class("-short") else 6
        self.query_one("#scroll").set_styles(max_height=self.size.height - others)

    def on_mount(self) -> None:
        super().on_mount()
        self._show()
        self._look_back()
        context(self).app_changed.subscribe(self, self._heard)

    def _heard(self, what: str) -> None:
        if what == "prices":  # a search was recorded since
            self._look_back()

    @work(group="prices", exclusive=True, description="")
    @while_open
    async def _look_back(self) -> None:
        """The lowest price of the model that was seen lately, where the filter is about one GPU."""
        live, watch = context(self).live, self._watch
        wanted = prices_for(parse(watch.text).query, watch.options)
        rows = self._matches.rows
        kinds = {kind_of(row.offer).each for row in rows}
        if live is None or len(kinds) != 1 or any(row.offer.num_gpus != 1 for row in rows):
            return
        ((model, vram, _),) = kinds
        with suppress(VastError):
            days = await live.prices.of_gpu(model, vram, wanted, _DAYS)
            if days:
                low = price_words(min(day.low for day in days))
                demo = context(self).session.past_offers is not None
                whose = "the simulated market" if demo else "your searches"
                self._past = f"{model} in {_DAYS} days of {whose}: from {low} per GPU"
                self._show()

    def _about(self, width: int) -> Content:
        """The filter, and the switches as they stand."""
        watch = self._watch
        text = Content(f"{watch.text or 'none: every offer'}   ")
        words = Content.styled(option_words(watch.options), "$text-muted")
        first, *others = Content.assemble(text, words).wrap(max(1, width - _LEFT))
        lines = [Content.assemble("Filter".ljust(_LEFT), first)]
        return Content("\n").join([*lines, *(Content(" " * _LEFT) + line for line in others)])

    @property
    def _typed(self) -> WatchTyped:
        fields: dict[str, Any] = {key: self.query_one(f"#in_{key}", Input).value for key in _LINES}
        fields |= {key: self.query_one(f"#{key}", TickLine).is_on for key in _TICKS}
        fields |= {key: self.query_one(f"#{key}", PickOne).value for key in ("rings", "ends")}
        return WatchTyped(**fields)

    @property
    def _reading(self) -> WatchReading:
        session = context(self).session
        now = session.clock.now()
        return read_watch(self._typed, self._watch, now, read_only=session.read_only)

    def _show(self) -> None:
        """All that follows from what is filled in."""
        reading = self._reading
        typed = self._typed
        for key in _LINES:
            row = self.query_one(f"#row_{key}", FormRow)
            row.say(reading.wrong.get(key, ""))
        self.query_one("#row_days").display = typed.ends == "days"
        self.query_one("#now", Static).update(self._now_words(reading))
        for one in self.query("#confirm, #add").results(Button):
            one.disabled = bool(reading.wrong)

    def _now_words(self, reading: WatchReading) -> Content:
        """How many match now, as far as it is known."""
        rows, whole = self._matches.rows, self._matches.whole
        if not rows:
            return Content("")
        prices = [row.eff for row in rows if row.eff is not None]
        words = f"{len(rows):,}{'' if whole else ' or more'} match now"
        if "limit" not in reading.wrong and reading.watch.limit is not None:
            cheap = sum(map(reading.watch.wanted.is_within, rows))
            words += f", {cheap:,} that cheap already: no news" if cheap else ", none that cheap"
        if prices:
            words += f"; the lowest{'' if whole else ' of these'} is {price_words(min(prices))}"
        parts = words, lowest_each(rows, whole=whole), self._past
        lines = [f"{' ' * _LEFT}{line}" for line in parts if line]
        return Content.styled("\n".join(lines), "$text-muted")

    def on_input_changed(self, event: Input.Changed) -> None:
        super().on_input_changed(event)
        self._show()

    def on_pick_one_changed(self, event: PickOne.Changed) -> None:
        self._show()

    def on_tick_line_changed(self, event: TickLine.Changed) -> None:
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.action_confirm()

    def action_confirm(self) -> None:
        reading = self._reading
        self._show()
        if reading.wrong:
            self.set_focus(self.query_one(f"#in_{next(iter(reading.wrong))}"))
        else:
            self.dismiss(reading.watch)

    def action_add(self) -> None:
        """Keep the one there is as it was, and make another as it is filled in."""
        fresh, reading = self._fresh, self._reading
        if fresh is not None and not reading.wrong:
            self.dismiss(replace(reading.watch, id=fresh.id, began=fresh.began, asleep=False))

    def action_command(self) -> None:
        if not isinstance(self.focused, Input):
            self._copy_command()

    @work(group="command", exclusive=True, description="")
    async def _copy_command(self) -> None:
        app = context(self)
        await copy_and_show(app, app.session.clipboard, command_line(self._reading.watch))
