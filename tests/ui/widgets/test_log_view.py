from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from tests.support.pilot import playing
from vasttui.ui.widgets.log_view import LogView, pattern_of

LINES = tuple(f"step {number} loss {number % 7}" for number in range(100))


class Stage(App[None]):
    def compose(self) -> ComposeResult:
        yield LogView()

    @property
    def view(self) -> LogView:
        return self.query_one(LogView)

    @property
    def drawn(self) -> list[str]:
        return [self.view.render_line(y).text.rstrip(" ┃│") for y in range(self.view.size.height)]


async def test_it_opens_at_the_end_and_stays_there_as_lines_come() -> None:
    async with playing(Stage(), size=(40, 10)) as pilot:
        stage = pilot.app
        assert isinstance(stage, Stage)
        stage.view.show(LINES)
        assert stage.drawn[-1] == LINES[-1]
        stage.view.show((*LINES, "one more"))
        assert stage.drawn[-1] == "one more"


async def test_scrolled_away_from_the_end_it_stays_where_it_is() -> None:
    async with playing(Stage(), size=(40, 10)) as pilot:
        stage = pilot.app
        assert isinstance(stage, Stage)
        stage.view.show(LINES)
        await pilot.press("g")
        assert stage.drawn[0] == LINES[0]
        await pilot.press("down", "pagedown")
        assert stage.drawn[0] == LINES[11]
        stage.view.show((*LINES, "one more"))
        assert stage.drawn[0] == LINES[11]
        await pilot.press("G")
        assert stage.drawn[-1] == "one more"


async def test_hits_are_counted_and_walked_in_both_directions() -> None:
    async with playing(Stage(), size=(40, 10)) as pilot:
        stage = pilot.app
        assert isinstance(stage, Stage)
        view = stage.view
        view.show(LINES)
        view.search("LOSS 0")
        assert len(view.hits) == 15
        assert view.hit_number == 0
        await pilot.press("g")
        assert view.next_hit(1)
        assert view.hit_number == 1
        assert LINES[0] in stage.drawn
        view.next_hit(-1)
        assert view.hit_number == 15
        assert LINES[98] in stage.drawn
        view.search("nothing has this")
        assert not view.next_hit(1)


async def test_lines_that_are_too_long_wrap_or_slide() -> None:
    async with playing(Stage(), size=(21, 10)) as pilot:
        stage = pilot.app
        assert isinstance(stage, Stage)
        view = stage.view
        view.show(("a" * 20 + "b" * 20 + "c" * 5,))
        assert stage.drawn[0] == "a" * 20
        await pilot.press("right")
        assert stage.drawn[0] == "a" * 12 + "b" * 8
        view.set_wraps(True)
        assert stage.drawn[:3] == ["a" * 20, "b" * 20, "c" * 5]
        assert view.in_view == ["a" * 20 + "b" * 20 + "c" * 5]


async def test_every_row_is_as_wide_as_the_widget_whatever_it_holds() -> None:
    async with playing(Stage(), size=(30, 6)) as pilot:
        stage = pilot.app
        assert isinstance(stage, Stage)
        view = stage.view
        view.show(("日本語の行" * 9, "plain", "", "x" * 29, "y" * 30, "é" * 31))
        view.search("本|x+|y")
        for wraps in (False, True):
            view.set_wraps(wraps)
            for y in range(6):
                assert view.render_line(y).cell_length == 30


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("warn", "WARNING", True),
        ("loss|warn", "a loss", True),
        ("a(b", "x a(b y", True),
        ("a.b", "a-b", True),
        ("[", "no bracket", False),
    ],
)
def test_a_search_is_a_pattern_or_plain_text(text: str, line: str, found: bool) -> None:
    pattern = pattern_of(text)
    assert pattern is not None
    assert bool(pattern.search(line)) is found


def test_no_text_searches_nothing() -> None:
    assert pattern_of("") is None


async def test_where_there_are_no_lines_it_says_why_and_has_nothing_to_copy() -> None:
    why = "Vast.ai sent no text: the container never ran. h shows the host's."
    async with playing(Stage(), size=(40, 10)) as pilot:
        stage = pilot.app
        assert isinstance(stage, Stage)
        stage.view.show((), why)
        assert " ".join(" ".join(stage.drawn).split()) == why
        assert stage.view.in_view == []
        stage.view.show(LINES[:1], why)
        assert stage.drawn[0] == LINES[0]
        assert "".join(stage.drawn[1:]).strip() == ""
