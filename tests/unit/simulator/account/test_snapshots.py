"""Snapshots as the simulated service takes them (recorded in October 2026)."""

from __future__ import annotations

import pytest

from tests.support.rented import called, clock_of, put
from tests.support.simulator import BEARER, Answer, ask, demo_world
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.world import World

REPOSITORY = "registry.example/acme/snapshots"
BODY = {
    "container_registry": "registry.example", "personal_repo": REPOSITORY,
    "docker_login_user": "user", "docker_login_pass": "secret", "pause": "true",
}  # fmt: skip


def take(world: World, number: object, **changes: object) -> Answer:
    path = f"/api/v0/instances/take_snapshot/{number}/"
    return ask(world, "POST", path, {**BODY, **changes}, BEARER)


def in_registry(world: World, number: int) -> list[str]:
    rows = ask(world, "GET", "/_sim/contracts").json["contracts"]
    found: list[str] = next(row["snapshots"] for row in rows if row["id"] == number)
    return found


def refused(answer: Answer) -> tuple[int, str, str]:
    assert answer.json["success"] is False
    return answer.status, answer.json["error"], answer.json["msg"]


@pytest.mark.parametrize("label", ["train-a", "old-c"])
def test_it_is_accepted_at_once_and_pushed_minutes_later(label: str) -> None:
    world = demo_world()
    before = called(world, label)
    answer = take(world, before["id"])
    assert (answer.status, answer.json) == (
        200, {"success": True, "msg": "Snapshot request sent"},
    )  # fmt: skip
    assert called(world, label) == before  # nothing tells how far it is
    assert in_registry(world, before["id"]) == []
    clock_of(world).advance(600)
    [image] = in_registry(world, before["id"])
    assert image.startswith(f"{REPOSITORY}:instance_{before['id']}_at_")
    assert image.endswith("_UTC")


def test_each_request_pushes_another_tag() -> None:
    world = demo_world()
    number = called(world, "train-a")["id"]
    take(world, number)
    clock_of(world).advance(61)
    take(world, number)
    clock_of(world).advance(600)
    assert len(set(in_registry(world, number))) == 2


def test_the_tag_is_written_as_the_service_writes_it() -> None:
    # 2026-10-06 22:08:32 UTC, as recorded
    world = demo_world()
    number = called(world, "train-a")["id"]
    clock_of(world).advance(1_791_324_512 - clock_of(world).now())
    take(world, number)
    clock_of(world).advance(600)
    tag = f"instance_{number}_at_October_6th_2026_at_10-08-32_PM_UTC"
    assert in_registry(world, number) == [f"{REPOSITORY}:{tag}"]


def test_an_id_in_the_body_is_refused() -> None:
    world = demo_world()
    number = called(world, "train-a")["id"]
    said = (400, "invalid_args", "params duplicated in URL and body: ['id']")
    assert refused(take(world, number, id=number)) == said
    strict = demo_world(strict_ids=True)
    assert refused(take(strict, number, id=f"{number}")) == said


@pytest.mark.parametrize(
    "repository",
    ["acme/snapshots:v1", "registry.example/acme/x:latest", "snapshots", "", None, "acme/",
     "acme/x@sha256:0123", "https://docker.io/acme/x", "acme/two words", "ACME/x"],
)  # fmt: skip
def test_a_repository_has_a_namespace_and_no_tag(repository: object) -> None:
    world = demo_world()
    answer = take(world, called(world, "train-a")["id"], personal_repo=repository)
    assert refused(answer) == (
        400,
        "invalid_args",
        "Invalid Docker repository format. Expected [registry[:port]/]namespace/repo with no tag "
        "or digest",
    )


@pytest.mark.parametrize(
    "repository", ["acme/x", "docker.io/acme/x", "localhost:5000/a/b", "ghcr.io/a/b/c-d.e_f"]
)
def test_a_host_may_have_a_port(repository: str) -> None:
    world = demo_world()
    assert take(world, called(world, "train-a")["id"], personal_repo=repository).status == 200


def test_what_else_is_refused() -> None:
    world = demo_world()
    assert refused(take(world, 12345))[:2] == (404, "no_such_instance")
    assert refused(take(world, called(world, "train-a")["id"], pause=True))[0] == 400


def test_it_comes_back_with_the_world() -> None:
    world = demo_world()
    number = called(world, "train-a")["id"]
    take(world, number)
    kept = world.contracts.get(number, clock_of(world).now())
    assert isinstance(world.contracts, Contracts)
    assert kept is not None
    assert len(kept.pushed) == 1


UPDATE = "update_template/{}"


def update(world: World, label: str, **body: object) -> Answer:
    return put(world, UPDATE.format(called(world, label)["id"]), body)


def test_another_image_is_pulled_and_runs_in_place() -> None:
    world = demo_world()
    before = called(world, "train-a")
    answer = update(world, "train-a", image="vastai/pytorch:2.9.0")
    assert answer.json["success"] is True
    assert answer.json["updated_instance"]["image_uuid"] == "vastai/pytorch:2.9.0"
    seen = []
    for _ in range(4):
        seen.append(called(world, "train-a")["actual_status"])
        clock_of(world).advance(26)
    assert seen == ["recycling", "loading", "loading", "loading"]
    now = called(world, "train-a")
    assert now["actual_status"] == "running"
    assert {k: now[k] for k in ("extra_env", "onstart", "machine_id", "start_date")} == {
        k: before[k] for k in ("extra_env", "onstart", "machine_id", "start_date")
    }


def test_args_variables_and_script_change_by_themselves() -> None:
    world = demo_world()
    body = {"args": "--port '80 81'", "env": {"A": "1", "-p 80:80": "1"}, "onstart": "echo hi"}
    assert update(world, "old-c", **body).json["success"] is True
    now = called(world, "old-c")
    assert now["image_args"] == ["--port", "80 81"]
    assert now["extra_env"] == [["A", "1"], ["-p 80:80", "1"]]
    assert now["onstart"] == "echo hi"
    assert now["actual_status"] == "exited"


def test_variables_may_be_added_instead() -> None:
    world = demo_world(merged_env=True)
    update(world, "train-a", env={"A": "1"})
    assert {name for name, _ in called(world, "train-a")["extra_env"]} >= {"A", "HF_HOME"}


def test_a_template_brings_its_settings() -> None:
    world = demo_world()
    row = ask(world, "GET", "/api/v0/template/", headers=BEARER).json["templates"][0]
    assert update(world, "train-a", template_hash_id=row["hash_id"]).json["success"] is True
    now = called(world, "train-a")
    assert (now["template_hash_id"], now["template_id"]) == (row["hash_id"], row["id"])
    assert now["image_uuid"].startswith(row["image"])


@pytest.mark.parametrize(
    ("body", "words"),
    [({"template_hash_id": "f" * 32}, "invalid template_hash_id"),
     ({"image": 7}, "Invalid args: image must be a string"),
     ({"env": "-e A=1"}, "Invalid args: env must be an object")],
)  # fmt: skip
def test_what_an_update_refuses(body: dict[str, object], words: str) -> None:
    world = demo_world()
    before = called(world, "train-a")
    assert refused(update(world, "train-a", **body)) == (400, "invalid_args", words)
    assert called(world, "train-a") == before


def test_an_image_that_is_not_there_fails_on_the_host() -> None:
    world = demo_world()
    update(world, "train-a", image="acme/nosuch:1")
    clock_of(world).advance(200)
    assert "manifest" in called(world, "train-a")["status_msg"]
    update(world, "train-a", image="acme/there:1")
    clock_of(world).advance(200)
    assert called(world, "train-a")["actual_status"] == "running"


def test_volumes_stay_mounted() -> None:
    world = demo_world()
    number = called(world, "train-a")["id"]
    contract = world.contracts.get(number, clock_of(world).now())
    assert contract is not None
    contract.env["-v data:/data"] = "1"
    row = ask(world, "GET", "/api/v0/template/", headers=BEARER).json["templates"][0]
    for body in ({"env": {"A": "1"}}, {"template_hash_id": row["hash_id"]}):
        assert update(world, "train-a", **body).json["success"] is True
        assert ["-v data:/data", "1"] in called(world, "train-a")["extra_env"]
