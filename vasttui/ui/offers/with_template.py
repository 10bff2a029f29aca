"""Offers for a template: those that fit, and the template for the next rental."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs
from textual.content import Content

from vasttui.ui.context import context
from vasttui.ui.format import fit
from vasttui.ui.lines import clickable
from vasttui.ui.offers.view import OffersView

if TYPE_CHECKING:
    from vasttui.models.template import Template

_ROOM, _LEAST = 20, 4
"""Cells for the name of a template: at most, and at least if it is longer."""


class WithTemplate(OffersView):
    """A template is used until it is dropped; then filter and disk are as before, unless they were
    changed meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.template: Template | None = None
        self._before = ("", 0.0)

    @property
    def template_name(self) -> str:
        return "" if self.template is None else fit(self.template.name, _ROOM).rstrip()

    def chosen_in(self, room: int) -> Content:
        name = fit(self.template_name, max(0, room - len("with  "))).rstrip()
        token = clickable(f"with {name} ", "screen.without_template", "$text-accent")
        return token if len(name) >= min(_LEAST, len(self.template_name)) > 0 else Content("")

    def use_template(self, template: Template) -> None:
        """Show the offers that have what it needs, priced with its disk; rent with it."""
        if self.template is None:
            self._before = (self.bar.text, self.browse.choice.usage.disk)
        self.template = template
        self.bar.set_text(_filter_and_rest(template)[0])
        self.leave_filter()
        if template.disk is not None:
            self._use_disk(template.disk)
        self.show_everything()
        left = _filter_and_rest(template)[1]
        if left:
            text = f"{template.name} also needs what the filter cannot say: {', '.join(left)}."
            self.app.notify(text, severity="warning", markup=False)

    def app_changed(self, what: str) -> None:
        super().app_changed(what)
        live = context(self).live
        if what == "templates" and self.template is not None and live is not None:
            now = live.templates.known.get(self.template.id)
            if now is None:
                self.action_without_template()
            else:
                self.template = now
                self.show_switches()

    def action_without_template(self) -> None:
        """Rent without it again."""
        template = self.template
        if template is None:
            return
        text, disk = self._before
        self.template = None
        if self.bar.text == _filter_and_rest(template)[0]:
            self.bar.set_text(text)
        if self.browse.choice.usage.disk == template.disk:
            self._use_disk(disk)
        self.show_everything()
        self.app.notify(f"No longer renting with {template.name}.", markup=False)

    def action_escape(self) -> None:
        """Esc drops the template after what it drops otherwise."""
        rows = self.browse.list
        others = rows.gone is not None or self.browse.marks
        template, text = self.template, self.bar.text
        ours = template is not None and (not text or text == _filter_and_rest(template)[0])
        if ours and not others:
            self.action_without_template()
        else:
            super().action_escape()

    def _use_disk(self, disk: float) -> None:
        choice = self.browse.choice
        self.choice_made(structs.replace(choice, usage=structs.replace(choice.usage, disk=disk)))


def _filter_and_rest(template: Template) -> tuple[str, tuple[str, ...]]:
    """What it needs as a filter, and in words what that cannot say."""
    # start-up: it is only needed once a template was chosen
    from vasttui.query.template_filters import needs_filter

    return needs_filter(template.all_needs)
