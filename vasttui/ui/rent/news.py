"""What the screens say about rentals that are under way or went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from vasttui.ui.context import AppContext
from vasttui.ui.keys import Keymap

if TYPE_CHECKING:
    from vasttui.services.renting.rental import RentState


def rent_lines(state: RentState, keymap: Keymap) -> list[str]:
    """How a rental goes or ended, a sentence each: first what is wrong with it."""
    lines = [*state.alarms, state.sentence]
    if state.key_trouble is not None:
        lines.insert(0, _key_line(state, keymap))
    return lines


def _key_line(state: RentState, keymap: Keymap) -> str:
    trouble = state.key_trouble
    assert trouble is not None
    key = keymap.spelled("instances.attach")
    advice = f": press {key} on it to see and attach keys" if state.is_over and key else ""
    return f"{trouble.what}{advice}. {trouble.why}".strip()


def rent_words(app: AppContext) -> Content | None:
    """The rentals in one line, what needs the user first; None when there are none."""
    if not app.renting:
        return None
    states = app.renting.values()
    first = max(states, key=lambda state: (state.is_alarm, state.opened_at))
    mark, style = ("✖", "bold $text-error") if first.is_alarm else ("◐", "bold $text-accent")
    *wrong, sentence = rent_lines(first, app.keymap)
    tone = "$text-error" if first.is_alarm else "$text-warning"
    return Content.assemble(
        (f" {mark} {first.title}", style),
        ": ",
        *((f"{line} ", tone) for line in wrong),
        sentence,
        f" · and {len(states) - 1} more" if len(states) > 1 else "",
    )
