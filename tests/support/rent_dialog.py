"""The rent dialog, opened as a user does it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from textual.widgets import Input

from tests.support.stage import Stage
from vasttui.api.offers import OffersClient
from vasttui.models.offer import Offer
from vasttui.ui.rent.dialog import RentModal


async def open_dialog(running: Stage) -> RentModal:
    """Press n and wait until the offer has been checked."""
    await running.until(lambda: running.app.fleet.account is not None)
    await running.dialog("n")
    modal = running.app.screen
    assert isinstance(modal, RentModal)
    await running.until(lambda: "available ✓" in running.text)
    return modal


def put(running: Stage, field: str, text: str) -> None:
    """Type into a field, in place of what was there."""
    running.app.screen.query_one(f"#in_{field}", Input).value = text


def read_again_as(patch: pytest.MonkeyPatch, offer: Offer | None, **changes: object) -> None:
    """From now on, every offer is read again as this one with these changes; None: it is gone."""
    now = None if offer is None else replace(offer, **changes)

    async def get(self: OffersClient, ask_id: int, *, disk: float, bid: bool) -> Offer | None:
        return now

    patch.setattr(OffersClient, "get", get)
