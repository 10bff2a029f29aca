"""Finds an instance by what people call it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from vasttui.errors import NoSuchInstance
from vasttui.models.instance import Instance, InstanceList
from vasttui.models.status import phase_of


def find_instance(listed: InstanceList, called: str) -> Instance:
    """The instance with this id or label; if no label is written exactly so, capital letters do
    not count. Raises NoSuchInstance, with the candidates if there are several."""
    instances = listed.instances
    wanted = called.strip()
    ways = (
        [one for one in instances if str(one.id) == wanted],
        [one for one in instances if one.title == wanted],
        [one for one in instances if one.title.casefold() == wanted.casefold()],
    )
    found = next((some for some in ways if some), [])
    if len(found) == 1 and wanted:
        return found[0]
    if found and wanted:
        raise NoSuchInstance(
            f"{len(found)} instances are called {wanted}: name one by its id.", hint=_lines(found)
        )
    unread = f" {listed.bad} could not be read." if listed.bad else ""
    raise NoSuchInstance(
        f"There is no instance {wanted}.{unread}"
        if wanted
        else "Which instance? Its name is empty.",
        hint=f"Your instances:\n{_lines(instances)}" if instances else "You have no instances.",
    )


def names_for(instances: Sequence[Instance]) -> list[str]:
    """What to call each in a command: its label, or its id where the label is another's too, looks
    like an id or like an option, or there is none."""
    times = Counter(one.title for one in instances)
    return [
        str(one.id)
        if times[one.title] > 1 or not one.title or one.title[0] == "-" or one.title.isdigit()
        else one.title
        for one in instances
    ]


def _lines(instances: Sequence[Instance]) -> str:
    return "\n".join(
        f"  {one.id}  {phase_of(one).value:<10}  {one.title}".rstrip() for one in instances
    )
