"""Another machine in one key: destroyed, avoided, and the next best offer with all as it was."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.support.fleet_rows import PLAIN
from tests.support.stage import Stage, stage
from vasttui.models.instance import AttachedVolume
from vasttui.models.remake import LaunchSettings
from vasttui.ui.instances.another import AnotherModal
from vasttui.ui.modals.typed_confirm import GUARD
from vasttui.ui.rent.as_it_was import as_it_was, not_known
from vasttui.ui.rent.dialog import RentModal
from vasttui.ui.rent.typed import Typed


async def on(running: Stage, label: str) -> int:
    await running.instances()
    row = next(one for one in running.app.fleet.rows if one.instance.label == label)
    running.app.get_screen("instances").browse.list.put_cursor(row.id)  # type: ignore[attr-defined]
    await running.pause()
    return row.id


async def asked(running: Stage) -> AnotherModal:
    await running.press("A")
    await running.until(lambda: isinstance(running.app.screen, AnotherModal))
    await running.pause(GUARD + 0.1)
    modal = running.app.screen
    assert isinstance(modal, AnotherModal)
    return modal


async def test_it_is_destroyed_avoided_and_rented_anew_as_it_was() -> None:
    async with stage(size=(120, 44), instances=10) as running:
        number = await on(running, "slow-net")
        row = running.app.fleet.row(number)
        assert row is not None
        machine, gpu = row.instance.machine_id, row.instance.gpu_name
        await asked(running)
        said = running.text
        assert "Another machine for slow-net" in said
        assert f"Its machine {machine} is avoided from then on: loading for" in said
        assert "Then the rent dialog opens, with everything as it was, on 1× " + str(gpu) in said
        assert not running.sent("destroy")

        await running.burst(*"slow-net")
        await running.press("enter", "enter")
        await running.until(lambda: isinstance(running.app.screen, RentModal), step=0.5)
        assert len(running.sent("destroy")) == 1
        assert running.app.session.preferences.current.avoided == {machine}
        assert running.app.fleet.row(number) is None
        assert not running.sent("rent"), "nothing is rented by itself"
        modal = running.app.screen
        assert isinstance(modal, RentModal)
        assert modal.offer.gpu_name == gpu
        assert modal.offer.machine_id != machine
        assert row.instance.image_uuid is not None
        assert row.instance.image_uuid in running.text
        assert "slow-net" in running.text


async def test_what_works_is_left_alone_and_what_is_refused_is_not_rented_anew() -> None:
    async with stage(faults={"destroy": ["http:400"] * 3}) as running:
        await on(running, "old-c")
        await running.press("A")
        assert "nothing is known to be wrong with it" in running.said
        assert len(running.app.screen_stack) == 1

        await on(running, "eval-b")
        await asked(running)
        await running.burst(*"eval-b")
        await running.press("enter", "enter")
        await running.until(lambda: "destroy eval-b: invalid" in running.said, step=0.5)
        await running.pause()
        assert len(running.app.screen_stack) == 1, "no rent dialog"
        assert not running.app.session.preferences.current.avoided


async def test_without_its_settings_nothing_is_destroyed() -> None:
    async with stage(faults={"instance": ["http:500"] * 9}) as running:
        await on(running, "eval-b")
        await running.press("A")
        await running.until(lambda: "Nothing was destroyed." in running.said, step=0.5)
        assert not running.sent("destroy")


SETTINGS = LaunchSettings(
    image="acme/x:1", args=("--port", "80 80"),
    env={
        "-p 8080:8080": "1", "-p 81:80/udp": "1", "-h": "box", "TOKEN": "a b", "B": "$x",
        "VASTTUI_INTENT": "abc",
    },
    onstart="echo hi\n",
)  # fmt: skip


def test_the_form_is_as_it_was() -> None:
    found = as_it_was(PLAIN, SETTINGS)
    assert found == Typed(
        image="acme/x:1", disk="60", label=PLAIN.title, args="--port '80 80'",
        env="'TOKEN=a b' 'B=$x'", ports="8080 81:80/udp", onstart="echo hi",
    )  # fmt: skip
    assert not_known(PLAIN, SETTINGS) == ["Not in the form: -h."]


@pytest.mark.parametrize(
    ("runtype", "launch", "way"),
    [
        ("ssh_direc ssh_proxy", "SSH", "direct"), ("ssh_proxy", "SSH", "proxy"),
        ("jupyter_proxy ssh_proxy", "JUPYTER", "proxy"), ("args", "ARGS", "proxy"),
        (None, "SSH", "direct"),
    ],
)  # fmt: skip
def test_how_it_was_started(runtype: str | None, launch: str, way: str) -> None:
    found = as_it_was(replace(PLAIN, image_runtype=runtype), SETTINGS)
    assert (found.launch, found.way) == (launch, way)


def test_what_could_not_be_read_or_stays_is_said() -> None:
    volume = AttachedVolume(5, "data")
    words = not_known(replace(PLAIN, volume_info=(volume,)), LaunchSettings(image="x", args=()))
    assert words == [
        "Could not be read: its variables, on-start script.",
        "Stays on its machine: V.5 data.",
    ]
