"""Whatever moves between the key and the button, the instance named in the dialog is destroyed."""

from __future__ import annotations

import random
import sys
from collections import Counter

from msgspec.structs import replace

from tests.support.fake_actions import Bench, bench, running, stopped
from tests.support.lists import INSTANCE_LIST
from vasttui.lists.browse import Browse
from vasttui.models.instance import Instance
from vasttui.services.actions.kinds import DESTROY
from vasttui.services.actions.state import Step
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.instances.destroy_dialog import DestroyModal, instance_lines

ROUNDS = 1500
_GPUS = ("RTX 4090", "RTX 3090", "H100 SXM")
_FILTERS = ("", "gpu:4090", "job-1", "state:running", "-job-2", "nothing-has-this")
_SORTS = ("label", "price", "state", "gpu", "spent")


class Interleaving:
    """One user at one table while the account changes underneath."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        count = self.rng.randrange(2, 9)
        self.stage: Bench = bench(*(self.instance(7 + at) for at in range(count)))
        self.browse = Browse(INSTANCE_LIST, lambda: 1e9)
        self.started = 2.0
        self.seen: Counter[str] = Counter()
        self.refresh()

    def instance(self, number: int) -> Instance:
        make = self.rng.choice((running, stopped))
        return make(
            number, label=f"job-{number}", gpu_name=self.rng.choice(_GPUS),
            dph_total=self.rng.random(),
        )  # fmt: skip

    def refresh(self) -> None:
        self.browse.list.set_rows(self.stage.service.fleet().rows)

    def remove(self) -> None:
        there = sorted(self.stage.service.instances)
        if there:
            del self.stage.service.instances[self.rng.choice(there)]

    def reuse(self) -> None:
        """Reuse the id for another contract."""
        number = 7 + self.rng.randrange(9)
        self.started += 1
        fresh = replace(self.instance(number), start_date=self.started, label=None)
        self.stage.service.instances[number] = fresh

    def relabel(self) -> None:
        there = sorted(self.stage.service.instances)
        if there:
            self.stage.service.change(self.rng.choice(there), label=f"job-{self.rng.random()}")

    def change(self) -> None:
        there = sorted(self.stage.service.instances)
        if there:
            self.stage.service.change(self.rng.choice(there), dph_total=self.rng.random())

    def step(self) -> None:
        rng, browse = self.rng, self.browse
        moves = {
            "refresh": self.refresh,
            "remove": self.remove,
            "reuse": self.reuse,
            "relabel": self.relabel,
            "change": self.change,
            "cursor": lambda: browse.list.move_cursor(rng.randrange(-1, 10)),
            "mark": lambda: browse.list.toggle_mark(browse.current.id) if browse.current else None,
            "unmark": browse.list.clear_marks,
            "sort": lambda: browse.sort_by(rng.choice(_SORTS)),
            "reverse": browse.reverse,
            "filter": lambda: browse.set_text(rng.choice(_FILTERS)),
            "settle": browse.list.settle_cursor,
            "dismiss": browse.list.dismiss_gone,
        }
        name = rng.choice(list(moves))
        self.seen[name] += 1
        moves[name]()

    async def run(self) -> str:
        """Press keys, open the dialog, let the world move on, press the button."""
        for _ in range(self.rng.randrange(3, 14)):
            self.step()
        rows = list(self.browse.targets)
        if not rows:
            return "nothing to destroy"
        named = self.named(rows)
        for _ in range(self.rng.randrange(0, 8)):
            self.step()
        before = dict(self.stage.service.instances)
        states = await self.stage.finish(self.stage.runner.run(DESTROY, rows))
        gone = before.keys() - self.stage.service.instances.keys()
        assert {request.instance_id for request in self.stage.service.sent} <= named.keys()
        assert gone <= named.keys()
        for number in gone:
            assert before[number].same_contract(named[number].instance)
            assert before[number].label == named[number].instance.label
        done = {state.instance_id for state in states if state.step is Step.DONE}
        assert gone <= done
        assert not done & self.stage.service.instances.keys()
        return "destroyed" if gone else "left alone"

    def named(self, rows: list[FleetRow]) -> dict[int, FleetRow]:
        """Every instance by the id that the dialog shows for it."""
        modal = DestroyModal(rows, 1e9)
        for row in rows:
            assert f"({row.id})" in instance_lines(row, 1e9)[0].plain
        if len(rows) == 1:
            assert modal.heading.plain == f"Destroy instance {rows[0].id}"
        return {row.id: row for row in rows}


async def test_the_one_destroyed_is_the_one_named() -> None:
    ends: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for seed in range(ROUNDS):
        one = Interleaving(seed)
        ends[await one.run()] += 1
        seen += one.seen
    sys.stdout.write(f"{ROUNDS} interleavings: {dict(ends)}\n")
    assert ends["destroyed"] > ROUNDS / 4
    assert ends["left alone"] > ROUNDS / 100
    assert min(seen.values()) > ROUNDS / 10
