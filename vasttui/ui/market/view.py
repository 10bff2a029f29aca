"""The market by GPU model as it is drawn, and the details."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content
from textual.widget import Widget

from vasttui.lists.market_rows import ModelRow, summary
from vasttui.lists.resource import Fact, Resource
from vasttui.query.offer_fields import OFFERS
from vasttui.services.memory.market_figures import FiguresOfMarket
from vasttui.ui.context import context
from vasttui.ui.format import age
from vasttui.ui.lines import clickable, first_fit, sort_words
from vasttui.ui.market import words
from vasttui.ui.market.columns import MarketCells
from vasttui.ui.market.mine import mine_lines, rentals_of, you
from vasttui.ui.market.own import own_note, own_places, own_words
from vasttui.ui.market.reading import MarketReading
from vasttui.ui.offers.switches import Switches, short_words
from vasttui.ui.price_plot import PricePlot
from vasttui.ui.widgets.line import TextLine

_SHOWN = (
    "gpu", "vram", "offers", "gpus", "low", "median", "spot", "value", "rel", "band", "days", "vs",
    "seen",
)  # fmt: skip
_LEAST_PLOT, _SMALL_PLOT = 12, 7
"""Lines from which on the details have room for the plot, and what it gets of large details that
have less."""
_VRAM = 50
"""Cells from which on the VRAM is in view."""
_UNIT = "$/h per GPU, all-in"


class MarketView(MarketReading):
    """Switches, counts, status and details."""

    SCOPE = "market"
    _failed = False

    def make_resource(self) -> Resource[ModelRow]:
        app = context(self)
        self.cells = MarketCells(
            app.session.clock.monotonic, lambda: words.asking_words(self.state),
            plain=app.session.ascii_only, hides_vram=self._hides_vram,
        )  # fmt: skip
        return Resource(
            name="market",
            noun="model",
            id=lambda row: row.id,
            columns=self.cells.columns(),
            fields=OFFERS,
            sort=(("median", False),),
            place=lambda row: 0,
            group=lambda row: row.group,
            heading=lambda row: row.heading,
            shown=_SHOWN,
            summary=summary,
            details={"Prices": self._prices, "Where": self._where, "Mine": self._mine},
            private=self._ids,
            hints=("type to filter: gpu:4090 n=1 rel>=.98 -cc:CN",),
        )

    def _hides_vram(self) -> bool:
        return "vram" not in self.chosen or self.table.fitting.is_slid or self.size.width < _VRAM

    def filter_typed(self, text: str) -> None:
        super().filter_typed(text)
        self.show_switches()

    def read_count(self) -> str:
        """The strip counts no models."""
        return ""

    def compose_switches(self) -> Iterator[Widget]:
        yield TextLine(id="switches")

    def show_everything(self) -> None:
        self.list_models()
        self.show_switches()
        super().show_everything()

    def sorted(self) -> None:
        super().sorted()
        self.show_switches()

    def show_switches(self) -> None:
        """The switches that the offers have too, the grouping, the unit, the order."""
        grouping = clickable(f"[{self.grouping.value}]", "screen.group", "$text-accent")
        switches = Switches(
            choice=self.choice, query=self.browse.query, sort=self.browse.sort, titles=self.titles
        )
        room = self.size.width - grouping.cell_length - len(_UNIT) - 4
        left, order = switches.line(room)
        right = Content.styled(f"{_UNIT} · {order.plain}", "$text-muted")
        self.query_one("#switches", TextLine).show(Content.assemble(left, " ", grouping), right)

    def show_counts(self) -> None:
        if not self.has_class("-narrow"):
            super().show_counts()
            return
        state, sort = self.state, sort_words(self.browse.sort[:1], self.titles)
        parts = (
            f"{len(self.browse.marks)}✓" if self.browse.marks else "",
            short_words(self.browse.query, self.choice), f"{state.known}/{state.models}",
            sort.removeprefix("sort "),
        )  # fmt: skip
        counts = " ".join(filter(None, parts))
        self.bar.show_counts(counts)
        self.bar.counts.styles.width = len(counts) + 2

    def status_line(self) -> tuple[Content, Content]:
        spell, snapshot, width = context(self).keymap.spelled, self.snapshot, self.size.width
        if snapshot.error is not None:
            wait = None if snapshot.next_try is None else snapshot.next_try - self._now
            every, busy = self.overview.spacing, snapshot.busy
            said = words.failed(snapshot.error, wait, every, spell, busy=busy)
            return Content.styled(f" {said}", "$text-error"), Content("")
        if not self._shown:
            return Content(" "), Content("")
        looks = self.feed.on_screen
        line = words.state_line(self.state, width, spell, paused=self.paused, on_screen=looks)
        own = own_note(self._own_figures, self._wall)
        return first_fit(width, line.append(f" {own}"), line) if own else line, Content("")

    def tick(self) -> None:
        super().tick()
        failed = self.snapshot.error is not None
        if self._failed and not failed:
            self.show_hint()
        self._failed = failed
        self.ask_own_figures()
        if self.is_current:  # the rows tell their age
            self.table.update_rows(self.browse.rows, self.browse.list.cursor_index or 0)

    def nothing(self) -> tuple[str, str] | None:
        spell, book = context(self).keymap.spelled, self.overview.book
        if book.models:
            return "No model has an offer", (
                f"None for these switches and this filter. {spell('market.trust')} widens the "
                f"hosts, {spell('market.rental')} changes the type of rental, "
                f"{spell('list.escape')} clears the filter."
            )
        if context(self).gpu_names or context(self).market.was_read:
            return "No model matches", f"{spell('list.escape')} clears the filter."
        waited = self._now - self._opened
        return "Loading", f"Asking for the models… {age(waited)}"

    def detail_title(self, row: ModelRow) -> Content:
        width = self.detail.size.width - 2
        return Content(words.title(row.model, row.vram, row.figures, width))

    def detail_lines(self, row: ModelRow, width: int) -> list[Content]:
        lines = super().detail_lines(row, width)
        past = self.past.of(row.gpu, self.prices_for, self.past.days)
        if self.tab != "Prices" or past is None or not past.days:
            return lines
        height = self.detail.size.height
        rows = height - len(lines)
        if rows < _LEAST_PLOT:
            if not self.has_class("-zoomed"):
                return lines
            rows = max(rows, min(_SMALL_PLOT, height))
        plain = context(self).session.ascii_only
        plot = PricePlot(past.days, past.today, past.span, rows, width, "$/h per GPU", plain)
        return [*plot.lines(), *lines]

    def _prices(self, row: ModelRow) -> Sequence[Fact]:
        figures, size = row.figures, self.detail.size
        if figures is None or not figures.offers:
            return self._told(row)
        past = self.past.of(row.gpu, self.prices_for, self.past.days)
        app, machines = context(self), self.overview.book.machines(row.model, row.size)
        demo, rental = app.session.past_offers is not None, self.choice.rental
        found = words.prices_lines(figures, rental, size.width, past, row.size, demo=demo)
        if own := self._own(row):
            found.insert(1, ("Vast.ai", own))
        if mine := you(row.model, app.machines, machines, private=app.private, size=row.size):
            found.append(("You", mine))
        return [Fact(*pair) for pair in found]

    def _mine(self, row: ModelRow) -> Sequence[Fact]:
        app = context(self)
        found = mine_lines(row.model, app.machines, private=app.private, size=row.size)
        return [Fact(*pair) for pair in found]

    def _ids(self, row: ModelRow) -> Sequence[int | None]:
        """Machines that the details name."""
        return [one.machine for one in rentals_of(row.model, context(self).machines, row.size)]

    def _where(self, row: ModelRow) -> Sequence[Fact]:
        if row.figures is None or not row.figures.offers:
            return self._told(row)
        found = words.where_lines(row.figures)
        own = own_places(self._own_figures, row.model, self._wall, several=row.several)
        return [Fact(*pair) for pair in (*found, *([("Vast.ai", own)] if own else ()))]

    def _own(self, row: ModelRow) -> str:
        """What Vast.ai itself says of the model."""
        width = self.detail.size.width
        return own_words(
            self._own_figures, row.model, self._wall, width, several=row.several
        )  # fmt: skip

    @property
    def _own_figures(self) -> FiguresOfMarket | None:
        live = context(self).live
        return None if live is None else live.figures

    @property
    def _wall(self) -> float:
        return context(self).session.clock.now()

    def _told(self, row: ModelRow) -> Sequence[Fact]:
        """What is said instead of figures that are not there."""
        spell = context(self).keymap.spelled
        if row.figures is None:
            found = [Fact("Now", words.not_known(row.name, row.past, spell))]
        elif not row.figures.whole:
            found = [Fact("Now", words.NONE_OF_PART)]
        else:
            found = [Fact("Now", words.none_there(row.past, spell))]
        past = self.past.of(row.gpu, self.prices_for, self.past.days)
        if past is not None and past.days:
            demo = context(self).session.past_offers is not None
            line = words.history(past, self.detail.size.width, row.size, demo=demo)
            found.append(Fact(words.days_words(past.span), line))
        if own := self._own(row):
            found.append(Fact("Vast.ai", own))
        return found
