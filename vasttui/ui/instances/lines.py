"""The lines of text around the instance table."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from vasttui.services.actions.state import ActionState
from vasttui.services.fleet.snapshot import Fleet
from vasttui.ui.lists.lines import Spell, all_hidden, no_key, remedy


def nothing(fleet: Fleet, *, signed_in: bool, count: str, spell: Spell) -> tuple[str, str]:
    """Title and text for a table without rows; `count` tells of rows that the filter hides."""
    offers = spell("app.offers")
    if not signed_in:
        return "Instances need an API key", no_key(spell)
    if fleet.as_of is None and fleet.error is not None:
        hint = remedy(fleet.error, spell) or f"{spell('app.refresh')} retries."
        return "Instances cannot be shown", f"{fleet.error}\n\n{hint}"
    if fleet.as_of is None:
        return "Loading", "Asking for your instances."
    if count:
        return "Nothing matches", all_hidden(count.partition(":")[0], spell)
    if fleet.bad:
        text = f"None of {fleet.bad} could be read. {' '.join(fleet.reasons)}"
        return "Unreadable instances", text
    return "No instances", f"Nothing is rented, so nothing is billed. {offers} shows the offers."


def actions_line(states: Sequence[ActionState]) -> Content | None:
    """What is being done to instances; None when nothing is."""
    if not states:
        return None
    first = states[0]
    more = f" · and {len(states) - 1} more" if len(states) > 1 else ""
    return Content.assemble((f" {first.what} {first.name}", "bold"), f": {first.sentence}{more}")
