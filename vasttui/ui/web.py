"""Pages of the service on the web."""

from __future__ import annotations

from typing import Any

from textual.app import App

from vasttui.errors import VastError
from vasttui.services.system.browser import open_url


async def open_page(app: App[Any], url: str) -> None:
    """Open it in the browser, and say so."""
    try:
        await open_url(url)
    except VastError as error:
        app.notify(f"{error} {url}", severity="warning", markup=False)
    else:
        app.notify(f"Opened {url} in the browser.", markup=False)
