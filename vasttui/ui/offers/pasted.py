"""A search of the official client, pasted into the filter of the offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from vasttui.models.search import SearchOptions
from vasttui.ui.context import context
from vasttui.ui.offers.switches import RENTAL_WORDS, trust_words
from vasttui.ui.offers.with_template import WithTemplate

if TYPE_CHECKING:
    from vasttui.lists.sorting import SortKeys
    from vasttui.query.command import SearchCommand


class PastedCommand(WithTemplate):
    """It sets the switches and the order too, and says so. Esc gives back what they were, unless
    they were changed meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self._replaced: tuple[SearchOptions, SortKeys] | None = None
        self._given_back: tuple[SearchOptions, SortKeys] | None = None

    def read_paste(self, text: str) -> str:
        # start-up: the filter is empty
        from vasttui.query.command import search_command

        command = search_command(text)
        if command is not None:
            self.call_next(self._follow, command, self._switched)
        return super().read_paste(text)

    @property
    def _switched(self) -> tuple[str, ...]:
        """The switches that a command sets."""
        choice = self.browse.choice
        hosts = trust_words(self.browse.query, choice)
        return hosts, RENTAL_WORDS[choice.rental], f"{choice.usage.disk:g} GB"

    def _follow(self, command: SearchCommand, switched: tuple[str, ...]) -> None:
        """Search as the official client would."""
        # start-up: as above
        from vasttui.ui.widgets.pasting import words

        browse = self.browse
        choice, before = browse.choice, self._replaced or (browse.choice, browse.sort)
        self.bar.set_text(words(command.query))
        disk = choice.usage.disk if command.disk is None else command.disk
        usage = structs.replace(choice.usage, disk=disk)
        self.choice_made(SearchOptions(command.rental, "verified", usage))
        unknown = browse.sort_by_fields(command.order)
        if command.order:
            self.sorted()
        self._replaced = before
        pairs = zip(switched, self._switched, strict=True)
        changed = [f"{old} → {new}" for old, new in pairs if old != new]
        left = [*command.ignored, *(f"order by {name}" for name in unknown)]
        said = [f"Left out: {', '.join(left)}."] if left else []
        if changed:
            key = context(self).keymap.spelled("list.escape")
            said.append(f"Set by the command: {', '.join(changed)}; {key} undoes it.")
        if said:
            context(self).say_while(lambda: self._replaced is before, " ".join(said))

    def choice_made(self, choice: SearchOptions) -> None:
        self._replaced = self._given_back = None
        super().choice_made(choice)

    def clear_filter(self) -> None:
        super().clear_filter()
        self._give_back()

    def action_escape(self) -> None:
        if self.bar.text or not self._give_back():
            super().action_escape()

    def _give_back(self) -> bool:
        """The switches and the order as they were before a command; False without one."""
        if self._replaced is None:
            return False
        gone = self.browse.choice, self.browse.sort
        self._set(*self._replaced)
        self._given_back = gone
        return True

    def bring_back(self) -> None:
        super().bring_back()
        if self._given_back is not None:
            before = self.browse.choice, self.browse.sort
            self._set(*self._given_back)
            self._replaced = before

    def _set(self, choice: SearchOptions, sort: SortKeys) -> None:
        """Use these switches and this order."""
        self.browse.set_sort(sort)
        self.sorted()
        self.choice_made(choice)
