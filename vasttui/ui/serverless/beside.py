"""A list whose sections stay in view beside a notice."""

from __future__ import annotations

from typing import TypeVar

from textual.content import Content

from vasttui.ui.context import context
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.places import place_of
from vasttui.ui.strip import names

Row = TypeVar("Row")


class BesideScreen(ResourceScreen[Row]):
    """A notice that has no room beside the sections stands in the line above the keys, and so does
    what is being changed."""

    def section_names(self) -> Content:
        """The sections without their counts, the current one in brackets."""
        place = place_of(self.SCOPE)
        shown = () if place is None else place.shown(self.SCOPE, hosts=context(self).hosts)
        return names(shown, self.SCOPE, {})

    @property
    def notice_room(self) -> int:
        return self.size.width - self.section_names().cell_length - 1

    def strip(self, sentence: Content | None) -> Content:
        if sentence is None or sentence.cell_length > self.notice_room:
            return super().strip(None)
        return Content.assemble(self.section_names(), "─", sentence)

    def under_way(self) -> Content | None:
        """What is being changed, and not seen yet."""
        live = context(self).live
        changes = () if live is None else live.serverless.changing
        return Content(f" {', '.join(changes)}: not seen yet") if changes else None

    def status(self, words: Content) -> Content:
        """The line above the keys: these words, or a notice that has no room beside the sections.
        While the list itself cannot be read, the words say so."""
        if not words.plain and context(self).signed_in and not self.paused:
            words = Content(" Loading…")
        notice = None if self.snapshot.error is not None else self.notice()
        return words if notice is None or notice.cell_length <= self.notice_room else notice
