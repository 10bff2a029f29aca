"""Public keys, in all the shapes the service uses."""

from __future__ import annotations

import json

import pytest

from tests.support.http import Reply, Script, client_of, reply
from vasttui.api.client import VastClient
from vasttui.api.outcome import Fate
from vasttui.errors import AuthRejected, BrokenAnswer, NotFound, Rejected, VastError
from vasttui.models.ssh_key import SshKey

TEXT = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me@host"
LONG = "ssh-rsa " + "A" * 3_000 + " me@host"
ROW = {"id": 1, "user_id": 2, "public_key": TEXT, "created_at": "2023-01-01T12:00:00Z"}
KEY = SshKey(TEXT, 1, "2023-01-01T12:00:00Z")
TEAM = "Team SSH keys are not supported. SSH keys can only be created in personal context."


async def keys_of(client: VastClient, where: str) -> tuple[SshKey, ...]:
    if where == "account":
        return await client.ssh_keys.list()
    return await client.ssh_keys.attached(7)


@pytest.mark.parametrize("where", ["account", "instance"])
@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ([], ()),
        ([ROW], (KEY,)),
        ({"ssh_keys": [ROW]}, (KEY,)),
        ({"success": True, "ssh_keys": json.dumps([ROW])}, (KEY,)),
        ({"success": True, "ssh_keys": "[]"}, ()),
        ([{"id": 1, "key": f" {TEXT}\n"}], (SshKey(TEXT, 1),)),
        ([{"id": 1, "public_key": None, "key": TEXT}], (SshKey(TEXT, 1),)),
        ([{"id": "1", "key": TEXT}], (SshKey(TEXT),)),
        ([{**ROW, "created_at": 1672574400.5}], (SshKey(TEXT, 1, "2023-01-01"),)),
        ([{**ROW, "created_at": 1e300}], (SshKey(TEXT, 1),)),
        ([{"id": 1, "key": LONG}], (SshKey(LONG, 1),)),
        ([{**ROW, "deleted_at": "2024-01-01T12:00:00Z"}, ROW], (KEY,)),
        ([7, None, {}, {"key": ""}, {"key": 7}, ROW], (KEY,)),
        ([{"id": 1, "key": "ssh-rsa A\x1b[1m"}], (SshKey("ssh-rsa A␛[1m", 1),)),
    ],
)
async def test_lists_of_keys(where: str, body: object, keys: tuple[SshKey, ...]) -> None:
    script = Script(reply(json.dumps(body)))
    client = client_of(script)
    assert await keys_of(client, where) == keys
    [request] = script.requests
    path = "/api/v0/ssh/" if where == "account" else "/api/v0/instances/7/ssh/"
    assert (request.method, request.url.path) == ("GET", path)
    await client.aclose()


@pytest.mark.parametrize("where", ["account", "instance"])
@pytest.mark.parametrize(
    "none",
    [
        reply({"error": "no_ssh_keys", "msg": "No SSH keys found for the user."}, 404),
        reply({"msg": "No SSH keys found for the user."}, 404),
        reply("No SSH keys found for the user.", 404, kind="text/plain"),
    ],
)
async def test_no_keys_are_no_error(where: str, none: Reply) -> None:
    client = client_of(Script(none))
    assert await keys_of(client, where) == ()
    await client.aclose()


@pytest.mark.parametrize("where", ["account", "instance"])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (reply({"error": "no_such_instance", "msg": "gone"}, 404), NotFound),
        (reply({"error": "auth_error", "msg": "Invalid user key"}, 404), AuthRejected),
        (reply({"msg": "Session expired. Please log in again."}, 404), AuthRejected),
        (reply({"success": True, "ssh_keys": "[{"}), BrokenAnswer),
        (reply({"success": True, "ssh_keys": "{}"}), BrokenAnswer),
        (reply({"success": True, "ssh_keys": None}), BrokenAnswer),
        (reply({}), BrokenAnswer),
        (reply("7"), BrokenAnswer),
        (reply({"success": False, "msg": TEAM}, 400), Rejected),
    ],
)
async def test_what_does_not_say_that_there_are_none(
    where: str, fault: Reply, error: type[VastError]
) -> None:
    client = client_of(Script(fault))
    with pytest.raises(error):
        await keys_of(client, where)
    await client.aclose()


async def test_a_key_is_given_to_the_account_and_taken_away() -> None:
    script = Script(reply({"success": True, "key": ROW}))
    client = client_of(script)
    assert (await client.ssh_keys.add(TEXT)).fate is Fate.OK
    assert (await client.ssh_keys.replace(5, TEXT)).fate is Fate.OK
    assert (await client.ssh_keys.delete(5)).fate is Fate.OK
    assert (await client.ssh_keys.attach(7, TEXT)).fate is Fate.OK
    assert (await client.ssh_keys.detach(7, 5)).fate is Fate.OK
    assert [
        (request.method, request.url.path, json.loads(request.content))
        for request in script.requests
    ] == [
        ("POST", "/api/v0/ssh/", {"ssh_key": TEXT}),
        ("PUT", "/api/v0/ssh/5/", {"ssh_key": TEXT}),
        ("DELETE", "/api/v0/ssh/5/", {}),
        ("POST", "/api/v0/instances/7/ssh/", {"ssh_key": TEXT}),
        ("DELETE", "/api/v0/instances/7/ssh/5/", {}),
    ]
    await client.aclose()


@pytest.mark.parametrize("status", [200, 400])
async def test_a_key_that_is_there_already_is_attached(status: int) -> None:
    there = {"success": False, "msg": "SSH key already associated with instance."}
    client = client_of(Script(reply(there, status)))
    outcome = await client.ssh_keys.attach(7, TEXT)
    assert (outcome.fate, outcome.error) == (Fate.OK, None)
    assert (await client.ssh_keys.add(TEXT)).fate is Fate.REJECTED
    await client.aclose()


async def test_a_team_is_told_why() -> None:
    client = client_of(Script(reply({"success": False, "msg": TEAM}, 400)))
    for outcome in (await client.ssh_keys.add(TEXT), await client.ssh_keys.attach(7, TEXT)):
        assert outcome.fate is Fate.REJECTED
        assert str(outcome.error) == TEAM
    await client.aclose()


async def test_a_key_lost_on_the_way_may_be_there() -> None:
    script = Script(reply({"success": False, "error": "delete_ssh_from_instance"}, 500))
    client = client_of(script)
    assert (await client.ssh_keys.detach(7, 5)).fate is Fate.UNKNOWN
    assert len(script.requests) == 1
    await client.aclose()


async def test_a_private_key_never_leaves() -> None:
    private = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk"
    script = Script(reply({"success": True}))
    client = client_of(script)
    keys = client.ssh_keys
    for change in (keys.add(private), keys.attach(7, private), keys.replace(7, private)):
        outcome = await change
        assert outcome.fate is Fate.NOT_SENT
        assert "private key" in str(outcome.error)
    assert script.requests == []
    assert client.exchanges == ()
    await client.aclose()
