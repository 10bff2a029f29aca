"""All that a list screen does, driven on a list that does not exist: pens."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.widgets import Input

from tests.support.stage import Stage, stage
from vasttui.errors import ServiceDown, VastError
from vasttui.lists.columns import Column
from vasttui.lists.resource import Fact, Resource, raw_facts
from vasttui.query.fields import Field, FieldSet
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.lists.table import VirtualTable


@dataclass(frozen=True)
class Pen:
    id: int
    name: str
    price: float


PENS = (Pen(1, "biro", 0.5), Pen(2, "quill", 9.0), Pen(3, "felt", 2.0), Pen(4, "=cmd", 1.0))
FIELDS = FieldSet(
    fields=(
        Field(name="name", kind="text", help="name", expr="o.name", example=":biro"),
        Field(name="price", kind="number", help="$", expr="o.price", example="<2", known=True),
        Field(name="text", kind="text", help="", expr="o.name", example=":biro", known=True),
    ),
    record="r", scope={}, seen={"name": "o.name"}, price=lambda pen: pen.price, example="price<2",
)  # fmt: skip
answers: list[Sequence[Pen] | VastError] = []


async def read(api: Any) -> Sequence[Pen]:
    answer = answers.pop(0) if len(answers) > 1 else answers[0]
    if isinstance(answer, VastError):
        raise answer
    return answer


class PensScreen(ResourceScreen[Pen]):
    SCOPE = "ssh_keys"

    def make_resource(self) -> Resource[Pen]:
        return Resource(
            name="pens", noun="pen", id=lambda pen: pen.id, fields=FIELDS, read=read,
            columns=(
                Column("name", "Name", 12, lambda pen: (pen.name, ""), "its name", 0, left=True,
                       value=lambda pen: pen.name),
                Column("price", "Price", 6, lambda pen: (f"{pen.price:g}", ""), "$", 1,
                       value=lambda pen: pen.price, best_first=True),
            ),
            sort=(("name", False),), empty="n buys one.",
            details={"About": lambda pen: [Fact("Costs", f"${pen.price:g}")], "Raw": raw_facts},
        )  # fmt: skip


class Pens:
    """The screen, and the program that it runs in."""

    def __init__(self, running: Stage, screen: PensScreen) -> None:
        self.running, self.screen, self.press = running, screen, running.press

    @property
    def names(self) -> list[str]:
        return [pen.name for pen in self.screen.browse.rows]

    @property
    def text(self) -> str:
        return self.running.text

    async def filter(self, text: str) -> None:
        await self.press("slash")
        await self.running.type(text)

    async def arrives(self, number: int) -> None:
        await self.running.until(lambda: self.screen.snapshot.number >= number)
        await self.running.pause()


async def open_pens(running: Stage, *first: Sequence[Pen] | VastError) -> Pens:
    answers[:] = first or (PENS,)
    screen = PensScreen()
    running.app.add_mode("pens", lambda: screen)
    running.app.switch_mode("pens")
    await running.until(lambda: screen.snapshot.number or screen.snapshot.error)
    await running.pause()
    return Pens(running, screen)


async def test_rows_in_order_another_order_and_chosen_columns() -> None:
    async with stage() as running:
        pens = await open_pens(running)
        assert pens.names == ["=cmd", "biro", "felt", "quill"]
        assert "4 pens" in pens.text
        await pens.press(">")
        assert pens.names == ["quill", "felt", "=cmd", "biro"]
        await pens.press("I")
        assert pens.names == ["biro", "=cmd", "felt", "quill"]
        saved = running.app.session.preferences.list_of("pens")
        assert saved.sort == (("price", False),)

        await pens.press("<")
        pens.screen.choose_columns(("name",))
        await running.pause()
        assert "Price" not in pens.text
        assert running.app.session.preferences.list_of("pens").columns == ("name",)


async def test_a_filter_shows_completes_and_is_cleared() -> None:
    async with stage() as running:
        pens = await open_pens(running)
        await pens.filter("price<2")
        assert pens.names == ["=cmd", "biro"]
        assert "2 shown of 4 pens" in pens.text
        await pens.press("enter", "escape")
        assert len(pens.names) == 4
        await pens.filter("name:qu")
        await pens.press("tab")
        assert pens.screen.bar.text == "name:quill"
        assert pens.names == ["quill"]
        await pens.press("escape")
        await pens.filter("price<")
        assert len(pens.names) == 4
        assert "price<" in pens.text

        await pens.press("escape", "escape")
        await pens.filter("crayon")
        assert "Nothing matches" in pens.text
        assert "4 pens are there; esc clears the filter." in pens.text


async def test_details_follow_the_cursor_and_marks_are_what_an_action_is_for() -> None:
    async with stage() as running:
        pens = await open_pens(running)
        await pens.press("down", "down")
        assert "$2" in pens.text
        await pens.press("]")
        assert "price    2.0" in pens.text
        await pens.press("[")
        assert "Costs" in pens.text

        await pens.press("home")
        assert [pen.name for pen in pens.screen.targets] == ["=cmd"]
        await pens.press("space", "space")
        assert [pen.name for pen in pens.screen.targets] == ["=cmd", "biro"]
        assert "2 marked · 4 pens" in pens.text
        await pens.filter("felt")
        assert "2 marked (2 hidden)" in pens.text
        await pens.press("escape", "escape")
        assert pens.screen.browse.marks == set()

        await pens.press("space")
        answers[:] = [PENS[:1]]
        running.app.app_changed.publish("client")
        await pens.arrives(1)
        assert pens.names == ["biro"]
        assert pens.screen.browse.marks == set()


async def test_no_rows() -> None:
    async with stage() as running:
        pens = await open_pens(running, ())
        assert "No pens" in pens.text
        assert "n buys one." in pens.text


async def test_a_first_reading_that_fails_is_no_empty_list() -> None:
    async with stage() as running:
        down = ServiceDown("Vast.ai is having problems.", status=503)
        pens = await open_pens(running, down)
        assert "Pens cannot be shown" in pens.text
        assert "Vast.ai is having problems" in pens.text
        assert "No pens" not in pens.text
        assert "0 pens" not in pens.text


async def test_old_rows_stay_with_their_age_while_reading_fails() -> None:
    async with stage() as running:
        down = ServiceDown("Vast.ai is having problems.", status=503)
        pens = await open_pens(running, PENS, down)
        await running.until(lambda: pens.screen.snapshot.error is not None)
        await running.until(lambda: pens.screen.snapshot.failures > 1)
        await running.pause()
        assert pens.names == ["=cmd", "biro", "felt", "quill"]
        assert "Showing what was so" in pens.text or "STALE" in pens.text
        assert "✖" in pens.text.splitlines()[0]


async def test_a_slow_first_reading_says_how_long_it_takes() -> None:
    async with stage() as running:
        pens = await open_pens(running)
        pens.screen.feed.snapshot = replace(pens.screen.snapshot, as_of=None)
        pens.screen.browse.list.set_rows(())
        pens.screen.browse.list.dismiss_gone()
        running.clock.advance(7)
        pens.screen.show_everything()
        await running.pause()
        assert "Asking for your pens… " in pens.text
        assert "The service answers slowly; p pauses, nothing is lost." in pens.text


async def test_the_row_under_the_cursor_that_is_gone_says_so_and_is_no_target(
    tmp_path: Path,
) -> None:
    target = tmp_path / "pens.csv"
    async with stage() as running:
        pens = await open_pens(running, PENS, PENS[:3])
        assert "$1" in pens.text
        await pens.arrives(2)
        assert "3 pens" in pens.text
        [line] = [line for line in pens.text.splitlines() if "=cmd" in line]
        assert line.split()[:5] == ["▶", "✖", "gone:", "=cmd", "-"]
        assert "This pen is gone: it is no longer listed. esc drops it." in pens.text
        assert "Costs" not in pens.text
        assert pens.screen.why_off("list.mark") == "the pen under the cursor is gone"
        assert pens.names == ["=cmd", "biro", "felt", "quill"]
        assert pens.screen.targets == []
        await save(running, pens.screen, target)
        assert "Saved 3 pens" in running.said
        assert "cmd" not in target.read_text()
        await pens.press("]")
        assert "This pen is gone" in pens.text

        answers[:] = [PENS]
        await pens.press("r")
        await pens.arrives(3)
        assert "gone" not in pens.text
        assert "=cmd" in pens.text
        answers[:] = [PENS[:3]]
        await pens.press("r")
        await pens.arrives(4)
        assert pens.names == ["=cmd", "biro", "felt", "quill"]
        await pens.press("escape")
        assert pens.names == ["biro", "felt", "quill"]


@pytest.mark.parametrize("fails", [False, True])
async def test_a_row_that_the_user_removes_just_goes(fails: bool) -> None:
    async def work() -> None:
        if fails:
            raise VastError("no")

    async with stage() as running:
        pens = await open_pens(running, PENS, PENS[:3])
        await pens.screen.report(work(), "Sold.", removes=4)
        await pens.arrives(2)
        assert ("✖ gone: =cmd" in pens.text) is fails
        assert pens.names == ["=cmd", "biro", "felt", "quill"][not fails :]
        assert [pen.name for pen in pens.screen.targets] == ["biro"][fails:]


@pytest.mark.parametrize(("moved", "on"), [(False, "quill"), (True, "felt")])
async def test_the_cursor_goes_to_a_new_row_unless_the_user_moves_it(moved: bool, on: str) -> None:
    async def work() -> None:
        return None

    async with stage() as running:
        pens = await open_pens(running, (PENS[0], PENS[2]))
        await pens.screen.report(work(), "Bought.", new=2)
        await pens.arrives(2)
        if moved:
            await pens.press("down")
        answers[:] = [PENS]
        await pens.press("r")
        await pens.arrives(3)
        assert pens.screen.browse.current is not None
        assert pens.screen.browse.current.name == on


async def save(running: Stage, screen: PensScreen, target: Path) -> None:
    running.app.run_worker(screen.save_csv())
    await running.until(lambda: isinstance(running.app.focused, Input))
    assert isinstance(running.app.focused, Input)
    running.app.focused.value = str(target)
    await running.press("enter")
    await running.until(lambda: "Saved" in running.said)


async def test_without_a_key_nothing_is_asked() -> None:
    async with stage(key=None, demo=False) as running:
        answers[:] = [VastError("never asked")]
        running.app.add_mode("pens", PensScreen)
        running.app.switch_mode("pens")
        await running.pause()
        assert "Pens need an API key" in running.text
        assert "K adds your API key" in running.text


async def test_what_is_shown_is_saved_as_csv_and_is_no_formula(tmp_path: Path) -> None:
    target = tmp_path / "pens.csv"
    async with stage() as running:
        pens = await open_pens(running)
        running.app.run_worker(pens.screen.save_csv())
        await running.until(lambda: isinstance(running.app.focused, Input))
        assert isinstance(running.app.focused, Input)
        running.app.focused.value = str(target)
        await running.press("enter")
        await running.until(target.exists)
    rows = list(csv.reader(target.read_text().splitlines()))
    assert rows == [
        ["Name", "Price"], ["'=cmd", "1"], ["biro", "0.5"], ["felt", "2"], ["quill", "9"],
    ]  # fmt: skip


async def test_it_fits_every_size_and_looks_as_if_drawn_at_that_size() -> None:
    sizes = [(120, 36), (80, 24), (143, 31), (61, 17), (100, 30), (60, 16), (200, 50)]
    async with stage() as running:
        pens = await open_pens(running)
        for size in sizes:
            await running.pilot.resize_terminal(*size)
            await running.pause()
            drawn = running.text
            lines = drawn.splitlines()
            assert any("biro" in line for line in lines), size
            assert max(map(len, lines)) <= size[0]
            pens.screen.query_one("#rows", VirtualTable).redraw()
            running.app.screen.refresh(layout=True)
            await running.pause()
            assert running.text == drawn, size


async def test_where_details_are_hidden_enter_or_a_tab_key_shows_them_first() -> None:
    async with stage(size=(60, 20)) as running:
        pens = await open_pens(running)
        assert "Costs" not in pens.text
        await pens.press("]")
        await running.pause()
        assert tuple(w for w in ("Costs", "[About]") if w in pens.text) == ("Costs", "[About]")
        await pens.press("]")
        assert "[Raw]" in pens.text
        await pens.press("escape")
        await running.pause()
        assert "[Raw]" not in pens.text

        for size in ((60, 20), (120, 36)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert "enter details" in pens.text.splitlines()[-1], size
            await pens.press("enter")
            await running.pause()
            assert pens.screen.query_one("#detail").region.height > 7, size
            assert "enter close details" in pens.text.splitlines()[-1], size
            await pens.press("enter")
            await running.pause()
            assert "enter details" in pens.text.splitlines()[-1], size


async def test_news_that_come_while_the_program_closes_are_no_fault() -> None:
    async with stage() as running:
        await running.press("6")
        await running.pause()
        screen = running.app.screen
        await screen.query("KeyBar, #status").remove()
        running.app.notify("late")
        await running.pause()
