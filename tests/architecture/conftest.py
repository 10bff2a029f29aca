"""The parsed source is large, and would slow down the search for garbage in all later tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.source import modules


@pytest.fixture(scope="package", autouse=True)
def _source_is_let_go() -> Iterator[None]:
    yield
    modules.cache_clear()
