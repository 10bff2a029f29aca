"""Destroying as a user does it: named, confirmed, and never another instance."""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace
from textual.widgets import Button, Input

from tests.support.dialogs import opened
from tests.support.fleet_rows import fleet_row
from tests.support.stage import Stage, stage
from vasttui.models.bill import Bill
from vasttui.models.instance import AttachedVolume
from vasttui.models.status import Phase
from vasttui.models.volume import Volume
from vasttui.ui.instances.destroy_dialog import DestroyModal, instance_lines
from vasttui.ui.instances.flows import names
from vasttui.ui.instances.snapshot_dialog import SnapshotModal
from vasttui.ui.timers.lines import MANAGED
from vasttui.ui.timers.lines import about as timer_about
from vasttui.ui.workers import has_stop, worker_words


async def ask(running: Stage, *marks: str) -> DestroyModal:
    """Open the dialog for the row under the cursor, or for the marked rows."""
    await running.instances()
    await running.press(*marks)
    await running.dialog("D")
    modal = running.app.screen
    assert isinstance(modal, DestroyModal)
    return modal


def put(running: Stage, text: str) -> None:
    running.app.screen.query_one(Input).value = text


def ids(running: Stage) -> list[int]:
    return [one.id for one in running.world.contracts.all(running.clock.now())]


def times(running: Stage) -> int:
    """How many were said to be gone."""
    return running.said.count("no longer listed")


def labelled(running: Stage, label: str) -> int:
    every = running.world.contracts.all(running.clock.now())
    return next(one.id for one in every if one.label == label)


async def test_the_label_or_the_end_of_the_number_destroys_it() -> None:
    async with stage(instances=4) as running:
        for number, word in enumerate(("label", "digits"), 1):
            await ask(running, "G")
            row = running.app.get_screen("instances").browse.current  # type: ignore[attr-defined]
            assert f"Destroy instance {row.id}" in running.text, word
            assert "GB of data will be lost" in running.text, word
            put(running, row.instance.title if word == "label" else str(row.id)[-4:])
            await running.pause()
            await running.press("enter")
            assert running.app.focused is running.app.screen.query_one("#destroy", Button), word
            await running.press("enter")
            await running.until(lambda n=number: len(ids(running)) == 4 - n)  # type: ignore[misc]
            assert row.id not in ids(running), word
            await running.until(lambda n=number: times(running) == n, step=0.5)  # type: ignore[misc]
            assert len(ids(running)) == 4 - number, word
            assert len(running.sent("destroy")) == number, word
            await running.press("escape")


async def test_anything_else_destroys_nothing_and_can_be_mended() -> None:
    async with stage(instances=4) as running:
        modal = await ask(running)
        row = running.app.get_screen("instances").browse.current  # type: ignore[attr-defined]
        for text in ("", "train", "TRAIN-A", "0000", "train-a x", str(row.id)[-4:] + "x"):
            put(running, text)
            await running.pause()
            assert modal.query_one("#destroy", Button).disabled, text
            await running.press("enter", "enter")
            assert running.app.screen is modal, text
            assert running.app.focused is modal.query_one(Input), text
            assert "✖ That is not it. Type " in running.text, text
        put(running, str(row.id)[-4:])
        await running.pause()
        assert "That is not it" not in running.text
        await running.press("enter")
        assert running.app.focused is modal.query_one("#destroy", Button)
        assert "enter destroy  " in running.text
        await running.press("escape")
        assert running.sent("destroy") == []


async def test_every_button_is_on_the_screen_and_stop_keeps_the_disk() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        number = labelled(running, "train-a")
        running.app.get_screen("instances").browse.list.put_cursor(number)  # type: ignore[attr-defined]
        for width in (60, 64, 70, 76, 80, 120):
            await running.pilot.resize_terminal(width, 24)
            await running.dialog("D")
            for word in ("[ Cancel ]", "[ Stop ]", "[ Copy first ]", "[ Destroy ]"):
                assert word in running.text, width
            await running.press("escape")

        await running.dialog("D")
        assert "Stop keeps the disk and costs $" in running.text
        assert "rsync" not in running.text
        running.app.screen.query_one("#copy", Button).press()
        await running.until(lambda: "rsync -avzP" in running.text)
        while len(running.app.screen_stack) > 1:
            await running.press("escape")
        await running.dialog("D")
        running.app.screen.query_one("#stop", Button).press()
        contract = running.world.contracts.get(number, running.clock.now())
        assert contract is not None
        await running.until(lambda: contract.state.cur == "stopped")
        assert running.sent("destroy") == []


async def test_letters_typed_before_the_dialog_could_be_seen_are_dropped() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await running.press("D")
        await running.type("8356")
        assert running.app.screen.query_one(Input).value == ""
        assert "✖ That was typed before this was shown. Type" in running.text


@pytest.mark.parametrize("marked", [False, True])
async def test_of_a_burst_behind_the_key_neither_letters_nor_enters_count(marked: bool) -> None:
    async with stage(instances=4) as running:
        await running.instances()
        before = ids(running)
        word = "destroy 2" if marked else str(running.app.fleet.rows[0].id)[-4:]
        letters = ("space" if letter == " " else letter for letter in word)
        await running.burst(*(["space", "space"] * marked), "D", *letters, "enter", "enter")
        await running.until(lambda: "That was typed before this was shown." in running.text)
        assert "That is not it" not in running.text
        modal = running.app.screen
        assert isinstance(modal, DestroyModal)
        assert modal.focused is modal.query_one(Input)
        assert modal.query_one(Input).value == ""
        await running.pause(1.0)
        await running.type("nothing")
        assert "typed before" not in running.text
        await running.press("enter")
        assert "That is not it" in running.text
        assert ids(running) == before


async def test_several_are_named_and_meant_together() -> None:
    async with stage(instances=4) as running:
        await ask(running, "space", "space")
        rows = running.app.get_screen("instances").browse.targets  # type: ignore[attr-defined]
        assert len(rows) == 2
        for row in rows:
            assert row.instance.title in running.text
        put(running, "destroy 2")
        await running.pause()
        await running.press("enter", "enter")
        await running.until(lambda: len(ids(running)) == 2, step=0.5)
        assert not {row.id for row in rows} & set(ids(running))


async def test_read_only_mode_opens_no_dialog() -> None:
    async with stage(instances=4, read_only=True) as running:
        await running.instances()
        await running.press("D")
        await running.until(lambda: "Read-only mode" in running.said)
        assert len(running.app.screen_stack) == 1


async def test_what_disappears_under_the_dialog_is_never_its_neighbour() -> None:
    async with stage(instances=4) as running:
        await ask(running)
        row = running.app.get_screen("instances").browse.current  # type: ignore[attr-defined]
        running.world.become(row.id, "gone")
        await running.poll()
        put(running, str(row.id)[-4:])
        await running.pause()
        await running.press("enter", "enter")
        await running.until(lambda: "no longer exists" in running.said, step=0.5)
        assert running.sent("destroy") == []
        assert len(ids(running)) == 3


async def test_whatever_moves_the_one_named_in_the_dialog_is_the_one_destroyed() -> None:
    """Real keys on the real screen; many more interleavings are tested on its state."""
    rng = random.Random(5)
    async with stage(instances=14) as running:
        await running.instances()
        for _ in range(8):
            for _ in range(rng.randrange(1, 5)):
                await running.press(rng.choice(("j", "k", "G", "g", "I", "<", ">")))
            row = running.app.get_screen("instances").browse.current  # type: ignore[attr-defined]
            if row is None:
                await running.press("j")
                continue
            before = set(ids(running))
            await running.dialog("D")
            modal = running.app.screen
            assert isinstance(modal, DestroyModal)
            assert f"({row.id})" in running.text
            victim = rng.choice(sorted(before - {row.id}))
            running.world.become(victim, "gone")
            await running.poll()
            put(running, str(row.id)[-4:])
            await running.pause()
            await running.press("enter", "enter")
            await running.until(lambda row=row: row.id not in ids(running), step=0.5)  # type: ignore[misc]
            assert set(ids(running)) == before - {row.id, victim}
            await running.poll()


async def test_what_it_saves_is_of_the_credit_and_what_is_not_known_is_no_zero() -> None:
    offline = [
        fleet_row(1, Phase.RUNNING, dph_base=0.2, storage_total_cost=0.02, bill=Bill(0.2, 0.02)),
        fleet_row(2, Phase.OFFLINE, storage_total_cost=0.05, bill=Bill(0.0, 0.0)),
        fleet_row(3, Phase.STOPPED, storage_total_cost=0.03, bill=Bill(0.0, 0.03)),
    ]
    reserved = fleet_row(1, Phase.RUNNING, credit_balance=30.0, bill=Bill(0.2, 0.029, prepaid=True))
    priced = fleet_row(8, Phase.RUNNING, bill=Bill(0.2, 0.02))
    unknown = fleet_row(7, Phase.RUNNING, bill=Bill(None, None), num_gpus=None, gpu_name=None)
    async with opened(DestroyModal(offline, 0.0)) as seen:
        assert "Saves $0.250/h." in seen.text
        assert "Stop keeps the disk and costs $0.050/h." in seen.text
        await seen.again(DestroyModal([reserved], 0.0))
        assert "It saves nothing of your credit. A deposit pays $0.229/h." in seen.text
        assert "Only want to stop paying" not in seen.text
        await seen.again(DestroyModal([reserved, priced], 0.0))
        assert "Saves $0.220/h. A deposit pays $0.229/h." in seen.text
        await seen.again(DestroyModal([unknown], 0.0))
        assert "What it saves is unknown." in seen.text
        assert "$0" not in seen.text
        assert "?×" not in seen.text
        await seen.again(DestroyModal([unknown, priced], 0.0))
        assert "Saves $0.220/h (some prices are unknown)." in seen.text


def test_a_volume_is_named_with_what_it_goes_on_to_cost() -> None:
    row = fleet_row(7, volume_info=(AttachedVolume(5), AttachedVolume(6, "logs")))
    read = Volume(id=5, label="datasets", storage_total_cost=48 / 720)
    said = [line.plain for line in instance_lines(row, 0.0, [read])[2:]]
    assert said == [
        "  volume datasets (V.5) stays and bills $48.00/month",
        "  volume V.6 logs stays, and keeps billing",
    ]


async def test_a_worker_is_called_one_and_may_come_again() -> None:
    row = fleet_row(7, endpoint_id=5)
    maybe = "which, if it still exists, may start another"
    for worker, name, may in (
        (row, "5", maybe), (replace(row, endpoint="llama"), "llama", "which may start another"),
    ):  # fmt: skip
        said = f"a worker of the serverless endpoint {name}, {may}"
        lines = [line.plain for line in DestroyModal([worker], 0.0).lines()]
        assert any(said in line for line in lines)
        assert any(" unless another worker starts." in line for line in lines)
        for words in (names([worker]), worker_words([worker])):
            assert f"It is a worker of the serverless endpoint {name}, {may}" in words
        about = [line.plain for line in timer_about([worker], "none", 0.0)]
        assert MANAGED in about
    both = [replace(row, endpoint="llama"), fleet_row(8)]
    assert worker_words(both).startswith("1 of them is a worker of the serverless endpoint llama,")
    assert worker_words([fleet_row(8)]) == ""
    assert "worker" not in names([fleet_row(8)])
    async with opened(SnapshotModal(row.instance, worker_words([row]))) as seen:
        assert f"It is a worker of the serverless endpoint 5, {maybe}" in " ".join(
            seen.text.split()
        )
    elsewhere = [row, fleet_row(8, endpoint_id=6)]
    assert "endpoints 5, 6, which, if they still exist, may start others" in worker_words(elsewhere)


async def test_a_worker_is_not_stopped_since_its_endpoint_does_that() -> None:
    worker = fleet_row(7, Phase.RUNNING, bill=Bill(0.2, 0.02), endpoint_id=5)
    other = fleet_row(8, Phase.RUNNING, bill=Bill(0.3, 0.05), dph_base=0.3, storage_total_cost=0.05)
    async with opened(DestroyModal([worker], 0.0)) as seen:
        assert not seen.app.screen.query("#stop")
        assert "Only want to stop paying" not in seen.text
        await seen.again(DestroyModal([worker, other], 0.0))
        assert seen.app.screen.query("#stop")
        assert "Stop keeps the disk and costs $0.270/h." in seen.text  # the worker runs on
    assert [row.id for row in (worker, other) if has_stop(row)] == [8]


async def test_only_what_is_possible_in_a_state_is_offered() -> None:
    async with opened(DestroyModal([fleet_row(1)], 0.0)) as seen:
        for phase in Phase:
            await seen.again(DestroyModal([fleet_row(1, phase)], 0.0))
            halted = phase in (Phase.STOPPING, Phase.STOPPED, Phase.OUTBID, Phase.OFFLINE)
            assert bool(seen.app.screen.query("#stop")) is not halted, phase
            assert not halted or "Stop keeps" not in seen.text, phase
            assert bool(seen.app.screen.query("#copy")) is (phase is Phase.RUNNING), phase
        for phase, intended in (
            (Phase.NO_SIGNAL, "running"), (Phase.FAILED, "stopped"), (Phase.UNREADABLE, "stopped"),
        ):  # fmt: skip
            await seen.again(DestroyModal([fleet_row(1, phase, intended_status=intended)], 0.0))
            assert bool(seen.app.screen.query("#stop")) is (intended == "running"), phase
        for changes in ({"image_runtype": "args"}, {"public_ipaddr": None, "ssh_host": None}):
            await seen.again(DestroyModal([fleet_row(1, **changes)], 0.0))
            assert not seen.app.screen.query("#copy"), changes


async def test_stop_instead_leaves_alone_what_is_stopped() -> None:
    async with stage(instances=8) as running:
        await running.instances()
        browse = running.app.get_screen("instances").browse  # type: ignore[attr-defined]
        rows = [row for row in browse.rows if row.phase in (Phase.RUNNING, Phase.STOPPED)]
        assert {row.phase for row in rows} == {Phase.RUNNING, Phase.STOPPED}
        for row in rows:
            browse.list.toggle_mark(row.id)
        await running.dialog("D")
        running.app.screen.query_one("#stop", Button).press()
        runs = sum(row.phase is Phase.RUNNING for row in rows)
        await running.until(lambda: len(running.sent("manage")) == runs, step=0.5)
        await running.poll()
        assert len(running.sent("manage")) == runs
        assert running.sent("destroy") == []
