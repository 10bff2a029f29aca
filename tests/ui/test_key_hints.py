"""Every hint shows the current key, not the default one."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from textual.content import Content
from textual.geometry import Size

from tests.support.source import PACKAGE, modules
from vasttui.errors import NetworkError
from vasttui.models.log import LogRequest
from vasttui.models.money import PricedOffer
from vasttui.query.explain import Explanation, explain
from vasttui.query.offer_fields import OFFERS
from vasttui.query.rules import Query
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.log_watch import Log
from vasttui.services.market.state import MarketState
from vasttui.ui.instances.lines import nothing
from vasttui.ui.instances.log_lines import absence
from vasttui.ui.key_table import BY_ID
from vasttui.ui.keys import Keymap
from vasttui.ui.lines import filter_keys, too_small
from vasttui.ui.lists import lines
from vasttui.ui.offers import lines as offer_lines

KEYMAP = Keymap({name: "f12" for name in BY_ID})
SPELL = KEYMAP.spelled
FAILED = NetworkError("The service was not reached.")
NO_OFFERS: Explanation[PricedOffer] = explain(Query(), [], 0.0, OFFERS)
NO_LOG = Log(instance_id=7, wanted=LogRequest(), error=FAILED)

HINTS: list[tuple[Callable[[], object], int]] = [
    (lambda: offer_lines.nothing_yet(MarketState(as_of=1.0), "here", 0, SPELL)[1], 2),
    (lambda: offer_lines.blame(NO_OFFERS, lambda rule: True, 0, SPELL)[1][-1], 1),
    (lambda: offer_lines.status(MarketState(as_of=1.0), 2.0, True, SPELL), 1),
    (lambda: offer_lines.status(MarketState(as_of=1.0, next_try=3.0), 2.0, False, SPELL), 1),
    (lambda: offer_lines.status(MarketState(error=FAILED), 2.0, False, SPELL), 1),
    (lambda: lines.next_try(Fleet(next_try=3.0), 2.0, SPELL), 1),
    (lambda: nothing(Fleet(), signed_in=False, count="", spell=SPELL)[1], 2),
    (lambda: nothing(Fleet(as_of=1.0), signed_in=True, count="", spell=SPELL)[1], 1),
    (lambda: nothing(Fleet(as_of=1.0), signed_in=True, count="2 x", spell=SPELL)[1], 1),
    (lambda: nothing(Fleet(error=FAILED), signed_in=True, count="", spell=SPELL)[1], 1),
    (lambda: absence(NO_LOG, SPELL("instances.logs"), SPELL("log.host")), 1),
    (lambda: absence(NO_LOG, SPELL("instances.logs"), ran=True), 1),
    (lambda: too_small(Size(30, 9), KEYMAP), 1),
    (lambda: [key for key, *_ in filter_keys(KEYMAP, "rows", "complete")], 2),
]


@pytest.mark.parametrize(("hint", "keys"), HINTS)
def test_a_hint_follows_the_keys(hint: Callable[[], object], keys: int) -> None:
    said = hint()
    assert str(said.plain if isinstance(said, Content) else said).count("f12") == keys


def spelled_in(tree: ast.Module) -> list[str]:
    """The ids of the actions whose keys a module spells."""
    return [
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant)
        if isinstance(call.args[0].value, str)
        if ast.unparse(call.func).rpartition(".")[2] in ("spell", "spelled")
    ]


def test_every_key_that_is_spelled_belongs_to_an_action() -> None:
    found = {name: one.name for one in modules(PACKAGE) for name in spelled_in(one.tree)}
    assert len(found) > 10
    assert {name: where for name, where in found.items() if name not in BY_ID} == {}


def test_the_host_log_is_only_offered_where_its_key_works() -> None:
    assert "shows" not in absence(NO_LOG, SPELL("instances.logs")).plain
