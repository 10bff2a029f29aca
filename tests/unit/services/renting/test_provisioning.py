"""Keys, readiness, and whether the instance is what was requested."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from tests.support.fake_renting import AGREED, KEY, OTHER_KEY, REQUEST, Scene, Script
from tests.support.fleet_rows import PLAIN
from tests.support.virtual_time import in_virtual_time
from vasttui.models.instance import PortMapping
from vasttui.models.ssh_key import SshKey
from vasttui.services.renting.diff import differences
from vasttui.services.renting.rental import RentStep
from vasttui.services.ssh.local_keys import fingerprint

WEB = (PortMapping(8080, "tcp", 33527),)
GOT = structs.replace(PLAIN, is_bid=False, dph_total=0.3, gpu_ram=24564, disk_space=60.0)


def attached(scene: Scene) -> int:
    return scene.service.sent.count("attach 1000")


@in_virtual_time
async def test_a_key_that_the_account_brought_is_not_attached() -> None:
    scene = Scene()
    scene.service.account = [KEY, OTHER_KEY]
    state = await scene.rent()
    assert state.step is RentStep.DONE
    assert attached(scene) == 0


@pytest.mark.parametrize("listed", [False, True])
def test_a_key_that_was_cut_is_not_sent_and_never_said_to_be_attached(listed: bool) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = Scene()
        cut = SshKey(KEY.text.split()[0] + " " + KEY.blob[:-20])
        scene.service.account = [cut] if listed else []
        state = await scene.rent(keys=[cut])
        assert attached(scene) == 0
        assert state.key_trouble is not None
        assert state.key_trouble.why == "It is damaged, so it was not sent."
        assert not state.ssh
        await scene.renter.aclose()

    check()


@pytest.mark.parametrize("how", ["lost before", "lost after", "not sent", "missing"])
def test_a_key_is_sent_until_it_is_seen_on_the_instance(how: str) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = Scene(Script({"attach": [how]}))
        state = await scene.rent()
        assert state.step is RentStep.DONE
        assert state.key_trouble is None
        assert "log in with ssh -p" in state.sentence
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
    assert state.key_trouble is not None
    assert state.key_trouble.what.startswith("It is not known whether SSH key ed25519 SHA256:")
    assert "keys could not be read" in state.key_trouble.why
    assert not state.ssh
    ended = await rent
    assert (ended.key_trouble, ended.is_alarm) == (None, False)
    assert ended.ssh.startswith("ssh ")


@in_virtual_time
async def test_a_key_that_the_service_will_not_have_is_told_of_and_not_sent_again() -> None:
    scene = Scene(Script({"attach": ["refused", "ok"]}))
    state = await scene.rent(keys=(KEY, OTHER_KEY))
    assert state.step is RentStep.DONE
    assert state.key_trouble is not None
    assert state.key_trouble.what == f"SSH key ed25519 {fingerprint(KEY.text)[:20]}… is not on it"
    assert state.key_trouble.why == "Vast.ai refused it: Invalid key."
    assert state.is_alarm
    assert "log in with ssh" in state.sentence  # with the other one
    assert scene.service.made[0].keys.keys() == {OTHER_KEY.blob}
    await scene.clock.sleep(600.0)
    assert attached(scene) == 2


@in_virtual_time
async def test_an_instance_without_its_key_is_watched_until_it_has_one() -> None:
    scene = Scene(Script({"attach": ["refused"]}))
    state = await scene.rent()
    assert (state.step, state.sentence, state.ssh) == (RentStep.DONE, "It runs.", "")
    assert state.is_alarm
    assert [row.state for row in await scene.journal.unfinished()] == ["created"]
    await scene.clock.sleep(3_600.0)
    assert scene.published[-1] == state
    scene.service.made[0].keys[OTHER_KEY.blob] = OTHER_KEY
    await scene.clock.sleep(60.0)
    ended = scene.published[-1]
    assert (ended.key_trouble, ended.is_alarm) == (None, False)
    assert "log in with ssh -p" in ended.sentence
    assert await scene.journal.unfinished() == []
    assert scene.renter.unfinished == []


@in_virtual_time
async def test_a_key_that_cannot_be_read_for_five_minutes_is_told_of_as_unknown() -> None:
    scene = Scene(Script({"keys": ["fails"] * 25}))
    state = await scene.rent()
    assert scene.clock.monotonic() == pytest.approx(305.0, abs=10.0)
    assert (state.step, state.sentence, state.ssh) == (RentStep.DONE, "It runs.", "")
    assert state.is_alarm
    assert state.key_trouble is not None
    assert state.key_trouble.what.startswith("It is not known whether")
    await scene.clock.sleep(900.0)
    assert scene.published[-1].key_trouble is None
    assert KEY.blob in scene.service.made[0].keys
    assert await scene.journal.unfinished() == []


@in_virtual_time
async def test_a_missing_key_can_be_dismissed_or_goes_with_its_instance() -> None:
    scene = Scene(Script({"attach": ["refused", "refused"]}))
    first = await scene.rent()
    assert first.intent is not None
    await scene.renter.dismiss(first.intent)
    assert await scene.journal.unfinished() == []
    second = await scene.rent(replace(REQUEST, ask=7))
    assert second.is_alarm
    scene.service.made[1].destroyed = True
    gone = await scene.until(RentStep.GONE)
    assert (gone.instance_id, gone.key_trouble, gone.is_alarm) == (1001, None, False)
    assert await scene.journal.unfinished() == []
    told = len(scene.published)
    await scene.clock.sleep(600.0)
    assert len(scene.published) == told


@in_virtual_time
async def test_a_key_is_not_asked_of_what_was_launched_without_ssh() -> None:
    scene = Scene(Script({"attach": ["refused"]}))
    scene.service.changes["image_runtype"] = "args"
    state = await scene.rent()
    assert (state.step, state.key_trouble, state.is_alarm) == (RentStep.DONE, None, False)
    assert "without SSH" in state.sentence


@in_virtual_time
async def test_without_keys_there_is_nothing_to_attach() -> None:
    scene = Scene()
    state = await scene.rent(keys=())
    assert state.step is RentStep.DONE
    assert not any(one.startswith(("keys", "attach")) for one in scene.service.sent)
    assert "No SSH key was chosen" in state.sentence


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
    assert any("not listed yet" in state.sentence for state in scene.published)
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
        ({"actual_status": "exited", "cur_state": "running"}, "has exited"),
        ({"status_msg": "Error: OCI runtime failed", "actual_status": None}, "has failed"),
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
        assert f"it {word}, and its disk is billed" in state.sentence

    check()


@in_virtual_time
async def test_says_at_once_what_is_not_as_agreed() -> None:
    scene = Scene()
    scene.service.starts_after = 60.0
    scene.service.changes |= {"dph_total": 0.32, "disk_space": 20.0}
    rent = asyncio.create_task(scene.rent())
    state = await scene.until(RentStep.STARTING)
    assert state.differences == (
        "Price: $0.320/h; $0.300/h was agreed.",
        "Disk: 20 GB; 60 GB was agreed.",
    )
    assert state.is_alarm
    assert (await rent).differences == state.differences


PROXY = "Connection: through Vast.ai's proxy; direct was agreed."


@pytest.mark.parametrize(
    ("ports", "direct", "told"),
    [((), True, True), (WEB, True, True), ((), False, False), ((), None, False)],
)
def test_a_host_that_maps_no_port_gives_no_direct_connection(
    ports: tuple[PortMapping, ...], direct: bool | None, told: bool
) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = Scene()
        proxy = {"ssh_host": "ssh4.vast.ai", "ssh_port": 10_044}
        scene.service.changes |= {"ports": ports, **proxy}
        state = await scene.rent(agreed=replace(AGREED, direct=direct))
        assert state.step is RentStep.DONE
        assert state.differences == ((PROXY,) if told else ())
        assert "log in with ssh -p" in state.sentence
        await scene.renter.aclose()

    check()


@pytest.mark.parametrize("runtype", ["args", "ssh_proxy"])
def test_a_port_that_was_asked_for_and_is_not_mapped_is_told(runtype: str) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = Scene()
        asked = {"env_names": ("-p 8080:8080", "-p 22:22"), "image_runtype": runtype}
        scene.service.changes |= {"ports": (), **asked}
        rent = asyncio.create_task(scene.rent(agreed=replace(AGREED, direct=None)))
        await scene.hears("The instance is running")
        await scene.clock.sleep(10.0)
        assert not rent.done()
        scene.service.changes["ports"] = (PortMapping(22, "tcp", 40_022),)
        assert (await rent).differences == ("Ports: 8080/tcp asked, not mapped.",)
        await scene.renter.aclose()

    check()


@in_virtual_time
async def test_ports_that_are_told_after_it_runs_are_waited_for_without_an_alarm() -> None:
    scene = Scene()
    scene.service.changes["ports"] = ()
    rent = asyncio.create_task(scene.rent(agreed=replace(AGREED, direct=True)))
    await scene.hears("The instance is running")
    await scene.clock.sleep(10.0)
    assert not rent.done()
    scene.service.changes["ports"] = PLAIN.ports
    assert (await rent).step is RentStep.DONE
    assert not any(state.differences for state in scene.published)


@in_virtual_time
async def test_a_missing_direct_connection_is_withdrawn_when_the_ports_come_late() -> None:
    scene = Scene()
    scene.service.changes |= {"ports": (), "disk_space": 20.0}
    state = await scene.rent(agreed=replace(AGREED, direct=True))
    disk = "Disk: 20 GB; 60 GB was agreed."
    assert state.differences == (disk, PROXY)
    scene.service.changes["ports"] = PLAIN.ports
    await scene.clock.sleep(60.0)
    assert scene.published[-1].differences == (disk,)
    scene.service.changes |= {"disk_space": 60.0}
    await scene.clock.sleep(60.0)
    assert not scene.published[-1].is_alarm
    await scene.renter.aclose()


@in_virtual_time
async def test_what_does_not_run_is_not_said_to_lack_its_ports() -> None:
    scene = Scene()
    stopped = {"actual_status": "exited", "cur_state": "running"}
    scene.service.changes |= {"ports": (), **stopped}
    state = await scene.rent(agreed=replace(AGREED, direct=True))
    assert (state.step, state.differences) == (RentStep.HALTED, ())
    await scene.renter.aclose()


@pytest.mark.parametrize(("first", "alarm"), [(0.29, False), (0.5, True)])
def test_a_bid_that_the_user_raises_is_no_difference(first: float, alarm: bool) -> None:
    @in_virtual_time
    async def check() -> None:
        scene = Scene()
        scene.service.starts_after = 60.0
        bid = {"is_bid": True, "dph_base": first, "dph_total": first + 0.01}
        scene.service.changes |= bid
        request, agreed = replace(REQUEST, bid=0.29), replace(AGREED, is_bid=True)
        rent = asyncio.create_task(scene.rent(request=request, agreed=agreed))
        await scene.until(RentStep.STARTING)
        if not alarm:
            scene.service.changes |= {"dph_base": 0.5, "dph_total": 0.51}
        state = await rent
        assert state.differences == (("Price: $0.510/h; $0.300/h was agreed.",) if alarm else ())

    check()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"dph_total": 0.307}, "Price: $0.307/h; $0.300/h was agreed."),
        ({"dph_total": None, "unread": ("dph_total",)},
         "Price: cannot be read; $0.300/h was agreed."),
        ({"gpu_name": "RTX 3060"}, "GPU: 1× RTX 3060; 1× RTX 4090 was agreed."),
        ({"num_gpus": 2}, "GPU: 2× RTX 4090; 1× RTX 4090 was agreed."),
        ({"gpu_ram": 12_000}, "GPU memory: 12000 MB; 24564 MB was agreed."),
        ({"disk_space": 58.0}, "Disk: 58 GB; 60 GB was agreed."),
        ({"is_bid": True}, "Type: interruptible; on-demand was agreed."),
        ({"cuda_max_good": 12.4}, "CUDA: 12.4; 12.8 was agreed."),
        ({"machine_id": 1}, "Machine: 1; 25991 was agreed."),
    ],
)  # fmt: skip
def test_every_difference_is_named(changes: dict[str, Any], sentence: str) -> None:
    assert differences(AGREED, structs.replace(GOT, **changes)) == (sentence,)


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
    assert differences(AGREED, structs.replace(GOT, **changes)) == ()
