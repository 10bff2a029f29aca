from __future__ import annotations

import pytest

from tests.support.rented import called, clock_of, one, rented
from tests.support.simulator import Answer, ask, demo_world
from vasttui.models.decode_instance import instance_from
from vasttui.models.status import Phase, phase_of
from vasttui.simulator.account.lifecycle import BECOME
from vasttui.simulator.world import World


def become(world: World, number: object, what: object) -> Answer:
    return ask(world, "POST", "/_sim/instances", {"id": number, "become": what})


def phase(world: World, label: str) -> Phase:
    found = instance_from(called(world, label))
    assert found is not None
    return phase_of(found)


PHASES = {
    "running": Phase.RUNNING,
    "stopped": Phase.STOPPED,
    "outbid": Phase.OUTBID,
    "scheduling": Phase.SCHEDULING,
    "gpu_taken": Phase.RUNNING,
    "gpu_free": Phase.RUNNING,
    "exited": Phase.EXITED,
    "failed": Phase.FAILED,
    "stuck": Phase.LOADING,
    "loading": Phase.LOADING,
    "provisioning": Phase.PROVISIONING,
    "rebooting": Phase.REBOOTING,
    "recycling": Phase.RECYCLING,
    "offline": Phase.OFFLINE,
    "unknown": Phase.NO_SIGNAL,
    "frozen": Phase.FROZEN,
}
PASSING = {"loading", "rebooting", "recycling"}


def test_every_word_is_known_here() -> None:
    assert set(BECOME) == set(PHASES)


@pytest.mark.parametrize("what", PHASES)
def test_a_running_instance_becomes_what_is_asked(what: str) -> None:
    world = demo_world()
    assert become(world, called(world, "train-a")["id"], what).json == {"success": True}
    assert phase(world, "train-a") is PHASES[what]
    clock_of(world).advance(1_800)
    lasting = Phase.RUNNING if what in PASSING else PHASES[what]
    assert phase(world, "train-a") is lasting


@pytest.mark.parametrize("what", PHASES)
@pytest.mark.parametrize("label", ["old-c", "cheap-d", "spot-e", "typo-image"])
def test_all_is_well_again_on_request(label: str, what: str) -> None:
    world = demo_world(instances=8)
    number = called(world, label)["id"]
    for word in (what, "running"):
        assert become(world, number, word).status == 200
    assert phase(world, label) is Phase.RUNNING
    clock_of(world).advance(7_200)
    assert phase(world, label) is Phase.RUNNING


def test_who_is_no_longer_outbid_pays_what_was_bid() -> None:
    world = demo_world(instances=5)
    before = called(world, "spot-e")
    become(world, before["id"], "running")
    after = called(world, "spot-e")
    assert after["dph_base"] == before["dph_base"]
    assert after["min_bid"] < before["min_bid"]


def test_nothing_else_changes() -> None:
    world = demo_world()
    before = rented(world)[1:]
    become(world, rented(world)[0]["id"], "offline")
    assert rented(world)[1:] == before


def test_an_instance_can_disappear() -> None:
    world = demo_world()
    number = called(world, "eval-b")["id"]
    assert become(world, number, "gone").status == 200
    assert one(world, number) is None
    assert become(world, number, "running").status == 400


@pytest.mark.parametrize(
    ("number", "what"), [(1, "offline"), (None, "offline"), (True, "gone"), ("all", "gone")]
)
def test_an_instance_nobody_has_is_refused(number: object, what: object) -> None:
    answer = become(demo_world(), number, what)
    assert answer.status == 400
    assert answer.json["error"] == "invalid_request"


@pytest.mark.parametrize("what", ["happy", "", None, 7])
def test_a_word_that_means_nothing_is_refused(what: object) -> None:
    world = demo_world()
    before = rented(world)
    answer = become(world, before[0]["id"], what)
    assert answer.status == 400
    assert rented(world) == before


def test_the_refusal_names_the_words() -> None:
    world = demo_world()
    text = become(world, rented(world)[0]["id"], "happy").json["msg"]
    assert all(word in text for word in BECOME)
    with pytest.raises(ValueError, match="happy"):
        world.become(rented(world)[0]["id"], "happy")
