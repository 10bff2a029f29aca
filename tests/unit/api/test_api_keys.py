"""API keys, in all the shapes the service uses."""

from __future__ import annotations

import json

import pytest

from tests.support.http import Script, client_of, reply
from vasttui.api.outcome import Fate
from vasttui.errors import BrokenAnswer
from vasttui.models.api_key import NewApiKey
from vasttui.models.rights import EVERYTHING, RENTING, WATCHING, log_of, permissions, risks

TEXT = "ab" * 32


def rights(names: object) -> dict[str, object]:
    return {"api": names}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (permissions(EVERYTHING), "everything"),
        (permissions(WATCHING), "watching: sees instances, prices, charges; changes nothing"),
        (permissions(RENTING), "renting: watching, and rents, starts, stops, destroys"),
        (json.dumps(permissions(EVERYTHING)), "everything"),
        (rights({"misc": {}, "user_read": {}}), "own: 2 of 11 rights"),
        (rights({"instance_read": {"api.instance.request_logs": {"constraints": {}}}}),
         "own: 1 of 11 rights, limited"),
        (log_of(54), "one instance: log of 54"),
        (json.dumps(log_of(54)), "one instance: log of 54"),
        (rights({"misc": {}, "instance_read": {"api.instance.request_logs": {"constraints": {
            "id": {"eq": 54}}}}}), "own: 2 of 11 rights, limited"),
        (rights({"instance_read": {"api.instance.request_logs": {"constraints": {
            "id": {"eq": True}}}}}), "own: 1 of 11 rights, limited"),
        (rights({"quantum_read": {}}), "own: 0 of 11 rights"),
        (rights({}), "none"),
        ("read", "read"),
        ("[/]\x1b[1m", "[/]␛[1m"),
        ("{", "{"),
        (None, "?"), ({}, "?"), (7, "?"), ([], "?"), (rights([]), "?"), (rights(None), "?"),
    ],
)  # fmt: skip
async def test_rights_in_words(raw: object, words: str) -> None:
    client = client_of(Script(reply({"apikeys": [{"id": 5, "name": "ci", "rights": raw}]})))
    [key] = await client.api_keys.list()
    assert (key.title, key.rights.words) == ("ci", words)
    await client.aclose()


@pytest.mark.parametrize(
    ("row", "seen"),
    [
        ({"id": 5, "user_id": 9, "team_id": None}, (5, "key 5", None, None)),
        ({"id": 5, "name": None, "created_at": "2026"}, (5, "key 5", None, None)),
        ({"id": 5, "name": 7, "team_name": 8}, (5, "key 5", None, None)),
        ({"id": 5, "name": "\x1b]0;x", "team_name": "T", "created_at": 1.5},
         (5, "␛]0;x", "T", 1.5)),
    ],
)  # fmt: skip
async def test_wrong_types_make_a_field_unknown_and_lose_no_row(
    row: dict[str, object], seen: tuple[object, ...]
) -> None:
    bad = [7, None, {}, {"id": "5"}, {"id": 0}, {"id": 6, "deleted_at": 1.0}]
    client = client_of(Script(reply({"apikeys": [*bad, row]})))
    [key] = await client.api_keys.list()
    assert (key.id, key.title, key.team_name, key.created_at) == seen
    await client.aclose()


@pytest.mark.parametrize("body", ["{}", "7", '{"apikeys": null}', '"text"'])
async def test_an_answer_without_keys_is_no_empty_list(body: str) -> None:
    client = client_of(Script(reply(body)))
    with pytest.raises(BrokenAnswer):
        await client.api_keys.list()
    await client.aclose()


async def test_a_list_may_come_bare() -> None:
    client = client_of(Script(reply([{"id": 5}])))
    assert [key.id for key in await client.api_keys.list()] == [5]
    await client.aclose()


async def test_a_key_is_made_and_its_text_recorded_nowhere() -> None:
    script = Script(reply({"id": 5, "key": TEXT, "permissions": {}}))
    client = client_of(script)
    outcome = await client.api_keys.create("ci", permissions({"misc"}))
    assert outcome.data == NewApiKey(5, TEXT)
    [request] = script.requests
    assert (request.method, request.url.path) == ("POST", "/api/v0/auth/apikeys/")
    assert json.loads(request.content) == {"name": "ci", "permissions": {"api": {"misc": {}}}}
    assert TEXT not in repr(client.exchanges)
    assert TEXT not in repr(outcome)
    await client.aclose()


@pytest.mark.parametrize(
    "body",
    [{"success": True}, {"id": 5}, {"id": 5, "key": ""}, {"id": "5", "key": TEXT},
     {"id": 5, "key": "with blank and more"}, [], "Successfully"],
)  # fmt: skip
async def test_an_answer_without_the_text_confirms_no_key(body: object) -> None:
    client = client_of(Script(reply(json.dumps(body))))
    assert (await client.api_keys.create("ci", {})).fate is Fate.UNKNOWN
    await client.aclose()


@pytest.mark.parametrize(
    ("body", "fate"),
    [
        ("Successfully Deleted API Key", Fate.OK),
        ({"success": True}, Fate.OK),
        ("not deleted", Fate.UNKNOWN),
        ({}, Fate.UNKNOWN),
        ({"success": False, "msg": "no"}, Fate.REJECTED),
    ],
)
async def test_a_deletion_is_answered_with_a_text(body: object, fate: Fate) -> None:
    script = Script(reply(json.dumps(body)))
    client = client_of(script)
    assert (await client.api_keys.delete(5)).fate is fate
    assert script.requests[0].url.path == "/api/v0/auth/apikeys/5/"
    await client.aclose()


async def test_a_reset_is_sent_as_the_official_client_does() -> None:
    script = Script(reply({"success": True, "new_api_key": TEXT}))
    client = client_of(script)
    outcome = await client.api_keys.reset()
    assert outcome.data == TEXT
    [request] = script.requests
    assert (request.method, request.url.path) == ("PUT", "/api/v0/commands/reset_apikey/")
    assert json.loads(request.content) == {"client_id": "me"}
    assert TEXT not in repr(client.exchanges)
    await client.aclose()


def test_what_a_key_could_do_to_its_owner() -> None:
    assert risks(WATCHING) == []
    assert risks(RENTING) == [
        "can spend your credit: the service knows no limit in dollars for a key"
    ]
    assert len(risks(EVERYTHING)) == 3
