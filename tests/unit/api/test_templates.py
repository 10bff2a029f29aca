"""Templates on the wire: searches, and the bodies that save them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.support.http import Script, client_of, reply
from tests.support.templates import ME, draft
from vasttui.errors import AuthRejected, VastError
from vasttui.models.rent import Launch
from vasttui.models.template import SearchField, Template
from vasttui.models.template_draft import differences, draft_of

ROW = {"id": 7, "hash_id": "b" * 32, "name": "vLLM", "creator_id": ME}
OLD = Template(
    id=7, hash_id="b" * 32, name="mine", image="vllm/vllm-openai", tag="v0.11.0", runtype="ssh",
    direct=True, disk=40.0, ports=("8000:8000",), env={"A": "1"}, flags=("--shm-size", "1g"),
    onstart="echo a", desc="x", private=True, has_password=True, mine=True,
)  # fmt: skip


def found(*rows: object) -> Any:
    return reply({"success": True, "templates_found": len(rows), "templates": list(rows)})


def asked(request: httpx.Request) -> dict[str, Any]:
    assert request.url.path == "/api/v0/template/"
    return dict(json.loads(request.url.params["select_filters"]))


@pytest.mark.parametrize(
    ("field", "words", "filters"),
    [
        ("name", "vllm", {"name": "vllm"}),
        ("hash_id", "a" * 32, {"hash_id": {"eq": "a" * 32}}),
        ("image", "vllm/vllm-openai", {"image": "vllm/vllm-openai"}),
    ],
)
async def test_words_are_looked_for_in_a_field(
    field: SearchField, words: str, filters: dict[str, object]
) -> None:
    script = Script(found(ROW))
    client = client_of(script)
    [one] = await client.templates.search(field, words, ME)
    assert (one.name, one.mine) == ("vLLM", True)
    assert [asked(request) for request in script.requests] == [filters]
    await client.aclose()


async def test_many_rows_are_read_too() -> None:
    rows = [{**ROW, "id": number} for number in range(1, 2_001)]
    client = client_of(Script(found(*rows)))
    assert len(await client.templates.search("name", "vllm")) == 2_000
    await client.aclose()


async def test_where_parts_are_refused_whole_texts_are_asked_for_from_then_on() -> None:
    refused = reply({"error": "invalid_request", "msg": "LL is not a valid search op"}, 400)
    script = Script(refused, found(ROW))
    client = client_of(script)
    assert len(await client.templates.search("name", "LL")) == 1
    assert len(await client.templates.search("tag", "12")) == 1
    assert [asked(one) for one in script.requests] == [
        {"name": "LL"}, {"name": {"eq": "LL"}}, {"tag": {"eq": "12"}},
    ]  # fmt: skip
    await client.aclose()


async def test_a_refused_key_is_not_taken_for_that() -> None:
    script = Script(reply({"error": "auth_error", "msg": "Invalid user key"}, 401))
    client = client_of(script)
    with pytest.raises(AuthRejected):
        await client.templates.search("name", "LL")
    assert len(script.requests) == 1
    await client.aclose()


@pytest.mark.parametrize("body", [[], {"success": True}, {"templates": 5}, {"templates": None}])
async def test_an_answer_without_rows_is_an_error(body: object) -> None:
    client = client_of(Script(reply(json.dumps(body))))
    with pytest.raises(VastError):
        await client.templates.own(ME)
    await client.aclose()


async def body_of(call: str, *args: Any) -> tuple[str, dict[str, Any]]:
    script = Script(reply({"success": True, "template": {"id": 7, "hash_id": "c" * 32}}))
    client = client_of(script)
    await getattr(client.templates, call)(*args)
    [request] = script.requests
    assert request.url.path == "/api/v0/template/"
    assert all("hunter2" not in one.body for one in client.exchanges)
    await client.aclose()
    return request.method, json.loads(request.content)


async def test_a_new_template_is_sent_whole() -> None:
    made = draft(login=("docker.io", "me", "hunter2"), readme="# Hi", private=False)
    assert await body_of("create", made) == (
        "POST",
        {
            "name": "mine-too", "image": "vllm/vllm-openai", "tag": "v0.11.0",
            "env": "-p 8000:8000 -e HF_TOKEN=hf_hunter2 -e 'A=two words'",
            "onstart": "echo a\necho b", "args_str": "", "desc": "for tests", "href": "",
            "recommended_disk_space": 40.0, "private": False, "runtype": "ssh", "use_ssh": True,
            "ssh_direct": True, "jup_direct": False,
            "extra_filters": {"cuda_max_good": {"gte": 12.8}}, "repo": "vllm/vllm-openai",
            "docker_login_repo": "docker.io", "docker_login_user": "me",
            "docker_login_pass": "hunter2", "readme": "# Hi", "readme_visible": True,
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({}, {}),
        ({"desc": "y"}, {"desc": "y"}),
        ({"image": "a/b:2"}, {"image": "a/b", "tag": "2"}),
        ({"image": "a/b"}, {"image": "a/b", "tag": ""}),
        ({"image": "host:5000/a/b"}, {"image": "host:5000/a/b", "tag": ""}),
        ({"ports": ("8000", "9/udp")},
         {"env": "-p 8000:8000 -p 9:9/udp -e A=1 --shm-size 1g"}),
        ({"env": {}}, {"env": "-p 8000:8000 --shm-size 1g"}),
        ({"launch": Launch.JUPYTER},
         {"runtype": "jupyter", "use_ssh": True, "ssh_direct": False, "jup_direct": True}),
        ({"direct": False},
         {"runtype": "ssh", "use_ssh": True, "ssh_direct": False, "jup_direct": False}),
        ({"filters": {}}, {"extra_filters": {}}),
        ({"login": ("", "", "")},
         {"docker_login_repo": "", "docker_login_user": "", "docker_login_pass": ""}),
        ({"readme": "# Hi"}, {"readme": "# Hi", "readme_visible": True}),
        ({"private": False}, {"private": False}),
    ],
)  # fmt: skip
async def test_an_edit_sends_what_changes_and_nothing_else(
    changes: dict[str, Any], sent: dict[str, object]
) -> None:
    method, body = await body_of("edit", replace(draft_of(OLD), **changes), OLD)
    assert method == "PUT"
    assert body == {"hash_id": "b" * 32, **sent}


async def test_one_of_two_with_the_same_hash_is_deleted_by_its_id() -> None:
    assert await body_of("delete", 7) == ("DELETE", {"template_id": 7})


def test_what_was_kept_otherwise_is_named() -> None:
    wanted = replace(draft_of(OLD), onstart="x" * 6_000, desc="y")
    kept = replace(OLD, onstart="x" * 4_096, desc="y")
    assert differences(wanted, kept) == ("onstart",)
    assert differences(wanted, replace(kept, altered=frozenset({"onstart"}))) == ()


def test_a_tag_that_the_service_adds_is_no_difference() -> None:
    wanted = replace(draft_of(OLD), image="vllm/vllm-openai")
    assert differences(wanted, replace(OLD, tag="latest")) == ()
    assert differences(replace(wanted, image="vllm/vllm-openai:2"), OLD) == ("tag",)
