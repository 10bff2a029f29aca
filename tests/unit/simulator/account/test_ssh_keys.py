from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.rented import called, clock_of, destroy, put
from tests.support.simulator import BEARER, Answer, ask, demo_world
from tests.support.ssh_keys import PRIVATE, public_key
from vasttui.simulator.world import ACCOUNT_KEY, OTHER_KEY, World

MINE = public_key("mine")
ACCOUNT = "/api/v0/ssh/"


def send(world: World, method: str, path: str, body: object = None) -> Answer:
    return ask(world, method, path, {} if body is None else body, BEARER)


def listed(world: World) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = send(world, "GET", ACCOUNT).json
    return [row for row in rows if row["deleted_at"] is None]


def add(world: World, text: object = MINE) -> Answer:
    return send(world, "POST", ACCOUNT, {"ssh_key": text})


def at(number: object) -> str:
    return f"/api/v0/instances/{number}/ssh/"


def attach(world: World, number: object, text: object = MINE) -> Answer:
    return send(world, "POST", at(number), {"ssh_key": text})


def attached(world: World, number: int) -> list[dict[str, Any]]:
    answer = send(world, "GET", at(number))
    assert answer.json["success"] is True
    text = answer.json["ssh_keys"]
    assert isinstance(text, str)  # JSON inside JSON
    rows: list[dict[str, Any]] = json.loads(text)
    return rows


def texts(world: World, number: int) -> list[str]:
    return [row["public_key"] for row in attached(world, number)]


def id_of(world: World, label: str = "train-a") -> int:
    number: int = called(world, label)["id"]
    return number


def let_in(world: World, number: object, text: str = MINE, **more: object) -> bool:
    answer = ask(world, "POST", "/_sim/login", {"id": number, "ssh_key": text, **more})
    assert answer.status == 200, answer.body
    success: bool = answer.json["success"]
    return success


def refused(answer: Answer) -> tuple[int, str, str]:
    assert answer.json["success"] is False
    return answer.status, answer.json["error"], answer.json["msg"]


NOT_PROVIDED = (400, "no_ssh_key", "No ssh key provided")
TEAM = (
    400,
    "team_ssh_keys_not_supported",
    "Team SSH keys are not supported. SSH keys can only be created in personal context.",
)
NO_INSTANCE = (404, "no_such_instance", "Instance not found")
NOT_KEYS = [
    None, "", 7, ["ssh-ed25519"], "ssh-ed25519", "ssh-ed25519 short", "laptop", PRIVATE,
    f"{public_key('a')}\n{public_key('b')}",
]  # fmt: skip


def test_the_keys_of_the_account_are_a_bare_list() -> None:
    rows = listed(demo_world())
    assert [row["public_key"] for row in rows] == [ACCOUNT_KEY, OTHER_KEY]
    for row in rows:  # the keys of a recorded row
        assert set(row) == {
            "id", "user_id", "default", "public_key", "private_key", "created_at", "deleted_at",
        }  # fmt: skip
        assert (row["private_key"], row["deleted_at"]) == (None, None)
        assert isinstance(row["user_id"], int)
        assert isinstance(row["created_at"], float)
    assert rows[0]["id"] != rows[1]["id"]


def test_the_list_may_come_as_documented_and_in_an_object() -> None:
    rows = listed(demo_world(key_list="documented"))
    for row in rows:
        assert row["key"] == row["public_key"]  # some clients read one, some the other
        assert set(row) == {"id", "user_id", "key", "public_key", "created_at", "deleted_at"}
        assert row["created_at"].endswith("Z")
    assert send(demo_world(key_list="wrapped"), "GET", ACCOUNT).json == {"ssh_keys": rows}


def test_a_key_is_added_with_its_time() -> None:
    world = demo_world()
    clock_of(world).advance(1_700_000_000 - world.clock.now())
    answer = add(world)
    assert answer.status == 200
    made = answer.json["key"]
    assert answer.json == {"success": True, "key": made}
    assert set(made) == {"id", "user_id", "public_key", "created_at", "deleted_at"}
    assert (made["public_key"], made["deleted_at"]) == (MINE, None)
    assert made["created_at"] == "2023-11-14T22:13:20Z"
    assert listed(world)[-1].items() >= {**made, "created_at": 1_700_000_000.0}.items()
    assert len({row["id"] for row in listed(world)}) == 3


def test_space_around_a_key_does_not_count() -> None:
    world = demo_world()
    add(world, f"  {MINE}\n")
    assert listed(world)[-1]["public_key"] == MINE


@pytest.mark.parametrize("kind", ["ssh-rsa", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com"])
def test_other_kinds_of_keys(kind: str) -> None:
    assert add(demo_world(), public_key("x", kind, comment="")).status == 200


@pytest.mark.parametrize("text", NOT_KEYS)
def test_what_is_no_public_key_is_not_taken(text: object) -> None:
    world = demo_world()
    number = id_of(world)
    before = listed(world), attached(world, number)
    assert refused(add(world, text)) == NOT_PROVIDED
    assert refused(attach(world, number, text)) == NOT_PROVIDED
    assert refused(send(world, "PUT", f"{ACCOUNT}4100/", {"ssh_key": text})) == NOT_PROVIDED
    assert (listed(world), attached(world, number)) == before


def test_a_key_that_the_account_has_is_not_added_again() -> None:
    world = demo_world()
    blob = " ".join(ACCOUNT_KEY.split()[:2])
    assert refused(add(world, f"{blob} other-name"))[:2] == (400, "duplicate_ssh_key")
    assert len(listed(world)) == 2


def test_a_key_is_replaced_in_its_place() -> None:
    world = demo_world()
    first = listed(world)[0]
    answer = send(world, "PUT", f"{ACCOUNT}{first['id']}/", {"id": first["id"], "ssh_key": MINE})
    assert answer.json["success"] is True
    assert answer.json["key"]["public_key"] == MINE
    assert listed(world)[0] == {**first, "public_key": MINE}
    assert [row["public_key"] for row in listed(world)] == [MINE, OTHER_KEY]


def test_a_key_is_deleted_by_its_id() -> None:
    world = demo_world()
    first, second = listed(world)
    assert send(world, "DELETE", f"{ACCOUNT}{first['id']}/").json == {"success": True}
    assert listed(world) == [second]


@pytest.mark.parametrize("number", ["1", "0", "all", ACCOUNT_KEY.split()[1]])
def test_an_account_has_no_key_of_that_id(number: str) -> None:
    world = demo_world()
    path = f"{ACCOUNT}{number.replace('/', '')}/"
    assert refused(send(world, "DELETE", path))[:2] == (400, "no_ssh_key")
    assert refused(send(world, "PUT", path, {"ssh_key": MINE}))[:2] == (400, "no_ssh_key")
    assert [row["public_key"] for row in listed(world)] == [ACCOUNT_KEY, OTHER_KEY]


def test_a_deleted_key_stays_listed_as_deleted() -> None:
    world = demo_world()
    first = listed(world)[0]
    send(world, "DELETE", f"{ACCOUNT}{first['id']}/")
    rows = send(world, "GET", ACCOUNT).json
    assert {row["id"]: row["deleted_at"] for row in rows}[first["id"]] == world.clock.now()
    assert first["id"] not in {row["id"] for row in listed(world)}


def test_as_documented_an_account_without_keys_is_not_an_empty_list() -> None:
    world = demo_world(key_list="documented")
    for row in listed(world):
        send(world, "DELETE", f"{ACCOUNT}{row['id']}/")
    assert refused(send(world, "GET", ACCOUNT)) == (
        404, "not_found", "No SSH keys found for the user.",
    )  # fmt: skip
    assert add(world).status == 200
    assert [row["public_key"] for row in listed(world)] == [MINE]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", ""), ("PUT", "4100/"), ("DELETE", "4100/")],
)
def test_a_team_has_no_keys(method: str, path: str) -> None:
    world = demo_world(team_key=True)
    assert refused(send(world, method, ACCOUNT + path, {"ssh_key": MINE})) == TEAM


def test_a_team_can_attach_keys_to_its_instances() -> None:
    world = demo_world(team_key=True)
    number = id_of(world)
    assert attach(world, number).json["success"] is True
    assert MINE in texts(world, number)


def test_a_key_is_attached_by_its_text() -> None:
    world = demo_world()
    number = id_of(world)
    before = attached(world, number)
    answer = attach(world, number)
    assert (answer.status, answer.json) == (
        200, {"success": True, "msg": "SSH key attached successfully"},
    )  # fmt: skip
    rows = attached(world, number)
    assert rows[:-1] == before
    assert rows[-1]["public_key"] == MINE
    assert rows[-1]["id"] not in {row["id"] for row in before}


def test_a_key_of_the_account_cannot_be_attached_by_its_id() -> None:
    world = demo_world()
    number = id_of(world)
    assert refused(send(world, "POST", at(number), {"id": 4101})) == NOT_PROVIDED
    assert refused(attach(world, number, 4101)) == NOT_PROVIDED


@pytest.mark.parametrize("comment", ["me@laptop", "another name", ""])
def test_attaching_twice_is_a_refusal_with_status_200(comment: str) -> None:
    world = demo_world()
    number = id_of(world)
    attach(world, number)
    rows = attached(world, number)
    again = attach(world, number, public_key("mine", comment=comment))
    assert (again.status, again.json) == (
        200, {"success": False, "msg": "SSH key already associated with instance."},
    )  # fmt: skip
    assert attached(world, number) == rows


def test_each_instance_has_keys_of_its_own() -> None:
    world = demo_world()
    first, second = id_of(world, "train-a"), id_of(world, "old-c")
    before = texts(world, second)
    attach(world, first)
    assert texts(world, second) == before
    assert attach(world, second).json["success"] is True
    ids = [attached(world, number)[-1]["id"] for number in (first, second)]
    assert ids[0] != ids[1]


def test_a_key_is_detached_by_its_id() -> None:
    world = demo_world()
    number = id_of(world)
    attach(world, number)
    key = attached(world, number)[-1]["id"]
    answer = send(world, "DELETE", f"{at(number)}{key}/")
    assert (answer.status, answer.json) == (
        200, {"success": True, "msg": "SSH key removed from instance."},
    )  # fmt: skip
    assert MINE not in texts(world, number)
    assert refused(send(world, "DELETE", f"{at(number)}{key}/"))[:2] == (404, "no_such_ssh_key")
    assert attach(world, number).json["success"] is True


def test_the_id_of_another_instances_key_detaches_nothing() -> None:
    world = demo_world()
    first, second = id_of(world, "train-a"), id_of(world, "old-c")
    attach(world, first)
    key = attached(world, first)[-1]["id"]
    assert refused(send(world, "DELETE", f"{at(second)}{key}/"))[:2] == (404, "no_such_ssh_key")
    assert MINE in texts(world, first)


@pytest.mark.parametrize("number", ["12345", "all"])
def test_there_is_no_such_instance(number: str) -> None:
    world = demo_world()
    assert refused(send(world, "GET", at(number))) == NO_INSTANCE
    assert refused(attach(world, number)) == NO_INSTANCE
    assert refused(send(world, "DELETE", f"{at(number)}900001/")) == NO_INSTANCE


def test_an_instance_that_was_destroyed_has_no_keys() -> None:
    world = demo_world()
    number = id_of(world)
    destroy(world, number)
    assert refused(attach(world, number)) == NO_INSTANCE


def test_an_instance_may_have_no_key() -> None:
    world = demo_world(instances=12)
    rows = {row["id"]: texts(world, row["id"]) for row in _all(world)}
    assert [] in rows.values()
    assert [ACCOUNT_KEY] in rows.values()


def _all(world: World) -> list[dict[str, Any]]:
    answer = send(world, "GET", "/api/v1/instances/")
    rows: list[dict[str, Any]] = answer.json["instances"]
    return rows


def test_what_happens_to_the_account_does_not_reach_instances_there_are() -> None:
    world = demo_world()
    number = id_of(world)
    before = texts(world, number)
    add(world)
    assert texts(world, number) == before
    for row in listed(world):
        send(world, "DELETE", f"{ACCOUNT}{row['id']}/")
    assert texts(world, number) == before


def test_a_new_instance_gets_what_the_account_has_then() -> None:
    world = demo_world()
    add(world)
    send(world, "DELETE", f"{ACCOUNT}{listed(world)[0]['id']}/")
    now = world.clock.now()
    given = world.keys.for_new_instance(now)
    assert [key.text for key in given] == [OTHER_KEY, MINE]
    assert {key.ready_at for key in given} == {now}
    assert len({key.id for key in given}) == 2
    number = id_of(world)
    attach(world, number)
    assert attached(world, number)[-1]["id"] not in {key.id for key in given}


def test_an_attached_key_takes_its_time_to_arrive() -> None:
    world = demo_world()
    number = id_of(world)
    assert not let_in(world, number)
    attach(world, number)
    assert MINE in texts(world, number)
    clock_of(world).advance(9)
    assert not let_in(world, number)
    clock_of(world).advance(6)
    assert let_in(world, number)
    assert let_in(world, number, public_key("mine", comment=""))
    assert not let_in(world, number, public_key("other"))


def test_attaching_again_does_not_start_the_wait_anew() -> None:
    world = demo_world()
    number = id_of(world)
    for _ in range(2):
        attach(world, number)
        clock_of(world).advance(8)
    assert let_in(world, number)


def test_a_detached_key_opens_nothing() -> None:
    world = demo_world()
    number = id_of(world)
    attach(world, number)
    clock_of(world).advance(15)
    send(world, "DELETE", f"{at(number)}{attached(world, number)[-1]['id']}/")
    assert not let_in(world, number)


def test_the_proxy_knows_the_keys_of_the_account() -> None:
    world = demo_world()
    number = id_of(world)
    assert not let_in(world, number, OTHER_KEY)
    assert let_in(world, number, OTHER_KEY, proxy=True)
    assert not let_in(world, number, MINE, proxy=True)
    add(world)
    assert let_in(world, number, MINE, proxy=True)
    assert not let_in(world, number, MINE)


def test_nobody_gets_into_a_container_that_does_not_run() -> None:
    world = demo_world()
    number = id_of(world)
    assert let_in(world, number, ACCOUNT_KEY)
    put(world, f"{number}", {"state": "stopped"})
    clock_of(world).advance(60)
    assert not let_in(world, number, ACCOUNT_KEY)
    assert not let_in(world, number, ACCOUNT_KEY, proxy=True)


@pytest.mark.parametrize(
    "attempt",
    [{}, {"id": "x", "ssh_key": MINE}, {"id": 1}, {"id": 12345, "ssh_key": MINE}],
)
def test_a_login_without_meaning_is_refused(attempt: dict[str, object]) -> None:
    answer = ask(demo_world(), "POST", "/_sim/login", attempt)
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("method", "path", "interval"),
    [
        ("POST", ACCOUNT, 1.0),
        ("PUT", f"{ACCOUNT}4100/", 1.0),
        ("DELETE", "/api/v0/instances/1/ssh/2/", 2.0),
    ],
)
def test_keys_have_their_documented_intervals(method: str, path: str, interval: float) -> None:
    world = demo_world(rate_limits=True)
    assert send(world, method, path).status != 429
    clock_of(world).advance(interval - 0.1)
    assert send(world, method, path).status == 429
    clock_of(world).advance(interval)
    assert send(world, method, path).status != 429


def test_keys_are_for_those_who_are_signed_in() -> None:
    world = demo_world()
    for method, path in (("GET", ACCOUNT), ("POST", ACCOUNT), ("POST", at(id_of(world)))):
        assert ask(world, method, path, {"ssh_key": MINE}).status == 403
    assert len(listed(world)) == 2


def test_a_key_may_be_attached_although_the_answer_is_lost() -> None:
    world = demo_world()
    number = id_of(world)
    world.plan("attach_key", ["commit_then_reset"])
    assert attach(world, number).status == 0
    assert MINE in texts(world, number)
