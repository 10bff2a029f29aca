"""Every public method of the screens says what it is for."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cached_property

from tests.support.source import PACKAGE, modules
from tests.support.wholes import whole

SCREENS = PACKAGE / "ui"
HOOKS = re.compile(r"(on|action|watch|key)_\w+|compose|render\w*|body")
"""Methods that Textual, or the frame of all dialogs, calls by their name."""


def classes(module: str) -> Iterator[type]:
    """The classes that a module defines, and those inside them."""
    found = list(vars(importlib.import_module(module)).values())
    while found:
        one = found.pop()
        if inspect.isclass(one) and one.__module__ == module:
            yield one
            found += vars(one).values()


def function_of(member: object) -> object:
    """The function behind a method or a property; None for anything else."""
    if isinstance(member, property):
        return member.fget
    if isinstance(member, cached_property):
        return member.func
    if isinstance(member, staticmethod | classmethod):
        return member.__func__
    return member if inspect.isfunction(member) else None


def explained_elsewhere(cls: type, name: str) -> bool:
    """Whether a base class explains it: one of a library, or one of ours with a docstring."""
    mro = whole(cls).__mro__
    bases = [base for base in mro[mro.index(cls) + 1 :] if name in vars(base)]
    return any(
        not base.__module__.startswith("vasttui")
        or inspect.getdoc(function_of(vars(base)[name])) is not None
        for base in bases
    )


def silent(module: str) -> list[str]:
    """The public methods of a module that nothing explains."""
    return [
        f"{module}: {cls.__qualname__}.{name}"
        for cls in classes(module)
        for name, member in vars(cls).items()
        if not name.startswith("_")
        and not HOOKS.fullmatch(name)
        and (function := function_of(member)) is not None
        and getattr(function, "__module__", "").startswith("vasttui")
        and not getattr(function, "__doc__", None)
        and not explained_elsewhere(cls, name)
    ]


def test_every_public_method_of_the_screens_is_explained() -> None:
    names = [one.name.removesuffix(".py").replace("/", ".") for one in modules(SCREENS)]
    assert len(names) > 80
    assert [text for name in names for text in silent(name)] == []
