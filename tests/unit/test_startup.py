"""Garbage collection and free memory, as the market grows."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from vasttui.startup import GcFreezer, hold_garbage


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_memory_is_given_back_when_the_market_has_grown_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    library = SimpleNamespace(malloc_trim=asked.append)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    garbage, after = GcFreezer(), []
    hold_garbage()
    for offers in (64, 1_500, 1_600, 200, 2_700):
        garbage.release(offers)
        after.append((gc.isenabled(), len(asked)))
    assert after == [(True, 0), (True, 1), (True, 1), (True, 1), (True, 2)]
    assert asked == [0, 0]


def test_a_system_without_that_question_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace())
    hold_garbage()
    GcFreezer().release(20_000)
    assert gc.isenabled()
