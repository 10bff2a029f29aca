"""What the screens say about rentals that are under way."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from vasttui.services.renting.rental import RentState


def rent_words(states: Sequence[RentState]) -> Content | None:
    """How the rentals go, what needs the user first; None when there are none."""
    if not states:
        return None
    first = max(states, key=lambda state: (state.is_alarm, state.opened_at))
    more = f" · and {len(states) - 1} more" if len(states) > 1 else ""
    mark, style = ("✖", "bold $text-error") if first.is_alarm else ("◐", "bold $text-accent")
    words = f": {first.sentence}{more}"
    return Content.assemble((f" {mark} rent {first.name}", style), words)
