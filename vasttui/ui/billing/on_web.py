"""Adding credit: only on the web, no money goes in from here."""

from __future__ import annotations

from typing import Any

from textual.app import App

from vasttui.errors import VastError
from vasttui.services.system.browser import open_url

_PAGE = "https://cloud.vast.ai/billing/"


async def add_credit(app: App[Any]) -> None:
    """Open the page where credit is added."""
    try:
        await open_url(_PAGE)
    except VastError as error:
        app.notify(f"{error} {_PAGE}", severity="warning", markup=False)
    else:
        app.notify(f"Opened {_PAGE} in the browser.", markup=False)
