"""Keys, readiness, and whether the instance is what was requested."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.support.fake_renting import AGREED, KEY, OTHER_KEY, Scene, Script
from tests.support.fleet_rows import PLAIN
from tests.support.virtual_time import in_virtual_time
from vasttui.services.renting.diff import differences
from vasttui.services.renting.rental import RentStep

GOT = replace(PLAIN, is_bid=False, dph_total=0.3, gpu_ram=24564, disk_space=60.0)


def attached(scene: Scene) -> int:
    return scene.service.sent.count("attach 1000")


@in_virtual_time
async def test_a_key_that_the_account_brought_is_not_attached() -> None:
    scene = Scene()
    scene.service.account = [KEY, OTHER_KEY]
    state = await scene.rent()
    assert state.step is RentStep.DONE
    assert attached(scene) == 0


@pytest.mark.parametrize("how", ["lost before", "lost after", "not sent", "missing"])
def test_a_key_is_sent_until_it_is_seen_on_the_instance(how: str) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = Scene(Script({"attach": [how]}))
        state = await scene.rent()
        assert state.step is RentStep.DONE
        assert state.key_trouble == ""
        assert KEY.blob in scene.service.made[0].keys
        assert attached(scene) == (1 if how == "lost after" else 2)

    check()


@in_virtual_time
async def test_it_is_not_ready_before_the_key_was_seen() -> None:
    scene = Scene(Script({"keys": ["fails"] * 6}))
    rent = asyncio.create_task(scene.rent())
    await scene.clock.sleep(40.0)
    (state,) = scene.renter.unfinished
    assert state.step is RentStep.ATTACHING
    assert "keys could not be read" in state.key_trouble
    assert state.ssh.startswith("ssh ")
    assert (await rent).key_trouble == ""


@in_virtual_time
async def test_a_key_that_the_service_will_not_have_is_told_of_and_not_sent_again() -> None:
    scene = Scene(Script({"attach": ["refused", "ok"]}))
    state = await scene.rent(keys=(KEY, OTHER_KEY))
    assert state.step is RentStep.DONE
    assert "The service refused a key: Invalid key." in state.key_trouble
    assert scene.service.made[0].keys.keys() == {OTHER_KEY.blob}
    assert attached(scene) == 2


@in_virtual_time
async def test_without_keys_there_is_nothing_to_attach() -> None:
    scene = Scene()
    state = await scene.rent(keys=())
    assert state.step is RentStep.DONE
    assert not any(one.startswith(("keys", "attach")) for one in scene.service.sent)


@in_virtual_time
async def test_readings_that_fail_do_not_end_it() -> None:
    scene = Scene(Script({"reading": ["fails"] * 4}))
    assert (await scene.rent()).step is RentStep.DONE
    assert any("could not be read" in state.sentence for state in scene.published)


@in_virtual_time
async def test_what_is_not_listed_yet_is_not_gone() -> None:
    scene = Scene(lag=200.0)
    state = await scene.rent()
    assert state.step is RentStep.DONE
    assert any("not in the list yet" in state.sentence for state in scene.published)
    assert "instance 1000" not in scene.service.sent


@in_virtual_time
async def test_what_somebody_destroyed_meanwhile_is_gone() -> None:
    scene = Scene()
    scene.service.starts_after = 1e9
    rent = asyncio.create_task(scene.rent())
    await scene.until(RentStep.STARTING)
    scene.service.made[0].destroyed = True
    state = await rent
    assert state.step is RentStep.GONE
    assert await scene.journal.unfinished() == []


@in_virtual_time
async def test_what_never_appears_in_the_list_is_asked_for_by_its_number() -> None:
    scene = Scene(lag=1e9)
    asyncio.create_task(scene.rent())  # noqa: RUF006 - the scene holds it
    await scene.clock.sleep(400.0)
    assert scene.renter.unfinished[0].instance_id == 1000
    scene.service.made[0].destroyed = True
    assert (await scene.until(RentStep.GONE)).instance_id == 1000


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"actual_status": "exited", "cur_state": "running"}, "exited"),
        ({"status_msg": "Error: OCI runtime failed", "actual_status": None}, "failed"),
    ],
)
def test_what_does_not_run_is_an_alarm(changes: dict[str, Any], word: str) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = Scene()
        scene.service.changes |= changes
        state = await scene.rent()
        assert state.step is RentStep.HALTED
        assert state.is_alarm
        assert f"it is {word}, and its disk costs money" in state.sentence

    check()


@in_virtual_time
async def test_says_at_once_what_is_not_as_agreed() -> None:
    scene = Scene()
    scene.service.starts_after = 60.0
    scene.service.changes |= {"dph_total": 0.32, "disk_space": 20.0}
    rent = asyncio.create_task(scene.rent())
    state = await scene.until(RentStep.STARTING)
    assert state.differences == (
        "It costs $0.320/h; $0.300/h was agreed.",
        "Its disk has 20 GB; 60 GB was agreed.",
    )
    assert state.is_alarm
    assert (await rent).differences == state.differences


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"dph_total": 0.307}, "It costs $0.307/h; $0.300/h was agreed."),
        ({"dph_total": None, "unread": ("dph_total",)},
         "Its price cannot be read; $0.300/h was agreed."),
        ({"gpu_name": "RTX 3060"}, "It has 1x RTX 3060; 1x RTX 4090 was agreed."),
        ({"num_gpus": 2}, "It has 2x RTX 4090; 1x RTX 4090 was agreed."),
        ({"gpu_ram": 12_000}, "Its GPU has 12000 MB; 24564 MB was agreed."),
        ({"disk_space": 58.0}, "Its disk has 58 GB; 60 GB was agreed."),
        ({"is_bid": True}, "It is interruptible; on-demand was agreed."),
        ({"cuda_max_good": 12.4}, "It goes up to CUDA 12.4; 12.8 was agreed."),
        ({"machine_id": 1}, "It is machine 1; machine 25991 was agreed."),
    ],
)  # fmt: skip
def test_every_difference_is_named(changes: dict[str, Any], sentence: str) -> None:
    assert differences(AGREED, replace(GOT, **changes)) == (sentence,)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"dph_total": 0.305},
        {"dph_total": 0.1, "disk_space": 80.0, "cuda_max_good": 13.0, "gpu_ram": 24_500},
        dict.fromkeys(
            ("dph_total", "gpu_name", "num_gpus", "gpu_ram", "disk_space", "is_bid",
             "cuda_max_good", "machine_id")
        ),
    ],
)  # fmt: skip
def test_as_agreed_or_better_or_unknown_is_no_difference(changes: dict[str, Any]) -> None:
    assert differences(AGREED, replace(GOT, **changes)) == ()
