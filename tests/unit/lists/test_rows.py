from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from tests.support.fleet_rows import HOUR, NOW, fleet_of, fleet_row
from tests.support.lists import INSTANCE_LIST, sorted_fleet
from vasttui.lists.rows import Rows
from vasttui.models.status import Phase
from vasttui.query.instance_fields import INSTANCES
from vasttui.query.match import compile_query
from vasttui.query.parse import parse
from vasttui.query.rules import Query
from vasttui.services.fleet.snapshot import FleetRow

ONE, TWO, THREE, FOUR = (fleet_row(n, label=f"job-{n}", num_gpus=n) for n in range(1, 5))
ALL = (ONE, TWO, THREE, FOUR)


def query(text: str) -> Query:
    parsed = parse(text, INSTANCES)
    assert not parsed.problems
    return parsed.query


def filled(*rows: FleetRow) -> Rows[FleetRow]:
    listed = Rows(INSTANCE_LIST, lambda: NOW)
    listed.set_rows(fleet_of(*rows).rows)
    return listed


def shown(listed: Rows[FleetRow]) -> list[int]:
    return [row.id for row in listed.visible]


def drawn(listed: Rows[FleetRow]) -> int | None:
    """The id of the row the cursor is drawn on."""
    index = listed.cursor_index
    return None if index is None else listed.visible[index].id


def test_the_cursor_begins_on_the_first_row_and_stays_on_its_instance() -> None:
    listed = filled(*ALL)
    assert listed.current is ONE
    listed.set_rows(fleet_of(fleet_row(9, Phase.FAILED), *ALL).rows)
    assert shown(listed) == [9, 1, 2, 3, 4]
    assert (listed.current, listed.cursor_index) == (ONE, 1)
    listed.set_sort((("id", True),))
    assert (listed.current, listed.cursor_index) == (ONE, 4)


def test_an_empty_fleet_has_no_cursor_and_the_first_instance_gets_it() -> None:
    listed = Rows(INSTANCE_LIST, lambda: NOW)
    assert (listed.cursor_index, listed.current) == (None, None)
    assert INSTANCE_LIST.count(listed.all_rows) == "no instances"
    listed.move_cursor(3)
    listed.settle_cursor()
    assert listed.current is None
    listed.set_rows(fleet_of(TWO).rows)
    assert listed.current is TWO


def test_an_instance_that_is_no_more_stays_under_the_cursor_but_is_not_current() -> None:
    listed = filled(*ALL)
    listed.move_cursor(1)
    listed.set_rows(fleet_of(ONE, THREE, FOUR).rows)
    assert listed.gone is TWO
    assert listed.current is None
    assert (shown(listed), listed.cursor_index) == ([1, 2, 3, 4], 1)
    assert [row.id for row in listed.all_rows] == [1, 3, 4]
    listed.set_rows(fleet_of(fleet_row(9, Phase.FAILED), THREE, FOUR).rows)
    assert (shown(listed), listed.cursor_index, listed.current) == ([9, 2, 3, 4], 1, None)
    assert INSTANCE_LIST.count(listed.all_rows) == "3 instances: 2 running, 1 failed"


def test_it_goes_when_the_cursor_leaves_it() -> None:
    for index, expected in ((2, THREE), (0, ONE), (99, FOUR), (-3, ONE)):
        listed = filled(*ALL)
        listed.move_cursor(1)
        listed.set_rows(fleet_of(ONE, THREE, FOUR).rows)
        listed.move_cursor(index)
        assert listed.gone is None
        assert (shown(listed), listed.current) == ([1, 3, 4], expected)
        assert drawn(listed) == expected.id


def test_neither_a_move_onto_itself_nor_settling_makes_it_a_neighbour() -> None:
    listed = filled(ONE, TWO)
    listed.move_cursor(1)
    listed.set_rows(fleet_of(ONE).rows)
    listed.move_cursor(1)
    listed.settle_cursor()
    assert (listed.gone, listed.current, shown(listed)) == (TWO, None, [1, 2])


def test_it_is_ordered_among_the_others_and_a_filter_lets_it_go() -> None:
    listed = filled(*ALL)
    listed.move_cursor(0)
    listed.set_rows(fleet_of(TWO, THREE, FOUR).rows)
    listed.set_sort((("id", True),))
    assert (shown(listed), listed.cursor_index, listed.gone) == ([4, 3, 2, 1], 3, ONE)
    listed.set_query(query("job"))
    assert (shown(listed), listed.gone, listed.current) == ([4, 3, 2], None, None)
    listed.settle_cursor()
    assert listed.current is TWO


def test_it_can_be_dismissed() -> None:
    listed = filled(ONE, TWO, THREE)
    listed.move_cursor(1)
    listed.set_rows(fleet_of(ONE, THREE).rows)
    listed.dismiss_gone()
    assert (shown(listed), listed.current, listed.gone) == ([1, 3], THREE, None)
    listed.set_rows(fleet_of(ONE).rows)
    listed.dismiss_gone()
    assert (shown(listed), listed.current) == ([1], ONE)
    listed.set_rows(fleet_of().rows)
    assert (shown(listed), listed.gone) == ([1], ONE)
    listed.dismiss_gone()
    assert (shown(listed), listed.cursor_index, listed.current) == ([], None, None)
    listed.set_rows(fleet_of(FOUR).rows)
    listed.dismiss_gone()
    assert listed.current is FOUR


def test_when_it_comes_back_the_cursor_is_on_it_again() -> None:
    listed = filled(*ALL)
    listed.move_cursor(2)
    listed.set_rows(fleet_of(ONE).rows)
    back = replace(THREE, phase=Phase.LOADING)
    listed.set_rows(fleet_of(ONE, back).rows)
    assert (listed.gone, listed.current) == (None, back)


def test_a_row_that_falls_out_of_the_filter_stays_until_the_cursor_leaves() -> None:
    listed = filled(*ALL)
    listed.set_query(query("state:running"))
    listed.move_cursor(1)
    stopped = replace(TWO, phase=Phase.STOPPED)
    listed.set_rows(fleet_of(ONE, stopped, THREE, replace(FOUR, phase=Phase.STOPPED)).rows)
    assert listed.strayed is stopped
    assert listed.current is stopped
    assert shown(listed) == [1, 3, 2]
    listed.move_cursor(2)
    assert listed.current is stopped
    listed.move_cursor(0)
    assert listed.strayed is None
    assert (listed.current, shown(listed)) == (ONE, [1, 3])


def test_a_row_that_strayed_can_come_back_or_go() -> None:
    listed = filled(ONE, TWO)
    listed.set_query(query("state:running"))
    listed.set_rows(fleet_of(replace(ONE, phase=Phase.STOPPED), TWO).rows)
    listed.set_rows(fleet_of(ONE, TWO).rows)
    assert (listed.strayed, listed.current) == (None, ONE)
    stopped = replace(ONE, phase=Phase.STOPPED)
    listed.set_rows(fleet_of(stopped, TWO).rows)
    listed.set_rows(fleet_of(TWO).rows)
    assert listed.strayed is None
    assert listed.gone is stopped
    assert (shown(listed), listed.current) == ([2, 1], None)


def test_a_rule_on_age_takes_no_row_from_under_the_cursor() -> None:
    clock = [NOW]
    listed = Rows(INSTANCE_LIST, lambda: clock[0])
    listed.set_query(query("age<9h"))
    listed.set_rows(fleet_of(ONE, TWO).rows)
    clock[0] = NOW + 2 * HOUR
    listed.set_sort((("label", True),))
    assert (shown(listed), listed.current, listed.strayed) == ([1], ONE, ONE)


def test_where_a_filter_hides_its_row_the_cursor_is_nowhere_until_the_user_takes_one() -> None:
    listed = filled(*ALL)
    listed.move_cursor(1)
    listed.set_query(query("-job-2"))
    assert (drawn(listed), listed.current) == (3, None)
    listed.set_rows(fleet_of(ONE, FOUR).rows)
    assert (drawn(listed), listed.current, listed.gone) == (4, None, None)
    listed.settle_cursor()
    assert listed.current is FOUR
    listed.set_query(Query())
    assert listed.current is FOUR


def test_when_the_filter_shows_its_row_again_the_cursor_is_back() -> None:
    listed = filled(*ALL)
    listed.move_cursor(1)
    listed.set_query(query("zzz"))
    assert (listed.cursor_index, listed.current) == (None, None)
    listed.set_query(Query())
    assert (listed.current, listed.cursor_index) == (TWO, 1)


def test_marks_of_instances_that_are_no_more_are_dropped_and_told() -> None:
    listed = filled(*ALL)
    for id in (2, 3, 4, 4):
        listed.toggle_mark(id)
    listed.toggle_mark(77)
    assert listed.marked == [TWO, THREE]
    listed.set_query(query("-job-2"))
    assert (listed.marked, listed.hidden_marks) == ([THREE], 1)
    assert listed.set_rows(fleet_of(ONE, THREE).rows) == [TWO]
    assert listed.set_rows(fleet_of(ONE).rows) == [THREE]
    assert listed.set_rows(fleet_of(*ALL).rows) == []
    assert listed.marks == set()


def test_what_is_gone_has_no_mark_and_takes_none() -> None:
    listed = filled(ONE, TWO)
    listed.toggle_mark(1)
    assert listed.set_rows(fleet_of(TWO).rows) == [ONE]
    listed.toggle_mark(1)
    assert listed.marked == []
    listed.toggle_mark(2)
    listed.clear_marks()
    assert listed.marks == set()


def test_counts_by_state() -> None:
    phases = (Phase.OFFLINE, Phase.STOPPED, Phase.LOADING, Phase.RUNNING)
    listed = filled(*(fleet_row(n, phase) for n, phase in enumerate(phases)))
    listed.set_query(query("zzz"))
    assert (
        INSTANCE_LIST.count(listed.all_rows)
        == "4 instances: 1 running, 1 loading, 1 stopped, 1 offline"
    )
    assert INSTANCE_LIST.count([ONE]) == "1 instance: 1 running"


def test_rows_that_have_not_changed_are_the_same_objects() -> None:
    listed = filled(*ALL)
    before = listed.visible
    listed.set_rows(fleet_of(*reversed(ALL)).rows)
    assert listed.visible is before
    changed = replace(TWO, phase=Phase.STOPPED)
    listed.set_rows(fleet_of(ONE, changed, THREE, FOUR).rows)
    assert [row for row in listed.visible if not any(row is one for one in before)] == [changed]


def test_values_seen_follow_the_rows() -> None:
    listed = filled(ONE)
    assert listed.seen_values()["label"] == ("job-1",)
    listed.set_rows(fleet_of(ONE, TWO).rows)
    assert set(listed.seen_values()["label"]) == {"job-1", "job-2"}


FILTERS = ["", "state:running", "util>50", "-state:stopped", "label:b", "zzz"]
SORTS = [(), INSTANCE_LIST.sort, (("util", True),), (("label", False), ("state", True))]


class AnyOrder(RuleBasedStateMachine):
    """Whatever the order of events, no action can hit an instance the user did not point at."""

    @initialize()
    def start(self) -> None:
        self.listed = Rows(INSTANCE_LIST, lambda: NOW)
        self.rows: tuple[FleetRow, ...] = ()
        self.query = Query()
        self.sort = tuple(INSTANCE_LIST.sort)
        self.pointed: int | None = None
        self.next_id = 1

    def read(self) -> None:
        marked = {row.id for row in self.listed.all_rows} & self.listed.marks
        lost = self.listed.set_rows(self.rows)
        assert {row.id for row in lost} == marked - {row.id for row in self.rows}
        self.begin()

    def begin(self) -> None:
        """A cursor that was never moved starts on the first row."""
        if self.pointed is None and self.listed.visible:
            self.pointed = self.listed.visible[0].id

    @rule(
        phases=st.lists(st.sampled_from([Phase.RUNNING, Phase.STOPPED, Phase.FAILED]), max_size=4),
        util=st.sampled_from([None, 10.0, 90.0]),
        label=st.sampled_from([None, "a", "b"]),
    )
    def rent(self, phases: list[Phase], util: float | None, label: str | None) -> None:
        for phase in phases:
            self.rows += (fleet_row(self.next_id, phase, gpu_util=util, label=label),)
            self.next_id += 1
        self.read()

    @rule(keep=st.lists(st.booleans(), min_size=12, max_size=12))
    def lose(self, keep: list[bool]) -> None:
        self.rows = tuple(row for row in self.rows if keep[row.id % 12])
        self.read()

    @rule(changes=st.lists(st.sampled_from([None, *Phase]), min_size=12, max_size=12))
    def change(self, changes: list[Phase | None]) -> None:
        self.rows = tuple(
            replace(row, phase=phase) if (phase := changes[row.id % 12]) else row
            for row in self.rows
        )
        self.read()

    @precondition(lambda self: self.pointed is not None)
    @rule()
    def lose_the_one_under_the_cursor(self) -> None:
        self.rows = tuple(row for row in self.rows if row.id != self.pointed)
        self.read()

    @precondition(lambda self: self.listed.gone is not None)
    @rule()
    def bring_back_what_was_lost(self) -> None:
        assert self.listed.gone is not None
        self.rows += (self.listed.gone,)
        self.read()

    @rule(text=st.sampled_from(FILTERS))
    def narrow(self, text: str) -> None:
        self.query = query(text)
        self.listed.set_query(self.query)
        assert self.listed.gone is None
        self.begin()

    @rule(sort=st.sampled_from(SORTS))
    def order(self, sort: tuple[tuple[str, bool], ...]) -> None:
        self.sort = sort
        self.listed.set_sort(sort)

    @rule(index=st.integers(-2, 30))
    def move(self, index: int) -> None:
        rows = self.listed.visible
        self.listed.move_cursor(index)
        if rows:
            target = rows[max(0, min(index, len(rows) - 1))]
            assert drawn(self.listed) == target.id
            self.pointed = target.id

    @rule()
    def settle(self) -> None:
        here = drawn(self.listed)
        self.listed.settle_cursor()
        self.pointed = self.pointed if here is None else here

    @rule()
    def dismiss(self) -> None:
        if self.listed.gone is not None:
            self.listed.dismiss_gone()
            assert self.listed.gone is None
            self.pointed = drawn(self.listed)

    @rule(id=st.integers(1, 12))
    def mark(self, id: int) -> None:
        self.listed.toggle_mark(id)

    @invariant()
    def only_what_was_pointed_at_is_current(self) -> None:
        current = self.listed.current
        if current is not None:
            assert current.id == self.pointed
            assert any(current is row for row in self.rows)
            assert drawn(self.listed) == current.id
        elif self.pointed in shown(self.listed):
            assert self.listed.gone is not None
            assert self.listed.gone.id == self.pointed == drawn(self.listed)

    @invariant()
    def rows_are_right(self) -> None:
        kept = [*self.rows]
        if self.listed.gone is not None:
            assert self.listed.gone.id not in {row.id for row in self.rows}
            kept.append(self.listed.gone)
        held = {row.id for row in (self.listed.gone, self.listed.strayed) if row is not None}
        selected = {row.id for row in compile_query(self.query, NOW, INSTANCES)(kept)}
        expected = [row for row in sorted_fleet(kept, self.sort) if row.id in selected | held]
        assert [id(row) for row in self.listed.visible] == [id(row) for row in expected]
        assert held <= {self.pointed}
        assert (self.listed.cursor_index is None) is (not expected)

    @invariant()
    def marks_are_on_instances(self) -> None:
        assert self.listed.marks <= {row.id for row in self.rows}


AnyOrder.TestCase.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)
TestAnyOrder = AnyOrder.TestCase


def test_groups_stand_together_under_their_headings_which_the_cursor_passes() -> None:
    """The rows 1 and 3 head the others of their group, odd and even; within it the order counts."""
    heads = {1: "odd", 2: "even"}
    grouped = replace(
        INSTANCE_LIST, group=lambda row: row.id % 2, heading=lambda row: heads.get(row.id, "")
    )
    listed = Rows(grouped, lambda: NOW)
    rows = fleet_of(*(fleet_row(n, label=f"job-{n}", num_gpus=n) for n in range(1, 8))).rows
    listed.set_rows(rows)
    for down in (False, True):
        listed.set_sort((("label", down),))
        even, odd = [4, 6], [3, 5, 7]
        ordered = [2, *(even[::-1] if down else even), 1, *(odd[::-1] if down else odd)]
        assert shown(listed) == ordered
        assert drawn(listed) not in heads
    listed.set_rows([row for row in rows if row.id != 4])
    assert listed.gone is not None
    listed.dismiss_gone()
    assert drawn(listed) not in heads
