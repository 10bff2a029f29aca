"""What lists of a range of days share: its keys, its form, its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import ClassVar, TypeVar

from textual.content import Content
from textual.widget import Widget

from vasttui.lists.day_range import DayRange, range_in, today
from vasttui.ui.billing.on_web import add_credit
from vasttui.ui.context import context
from vasttui.ui.lines import clickable
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.opening import open_dialog
from vasttui.ui.widgets.line import TextLine
from vasttui.words import plural

Row = TypeVar("Row")


class RangedScreen(ResourceScreen[Row]):
    """A list of what was in some days; it is read again for other ones."""

    EACH: ClassVar[str] = ""
    """What has a line of its own where the list is saved; empty: every row that is listed."""

    def __init__(self) -> None:
        self.range = DayRange()
        super().__init__()

    @property
    def today(self) -> date:
        """The UTC day it is."""
        return today(context(self).session.clock.now())

    @property
    def question(self) -> object:
        return self.range

    @property
    def range_words(self) -> str:
        """`24 Aug – 22 Sep`."""
        return self.range.words(self.today)

    @property
    def in_range(self) -> str:
        """`from 24 Aug to 22 Sep`, at the end of a sentence."""
        return self.range.in_sentence(self.today)

    def compose_switches(self) -> Iterator[Widget]:
        yield TextLine(id="switches")

    def show_switches(self) -> None:
        """The line of what is asked for, and the order."""
        line = Content.assemble(" ", Content(" ").join(self.switches()))
        self.query_one("#switches", TextLine).show(line, self.order)

    def switches(self) -> Iterator[Content]:
        """What is asked for: a click changes it."""
        yield clickable(f"[{self.range_words}]", "screen.form", "$text-accent")

    def show_everything(self) -> None:
        self.show_switches()
        super().show_everything()

    def sorted(self) -> None:
        super().sorted()
        self.show_switches()

    def choose_range(self, chosen: DayRange) -> None:
        """Show these days from now on."""
        if chosen != self.range:
            self.range = chosen
            self.range_changed()
            self.show_everything()

    def range_changed(self) -> None:
        """Read the days that are asked for now."""
        self.feed.wake()

    def action_longer(self) -> None:
        self.choose_range(self.range.stepped(1, self.today))

    def action_shorter(self) -> None:
        self.choose_range(self.range.stepped(-1, self.today))

    async def action_form(self) -> None:
        await open_dialog(self.app, self._ask_range())

    async def _ask_range(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.modals.ask import AskModal

        day = self.today
        first, last = self.range.bounds(day)
        about = (
            "Days are those of UTC, as the service counts them: the last so many (30), a month "
            "(2026-08), or from one to another (2026-08-24 2026-09-22)."
        )
        modal = AskModal(
            "Days", Content(about), "Days, month, or from and to", f"{first} {last}", "Show",
            check=lambda text: wrong if isinstance(wrong := range_in(text, day), str) else "",
            meaning=lambda text: found.words(day)
            if isinstance(found := range_in(text, day), DayRange) else "",
            most=40,
        )  # fmt: skip
        text = await self.app.push_screen_wait(modal)
        found = None if text is None else range_in(text, self.today)
        if isinstance(found, DayRange):
            self.choose_range(found)

    def export(self, *, as_json: bool) -> tuple[str, int]:
        """The rows in view as CSV or JSON, and how many there are."""
        raise NotImplementedError

    async def save_csv(self) -> None:
        """Ask for a file, and write the rows in view to it: JSON where its name ends so."""
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.modals.save import save_as

        _, count = self.export(as_json=False)
        each = f", one for each {self.EACH}," if self.EACH else ""
        about = f"{plural(count, 'row')}{each} as CSV; as JSON, if the name ends in .json."
        saved = 0

        def lines(path: str) -> Sequence[str]:
            nonlocal saved
            text, saved = self.export(as_json=path.lower().endswith(".json"))
            return text.splitlines()

        name = f"vast-{self.SCOPE}-{self.range.file_words(self.today)}.csv"
        path = await save_as(self.app, "Save", about, name, lines)
        if path is not None:
            self.app.notify(f"Saved: {plural(saved, 'row')}, {path}.", markup=False)

    async def action_open(self) -> None:
        await open_dialog(self.app, add_credit(self.app))

    def status_line(self) -> tuple[Content, Content]:
        """The order stands here only where the line of switches has no room."""
        words, order = super().status_line()
        if self.query_one("#switches").display:
            save = context(self).keymap.spelled("list.save")
            rows = f"a row per {self.EACH}" if self.EACH else "these rows"
            order = Content.styled(f"{save} saves {rows} as CSV ", "$text-muted")
        return words, order

    def why_off(self, action_id: str) -> str:
        anywhere = action_id.endswith((".form", ".open"))
        return "" if anywhere else super().why_off(action_id)
