"""The same conditions for every test, on every computer."""

from __future__ import annotations

import gc
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# The same examples in every run, and no deadline on slow computers.
settings.register_profile(
    "vasttui",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("vasttui")

# The screens leave much garbage among much that stays: to look for it often takes a third of the
# time.
gc.set_threshold(200_000, 20, 50)

for _name in (
    "VAST_API_KEY", "VASTAI_API_KEY", "VAST_URL", "NO_COLOR", "TEXTUAL", "TEXTUAL_LOG",
    "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS", "TMUX", "SSH_TTY", "SSH_CONNECTION",
):  # fmt: skip
    os.environ.pop(_name, None)

os.environ["TZ"] = "UTC"
time.tzset()

# Compiled code is kept, here and by the programs that tests start: to compile the tests and the
# package in each process of a run takes a tenth of its time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_sessionfinish() -> None:
    """Look once for what was never closed or awaited: pytest, which reports it, looks ten times."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _databases_are_closed() -> Iterator[None]:
    """Close what a test, or a crash in it, left open: Python 3.13 warns about it."""
    connect = sqlite3.connect
    opened: list[sqlite3.Connection] = []

    def noted(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        opened.append(connect(*args, **kwargs))
        return opened[-1]

    # Not with the fixture `monkeypatch`: a test may undo that before its end.
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(sqlite3, "connect", noted)
        yield
    for database in opened:
        database.close()
