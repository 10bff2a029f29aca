"""Keys that come in one burst do what they do one by one; those of other layouts do as well."""

from __future__ import annotations

from textual.events import Paste
from textual.screen import ModalScreen
from textual.widgets import Input

from tests.support.stage import Stage, stage
from vasttui.ui.offers.filter_form import FilterForm


def labels(running: Stage) -> dict[int, str]:
    return {row.id: row.instance.label or "" for row in running.app.fleet.rows}


async def test_a_label_that_is_cleared_and_typed_in_one_burst() -> None:
    async with stage() as running:
        await running.instances()
        await running.press("space", "space")
        for number, clear in enumerate((
            ("ctrl+u",), ("backspace",) * 40, ("home", "ctrl+k"), ("ctrl+shift+a", "delete"),
        )):  # fmt: skip
            await running.dialog("L")
            await running.burst(*clear, *f"batch{number}", "enter")
            await running.until(
                lambda name=f"batch{number}": list(labels(running).values()).count(name) == 2  # type: ignore[misc]
            )
            assert "" not in labels(running).values(), clear

        await running.press("escape", "escape")
        await running.dialog("L")
        await running.burst("ctrl+u", *"one", "enter", "1", "/", *"gpu:4090", "enter", "space")
        await running.until(lambda: "one" in labels(running).values())
        assert running.app.current_mode == "offers"
        assert running.app.offers.bar.text == "gpu:4090"
        assert len(running.app.offers.browse.marks) == 1


async def test_what_is_typed_behind_the_search_of_a_log_is_searched_for() -> None:
    async with stage() as running:
        await running.instances()
        await running.press("l")
        await running.until(lambda: "[Logs]" in running.text or "lines" in running.text)
        await running.burst("/", *"Dt", "enter", "/", "ctrl+u", *"to")
        assert isinstance(running.app.focused, Input)
        assert running.app.focused.value == "to"
        assert not isinstance(running.app.screen, ModalScreen)
        await running.burst("escape", "/", *"x", "escape")
        assert not isinstance(running.app.focused, Input)


async def test_what_is_typed_behind_the_search_of_a_dialog_is_searched_for() -> None:
    async with stage() as running:
        for dialog in ("C", "S"):
            await running.dialog(dialog)
            await running.burst("/", *"vram")
            assert isinstance(running.app.focused, Input), dialog
            assert running.app.focused.value == "vram", dialog
            await running.press("escape")

        await running.dialog("f")
        assert isinstance(running.app.screen, FilterForm)
        await running.burst(*"4090", "tab", "2", "down", *"24", "shift+tab", "1", "enter")
        assert running.app.offers.bar.text == "gpu:4090 n=1 vram>=24"


async def test_editing_keys_letters_and_pastes_take_turns() -> None:
    async with stage() as running:
        await running.burst(
            "/", *"gpux", "backspace", *":5090", "left", "left", "backspace", "4", "end", *" n=1x",
            "ctrl+w", "1", "home", "delete", "g", "enter",
        )  # fmt: skip
        assert running.app.offers.bar.text == "gpu:5490 n=1"
        await running.burst(
            "/", "end", "ctrl+u", Paste("gpu:40"), *"90", Paste(" n="), "2", "backspace", "1",
            "enter",
        )  # fmt: skip
        assert running.app.offers.bar.text == "gpu:4090 n=1"
        assert not isinstance(running.app.focused, Input)


async def test_letters_on_the_keys_of_other_layouts_are_those_keys_or_explained_once() -> None:
    async with stage() as running:
        await running.press("о", "о")
        first = running.app.offers.browse.current
        await running.press("k", "k", "down", "down")
        assert running.app.offers.browse.current == first
        await running.press("З")
        assert running.app.private
        await running.press("Ж")
        await running.until(lambda: len(running.app.screen_stack) > 1)
        await running.press("escape")
        await running.press("/", *"страна")
        assert running.app.offers.bar.text == "страна"
        await running.press("escape")
        assert "Latin" not in running.text

        await running.press("escape")
        await running.press("გ")
        assert "The keys are Latin letters: switch the keyboard layout." in running.text
        await running.press("დ")
        assert running.text.count("Latin letters") == 1
