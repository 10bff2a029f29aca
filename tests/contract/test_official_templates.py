"""The commands about templates of the official client, as client 1.9.1 sends them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from tests.support.simulator import BEARER, Answer, ask, demo_world
from vasttui.simulator.world import World

CREATED: dict[str, Any] = {
    "name": "tgi mine", "image": "ghcr.io/huggingface/text-generation-inference", "tag": "3.3.6",
    "href": None, "repo": None, "env": "-p 5001:80 -e MODEL_ID=a/b", "onstart": "echo hi",
    "jup_direct": False, "ssh_direct": True, "use_jupyter_lab": False, "runtype": "ssh",
    "use_ssh": True, "jupyter_dir": None, "docker_login_repo": "docker.io",
    "extra_filters": {
        "verified": {"eq": True}, "external": {"eq": False}, "rentable": {"eq": True},
        "gpu_ram": {"gte": 23000.0}, "num_gpus": {"eq": "1"},
    },
    "recommended_disk_space": "8.0", "readme": None, "readme_visible": True, "desc": None,
    "private": True,
}  # fmt: skip
"""`vastai create template --name "tgi mine" … --search_params "gpu_ram>=23 num_gpus=1"`."""


def search(world: World, **filters: object) -> list[dict[str, Any]]:
    """`vastai search templates`: values are sent as text."""
    query = {
        "select_cols": json.dumps(["*"]),
        "select_filters": json.dumps({name: {"eq": value} for name, value in filters.items()}),
    }
    answer = ask(world, "GET", f"/api/v0/template/?{urlencode(query)}", headers=BEARER)
    assert answer.status == 200
    return list(answer.json["templates"])


def create(world: World) -> Answer:
    return ask(world, "POST", "/api/v0/template/", CREATED, BEARER)


def test_search_templates() -> None:
    world = demo_world()
    assert [row["id"] for row in search(world, creator_id="123456")] == [334_548, 334_549]
    assert len(search(world, recommended="True")) == 9
    assert [row["name"] for row in search(world, name="vLLM")] == ["vLLM"]


def test_create_template() -> None:
    world = demo_world()
    template = create(world).json["template"]
    [row] = search(world, name="tgi mine")
    assert template == {name: row[name] for name in ("id", "hash_id", "name")}
    assert json.loads(row["extra_filters"]) == CREATED["extra_filters"]
    assert row["recommended_disk_space"] == 8.0


def test_update_template() -> None:
    world = demo_world()
    old = create(world).json["template"]
    [found] = search(world, hash_id=old["hash_id"])
    body = {**CREATED, "id": found["id"], "hash_id": old["hash_id"], "name": "tgi two"}
    answer = ask(world, "PUT", "/api/v1/template/", body, BEARER)
    assert answer.json["success"] is True
    [row] = search(world, name="tgi two")
    assert row["id"] == old["id"]
    assert row["hash_id"] == answer.json["template"]["hash_id"] != old["hash_id"]


def test_a_template_is_deleted_by_the_hash_that_it_has_now() -> None:
    """`delete template --hash-id`: an edit makes a new hash, and the old one is no template's."""
    world = demo_world()
    old = create(world).json["template"]
    edit = {"hash_id": old["hash_id"], "name": "edited", "image": "vllm/vllm-openai"}
    new = ask(world, "PUT", "/api/v0/template/", edit, BEARER).json["template"]["hash_id"]
    gone = ask(world, "DELETE", "/api/v0/template/", {"hash_id": old["hash_id"]}, BEARER)
    assert (gone.status, [row["hash_id"] for row in search(world, name="edited")]) == (404, [new])
    assert ask(world, "DELETE", "/api/v0/template/", {"hash_id": new}, BEARER).json["msg"]
    assert search(world, name="edited") == []


def test_delete_template_by_either_id() -> None:
    world = demo_world()
    old = create(world).json["template"]
    path = "/api/v0/template/"
    assert ask(world, "DELETE", path, {"hash_id": old["hash_id"]}, BEARER).json["msg"]
    assert ask(world, "DELETE", path, {"template_id": 334_548}, BEARER).json["msg"]
    assert search(world, name="tgi mine") == []
    assert ask(world, "DELETE", path, {"template_id": 334_548}, BEARER).status == 404
