from __future__ import annotations

import pytest

from tests.support.simulator import ask, demo_world
from vasttui.simulator.http.routing import Call, Route, Router
from vasttui.simulator.http.wire import Reply, json_reply


class _Things:
    def routes(self) -> list[Route]:
        return [
            Route("GET", "/api/v0/things/{thing}/parts/{part}", "part", self._part),
            Route("DELETE", "/api/v0/things/{thing}", "remove", self._part),
        ]

    def _part(self, call: Call) -> Reply:
        return json_reply(dict(call.params))


def test_a_path_gives_its_parts() -> None:
    match = Router([_Things()]).find("GET", "/api/v0/things/7/parts/left/")
    assert match.route is not None
    assert match.route.operation == "part"
    assert match.params == {"thing": "7", "part": "left"}


@pytest.mark.parametrize("path", ["/api/v0/things/7/parts", "/api/v1/things/7", "/things/7", "/"])
def test_other_paths_are_unknown(path: str) -> None:
    match = Router([_Things()]).find("DELETE", path)
    assert match.route is None
    assert not match.known_path


def test_operations_are_those_of_the_routes() -> None:
    assert Router([_Things()]).operations == {"part", "remove"}


def test_unknown_path_and_wrong_method_are_told_apart() -> None:
    world = demo_world()
    assert ask(world, "GET", "/api/v0/nothing/").status == 404
    assert ask(world, "GET", "/api/v1/bundles/").status == 404
    assert ask(world, "DELETE", "/api/v0/bundles/").status == 405


@pytest.mark.parametrize("path", ["/api/v0/gpu_names/unique", "/api/v0/gpu_names/unique/"])
def test_a_slash_at_the_end_does_not_matter(path: str) -> None:
    assert ask(demo_world(), "GET", path).status == 200
