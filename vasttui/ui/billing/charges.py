"""What was spent: by day as a picture, by contract or otherwise in a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from vasttui.lists.billing_export import charges_csv, charges_json
from vasttui.lists.charge_grouping import Grouping
from vasttui.lists.charge_rows import FIELDS, ChargeRow, summary
from vasttui.lists.day_range import number_of
from vasttui.lists.resource import Fact, Resource
from vasttui.lists.waiting import waiting_in
from vasttui.models.billing import Charge
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.billing.adding_up import plot_of
from vasttui.ui.billing.charge_columns import MORE, columns_of
from vasttui.ui.billing.charge_details import daily, raw, split
from vasttui.ui.billing.charge_reading import EVERY, ChargeReading
from vasttui.ui.billing.charge_words import is_reading, loading, state_line
from vasttui.ui.billing.money_lines import (
    credit_line,
    idle_line,
    no_saving_line,
    saving_line,
)
from vasttui.ui.billing.plot import PlotDay
from vasttui.ui.billing.spend_plot import SpendPlot
from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.keys import bindings
from vasttui.ui.lines import clickable
from vasttui.ui.opening import open_dialog
from vasttui.ui.widgets.line import TextLine
from vasttui.words import money, plural

_ROWS = ((36, 8), (30, 6), (24, 5))
_FEWEST = 3
"""Rows of the plot by the height of the screen."""
_LISTS: Mapping[Grouping, str] = {
    grouping: f"charges-{grouping.name.lower()}"
    for grouping in Grouping
    if grouping is not Grouping.CONTRACT
}
"""The names of the lists in the preferences, but for the first one."""
_ALWAYS = ("charges.group", "charges.toggle")
"""Keys that need no row."""
_OF_THE_PLOT = ("charges.day_before", "charges.day_after")


class ChargesScreen(ChargeReading):
    """Plot, figures and rows; the keys that add up by something else."""

    SCOPE = "charges"
    EACH = "contract and day"
    BINDINGS: ClassVar[list[BindingType]] = bindings("charges", "range")

    _plotted: tuple[object, object] = (None, None)
    """What the plot was made of."""

    def make_resource(self) -> Resource[ChargeRow]:
        grouping = self.grouping
        columns = columns_of(grouping, number_of(self.today))
        first = {Grouping.DAY: "name", Grouping.STOPPED: "waited"}.get(grouping, "total")
        return Resource(
            name=_LISTS.get(grouping, "charges"),
            noun=grouping.value,
            id=lambda row: row.sum.key,
            private=lambda row: row.ids,
            columns=columns,
            fields=FIELDS,
            sort=((first, True),),
            shown=[column.key for column in columns if column.key not in MORE],
            summary=lambda rows: summary(rows, grouping, self.added.view),
            part=lambda rows, shown: summary(rows, grouping, self.added.view, shown),
            details={"Split": self._split, "Days": daily, "Raw": raw},
            read=self.read_days,
            every=EVERY,
            hints=("type to filter: kind:volume", "gone", "total>5", "train"),
        )

    def _split(self, row: ChargeRow) -> Sequence[Fact]:
        return self.added.splits.get(row.sum.key) or split(row, self.added.view.range)

    def compose_figures(self) -> Iterator[Widget]:
        plain = self.app.no_color or context(self).session.ascii_only
        yield TextLine(id="money")
        yield TextLine(id="idle")
        yield SpendPlot(colour=not plain, id="plot")

    def switches(self) -> Iterator[Content]:
        yield from super().switches()
        yield clickable(f"[per {self.grouping.value}]", "screen.group", "$text-accent")

    def show_rows(self, *, after_key: bool = False) -> None:
        super().show_rows(after_key=after_key)
        self.show_plot()

    def show_marks(self) -> None:
        super().show_marks()
        self.show_money()

    def show_everything(self) -> None:
        rows = next((rows for height, rows in _ROWS if self.size.height >= height), _FEWEST)
        self.query_one(SpendPlot).styles.height = rows + 1
        super().show_everything()

    def show_money(self) -> None:
        """What is left, what is spent, and what waits, or what the marked ones would save."""
        app = context(self)
        clock, fleet, width = app.session.clock, app.fleet, self.size.width
        now = clock.now()
        line = credit_line(fleet, width, now, clock.monotonic(), private=app.private)
        self.query_one("#money", TextLine).show(line)
        marked = [] if app.private else self.browse.marked
        saved = saving_line([row.held for row in marked if row.held], fleet, width, now)
        idle = self.query_one("#idle", TextLine)
        idle.show(saved or no_saving_line(marked, width) or idle_line(waiting_in(fleet), width))

    def show_plot(self) -> None:
        """The days of the rows that are shown."""
        plot, added, rows = self.query_one(SpendPlot), self.added, self.browse.rows
        hidden = not added.view.days or added.grouping is Grouping.DAY
        if hidden is not self.has_class("-no-plot"):
            self.set_class(hidden, "-no-plot", update=False)
            plot.update_node_styles()  # of this widget alone: those of all take a frame
        if hidden or (rows is self._plotted[0] and added is self._plotted[1]):
            return
        self._plotted = shown = rows, added
        part = len(rows) < len(added.rows)

        def draw(days: Sequence[PlotDay]) -> None:
            if self._plotted is shown:
                plot.show(days, self.today, part=part)

        if not part:
            draw(added.days)
        else:
            self._plots.ask(lambda: plot_of(added, rows), draw)

    def tick(self) -> None:
        super().tick()
        if self.is_current:
            self.show_money()

    def status_line(self) -> tuple[Content, Content]:
        words, right = super().status_line()
        snapshot, app = self.feed.snapshot, context(self)
        if self.history is None or snapshot.error is not None or self.paused:
            return words, right
        clock = app.session.clock
        width = self.size.width - right.cell_length
        again = None
        if snapshot.as_of is not None and not snapshot.busy and self.feed.on_screen:
            again = max(0.0, snapshot.as_of + EVERY - clock.monotonic())
        return state_line(self.view, clock.now(), width, app.keymap.spelled, again), right

    def nothing(self) -> tuple[str, str] | None:
        view = self.view
        if self.adding:
            return "Loading", "Adding up what was charged."
        if self.browse.list.all_rows or self.feed.snapshot.error is not None:
            return super().nothing()
        if is_reading(view):
            return "Loading", loading(view)
        if view.missing:
            return super().nothing()
        longer = context(self).keymap.spelled("range.longer")
        return "No charges", (f"Nothing was billed {self.in_range}. {longer} looks further back.")

    @property
    def nouns(self) -> str:
        return "charges"

    def read_count(self) -> str:
        """The strip counts no charges."""
        return ""

    def detail_title(self, row: ChargeRow) -> Content:
        days = plural(row.sum.days, "day")
        count = plural(row.sum.contracts, "contract")
        source = row.sum.key.replace("-", " ", 1) if row.kind else count
        names = dict.fromkeys((row.name, source))
        return Content(" · ".join((*names, days, money(row.total))))

    def action_group(self) -> None:
        """The same charges, added up by something else."""
        self.grouping = self.grouping.next
        self.make_rows(self.view)
        self.show_switches()

    def action_day(self, step: int) -> None:
        """Read one day of the plot."""
        if not self.refused(self.why_off("charges.day_before")):
            self.query_one(SpendPlot).step(step)

    def on_spend_plot_chosen(self, event: SpendPlot.Chosen) -> None:
        self.query_one(SpendPlot).choose(event.index)

    def action_escape(self) -> None:
        plot = self.query_one(SpendPlot)
        if plot.day is not None:
            plot.choose(None)
        else:
            super().action_escape()

    def action_stop_or_start(self) -> None:
        """Stop reading days, or go on."""
        if self.history is None:
            return
        if is_reading(self.view) and not self.view.is_cancelled:
            self.history.cancel()
        else:
            self.feed.refresh()

    def action_offers(self) -> None:
        row = self.browse.current
        if not self.refused(self.why_off("charges.offers")) and row is not None:
            context(self).show_offers(f"m:{row.machine_id}")

    async def action_reserve(self) -> None:
        """Pay ahead for the instance of the row."""
        app, row = context(self), self.browse.current
        if self.refused(self.why_off("charges.reserve")):
            return
        if row is not None and isinstance(row.held, FleetRow):
            # start-up: the dialogs and their widgets take 25 ms to import
            from vasttui.ui.reserve.flow import ReserveFlow

            flow = ReserveFlow(app).ask(app.fleet.row(row.held.id))
            await self.change(flow)

    def why_off(self, action_id: str) -> str:
        if action_id in _ALWAYS:
            return ""
        if action_id in _OF_THE_PLOT:
            return self._why_no_plot
        row = self.browse.current
        if action_id == "charges.offers" and row is not None and row.machine_id is None:
            return "no machine is known: it is gone, or on several"
        if action_id == "charges.reserve" and row and not isinstance(row.held, FleetRow):
            return "only an instance that you have can be reserved"
        return super().why_off(action_id)

    @property
    def _why_no_plot(self) -> str:
        if self.added.grouping is Grouping.DAY:
            return "there is no plot beside days: each has its bar"
        if self.has_class("-zoomed"):
            spell = context(self).keymap.spelled
            return f"the plot is not shown beside large details: {spell('list.zoom')} makes room"
        return "" if self.added.view.days else "no day was read yet"

    async def action_copy(self) -> None:
        if self.targets:
            await self.copy("\n".join(money(row.total) for row in self.targets))

    async def action_copy_as(self) -> None:
        if self.targets:
            await open_dialog(self.app, self._copy_as(self.targets))

    async def _copy_as(self, rows: Sequence[ChargeRow]) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.modals.copy_as import CopyAsModal, CopyOption

        columns = self.resource.choose(self.chosen)
        text = ("  ".join(column.cell(row)[0] for column in columns) for row in rows)
        charges, gpus = _charges(rows), self.view.gpus
        options = (
            CopyOption("Text", "\n".join(text)),
            CopyOption("CSV", charges_csv(charges, gpus)),
            CopyOption("JSON", charges_json(charges, gpus)),
        )
        chosen = await self.app.push_screen_wait(CopyAsModal(options))
        if chosen is not None:
            clipboard = context(self).session.clipboard
            await copy_and_show(self.app, clipboard, chosen.text)

    def export(self, *, as_json: bool) -> tuple[str, int]:
        charges, gpus = _charges(self.browse.rows), self.view.gpus
        text = charges_json(charges, gpus) if as_json else charges_csv(charges, gpus)
        return text, len(charges)


def _charges(rows: Sequence[ChargeRow]) -> list[Charge]:
    """All charges of these rows, the newest first."""
    return sorted((charge for row in rows for charge in row.sum.rows), key=lambda one: -one.day)
