"""A world in a file survives however its process ends."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from vasttui.clock import VirtualClock
from vasttui.errors import VastError
from vasttui.simulator.http.wire import Reply, Request
from vasttui.simulator.world import World, WorldConfig

KEY = "0" * 64


def world(path: Path, clock: VirtualClock, *, seed: int = 1) -> World:
    return World(WorldConfig(offers=60, instances=3, seed=seed), clock, path)


def ask(of: World, method: str, path: str, body: object = None) -> dict[str, object]:
    headers = [("authorization", f"Bearer {KEY}")]
    data = b"" if body is None else json.dumps(body).encode()
    reply: Reply = of.handle(Request.of(method, f"http://127.0.0.1{path}", headers, data))
    answer: dict[str, object] = json.loads(reply.read())
    return answer


def rent(of: World) -> tuple[int, int]:
    """An offer and the contract made from it."""
    found = ask(of, "POST", "/api/v0/bundles/", {"limit": 3, "rentable": {"eq": True}})
    offers = found["offers"]
    assert isinstance(offers, list)
    offer = offers[0]["id"]
    body = {"image": "x/y", "disk": 20, "label": "kept", "env": {"VASTTUI_INTENT": "abc"}}
    made = ask(of, "PUT", f"/api/v0/asks/{offer}/", body)["new_contract"]
    assert isinstance(made, int)
    return offer, made


def test_contracts_keys_and_money_survive(tmp_path: Path) -> None:
    path, clock = tmp_path / "world.json", VirtualClock()
    first = world(path, clock)
    offer, made = rent(first)
    ask(first, "POST", "/api/v0/ssh/", {"ssh_key": "ssh-ed25519 " + "A" * 68 + " mine"})
    account = {"email": "ci@example.com", "username": "ci", "password": "p", "parent_id": "me"}
    ask(first, "POST", "/api/v0/users/", account)
    gone = first.contracts.all(clock.now())[0].id
    ask(first, "DELETE", f"/api/v0/instances/{gone}/", {})
    clock.advance(600)
    credit = first.contracts.credit(clock.now())

    again = world(path, clock)
    assert "ci@example.com" in str(ask(again, "GET", "/api/v0/subaccounts?owner=me"))
    numbers = [one.id for one in again.contracts.all(clock.now())]
    assert made in numbers
    assert gone not in numbers
    assert again.contracts.credit(clock.now()) == pytest.approx(credit)
    kept = again.contracts.get(made, clock.now())
    before = first.contracts.get(made, clock.now())
    assert kept is not None
    assert before is not None
    assert (kept.label, kept.env, kept.state) == (before.label, before.env, before.state)
    assert kept.is_running
    assert [key.text for key in again.keys.account] == [key.text for key in first.keys.account]
    refused = ask(again, "PUT", f"/api/v0/asks/{offer}/", {"image": "x/y", "disk": 20})
    assert refused["error"] == "no_such_ask"
    listed = ask(again, "GET", "/_sim/contracts")["contracts"]
    assert isinstance(listed, list)
    assert {one["id"]: one["gone"] for one in listed}[gone] is True
    assert {one["id"]: one["nonce"] for one in listed}[made] == "abc"


def test_numbers_are_not_given_twice(tmp_path: Path) -> None:
    path, clock = tmp_path / "world.json", VirtualClock()
    _, made = rent(world(path, clock))
    ask(world(path, clock), "DELETE", f"/api/v0/instances/{made}/", {})
    assert rent(world(path, clock))[1] != made


def test_a_late_request_is_kept_as_soon_as_it_arrives(tmp_path: Path) -> None:
    path, clock = tmp_path / "world.json", VirtualClock()
    first = world(path, clock)
    first.plan("rent", ["late_commit:5"])
    found = ask(first, "POST", "/api/v0/bundles/", {"limit": 1, "rentable": {"eq": True}})
    offers = found["offers"]
    assert isinstance(offers, list)
    headers = [("authorization", f"Bearer {KEY}")]
    body = json.dumps({"image": "x/y", "label": "late"}).encode()
    url = f"http://127.0.0.1/api/v0/asks/{offers[0]['id']}/"
    first.handle(Request.of("PUT", url, headers, body))
    clock.advance(6)
    ask(first, "GET", "/_sim/ledger")
    labels = [one.label for one in world(path, clock).contracts.all(clock.now())]
    assert "late" in labels


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"kind": "vasttui simulate", "version": 99}', "\x00\xff",
             '{"kind": "vasttui simulate", "version": 1, "contracts": 5}'],
)  # fmt: skip
def test_any_other_file_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "world.json"
    path.write_text(text)
    with pytest.raises(VastError, match="cannot be used"):
        world(path, VirtualClock())
    assert path.read_text() == text


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "world.json")
    with pytest.raises(VastError, match="not a regular file"):
        world(tmp_path / "world.json", VirtualClock())


def test_a_world_of_another_seed_is_refused(tmp_path: Path) -> None:
    path, clock = tmp_path / "world.json", VirtualClock()
    world(path, clock)
    with pytest.raises(VastError, match="seed 1"):
        world(path, clock, seed=2)


def test_templates_come_back_with_their_earlier_versions(tmp_path: Path) -> None:
    path, clock = tmp_path / "world.json", VirtualClock()
    first = world(path, clock)
    old, other = first.templates.mine
    body = {"hash_id": old.hash_id, "desc": "new"}
    ask(first, "PUT", "/api/v0/template/", body)
    ask(first, "DELETE", "/api/v0/template/", {"template_id": other.id})
    again = world(path, clock).templates
    assert [one.content["desc"] for one in again.mine] == ["new"]
    assert again.find(old.hash_id, None) == old


def test_snapshots_and_backups_come_back(tmp_path: Path) -> None:
    path, clock = tmp_path / "world.json", VirtualClock()
    first = world(path, clock)
    number = first.contracts.all(clock.now())[0].id
    body = json.dumps({"personal_repo": "docker.io/acme/x", "pause": "true"}).encode()
    url = f"http://127.0.0.1/api/v0/instances/take_snapshot/{number}/"
    first.handle(Request.of("POST", url, [("authorization", f"Bearer {KEY}")], body))
    clock.advance(86_400)
    again = world(path, clock)
    kept = again.contracts.get(number, clock.now())
    assert kept is not None
    assert len(kept.pushed) == 1
    assert again.backups.rows == first.backups.rows


def test_volumes_and_who_has_them_survive(tmp_path: Path) -> None:
    path, clock = tmp_path / "world.json", VirtualClock()
    config = WorldConfig(offers=60, instances=3, volumes=3)
    first = World(config, clock, path)
    before = ask(first, "GET", "/api/v0/volumes?owner=me")
    number = first.contracts.all(clock.now())[0].id
    ask(first, "DELETE", f"/api/v0/instances/{number}/", {})
    clock.advance(10)
    again = World(config, clock, path)
    assert ask(again, "GET", "/api/v0/volumes?owner=me") == before  # in use for half a minute
    clock.advance(60)
    [volume, *_] = again.contracts.shelf.all()
    assert not volume.is_held(clock.now())
    assert again.contracts.credit(clock.now()) == pytest.approx(first.contracts.credit(clock.now()))
