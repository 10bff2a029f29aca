"""The routing table: who answers a path, how often it may be called, whether it needs a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from vasttui.simulator.http.wire import Reply, Request


@dataclass(frozen=True, slots=True)
class Call:
    """A request matched to a route. `now` is epoch seconds; `key` is the API key or empty."""

    request: Request
    params: Mapping[str, str]
    now: float
    key: str


Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the routing table.

    `path` has no trailing slash and `{name}` for its variable parts. Faults are planned by
    `operation`. `interval` is the documented time between two requests in seconds (0: no limit),
    `burst` how many may come at once. An unknown key is answered with `bad_key_status`, which
    differs by path; None where keys are not checked.
    """

    method: str
    path: str
    operation: str
    handler: Handler
    interval: float = 0.0
    burst: int = 1
    needs_key: bool = True
    bad_key_status: int | None = 401


class Resource(Protocol):
    """A part of the service that owns some paths."""

    def routes(self) -> Sequence[Route]:
        """The rows it adds to the routing table."""


@dataclass(frozen=True, slots=True)
class Match:
    """The result of a lookup; without a route, `known_path` distinguishes 405 from 404."""

    route: Route | None
    params: Mapping[str, str]
    known_path: bool


class Router:
    """Finds routes by method and path, ignoring a trailing slash."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.routes = tuple(route for resource in resources for route in resource.routes())
        self.operations = frozenset(route.operation for route in self.routes)
        self._patterns: dict[int, list[tuple[Route, list[str]]]] = {}
        for route in self.routes:
            pattern = route.path.split("/")
            self._patterns.setdefault(len(pattern), []).append((route, pattern))

    def find(self, method: str, path: str) -> Match:
        """The route for that request."""
        parts = path.rstrip("/").split("/")
        known = False
        for route, pattern in self._patterns.get(len(parts), ()):
            params = _match(pattern, parts)
            if params is None:
                continue
            if route.method == method:
                return Match(route, params, True)
            known = True
        return Match(None, {}, known)


def _match(pattern: Sequence[str], parts: Sequence[str]) -> dict[str, str] | None:
    params = {}
    for wanted, part in zip(pattern, parts, strict=True):
        if wanted.startswith("{"):
            params[wanted[1:-1]] = part
        elif wanted != part:
            return None
    return params
