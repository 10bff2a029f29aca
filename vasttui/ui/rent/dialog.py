"""The rent dialog: everything about one rental, its price, and what became of the request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus
from textual.widgets import Button, Input, Static

from vasttui.errors import VastError
from vasttui.models.money import PricedOffer, Usage
from vasttui.models.offer import Offer
from vasttui.models.rent import RentOrder
from vasttui.models.template import Template
from vasttui.ui.modals.frame import CLOSE, Dialog, button
from vasttui.ui.rent.fields import OpenLine, RentFields, RentKey
from vasttui.ui.rent.form import (
    BID,
    Reading,
    Typed,
    price,
    read,
    script_file,
    with_template,
)
from vasttui.ui.rent.lines import (
    Wallet,
    check_line,
    cost_lines,
    cuda_note,
    nearest_lines,
    offer_line,
)
from vasttui.ui.rent.templates import TemplateChoice, TemplatesModal
from vasttui.words import distinct_prices, hourly, per_hour

GONE = "This offer is gone: somebody else rented it."
_SAME_PRICE = 0.0005
"""$/h by which a price may have moved without being shown and agreed to again."""


class News(Enum):
    """What the dialog is told about the request that it started."""

    GOING = "going"
    WAITING = "waiting"
    REFUSED = "refused"
    GONE = "gone"
    MADE = "made"


@dataclass(frozen=True, slots=True)
class RentDesk:
    """What the dialog needs of the program.

    `now` tells epoch and `clock` monotonic seconds. `recheck` reads an offer for a disk (GB) and a
    rental type again, `script` an on-start file; both raise VastError. `keys` tells the SSH keys
    and what could not be read of them. `nearest` finds offers like one that is gone. `rent` sends
    the order: its news come through `RentModal.tell` once `follow` was called. `command` shows the
    equivalent command. `stop_waiting` ends the countdown to a request that was put off.
    """

    now: Callable[[], float]
    clock: Callable[[], float]
    usage: Usage
    wallet: Callable[[], Wallet]
    recheck: Callable[[int, float, bool], Awaitable[Offer | None]]
    templates: Callable[[str], Awaitable[tuple[Template, ...]]]
    keys: Callable[[], Awaitable[tuple[Sequence[RentKey], str]]]
    script: Callable[[str], Awaitable[str]]
    nearest: Callable[[Offer, float], list[PricedOffer]]
    remembered: Callable[[str], Typed | None]
    rent: Callable[[RentOrder, Typed, TemplateChoice], None]
    command: Callable[[RentOrder], Awaitable[None]]
    follow: Callable[[RentModal], None]
    stop_waiting: Callable[[], None]


_TONES = {News.REFUSED: "$text-error", News.GONE: "$text-warning", News.WAITING: "$text-warning"}


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
        self, offer: Offer, typed: Typed, template: Template | None, desk: RentDesk
    ) -> None:
        super().__init__()
        self.offer = offer
        self._desk = desk
        self._fields = RentFields(typed, template)
        self._checked: float | None = None
        self._problem = ""
        self._busy = False
        self.sent = False
        self._waiting = False
        self._nearest: list[PricedOffer] = []

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
        self._say(
            "One request is sent and never repeated by itself. If the offer is gone, the three "
            "nearest ones are shown here.",
            "$text-muted",
        )
        self._show()
        self.set_interval(1.0, self._show_offer)
        self._desk.follow(self)
        self._check_again()
        self._load_keys()

    # What is typed

    def on_rent_fields_changed(self, event: RentFields.Changed) -> None:
        self._fields.say({})
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
        chosen = await self.app.push_screen_wait(TemplatesModal(self._desk.templates))
        if chosen is None:
            return
        template, typed = chosen.template, self._fields.typed
        known = self._desk.remembered(template.hash_id) if template is not None else None
        if known is None:
            known = with_template(typed, template, self._fields.template)
        self._fields.fill(known, template)

    @work(group="keys", exclusive=True, description="")
    async def _load_keys(self) -> None:
        choices, problem = await self._desk.keys()
        await self._fields.show_keys(choices, problem)

    # The offer

    @work(group="check", exclusive=True, description="")
    async def _check_again(self) -> None:
        await self._recheck()

    async def _recheck(self) -> bool:
        """Read the offer again. Whether it is to be had at the price that was shown."""
        typed = self._fields.typed
        disk, bid = self._amounts(typed)
        before = price(self.offer, disk, bid)
        try:
            offer = await self._desk.recheck(self.offer.id, disk, typed.rental == BID)
        except VastError as error:
            self._problem = f"not checked: {error.sentence}"
            self._show_offer()
            return False
        if offer is None:
            self.tell(News.GONE, GONE)
            return False
        self._problem, self._checked = "", self._desk.clock()
        self.offer = offer
        self._show()
        after = price(offer, disk, bid)
        if abs(after - before) > _SAME_PRICE:
            shown, now = distinct_prices(before, after)
            self._say(
                f"The price has changed: {shown} was shown, now it is {now}. "
                "Press Rent again if that is right.",
                "$text-warning",
            )
            return False
        return True

    def action_take(self, number: int) -> None:
        """Take one of the nearest offers instead."""
        if not self._busy and number <= len(self._nearest):
            self.offer, self._checked = self._nearest[number - 1].offer, None
            self._nearest = []
            self._say("Everything you typed is kept. Check the price, then press Rent.", "")
            self._show()
            self._check_again()
            self.query_one("#rent", Button).focus()

    # Renting

    async def _reading(self) -> Reading:
        typed = self._fields.typed
        path, script = script_file(typed.onstart), None
        if path is not None:
            try:
                script = await self._desk.script(path)
            except VastError as error:
                return Reading(None, {"onstart": f"{error}"})
        return read(
            typed, self.offer, self._fields.template, script=script, keys=self._fields.keys,
            credit=self._desk.wallet().credit,
        )  # fmt: skip

    def action_rent(self) -> None:
        if not self._busy and not self._nearest:
            self._rent()

    @work(group="rent", exclusive=True, description="")
    async def _rent(self) -> None:
        reading = await self._reading()
        if reading.order is None:
            first = self._fields.say(reading.wrong)
            others = [text for key, text in reading.wrong.items() if not self._has_row(key)]
            self._say(others[0] if others else "✖ Something above is not right yet.", "$text-error")
            if first is not None:
                first.entry.focus()
            return
        self._set_busy(True)
        self._say("Checking the offer once more…", "$text-muted")
        if not await self._recheck():
            self._set_busy(False)
            return
        again = await self._reading()
        if again.order is None:
            self._set_busy(False)
            self._fields.say(again.wrong)
            return
        self.sent = True
        chosen = TemplateChoice(self._fields.template)
        self._desk.rent(again.order, self._fields.typed, chosen)

    def tell(self, news: News, sentence: str) -> None:
        """How it goes with the request."""
        if news is News.MADE:
            self.dismiss(None)
            return
        self._waiting = news is News.WAITING
        self._set_busy(news in (News.GOING, News.WAITING))
        words = Content.styled(sentence, _TONES.get(news, "$text-accent"))
        if news is News.GONE:
            disk, bid = self._amounts(self._fields.typed)
            before = price(self.offer, disk, bid)
            self._nearest = self._desk.nearest(self.offer, before)
            self._problem = "gone"
            lines = nearest_lines(self._nearest, before)
            hint = "  a number takes that one; everything typed is kept" if lines else ""
            words = Content("\n").join([Content.assemble(words, (hint, "$text-muted")), *lines])
            self.query_one("#cancel", Button).focus()
            self._show_offer()
        self.query_one("#news", Static).update(words)

    def action_cancel(self) -> None:
        """Leave, which stops nothing that was sent; what waits to be sent is not sent then."""
        if self._waiting:
            self._desk.stop_waiting()
        self.dismiss(None)

    def action_command(self) -> None:
        if not isinstance(self.focused, Input):
            self._show_command()

    @work(group="command", exclusive=True, description="")
    async def _show_command(self) -> None:
        reading = await self._reading()
        if reading.order is None:
            self._fields.say(reading.wrong)
        else:
            await self._desk.command(reading.order)

    # What is drawn

    def _show(self) -> None:
        typed, desk = self._fields.typed, self._desk
        disk, bid = self._amounts(typed)
        lines = cost_lines(self.offer, desk.usage, disk, bid, desk.wallet())
        note = cuda_note(typed.image, self.offer)
        self.query_one("#cost", Static).update(
            Content("\n").join([*lines, note] if note.plain else lines)
        )
        label = f"[ Rent for {per_hour(price(self.offer, disk, bid))} ]"
        self.query_one("#rent", Button).label = Content(label)
        room = f"; host has {self.offer.disk_space:.0f}" if self.offer.disk_space else ""
        self._fields.unit("disk", f"GB, fixed{room}")
        if self.offer.min_bid is not None:
            self._fields.unit("bid", f"$/h, at least {hourly(self.offer.min_bid, up=True)}")
        self._show_offer()

    def _show_offer(self) -> None:
        desk = self._desk
        self.query_one("#offer", Static).update(
            Content.assemble(
                offer_line(self.offer, desk.now()),
                "   ",
                check_line(self._checked, desk.clock(), self._problem),
            )
        )

    def _amounts(self, typed: Typed) -> tuple[float, float | None]:
        """Disk (GB) and bid ($/h) as far as they can be read; else the least there are."""
        disk = _number(typed.disk, 0.0)
        return disk, _number(typed.bid, self.offer.min_bid or 0.0) if typed.rental == BID else None

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.query_one("#rent", Button).disabled = busy
        leaves = busy and not self._waiting
        self.query_one("#cancel", Button).label = Content("[ Leave ]" if leaves else "[ Cancel ]")

    def _say(self, sentence: str, style: str) -> None:
        self.query_one("#news", Static).update(Content.styled(sentence, style))

    def _has_row(self, key: str) -> bool:
        return bool(self.query(f"#row_{key}"))


def _number(text: str, otherwise: float) -> float:
    try:
        value = float(text)
    except ValueError:
        return otherwise
    return value if 0 <= value < 1e9 else otherwise
