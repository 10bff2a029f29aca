"""Reads a form for the offer and the credit of any moment; a script's file is read once."""

from __future__ import annotations

from collections.abc import Callable

from vasttui.errors import VastError
from vasttui.models.known_variables import KEY_SENTENCE
from vasttui.models.offer import Offer
from vasttui.ui.rent.fields import Form
from vasttui.ui.rent.form import Reading, read
from vasttui.ui.rent.onstart import read_script, script_file


async def reader(
    form: Form,
    *,
    offer: Callable[[], Offer],
    credit: Callable[[], float | None],
    clock: Callable[[], float],
    holds_key: Callable[[str], bool],
) -> Callable[[], Reading]:
    """Read the file of its script now, the rest at each call: with the offer, the credit ($) and
    the clock (epoch seconds) of that time. Nothing
    that `holds_key` recognises goes to a host."""
    typed, template, keys = form
    path, script = script_file(typed.onstart), None
    wrong: dict[str, str] = {}
    if path is not None:
        try:
            script = await read_script(path)
        except VastError as error:
            script, wrong = "", {"onstart": f"{error}"}

    for name in ("env", "onstart", "args"):
        text = script if name == "onstart" and script is not None else getattr(typed, name)
        if holds_key(text):
            wrong[name] = KEY_SENTENCE

    def reading() -> Reading:
        found = read(
            typed, offer(), template, script=script, keys=keys, credit=credit(), now=clock()
        )
        return Reading(None, found.wrong | wrong) if wrong else found

    return reading
