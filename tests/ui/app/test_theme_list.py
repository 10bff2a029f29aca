"""Themes: the one under the cursor is shown; only what is kept stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color

from tests.support.stage import stage
from vasttui.state.preferences import PreferenceStore
from vasttui.ui.app.theme_list import ThemeList
from vasttui.ui.themes import THEMES, more_themes


async def test_a_theme_is_previewed_and_kept_only_by_enter() -> None:
    async with stage() as running:
        app, kept = running.app, running.app.session.preferences
        await app.run_action("app.themes")
        await running.until(lambda: isinstance(app.screen, ThemeList))
        await running.pause()
        assert "in use" in running.text
        await running.press("down", "down", "down")
        previewed = app.theme
        assert previewed not in {theme.name for theme in THEMES}
        assert app.current_theme.background
        await running.press("escape")
        assert app.theme == "vasttui-dark"
        assert not kept.current.theme

        await app.run_action("app.themes")
        await running.until(lambda: isinstance(app.screen, ThemeList))
        await running.press("down", "down", "down", "enter")
        await running.pause()
        assert app.theme == kept.current.theme == previewed


@pytest.mark.parametrize(("saved", "used"), [("nord", "nord"), ("from the future", "vasttui-dark")])
async def test_a_theme_is_there_at_the_next_start_if_it_is_known(
    tmp_path: Path, saved: str, used: str
) -> None:
    preferences = PreferenceStore(tmp_path / "preferences.json", lambda job: job())
    preferences.change(theme=saved)
    async with stage(preferences=preferences, started=False) as running:
        assert running.app.theme == used


def test_muted_text_and_lines_are_seen_in_every_theme() -> None:
    for theme in more_themes():
        assert theme.background is not None
        ground = Color.parse(theme.background).brightness
        for name, least in (("text-muted", 0.15), ("border-blurred", 0.07)):
            seen = Color.parse(theme.variables[name]).brightness
            assert abs(seen - ground) > least, (theme.name, name)
