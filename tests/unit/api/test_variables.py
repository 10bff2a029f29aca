"""Variables, in all the shapes the service uses."""

from __future__ import annotations

import json

import pytest

from tests.support.http import Script, client_of, reply
from vasttui.api.outcome import Fate
from vasttui.errors import BrokenAnswer


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"success": True, "secrets": {"A": "********", "B": "*****"}}, ["A", "B"]),
        ({"success": True, "secrets": {}}, []),
        ({"success": True, "secrets": []}, []),
        ({"success": True, "secrets": None}, []),
        ({"secrets": {"A": None, "B": 7}}, ["A", "B"]),
        ({"secrets": [{"key": "A", "value": "*"}, {"name": "B"}, "C", 7, {}, None]},
         ["A", "B", "C"]),
        (["A"], ["A"]),
        ({"secrets": {"\x1b[31mred\u202e": "*", "[/]": "*"}}, ["␛[31mred", "[/]"]),
    ],
)  # fmt: skip
async def test_lists(body: object, names: list[str]) -> None:
    script = Script(reply(json.dumps(body)))
    client = client_of(script)
    assert [one.name for one in await client.variables.list()] == names
    [request] = script.requests
    assert (request.method, request.url.path) == ("GET", "/api/v0/secrets/")
    await client.aclose()


async def test_a_huge_list() -> None:
    many = {f"N{number}": "********" for number in range(20_000)}
    client = client_of(Script(reply({"secrets": many})))
    assert len(await client.variables.list()) == 20_000
    await client.aclose()


@pytest.mark.parametrize("body", ["{}", "7", "null", '{"secrets": "A"}', '{"secrets": 7}'])
async def test_an_answer_without_variables_is_no_empty_list(body: str) -> None:
    client = client_of(Script(reply(body)))
    with pytest.raises(BrokenAnswer):
        await client.variables.list()
    await client.aclose()


async def test_changes_are_sent_as_documented_and_values_are_never_recorded() -> None:
    script = Script(reply({"success": True, "msg": "done"}))
    client = client_of(script)
    for outcome in (
        await client.variables.add("A", "geheim"),
        await client.variables.change("A", "geheim"),
        await client.variables.delete("A"),
    ):
        assert outcome.fate is Fate.OK
    sent = [(one.method, one.url.path, json.loads(one.content)) for one in script.requests]
    path, both = "/api/v0/secrets/", {"key": "A", "value": "geheim"}
    assert sent == [("POST", path, both), ("PUT", path, both), ("DELETE", path, {"key": "A"})]
    assert "geheim" not in repr(client.exchanges)
    await client.aclose()
