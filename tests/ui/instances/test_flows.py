"""What a key press on instances asks first, and to which of them it is done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from textual.screen import Screen

from tests.support.fleet_rows import NOW, fleet_row
from vasttui.models.instance import AttachedVolume
from vasttui.models.status import Phase
from vasttui.services.actions.kinds import Action
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.services.timers.kept import KeptStop
from vasttui.ui.context import AppContext
from vasttui.ui.instances.flows import InstanceFlows
from vasttui.ui.instances.remaking import RemakeFlows, lost_words
from vasttui.ui.modals.message import ConfirmModal

STOPPED_BY_THE_KEY = {
    Phase.RUNNING, Phase.LOADING, Phase.PROVISIONING, Phase.STARTING, Phase.SCHEDULING,
    Phase.FROZEN, Phase.REBOOTING, Phase.RECYCLING,
}  # fmt: skip
"""States in which a GPU is billed, or will be without anybody doing more."""

RESTARTED = {
    Phase.RUNNING, Phase.LOADING, Phase.STARTING, Phase.FROZEN, Phase.REBOOTING, Phase.RECYCLING,
    Phase.EXITED, Phase.FAILED, Phase.UNREADABLE,
}  # fmt: skip
"""States in which there may be a container."""


class Told:
    """An application in which every question is answered with yes."""

    def __init__(self) -> None:
        self.asked: list[ConfirmModal] = []
        self.done: list[tuple[str, list[int]]] = []
        self.said: list[str] = []
        self.fleet = Fleet()
        self.live = None
        self.session = SimpleNamespace(
            clock=SimpleNamespace(now=lambda: NOW), timers=SimpleNamespace(stops=())
        )

    async def push_screen_wait(self, modal: Screen[Any]) -> bool:
        assert isinstance(modal, ConfirmModal)
        self.asked.append(modal)
        return True

    def act(self, action: Action, targets: Sequence[FleetRow]) -> None:
        self.done.append((action.what, [row.id for row in targets]))

    def notify(self, message: str, **_: object) -> None:
        self.said.append(message)

    @property
    def flows(self) -> InstanceFlows:
        return InstanceFlows(cast(AppContext, self))

    @property
    def text(self) -> str:
        """The last question."""
        return self.asked[-1]._text  # noqa: SLF001

    @property
    def figures(self) -> list[str]:
        """The prices in the last question."""
        return re.findall(r"\$[\d.,]*\d", self.text)


@pytest.mark.parametrize("phase", Phase)
async def test_the_same_key_stops_what_costs_and_starts_the_rest(phase: Phase) -> None:
    told = Told()
    await told.flows.toggle([fleet_row(7, phase)])
    assert told.done == [("stop" if phase in STOPPED_BY_THE_KEY else "start", [7])]


@pytest.mark.parametrize("phase", Phase)
async def test_of_several_only_those_that_cost_are_stopped(phase: Phase) -> None:
    told = Told()
    rows = [fleet_row(1, Phase.RUNNING), fleet_row(2, phase), fleet_row(3, Phase.STOPPED)]
    await told.flows.toggle(rows)
    assert told.done == [("stop", [1, 2] if phase in STOPPED_BY_THE_KEY else [1])]


@pytest.mark.parametrize("phase", Phase)
async def test_only_what_may_have_a_container_is_restarted(phase: Phase) -> None:
    for word in ("reboot", "recycle"):
        told = Told()
        await getattr(told.flows, word)([fleet_row(7, phase)])
        assert told.done == ([(word, [7])] if phase in RESTARTED else [])
        assert bool(told.said) is (phase not in RESTARTED)


async def test_what_a_stop_leaves_to_pay() -> None:
    told = Told()
    one = fleet_row(1, storage_total_cost=0.0124)
    await told.flows.toggle([one])
    assert told.figures == ["$0.012", "$0.30"]  # 0.0124 * 24 = 0.2976
    two = fleet_row(2, Phase.FROZEN, storage_total_cost=0.05)
    await told.flows.toggle([one, two, fleet_row(3, Phase.STOPPED, storage_total_cost=9.0)])
    assert told.figures == ["$0.062", "$1.50"]  # 0.0124 + 0.05 = 0.0624; * 24 = 1.4976
    await told.flows.toggle([one, fleet_row(2, unread=("storage_total_cost",))])
    assert told.figures == []


async def test_what_a_start_costs() -> None:
    told = Told()
    one = fleet_row(1, Phase.STOPPED, dph_total=0.2873, dph_base=0.274)
    two = fleet_row(2, Phase.OUTBID, dph_total=0.5, dph_base=0.4)
    await told.flows.toggle([one])
    assert told.figures == ["$0.287"]
    await told.flows.toggle([one, two])
    assert told.figures == ["$0.787"]  # 0.2873 + 0.5
    assert "What was outbid starts only once its bid wins." in told.text
    await told.flows.toggle([one, fleet_row(2, Phase.STOPPED)])
    assert told.figures == []


async def test_only_what_is_known_to_be_on_demand_is_called_so() -> None:
    told = Told()
    sure, unknown = fleet_row(1, is_bid=False), fleet_row(2, is_bid=None)
    await told.flows.bid([sure])
    await told.flows.bid([unknown])
    await told.flows.bid([sure, unknown])
    assert ["on-demand" in text for text in told.said] == [True, False, False]
    assert told.done == []


async def test_what_recycling_destroys_and_what_stays() -> None:
    told = Told()
    await told.flows.recycle([fleet_row(7)])
    assert "everything on its disk is lost, /root and /workspace too" in told.text
    assert "only a volume would stay" in told.text
    volume = AttachedVolume(5, "data")
    await told.flows.recycle([fleet_row(7, volume_info=(volume,)), fleet_row(8)])
    assert "volumes stay (V.5 data)" in told.text


async def test_a_stop_that_waits_inside_is_said_to_end_with_its_container() -> None:
    told = Told()
    for at, number, said in ((NOW + 60, 7, True), (NOW - 60, 7, False), (NOW + 60, 8, False)):
        told.session.timers.stops = (KeptStop(number, at, 1),)
        for asks in (told.flows.recycle, told.flows.reboot):
            await asks([fleet_row(7)])
            assert ("The stop that waits inside ends too" in told.text) is said


@pytest.mark.parametrize("how", ["execute", "snapshot", "edit"])
async def test_what_needs_the_host_is_not_offered_while_it_is_offline(how: str) -> None:
    told = Told()
    told.live = object()  # type: ignore[assignment]
    flows = told.flows if how == "execute" else RemakeFlows(cast(AppContext, told))
    await getattr(flows, how)(fleet_row(7, Phase.OFFLINE, label="train-a"))
    assert told.said == ["train-a is offline: its host has to be back first."]
    assert not told.asked


def test_only_what_has_its_gpu_is_said_to_keep_it() -> None:
    for phase in Phase:
        said = "You keep the GPU." in lost_words([fleet_row(7, phase)])
        assert said is (phase in RESTARTED), phase
