"""The screen of the templates, for its tests."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input

from tests.support.stage import Stage
from vasttui.ui.templates.form import TemplateForm
from vasttui.ui.templates.screen import TemplatesScreen


async def templates(running: Stage) -> TemplatesScreen:
    """Go there and wait until they are loaded."""
    await running.settle()
    await running.press("tab", "tab")
    screen = running.app.get_screen("templates")
    assert isinstance(screen, TemplatesScreen)
    await running.until(lambda: screen.snapshot.number or screen.snapshot.error)
    await running.pause()
    return screen


def names(screen: TemplatesScreen) -> list[str]:
    return [one.name for one in screen.browse.rows]


async def cursor_on(running: Stage, screen: TemplatesScreen, name: str) -> None:
    number = next(one.id for one in screen.browse.rows if one.name == name)
    assert screen.browse.list.put_cursor(number)
    screen.show_rows()
    await running.pause()


def stored(running: Stage, name: str) -> dict[str, Any]:
    return next(one.content for one in running.world.templates.mine if one.name == name)


async def form(running: Stage, key: str) -> TemplateForm:
    await running.dialog(key)
    await running.until(lambda: isinstance(running.app.screen, TemplateForm))
    assert isinstance(running.app.screen, TemplateForm)
    return running.app.screen


async def put(running: Stage, field: str, text: str) -> None:
    running.app.screen.query_one(f"#in_{field}", Input).value = text
    await running.pause()
