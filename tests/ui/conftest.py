"""Screens are tested in virtual time: no real second passes, and none decides what is seen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from textual import _callback
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.message_pump import MessagePump
from textual.scrollbar import ScrollBar

from tests.support import known_handlers, stage
from tests.support.virtual_time import VirtualLoop

_FEW = 60
_ABOUT_OFFERS = ("offers", "rent")

_parsed: dict[frozenset[tuple[str, str]], Any] = {}
_begin, _set_variables = Stylesheet.__init__, Stylesheet.set_variables


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"virtual": VirtualLoop}


@pytest.fixture(autouse=True)
def _offers_are_few_where_they_do_not_matter(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if request.path.parent.name not in _ABOUT_OFFERS:
        monkeypatch.setattr(stage, "MARKET", _FEW)


@pytest.fixture(autouse=True)
def _style_rules_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are the same in every test, and reading them takes longer than drawing a screen."""

    def share(sheet: Stylesheet, variables: dict[str, str]) -> None:
        rules = _parsed.setdefault(frozenset(variables.items()), _empty())
        sheet._parse_cache = rules  # noqa: SLF001

    def begin(self: Stylesheet, *, variables: dict[str, str] | None = None) -> None:
        _begin(self, variables=variables)
        share(self, variables or {})

    def set_variables(self: Stylesheet, variables: dict[str, str]) -> None:
        self._parse_cache = _empty()
        _set_variables(self, variables)
        share(self, variables)

    monkeypatch.setattr(RuleSet, "__hash__", object.__hash__)  # theirs is the same in Python
    monkeypatch.setattr(Stylesheet, "__init__", begin)
    monkeypatch.setattr(Stylesheet, "set_variables", set_variables)


@pytest.fixture(autouse=True)
def _handlers_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MessagePump, "_get_dispatch_methods", known_handlers.handlers)
    monkeypatch.setattr(_callback, "_count_parameters", known_handlers.parameters)


@pytest.fixture(autouse=True)
def _scrollbars_are_drawn_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test in ASCII changes those of the whole process."""
    monkeypatch.setattr(ScrollBar, "renderer", ScrollBar.renderer)


def _empty() -> Any:
    return {}
