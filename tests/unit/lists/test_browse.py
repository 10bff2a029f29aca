from __future__ import annotations

from tests.support.fleet_rows import NOW, fleet_of, fleet_row
from tests.support.lists import INSTANCE_LIST
from vasttui.lists.browse import Browse
from vasttui.models.status import Phase
from vasttui.services.fleet.snapshot import FleetRow

RUNNING = fleet_row(1, label="b")
STOPPED = fleet_row(2, Phase.STOPPED, label="a")
LOADING = fleet_row(3, Phase.LOADING, label="c")


def browse() -> Browse[FleetRow]:
    browse = Browse(INSTANCE_LIST, lambda: NOW)
    browse.list.set_rows(fleet_of(RUNNING, STOPPED, LOADING).rows)
    return browse


def shown(browse: Browse[FleetRow]) -> list[int]:
    return [row.id for row in browse.rows]


def test_the_text_filters_and_an_unfinished_one_leaves_the_last() -> None:
    state = browse()
    state.set_text("state:running,stopped")
    assert shown(state) == [1, 2]
    state.set_text("state:running,stopped age>")
    assert (shown(state), len(state.problems)) == ([1, 2], 1)
    state.set_text("dlperf>5")
    assert (shown(state), len(state.warnings)) == ([3, 1, 2], 1)


def test_a_command_that_is_typed_hides_nothing_and_is_told() -> None:
    state = browse()
    state.set_text("nothing")
    assert shown(state) == []
    state.set_text("vastai search offers 'gpu_name=RTX_4090 xyz=3' -o 'dph-' --storage 50 -i")
    assert len(shown(state)) == 3
    assert [str(one) for one in (*state.problems, *state.warnings)] == [
        "a command of the official client: read when you keep it"
    ]


def test_the_same_filter_in_other_words_keeps_what_is_gone() -> None:
    state = browse()
    state.set_text("label:c")
    state.set_text("")
    state.list.move_cursor(0)
    state.list.set_rows(fleet_of(RUNNING, STOPPED).rows)
    state.set_text(" ")
    assert (shown(state), state.list.gone) == ([3, 1, 2], LOADING)


def test_sorting_by_a_column_and_back() -> None:
    state = browse()
    assert shown(state) == [3, 1, 2]
    state.sort_by("label")
    assert (shown(state), state.sort) == ([2, 1, 3], (("label", False),))
    state.sort_by("label")
    assert shown(state) == [3, 1, 2]
    state.sort_by("util")
    state.reverse()
    assert dict(state.sort) == {"util": False}
    state.set_sort(())
    assert (state.sort, shown(state)) == (tuple(INSTANCE_LIST.sort), [3, 1, 2])
    state.reverse()
    assert state.sort == (("state", True), ("label", False))


def test_an_action_acts_on_the_marked_rows_else_on_the_one_under_the_cursor() -> None:
    state = browse()
    assert state.targets == [LOADING]
    assert state.current is LOADING
    state.list.toggle_mark(2)
    state.list.toggle_mark(1)
    assert state.targets == [RUNNING, STOPPED]
    assert state.marks == {1, 2}
    state.list.clear_marks()
    state.list.set_rows(fleet_of(RUNNING, STOPPED).rows)
    assert state.targets == []


def test_completions_are_of_what_is_there() -> None:
    state = browse()
    state.set_text("label: state:run")
    assert {one.insert for one in state.complete(6)} == {"a", "b", "c", "any"}
    assert [one.insert for one in state.complete(16)] == ["running"]


def test_what_is_drawn_under_the_cursor_is_shown_though_no_action_may_touch_it() -> None:
    state = browse()
    assert state.shown is LOADING
    state.list.set_rows(fleet_of(RUNNING, STOPPED).rows)
    assert (state.shown, state.current) == (LOADING, None)
    state.set_text("zzz")
    assert state.shown is None


def test_a_filter_says_how_many_it_shows() -> None:
    state = browse()
    assert state.counts() == "3 instances: 1 running, 1 loading, 1 stopped"
    assert state.counts(40) == "1 running, 1 loading, 1 stopped"
    assert state.counts(30) == "1 running, 1 loading, …"
    state.set_text("label:a")
    assert state.counts() == "1 shown of 3 instances: 1 running, 1 loading, 1 stopped"


def test_marks_are_told_even_when_the_filter_hides_them() -> None:
    state = browse()
    for row in state.rows[:2]:
        state.list.toggle_mark(row.id)
    assert state.counts() == "2 marked · 3 instances: 1 running, 1 loading, 1 stopped"
    state.set_text("zzz")
    assert state.counts(50) == "2 marked (2 hidden) · 0 shown of 3 instances"
    assert state.counts(40) == "2 marked (2 hidden)"
    state.list.clear_marks()
    assert state.counts().startswith("0 shown of 3 instances")
