from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.binding import BindingType

from tests.support.pilot import playing
from vasttui.lists.columns import Cell, Column, fit_columns, max_shift
from vasttui.ui.key_table import BY_ID
from vasttui.ui.keys import bindings
from vasttui.ui.lists.table import VirtualTable
from vasttui.ui.widgets.scrolling import keep_in_view, thumb


@dataclass(frozen=True)
class Thing:
    id: int
    name: str


def name_cell(row: Thing) -> Cell:
    return row.name, ""


def id_cell(row: Thing) -> Cell:
    return str(row.id), "warn" if row.id % 2 else ""


COLUMNS = [
    Column("name", "Name", 8, name_cell, "its name", 0, left=True),
    Column("id", "Id", 4, id_cell, "its number", 1),
    *(Column(f"x{n}", f"X{n}", 6, id_cell, "more", 2 + n) for n in range(8)),
]


class Stage(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = bindings("table")

    def __init__(self) -> None:
        super().__init__()
        self.events: list[object] = []

    def compose(self) -> ComposeResult:
        table: VirtualTable[Thing] = VirtualTable(COLUMNS, lambda row: row.id, id="table")
        yield table

    async def action_press(self, action_id: str) -> None:
        await self.run_action(BY_ID[action_id].action, self.table)

    @property
    def table(self) -> VirtualTable[Thing]:
        return self.query_one("#table", VirtualTable)

    def on_mount(self) -> None:
        self.table.on_move = self.events.append

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        self.events.append(("open", event.index))

    def on_virtual_table_header_clicked(self, event: VirtualTable.HeaderClicked) -> None:
        self.events.append(event.key)

    def lines(self) -> list[str]:
        table = self.table
        return [table.render_line(y).text for y in range(table.size.height)]


def things(count: int) -> list[Thing]:
    return [Thing(n, f"thing{n}") for n in range(count)]


async def test_every_line_is_exactly_as_wide_as_the_table_whatever_is_in_it() -> None:
    odd = ["plain", "wide 宽宽宽宽", "é́́combined", "", "a" * 50, "ﬀ", "👩‍🚀 astronaut"]
    async with playing(Stage(), size=(60, 12)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        app.table.show_rows([Thing(n, name) for n, name in enumerate(odd)], 0)
        await pilot.pause()
        for line in app.lines():
            assert cell_len(line) == 60


async def test_keys_move_the_cursor_and_tell_about_it() -> None:
    async with playing(Stage(), size=(60, 12)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        app.table.show_rows(things(100), 0)
        await pilot.press("down", "j", "k", "pagedown", "end", "home", "G", "ctrl+u")
        assert app.events == [1, 2, 1, 12, 99, 0, 99, 94]
        await pilot.press("up")
        assert app.lines()[app.table.cursor - app.table.top + 1].startswith(" ▶ thing93")


async def test_new_rows_keep_the_cursor_on_its_line_of_the_screen() -> None:
    async with playing(Stage(), size=(60, 12)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        rows = things(100)
        app.table.show_rows(rows, 0)
        await pilot.press(*["down"] * 50)
        line = app.table.cursor - app.table.top
        app.table.show_rows(rows[10:], 40)
        assert app.table.cursor - app.table.top == line
        assert app.table.rows[app.table.cursor].id == 50
        app.table.show_rows(rows[48:52], 2)
        assert (app.table.top, app.table.cursor) == (0, 2)


async def test_only_rows_in_view_are_formatted() -> None:
    formatted: list[int] = []

    def counting(row: Thing) -> Cell:
        formatted.append(row.id)
        return row.name, ""

    columns: list[Column[Thing]] = [Column("name", "Name", 8, counting, "", 0, left=True)]
    async with playing(Stage(), size=(60, 12), every_frame=True) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        app.table.set_columns(columns)
        app.table.show_rows(things(20_000), 0)
        await pilot.pause()
        assert len(set(formatted)) == 11
        formatted.clear()
        await pilot.press("down")
        await pilot.pause()
        assert set(formatted) <= {0, 1}


async def test_an_unchanged_row_is_drawn_again_when_asked_to() -> None:
    suffix = ["a"]
    columns: list[Column[Thing]] = [
        Column("name", "Name", 8, lambda row: (row.name + suffix[0], ""), "", 0, left=True)
    ]
    async with playing(Stage(), size=(60, 12)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        app.table.set_columns(columns)
        app.table.show_rows(things(3), 0)
        assert "thing0a" in app.lines()[1]
        suffix[0] = "b"
        app.table.redraw()
        assert "thing0b" in app.lines()[1]


async def test_columns_that_do_not_fit_are_counted_and_can_be_reached() -> None:
    async with playing(Stage(), size=(40, 8)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        app.table.show_rows(things(3), 0)
        hidden = app.table.fitted.hidden
        assert hidden > 0
        assert f"+{hidden}" in app.lines()[0]
        await pilot.press(*["right"] * 20)
        header = app.lines()[0]
        assert "Name" in header
        assert "X7" in header
        await pilot.press(*["left"] * 20)
        assert "X7" not in app.lines()[0]


async def test_the_mouse_moves_opens_scrolls_and_sorts() -> None:
    async with playing(Stage(), size=(60, 12)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        app.table.show_rows(things(100), 0)
        await pilot.click("#table", offset=(5, 4))
        assert list(app.events) == [3]
        await pilot.click("#table", offset=(5, 4), times=2)
        await pilot.click("#table", offset=(4, 0))
        assert app.events[-2:] == [("open", 3), "name"]
        await pilot.click("#table", offset=(20, 11))
        before = app.table.cursor
        app.table.action_page(1)
        assert app.table.cursor == before + app.table.page


async def test_marks_and_sort_are_drawn() -> None:
    async with playing(Stage(), size=(60, 12)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        app.table.show_rows(things(5), 0)
        app.table.set_marked(frozenset({2}))
        app.table.set_sort([("id", True)])
        lines = app.lines()
        assert "Id▼" in lines[0]
        assert lines[3].startswith("  ✓thing2")
        assert lines[1].startswith(" ▶ thing0")


async def test_the_mark_of_the_order_eats_no_title() -> None:
    columns = [
        Column("full", "Full", 4, id_cell, "", 0),
        Column("left", "Left", 4, name_cell, "", 1, left=True),
        Column("roomy", "Roomy", 8, id_cell, "", 2),
    ]
    async with playing(Stage(), size=(60, 12)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        app.table.set_columns(columns)
        app.table.show_rows(things(5), 0)
        before = app.lines()[0]
        for key, title in (("full", "Full▼"), ("left", "Left▼"), ("roomy", "Roomy▼")):
            app.table.set_sort([(key, True)])
            assert title in app.lines()[0]
            assert len(app.lines()[0]) == len(before)
            others = [other for other in ("Full", "Left", "Roomy") if other not in title]
            assert all(other in app.lines()[0] for other in others)


ELASTIC = [
    Column("name", "Name", 8, name_cell, "its name", 0, left=True, most=14),
    Column("id", "Id", 4, id_cell, "its number", 1, most=6),
    Column("note", "Note", 10, name_cell, "a note", 2, left=True, grows=True),
]


PRICE = Column("price", "$/h", 3, id_cell, "a price", 3, most=6)


async def test_columns_are_as_wide_as_what_is_in_view_and_never_shrink_again() -> None:
    async with playing(Stage(), size=(60, 4)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)

        def widths() -> list[int]:
            app.lines()
            return [column.width for column in app.table.fitted.columns]

        app.table.set_columns(ELASTIC)
        rows = [Thing(n, "x" * (10 if n < 9 else 12)) for n in range(9)]
        room = 60 - 3 - 1 - 3
        app.table.show_rows(rows, 0)
        assert widths() == [10, 2, room - 12]
        longer = [*rows, Thing(123, "y" * 12), Thing(5, "z" * 40)]
        app.table.show_rows(longer, 0)
        assert widths() == [10, 2, room - 12]  # not in view
        await pilot.press("end")
        assert widths() == [14, 3, room - 17]
        assert "z" * 13 + "…" in app.lines()[-1]
        app.table.show_rows([Thing(1, "a")], 0)
        assert widths() == [14, 3, room - 17]
        app.table.set_columns(ELASTIC)
        assert widths() == [4, 2, room - 6]
        app.table.update_rows([Thing(1, "abcdef")], 0)
        assert widths() == [6, 2, room - 8]
        assert app.lines()[1].startswith(" ▶ abcdef")


async def test_what_became_wider_is_whole_when_it_is_drawn_in_other_colours() -> None:
    flags = ["dc"]
    column = Column[Thing](
        "flags", "Flags", 5, lambda row: (flags[0], ""), "", 1, left=True, most=12
    )
    app = Stage()
    async with playing(app, size=(60, 12)) as pilot:
        app.table.set_columns([COLUMNS[0], column])
        app.table.show_rows(things(5), 0)
        await pilot.pause()
        flags[0] = "dc !end"
        app.theme = "textual-light"
        await pilot.pause()
        assert all(" dc !end " in line for line in app.lines()[1:6])


async def test_other_columns_leave_the_table_slid_as_far_as_they_let_it() -> None:
    app = Stage()
    async with playing(app, size=(60, 12)) as pilot:
        table = app.table
        table.show_rows(things(5), 0)
        table.action_slide(3)
        before = app.lines()[0]
        assert table.fitting.is_slid
        table.set_columns([*COLUMNS])
        assert app.lines()[0] == before
        table.set_columns(COLUMNS[:2])
        await pilot.pause()
        assert "Name" in app.lines()[0]
        assert not table.fitting.is_slid


async def test_a_clock_that_moved_is_drawn_and_no_other_row_is_looked_at() -> None:
    seconds, read = [0], list[int]()

    def clock(row: Thing) -> Cell:
        read.append(row.id)
        return f"{seconds[0]}s", ""

    columns = [COLUMNS[0], Column("clock", "Clock", 6, clock, "how long", 1)]
    app = Stage()
    async with playing(app, size=(60, 12)) as pilot:
        table = app.table
        table.set_columns(columns)
        table.show_rows(things(5), 0)
        await pilot.pause()
        assert [line.split()[-1] for line in app.lines()[1:6]] == ["0s"] * 5
        seconds[0] = 7
        read.clear()
        table.look_again({1, 3, 99})
        assert set(read) == {1, 3}
        told = [line.split()[-1] for line in app.lines()[1:6]]
        assert told == ["0s", "7s", "0s", "7s", "0s"]


def test_room_is_spent_by_rank_before_a_column_grows() -> None:
    def widths(width: int, **needed: int) -> list[int]:
        columns = [*ELASTIC, PRICE] if "price" in needed else ELASTIC
        return [column.width for column in fit_columns(columns, width, 0, needed).columns]

    assert widths(25) == [8, 4, 10]
    assert widths(31, name=12, id=6) == [12, 6, 10]
    assert widths(33, name=12, id=6) == [12, 6, 12]
    assert widths(35, name=12, price=6) == [12, 4, 10]
    assert widths(36, name=12, price=6) == [12, 4, 10, 6]
    assert widths(40, name=12, price=6) == [12, 4, 14, 6]
    assert widths(25, name=5, id=1) == [5, 2, 15]


async def test_an_empty_table_has_no_cursor_and_no_keys_that_fail() -> None:
    async with playing(Stage(), size=(60, 12)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        app.table.show_rows([], 0)
        await pilot.press("down", "end", "pagedown", "right", "left", "up")
        assert app.events == []
        assert app.lines()[1].strip() == ""


@given(st.integers(-50, 500), st.integers(0, 400), st.integers(1, 60), st.integers(0, 400))
def test_the_cursor_is_always_in_view(top: int, cursor: int, page: int, total: int) -> None:
    cursor = min(cursor, max(0, total - 1))
    first = keep_in_view(top, cursor, page, total)
    assert first >= 0
    assert first <= cursor < first + page
    if total > page:
        assert first + page <= total


@given(st.integers(0, 5000), st.integers(1, 60), st.integers(0, 5000))
def test_the_thumb_stays_inside_the_bar(top: int, page: int, total: int) -> None:
    start, length = thumb(min(top, max(0, total - page)), page, total)
    assert start >= 0
    assert start + length <= page
    assert (length == 0) == (total <= page)


@pytest.mark.parametrize("width", range(1, 90, 4))
def test_fitted_columns_fit_and_the_first_survives(width: int) -> None:
    fitted = fit_columns(COLUMNS, width)
    used = sum(column.width + 1 for column in fitted.columns)
    assert used <= max(width, COLUMNS[0].width + 1)
    assert fitted.columns[0].key == "name"
    assert len(fitted.columns) + fitted.hidden == len(COLUMNS)
    limit = max_shift(COLUMNS, width)
    for shift in range(limit + 1):
        assert fit_columns(COLUMNS, width, shift).columns[0].key == "name"
    if width >= 26:
        assert fit_columns(COLUMNS, width, limit).columns[-1].key == "x7"
