"""The requests of the official client (client 1.9.1 `api/storage.py`) that copy data, answered by
the simulator: `copy`, `cancel copy`, `cloud copy`, `cancel sync`."""

from __future__ import annotations

import pytest

from tests.support.simulator import BEARER, ask, demo_world
from vasttui.simulator.world import World


@pytest.fixture
def world() -> World:
    return demo_world(offers=20, instances=6)


def ids(world: World) -> list[int]:
    return [one.id for one in world.contracts.all(world.clock.now()) if one.is_running]


def test_copy_and_cancel_copy(world: World) -> None:
    """`copy C.1:/workspace/ 2:/workspace/in/`: ids are texts, with or without their letter."""
    source, target = ids(world)[:2]
    body = {
        "client_id": "me", "src_id": f"C.{source}", "dst_id": f"{target}",
        "src_path": "/workspace/", "dst_path": "/workspace/in/",
    }  # fmt: skip
    answer = ask(world, "PUT", "/api/v0/commands/copy_direct/", body, BEARER)
    assert answer.json == {
        "success": True,
        "msg": "Remote to Remote copy initiated - check instance status bar for progress updates "
        "(~30 seconds delayed).",
    }
    body = {"client_id": "me", "dst_id": f"{target}"}
    answer = ask(world, "DELETE", "/api/v0/commands/copy_direct/", body, BEARER)
    assert answer.json == {"success": True}
    assert world.copies.all[0].cancelled


def test_copy_without_paths_is_an_id_and_the_root(world: World) -> None:
    """`copy 1 2`: all digits are an int, and the path is `/`."""
    source, target = ids(world)[:2]
    body = {"client_id": "me", "src_id": source, "dst_id": target, "src_path": "/", "dst_path": "/"}
    answer = ask(world, "PUT", "/api/v0/commands/copy_direct/", body, BEARER)
    assert answer.json["success"] is True


def test_copy_from_this_computer_asks_for_an_address(world: World) -> None:
    """`copy local-folder 2:/workspace/in/`: a path without `:` has the id null."""
    body = {
        "client_id": "me", "src_id": None, "dst_id": f"{ids(world)[0]}",
        "src_path": "local-folder", "dst_path": "/workspace/in/",
    }  # fmt: skip
    answer = ask(world, "PUT", "/api/v0/commands/rsync/", body, BEARER).json
    assert {"success", "msg", "dst_addr", "dst_port"} == set(answer)


def test_cloud_copy_dry_run_and_cancel_sync(world: World) -> None:
    """`cloud copy --src /workspace --dst bucket/x --instance 1 --connection 1811 --transfer
    "Instance to Cloud" --dry-run`."""
    instance = ids(world)[0]
    body = {
        "src": "/workspace", "dst": "bucket/x", "instance_id": f"{instance}", "selected": "1811",
        "transfer": "Instance to Cloud", "flags": ["--dry-run"],
    }  # fmt: skip
    answer = ask(world, "POST", "/api/v0/commands/rclone/", body, BEARER).json
    assert answer["success"] is True
    assert answer["result_url"].startswith("https://")
    body = {"client_id": "me", "dst_id": f"{instance}"}
    answer = ask(world, "DELETE", "/api/v0/commands/rclone/", body, BEARER).json
    assert answer["success"] is True


def test_copy_between_a_volume_and_a_cloud() -> None:
    """`copy V.1:/file s3.1811:/workspace/`, and back; a service without a number is its first
    connection."""
    world = demo_world(offers=20, instances=6, volumes=2)
    ids(world)
    volume = f"V.{world.contracts.shelf.all()[0].id}"
    for source, target in ((volume, "s3.1811"), ("drive", volume)):
        body = {"client_id": "me", "src_id": source, "dst_id": target, "src_path": "/file",
                "dst_path": "/workspace/"}  # fmt: skip
        answer = ask(world, "PUT", "/api/v0/commands/copy_direct/", body, BEARER)
        assert answer.json["success"] is True
    assert [(one.source, one.target) for one in world.copies.all] == [
        (volume, "s3.1811"), ("drive.1905", volume),
    ]  # fmt: skip
    ask(world, "DELETE", "/api/v0/commands/copy_direct/",
        {"client_id": "me", "dst_id": "s3.1811"}, BEARER)  # fmt: skip
    assert [one.cancelled for one in world.copies.all] == [True, False]
    answer = ask(world, "PUT", "/api/v0/commands/copy_direct/",
                 {**body, "src_id": "drive.1905", "dst_id": "s3.1811"}, BEARER)  # fmt: skip
    assert (answer.status, answer.json["success"]) == (400, False)
