"""Textual looks for the handlers of each message in all classes of its receiver, and for the
parameters of each callback: tests remember both, which takes a twentieth of their time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from inspect import CO_VARARGS, CO_VARKEYWORDS
from typing import Any

from textual import _callback
from textual.message import Message
from textual.message_pump import MessagePump

Handler = Callable[[Message], Awaitable[Any]]

_find = MessagePump._get_dispatch_methods  # noqa: SLF001
_count = _callback._count_parameters  # noqa: SLF001

_known: dict[tuple[type, str, type], tuple[tuple[type, Callable[..., Any]], ...] | None] = {}


def handlers(pump: MessagePump, name: str, message: Message) -> Iterable[tuple[type, Handler]]:
    """The handlers of a message, as Textual finds them. The classes are as they were first."""
    key = type(pump), name, type(message)
    if key not in _known:
        _known[key] = _named(type(pump), name, type(message))
    known = _known[key]
    if known is None:
        yield from _find(pump, name, message)
        return
    for where, method in known:
        if message._no_default_action:  # noqa: SLF001
            break
        yield where, method.__get__(pump, where)


def _named(
    pump: type, name: str, message: type
) -> tuple[tuple[type, Callable[..., Any]], ...] | None:
    """Those found by their names; None if there are others."""
    found = []
    for where in pump.__mro__:
        if any(one in where.__dict__.get("_decorated_handlers", ()) for one in message.__mro__):
            return None
        method = where.__dict__.get(f"_{name}") or where.__dict__.get(name)
        if method is not None and not getattr(method, "_textual_on", None):
            found.append((where, method))
    return tuple(found)


def parameters(callback: Callable[..., Any]) -> int:
    """The number of parameters of a callback."""
    plain = getattr(callback, "__func__", callback)
    code = getattr(plain, "__code__", None)
    if code is None or hasattr(plain, "__wrapped__"):
        return _count(callback)
    more = bool(code.co_flags & CO_VARARGS) + bool(code.co_flags & CO_VARKEYWORDS)
    return int(code.co_argcount + code.co_kwonlyargcount) + more - (plain is not callback)
