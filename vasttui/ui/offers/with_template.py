"""Offers for a template: those that fit, and the template for the next rental."""

from __future__ import annotations

from dataclasses import replace

from vasttui.models.template import Template
from vasttui.query.template_filters import needs_filter
from vasttui.ui.format import fit
from vasttui.ui.offers.view import OffersView

_ROOM = 20
"""Cells for the name of a template."""


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

    def use_template(self, template: Template) -> None:
        """Show the offers that have what it needs, priced with its disk; rent with it."""
        if self.template is None:
            self._before = (self.bar.text, self.browse.choice.usage.disk)
        self.template = template
        self.bar.set_text(_filter_for(template))
        self.leave_filter()
        if template.disk is not None:
            self._use_disk(template.disk)
        self.show_everything()
        left = needs_filter(template.needs).left_out
        if left:
            text = f"{template.name} also needs what the filter cannot say: {', '.join(left)}."
            self.app.notify(text, severity="warning", markup=False)

    def action_without_template(self) -> None:
        """Rent without it again."""
        template = self.template
        if template is None:
            return
        text, disk = self._before
        self.template = None
        if self.bar.text == _filter_for(template):
            self.bar.set_text(text)
        if self.browse.choice.usage.disk == template.disk:
            self._use_disk(disk)
        self.show_everything()
        self.app.notify(f"No longer renting with {template.name}.", markup=False)

    def action_escape(self) -> None:
        """Esc drops the template after what it drops otherwise."""
        rows = self.browse.list
        others = rows.gone is not None or self.browse.marks
        ours = self.template is not None and self.bar.text in ("", _filter_for(self.template))
        if ours and not others:
            self.action_without_template()
        else:
            super().action_escape()

    def _use_disk(self, disk: float) -> None:
        choice = self.browse.choice
        self.choice_made(replace(choice, usage=replace(choice.usage, disk=disk)))


def _filter_for(template: Template) -> str:
    """What it needs as a filter; a virtual machine needs a host for such."""
    machine = "vms_enabled=true" if template.is_vm else ""
    return " ".join(filter(None, (needs_filter(template.needs).text, machine)))
