"""Which class of Textual has a part: see `vasttui.ui.parts`."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from tests.support.source import PACKAGE, ROOT, modules
from vasttui.ui import parts

KINDS = tuple(one for one in vars(parts).values() if isinstance(one, type))


@cache
def screens() -> tuple[type, ...]:
    """All classes of the screens."""
    found: dict[type, None] = {}
    for module in modules(PACKAGE / "ui"):
        name = ".".join(module.path.relative_to(ROOT).with_suffix("").parts)
        for one in vars(import_module(name.removesuffix(".__init__"))).values():
            if isinstance(one, type) and one.__module__.startswith("vasttui.ui."):
                found[one] = None
    return tuple(found)


def is_part(cls: type) -> bool:
    """Whether Textual knows of it only as a base of others."""
    return issubclass(cls, KINDS) and type(cls) is type


def whole(cls: type) -> type:
    """The class itself, or of a part a class of Textual that has it."""
    if not is_part(cls):
        return cls
    return next(one for one in screens() if issubclass(one, cls) and not is_part(one))
