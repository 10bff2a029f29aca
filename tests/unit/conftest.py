"""Unit tests leave no database open."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _databases_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close what a test, or a crash in it, left open: Python 3.13 warns about it."""
    connect = sqlite3.connect
    opened: list[sqlite3.Connection] = []

    def noted(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        opened.append(connect(*args, **kwargs))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", noted)
    yield
    for database in opened:
        database.close()
