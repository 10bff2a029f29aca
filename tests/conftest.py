"""The same conditions for every test, on every computer."""

from __future__ import annotations

import gc
import os
import sqlite3
import sys
import time
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


_connect = sqlite3.connect
_opened: list[sqlite3.Connection] = []


def _noted(*args: Any, **kwargs: Any) -> sqlite3.Connection:
    _opened.append(_connect(*args, **kwargs))
    return _opened[-1]


# Once: a fixture for each of so many tests takes seconds.
sqlite3.connect = _noted  # type: ignore[assignment]


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Close what a test, or a crash in it, left open: Python 3.13 warns about it."""
    while _opened:
        _opened.pop().close()
