"""Garbage collection as the market grows, and what is asked of the C library."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from vasttui.startup import GcFreezer, hold_garbage, keep_little


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_offers_that_came_are_no_garbage_to_look_through() -> None:
    garbage, frozen = GcFreezer(), []
    hold_garbage()
    for offers in (64, 1_500, 1_600, 200, 2_700):
        gc.unfreeze()
        garbage.release(offers)
        frozen.append((gc.isenabled(), gc.get_freeze_count() > 0))
    assert frozen == [(True, True), (True, True), (True, False), (True, False), (True, True)]


def test_threads_share_a_heap_without_large_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    library = SimpleNamespace(mallopt=lambda name, value: asked.append((name, value)))
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    keep_little()
    m_mmap_threshold, m_arena_max = -3, -8
    assert dict(asked) == {m_arena_max: 1, m_mmap_threshold: 131_072}


def test_another_c_library_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace())
    keep_little()
