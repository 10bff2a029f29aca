"""Making and resetting API keys when answers get lost."""

from __future__ import annotations

import random

import pytest

from tests.support.http import KEY
from tests.support.simulator import demo_world
from vasttui.api.client import VastClient, open_client
from vasttui.clock import VirtualClock
from vasttui.errors import PermissionDenied, Unconfirmed
from vasttui.models.rights import EVERYTHING, WATCHING, permissions
from vasttui.services.api_keys import LostKey, StrayKey, delete_key, make_key, reset_key
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.world import World


def bench(**world: bool) -> tuple[World, VastClient, VirtualClock]:
    clock = VirtualClock()
    simulated = demo_world(clock=clock, offers=20, **world)
    client = open_client(
        "http://127.0.0.1", KEY, clock=clock, rng=random.Random(1),
        transport=SimulatorTransport(simulated),
    )  # fmt: skip
    return simulated, client, clock


async def test_a_key_is_made_and_its_text_given() -> None:
    world, client, clock = bench()
    made = await make_key(client.api_keys, clock, "ci", permissions(WATCHING))
    stored = world.api_keys.ring.keys[-1]
    assert (made.id, made.key, stored.name) == (stored.id, stored.text, "ci")


async def test_a_lost_answer_leaves_a_stray_key_that_is_found_and_deleted() -> None:
    world, client, clock = bench()
    world.plan("create_api_key", ["commit_then_reset"])
    with pytest.raises(StrayKey, match=r"A key ci \(52019\) is there, but nobody") as caught:
        await make_key(client.api_keys, clock, "ci", permissions(WATCHING))
    assert caught.value.hint == "Delete it, then make another."
    await delete_key(client.api_keys, clock, caught.value.key.id)
    assert [key.id for key in world.api_keys.ring.keys] == [40_211, 51_877]


async def test_another_key_of_that_name_is_not_taken_for_the_stray_one() -> None:
    world, client, clock = bench()
    await make_key(client.api_keys, clock, "ci", permissions(WATCHING))
    world.plan("create_api_key", ["reset"])
    with pytest.raises(Unconfirmed):
        await make_key(client.api_keys, clock, "ci", permissions(WATCHING))


async def test_a_text_that_came_is_given_even_if_the_list_cannot_be_read() -> None:
    world, client, clock = bench()
    world.plan("api_keys", ["ok", *["http:503"] * 30])
    made = await make_key(client.api_keys, clock, "ci", permissions(WATCHING))
    assert made.key == world.api_keys.ring.keys[-1].text


async def test_a_list_that_cannot_be_read_first_makes_no_key() -> None:
    world, client, clock = bench()
    world.plan("api_keys", ["no_right"])
    with pytest.raises(PermissionDenied):
        await make_key(client.api_keys, clock, "ci", permissions(WATCHING))
    assert len(world.api_keys.ring.keys) == 2


async def test_more_rights_than_ones_own_are_refused_in_words() -> None:
    _, client, clock = bench(narrow_key=True)
    with pytest.raises(PermissionDenied, match="it has fewer itself"):
        await make_key(client.api_keys, clock, "ci", permissions(EVERYTHING))


async def test_a_reset_gives_the_new_text_once() -> None:
    world, client, clock = bench()
    text = await reset_key(client.api_keys, client.account, clock)
    assert text == world.api_keys.ring.keys[0].text
    assert [one.operation for one in world.ledger.requests] == ["reset_api_key"]


async def test_a_reset_whose_answer_is_lost_is_found_by_the_old_key() -> None:
    world, client, clock = bench()
    world.plan("reset_api_key", ["commit_then_reset"])
    with pytest.raises(LostKey, match="the new one never came"):
        await reset_key(client.api_keys, client.account, clock)
    world, client, clock = bench()
    world.plan("reset_api_key", ["reset"])
    with pytest.raises(Unconfirmed):
        await reset_key(client.api_keys, client.account, clock)
    assert world.api_keys.ring.revoked == []
