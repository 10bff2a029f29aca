"""Templates are saved once, found again, and never changed unseen."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from tests.support.http import KEY
from tests.support.simulator import BEARER, ask, demo_world
from tests.support.templates import draft, names, own, shelf
from vasttui.api.client import VastClient, open_client
from vasttui.clock import VirtualClock
from vasttui.errors import Unconfirmed, VastError
from vasttui.models.template import Template
from vasttui.models.template_draft import draft_of
from vasttui.services.templates import TemplateShelf
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.world import World


def bench(**config: bool) -> tuple[World, VastClient, TemplateShelf]:
    clock = VirtualClock()
    world = demo_world(clock=clock, offers=20, **config)
    client = open_client(
        "http://127.0.0.1", KEY, clock=clock, rng=random.Random(1),
        transport=SimulatorTransport(world),
    )  # fmt: skip
    return world, client, shelf(client, clock)


def operations(world: World) -> list[str]:
    return [one.operation for one in world.ledger.requests]


async def test_own_ones_come_first_and_the_account_is_read_once() -> None:
    world, _, templates = bench()
    listed = await templates.listed()
    assert [one.name for one in listed if one.mine] == ["train-base", "vllm-mine"]
    assert sum(one.recommended for one in listed) == 9
    await templates.listed()
    assert operations(world).count("account") == 1


async def found(templates: TemplateShelf, words: str) -> list[Template]:
    return [one async for part in templates.search(words) for one in part]


@pytest.mark.parametrize("exact", [False, True])
async def test_those_of_others_are_found_by_name(exact: bool) -> None:
    _, _, templates = bench(exact_templates=exact)
    words = "vLLM with a web page" if exact else "web page"
    assert [one.creator for one in await found(templates, words)] == [48_982]


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("openai", ["name", "image"]),
        ("somebody/vllm", ["image"]),
        ("v0.11", ["name", "image", "tag"]),
        ("web page 2", ["name", "image"]),
        ("A" * 32, ["hash_id"]),
    ],
)
async def test_words_are_looked_for_where_they_may_be(words: str, fields: list[str]) -> None:
    world, _, templates = bench()
    await found(templates, words)
    searches = [one.query for one in world.ledger.requests if one.operation == "templates"]
    assert [next(iter(json.loads(one["select_filters"]))) for one in searches] == fields


async def test_parts_of_image_and_tag_are_found() -> None:
    _, _, templates = bench()
    assert [one.name for one in await found(templates, "webui")] == [
        "Open WebUI (Ollama)", "Open WebUI (Ollama)", "vLLM with a web page",
    ]  # fmt: skip
    assert "vllm-mine" in [one.name for one in await found(templates, "v0.11.0")]


async def test_what_is_saved_is_read_back() -> None:
    _, _, templates = bench()
    saved = await templates.create(draft())
    assert (saved.differs, saved.was_there) == ((), False)
    one = saved.template
    assert one.env == {"HF_TOKEN": "hf_hunter2", "A": "two words"}
    assert (one.onstart, one.ports) == ("echo a\necho b", ("8000:8000",))


async def test_the_very_same_template_is_there_already() -> None:
    _, client, templates = bench()
    await templates.create(draft())
    assert (await templates.create(draft())).was_there
    assert (await names(client)).count("mine-too") == 1


async def test_a_lost_answer_is_not_taken_for_an_older_one_of_that_name() -> None:
    world, _, templates = bench()
    first = (await templates.create(draft())).template
    world.plan("create_template", ["commit_then_reset"])
    second = await templates.create(draft(desc="other"))
    assert (second.template.id == first.id, second.was_there) == (False, False)
    assert second.template.desc == "other"


async def test_an_edit_has_another_hash_and_the_same_secrets() -> None:
    world, client, templates = bench()
    old = await own(client, "vllm-mine")
    saved = await templates.edit(replace(draft_of(old), disk=200.0), old)
    assert saved.template.id == old.id
    assert saved.template.hash_id != old.hash_id
    assert saved.template.env == old.env
    assert saved.differs == ()
    stored = next(one for one in world.templates.mine if one.id == old.id)
    assert stored.content["docker_login_pass"] == "not-a-real-password"


async def test_what_was_changed_elsewhere_is_not_overwritten() -> None:
    world, client, templates = bench()
    old = await own(client, "train-base")
    body = {"hash_id": old.hash_id, "desc": "elsewhere"}
    ask(world, "PUT", "/api/v0/template/", body, BEARER)
    with pytest.raises(VastError, match="changed elsewhere; nothing was sent"):
        await templates.edit(replace(draft_of(old), desc="here"), old)
    with pytest.raises(VastError, match="changed elsewhere; nothing was sent"):
        await templates.delete(old)
    assert operations(world).count("edit_template") == 1
    assert "delete_template" not in operations(world)


async def test_one_that_is_gone_is_not_edited_and_its_deletion_is_done() -> None:
    world, client, templates = bench()
    old = await own(client, "train-base")
    await templates.delete(old)
    await templates.delete(old)
    assert operations(world).count("delete_template") == 1
    with pytest.raises(VastError, match="no longer listed; nothing was sent"):
        await templates.edit(replace(draft_of(old), desc="here"), old)


async def test_a_deletion_answered_by_words_alone_is_looked_up() -> None:
    world, client, templates = bench(terse_templates=True)
    await templates.delete(await own(client, "train-base"))
    assert await names(client) == ["vllm-mine"]
    assert operations(world).count("delete_template") == 1
    assert [one.creator for one in await found(templates, "train-base")] == [48_982]


async def test_two_with_one_hash_are_both_found() -> None:
    _, client, templates = bench()
    shared = (await own(client, "train-base")).hash_id
    assert [one.mine for one in await found(templates, shared)].count(True) == 1
    assert len(await found(templates, shared)) == 2


@pytest.mark.parametrize("lost", [False, True])
async def test_an_edit_that_changes_no_hash_is_known_by_its_answer(lost: bool) -> None:
    world, client, templates = bench()
    fixed = [replace(one, known_hash=f"{at:032x}") for at, one in enumerate(world.templates.mine)]
    world.templates.restore(fixed, [])
    old = await own(client, "vllm-mine")
    login = replace(draft_of(old), login=("ghcr.io", "me", "hunter2"))
    if lost:
        world.plan("edit_template", ["commit_then_reset"])
        with pytest.raises(Unconfirmed):
            await templates.edit(login, old)
    else:
        assert (await templates.edit(login, old)).template.hash_id == old.hash_id
    assert operations(world).count("edit_template") == 1
    stored = next(one for one in world.templates.mine if one.id == old.id)
    assert stored.content["docker_login_pass"] == "hunter2"
