"""Offers and explains the variables that an image reads, where they are typed."""

from __future__ import annotations

import re
from collections.abc import Callable

from textual.content import Content
from textual.suggester import Suggester

from vasttui.models.known_variables import known_variables

_LAST = re.compile(r"(?:^|(?<=\s))([A-Za-z_][A-Za-z0-9_]*)?\Z")
"""The name at the end, perhaps none yet."""


class VariableSuggester(Suggester):
    """Completes the name at the end of the line; after a blank, the next one that is not set."""

    def __init__(self, image: Callable[[], str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._image = image

    async def get_suggestion(self, value: str) -> str | None:
        found = _LAST.search(value)
        if found is None:
            return None
        start = found[1] or ""
        for name, _ in known_variables(self._image()):
            if name.startswith(start.upper()) and f"{name}=" not in value:
                return f"{value[: len(value) - len(start)]}{name}="
        return None


def variable_example(image: str) -> str:
    """What an empty field shows: the variables of the image, else what they look like."""
    own = known_variables(image)[:2]
    names = [one.name for one in own if not one.name.endswith("_PORT")]
    return " ".join(f"{name}=…" for name in names) or "HF_TOKEN=… MODE=train"


def variable_lines(image: str) -> Content:
    """What the image, and Vast.ai, read: a line each."""
    known = known_variables(image)
    room = max(len(one.name) for one in known)
    return Content("\n").join(
        Content.assemble((f"{one.name:<{room}}  ", "$text-accent"), (one.about, "$text-muted"))
        for one in known
    )
