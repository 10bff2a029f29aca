"""Adding credit: only on the web, no money goes in from here."""

from __future__ import annotations

from typing import Any

from textual.app import App

from vasttui.ui.web import open_page

_PAGE = "https://cloud.vast.ai/billing/"


async def add_credit(app: App[Any]) -> None:
    """Open the page where credit is added."""
    await open_page(app, _PAGE)
