"""Why no offer matches: what stands in place of an empty table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.timer import Timer
from textual.widget import Widget

from vasttui.lists.offer_browse import OfferBrowse
from vasttui.query.rules import Rule
from vasttui.services.market.state import MarketState
from vasttui.ui.context import context
from vasttui.ui.offers import lines as offer_lines
from vasttui.ui.parts import ScreenPart

if TYPE_CHECKING:
    from vasttui.models.money import PricedOffer
    from vasttui.ui.lists.screen import ListScreen
    from vasttui.ui.offers.no_match import NoMatch

    _OfferList = ListScreen[PricedOffer]
else:
    _OfferList = ScreenPart

_EXPLAIN_AFTER = 0.1


class EmptyOffers(_OfferList):
    """Explains an empty list, and offers to drop the rule that empties it."""

    browse: OfferBrowse

    def __init__(self, browse: OfferBrowse) -> None:
        super().__init__(browse)
        self.blamed: list[Rule | None] = []
        """The rules blamed for an empty list; None is the avoid list."""
        self._no_match: NoMatch | None = None
        self._explaining: Timer | None = None

    @property
    def snapshot(self) -> MarketState:
        return context(self).market

    def show_empty(self) -> None:
        if self._explaining is not None:
            self._explaining.stop()
        if not self.browse.rows and not offer_lines.still_coming(self.snapshot):
            # Not at every key: to find the rule to blame takes longer than a frame.
            self._explaining = self.set_timer(_EXPLAIN_AFTER, self.show_no_match)
        elif self.has_class("-empty"):
            self.swap_table(False)

    def compose_stand_in(self) -> Iterator[Widget]:
        yield from ()

    @property
    def no_match(self) -> NoMatch:
        """Replaces an empty table; made when first needed."""
        if self._no_match is None:
            # start-up: its list takes 15 ms to import and to mount
            from vasttui.ui.offers.no_match import NoMatch

            self._no_match = NoMatch()
            self.query_one("#main").mount(self._no_match, after=self.table)
        return self._no_match

    def swap_table(self, empty: bool) -> None:
        """Show the explanation instead of the table, or the table again."""
        if self.has_class("-empty") is not empty:
            self.no_match.display = empty
            self.table.display = not empty
            self.set_class(empty, "-empty")
            self.show_keys()
            if not self.bar.input.has_focus:  # what was hidden has lost the focus
                self.set_focus(self.no_match.suspects if empty else self.table)

    def show_no_match(self) -> None:
        """Explain why there are no rows."""
        self.swap_table(True)
        self._explain()
        self.show_keys()

    def _explain(self) -> None:
        rows, app, state = self.browse.list, context(self), self.snapshot
        spell = app.keymap.spelled
        if not rows.all_rows:
            title, text = offer_lines.nothing_yet(
                state, app.session.place, rows.fetched, spell, rows.unfit_count
            )
            self.no_match.say(title, text)
            return
        explanation = self.browse.explain()
        self.blamed = [one.rule for one in explanation.blames]
        if rows.left_out.count:
            self.blamed.insert(0, None)

        def in_hand(rule: Rule) -> bool:
            return self.browse.loaded_without(rule, state, app.gpu_names)

        asked = not state.busy and state.query == self.browse.queries(app.gpu_names)[1]
        none, more = offer_lines.no_match(state, rows.fetched, asked)
        if rows.left_out.count:
            hidden = offer_lines.hidden_all(rows.left_out.machine_count, rows.left_out.count, spell)
            more = f"{hidden} {more}".rstrip()
        blame = offer_lines.blame(explanation, in_hand, rows.left_out.count, spell)
        self.no_match.explain(none, more, *blame)

    def table_keys(self) -> list[tuple[str, str, str]]:
        keys = super().table_keys()
        if self.has_class("-empty") and self.no_match.suspects.display:
            keys[1:1] = [("↑↓", "rules", ""), ("enter", "drop rule", "")]
        return keys
