"""The note about a machine: one line."""

from __future__ import annotations

from textual.content import Content

from vasttui.models.machine_memory import NOTE_CAP
from vasttui.ui.context import AppContext
from vasttui.ui.format import HIDDEN
from vasttui.ui.modals.ask import AskModal

_ABOUT = f"{NOTE_CAP} letters at most; on this computer only."


async def ask_note(app: AppContext, machine: int) -> None:
    """Ask for the note; an empty one is none."""
    if app.live is None or not app.machines.loaded:
        text = "The memory of this computer is not read yet."
        app.say_while(lambda: not app.machines.loaded, text)
        return
    number = HIDDEN if app.private else machine
    before = app.machines.mark(machine).note
    modal = AskModal(
        f"Note about machine {number}", Content(_ABOUT), "Note", before, "Keep", most=NOTE_CAP
    )
    note = await app.push_screen_wait(modal)
    if note is None or note == before:
        return
    app.live.machines.note(machine, note)
    app.notify(f"Machine {machine}: {'noted' if note else 'no note any more'}.", markup=False)
