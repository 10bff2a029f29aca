"""Faults on demand: a queue per operation, one fault per request.

A fault is `name` or `name:argument`. Once its queue is empty, an operation works again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from vasttui.simulator.http.canned import CANNED, FAILURES, big, failure, gzip_bomb, redirect
from vasttui.simulator.http.damage import DAMAGES, Change, damaged
from vasttui.simulator.http.limits import TOO_MANY, quota_exceeded, too_many_of_all
from vasttui.simulator.http.wire import Reply, Trouble, whole_reply
from vasttui.units import HOUR


@dataclass(frozen=True, slots=True)
class Fault:
    """One planned fault; `str(fault)` is how it was written."""

    name: str
    argument: str = ""

    def __str__(self) -> str:
        return f"{self.name}:{self.argument}" if self.argument else self.name


@dataclass(frozen=True, slots=True)
class Scene:
    """What a fault works with: the normal answer (only made when called), the time, the rate-limit
    interval, and `later`, which makes an answer that many seconds from now."""

    answer: Callable[[], Reply]
    now: float
    interval: float
    later: Callable[[float, Callable[[], Reply]], None]


def parse(text: str) -> Fault:
    """A fault from its text. Raises ValueError for an unknown fault."""
    name, _, argument = text.strip().partition(":")
    check = _ARGUMENTS.get(name)
    if check is None or not check(argument):
        known = ", ".join(sorted(_ARGUMENTS))
        raise ValueError(f"Unknown fault {text!r}. Known faults: {known}.")
    return Fault(name, argument)


class FaultPlan:
    """The planned faults and those already used, per operation."""

    def __init__(self) -> None:
        self._left: dict[str, deque[Fault]] = {}
        self._consumed: list[tuple[str, Fault]] = []

    def add(self, operation: str, faults: Iterable[str]) -> None:
        """Plan faults after those already planned. Raises ValueError for an unknown fault."""
        parsed = [parse(fault) for fault in faults]
        self._left.setdefault(operation, deque()).extend(parsed)

    def take(self, operation: str) -> Fault | None:
        """The fault for this request, which is now used up."""
        waiting = self._left.get(operation)
        if not waiting:
            return None
        fault = waiting.popleft()
        self._consumed.append((operation, fault))
        return fault

    def left(self) -> dict[str, list[str]]:
        """The faults not used yet."""
        return {name: [str(fault) for fault in left] for name, left in self._left.items() if left}

    def consumed(self) -> list[tuple[str, str]]:
        """(operation, fault) pairs in the order they were used, "ok" included."""
        return [(operation, str(fault)) for operation, fault in self._consumed]

    def clear(self) -> None:
        """Forget all faults, planned and used."""
        self._left.clear()
        self._consumed.clear()


def spoil(fault: Fault, scene: Scene) -> Reply:
    """The answer this fault turns the normal one into."""
    name, argument = fault.name, fault.argument
    if name in DAMAGES:
        return _damage(scene.answer(), DAMAGES[name])
    if name in CANNED:
        return CANNED[name]
    return _MAKERS[name](argument, scene)


def _damage(reply: Reply, change: Change) -> Reply:
    """A successful answer with its content changed; a refusal stays as it is."""
    if reply.status != 200:
        return reply
    return whole_reply(200, reply.headers, damaged(reply.read(), change))


def _at_once(reply: Reply) -> Reply:
    return whole_reply(reply.status, reply.headers, reply.read())


def _too_many(argument: str, scene: Scene) -> Reply:
    if argument == "shared":
        return too_many_of_all(scene.now)
    return TOO_MANY[argument or "plain"](scene.interval or 1.0, scene.interval or 1.0)


def _commit_then_reset(argument: str, scene: Scene) -> Reply:
    scene.answer().read()
    return _RESET


def _late_commit(argument: str, scene: Scene) -> Reply:
    scene.later(float(argument), scene.answer)
    return _RESET


_RESET = Reply(0, (), (), 0, Trouble("reset"))
_MAKERS: dict[str, Callable[[str, Scene], Reply]] = {
    "ok": lambda _, scene: scene.answer(),
    "http": lambda status, _: failure(int(status)),
    "429": _too_many,
    "quota": lambda _, scene: quota_exceeded(scene.now),
    "reset": lambda _, scene: _RESET,
    "commit_then_reset": _commit_then_reset,
    "late_commit": _late_commit,
    "garbage": lambda _, scene: Reply(0, (), (), 0, Trouble("garbage")),
    "stall": lambda seconds, scene: replace(
        scene.answer(), trouble=Trouble("stall", float(seconds or HOUR))
    ),
    "drip": lambda seconds, scene: replace(
        _at_once(scene.answer()), trouble=Trouble("drip", float(seconds))
    ),
    "truncate": lambda size, scene: replace(
        _at_once(scene.answer()), trouble=Trouble("truncate", float(size))
    ),
    "redirect": lambda url, _: redirect(url),
    "big": lambda size, _: big(int(size)),
    "gzip_bomb": lambda size, _: gzip_bomb(int(size or 300_000_000)),
}


def _nothing(argument: str) -> bool:
    return not argument


def _whole_number(argument: str) -> bool:
    return argument.isascii() and argument.isdigit()


def _seconds(argument: str) -> bool:
    whole_part, _, fraction = argument.partition(".")
    return _whole_number(whole_part) and (not fraction or _whole_number(fraction))


_ARGUMENTS: dict[str, Callable[[str], bool]] = {
    **dict.fromkeys((*DAMAGES, *CANNED, *_MAKERS), _nothing),
    "http": lambda argument: _whole_number(argument) and int(argument) in FAILURES,
    "429": lambda argument: argument in ("", "shared", *TOO_MANY),
    "stall": lambda argument: not argument or _seconds(argument),
    "drip": _seconds,
    "late_commit": _seconds,
    "truncate": _whole_number,
    "redirect": bool,
    "big": _whole_number,
    "gzip_bomb": lambda argument: not argument or _whole_number(argument),
}
