"""Saved views: opened with a key, deleted after a question."""

from __future__ import annotations

from textual.widgets import OptionList

from tests.support.dialogs import HOSTILE, SIZES, opened
from tests.support.stage import stage
from vasttui.models.search import SearchOptions
from vasttui.state.views import View
from vasttui.ui.modals.message import ConfirmModal, NameModal
from vasttui.ui.offers.saved_views import ViewChoice, ViewsModal


def view(name: str, text: str = "gpu:4090 n=1", choice: SearchOptions | None = None) -> View:
    return View(
        name=name,
        text=text,
        choice=choice or SearchOptions(),
        sort=(("eff", False),),
        columns=("gpu", "eff"),
    )


VIEWS = [view("train"), view("spot", "gpu:H100", SearchOptions(rental="bid", trust="any"))]


async def test_enter_or_a_click_opens_a_view_and_other_keys_close() -> None:
    async with opened(ViewsModal(VIEWS, "^s")) as seen:
        assert "2 views" in seen.text
        spot = next(line for line in seen.lines if "spot" in line)
        assert "gpu:H100" in spot
        assert "interruptible, any" in spot
        await seen.press("down", "enter")
        assert seen.results == [ViewChoice(VIEWS[1])]

        await seen.again(ViewsModal(VIEWS, "^s"))
        await seen.pilot.click(OptionList, offset=(3, 1))
        await seen.pause()
        assert seen.results == [ViewChoice(VIEWS[1])]

        for key in ("escape", "q"):
            await seen.again(ViewsModal(VIEWS, "^s"))
            await seen.press("d", "delete", "backspace")
            assert isinstance(seen.app.screen, ViewsModal)
            assert seen.results == []
            await seen.press(key)
            assert seen.results == [None], key


async def test_no_views_yet_says_how_to_save_one() -> None:
    async with opened(ViewsModal([], "^s")) as seen:
        assert "^s in the offer browser saves" in seen.text
        await seen.press("enter", "D")
        assert seen.results == []
        await seen.press("q")
        assert seen.results == [None]


async def test_deleting_asks_first() -> None:
    async with opened(ViewsModal(VIEWS, "^s")) as seen:
        await seen.press("D")
        assert isinstance(seen.app.screen, ConfirmModal)
        assert "“train”" in seen.text
        await seen.press("enter")
        assert isinstance(seen.app.screen, ViewsModal)
        assert seen.results == []
        await seen.press("D", "tab", "enter")
        await seen.pause()
        assert seen.results == [ViewChoice(VIEWS[0], delete=True)]


async def test_saving_says_what_was_saved_and_asks_before_it_replaces() -> None:
    async with stage(query="gpu:4090") as running:
        views = running.app.session.views
        await running.dialog("ctrl+s")
        await running.press("enter")
        await running.pause()
        assert "Saved as the view “gpu:4090”: gpu:4090 · on-demand, verified, 60 GB, 8 h." in (
            running.said
        )
        await running.press("i")
        await running.settle()
        await running.dialog("ctrl+s")
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, ConfirmModal))
        await running.pause()
        assert "Replace it with: gpu:4090 · interruptible" in running.text
        await running.press("enter")  # Cancel has the focus: another name is asked for
        await running.until(lambda: isinstance(running.app.screen, NameModal))
        assert views.all()[0].choice.rental == "on-demand"
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, ConfirmModal))
        await running.pause()
        await running.press("right", "enter")
        await running.pause()
        assert views.all()[0].choice.rental == "bid"
        assert len(views.all()) == 1


async def test_no_text_is_markup() -> None:
    hostile = [view(text, text) for text in HOSTILE]
    async with opened(ViewsModal(hostile, "^s")) as seen:
        for size in SIZES:
            await seen.again(ViewsModal(hostile, "^s"), size)
            assert "[/]" in seen.text, size
            assert "esc close" in seen.text, size
            await seen.press("down", "D")
            assert f"“{HOSTILE[1]}”" in seen.text, size
