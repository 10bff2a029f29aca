"""Commands see the market of one moment."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _one_moment(one_moment: None) -> None:
    """For every test of this folder."""
